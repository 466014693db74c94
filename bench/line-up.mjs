/** Shoal and rivals side by side on one picture, each in a browser of its own. */
import { openRival, openShoal, takePicture } from './subjects.mjs';

/** PatternFly needs minutes to open more. */
const MOST_FOR_PATTERNFLY = 1000;

/**
 * `variants` beyond `base` are answers whose pictures the rivals get as well. Resolves with the subjects (Shoal first,
 * showing `base`, all at rest), the base picture, and Shoal's mount, which says what the next poll answers.
 */
export async function openAll({ mount, stub, launchBrowser }, peers, rivals, variants = ['base']) {
  const browsers = [];
  const launch = async () => {
    const browser = await launchBrowser();
    browsers.push(browser);
    return browser;
  };
  const close = () => Promise.all(browsers.map((browser) => browser.close()));
  try {
    const mounted = mount(peers);
    const shoal = await openShoal(await launch(), mounted.url);
    const pictures = {};
    for (const variant of [...variants.filter((name) => name !== 'base'), 'base']) {
      mounted.show(variant);
      await shoal.refresh();
      pictures[variant] = await takePicture(shoal);
    }
    const subjects = [shoal];
    for (const rival of rivals) {
      if (rival === 'patternfly' && peers > MOST_FOR_PATTERNFLY) continue;
      const subject = await openRival(await launch(), stub.rivalUrl(rival), rival, pictures);
      await subject.draw('base');
      subjects.push(subject);
    }
    return { subjects, picture: pictures.base, pictures, mounted, close };
  } catch (error) {
    await close();
    throw error;
  }
}

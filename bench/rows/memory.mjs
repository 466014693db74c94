/** What stays: the heap after a thousand refreshes, and the process after ten tours through the zooms. */
import { spread } from '../figures.mjs';
import { drag, freeSpot, hold, letGo, markers, notchOf, wheelBy } from '../gestures.mjs';
import { measureHeap } from '../heap.mjs';
import { openShoal, takePicture } from '../subjects.mjs';

export const title = 'memory: a thousand refreshes; ten tours of zooming and panning';

const WARM_UP = 50;
const GROWTH = 0.05;
const RESIDENT_MB = 600;
const TOURS = 10;
/** A peer's mark in map units (graph/picture.ts), from which the zoom is read. */
const MARK = 24;

export async function measure({ report, polls, sizes, mount, launchBrowser }) {
  for (const peers of sizes([1000])) {
    for (const optimises of [true, false])
      await heap({ report, polls, mount, launchBrowser }, peers, optimises);
  }
  for (const peers of sizes([200, 1000])) {
    for (const pixelRatio of [1, 2]) await tours({ report, mount, launchBrowser }, peers, pixelRatio);
  }
}

/**
 * The whole heap, code and all, as people run the page and with V8's optimising compilers off. V8 goes on compiling what
 * runs often for hours: the second, and the objects alone, tell a leak from that.
 */
async function heap({ report, polls, mount, launchBrowser }, peers, optimises) {
  const browser = await launchBrowser({ optimises });
  try {
    const mounted = mount(peers);
    const shoal = await openShoal(browser, mounted.url);
    const asked = mounted.asked();
    mounted.alternate('visible', 'base');
    const refresh = (times) =>
      shoal.page.evaluate(async (count) => {
        for (let done = 0; done < count; done++) {
          document.querySelector('button[aria-label="Refresh"]').click();
          await window.shoal.whenIdle();
        }
      }, times);
    await refresh(WARM_UP);
    const before = await measureHeap(shoal.cdp);
    await refresh(polls - WARM_UP);
    const after = await measureHeap(shoal.cdp);
    const answered = mounted.asked() - asked;
    if (answered !== polls) throw new Error(`${polls} refreshes made ${answered} polls.`);
    const whole = ({ objects, code }) => objects + code;
    const words = ({ objects, code }) => `${megabytes(objects)} and ${megabytes(code)} of code`;
    const decide = (what, part) =>
      report.decide(
        `${peers} peers, ${what} after ${polls} polls`,
        part(after) / part(before),
        1 + GROWTH,
        '×',
        `${words(before)} after ${WARM_UP}, ${words(after)} after ${polls} on the main thread`,
      );
    decide(optimises ? 'heap' : 'heap, V8 not optimising,', whole);
    if (optimises) decide('objects alone', ({ objects }) => objects);
  } finally {
    await browser.close();
  }
}

/** Fit → ×0.5 → ×1 → fit, dragging at each stop. */
async function tours({ report, mount, launchBrowser }, peers, pixelRatio) {
  const browser = await launchBrowser({ pixelRatio });
  try {
    const shoal = await openShoal(browser, mount(peers).url);
    const picture = await takePicture(shoal);
    const spot = await freeSpot(shoal, picture);
    const notch = await notchOf(shoal, markers(picture), spot);
    const fitted = picture.peers[0].size / MARK;
    const sizes = [shoal.residentBytes() / 1e6];
    const pan = async () => {
      await hold(shoal, spot);
      await drag(shoal, spot);
      await letGo(shoal);
    };
    for (let tour = 0; tour < TOURS; tour++) {
      await pan();
      await wheelBy(shoal, notch, 0.5 / fitted);
      await pan();
      await wheelBy(shoal, notch, 2);
      await pan();
      await shoal.home();
      sizes.push(shoal.residentBytes() / 1e6);
    }
    report.decide(
      `${peers} peers at ${pixelRatio}×, process`,
      sizes.at(-1),
      RESIDENT_MB,
      'MB',
      `opened ${sizes[0].toFixed(0)} MB; after tours ${spread(sizes.slice(1), 'MB')}`,
    );
  } finally {
    await browser.close();
  }
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

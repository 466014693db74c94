/** What it costs to find out what is under the mouse, when nothing else changes: small moves on one spot. */
import { median, spread } from '../figures.mjs';
import { openShoal, takePicture } from '../subjects.mjs';

export const title = 'hover: main-thread CPU of a mouse move that changes nothing';

const PICK_MS = 2.5;
const DECIDING = 3000;
const SPOTS = 9;
const MOVES = 10;

export async function measure({ report, sizes, mount, launchBrowser }) {
  for (const peers of sizes([1000, DECIDING])) {
    const browser = await launchBrowser();
    try {
      const shoal = await openShoal(browser, mount(peers).url);
      const { frame } = await takePicture(shoal);
      const samples = [];
      for (let spot = 0; spot < SPOTS; spot++) {
        // On a diagonal through the map, off its buttons.
        const share = 0.2 + (0.6 * spot) / SPOTS;
        const at = { x: frame.x + frame.w * share, y: frame.y + frame.h * share };
        await shoal.page.mouse.move(at.x, at.y);
        await shoal.rest();
        const { main } = await shoal.meter.spent(async () => {
          for (let move = 1; move <= MOVES; move++)
            await shoal.page.mouse.move(at.x + 0.5 * (move % 2), at.y);
        });
        samples.push(main / MOVES);
      }
      const name = `${peers} peers, a move`;
      if (peers === DECIDING)
        report.decide(name, median(samples), PICK_MS, 'ms', `of ${SPOTS} spots ${spread(samples)}`);
      else report.note(name, spread(samples));
    } finally {
      await browser.close();
    }
  }
}

/** From the first answer to the drawn map, layout included, on a page that is open already; against stock Cytoscape. */
import { longest } from '../browser.mjs';
import { SIZES } from '../cluster.mjs';
import { median, spread } from '../figures.mjs';
import { openRival, openShoal, takePicture } from '../subjects.mjs';

export const title = 'first map: main-thread CPU from the answer to the map, layout included';

const OF_STOCK = 1.0;
const DECIDING = 1000;
/** Past so many peers the light ones of the largest boxes fold, whatever is asked for (graph/folding.ts). */
const MOST_UNFOLDED = 1500;
/** No task of the main thread may be longer, ms of CPU. */
const LONGEST_MS = { 1000: 150, 3000: 250 };

export async function measure({ report, runs, sizes, mount, stub, launchBrowser }) {
  for (const peers of sizes([200, DECIDING, 3000])) {
    const [ours, theirs] = [await launchBrowser(), await launchBrowser()];
    try {
      const mounted = mount(peers);
      const shoal = { main: [], longest: [], workers: [] };
      const stock = { main: [], longest: [] };
      let pictures;
      for (let run = 0; run <= runs; run++) {
        mounted.show('empty');
        const map = await openShoal(ours, mounted.url);
        mounted.show('base');
        const { tasks, result } = await map.trace(() => map.meter.spent(map.refresh));
        pictures ??= { base: await takePicture(map) };
        await map.close();
        const rival = await openRival(theirs, stub.rivalUrl('stock'), 'stock', pictures);
        const traced = await rival.trace(() => rival.meter.spent(() => rival.draw('base')));
        await rival.close();
        if (run === 0) continue;
        shoal.main.push(result.main);
        shoal.workers.push(result.workers);
        shoal.longest.push(longest(tasks));
        stock.main.push(traced.result.main);
        stock.longest.push(longest(traced.tasks));
      }
      const size = `${peers}/${SIZES[peers]}`;
      const { peers: marks, links } = pictures.base;
      const drawn = marks.length;
      if (drawn !== peers && peers <= MOST_UNFOLDED) throw new Error(`Drawn were ${drawn} peers.`);
      if (drawn !== peers)
        report.note(
          size,
          `drawn are ${drawn} peers, folds among them, and ${links.length} links; the rival draws the same`,
        );
      report.note(
        `${size} Shoal`,
        `${spread(shoal.main)}, longest task ${spread(shoal.longest)}; workers ${spread(shoal.workers)}`,
      );
      report.note(`${size} stock Cytoscape`, `${spread(stock.main)}, longest task ${spread(stock.longest)}`);
      const ratio = median(shoal.main) / median(stock.main);
      if (peers === DECIDING) report.decide(`${size} against stock Cytoscape`, ratio, OF_STOCK, '×');
      else report.note(`${size} against stock Cytoscape`, `${ratio.toFixed(2)} ×`);
      const limit = LONGEST_MS[peers];
      if (limit !== undefined) report.decide(`${size} longest task`, median(shoal.longest), limit, 'ms');
    } finally {
      await Promise.all([ours.close(), theirs.close()]);
    }
  }
}

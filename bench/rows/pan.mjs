/** What a frame costs while the reader drags the map about and wheels in and out, against rivals and the floor. */
import { median, spread } from '../figures.mjs';
import { drag, freeSpot, hold, letGo, markers, notchOf, wheelBy } from '../gestures.mjs';
import { openAll } from '../line-up.mjs';

export const title = 'pan and zoom: CPU a frame, all threads that draw';

/** Panned and zoomed, Shoal may cost this share of vis-network. */
const OF_VIS = 0.4;
const DECIDING = 1000;
/** In to twice the size and out again, so often. */
const ROUNDS = 2;

export async function measure({ report, runs, sizes, ...bench }) {
  for (const peers of sizes([200, DECIDING])) {
    const { subjects, picture, close } = await openAll(bench, peers, ['vis', 'patternfly', 'stock', 'bare']);
    try {
      const spot = await freeSpot(subjects[0], picture);
      const notches = new Map();
      for (const subject of subjects) notches.set(subject, await notchOf(subject, markers(picture), spot));
      const found = new Map(subjects.map((subject) => [subject, { fresh: [], pan: [], zoom: [], main: [] }]));
      // One more: the first warms up.
      for (let run = 0; run <= runs; run++) {
        for (const subject of subjects) {
          await hold(subject, spot);
          // An engine that keeps drawings of parts makes them anew after a zoom: that is told apart, and decides nothing.
          const fresh = await framed(subject, () => drag(subject, spot));
          const pan = await framed(subject, () => drag(subject, spot));
          await letGo(subject);
          await subject.rest();
          const zoom = await framed(subject, async () => {
            for (let round = 0; round < ROUNDS; round++) {
              await wheelBy(subject, notches.get(subject), 2);
              await wheelBy(subject, notches.get(subject), 1 / 2);
            }
          });
          await subject.home();
          if (run === 0) continue;
          found.get(subject).fresh.push(fresh.drawing);
          found.get(subject).pan.push(pan.drawing);
          found.get(subject).zoom.push(zoom.drawing);
          found.get(subject).main.push(pan.main);
        }
      }
      const links = picture.links.length;
      const cost = (name, what) => median(found.get(subjects.find((subject) => subject.name === name))[what]);
      for (const [{ name }, { fresh, pan, zoom, main }] of found) {
        report.note(
          `${peers}/${links} ${name}`,
          `pan ${spread(pan)}, of it main thread ${spread(main)}; just after a zoom ${spread(fresh)}; zoom ${spread(zoom)}`,
        );
      }
      for (const what of ['pan', 'zoom']) {
        const ratio = cost('Shoal', what) / cost('vis-network', what);
        const floor = (cost('Shoal', what) / cost('bare canvas', what)).toFixed(2);
        const name = `${peers}/${links} ${what} against vis-network`;
        if (peers === DECIDING) report.decide(name, ratio, OF_VIS, '×', `${floor} × the bare canvas`);
        else report.note(name, `${ratio.toFixed(2)} ×, ${floor} × the bare canvas`);
      }
    } finally {
      await close();
    }
  }
}

/** What `act` costs for each frame that had input. */
async function framed(subject, act) {
  const { main, drawing, result } = await subject.meter.spent(async () => {
    await subject.page.evaluate(() => window.benchFrames.start());
    await act();
    return subject.page.evaluate(() => window.benchFrames.stop());
  });
  if (result === 0) throw new Error(`${subject.name} drew no frame.`);
  return { main: main / result, drawing: drawing / result };
}

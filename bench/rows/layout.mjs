/** The layout alone, asked for anew: CPU of the workers, the main thread meanwhile, and that a newer request cancels. */
import { longest } from '../browser.mjs';
import { median, spread } from '../figures.mjs';
import { openShoal } from '../subjects.mjs';

export const title = 'layout: arranging the map anew';

const WORKER_MS = { 1000: 1000, 3000: 3000 };
const MAIN_LONGEST_MS = 100;
const ARRANGE = 'Arrange the map anew';
/** Asked again when this share of the work is done, a cancelled layout adds no more than that; one that goes on adds all. */
const AGAIN_AFTER = 0.3;
const CANCELLED = 1.6;

export async function measure({ report, runs, sizes, mount, launchBrowser }) {
  for (const peers of sizes([1000, 3000])) {
    const browser = await launchBrowser();
    try {
      const shoal = await openShoal(browser, mount(peers).url, { prepare: markMessages });
      const workers = [];
      const main = [];
      const mains = [];
      const wallMs = [];
      for (let run = 0; run <= runs; run++) {
        const { result, tasks, marks } = await shoal.trace(() =>
          shoal.meter.spent(() => shoal.press(ARRANGE)),
        );
        if (run === 0) continue;
        const asked = marks.find(({ name }) => name === 'to worker')?.atMs;
        const got = marks.findLast(({ name }) => name === 'from worker')?.atMs;
        if (asked !== undefined && got !== undefined) wallMs.push(got - asked);
        // Drawing what came is not layout: only tasks that ended before the worker's last word count.
        const during = tasks.filter(
          ({ endMs }) => endMs > (asked ?? 0) && endMs <= (got ?? Number.POSITIVE_INFINITY),
        );
        workers.push(result.workers);
        mains.push(result.main);
        main.push(longest(during));
      }
      report.note(
        `${peers} peers`,
        `workers ${spread(workers)}; main thread ${spread(mains)}, longest ${spread(main)}`,
      );
      const limit = WORKER_MS[peers];
      if (limit === undefined) continue;
      const isInWorker = wallMs.length === runs;
      report.must(
        `${peers} peers, layout in a worker`,
        isInWorker,
        isInWorker ? 'yes' : 'no worker was asked',
      );
      report.decide(
        `${peers} peers, main thread's longest`,
        median(main),
        MAIN_LONGEST_MS,
        'ms',
        spread(main),
      );
      if (!isInWorker) continue;
      report.decide(`${peers} peers, CPU of workers`, median(workers), limit, 'ms', spread(workers));
      const twice = [];
      for (let run = 0; run < runs; run++) {
        const used = await shoal.meter.spent(() => pressTwice(shoal, AGAIN_AFTER * median(wallMs)));
        twice.push(used.workers / median(workers));
      }
      report.decide(
        `${peers} peers, a newer request cancels`,
        median(twice),
        CANCELLED,
        '×',
        spread(twice, '×'),
      );
    } finally {
      await browser.close();
    }
  }
}

const pressTwice = ({ page }, apartMs) =>
  page.evaluate(
    async ([label, ms]) => {
      const button = document.querySelector(`button[aria-label="${label}"]`);
      button.click();
      await new Promise((resolve) => setTimeout(resolve, ms));
      button.click();
      await window.shoal.whenIdle();
    },
    [ARRANGE, apartMs],
  );

/** Runs in the page: what goes to workers and comes from them, as marks in the trace. */
function markMessages() {
  window.Worker = class extends Worker {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', () => performance.mark('bench from worker'));
    }
    postMessage(...args) {
      performance.mark('bench to worker');
      return super.postMessage(...args);
    }
  };
}

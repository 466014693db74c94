/**
 * What an hour of history costs: 360 polls of 1,000 links whose counters and percentiles all move, and of which some come
 * and go. The heap of the worker that keeps it, with its buffers, and the CPU of a poll at the beginning and at the end.
 */
import { createCluster } from '../cluster.mjs';
import { median, spread } from '../figures.mjs';
import { openShoal } from '../subjects.mjs';
import { attachToWorker } from '../worker-session.mjs';

export const title = 'history: an hour at ten seconds, 1,000 links';

const PEERS = 400;
const LINKS = 1000;
const POLLS = 360;
/** Before them the page is still being compiled. */
const WARM_UP = 20;
const MEASURED = 20;
const HEAP_MB = 40;
/** What a poll may cost at the end of the hour, of what it cost at its start. */
const GROWTH = 1.25;
/** Links that are missing from an answer, in a thousand. */
const AWAY = 20;

export async function measure({ report, stub, launchBrowser }) {
  const browser = await launchBrowser();
  try {
    const { url } = stub.mountLive(livingCluster(), 'history');
    const shoal = await openShoal(browser, url, { search: '?level=pod&limit=200000&hide=none&every=off' });
    const worker = await attachToWorker(shoal.cdp);
    await shoal.refresh();
    const heap = async () => heapBytes(await worker());
    const bare = await heap();
    const metered = async (times) => {
      const cpu = [];
      for (let done = 0; done < times; done++) {
        const { main, workers } = await shoal.meter.spent(shoal.refresh);
        cpu.push(main + workers);
      }
      return cpu;
    };
    const refresh = (times) =>
      shoal.page.evaluate(async (count) => {
        for (let done = 0; done < count; done++) {
          document.querySelector('button[aria-label="Refresh"]').click();
          await window.shoal.whenIdle();
        }
      }, times);
    await refresh(WARM_UP);
    const early = await metered(MEASURED);
    await refresh(POLLS - WARM_UP - 2 * MEASURED);
    const late = await metered(MEASURED);
    const full = await heap();
    const samples = await shoal.page.evaluate(() =>
      Number(document.querySelector('[role=slider]').getAttribute('aria-valuemax')),
    );
    report.must('kept', samples >= POLLS - 2, `${samples + 1} samples on the timeline`);
    report.decide(
      'an hour of history',
      (full - bare) / 1e6,
      HEAP_MB,
      'MB',
      `worker ${megabytes(bare)} with two samples, ${megabytes(full)} with ${samples + 1}; buffers counted in`,
    );
    report.decide(
      'the last polls',
      median(late) / median(early),
      GROWTH,
      '× the first',
      `${spread(early)} after ${WARM_UP} polls, ${spread(late)} at the end; page and workers`,
    );
  } finally {
    await browser.close();
  }
}

/** All counters grow, percentiles waver, and other links are away at each poll. */
function livingCluster() {
  const { flows } = JSON.parse(createCluster(PEERS, LINKS).answer('base'));
  let state = 11;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return () => {
    for (const flow of flows) {
      for (const side of [flow.client_stats, flow.server_stats]) {
        if (side === undefined) continue;
        for (const [name, value] of Object.entries(side)) {
          if (typeof value !== 'number') continue;
          side[name] = /_(p\d\d|us)/.test(name)
            ? Math.max(1, Math.round(value * (0.9 + 0.2 * random())))
            : value + Math.floor(random() * 10_000);
        }
      }
    }
    const here = flows.filter(() => random() * 1000 >= AWAY);
    return JSON.stringify({ flows: here, total: here.length, truncated: false });
  };
}

/** Of a worker, after collections: objects and what their buffers hold outside of V8's heap. */
async function heapBytes(worker) {
  // What the first collection finalises only the second can free.
  for (let times = 0; times < 2; times++) await worker.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = await worker.send('Runtime.getHeapUsage');
  return usedSize + backingStorageSize;
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

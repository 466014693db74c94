/**
 * A Chromium of its own for each subject, and what it used: CPU of the main thread, of drawing and of workers, and the
 * tasks of the main thread. All in ms of CPU, not of the clock, because a bench shares its machine.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright';
import { ensureBrowser, sandboxWorks } from '../scripts/browser.mjs';

const VIEWPORT = { width: 1440, height: 900 };
/** A stuck page is a failure of the bench; a busy machine is not. */
const WITHIN_MS = 240_000;
/** Long enough to tell the page's process from the browser's other ones by what they used. */
const MARK_MS = 150;
const MOST_TRIES = 200;

let found;

/**
 * Returns `{ version, open, close }`; `open(url, prepare?)` gives a fresh page, measured. `optimises: false` turns V8's
 * optimising compilers off.
 */
export async function launchBrowser({ pixelRatio = 1, optimises = true } = {}) {
  found ??= await ensureBrowser().then((executablePath) => ({
    executablePath,
    chromiumSandbox: sandboxWorks(executablePath),
  }));
  const args = optimises ? [] : ['--js-flags=--no-maglev --no-turbofan'];
  const browser = await chromium.launch({ ...found, args });
  const whole = await browser.newBrowserCDPSession();
  return {
    version: browser.version(),
    async open(url, prepare) {
      const context = await browser.newContext({
        viewport: VIEWPORT,
        deviceScaleFactor: pixelRatio,
        colorScheme: 'dark',
      });
      const page = await context.newPage();
      page.setDefaultTimeout(WITHIN_MS);
      page.on('pageerror', (error) => console.error('bench: uncaught', error));
      await page.addInitScript(countFrames);
      if (prepare !== undefined) await page.addInitScript(prepare);
      await page.goto(url);
      const cdp = await context.newCDPSession(page);
      await cdp.send('Performance.enable');
      const pid = await findProcess(page, whole);
      await unwatchNetwork(page);
      return {
        page,
        cdp,
        meter: createMeter(cdp, whole, pid),
        trace: (act) => trace(whole, pid, act),
        /** Resident memory of the page's process, bytes. */
        residentBytes: () => residentBytes(pid),
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
}

/** Runs in the page: how many frames had input, so that CPU can be told per frame however slow a subject is. */
function countFrames() {
  let moved = false;
  let running = false;
  let frames = 0;
  for (const type of ['mousemove', 'wheel']) {
    addEventListener(
      type,
      () => {
        moved = true;
      },
      { capture: true, passive: true },
    );
  }
  const tick = () => {
    if (moved) frames++;
    moved = false;
    if (running) requestAnimationFrame(tick);
  };
  window.benchFrames = {
    start() {
      running = true;
      frames = 0;
      moved = false;
      requestAnimationFrame(tick);
    },
    /** The last frame is counted when it is drawn. */
    async stop() {
      for (let more = 0; more < 2; more++) await new Promise((resolve) => requestAnimationFrame(resolve));
      running = false;
      return frames;
    },
  };
}

/**
 * Playwright watches the network of what it drives, and for whoever watches, the browser tells the page's main thread of
 * every piece of an answer: hundreds of a large one. No reader has that. Private to Playwright ≤ 1.65.
 */
async function unwatchNetwork(page) {
  const sessions = page._connection?.toImpl?.(page)?.delegate?._networkManager?._sessions;
  if (sessions === undefined)
    throw new Error('This Playwright keeps its sessions elsewhere: see unwatchNetwork.');
  await Promise.all([...sessions.keys()].map((session) => session.send('Network.disable')));
}

const metric = async (cdp, name) =>
  (await cdp.send('Performance.getMetrics')).metrics.find((entry) => entry.name === name)?.value ?? 0;
const processes = async (whole) => (await whole.send('SystemInfo.getProcessInfo')).processInfo;

/**
 * The page's process: of the browser's renderers the one that works while the page does, and rests while it rests. The
 * browser keeps a spare one, which is busy for a second when it starts.
 */
async function findProcess(page, whole) {
  const used = async () => {
    const renderers = (await processes(whole)).filter(({ type }) => type === 'renderer');
    return new Map(renderers.map(({ id, cpuTime }) => [id, 1000 * cpuTime]));
  };
  /** What each renderer used while `act` ran, ms. */
  const during = async (act) => {
    const before = await used();
    await act();
    return new Map([...(await used())].map(([id, ms]) => [id, ms - (before.get(id) ?? 0)]));
  };
  let before;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const resting = await during(() => page.waitForTimeout(MARK_MS));
    const working = await during(() =>
      page.evaluate((ms) => {
        const until = performance.now() + ms;
        while (performance.now() < until);
      }, MARK_MS),
    );
    const found = [...working].filter(([id, ms]) => ms > MARK_MS / 2 && (resting.get(id) ?? 0) < MARK_MS / 4);
    const [one] = found.length === 1 ? found[0] : [];
    // Twice, as another's start may fall into just one of these moments.
    if (one !== undefined && one === before) return one;
    before = one;
  }
  throw new Error('The process of the page could not be told from the others.');
}

/**
 * `read()` gives what was used so far, ms of CPU: `main` is the page's main thread; `drawing` all threads of the page's
 * process but its workers, and the GPU process; `workers` those workers.
 */
function createMeter(cdp, whole, pid) {
  async function read() {
    const main = 1000 * (await metric(cdp, 'ThreadTime'));
    const gpu = (await processes(whole)).find(({ type }) => type === 'GPU')?.cpuTime ?? 0;
    const threads = threadTimes(pid);
    // Elsewhere than on Linux workers cannot be told apart; then what is not the main thread counts as drawing too.
    const all = threads?.all ?? 1000 * (await metric(cdp, 'ProcessTime'));
    const workers = threads?.workers ?? 0;
    return { main, drawing: all - workers + 1000 * gpu, workers };
  }
  return {
    read,
    /** What `act` used; resolves with the three figures and its `result`. */
    async spent(act) {
      const before = await read();
      const result = await act();
      const after = await read();
      return {
        main: after.main - before.main,
        drawing: after.drawing - before.drawing,
        workers: after.workers - before.workers,
        result,
      };
    },
  };
}

function threadTimes(pid) {
  if (process.platform !== 'linux') return undefined;
  const sums = { all: 0, workers: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const folder = `/proc/${pid}/task/${thread}`;
      const ms = Number(readFileSync(`${folder}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
      sums.all += ms;
      if (readFileSync(`${folder}/comm`, 'utf8').startsWith('DedicatedWorker')) sums.workers += ms;
    } catch {
      // It ended while we looked.
    }
  }
  return sums;
}

function residentBytes(pid) {
  if (process.platform !== 'linux') return Number.NaN;
  return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/**
 * The main thread's tasks while `act` runs, `{ startMs, endMs, cpuMs }`, and what the page marked with
 * `performance.mark('bench …')`, `{ name, atMs }`, on one clock.
 */
async function trace(whole, pid, act) {
  const events = [];
  const collect = ({ value }) => events.push(...value);
  whole.on('Tracing.dataCollected', collect);
  await whole.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'blink.user_timing'] },
  });
  const result = await act();
  const complete = new Promise((resolve) => whole.once('Tracing.tracingComplete', resolve));
  await whole.send('Tracing.end');
  await complete;
  whole.off('Tracing.dataCollected', collect);
  const ours = events.filter((event) => event.pid === pid);
  const main = ours.find(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')?.tid;
  const tasks = ours
    .filter(({ name, tid, ph }) => name === 'ThreadControllerImpl::RunTask' && tid === main && ph === 'X')
    // A task of no measurable CPU comes without it.
    .map(({ ts, dur, tdur = 0 }) => ({ startMs: ts / 1000, endMs: (ts + dur) / 1000, cpuMs: tdur / 1000 }));
  if (tasks.length === 0) throw new Error('The trace has no task of the main thread.');
  const marks = ours
    .filter(({ name }) => name.startsWith('bench '))
    .map(({ name, ts }) => ({ name: name.slice('bench '.length), atMs: ts / 1000 }));
  return { result, tasks, marks };
}

/** The longest task, ms of CPU. */
export const longest = (tasks) => tasks.reduce((most, { cpuMs }) => Math.max(most, cpuMs), 0);

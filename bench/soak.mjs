#!/usr/bin/env node
/**
 * Half an hour of polling every 5 s, with the page's clock advanced so that it takes about three minutes: does memory
 * grow, do two polls overlap, does a hidden tab stay silent? Prints figures; exits with 1 when one of them is bad.
 * `node bench/soak.mjs [shoal options]`; without any, the lab recording, played so fast that every poll is another.
 */
import { spawn } from 'node:child_process';
import { chromium } from 'playwright';
import { ensureBrowser, sandboxWorks } from '../scripts/browser.mjs';
import { ensureBuilt, SERVER } from './build.mjs';
import { measureHeap } from './heap.mjs';
import { attachToWorker } from './worker-session.mjs';

const POLLS = 360;
const EVERY_MS = 5000;
/** Two minutes of the page's time: code is compiled, caches are full. */
const WARM_UP_POLLS = 24;
const MEASURED_AT = new Set([WARM_UP_POLLS, 120, 240, POLLS]);
/** Less is the browser's own, such as its lists of layout shifts and requests; a leak of 3 kB a poll would be more. */
const GROWTH_ALLOWED_BYTES = 1_000_000;
/** A poll that is no answer after this is a failure of the bench. */
const POLL_WITHIN_MS = 30_000;

await ensureBuilt(false);
const given = process.argv.slice(2);
// A poll takes about 0.4 s here, in which 12 times as much recorded time passes: a line of the recording.
const args = given.length > 0 ? given : ['--recording', 'lab', '--speed', '12'];

const server = spawn(process.execPath, [SERVER, '--port', '0', ...args], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise((resolve, reject) => {
  server.once('exit', () => reject(new Error('shoal did not start')));
  server.stdout.on('data', (chunk) => {
    const ready = /^shoal: (http\S+)/m.exec(chunk.toString());
    if (ready !== null) resolve(ready[1]);
  });
});

const executablePath = await ensureBrowser();
const browser = await chromium.launch({
  executablePath,
  chromiumSandbox: sandboxWorks(executablePath),
});
const startedMs = Date.now();
const results = { mostAtOnce: 0, asked: 0, answered: 0, failed: 0, hidden: 0, heaps: [] };
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', (error) => console.error('bench: uncaught', error));

  // A poll is its two requests, one after the other: two at once are two polls.
  let underWay = 0;
  const isApi = (request) => request.url().includes('/mcp/flows');
  page.on('request', (request) => {
    if (!isApi(request)) return;
    underWay++;
    results.mostAtOnce = Math.max(results.mostAtOnce, underWay);
    if (!request.url().includes('/summary')) results.asked++;
  });
  page.on('requestfinished', (request) => {
    if (!isApi(request)) return;
    underWay--;
    if (request.url().includes('/summary')) results.answered++;
  });
  page.on('requestfailed', (request) => {
    if (!isApi(request)) return;
    underWay--;
    results.failed++;
  });

  const cdp = await page.context().newCDPSession(page);
  const worker = await attachToWorker(cdp);
  const heap = async () => ({ page: await measureHeap(cdp), worker: await measureHeap(await worker()) });
  const answered = async (wanted) => {
    const deadlineMs = Date.now() + POLL_WITHIN_MS;
    while (results.answered < wanted) {
      if (Date.now() > deadlineMs) throw new Error(`poll ${wanted} had no answer`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await page.evaluate(() => window.shoal.whenIdle());
  };

  await page.clock.install();
  await page.goto(`${url}?every=5s`);
  await answered(1);
  for (let poll = 1; poll <= POLLS; poll++) {
    await page.clock.fastForward(EVERY_MS);
    await answered(poll + 1);
    if (!MEASURED_AT.has(poll)) continue;
    const used = await heap();
    results.heaps.push(used);
    const minutes = (poll * EVERY_MS) / 60_000;
    console.log(
      `after ${minutes} min: page ${words(used.page)}; worker ${words(used.worker)}; ` +
        `${results.asked} polls, ${Math.round((Date.now() - startedMs) / 1000)} s of real time`,
    );
  }

  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  });
  const before = results.asked;
  for (let times = 0; times < 120; times++) await page.clock.fastForward(EVERY_MS);
  await page.evaluate(() => window.shoal.whenIdle());
  results.hidden = results.asked - before;
} finally {
  await browser.close();
  server.kill('SIGKILL');
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
function words({ objects, code }) {
  return `${megabytes(objects)} and ${megabytes(code)} of code`;
}

const realMs = Date.now() - startedMs;
const [first] = results.heaps;
const last = results.heaps.at(-1);
const growth = (who) => last[who].objects - first[who].objects;
const checks = [
  ...['page', 'worker'].map((who) => [
    `heap of the ${who} after ${(WARM_UP_POLLS * EVERY_MS) / 60_000} and ${(POLLS * EVERY_MS) / 60_000} min: ` +
      `${megabytes(first[who].objects)} → ${megabytes(last[who].objects)}`,
    growth(who) <= GROWTH_ALLOWED_BYTES,
  ]),
  [`most requests at once ${results.mostAtOnce}`, results.mostAtOnce === 1],
  [
    `polls ${results.asked}, at least one an interval and no more than time allows; failed requests ${results.failed}`,
    // The page's clock also runs by itself, so that real time adds a few.
    results.asked > POLLS && results.asked <= POLLS + 2 + realMs / EVERY_MS && results.failed === 0,
  ],
  [`requests of the hidden tab in 10 min ${results.hidden}`, results.hidden === 0],
];
for (const [text, good] of checks) console.log(`${good ? 'ok ' : 'BAD'} ${text}`);
process.exitCode = checks.every(([, good]) => good) ? 0 : 1;

/**
 * A cluster of 2,000 services, about a hundred thousand flows, from the project's own simulator and server: does the map
 * open readable, what does it cost to open one namespace, and what does a poll cost the page?
 */
import { spawn } from 'node:child_process';
import { longest } from '../browser.mjs';
import { SERVER } from '../build.mjs';
import { median, spread } from '../figures.mjs';
import { openShoal } from '../subjects.mjs';

export const title = 'services: --services 2000, limit=200000, level auto';

const SEARCH = '?limit=200000&every=off&theme=dark';
/** Polls that are dropped first, while V8 compiles. */
const WARM_UP = 8;
const EXPAND_MS = 300;
const POLL_MS = 50;
/** A name smaller than this is not read (DESIGN §5). */
const LEGIBLE_PX = 11;
const NAMED = 0.9;

export async function measure({ report, runs, launchBrowser }) {
  const server = await startServer(['--simulate', '--services', '2000', '--seed', '1']);
  const browser = await launchBrowser();
  try {
    const shoal = await openShoal(browser, server.url, { search: SEARCH });
    const { level, peers, links, coverage } = await shoal.picture();
    report.note(
      'opened',
      `${coverage.flows} flows at ${level}: ${peers.length} peers, ${links.length} links`,
    );
    const named = peers.filter(({ labelPx }) => labelPx >= LEGIBLE_PX).length;
    report.must(
      'opens readable',
      named >= NAMED * peers.length && !coverage.truncated,
      `${named} of ${peers.length} names are drawn at ${LEGIBLE_PX} px or more`,
    );

    const polls = { main: [], workers: [], longest: [] };
    for (let run = 1 - WARM_UP; run <= runs; run++) {
      const { main, workers } = await shoal.meter.spent(shoal.refresh);
      if (run <= 0) continue;
      polls.main.push(main);
      polls.workers.push(workers);
    }
    // Apart, because tracing costs time itself.
    for (let run = 0; run < runs; run++)
      polls.longest.push(longest((await shoal.trace(shoal.refresh)).tasks));
    report.decide(
      'a poll, main thread',
      median(polls.main),
      POLL_MS,
      'ms',
      `${spread(polls.main)}, longest task ${spread(polls.longest)}; workers ${spread(polls.workers)}`,
    );
    await expansions({ report, runs, shoal, peers });
  } finally {
    await browser.close();
    server.stop();
  }
}

/** Opens one namespace after another in place, as its URL says it (DESIGN §6). */
async function expansions({ report, runs, shoal, peers }) {
  const names = peers.filter(({ kind }) => kind === 'namespace').map(({ label }) => label);
  const show = (expand) => shoal.page.evaluate(goTo, expand);
  const samples = [];
  let inside = 0;
  for (let run = 0; run <= runs; run++) {
    const name = names[run % names.length];
    const { main } = await shoal.meter.spent(() => show(name));
    const open = (await shoal.picture()).peers.filter(
      ({ namespace, kind }) => namespace === name && kind !== 'namespace',
    );
    inside += open.length;
    await show(undefined);
    if (run > 0) samples.push(main);
  }
  if (inside === 0) report.must('a namespace expands', false, `expand=${names[0]} opens nothing`);
  else report.decide('a namespace expands, main thread', median(samples), EXPAND_MS, 'ms', spread(samples));
}

/** Runs in the page: goes back in history, as it were, to a view with this namespace open, or to one with none. */
async function goTo(expand) {
  const url = new URL(location.href);
  if (expand === undefined) url.searchParams.delete('expand');
  else url.searchParams.set('expand', expand);
  history.pushState(null, '', url);
  dispatchEvent(new PopStateEvent('popstate'));
  await window.shoal.whenIdle();
}

function startServer(args) {
  const child = spawn(process.execPath, [SERVER, '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`shoal ended with ${code}`)));
    child.stdout.on('data', (chunk) => {
      const url = /^shoal: (http\S+)/m.exec(chunk.toString())?.[1];
      if (url !== undefined) resolve({ url, stop: () => child.kill('SIGKILL') });
    });
  });
}

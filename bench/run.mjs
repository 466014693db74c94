#!/usr/bin/env node
/**
 * `npm run bench -- [--only pan,refresh] [--runs 5] [--sizes 1000,3000] [--polls 1000] [--no-build]`: measures the built
 * page against its rivals and decides what DESIGN asks of speed. Exits with 1 when a row fails. See bench/README.md.
 */
import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensurePackages } from '../scripts/setup.mjs';

ensurePackages();
const { launchBrowser } = await import('./browser.mjs');
const { DIST, ensureBuilt } = await import('./build.mjs');
const { createCluster, SIZES } = await import('./cluster.mjs');
const { createReport } = await import('./figures.mjs');
const { startStub } = await import('./stub.mjs');

/** In this order; the soak and the memory row take minutes. */
const ROWS = ['pan', 'refresh', 'first-map', 'layout', 'hover', 'matrix', 'services', 'history', 'memory'];
const ALL = [...ROWS, 'soak'];

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: ROWS.join(',') },
    runs: { type: 'string', default: '5' },
    sizes: { type: 'string' },
    polls: { type: 'string', default: '1000' },
    'no-build': { type: 'boolean', default: false },
  },
});
const only = values.only.split(',');
const strangers = only.filter((name) => !ALL.includes(name));
const sizes = values.sizes?.split(',').map(Number);
if (strangers.length > 0 || sizes?.some((size) => !(size in SIZES))) {
  console.error(`bench: --only takes ${ALL.join(',')}; --sizes takes ${Object.keys(SIZES).join(',')}.`);
  process.exit(2);
}

await ensureBuilt(!values['no-build']);
const first = await launchBrowser();
const { version } = first;
await first.close();
console.log(
  `${cpus().length} × ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}, ` +
    `Chromium ${version} headless without a GPU; medians of ${values.runs} (least..most), ms of CPU`,
);

const stub = await startStub(DIST);
const report = createReport();
const clusters = new Map();
let mounts = 0;
const bench = {
  report,
  stub,
  launchBrowser,
  runs: Number(values.runs),
  polls: Number(values.polls),
  /** The sizes that were asked for, else those a row wants. Only a row's own sizes decide; others are said. */
  sizes: (wanted) => sizes ?? wanted,
  /** A page of its own for the cluster of so many peers. */
  mount(peers) {
    const cluster = clusters.get(peers) ?? createCluster(peers);
    clusters.set(peers, cluster);
    return stub.mount(cluster, `map-${mounts++}`);
  },
};
try {
  for (const name of ROWS.filter((row) => only.includes(row))) {
    const { measure, title } = await import(`./rows/${name}.mjs`);
    report.title(title);
    // A row that breaks is a row that fails; the others still say what they find.
    await measure(bench).catch((error) => report.must(name, false, `broke: ${error.stack ?? error}`));
  }
} finally {
  stub.close();
}
if (only.includes('soak')) {
  report.title('soak: half an hour of polling');
  const { status } = spawnSync(process.execPath, [fileURLToPath(new URL('soak.mjs', import.meta.url))], {
    stdio: 'inherit',
  });
  report.must('soak', status === 0, status === 0 ? 'see above' : `ended with ${status}`);
}

const failed = report.decisions.filter(({ ok }) => !ok);
console.log(`\n${report.decisions.length - failed.length} pass, ${failed.length} fail`);
process.exitCode = failed.length === 0 ? 0 : 1;

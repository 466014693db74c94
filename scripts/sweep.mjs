#!/usr/bin/env node
/**
 * `npm run sweep`: the simulator's proportions and scenarios and the map's layout over many seeds; then the e2e tests with
 * everything late (`SHOAL_LATE_MS`, e2e/fixtures.ts), which finds what counts on being lucky. Half an hour, so it runs
 * beside the suite, before an issue that asks for it is called resolved. Arguments go to the first part, and leave out
 * the second.
 */
import { spawnSync } from 'node:child_process';

const LATE_MS = '150';

const more = process.argv.slice(2);
const run = (command, args, env) => {
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
};

const SWEPT = [
  'src/sources/simulated',
  'src/graph/picture.test.ts',
  'src/graph/layout',
  'src/backstage/legibility.test.ts',
  'src/sources/pcap/fuzz.test.ts',
];
run('npx', ['vitest', 'run', ...SWEPT, ...more], { SWEEP: '1' });
if (more.length === 0) {
  run(process.execPath, ['scripts/build.mjs'], {});
  run(process.execPath, ['scripts/browser.mjs'], {});
  run('npx', ['playwright', 'test'], { SHOAL_LATE_MS: LATE_MS });
}

#!/usr/bin/env node
/**
 * `npm run sweep`: the simulator's proportions and scenarios and the map's layout over many seeds. Minutes, so it runs
 * beside the suite, before an issue that asks for it is called resolved.
 */
import { spawnSync } from 'node:child_process';

const { status } = spawnSync(
  'npx',
  [
    'vitest',
    'run',
    'src/sources/simulated',
    'src/graph/picture.test.ts',
    'src/graph/layout',
    'src/backstage/legibility.test.ts',
    'src/sources/pcap/fuzz.test.ts',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', env: { ...process.env, SWEEP: '1' }, shell: process.platform === 'win32' },
);
process.exit(status ?? 1);

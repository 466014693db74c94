#!/usr/bin/env node
/**
 * `npm run test:system`: Shoal against other programs, where this machine has them. Says which are missing; what could
 * not be tested has not passed, so then it ends with 1. Beside the suite, because a fresh clone needs none of them.
 */
import { spawnSync } from 'node:child_process';
import { startVitest } from 'vitest/node';
import { ensureBuilt, root } from './setup.mjs';

const TOOLS = [
  { name: 'tshark', args: ['--version'], files: ['system/captures.test.ts'], fix: 'apt-get install tshark' },
  { name: 'nginx', args: ['-v'], files: ['system/nginx.test.ts'], fix: 'apt-get install nginx-light' },
  {
    name: 'kubectl',
    args: ['version', '--client'],
    files: ['system/kubectl.test.ts'],
    fix: 'your package manager; 1.21 or newer',
  },
];

/** Too slow for the suite, and in need of nothing. */
const ALWAYS = ['system/containerfile.test.ts', 'system/package.test.ts'];

const isThere = ({ name, args }) => spawnSync(name, args, { stdio: 'ignore' }).status === 0;
const missing = TOOLS.filter((tool) => !isThere(tool));
const files = [...ALWAYS, ...TOOLS.filter((tool) => !missing.includes(tool)).flatMap((tool) => tool.files)];

// A large capture takes tshark a while.
const LONGEST_TEST_MS = 300_000;

ensureBuilt();
const options = {
  root,
  config: false,
  watch: false,
  include: files,
  testTimeout: LONGEST_TEST_MS,
  hookTimeout: LONGEST_TEST_MS,
};
const vitest = await startVitest('test', [], options);
const modules = vitest.state.getTestModules();
const failed = modules.length < files.length || modules.some((module) => !module.ok());
await vitest.close();
for (const { name, files: untested, fix } of missing) {
  console.error(`shoal: ${name} is missing, so ${untested.join(', ')} did not run. Try: ${fix}`);
}
process.exit(failed || missing.length > 0 ? 1 : 0);

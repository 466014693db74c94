#!/usr/bin/env node
/**
 * `npm test`: everything that must hold, from a fresh clone on. Installs what is missing, stops at the first step that
 * fails, and ends with `N passed, N failed`: tests that ran, as vitest and Playwright counted them.
 * `npm test -- --only=check|unit|e2e` runs a part.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages, root } from './setup.mjs';

const PARTS = ['check', 'unit', 'e2e'];
const [argument, ...more] = process.argv.slice(2);
const only = argument?.replace(/^--only=/, '');
if (more.length > 0 || (only !== undefined && (only === argument || !PARTS.includes(only)))) {
  console.error(`shoal: npm test takes --only=${PARTS.join('|')} and nothing else.`);
  process.exit(2);
}

const results = join(root, 'test-results');
const unitFile = join(results, 'unit.json');
const e2eFile = join(results, 'e2e.json');
const bin = (path) => join(root, 'node_modules', path);

// Both counts come from the reporters' own files: what crashed before it wrote one has run no test.
const readJson = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
};
const countUnit = () => {
  const report = readJson(unitFile);
  return {
    passed: report?.numPassedTests ?? 0,
    failed: report?.numFailedTests ?? 0,
    skipped: report?.numPendingTests ?? 0,
  };
};
const countE2e = () => {
  const stats = readJson(e2eFile)?.stats;
  return {
    passed: stats?.expected ?? 0,
    failed: (stats?.unexpected ?? 0) + (stats?.flaky ?? 0),
    skipped: stats?.skipped ?? 0,
  };
};

/** Why e2e tests were skipped, each reason once. Unit tests say theirs as they run. */
function skipReasons() {
  const reasons = new Set();
  const visit = ({ suites = [], specs = [] }) => {
    for (const { tests } of specs) {
      for (const { annotations } of tests) {
        for (const { type, description } of annotations) if (type === 'skip') reasons.add(description);
      }
    }
    suites.forEach(visit);
  };
  visit(readJson(e2eFile) ?? {});
  return reasons;
}

const STEPS = [
  { part: 'check', name: 'biome', args: [bin('@biomejs/biome/bin/biome'), 'check', '.'] },
  { part: 'check', name: 'types', args: [bin('typescript/bin/tsc'), '--noEmit'] },
  { part: 'check', name: 'knip', args: [bin('knip/bin/knip.js')] },
  {
    part: 'unit',
    name: 'unit tests',
    args: [
      bin('vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${unitFile}`,
    ],
    count: countUnit,
  },
  { part: 'check e2e', name: 'build', args: [join(root, 'scripts/build.mjs')] },
  { part: 'check', name: 'size', args: [bin('size-limit/bin.js')] },
  { part: 'e2e', name: 'browser', args: [join(root, 'scripts/browser.mjs')] },
  {
    part: 'e2e',
    name: 'e2e tests',
    args: [bin('@playwright/test/cli.js'), 'test', '--reporter=list,json'],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: e2eFile },
    count: countE2e,
  },
];

ensurePackages();
rmSync(results, { recursive: true, force: true });
mkdirSync(results);

const sum = { passed: 0, failed: 0, skipped: 0 };
let problem;
for (const { part, name, args, env, count } of STEPS) {
  if (only !== undefined && !part.split(' ').includes(only)) continue;
  console.log(`\n— ${name}`);
  const startedMs = Date.now();
  const { status, signal } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (status !== 0) problem = `${name} failed${signal === null ? '' : ` (${signal})`}`;
  if (count !== undefined) {
    const { passed, failed, skipped } = count();
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
    if (passed + failed === 0) problem ??= `${name}: none ran`;
    else if (failed > 0) problem ??= `${name} failed`;
  }
  console.log(
    `— ${name}: ${problem === undefined ? 'ok' : 'failed'}, ${Math.round((Date.now() - startedMs) / 1000)} s`,
  );
  if (problem !== undefined) break;
}

if (sum.skipped > 0) console.log(`\n${sum.skipped} skipped`);
for (const reason of skipReasons()) console.log(`  ${reason}`);
if (problem !== undefined) console.log(`\nshoal: ${problem}; nothing after it was run.`);
console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = problem === undefined ? 0 : 1;

#!/usr/bin/env node
/**
 * `npm start -- [options]`: installs and builds what is missing or out of date, then becomes the server.
 * Plain Node, because on a fresh clone there is nothing else. What install and build say goes to stderr.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** When a file changed, 0 when it is not there. */
const changedMs = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** The latest change of a file, or of the files in a folder. Tests are no part of a build. */
function latestMs(path) {
  const full = join(root, path);
  if (!existsSync(full)) return 0;
  if (!statSync(full).isDirectory()) return changedMs(path);
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0);
}

function must(what, command, args) {
  process.stderr.write(`shoal: ${what}\n`);
  const isWindows = process.platform === 'win32';
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: isWindows,
  });
  if (status === 0) return;
  process.stderr.write(`shoal: ${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}.\n`);
  process.exit(1);
}

if (changedMs('node_modules/.package-lock.json') < changedMs('package-lock.json')) {
  // Everything is bundled, so all packages are development packages; NODE_ENV=production would leave them out.
  must('installing packages (npm ci) …', 'npm', ['ci', '--include=dev', '--no-audit', '--no-fund']);
}

const SOURCES = [
  'src',
  'public',
  'index.html',
  'vite.config.ts',
  'scripts/build.mjs',
  'package.json',
  'package-lock.json',
];
const isBuilt =
  existsSync(join(root, 'dist/server/shoal.js')) && existsSync(join(root, 'dist/page/index.html'));
if (!isBuilt || SOURCES.some((path) => latestMs(path) > changedMs('dist/built'))) {
  must('building …', process.execPath, [join(root, 'scripts/build.mjs')]);
}

// In this process, so that signals, exit code and standard output are the server's own.
await import('../dist/server/shoal.js');

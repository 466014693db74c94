/**
 * What a fresh clone lacks: packages and a build. Shared by `npm start` and `npm test`.
 * Plain Node, because at first there is nothing else. What install and build say goes to stderr.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const isWindows = process.platform === 'win32';
// npm and browsers keep their caches at home; a container may have none set, and they would write into the project.
if (!isWindows && !process.env.HOME) process.env.HOME = userInfo().homedir;

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

/** Runs a command with its output on stderr. Ends this process with a sentence when it fails. */
function must(what, command, args) {
  process.stderr.write(`shoal: ${what}\n`);
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: isWindows,
  });
  if (status === 0) return;
  process.stderr.write(`shoal: ${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}.\n`);
  process.exit(1);
}

export function ensurePackages() {
  if (changedMs('node_modules/.package-lock.json') >= changedMs('package-lock.json')) return;
  // Everything is bundled, so all packages are development packages; NODE_ENV=production would leave them out.
  must('installing packages (npm ci) …', 'npm', ['ci', '--include=dev', '--no-audit', '--no-fund']);
}

const SOURCES = [
  'src',
  'public',
  'index.html',
  'vite.config.ts',
  'scripts/build.mjs',
  'scripts/build-snapshot.mjs',
  'package.json',
  'package-lock.json',
];

export function ensureBuilt() {
  const isBuilt =
    existsSync(join(root, 'dist/server/shoal.js')) && existsSync(join(root, 'dist/page/index.html'));
  if (isBuilt && SOURCES.every((path) => latestMs(path) <= changedMs('dist/built'))) return;
  must('building …', process.execPath, [join(root, 'scripts/build.mjs')]);
}

/**
 * What a bench needs before it can run: the rivals' packages (bench/package.json), and builds of the page, the server
 * and the rivals' pages in bench/dist, which no other part of the project reads or writes.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../scripts/setup.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
/** Holds `page/`, `server/shoal.js` and `rivals/`, side by side as in the product's own dist/. */
export const DIST = join(here, 'dist');
export const SERVER = join(DIST, 'server', 'shoal.js');
const RIVALS = ['vis', 'patternfly', 'stock', 'bare', 'table', 'cells'];

const changedMs = (path) => statSync(join(here, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Installs packages when the lockfile is newer than what is installed. Throws with npm's failure. */
function ensureRivalPackages() {
  if (changedMs('node_modules/.package-lock.json') >= changedMs('package-lock.json')) return;
  console.error('bench: installing what Shoal is compared with (npm ci) …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: here,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('npm ci in bench/ failed.');
}

/** Builds the product as scripts/build.mjs does, into bench/dist. */
async function buildProduct() {
  const { build } = await import('vite');
  mkdirSync(DIST, { recursive: true });
  const quiet = { root, logLevel: 'warn' };
  const configFile = join(root, 'vite.config.ts');
  await build({ ...quiet, configFile, build: { outDir: join(DIST, 'page'), emptyOutDir: true } });
  await build({
    ...quiet,
    configFile: false,
    publicDir: false,
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: 'src/server/main.ts',
      outDir: join(DIST, 'server'),
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'shoal.js', codeSplitting: false } },
    },
  });
}

async function buildRivals() {
  ensureRivalPackages();
  const { build } = await import('vite');
  await build({
    root: join(here, 'rivals'),
    configFile: false,
    logLevel: 'error',
    base: './',
    build: {
      outDir: join(DIST, 'rivals'),
      emptyOutDir: true,
      target: 'es2022',
      chunkSizeWarningLimit: 5000,
      rolldownOptions: { input: RIVALS.map((rival) => join(here, 'rivals', `${rival}.html`)) },
    },
  });
}

/** Everything; `rebuild` false keeps what is there. */
export async function ensureBuilt(rebuild) {
  if (rebuild || !existsSync(SERVER)) {
    console.error('bench: building the page and the server …');
    await buildProduct();
  }
  if (rebuild || !existsSync(join(DIST, 'rivals'))) {
    console.error('bench: building the rivals …');
    await buildRivals();
  }
}

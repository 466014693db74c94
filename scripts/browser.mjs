#!/usr/bin/env node
/**
 * The browser of the tests: SHOAL_BROWSER, else an installed Chromium or Chrome, else Playwright's own, else the one of
 * the system's package manager. Knows where browsers live and how they are got; refuses to know what is tested.
 * Run as a program it makes sure that there is one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './setup.mjs';

const isWindows = process.platform === 'win32';
const isRoot = process.getuid?.() === 0;

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const PLACES = {
  linux: ['/usr/lib/chromium/chromium', '/opt/google/chrome/chrome', '/snap/bin/chromium'],
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA']
    .map((name) => process.env[name])
    .filter((folder) => folder !== undefined)
    .map((folder) => join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')),
};

/** Some systems install a script of this name that only says how to install the browser. */
function runs(path) {
  if (!existsSync(path)) return false;
  // Asked for its version there, Chrome opens a window.
  if (isWindows) return true;
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  return status === 0 && /chrom/i.test(stdout);
}

function installed() {
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => NAMES.map((name) => join(folder, isWindows ? `${name}.exe` : name)));
  return [...onPath, ...(PLACES[process.platform] ?? [])].find(runs);
}

/** Playwright's own; imported late, because a fresh clone has no packages yet. */
async function downloaded() {
  const { chromium } = await import('playwright');
  const path = chromium.executablePath();
  return runs(path) ? path : undefined;
}

/** The path of a browser that starts, or undefined. Throws when SHOAL_BROWSER names none. */
export async function findBrowser() {
  const given = process.env.SHOAL_BROWSER;
  if (given) {
    if (runs(given)) return given;
    throw new Error(`SHOAL_BROWSER is ${given}, which is no Chromium that starts here.`);
  }
  return installed() ?? (await downloaded());
}

/** Root, containers and some kernels do not let Chromium build its sandbox; then it must be started without. */
export function sandboxWorks(path) {
  if (isRoot) return false;
  if (process.platform !== 'linux') return true;
  const { status } = spawnSync(path, ['--headless', '--disable-gpu', '--dump-dom', 'about:blank'], {
    timeout: 20_000,
  });
  return status === 0;
}

const PACKAGE_MANAGERS = [
  {
    command: 'apt-get',
    steps: [['update'], ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core']],
  },
  { command: 'dnf', steps: [['install', '-y', 'chromium', 'dejavu-sans-fonts']] },
  { command: 'apk', steps: [['add', 'chromium', 'font-dejavu']] },
];

const run = (command, args) => {
  console.error(`shoal: ${command} ${args.join(' ')}`);
  return (
    spawnSync(command, args, {
      cwd: root,
      stdio: ['ignore', 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      shell: isWindows,
    }).status === 0
  );
};

/** Finds a browser or gets one. Rejects with the sentence that says what to install. */
export async function ensureBrowser() {
  const found = await findBrowser();
  if (found !== undefined) return found;
  const cli = join(root, 'node_modules', 'playwright', 'cli.js');
  // The system libraries need root; where they are there already, the browser alone will do.
  const withDeps = process.platform === 'linux' && isRoot ? ['--with-deps'] : [];
  run(process.execPath, [cli, 'install', ...withDeps, 'chromium']);
  const own = await downloaded();
  if (own !== undefined) return own;
  for (const { command, steps } of isRoot ? PACKAGE_MANAGERS : []) {
    if (spawnSync(command, ['--version']).error !== undefined) continue;
    if (steps.every((args) => run(command, args))) {
      const fromSystem = installed();
      if (fromSystem !== undefined) return fromSystem;
    }
  }
  throw new Error(
    'No Chromium was found and none could be installed. Install Chromium or Chrome with your package manager, or run ' +
      '`npx playwright install --with-deps chromium`, or set SHOAL_BROWSER to the path of one.',
  );
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(await ensureBrowser());
  } catch (error) {
    console.error(`shoal: ${error.message}`);
    process.exitCode = 1;
  }
}

/**
 * A picture drawn by the page itself: serves it on a port of this machine, opens it in an installed Chromium without a
 * window, and saves what its share dialog saves. The only file that knows playwright-core, which is not ours to bring.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserType, Page } from 'playwright-core';
import { version } from '../../package.json';
import type { Inventory } from '../sources/inventory';
import type { Answers } from './answers';
import { createApp } from './app';
import { messageOf } from './cannot-start';
import { listen } from './listen';
import { readPageFiles } from './page-files';

/** Nothing to draw with; the message says what to install. */
export class NoBrowser extends Error {
  override name = 'NoBrowser';
}

interface Drawing {
  answers: Answers;
  inventory?: Inventory | (() => Inventory);
  /** What the link on the card begins with; empty: none. */
  publicUrl: string;
  /** The page's own query string. */
  search: string;
  choice: { theme: 'light' | 'dark'; widthPx?: number; redact: boolean };
  as: 'png' | 'svg';
  env: Readonly<Record<string, string | undefined>>;
}

const ADVICE =
  'Install Chromium or Chrome (or set SHOAL_BROWSER to the path of one) and run: npm install playwright-core. --json and --markdown need neither.';
/** A map of thousands on a small machine; whoever waits longer will not wait at all. */
const DRAWN_WITHIN_MS = 120_000;

export async function drawByPage(drawing: Drawing): Promise<{ bytes: Uint8Array; note?: string }> {
  const { answers, inventory, publicUrl, env } = drawing;
  const browser = await launch(await loadPlaywright(), env);
  const app = createApp({
    answers,
    page: readPageFiles(fileURLToPath(new URL('../page', import.meta.url))),
    publicUrl,
    version,
    ...(inventory === undefined ? {} : { inventory }),
  });
  const listening = await listen(app, '127.0.0.1', 0);
  try {
    return await saveFrom(await browser.newPage(), listening.origin, drawing);
  } finally {
    await browser.close();
    await listening.close();
  }
}

async function saveFrom(
  page: Page,
  origin: string,
  { search, choice, as }: Drawing,
): Promise<{ bytes: Uint8Array; note?: string }> {
  page.setDefaultTimeout(DRAWN_WITHIN_MS);
  await page.goto(`${origin}/?${search}`);
  const idle = () => page.evaluate('window.shoal.whenIdle()');
  await idle();
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Share' });
  if (choice.widthPx !== undefined) await dialog.getByLabel('Width').fill(String(choice.widthPx));
  if (choice.redact) await dialog.getByLabel('Redact').check();
  await idle();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: `Save ${as.toUpperCase()}` }).click(),
  ]);
  const bytes = await readFile(await download.path());
  await idle();
  const [, note] = /^Saved as \S+ (.+)$/.exec((await dialog.getByRole('status').innerText()).trim()) ?? [];
  return { bytes, ...(note === undefined ? {} : { note }) };
}

async function loadPlaywright(): Promise<BrowserType> {
  try {
    return (await import('playwright-core')).chromium;
  } catch {
    throw new NoBrowser(
      `A picture is drawn by a browser through playwright-core, which is not installed. ${ADVICE}`,
    );
  }
}

async function launch(chromium: BrowserType, env: Drawing['env']): Promise<Browser> {
  const executablePath = findBrowser(chromium, env);
  const start = (chromiumSandbox: boolean) => chromium.launch({ executablePath, chromiumSandbox });
  // Root, containers and some kernels do not let Chromium build its sandbox.
  const withSandbox = process.getuid?.() === 0 ? Promise.reject(new Error('root')) : start(true);
  return withSandbox
    .catch(() => start(false))
    .catch((error: unknown) => {
      const [first = ''] = messageOf(error).split('\n');
      throw new NoBrowser(`The browser at ${executablePath} does not start: ${first} ${ADVICE}`);
    });
}

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'chrome.exe',
];
/** Where installers put it that tell no PATH. */
const PLACES = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** SHOAL_BROWSER, else one on the PATH, else Playwright's own. */
function findBrowser(chromium: BrowserType, env: Drawing['env']): string {
  const given = env.SHOAL_BROWSER;
  if (given !== undefined && given !== '') {
    if (existsSync(given)) return given;
    throw new NoBrowser(`SHOAL_BROWSER is ${given}, and there is no such file. ${ADVICE}`);
  }
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const places = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...PLACES];
  const found = [...places, chromium.executablePath()].find((path) => path !== '' && existsSync(path));
  if (found === undefined) throw new NoBrowser(`No Chromium was found to draw the picture with. ${ADVICE}`);
  return found;
}

// A snapshot is the page as one file: it opens from a disk without a network, shows the same, and can be gone through.
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { createShoalPage, type Pictured, type ShoalPage } from './page';

const RECORDING = fileURLToPath(new URL('../public/recordings/lab.jsonl.gz', import.meta.url));
/** Of the page, its worker and the samples; an attachment larger than this is refused by many. */
const MOST_BYTES = 5 * 2 ** 20;

async function saveSnapshot(page: Page, to: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Share' });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save snapshot' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^shoal-.*\.shoal\.html$/);
  await download.saveAs(to);
  await page.evaluate(() => window.shoal.whenIdle());
}

/** What a snapshot must keep, wherever the window lets it stand. */
const marks = ({ level, peers, links, boxes }: Pictured) => ({
  level,
  boxes: boxes.map(({ id, label }) => ({ id, label })),
  peers: peers.map(({ id, kind, label }) => ({ id, kind, label })),
  links: links.map(({ id, from, to, bytes, widthPx, colour, band, flows }) => ({
    ...{ id, from, to, bytes, widthPx, colour, band, flows },
  })),
});

const openRecording = async (shoal: ShoalPage, lab: string) => {
  await shoal.open(lab);
  await shoal.page.getByLabel('Files to open').setInputFiles(RECORDING);
  await expect(shoal.page.locator('[data-opened="flows"]')).toBeVisible();
  await shoal.idle();
};

// The page that the snapshot was taken of is offline too, while it fetches what it may need later.
test.use({ expectedErrors: [/net::ERR_INTERNET_DISCONNECTED .*\/assets\//] });

test('a snapshot opens from a disk, offline: the same picture, its past, its filters; redacted, no names', async ({
  shoal,
  lab,
  context,
}, testInfo) => {
  const { page } = shoal;
  await openRecording(shoal, lab);
  await shoal.click('frontend-5d8f9c7b6-2xkqp');
  const slider = page.getByRole('slider', { name: 'Moment that is shown' });
  await slider.press('ArrowLeft');
  await shoal.idle();
  const before = await shoal.picture();
  await slider.press('End');
  await shoal.idle();
  const now = await shoal.picture();
  expect(marks(now)).not.toEqual(marks(before));
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await shoal.idle();
  const file = testInfo.outputPath('lab.shoal.html');
  await saveSnapshot(page, file);
  expect((await stat(file)).size).toBeLessThan(MOST_BYTES);

  await context.setOffline(true);
  const other = createShoalPage(await context.newPage());
  const asked: string[] = [];
  other.page.on('request', (request) => asked.push(request.url()));
  await other.page.goto(`file://${file}`);
  await other.idle();
  expect(marks(await other.picture())).toEqual(marks(now));
  expect((await other.view()).peer).toBe((await shoal.view()).peer);
  const history = other.page.getByRole('slider', { name: 'Moment that is shown' });
  await history.press('ArrowLeft');
  await other.idle();
  expect(marks(await other.picture())).toEqual(marks(before));
  await history.press('End');
  await other.filter('ns', 'data');
  const filtered = await other.picture();
  expect(filtered.links.length).toBeGreaterThan(0);
  expect(filtered.links.length).toBeLessThan(now.links.length);
  const find = other.page.getByLabel('Find a peer');
  await find.fill('redis-master-0');
  await find.press('Enter');
  await other.idle();
  expect((await other.view()).peer).toContain('redis-master-0');
  // Nothing but itself was asked for.
  expect(asked.filter((url) => !/^(file|blob|data):/.test(url))).toEqual([]);
  await other.page.close();
  await context.setOffline(false);

  await page.getByLabel('Redact names and addresses').check();
  await shoal.idle();
  const secret = testInfo.outputPath('redacted.shoal.html');
  await saveSnapshot(page, secret);
  const redacted = createShoalPage(await context.newPage());
  await redacted.page.goto(`file://${secret}`);
  await redacted.idle();
  const picture = await redacted.picture();
  expect(picture.links.map(({ bytes, band }) => `${bytes} ${band}`).sort()).toEqual(
    now.links.map(({ bytes, band }) => `${bytes} ${band}`).sort(),
  );
  const names = new Set(now.peers.flatMap(({ label }) => label));
  const inside = await redacted.page.locator('#shoal-snapshot').evaluate(async (element) => {
    const { recording, ...rest } = JSON.parse(element.textContent ?? '');
    const zipped = new Blob([Uint8Array.from(atob(recording), (char) => char.charCodeAt(0))]);
    const text = await new Response(zipped.stream().pipeThrough(new DecompressionStream('gzip'))).text();
    return `${JSON.stringify(rest)}\n${text}`;
  });
  expect(inside.split('\n').length).toBeGreaterThan(10);
  for (const name of names) expect(inside.includes(name), name).toBe(false);
  expect(await readFile(secret, 'utf8')).not.toContain(new URL(lab).host);
});

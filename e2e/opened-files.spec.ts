/**
 * Files dropped on the page: flows instead of the server's, answered by the same code; what is broken keeps what was
 * whole; what cannot be used loses nothing; a large one can be given up.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { hasTruth, truthFile, WITHOUT_TRUTH } from './data';
import { expect, test } from './fixtures';

const shipped = (name: string) => fileURLToPath(new URL(`../public/recordings/${name}`, import.meta.url));
const RECORDING = shipped('lab.jsonl.gz');
const INVENTORY = shipped('lab-inventory.json');

interface Dropped {
  name: string;
  body: Buffer;
}
const fileAt = (file: string): Dropped => ({ name: path.basename(file), body: readFileSync(file) });

/** Drops files on the middle of the page, as a browser tells of it. */
async function drop(page: Page, files: readonly Dropped[]): Promise<void> {
  const transfer = await page.evaluateHandle(
    (given) => {
      const data = new DataTransfer();
      for (const { name, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], name, { lastModified: Date.UTC(2026, 0, 31) }));
      }
      return data;
    },
    files.map(({ name, body }) => ({ name, base64: body.toString('base64') })),
  );
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

const opened = (page: Page) => page.getByRole('region', { name: 'Opened files' });

test('a recording that is dropped answers like the server that replays it, filters included, until one goes back', async ({
  shoal,
  lab,
  startShoal,
}) => {
  const pictured = async () => {
    const { links, coverage } = await shoal.picture();
    return {
      links: links.map(({ id, bytes, widthPx, band, colour }) => ({ id, bytes, widthPx, band, colour })),
      coverage,
    };
  };
  await shoal.open(lab, '?level=service');
  const whole = await pictured();
  await shoal.filter('ns', 'shop');
  const shop = await pictured();

  const { url } = await startShoal('--simulate=quiet');
  await shoal.open(url, '?level=service');
  const live = (await shoal.picture()).coverage.flows;
  await drop(shoal.page, [fileAt(RECORDING)]);
  await expect(opened(shoal.page)).toContainText('Not live. Flows are from recording lab.jsonl.gz');
  await shoal.idle();
  expect(await pictured()).toEqual(whole);
  const asked = shoal.askedTimes();
  await shoal.filter('ns', 'shop');
  expect(await pictured()).toEqual(shop);
  expect(shoal.askedTimes()).toBe(asked);
  await shoal.axe('an opened recording');
  // What asks about change has the whole recording, not only what was polled here.
  await shoal.page.getByRole('button', { name: 'Close the files' }).click();
  await shoal.filter('ns', '');
  await expect(opened(shoal.page)).toHaveCount(0);
  expect((await shoal.picture()).coverage.flows).toBeGreaterThan(live / 2);
  expect(shoal.askedTimes()).toBeGreaterThan(asked);
});

test('saved answers are moments of one recording; one that is broken keeps what was whole; junk loses nothing', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=service');
  const before = await shoal.picture();
  const lines = gunzipSync(readFileSync(RECORDING)).toString('utf8').trim().split('\n');
  const answers = lines.slice(0, 2).map((line) => JSON.parse(line).flows as { flows: unknown[] });

  await drop(shoal.page, [{ name: 'notes.txt', body: Buffer.from('not a capture') }]);
  await expect(shoal.page.getByRole('alert')).toContainText('notes.txt is nothing that Shoal reads');
  expect((await shoal.picture()).links).toEqual(before.links);
  await drop(shoal.page, [{ name: 'empty.jsonl', body: Buffer.from('{"a":') }]);
  await expect(shoal.page.getByRole('alert')).toContainText('empty.jsonl: nothing in it can be read');
  expect((await shoal.picture()).links).toEqual(before.links);

  await drop(
    shoal.page,
    answers.map((answer, index) => ({
      name: `answer-${index}.json`,
      body: Buffer.from(JSON.stringify(answer)),
    })),
  );
  await expect(opened(shoal.page)).toContainText('2 recordings and answers, opened on this page: 2 moments');
  await expect(shoal.page.getByRole('alert')).toHaveCount(0);
  await shoal.idle();
  expect((await shoal.picture()).coverage.flows).toBe(answers[1]?.flows.length);

  // Cut in the middle of the third line, and zipped where the zip itself breaks off.
  const cut = Buffer.from(`${lines.slice(0, 2).join('\n')}\n${lines[2]?.slice(0, 400)}`);
  await drop(shoal.page, [{ name: 'cut.jsonl', body: cut }]);
  await expect(opened(shoal.page)).toContainText('recording cut.jsonl, opened on this page: 2 moments');
  await expect(opened(shoal.page)).toContainText('cut.jsonl: Left out line 3');
  await shoal.idle();
  const zipped = readFileSync(RECORDING);
  await drop(shoal.page, [
    { name: 'torn.jsonl.gz', body: zipped.subarray(0, Math.floor(zipped.length / 2)) },
  ]);
  await expect(opened(shoal.page)).toContainText(/torn\.jsonl\.gz: Left out .*the file breaks off/);
  await shoal.idle();
  expect((await shoal.picture()).links.length).toBeGreaterThan(40);
});

test('a recording of 200 MB is read piece by piece, tells how far it is, and can be given up', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=service');
  const before = await shoal.picture();
  const line = gunzipSync(readFileSync(RECORDING)).toString('utf8').split('\n')[0] ?? '';
  await shoal.page.evaluate((text) => {
    // The parts are one and the same text, so the page makes the file without 200 MB of its own.
    const part = `${text}\n`;
    const file = new File(Array<string>(Math.ceil((200 * 2 ** 20) / part.length)).fill(part), 'large.jsonl');
    const data = new DataTransfer();
    data.items.add(file);
    document.body.dispatchEvent(
      new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
    );
  }, line);
  const reading = shoal.page.getByRole('region', { name: 'Opening files' });
  await expect(reading).toContainText(/large\.jsonl.*of 2\d\d MiB/);
  await expect(reading.getByRole('progressbar')).toBeVisible();
  await reading.getByRole('button', { name: 'Cancel' }).click();
  await expect(reading).toHaveCount(0);
  await shoal.idle();
  await expect(opened(shoal.page)).toHaveCount(0);
  await expect(shoal.page.getByRole('alert')).toHaveCount(0);
  expect((await shoal.picture()).links).toEqual(before.links);
});

test('an inventory adds zones and idle pods to flows that came without; where the two disagree it is counted and the flows stand', async ({
  shoal,
  startShoal,
}) => {
  const { url } = await startShoal('--recording', RECORDING, '--speed', '0');
  await shoal.open(url, '?level=pod&panel=workloads');
  const before = await shoal.picture();
  await expect(shoal.page.locator('[data-idle-pod]')).toHaveCount(0);
  await drop(shoal.page, [fileAt(INVENTORY)]);
  await expect(opened(shoal.page)).toContainText('lab-inventory.json: 24 pods');
  await expect(shoal.page.locator('[data-idle-pod]')).toHaveText([/default\/debug-shell/]);
  const quality = shoal.page.locator('[data-quality="inventory"]');
  await shoal.page.locator('[data-coverage]').click();
  await expect(quality).toHaveAttribute('data-severity', 'info');
  await expect(quality).toContainText('agrees with all');

  const other = JSON.parse(readFileSync(INVENTORY, 'utf8')) as {
    items: { kind: string; metadata: { name: string }; spec: { nodeName?: string } }[];
  };
  for (const item of other.items) {
    if (item.kind === 'Pod' && item.metadata.name === 'redis-master-0') item.spec.nodeName = 'node-99';
  }
  await drop(shoal.page, [{ name: 'older.json', body: Buffer.from(JSON.stringify(other)) }]);
  await expect(quality).toHaveAttribute('data-severity', 'warn');
  await expect(quality).toContainText('1 of ');
  await expect(quality).toContainText('data/redis-master-0 on node-1, by the inventory on node-99');
  await shoal.idle();
  expect((await shoal.picture()).peers.map(({ id }) => id)).toEqual(before.peers.map(({ id }) => id));
});

test('captures of all ends that are dropped together are the flows of the truth, named once an inventory comes', async ({
  shoal,
  lab,
}) => {
  test.skip(!hasTruth, WITHOUT_TRUTH);
  const folder = path.join(path.dirname(truthFile('')), 'pcap');
  const captures = readdirSync(folder).map((name) => path.join(folder, name));
  await shoal.open(lab, '?level=pod');
  await shoal.page.getByLabel('Files to open').setInputFiles(captures);
  await expect(opened(shoal.page)).toContainText(`${captures.length} captures, opened on this page`);
  await shoal.idle();
  expect((await shoal.picture()).boxes).toEqual([]);
  await shoal.page
    .getByLabel('Files to open')
    .setInputFiles(path.join(path.dirname(folder), 'inventory.json'));
  await expect(opened(shoal.page)).toContainText('24 pods');
  await shoal.idle();
  const { coverage, boxes } = await shoal.picture();
  expect(coverage).toMatchObject({ flows: 73, total: 73, bytes: 21_306_312, rejected: 0 });
  expect(boxes.map(({ label }) => label)).toContain('shop');
});

// What leaves the page: a card that stands alone, its facts as text, pseudonyms, the link, and what is left where the
// browser refuses.
import { readFile } from 'node:fs/promises';
import type { Download, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { createShoalPage } from './page';
import { readPng } from './png';

interface Drawn {
  text: string;
  /** CSS px of a card of 1600: the size in force at the drawing call, at 1×. */
  px: number;
  x: number;
  y: number;
}

declare global {
  interface Window {
    drawnTexts: Drawn[];
  }
}

/** Remembers every text that is drawn on a canvas of a card's size. */
const recordTexts = (page: Page) =>
  page.addInitScript(() => {
    window.drawnTexts = [];
    const draw = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
      if (this.canvas.width >= 3200) {
        const { a, e, f } = this.getTransform();
        const px = (Number(/([\d.]+)px/.exec(this.font)?.[1]) * a) / 2;
        window.drawnTexts.push({ text, px, x: a * x + e, y: a * y + f });
      }
      draw.call(this, text, x, y, ...rest);
    };
  });

const bytesOf = async (download: Download): Promise<Buffer> => readFile(await download.path());

async function saveWith(page: Page, click: () => Promise<void>): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  const bytes = await bytesOf(download);
  await page.evaluate(() => window.shoal.whenIdle());
  return bytes;
}

const save = (page: Page, name: string) =>
  saveWith(page, () => page.getByRole('dialog').getByRole('button', { name, exact: true }).click());

const openShare = async (page: Page) => {
  await page.getByRole('button', { name: 'Share', exact: true }).click();
  await page.evaluate(() => window.shoal.whenIdle());
};

test('the card stands alone, in text and in picture, whatever the window', async ({ page, shoal, lab }) => {
  await recordTexts(page);
  const cards: Drawn[][] = [];
  for (const size of [
    { width: 1600, height: 900 },
    { width: 1100, height: 700 },
  ]) {
    await page.setViewportSize(size);
    await shoal.open(lab, '?theme=light');
    const png = readPng(await saveWith(page, () => page.keyboard.press('Control+Shift+C')));
    await expect(page.getByRole('status').filter({ hasText: /saved as shoal-.*\.png/ })).toBeVisible();
    expect([png.width, png.height]).toEqual([3200, 1800]);
    const report = JSON.parse(png.texts.get('Shoal') ?? '');
    const { coverage } = await shoal.picture();
    expect(report.counts).toMatchObject({ flows: coverage.flows, bytes: coverage.bytes, truncated: false });
    const drawn = await page.evaluate(() => window.drawnTexts);
    const all = drawn.map(({ text }) => text).join(' ');
    const lines = (png.texts.get('Description') ?? '').split('\n');
    expect(lines.length).toBeGreaterThan(20);
    const about = [
      /^Whole cluster/,
      /^Source: recording lab/,
      /^Filters: none/,
      /UTC · .* old$/,
      /of 73 flows/,
    ];
    for (const fact of [...about, /nothing hidden/, /^Health: /, /< 1 ms/, /> 100 ms/, /1 KiB/, /^Shoal \d/])
      expect(
        lines.find((line) => fact.test(line)),
        String(fact),
      ).toBeDefined();
    for (const line of lines.filter((one) => !/→|: \d+ links?$|http/.test(one))) expect(all).toContain(line);
    for (const { bytes } of report.topLinks) expect(bytes).toBeGreaterThan(0);
    expect(report.topLinks).toHaveLength(5);
    for (const { text, px } of drawn) expect(px, text).toBeGreaterThanOrEqual(14);
    // The level in the link and the time are the only things that a window or a moment decides.
    cards.push(drawn.filter(({ text }) => !/ old|http/.test(text)));
  }
  expect(cards[1]).toEqual(cards[0]);
});

test('redacted, no file says a name or an address of the recording', async ({ page, shoal, lab }) => {
  await recordTexts(page);
  const answer = await (await fetch(`${lab}mcp/flows?format=full&limit=100000`)).json();
  const names = new Set<string>();
  for (const { client, server } of answer.flows as Record<string, Record<string, string>>[])
    for (const end of [client, server])
      for (const key of ['ip', 'pod', 'ns', 'svc', 'node', 'container_id'])
        if (end?.[key]) names.add(end[key]);
  expect(names.size).toBeGreaterThan(60);
  await shoal.open(lab, '?ns=shop&level=service');
  await openShare(page);
  const dialog = page.getByRole('dialog', { name: 'Share' });
  await expect(dialog.getByRole('textbox', { name: 'Link' })).toHaveValue(/ns=shop/);
  await dialog.getByLabel('Redact names and addresses').check();
  await shoal.idle();
  await expect(dialog.getByRole('textbox', { name: 'Link' })).toHaveCount(0);
  await page.evaluate(() => {
    window.drawnTexts = [];
  });
  const png = await save(page, 'Save PNG');
  const svg = (await save(page, 'Save SVG')).toString();
  const json = (await save(page, 'Save JSON')).toString();
  const csv = (await save(page, 'Save CSV')).toString();
  const drawn = await page.evaluate(() => window.drawnTexts.map(({ text }) => text).join('\n'));
  const inside = [...readPng(png).texts.values()].join('\n');
  for (const text of [drawn, inside, svg, json, csv]) {
    expect(text.length).toBeGreaterThan(500);
    for (const name of names) {
      expect(text.includes(name), `${name} in ${text.slice(0, 60)}`).toBe(false);
    }
    expect(text.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|127\.0\.0\.1/);
  }
  // The same pseudonyms in all of them: the heaviest link is in each by the same names.
  const [top] = JSON.parse(json).topLinks;
  for (const text of [drawn, inside, svg]) expect(text).toContain(top.from.split('/').at(-1));
  const image = await page.evaluate(async (text) => {
    const picture = new Image();
    picture.src = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
    await picture.decode();
    return [picture.naturalWidth, picture.naturalHeight];
  }, svg);
  expect(image).toEqual([1600, 900]);
});

test('the link shows the same picture in another browser', async ({ page, shoal, lab, browser, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await shoal.open(lab, '?expand=shop&hide=none&colour=relative&theme=light');
  await shoal.level('Namespace');
  await shoal.idle();
  await shoal.click('data');
  await openShare(page);
  const link = await page.getByRole('dialog').getByRole('textbox', { name: 'Link' }).inputValue();
  await page.getByRole('button', { name: 'Copy link' }).click();
  await shoal.idle();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  const fresh = await browser.newContext({ viewport: page.viewportSize(), colorScheme: 'dark' });
  try {
    const other = createShoalPage(await fresh.newPage());
    await other.open(link);
    expect(await other.picture()).toEqual(await shoal.picture());
    expect(await other.view()).toEqual(await shoal.view());
  } finally {
    await fresh.close();
  }
});

test('where the clipboard is refused, a file or selected text is left, and that is said', async ({
  page,
  shoal,
  startShoal,
}) => {
  const { url } = await startShoal(
    ...['--recording', 'lab', '--speed', '0', '--public-url', 'https://shoal.example/map/'],
  );
  // As on an origin without TLS: there is no clipboard, and the old way of copying is refused as well.
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'clipboard', { value: undefined });
    document.execCommand = () => false;
  });
  await shoal.open(url);
  const png = await saveWith(page, () => page.getByRole('button', { name: 'Card' }).click());
  expect(readPng(png).width).toBe(3200);
  await expect(page.getByRole('status').filter({ hasText: 'refused the clipboard' })).toContainText(
    'saved as',
  );
  await openShare(page);
  await page.getByRole('button', { name: 'Copy link' }).click();
  await shoal.idle();
  const text = page.getByLabel('Text to copy');
  await expect(text).toHaveValue(/^https:\/\/shoal\.example\/map\/\?/);
  await expect(text).toBeFocused();
  const selected = await text.evaluate(
    (field: HTMLTextAreaElement) => field.selectionEnd - field.selectionStart,
  );
  expect(selected).toBe((await text.inputValue()).length);
  await shoal.axe('the share dialog');

  // In a sandbox that forbids downloads too, the picture itself is shown.
  const html = `<iframe sandbox="allow-scripts allow-same-origin" src="${url}" width="1200" height="800"></iframe>`;
  await page.route('**/framing', (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await page.goto(`${url}framing`);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button', { name: 'Card' }).click();
  await expect(frame.getByRole('dialog').getByRole('img', { name: /^The card/ })).toBeVisible();
  await expect(frame.getByRole('dialog').getByRole('status')).toContainText('refused the clipboard');
});

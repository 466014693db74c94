// Shoal in a frame of a page of another origin: what they say to each other, what is refused, and what a sandbox leaves.
import type { Frame, Page } from '@playwright/test';
import type { PageMessage } from '../src/view/embed';
import { type EmbedHost, startEmbedHost } from './embed-host';
import { test as base, expect } from './fixtures';
import type { Pictured } from './page';

const test = base.extend<{ host: EmbedHost }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern.
  host: async ({}, use) => {
    const host = await startEmbedHost();
    await use(host);
    await host.close();
  },
});

type Said = PageMessage & { shoal: number };

declare const messages: Said[];
declare const say: (message: unknown) => void;

const mapOf = (page: Page): Frame => {
  const frame = page.frames()[1];
  if (frame === undefined) throw new Error('The host page has no frame.');
  return frame;
};
const heard = (page: Page): Promise<Said[]> => page.evaluate(() => messages);
const last = async <T extends Said['type']>(page: Page, type: T) =>
  (await heard(page))
    .filter((message): message is Extract<Said, { type: T }> => message.type === type)
    .at(-1);
const tell = (page: Page, message: unknown) => page.evaluate((what) => say(what), message);
const drawn = async (page: Page): Promise<Pictured> => {
  await mapOf(page).evaluate(() => window.shoal.whenIdle());
  return (await mapOf(page).evaluate(() => window.shoal.picture())) as Pictured;
};

test('a host of another origin hears ready, view, selection, verdict and size, and its five messages are obeyed', async ({
  page,
  host,
  startShoal,
}) => {
  const { url } = await startShoal('--recording', 'lab', '--speed', '0', '--embed-origin', host.origin);
  await page.goto(host.pageWith(`${url}?embed=1&level=service&hide=camera`));
  await expect.poll(async () => (await last(page, 'ready'))?.accepts).toContain('get-card');
  const { peers } = await drawn(page);
  expect(peers).toHaveLength(25);
  await expect.poll(async () => (await last(page, 'verdict'))?.verdict).toBe('cross-zone');
  await expect(page.locator('#verdict')).toHaveText(/^The path between zones/);
  expect((await heard(page)).map(({ shoal }) => shoal)).not.toContain(undefined);
  expect(await last(page, 'view')).toMatchObject({ view: { level: 'service', embed: '1', hide: 'camera' } });
  expect(await last(page, 'size')).toMatchObject({ height: 640 });

  const map = mapOf(page);
  await expect(map.getByRole('form', { name: 'Filters' })).toHaveCount(0);
  await expect(map.getByRole('group', { name: 'Camera' })).toHaveCount(0);
  await expect(map.getByRole('group', { name: 'Legend' })).toBeVisible();
  await expect(map.getByRole('complementary', { name: 'Details' })).toHaveCount(0);

  const cart = 'svc:shop/cart';
  await tell(page, { shoal: 1, type: 'select', peer: cart });
  await expect.poll(async () => (await last(page, 'selection'))?.peer).toEqual({ id: cart, label: 'cart' });
  await expect(map.getByRole('tabpanel', { name: 'Peer' })).toContainText(
    'service (its pods and its address) in shop',
  );
  await tell(page, { shoal: 1, type: 'select' });
  await expect.poll(async () => (await last(page, 'selection'))?.peer).toBeNull();

  await tell(page, { shoal: 1, type: 'set-theme', theme: 'light' });
  await expect(map.locator('[data-theme-in-force="light"]')).toBeVisible();

  await tell(page, { shoal: 1, type: 'set-view', view: { ns: 'shop', level: 'pod' } });
  await expect
    .poll(async () => (await last(page, 'view'))?.view)
    .toEqual({
      ...{ ns: 'shop', level: 'pod', embed: '1', hide: 'camera', theme: 'light', v: '1' },
    });
  const pods = await drawn(page);
  expect(pods.level).toBe('pod');

  const asked = page.waitForRequest(/\/mcp\/flows\?.*ns=shop/);
  await tell(page, { shoal: 1, type: 'refresh' });
  await asked;

  await tell(page, { shoal: 1, type: 'get-card', id: 42, theme: 'dark' });
  await expect.poll(async () => (await last(page, 'card'))?.id, { timeout: 20_000 }).toBe(42);
  const head = await page.evaluate(async () => {
    const card = messages.find(({ type }) => type === 'card');
    if (card?.type !== 'card' || !('png' in card)) return undefined;
    return [...new Uint8Array(await card.png.slice(0, 8).arrayBuffer())];
  });
  expect(head).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
});

test('another origin and malformed messages are refused, and the console says why once', async ({
  page,
  host,
  startShoal,
}) => {
  const warned: string[] = [];
  page.on('console', (message) => {
    if (message.text().startsWith('Shoal, embedded:')) warned.push(message.text());
  });
  const stranger = await startEmbedHost();
  const { url } = await startShoal(
    ...['--recording', 'lab', '--speed', '0', '--embed-origin', host.origin],
    ...['--frame-ancestors', `${host.origin} ${stranger.origin}`],
  );
  const dark = { shoal: 1, type: 'set-theme', theme: 'light' };

  await page.goto(stranger.pageWith(`${url}?embed=1&theme=dark`));
  await drawn(page);
  await tell(page, dark);
  await tell(page, dark);
  await expect.poll(() => warned).toHaveLength(2);
  expect(warned[0]).toContain(`the page that frames this one is of ${stranger.origin}`);
  expect(warned[1]).toContain(`a message came from ${stranger.origin}, which --embed-origin does not name`);
  expect(await heard(page)).toEqual([]);

  warned.length = 0;
  await page.goto(host.pageWith(`${url}?embed=1&theme=dark`));
  await drawn(page);
  for (const bad of [
    'hello',
    { shoal: 2, type: 'refresh' },
    { shoal: 1, type: 'set-theme', theme: '<img src=x onerror=alert(1)>' },
    { shoal: 1, type: 'set-theme', theme: 'blue' },
    { shoal: 1, type: '__proto__' },
  ])
    await tell(page, bad);
  // From a window that is not the parent: the frame itself.
  await mapOf(page).evaluate((message) => window.postMessage(message, '*'), dark);
  await expect.poll(() => warned).toHaveLength(5);
  expect(await mapOf(page).evaluate(() => window.shoal.view().theme)).toBe('dark');
  await stranger.close();
});

test.describe('a frame that may do little', () => {
  // What Chromium says of the clipboard that the host does not hand on.
  test.use({ expectedErrors: [/Clipboard API has been blocked/] });

  test('with storage, clipboard and downloads refused it draws; plain wheel scrolls the host, Ctrl zooms', async ({
    page,
    context,
    host,
    startShoal,
  }) => {
    await context.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches'])
        Object.defineProperty(window, name, {
          get: () => {
            throw new DOMException('The document is not allowed to have storage.', 'SecurityError');
          },
        });
    });
    const { url } = await startShoal('--recording', 'lab', '--speed', '0', '--embed-origin', host.origin);
    await page.goto(host.pageWith(`${url}?kiosk=1&level=service`, 'allow-scripts allow-same-origin'));
    expect((await drawn(page)).peers).toHaveLength(25);
    const map = mapOf(page);
    await map.getByRole('listbox', { name: 'Peers of the map' }).focus();
    await page.keyboard.press('Control+Shift+C');
    // Neither copied nor surely saved: the picture itself is shown.
    await expect(map.getByRole('dialog')).toBeVisible();
    await map.evaluate(() => window.shoal.whenIdle());
    await page.keyboard.press('Escape');

    const zoom = async () => {
      const [peer] = (await drawn(page)).peers;
      return peer?.box.w ?? 0;
    };
    await page.mouse.move(500, 300);
    const before = await zoom();
    await page.mouse.wheel(0, 200);
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(50);
    expect(await zoom()).toBe(before);
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -200);
    await page.keyboard.up('Control');
    await expect.poll(zoom).toBeGreaterThan(before);
    expect(await page.evaluate(() => window.scrollY)).toBe(0);
  });
});

test.describe('a sandbox without allow-same-origin', () => {
  // What Chromium says of the scripts that it keeps out.
  test.use({ expectedErrors: [/./] });

  for (const sandbox of ['allow-scripts', 'allow-same-origin']) {
    test(`sandbox="${sandbox}": static text says what is missing`, async ({
      page,
      host,
      startShoal,
      complaints,
    }) => {
      const { url } = await startShoal('--recording', 'lab', '--speed', '0', '--embed-origin', host.origin);
      await page.goto(host.pageWith(`${url}?embed=1`, sandbox));
      const words = page.frameLocator('iframe').locator('body');
      await expect(words).toContainText('sandbox="allow-scripts allow-same-origin"');
      await expect(words).toContainText('without allow-same-origin the browser refuses to load Shoal');
      await expect(page.frameLocator('iframe').locator('.not-started')).toBeVisible();
      // The browser's own refusals are the point here.
      complaints.length = 0;
    });
  }
});

// Whoever has no mouse, no colours or no wide screen gets the same map: it is walked by keys, told in words, and fits.
import type { Locator, Page } from '@playwright/test';
import { formatUs, microseconds } from '../src/flows/units';
import { expect, test } from './fixtures';
import { type Pictured, type PicturedLink, peerOf } from './page';

/** What has the focus on the map, as a screen reader says it. */
const focused = (page: Page): Locator => page.getByRole('option').and(page.locator(':focus'));

/** More than there are on the page: a stop that is never reached fails the test. */
const MOST_STOPS = 60;

async function tabTo(page: Page, wanted: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press(key);
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab never came to ${wanted}`);
}

/** A peer's links from the worst measured one. */
const fromWorst = ({ links }: Pictured, peer: string): PicturedLink[] =>
  links
    .filter(({ from, to, worstP99Us }) => (from === peer || to === peer) && worstP99Us !== undefined)
    .sort((a, b) => (b.worstP99Us ?? 0) - (a.worstP99Us ?? 0));

const middle = ({ x, y, w, h }: { x: number; y: number; w: number; h: number }) => ({
  x: x + w / 2,
  y: y + h / 2,
});

async function ringOf(page: Page) {
  const box = await focused(page).boundingBox();
  if (box === null) throw new Error('Nothing on the map has the focus.');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, size: box.width };
}

test('by keys alone: filter, find a peer, walk to its worst link, read its p99, copy the link', async ({
  shoal,
  lab,
  context,
}) => {
  const { page } = shoal;
  await shoal.open(lab, '?level=service');
  await tabTo(page, shoal.control('ns'));
  await page.keyboard.type('shop');
  await page.keyboard.press('Enter');
  await shoal.idle();
  expect(shoal.asked()).toMatchObject({ ns: 'shop' });

  await tabTo(page, page.getByRole('combobox', { name: 'Find a peer' }));
  await page.keyboard.type('payme');
  await page.keyboard.press('Enter');
  await shoal.idle();
  await expect(focused(page)).toHaveAccessibleName(
    /^payment, service in shop, \d+ links, .*worst: high, p99 1\.18 s/,
  );
  const picture = await shoal.picture();
  const { id, box } = peerOf(picture, 'payment');
  const ring = await ringOf(page);
  expect(Math.hypot(ring.x - middle(box).x, ring.y - middle(box).y)).toBeLessThan(2);
  expect(ring.size).toBeGreaterThanOrEqual(24);

  const [worst, second] = fromWorst(picture, id);
  if (worst === undefined || second === undefined)
    throw new Error('The payment service has two measured links.');
  const p99 = formatUs(microseconds(worst.worstP99Us ?? 0));
  await page.keyboard.press(']');
  await shoal.idle();
  await expect(focused(page)).toHaveAccessibleName(new RegExp(`, ${worst.band}, p99 ${p99}, .* link 1 of `));
  await page.keyboard.press(']');
  await expect(focused(page)).toHaveAccessibleName(
    new RegExp(`p99 ${formatUs(microseconds(second.worstP99Us ?? 0))}, .* link 2 of `),
  );
  await page.keyboard.press('[');
  await page.keyboard.press('Enter');
  await shoal.idle();
  expect(shoal.search().get('link')).toBe(worst.id);
  const details = shoal.panel.getByRole('tabpanel', { name: 'Link' });
  await expect(details).toBeFocused();
  await expect(details).toContainText(p99);

  // The link of what stands there now, by keys as well.
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await tabTo(page, page.getByRole('button', { name: 'Share', exact: true }), 'Shift+Tab');
  await page.keyboard.press('Enter');
  await shoal.idle();
  await tabTo(page, page.getByRole('dialog').getByRole('button', { name: 'Copy link' }));
  await page.keyboard.press('Enter');
  await shoal.idle();
  const copied = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  expect(Object.fromEntries(copied.searchParams)).toMatchObject({
    ns: 'shop',
    level: 'service',
    link: worst.id,
  });
  await page.keyboard.press('Escape');

  await details.focus();
  await page.keyboard.press('Escape');
  await expect(focused(page)).toHaveAccessibleName(/ link 1 of /);
  await page.keyboard.press('Escape');
  await expect(focused(page)).toHaveAccessibleName(/^payment, /);
});

test('the map is one tab stop; arrows go to the nearest peer that way, and the camera follows', async ({
  shoal,
  lab,
}) => {
  const { page } = shoal;
  await shoal.open(lab, '?level=service');
  const { peers } = await shoal.picture();
  const options = page.getByRole('listbox', { name: 'Peers of the map' }).getByRole('option');
  await expect(options).toHaveCount(peers.length);
  await expect(page.locator('#map-peers [tabindex="0"]')).toHaveCount(1);

  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Skip to the map' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(focused(page)).toHaveAttribute('aria-posinset', '1');
  const heard = new Set<string>();
  for (let step = 0; step < peers.length; step++) {
    heard.add((await focused(page).getAttribute('aria-label')) ?? '');
    await page.keyboard.press('PageDown');
  }
  expect(heard.size).toBe(peers.length);

  await page.keyboard.press('Home');
  for (const [key, sign, axis] of [
    ['ArrowRight', 1, 'x'],
    ['ArrowDown', 1, 'y'],
    ['ArrowLeft', -1, 'x'],
    ['ArrowUp', -1, 'y'],
  ] as const) {
    const before = await ringOf(page);
    await page.keyboard.press(key);
    await shoal.idle();
    expect(sign * ((await ringOf(page))[axis] - before[axis]), key).toBeGreaterThan(0);
  }

  // Far in, a neighbour is out of sight until the keyboard goes there.
  for (let times = 0; times < 6; times++) await page.getByRole('button', { name: 'Zoom in' }).click();
  await shoal.idle();
  const frame = await shoal.map.boundingBox();
  if (frame === null) throw new Error('There is no map.');
  await page.getByRole('listbox', { name: 'Peers of the map' }).focus();
  for (const key of ['Home', 'End']) {
    await page.keyboard.press(key);
    await shoal.idle();
    const { x, y } = await ringOf(page);
    expect([x > frame.x, x < frame.x + frame.width, y > frame.y, y < frame.y + frame.height]).toEqual(
      Array(4).fill(true),
    );
  }
});

test('what is dragged can be moved without dragging, by keys and by buttons; so can the panel', async ({
  shoal,
  lab,
}) => {
  const { page } = shoal;
  await shoal.open(lab, '?level=service&peer=svc%3Ashop%2Fcart');
  const at = async () => middle(peerOf(await shoal.picture(), 'cart').box);
  const before = await at();
  await page.getByRole('listbox', { name: 'Peers of the map' }).focus();
  await page.keyboard.press('Shift+ArrowRight');
  await shoal.idle();
  expect((await at()).x).toBeCloseTo(before.x + 16, 0);
  await page.getByRole('button', { name: 'Arrow buttons' }).click();
  await page.getByRole('button', { name: 'Move cart down' }).click();
  await shoal.idle();
  expect((await at()).y).toBeCloseTo(before.y + 16, 0);
  await shoal.axe('the arrow buttons');
  await shoal.reload();
  expect((await at()).x).toBeCloseTo(before.x + 16, 0);

  const separator = page.getByRole('separator', { name: 'Resize the side panel' });
  const width = async () => (await shoal.panel.boundingBox())?.width ?? 0;
  const narrow = await width();
  await separator.focus();
  await page.keyboard.press('ArrowLeft');
  await shoal.idle();
  const keyed = await width();
  expect(keyed).toBeGreaterThan(narrow + 20);
  await page.getByRole('button', { name: 'Change the width of the panel' }).click();
  await shoal.idle();
  expect(await width()).toBeGreaterThan(keyed + 20);
});

test('single keys are shortcuts until they are turned off, also the next time', async ({ shoal, lab }) => {
  const { page } = shoal;
  await shoal.open(lab);
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Reading the map' });
  await help.getByRole('checkbox', { name: /Single keys are shortcuts/ }).uncheck();
  await page.keyboard.press('Escape');
  for (let times = 0; times < 2; times++) {
    await page.keyboard.press('?');
    await page.keyboard.press('/');
    await expect(help).toHaveCount(0);
    await expect(page.getByRole('combobox', { name: 'Find a peer' })).not.toBeFocused();
    await shoal.reload();
  }
});

test('data that stops is said once, politely', async ({ shoal, hub, startShoal }) => {
  const { url } = await startShoal('--hub', hub.url);
  await shoal.page.clock.install();
  await shoal.open(url, '?level=service');
  const said = shoal.page.getByRole('status', { name: 'What changed' });
  await expect(said).toHaveText('');
  hub.fail('status 401');
  await shoal.page.clock.fastForward(10_000);
  await expect(said).toHaveText(/^No fresh data: .* wants a sign-in/);
  hub.line(-1);
  await shoal.page.clock.fastForward(20_000);
  await expect(said).toHaveText('Fresh data comes again.');
});

test('at 320 px and in forced colours every state fits, and axe finds nothing', async ({ shoal, lab }) => {
  const { page } = shoal;
  await page.setViewportSize({ width: 320, height: 640 });
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  const fits = async (state: string) => {
    // A table of many columns may scroll by itself (WCAG 1.4.10); nothing else may.
    const wide = await page.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll('body *')]
        .filter((each) => each.scrollWidth > each.clientWidth + 1)
        .filter((each) => /auto|scroll/.test(getComputedStyle(each).overflowX) || each.matches('html'))
        .filter((each) => each.querySelector('[role=grid]') === null && each.closest('[role=grid]') === null)
        .map((each) => each.outerHTML.slice(0, 80)),
    );
    expect(wide, state).toEqual([]);
  };
  const check = async (state: string) => {
    await fits(state);
    await shoal.axe(`${state}, at 320 px in forced colours`);
  };
  await shoal.open(lab, '?level=service');
  await page.keyboard.press('/');
  await page.keyboard.type('cart');
  await check('finding a peer');
  await page.keyboard.press('Enter');
  await page.keyboard.press(']');
  await page.keyboard.press('Enter');
  await shoal.idle();
  await check('the details of a link');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await check('the help');
  await page.keyboard.press('Escape');
  for (const panel of ['Health', 'Audit', 'Workloads']) {
    await page.getByRole('tab', { name: panel }).click();
    await shoal.idle();
    await fits(panel);
  }
  await shoal.show('Table');
  await shoal.idle();
  await check('the table');

  // A window of 1280 × 1024 px, enlarged four times.
  await page.setViewportSize({ width: 320, height: 256 });
  await shoal.show('Map');
  await shoal.idle();
  await page.getByRole('listbox', { name: 'Peers of the map' }).focus();
  await page.keyboard.press('End');
  await shoal.idle();
  const { x, y } = await ringOf(page);
  expect([x > 0, x < 320, y > 0, y < 256]).toEqual(Array(4).fill(true));
  await fits('enlarged four times');
});

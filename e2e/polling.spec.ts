// The pulse: the page asks at the interval the reader chose, one request at a time, and only while somebody looks.
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

/** Tells the page that its tab was hidden or shown; a browser under test hides none. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((isHidden) => {
    Object.defineProperty(document, 'visibilityState', {
      configurable: true,
      get: () => (isHidden ? 'hidden' : 'visible'),
    });
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, hidden);
}

test('the page asks every 10 s, and at the interval that the reader chooses', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { url } = await startShoal('--hub', hub.url);
  await shoal.page.clock.install();
  await shoal.open(url);
  // The page's clock also runs by itself: a slow machine may see a poll more, never one less.
  for (let times = 0; times < 2; times++) {
    const before = shoal.askedTimes();
    await shoal.page.clock.fastForward(10_000);
    await expect.poll(shoal.askedTimes).toBeGreaterThan(before);
    await shoal.idle();
  }
  await shoal.updates.getByLabel('Update every').selectOption('5m');
  expect(shoal.search().get('every')).toBe('5m');
  await shoal.idle();
  const asked = shoal.askedTimes();
  await shoal.page.clock.fastForward(200_000);
  await shoal.idle();
  expect(shoal.askedTimes()).toBe(asked);
  await shoal.page.clock.fastForward(100_000);
  await expect.poll(shoal.askedTimes).toBe(asked + 1);
});

test('a hidden tab asks nothing, and asks again when it is shown', async ({ shoal, hub, startShoal }) => {
  const { url } = await startShoal('--hub', hub.url);
  await shoal.page.clock.install();
  await shoal.open(url, '?every=1m');
  await setHidden(shoal.page, true);
  for (let times = 0; times < 20; times++) await shoal.page.clock.fastForward(60_000);
  await shoal.idle();
  expect(shoal.askedTimes()).toBe(1);
  expect(hub.asked()).toBe(1);
  await setHidden(shoal.page, false);
  await expect.poll(shoal.askedTimes).toBe(2);
  await shoal.idle();
  await shoal.page.clock.fastForward(60_000);
  await expect.poll(shoal.askedTimes).toBe(3);
});

test('while an answer is awaited no second request goes out, however many intervals pass', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { url } = await startShoal('--hub', hub.url);
  await shoal.page.clock.install();
  await shoal.open(url, '?every=1m');
  hub.hang();
  for (let times = 0; times < 6; times++) await shoal.page.clock.fastForward(60_000);
  await expect(shoal.updates.getByRole('button', { name: 'Refresh' })).toBeDisabled();
  expect(shoal.askedTimes()).toBe(2);
  expect(hub.asked()).toBe(2);
  hub.release();
  await shoal.idle();
  await shoal.page.clock.fastForward(60_000);
  await expect.poll(shoal.askedTimes).toBe(3);
});

test('paused, the page keeps its picture and asks only when told to; resumed, it asks on', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { url } = await startShoal('--hub', hub.url);
  await shoal.page.clock.install();
  await shoal.open(url, '?every=1m');
  const { links } = await shoal.picture();
  await shoal.updates.getByRole('button', { name: 'Pause' }).click();
  for (let times = 0; times < 6; times++) await shoal.page.clock.fastForward(60_000);
  await shoal.idle();
  expect(shoal.askedTimes()).toBe(1);
  await expect(shoal.page.getByText('paused', { exact: true })).toBeVisible();
  await expect(shoal.page.getByText(/^updated 6 min ago$/)).toBeVisible();
  expect((await shoal.picture()).links).toEqual(links);
  await shoal.axe('paused');

  await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
  await shoal.idle();
  expect(shoal.askedTimes()).toBe(2);
  await shoal.updates.getByRole('button', { name: 'Resume' }).click();
  await shoal.page.clock.fastForward(60_000);
  await expect.poll(shoal.askedTimes).toBe(3);
});

test('with updates off the page asks once', async ({ shoal, hub, startShoal }) => {
  const { url } = await startShoal('--hub', hub.url);
  await shoal.page.clock.install();
  await shoal.open(url, '?every=off');
  for (let times = 0; times < 6; times++) await shoal.page.clock.fastForward(60_000);
  await shoal.idle();
  expect(shoal.askedTimes()).toBe(1);
  await expect(shoal.page.getByText('updates off', { exact: true })).toBeVisible();
});

test('a filter that changes while an answer is awaited is asked at once, and only its answer is drawn', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url, '?every=off&level=service');
  const whole = (await (await fetch(`${hub.url}mcp/flows`)).json()) as {
    flows: { client: { ns?: string } }[];
  };
  hub.hang();
  await shoal.control('ns').fill('batch');
  await shoal.control('ns').press('Enter');
  await expect.poll(() => shoal.asked().ns).toBe('batch');
  const some = whole.flows.filter(({ client }) => client.ns === 'batch');
  hub.flows({ flows: some, total: some.length, truncated: false });
  await shoal.filter('ns', 'data');
  expect(shoal.asked()).toEqual({ ns: 'data', limit: '1000' });
  hub.release();
  await shoal.idle();
  expect((await shoal.picture()).coverage.flows).toBe(some.length);
});

// History outlives a reload where the browser stores things; where it stores nothing, the page works and says so.
import { mkdirSync, writeFileSync } from 'node:fs';
import { chromium, type Page } from '@playwright/test';
import { startEmbedHost } from './embed-host';
import { expect, test } from './fixtures';

const slider = (page: Page) => page.getByRole('slider', { name: 'Moment that is shown' });

test('a reload keeps the history, and a link to a moment of it leads there', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { url } = await startShoal('--hub', hub.url);
  hub.line(0);
  await shoal.open(url, '?every=off&level=service');
  const then = await shoal.picture();
  for (const line of [5, -1]) {
    hub.line(line);
    await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
    await shoal.idle();
  }
  await expect(slider(shoal.page)).toHaveAttribute('aria-valuemax', '2');
  await slider(shoal.page).press('Home');
  await shoal.idle();
  const rate = await slider(shoal.page).getAttribute('aria-valuetext');
  await shoal.reload();
  await expect(slider(shoal.page)).toHaveAttribute('aria-valuemax', '3');
  await expect(slider(shoal.page)).toHaveAttribute('aria-valuenow', '0');
  expect(await slider(shoal.page).getAttribute('aria-valuetext')).toBe(rate);
  expect((await shoal.picture()).links).toEqual(then.links);
  await expect(shoal.page.getByText('History is for this sitting')).toBeHidden();
});

test('in a cross-site frame without storage nothing breaks, and history is for this sitting', async ({
  hub,
  startShoal,
  launchOptions,
}, info) => {
  const host = await startEmbedHost('localhost');
  const { url } = await startShoal('--hub', hub.url, '--frame-ancestors', host.origin);
  const profile = info.outputPath('no-storage');
  mkdirSync(`${profile}/Default`, { recursive: true });
  // The reader's own choice, "block all": then reading the very name of a storage throws.
  writeFileSync(
    `${profile}/Default/Preferences`,
    JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }),
  );
  const context = await chromium.launchPersistentContext(profile, launchOptions);
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(host.pageWith(`${url}?every=off&level=service`));
    const frame = page.frames()[1];
    if (frame === undefined) throw new Error('There is no frame.');
    await frame.evaluate(() => window.shoal.whenIdle());
    const stored = await frame.evaluate(() => {
      try {
        return window.localStorage.length;
      } catch {
        return 'denied';
      }
    });
    expect(stored).toBe('denied');
    await expect(frame.getByText('History is for this sitting')).toBeVisible();
    hub.line(3);
    await frame.getByRole('button', { name: 'Refresh' }).click();
    await frame.evaluate(() => window.shoal.whenIdle());
    await expect(frame.getByRole('slider')).toHaveAttribute('aria-valuemax', '1');
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
    await host.close();
  }
});

/** What a browser does when there is no room: the request is made, and its transaction fails. */
const NO_ROOM = `{
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (...given) {
    const request = add.apply(this, given);
    request.addEventListener('success', () => this.transaction.abort());
    return request;
  };
}
`;

test('with a quota of nothing nothing breaks, and history is for this sitting', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { url } = await startShoal('--hub', hub.url);
  // A quota can be set for a browser under test, but it is not held to for so little.
  await shoal.page.route('**/backstage.worker-*.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: NO_ROOM + (await response.text()) });
  });
  await shoal.open(url, '?every=off&level=service');
  await expect(shoal.page.getByText('History is for this sitting')).toBeVisible();
  hub.line(3);
  await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
  await shoal.idle();
  await expect(slider(shoal.page)).toHaveAttribute('aria-valuemax', '1');
  await shoal.axe('history for this sitting');
});

// Everything that a mouse can do to find and open something, keys can do too.
import { expect, test } from './fixtures';

test('“/” finds a peer by part of its name, arrows choose, Enter selects it', async ({ shoal, lab }) => {
  await shoal.open(lab, '?level=service');
  await shoal.page.keyboard.press('/');
  const find = shoal.page.getByRole('combobox', { name: 'Find a peer' });
  await expect(find).toBeFocused();
  await shoal.page.keyboard.type('node');
  const options = shoal.page.getByRole('listbox', { name: 'Peers found' }).getByRole('option');
  expect((await options.allTextContents()).every((text) => text.includes('node'))).toBe(true);
  expect(await options.count()).toBeGreaterThan(2);
  await expect(options.nth(0)).toHaveAttribute('aria-selected', 'true');
  await shoal.page.keyboard.press('ArrowDown');
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true');
  const id = await options.nth(1).getAttribute('id');
  await expect(find).toHaveAttribute('aria-activedescendant', id ?? '');
  await shoal.axe('finding a peer');
  const wanted = await options.nth(1).locator('span').first().textContent();
  await shoal.page.keyboard.press('Enter');
  await shoal.idle();
  await expect(shoal.panel.getByRole('tabpanel').getByRole('heading', { level: 2 }).first()).toHaveText(
    wanted ?? '',
  );
  await expect(shoal.panel.getByRole('tab', { name: 'Peer' })).toHaveAttribute('aria-selected', 'true');
});

test('a name that is not on the map is said not to be', async ({ shoal, lab }) => {
  await shoal.open(lab);
  await shoal.page.keyboard.press('/');
  await shoal.page.keyboard.type('nobody-of-that-name');
  await expect(shoal.page.getByText('No peer of this map is called like that.')).toBeVisible();
  await shoal.page.keyboard.press('Enter');
  expect((await shoal.view()).peer).toBeUndefined();
});

test('Esc leaves the selection first, then the focus', async ({ shoal, lab }) => {
  await shoal.open(lab, '?level=service&focus=svc%3Ashop%2Fcart&peer=svc%3Ashop%2Fcart');
  const near = await shoal.picture();
  await expect(shoal.panel.getByRole('tab', { name: 'Peer' })).toBeVisible();
  await shoal.page.keyboard.press('Escape');
  await shoal.idle();
  expect((await shoal.view()).peer).toBeUndefined();
  expect((await shoal.view()).focus).toBe('svc:shop/cart');
  await expect(shoal.panel.getByRole('tab', { selected: true })).toHaveText('Summary');
  await shoal.page.keyboard.press('Escape');
  await shoal.idle();
  expect((await shoal.view()).focus).toBeUndefined();
  expect((await shoal.picture()).links.length).toBeGreaterThan(near.links.length);
});

test('“?” opens the help, behind which nothing takes the focus, and Esc gives it back', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab);
  const opener = shoal.page.getByRole('button', { name: 'Help' });
  await opener.focus();
  await shoal.page.keyboard.press('?');
  const help = shoal.page.getByRole('dialog', { name: 'Reading the map' });
  await expect(help).toBeVisible();
  await expect(help).toContainText('Its width is its bytes');
  await expect(help.getByRole('heading', { name: 'Reading the map' })).toBeInViewport({ ratio: 1 });
  await expect(help.getByRole('button', { name: 'Close' })).toBeFocused();
  await shoal.axe('the help');
  for (let times = 0; times < 3; times++) {
    await shoal.page.keyboard.press('Tab');
    const isBehind = await help.evaluate(
      (dialog) => document.activeElement !== document.body && !dialog.contains(document.activeElement),
    );
    expect(isBehind).toBe(false);
  }
  await shoal.page.keyboard.press('Escape');
  await expect(help).toHaveCount(0);
  await expect(opener).toBeFocused();
});

test('keys typed into a field are text, not shortcuts', async ({ shoal, lab }) => {
  await shoal.open(lab);
  await shoal.control('pod').focus();
  await shoal.page.keyboard.type('a/b?');
  await expect(shoal.control('pod')).toHaveValue('a/b?');
  await expect(shoal.page.getByRole('dialog')).toHaveCount(0);
  await expect(shoal.control('pod')).toBeFocused();
});

test('a click selects, a double click focuses the neighbourhood, and its depth widens it', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=service');
  await shoal.click('redis-master');
  expect((await shoal.view()).peer).toBe('svc:data/redis-master');
  await shoal.axe('a selected peer');
  await shoal.panel.getByRole('button', { name: 'Focus its neighbourhood' }).click();
  await shoal.idle();
  const one = await shoal.picture();
  expect(one.links.every(({ from, to }) => [from, to].includes('svc:data/redis-master'))).toBe(true);
  expect(one.coverage.hiddenFlows).toBeGreaterThan(0);
  await shoal.page.getByRole('group', { name: 'Focus depth' }).getByRole('button', { name: '2' }).click();
  await shoal.idle();
  expect((await shoal.picture()).links.length).toBeGreaterThan(one.links.length);
  await shoal.page.getByRole('button', { name: 'Leave focus' }).click();
  await shoal.idle();
  expect((await shoal.view()).focus).toBeUndefined();

  const { box } = (await shoal.picture()).peers.find(({ label }) => label === 'cart') ?? { box: undefined };
  if (box === undefined) throw new Error('There is no cart.');
  await shoal.page.mouse.dblclick(box.x + box.w / 2, box.y + box.h / 2);
  await shoal.idle();
  expect((await shoal.view()).focus).toBe('svc:shop/cart');
});

test('the theme is the reader’s: light, dark or the system’s, and the URL says which', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=service');
  const dark = (await shoal.picture()).links[0]?.colour;
  await shoal.page.getByRole('button', { name: /^Theme: auto/ }).click();
  await shoal.idle();
  expect(shoal.search().get('theme')).toBe('light');
  expect((await shoal.picture()).links[0]?.colour).not.toBe(dark);
  const engine = await shoal.engineLinks();
  const { links } = await shoal.picture();
  expect(engine).toHaveLength(links.length);
  await shoal.page.emulateMedia({ colorScheme: 'light' });
  await shoal.page.getByRole('button', { name: /^Theme: light/ }).click();
  await shoal.idle();
  expect((await shoal.picture()).links[0]?.colour).toBe(dark);
});

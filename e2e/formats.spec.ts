// The three formats and the aggregation levels of the API, as the page shows them.
import { expect, test } from './fixtures';

test('format=full shows container, cgroup, rates and time of a flow, which compact does not have', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=service');
  await shoal.openLink('frontend', 'checkout');
  const card = shoal.panel.getByRole('article').first();
  await expect(card).toContainText('10.244.');
  for (const word of ['container', 'cgroup', 'rates', 'last update']) {
    await expect(card).not.toContainText(word);
  }
  await shoal.filter('format', 'full');
  await expect(card).toContainText(/container \w{12}/);
  await expect(card).toContainText(/cgroup \d+/);
  await expect(card.getByRole('term').filter({ hasText: 'Client rates' })).toHaveCount(1);
  await expect(card).toContainText(/sent [\d.]+ (k|M)?bit\/s, [\d.]+ pkt\/s/);
  await expect(card).toContainText(/last update \d{4}-\d\d-\d\dT/);
  await shoal.axe('a link in full format');
});

test('a link’s details hold both directions, both perspectives and the worst p99', async ({ shoal, lab }) => {
  await shoal.open(lab, '?level=service');
  await shoal.openLink('cart', 'redis-master');
  const panel = shoal.panel.getByRole('tabpanel');
  const fact = (name: string) =>
    panel.getByRole('term').filter({ hasText: name }).first().locator('xpath=following-sibling::dd[1]');
  await expect(fact('Worst p99')).toHaveText(/12\.3 ms \(flow 1 of \d+\), p50 3\.\d+ ms/);
  await expect(fact('Reading')).toContainText('elevated');
  const sum = async (name: string) =>
    Number(/([\d,]+) B/.exec((await fact(name).textContent()) ?? '')?.[1]?.replaceAll(',', ''));
  const [forward, backward, both] = [
    await sum('Client → server'),
    await sum('Server → client'),
    await sum('Both, by sender'),
  ];
  expect(forward).toBeGreaterThan(0);
  expect(forward + backward).toBe(both);
  const rows = panel.getByRole('article').first().getByRole('row');
  await expect(rows.nth(1).getByRole('cell').first()).toHaveText('client');
  await expect(rows.nth(2).getByRole('cell').first()).toHaveText('server');
});

test('format=raw keeps the last picture with its age, and shows the rows in a table with discovered columns', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=service');
  const before = await shoal.picture();
  await shoal.filter('format', 'raw');
  expect(shoal.asked()).toEqual({ format: 'raw', limit: '1000' });
  expect(await shoal.picture()).toEqual(before);
  await expect(shoal.notice('status', /this is the last picture, \d+ s old/)).toBeVisible();
  await shoal.show('Table');
  await shoal.idle();
  const table = shoal.page.getByRole('table', { name: 'Raw rows' });
  await expect(table).toBeVisible();
  const headers = await table.getByRole('columnheader').allTextContents();
  expect(headers).toEqual(
    expect.arrayContaining(['proto', 'localPeer', 'remotePeer', 'packetsSent', 'bytesSent', 'bytesReceived']),
  );
  // A row a perspective, as the workers count.
  expect(Number(await table.getAttribute('aria-rowcount'))).toBeGreaterThan(74);
  await shoal.axe('raw rows as a table');
});

test('opened with format=raw the map says that there is nothing to draw, and offers the table', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?format=raw');
  await expect(shoal.notice('status', 'there is nothing to draw')).toBeVisible();
  await shoal.page.getByRole('button', { name: 'Show them as a table' }).click();
  await shoal.idle();
  await expect(shoal.page.getByRole('table', { name: 'Raw rows' })).toBeVisible();
});

for (const aggregate of ['pod', 'namespace', 'node', 'service']) {
  test(`aggregate=${aggregate} fixes the level of the map and disables the level control`, async ({
    shoal,
    lab,
  }) => {
    await shoal.open(lab, '?level=pod');
    await shoal.filter('aggregate', aggregate);
    const picture = await shoal.picture();
    expect(picture.level).toBe(aggregate);
    const levels = shoal.page.getByRole('group', { name: 'Level' }).getByRole('button');
    for (const level of await levels.all()) await expect(level).toBeDisabled();
    await expect(levels.and(shoal.page.locator('[aria-pressed=true]'))).toHaveText(
      new RegExp(aggregate, 'i'),
    );
    expect(picture.links.length).toBeGreaterThan(0);
    await shoal.filter('aggregate', '');
    expect((await shoal.picture()).level).toBe('pod');
  });
}

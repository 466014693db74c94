// What stands where a full map cannot: each state says what it is, to the eye and to a screen reader, and what to do.
import { expect, test } from './fixtures';

test('loading is said, and after a while for how long', async ({ shoal, hub, startShoal }) => {
  hub.hang();
  const { url } = await startShoal('--hub', hub.url);
  await shoal.page.clock.install();
  await shoal.page.goto(url);
  await expect(shoal.notice('status', 'Loading flows…')).toBeVisible();
  await expect(shoal.page.getByText('loading', { exact: true })).toBeVisible();
  await shoal.axe('loading');
  await shoal.page.clock.fastForward(8000);
  await expect(
    shoal.notice('status', /Waiting \d+ s for flows\. Answers can take several seconds\./),
  ).toBeVisible();
  await expect(shoal.page.getByRole('alert')).toHaveCount(0);
  hub.release();
  await shoal.idle();
  await expect(shoal.notice('status', /flows\. Answers can take/)).toHaveCount(0);
  expect((await shoal.picture()).links.length).toBeGreaterThan(0);
});

test.describe('with an answer that says 502', () => {
  test.use({ expectedErrors: [/status of 502/] });

  test('a first answer that never came is an error without a picture', async ({ shoal, hub, startShoal }) => {
    hub.fail('status 401');
    const { url } = await startShoal('--hub', hub.url);
    await shoal.open(url);
    const alert = shoal.notice('alert', 'Sign-in needed.');
    await expect(alert).toBeVisible();
    await expect(alert).not.toContainText('Shown is the last good answer');
    await expect(shoal.page.getByText('no data', { exact: true })).toBeVisible();
    await shoal.axe('nothing came yet');
  });
});

test('an empty answer names the filter that is to blame, and clears it', async ({ shoal, lab }) => {
  await shoal.open(lab, '?ns=nowhere&level=pod');
  const empty = shoal.notice('status', 'No flow matches this filter');
  await expect(empty).toBeVisible();
  await expect(empty).toContainText('ns=nowhere, while the cluster reports 73 flows.');
  await shoal.axe('empty because of a filter');
  await empty.getByRole('button', { name: 'Clear ns' }).click();
  await shoal.idle();
  await expect(empty).toHaveCount(0);
  expect(await shoal.view()).toMatchObject({ query: {}, level: 'pod' });
  expect((await shoal.picture()).coverage.flows).toBe(73);
});

test('an empty answer under several filters names each, and clears one or all', async ({ shoal, lab }) => {
  await shoal.open(lab, '?ns=shop&pod=nobody&limit=50');
  const empty = shoal.notice('status', 'No flow matches these filters');
  await expect(empty).toContainText('ns=shop and pod=nobody');
  await expect(empty.getByRole('button')).toHaveText(['Clear ns', 'Clear pod', 'Clear all filters']);
  await empty.getByRole('button', { name: 'Clear pod' }).click();
  await shoal.idle();
  expect(shoal.asked()).toEqual({ ns: 'shop', limit: '50' });
  expect((await shoal.picture()).peers.length).toBeGreaterThan(0);
});

test('a cluster without flows is not blamed on filters', async ({ shoal, hub, startShoal }) => {
  hub.flows({ flows: [], total: 0, truncated: false }, {});
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url);
  const empty = shoal.notice(
    'status',
    'The cluster reports no L4 flows at this moment and no filter is set.',
  );
  await expect(empty).toContainText("check that Kubeshark's workers are running");
  await expect(empty.getByRole('button')).toHaveCount(0);
  await shoal.axe('an empty cluster');
});

test('only problems in a healthy cluster leaves an empty map that says what it hides', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const row = (pod: string) => ({
    proto: 'udp',
    client: { ip: '10.0.0.1', pod, ns: 'shop' },
    server: { ip: '10.0.0.2', port: 53, pod: 'dns', ns: 'shop' },
    client_stats: { tx_pkts: 1, rx_pkts: 1, tx_bytes: 100, rx_bytes: 100 },
  });
  hub.flows({ flows: [row('a'), row('b')], total: 2, truncated: false });
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url, '?problems=1');
  expect((await shoal.picture()).coverage).toMatchObject({ drawnFlows: 0, hiddenFlows: 2 });
  await expect(shoal.page.getByText('hiding 2 flows, 100 % of bytes')).toBeVisible();
});

test('a truncated answer is partial: so many of so many, never a top list, with a way to ask for more', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?limit=20');
  const partial = shoal.notice('status', 'Partial.');
  await expect(partial).toContainText('20 of 73 matching flows came');
  await expect(shoal.page.getByText(/^20 of 73 flows$/)).toBeVisible();
  expect((await shoal.picture()).coverage).toMatchObject({ flows: 20, total: 73, truncated: true });
  await shoal.axe('partial');
  await partial.getByRole('button', { name: 'Ask for 100' }).click();
  await shoal.idle();
  expect(shoal.asked()).toEqual({ limit: '100' });
  await expect(partial).toHaveCount(0);
  expect((await shoal.picture()).coverage).toMatchObject({ flows: 73, total: 73, truncated: false });
});

test('an answer that is short without saying so is partial too', async ({ shoal, hub, startShoal }) => {
  const whole = (await (await fetch(`${hub.url}mcp/flows`)).json()) as { flows: unknown[]; total: number };
  hub.flows({ flows: whole.flows.slice(0, 30), total: 73, truncated: false });
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url);
  await expect(shoal.notice('status', 'Partial.')).toContainText('30 of 73 matching flows came');
});

test('what is hidden is counted on the map: flows and share of bytes', async ({ shoal, lab }) => {
  await shoal.open(lab, '?level=service&min=1048576');
  const { coverage, links } = await shoal.picture();
  expect(links.every(({ bytes }) => bytes >= 1_048_576)).toBe(true);
  expect(coverage.hiddenFlows).toBeGreaterThan(0);
  expect(coverage.drawnFlows + coverage.foldedFlows + coverage.hiddenFlows).toBe(coverage.flows);
  const share = Math.round(((coverage.bytes - coverage.drawnBytes) / coverage.bytes) * 100);
  await expect(
    shoal.page.getByText(`hiding ${coverage.hiddenFlows} flows, ${share} % of bytes`),
  ).toBeVisible();
});

test('infrastructure is hidden in one click, counted, and comes back', async ({ shoal, lab }) => {
  await shoal.open(lab, '?level=service');
  const whole = await shoal.picture();
  expect(whole.peers.map(({ label }) => label)).toContain('kube-dns');
  await shoal.page.getByRole('button', { name: 'Hide infrastructure' }).click();
  await shoal.idle();
  const less = await shoal.picture();
  expect(less.peers.map(({ label }) => label)).not.toContain('kube-dns');
  expect(less.coverage.hiddenFlows).toBeGreaterThan(0);
  expect(less.coverage.drawnFlows + less.coverage.foldedFlows + less.coverage.hiddenFlows).toBe(73);
  await shoal.page.getByRole('button', { name: 'Hide infrastructure' }).click();
  await shoal.idle();
  expect((await shoal.picture()).links).toEqual(whole.links);
});

test('a selection that is not in the answer any more says so, and can be left', async ({ shoal, lab }) => {
  await shoal.open(lab, '?level=service&peer=svc%3Ashop%2Fgone');
  const gone = shoal.notice('status', 'What was selected is not in this answer');
  await expect(gone).toBeVisible();
  await gone.getByRole('button', { name: 'Leave it' }).click();
  await expect(gone).toHaveCount(0);
  expect((await shoal.view()).peer).toBeUndefined();

  // What is there, but not on this map, is not said to be gone.
  await shoal.click('svc:shop/cart');
  const path = shoal.panel.getByLabel('Path to');
  await path.fill('nobody');
  await path.press('Enter');
  await expect(shoal.page.getByRole('alert').filter({ hasText: 'No peer has “nobody”' })).toBeVisible();
  await shoal.level('Namespace');
  await shoal.idle();
  await expect(shoal.notice('status', 'in this answer, but not at the level')).toBeVisible();
  await shoal.level('Service');
  await shoal.idle();
  // A name as the map writes it leads there, with Enter.
  await path.fill('redis');
  await path.press('Enter');
  await expect.poll(async () => (await shoal.view()).path).toBe('svc:data/redis-master');
});

for (const width of [390, 820]) {
  test(`at ${width} px the map, the filters and the panel are all there, and nothing breaks a rule`, async ({
    shoal,
    lab,
  }) => {
    await shoal.page.setViewportSize({ width, height: 800 });
    await shoal.open(lab, '?theme=light');
    expect((await shoal.picture()).peers.length).toBeGreaterThan(0);
    await expect(shoal.section('Cross-namespace')).toBeVisible();
    const overflow = await shoal.page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    );
    expect(overflow, 'the page does not scroll sideways').toBeLessThanOrEqual(0);
    await shoal.axe(`${width} px wide`);
  });
}

// The eight filters are the eight parameters of the API: each control changes its own and nothing else, in the page's
// URL and in the request; and a URL is the whole view, to paste, to go back to, and to repair when it is wrong.
import { expect, test } from './fixtures';

const EIGHT = [
  { parameter: 'format', value: 'full' },
  { parameter: 'aggregate', value: 'namespace' },
  { parameter: 'l4proto', value: 'udp' },
  { parameter: 'ip', value: '10.244.2.12' },
  { parameter: 'ns', value: 'data' },
  { parameter: 'pod', value: 'cart' },
  { parameter: 'svc', value: 'redis' },
  { parameter: 'limit', value: '20' },
];

/** A view in which every other thing is set, so that a control that touches more than its own is found out. */
const ELSEWHERE = { level: 'pod', hide: 'infra', min: '1024', theme: 'light', every: 'off', v: '1' };

for (const { parameter, value } of EIGHT) {
  test(`the control “${parameter}” changes ${parameter} in the page URL and in the request, and nothing else`, async ({
    shoal,
    lab,
    request,
  }) => {
    const others = EIGHT.filter(
      (one) => one.parameter !== parameter && ['ns', 'l4proto'].includes(one.parameter),
    );
    const before = { ...ELSEWHERE, ...Object.fromEntries(others.map((one) => [one.parameter, one.value])) };
    await shoal.open(lab, `?${new URLSearchParams(before)}`);
    const { limit, ...filters } = shoal.asked();
    expect(limit).toBe('1000');
    expect(filters).toEqual(Object.fromEntries(others.map((one) => [one.parameter, one.value])));

    await shoal.filter(parameter, value);
    expect(Object.fromEntries(shoal.search())).toEqual({ ...before, [parameter]: value });
    expect(shoal.asked()).toEqual({ limit: '1000', ...filters, [parameter]: value });
    await expect(shoal.control(parameter)).toHaveValue(value);

    // What is drawn is what the API answers to that very request.
    const answer = await request.get(`${lab}mcp/flows?${new URLSearchParams(shoal.asked())}`);
    const { flows, total } = (await answer.json()) as { flows: unknown[]; total: number };
    expect((await shoal.picture()).coverage).toMatchObject({ flows: flows.length, total });

    const empty = '';
    await shoal.filter(parameter, empty);
    expect(Object.fromEntries(shoal.search())).toEqual(before);
    expect(shoal.asked()).toEqual({ limit: '1000', ...filters });
  });
}

test('the request is shown as it is sent, and copied as a curl command that asks the same', async ({
  shoal,
  lab,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await shoal.open(lab, '?ns=shop&l4proto=tcp');
  await expect(shoal.page.getByText('GET /mcp/flows?l4proto=tcp&ns=shop&limit=1000')).toBeVisible();
  await shoal.page.getByRole('button', { name: 'Copy as curl' }).click();
  await expect(shoal.notice('status', 'copied')).toBeVisible();
  const copied = await shoal.page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(`curl -s '${lab}mcp/flows?l4proto=tcp&ns=shop&limit=1000'`);
});

test('a URL pasted in a new tab restores filters, level, selection and focus', async ({
  shoal,
  lab,
  context,
}) => {
  await shoal.open(lab, '?level=service');
  await shoal.filter('ns', 'shop');
  await shoal.filter('l4proto', 'tcp');
  await shoal.level('Pod');
  await shoal.page.getByRole('button', { name: 'Only problems' }).click();
  await shoal.idle();
  const first = await shoal.picture();
  const peer = first.peers[0]?.label ?? '';
  await shoal.click(peer);
  const view = await shoal.view();
  expect(view).toMatchObject({ query: { ns: 'shop', l4proto: 'tcp' }, level: 'pod', problems: true });
  expect(view.peer).toBe(first.peers[0]?.id);

  const tab = await context.newPage();
  await tab.goto(shoal.page.url());
  await tab.evaluate(() => window.shoal.whenIdle());
  expect(await tab.evaluate(() => window.shoal.view())).toEqual(view);
  const again = (await tab.evaluate(() => window.shoal.picture())) as typeof first;
  expect(again.links).toEqual(first.links);
  expect(again.peers.map(({ id }) => id)).toEqual(first.peers.map(({ id }) => id));
  await expect(tab.getByRole('tabpanel').getByRole('heading', { level: 2 }).first()).toHaveText(peer);
});

test('back and forward walk through the filters, and the controls follow', async ({ shoal, lab }) => {
  await shoal.open(lab, '?level=service');
  const whole = await shoal.picture();
  await shoal.filter('ns', 'shop');
  await shoal.filter('pod', 'cart');
  const narrowest = await shoal.picture();
  expect(narrowest.links.length).toBeLessThan(whole.links.length);

  await shoal.page.goBack();
  await shoal.idle();
  await expect(shoal.control('pod')).toHaveValue('');
  await expect(shoal.control('ns')).toHaveValue('shop');
  expect(await shoal.view()).toMatchObject({ query: { ns: 'shop' } });
  await shoal.page.goBack();
  await shoal.idle();
  expect((await shoal.picture()).links).toEqual(whole.links);
  expect(shoal.search().get('ns')).toBeNull();

  await shoal.page.goForward();
  await shoal.page.goForward();
  await shoal.idle();
  await expect(shoal.control('pod')).toHaveValue('cart');
  expect((await shoal.picture()).links).toEqual(narrowest.links);
});

test('a bad value in the URL drops only itself, and says so', async ({ shoal, lab }) => {
  await shoal.open(lab, '?limit=-1&ns=shop&l4proto=icmp&level=pod&every=2s');
  expect(await shoal.view()).toMatchObject({ query: { ns: 'shop' }, level: 'pod', every: '10s' });
  expect(shoal.asked()).toEqual({ ns: 'shop', limit: '1000' });
  const notice = shoal.notice('status', 'Not used from the URL');
  await expect(notice).toContainText('limit must be a whole number from 1 up, not "-1".');
  await expect(notice).toContainText('l4proto must be one of tcp, udp, not "icmp".');
  await expect(notice).toContainText('every must be one of');
  await shoal.axe('values of the URL that were not used');
  await notice.getByRole('button', { name: 'Dismiss' }).click();
  await expect(notice).toHaveCount(0);
});

for (const [parameter, value, sentence] of [
  ['ip', '999.1.1.1', 'ip must be an IPv4 or IPv6 address or a CIDR'],
  ['limit', '-1', 'limit must be a whole number from 1 up'],
] as const) {
  test(`a bad ${parameter} typed into its control is explained there, and asks nothing`, async ({
    shoal,
    lab,
  }) => {
    await shoal.open(lab, '?every=off');
    const asked = shoal.askedTimes();
    const url = shoal.page.url();
    await shoal.filter(parameter, value);
    await expect(shoal.notice('alert', sentence)).toBeVisible();
    await expect(shoal.control(parameter)).toHaveAccessibleDescription(new RegExp(sentence));
    expect(shoal.askedTimes()).toBe(asked);
    expect(shoal.page.url()).toBe(url);
    await shoal.axe(`a bad ${parameter}`);
  });
}

test('filters that were set can all be cleared at once', async ({ shoal, lab }) => {
  await shoal.open(lab, '?ns=shop&pod=cart&limit=50&level=pod');
  await shoal.page.getByRole('form', { name: 'Filters' }).getByRole('button', { name: 'Clear' }).click();
  await shoal.idle();
  expect(shoal.asked()).toEqual({ limit: '1000' });
  expect(await shoal.view()).toMatchObject({ query: {}, level: 'pod' });
});

test('text filters suggest what is in the cluster', async ({ shoal, lab }) => {
  await shoal.open(lab);
  const control = shoal.control('ns');
  await control.focus();
  await shoal.idle();
  const list = await control.getAttribute('list');
  const offered = await shoal.page
    .locator(`datalist[id="${list}"] option`)
    .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
  expect(offered).toEqual(['batch', 'data', 'default', 'ingress-nginx', 'kube-system', 'monitoring', 'shop']);
});

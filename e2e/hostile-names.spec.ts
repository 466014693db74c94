// Names come from a cluster that others deploy to. Whatever they are called, they are drawn as text and nothing else.
import { writeFileSync } from 'node:fs';
import type { TestInfo } from '@playwright/test';
import { expect, test } from './fixtures';

const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(2)</script>',
  `'";--&amp;<b>`,
  '\u202eevil\u202c\u200f',
  'x'.repeat(253),
  '__proto__',
  'constructor',
  'javascript:alert(3)',
  '=HYPERLINK("http://evil.example")',
];

/** A flow from each hostile pod to the next, each in a hostile namespace behind a hostile service. */
function writeRecording(info: TestInfo): string {
  const end = (name: string, index: number) => ({
    ip: `10.0.0.${index + 1}`,
    pod: name,
    ns: name,
    svc: name,
    node: name,
  });
  const stats = { tx_pkts: 10, rx_pkts: 10, tx_bytes: 5000, rx_bytes: 3000 };
  const flows = HOSTILE.map((name, index) => ({
    proto: 'tcp',
    client: end(name, index),
    server: { ...end(HOSTILE[(index + 1) % HOSTILE.length] ?? '', (index + 1) % HOSTILE.length), port: 80 },
    client_stats: {
      ...stats,
      tcp_handshake_p50_us: 500,
      tcp_handshake_p90_us: 700,
      tcp_handshake_p99_us: 900,
    },
    server_stats: stats,
    totals: { pkts: 40, bytes: 16_000, pps: 1, bps: 1000 },
  }));
  const file = info.outputPath('hostile.json');
  writeFileSync(file, JSON.stringify({ flows, total: flows.length, truncated: false }));
  return file;
}

/** Fails on what an injected name would leave behind: a dialog, an element, a changed prototype. */
test.beforeEach(async ({ shoal, complaints }) => {
  shoal.page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
});
test.afterEach(async ({ shoal }) => {
  const found = await shoal.page.evaluate(() => ({
    images: document.querySelectorAll('img, b, a[href^="javascript:"]').length,
    scripts: [...document.scripts].filter(({ src }) => !src.startsWith(location.origin)).length,
    polluted: Object.keys(Object.prototype).length + Number('pod' in {}),
  }));
  expect(found).toEqual({ images: 0, scripts: 0, polluted: 0 });
});

for (const level of ['pod', 'service', 'namespace', 'node']) {
  test(`at ${level} level hostile names are peers like any other, drawn as text`, async ({
    shoal,
    startShoal,
  }, info) => {
    const { url } = await startShoal('--recording', writeRecording(info));
    await shoal.open(url, `?level=${level}`);
    const { peers, boxes, links } = await shoal.picture();
    expect(peers.map(({ label }) => label).sort()).toEqual([...HOSTILE].sort());
    expect(links).toHaveLength(HOSTILE.length);
    if (level === 'pod') expect(boxes.map(({ label }) => label).sort()).toEqual([...HOSTILE].sort());
  });
}

test('hostile names are text in the details, the tables and the suggestions, and survive the URL', async ({
  shoal,
  startShoal,
}, info) => {
  const { url } = await startShoal('--recording', writeRecording(info));
  await shoal.open(url, '?level=pod');
  const heading = shoal.panel.getByRole('tabpanel').getByRole('heading', { level: 2 }).first();
  for (const { id, label } of (await shoal.picture()).peers) {
    await shoal.open(url, `?${new URLSearchParams({ level: 'pod', peer: id })}`);
    expect(await heading.textContent(), label).toBe(label);
    expect((await shoal.view()).peer).toBe(id);
    await expect(shoal.panel.getByRole('button', { name: 'Focus its neighbourhood' })).toBeVisible();
  }
  for (const { id, from, to } of (await shoal.picture()).links.slice(0, 3)) {
    await shoal.open(url, `?${new URLSearchParams({ level: 'pod', link: id })}`);
    await expect(heading).toContainText('→');
    expect((await heading.textContent())?.length).toBeGreaterThan(4);
    expect(from).not.toBe(to);
  }

  await shoal.open(url, '?level=pod');
  for (const parameter of ['ns', 'pod', 'svc']) {
    const control = shoal.control(parameter);
    await control.focus();
    await shoal.idle();
    const list = await control.getAttribute('list');
    const offered = await shoal.page
      .locator(`datalist[id="${list}"] option`)
      .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
    expect(offered, parameter).toEqual([...HOSTILE].sort());
  }
  const rows = shoal.section('By namespace').getByRole('row').getByRole('button');
  expect((await rows.allTextContents()).sort()).toEqual([...HOSTILE].sort());

  await shoal.show('Table');
  await shoal.idle();
  const names = await shoal.table.locator('bdi').allTextContents();
  for (const name of HOSTILE) expect(names, name).toContain(name);
  await shoal.axe('a table of hostile names');
});

test('a hostile name filters like any other, in the request and in the curl command', async ({
  shoal,
  startShoal,
}, info) => {
  const { url } = await startShoal('--recording', writeRecording(info));
  await shoal.open(url, '?level=pod');
  for (const name of HOSTILE) {
    await shoal.filter('ns', name);
    expect(shoal.asked().ns, name).toBe(name);
    expect((await shoal.picture()).coverage.flows, name).toBe(2);
    const command = await shoal.page.getByRole('button', { name: 'Copy as curl' }).getAttribute('title');
    // Between its two quotes there is no third, so a shell sees one word.
    expect(command, name).toMatch(/^curl -s '[^']+'$/);
  }
  await shoal.show('Map');
  await shoal.axe('a map of hostile names');
});

test('hostile names are found, and hostile keys and values of raw rows are text', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const row = Object.fromEntries(HOSTILE.map((name) => [name, name]));
  // A key that an object literal would swallow.
  const rows = JSON.parse(
    `[${JSON.stringify(row).replace('{', '{"__proto__":{"pod":"owned"},')}]`,
  ) as unknown[];
  hub.flows({ flows: rows, total: 1, truncated: false });
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url, '?format=raw&view=table');
  const table = shoal.page.getByRole('table', { name: 'Raw rows' });
  const headers = await table.getByRole('columnheader').allTextContents();
  for (const name of HOSTILE) expect(headers, name).toContain(name);
});

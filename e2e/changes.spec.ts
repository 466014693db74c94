// What changed between two moments: exactly what was scripted, on the map, in a table and in words; and links that stop
// fade before they are gone.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { identify } from '../src/flows/identity';
import type { PeerName } from '../src/sources/simulated/scenarios';
import { createSimulatedSource, type ScenarioName } from '../src/sources/simulated/simulated';
import type { FakeHub } from './fake-hub';
import { expect, test } from './fixtures';
import type { PicturedLink, ShoalPage } from './page';

const START = Date.parse('2025-01-15T10:00:00Z');
const SEED = 11;
const RECORDING = fileURLToPath(new URL('../public/recordings/lab.jsonl.gz', import.meta.url));

const service = (end: PeerName): string => identify(end, 'service').id;

interface Drawn extends PicturedLink {
  change?: string;
  ghost?: boolean;
}

/** Polls a scenario at these seconds, the last of which is the present. */
async function watch(
  shoal: ShoalPage,
  hub: FakeHub,
  open: (url: string) => Promise<string>,
  scenario: ScenarioName,
  seconds: readonly number[],
) {
  const source = createSimulatedSource({ scenario, seed: SEED, startMs: START });
  const poll = (second: number) => hub.sample(source.sampleAt(START + second * 1000));
  const [first = 0, ...others] = seconds;
  poll(first);
  await shoal.open(await open(hub.url), '?every=off&level=service&hide=none');
  for (const second of others) {
    poll(second);
    await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
    await shoal.idle();
  }
  return source.truth.events[0];
}

const drawn = async (shoal: ShoalPage) => (await shoal.picture()).links as Drawn[];

test('a new link is the only change between two moments, on the map, in the table and in words', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const run = async (url: string) => (await startShoal('--hub', url)).url;
  const event = await watch(shoal, hub, run, 'new-link', [40, 50, 60, 230, 240, 250]);
  const { from, to } = event?.subject.link ?? { from: {}, to: {} };
  const link = `${service(from)}>${service(to)}`;
  await shoal.page.getByRole('tab', { name: 'Changes' }).click();
  await shoal.page
    .getByRole('group', { name: 'Compare with' })
    .getByRole('button', { name: 'The first sample' })
    .click();
  await shoal.idle();
  const links = await drawn(shoal);
  expect(links.flatMap(({ id, change }) => (change === undefined ? [] : [`${change} ${id}`]))).toEqual([
    `new ${link}`,
  ]);
  await expect(shoal.panel.getByText('1 link is new.', { exact: true })).toBeVisible();
  const rows = shoal.section('Changes').locator('tbody tr');
  await expect(rows).toHaveCount(1);
  await expect(rows).toHaveAttribute('data-change', 'new');
  await expect(shoal.section('In words').getByRole('listitem')).toHaveText(/ is new: \d+ flows?, /);
  const legend = shoal.page.getByRole('group', { name: 'Legend' });
  await expect(legend).toContainText('as before');
  await shoal.axe('a comparison');

  // The same two moments from the other side: what is new now is gone when one stands before it.
  const compare = shoal.search().get('compare');
  const slider = shoal.page.getByRole('slider', { name: 'Moment that is shown' });
  await slider.press('Home');
  await slider.press('ArrowRight');
  await shoal.idle();
  expect((await drawn(shoal)).filter(({ change }) => change !== undefined)).toEqual([]);
  expect(shoal.search().get('compare')).toBe(compare);
  await slider.press('End');
  await shoal.idle();

  // What counts is the reader's to say.
  await shoal.page.getByRole('spinbutton', { name: 'p99 by' }).fill('0');
  await shoal.page.getByRole('spinbutton', { name: 'at least' }).fill('1.2');
  await shoal.page.getByRole('spinbutton', { name: 'at least' }).press('Enter');
  await shoal.idle();
  await expect.poll(() => shoal.section('Changes').locator('tbody tr').count()).toBeGreaterThan(1);
  expect(shoal.search().get('thresholds')).toBe('1.2,10240,65536,0');
  await shoal.page.getByRole('button', { name: 'Leave the comparison' }).click();
  await shoal.idle();
  await expect(legend).toContainText('Worst handshake p99');
});

test('what a slow service makes slower is told, and nothing else, through the past as from the present', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const run = async (url: string) => (await startShoal('--hub', url)).url;
  const event = await watch(shoal, hub, run, 'target-overload', [40, 50, 230, 240, 250]);
  const to = service(event?.subject.service ?? {});
  const slider = shoal.page.getByRole('slider', { name: 'Moment that is shown' });
  await slider.press('Home');
  await shoal.idle();
  await shoal.page.getByRole('button', { name: 'Compare with now' }).click();
  await shoal.idle();
  const changed = (await drawn(shoal)).filter(({ change }) => change !== undefined);
  expect(changed.length).toBeGreaterThan(1);
  for (const { id, to: target, change } of changed) expect([change, target], id).toEqual(['slower', to]);
  await expect(shoal.panel.getByText(`${changed.length} links are slower.`, { exact: true })).toBeVisible();
});

test('a link that stops fades for a minute, is listed, and vanishes at once where the reader wants that', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { url } = await startShoal('--hub', hub.url);
  const source = createSimulatedSource({ scenario: 'quiet', seed: SEED, startMs: START });
  const { flows, epoch } = source.sampleAt(START + 60_000);
  const callers = new Map(flows.map((flow) => [flow, identify(flow.client, 'service').id]));
  const stopped = callers.get(flows[0] ?? ({} as (typeof flows)[number]));
  const some = flows.filter((flow) => callers.get(flow) !== stopped);
  const poll = async (seconds: number, rows: typeof flows) => {
    hub.sample({ flows: rows, atMs: START + seconds * 1000, epoch, rejected: 0 });
    await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
    await shoal.idle();
    return drawn(shoal);
  };
  hub.sample({ flows, atMs: START, epoch, rejected: 0 });
  await shoal.open(url, '?every=off&level=service&hide=none&panel=changes');
  const before = (await drawn(shoal)).filter(({ from }) => from === stopped).map(({ id }) => id);
  expect(before.length).toBeGreaterThan(0);
  const after = await poll(10, some);
  expect(after.filter(({ ghost }) => ghost === true).map(({ id }) => id)).toEqual(before);
  const listed = shoal.section('Stopped in the last minute').locator('tbody tr');
  await expect(listed).toHaveCount(before.length);
  await expect(shoal.page.getByRole('group', { name: 'Legend' })).toContainText('stopped, fading');
  // Ghosts count for nothing.
  const { drawnFlows, foldedFlows } = (await shoal.picture()).coverage;
  expect(drawnFlows + foldedFlows).toBe(some.length);

  const toggle = shoal.page.getByRole('button', { name: 'Let stopped links fade on the map' });
  await toggle.click();
  await shoal.idle();
  expect((await drawn(shoal)).some(({ ghost }) => ghost === true)).toBe(false);
  expect(shoal.search().get('ghosts')).toBe('0');
  await toggle.click();
  await shoal.idle();
  expect((await drawn(shoal)).filter(({ ghost }) => ghost === true)).toHaveLength(before.length);
  // A minute later they are gone; one that comes back is none.
  expect((await poll(71, some)).some(({ ghost }) => ghost === true)).toBe(false);
  expect(
    (await poll(80, flows)).filter(({ from, ghost }) => from === stopped && ghost === undefined),
  ).toHaveLength(before.length);
  // The past has the ghosts that it had.
  await shoal.page.getByRole('slider', { name: 'Moment that is shown' }).press('Home');
  await shoal.page.getByRole('button', { name: 'Later sample' }).click();
  await shoal.idle();
  expect(await drawn(shoal)).toEqual(after);
});

test('what is shown is compared with a recording of another time: exactly what the file lacks is new', async ({
  shoal,
  lab,
}) => {
  const lines = gunzipSync(readFileSync(RECORDING)).toString('utf8').trim().split('\n');
  const { flows: answer } = JSON.parse(lines.at(-1) ?? '') as {
    flows: { flows: { server: { ip?: string } }[]; total: number };
  };
  const earlier = answer.flows.filter(({ server }) => server.ip !== '203.0.113.10');
  expect(answer.flows.length - earlier.length).toBe(1);
  await shoal.open(lab, '?level=service&panel=changes');
  const choose = (name: string, text: string) =>
    shoal.page
      .getByLabel('Recording to compare with')
      .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
  await choose('notes.json', '{"format": "shoal-baseline"}');
  await expect(shoal.page.getByRole('alert')).toContainText('notes.json is no recording');

  await choose('calm.json', JSON.stringify({ flows: earlier, total: earlier.length, truncated: false }));
  await expect(shoal.page.getByText('1 link is new.')).toBeVisible();
  await shoal.idle();
  await expect(shoal.page.locator('[data-change]')).toHaveCount(1);
  await expect(shoal.page.locator('[data-change="new"]')).toContainText('203.0.113.10');
  await expect(shoal.page.getByText('calm.json')).toBeVisible();
  // The filters are those of the page, on both sides.
  await shoal.filter('ns', 'data');
  await expect(shoal.page.getByText('No link changed by as much')).toBeVisible();
  await shoal.page.getByRole('button', { name: 'Leave the comparison' }).click();
  await expect(shoal.page.getByText('calm.json')).toHaveCount(0);
});

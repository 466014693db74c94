/**
 * The map stands still while the cluster does not: through a hundred polls with rollouts, restarts and new replicas, and
 * while the reader opens a namespace or a fold in place and closes it again. Single steps: stillness.spec.ts.
 */
import type { Endpoint, Flow } from '../src/flows/flow';
import { identify } from '../src/flows/identity';
import { createSimulatedSource } from '../src/sources/simulated/simulated';
import { expect, test } from './fixtures';
import { moved, type Pictured, type PicturedPeer, type Places, type Rect, type ShoalPage } from './page';

const START = Date.UTC(2026, 0, 31, 12);
const POLL_MS = 10_000;
const POLLS = 100;
/** One pod in twenty is away, and one in twenty is new, at every poll. */
const TURN_POLLS = 20;
/** One pod in so many gets a second replica in the course of the sitting: boxes must grow. */
const SCALED_ONE_IN = 2;
/** Less is what rounding to the screen makes of a place. */
const NOTHING_PX = 0.5;
/** What pushes keeps this much air to what it pushed, in px of the screen at most. */
const AIR_PX = 24;

const hashOf = (text: string): number =>
  [...text].reduce((hash, letter) => (hash * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003, 7);

/** Five characters as a Deployment gives its pods. */
const suffix = (hash: number): string =>
  ((hash * 2_654_435) % 36 ** 5).toString(36).padStart(5, 'k').slice(-5);

/** A pod at a poll: away once every turn, and back under another name where its kind renames. */
function podAt(end: Endpoint, poll: number): Endpoint | undefined {
  const { pod } = end;
  if (pod === undefined) return end;
  const hash = hashOf(pod);
  const age = poll + (hash % TURN_POLLS);
  if (age % TURN_POLLS === TURN_POLLS - 1) return undefined;
  const turn = Math.floor(age / TURN_POLLS);
  const isNamedByChance = /-[a-z0-9]{5}$/.test(pod);
  if (turn === 0 || !isNamedByChance) return end;
  return { ...end, pod: `${pod.slice(0, -5)}${suffix(hash + turn)}` };
}

/** The second replica of a pod that has one by now. */
function twinAt(end: Endpoint, poll: number): Endpoint | undefined {
  const { pod } = end;
  if (pod === undefined || !/-[a-z0-9]{5}$/.test(pod)) return undefined;
  const hash = hashOf(pod);
  const isThere = hash % SCALED_ONE_IN === 0 && poll >= hash % POLLS;
  return isThere ? { ...end, pod: `${pod.slice(0, -5)}${suffix(hash - 1)}` } : undefined;
}

/** What the simulator rolls out, with far more coming and going than it has of its own. */
function churned(flows: readonly Flow[], poll: number): Flow[] {
  return flows.flatMap((flow) => {
    const [client, server] = [podAt(flow.client, poll), podAt(flow.server, poll)];
    if (client === undefined || server === undefined) return [];
    const [second, other] = [twinAt(flow.client, poll), twinAt(flow.server, poll)];
    return [
      { ...flow, client, server },
      ...(second === undefined ? [] : [{ ...flow, client: second, server }]),
      ...(other === undefined ? [] : [{ ...flow, client, server: { ...server, ...other } }]),
    ];
  });
}

interface Look {
  boxes: Map<string, Rect & { label: string }>;
  peers: Map<string, PicturedPeer>;
}

/** Boxes and peers as they stand once the page is at rest, in px from the map's corner. */
async function look({ map }: ShoalPage): Promise<Look> {
  const { boxes, peers } = await map.evaluate(async (element) => {
    await window.shoal.whenIdle();
    const drawn = window.shoal.picture() as Pictured | null;
    const { x, y } = element.getBoundingClientRect();
    const within = (box: Rect) => ({
      ...box,
      x: box.x - x,
      y: box.y - y,
    });
    return {
      boxes: (drawn?.boxes ?? []).map(({ id, label, box }) => ({ id, label, ...within(box) })),
      peers: (drawn?.peers ?? []).map((peer) => ({ ...peer, box: within(peer.box) })),
    };
  });
  return {
    boxes: new Map(boxes.map((box) => [box.id, box])),
    peers: new Map(peers.map((peer) => [peer.id, peer])),
  };
}

const STILL = { x: 0, y: 0 };
const way = (before: Rect, after: Rect) => ({ x: after.x - before.x, y: after.y - before.y });
const length = ({ x, y }: { x: number; y: number }): number => Math.hypot(x, y);
const covers = (over: Rect, what: Rect): boolean =>
  what.x < over.x + over.w + AIR_PX &&
  over.x < what.x + what.w + AIR_PX &&
  what.y < over.y + over.h + AIR_PX &&
  over.y < what.y + what.h + AIR_PX;

/**
 * What a poll did: who moved in its box or is missing though the sample has it, which boxes moved, and for which of them
 * nothing made it necessary.
 */
function compare(before: Look, after: Look, sampled: ReadonlySet<string>) {
  const ways = new Map<string, { x: number; y: number }>();
  const overflowing: string[] = [];
  for (const [id, box] of after.boxes) {
    const was = before.boxes.get(id);
    if (was !== undefined) ways.set(box.label, way(was, box));
    if (was === undefined || box.w > was.w + 1 || box.h > was.h + 1) overflowing.push(id);
  }
  const isMoved = ({ label }: { label: string }) => length(ways.get(label) ?? STILL) > NOTHING_PX;
  const wayward = new Map([...after.boxes].filter(([, box]) => isMoved(box)));
  const pushed = wayward.size;
  // Who overflows pushes what it covers, and that pushes on; whom this does not reach had no reason to move.
  for (const id of overflowing) {
    const over = after.boxes.get(id);
    for (const [other, { label }] of [...wayward]) {
      const was = before.boxes.get(other);
      const { x, y } = ways.get(label) ?? STILL;
      const isForward = x > -NOTHING_PX && y > -NOTHING_PX;
      if (other === id || !isForward || over === undefined || was === undefined || !covers(over, was))
        continue;
      wayward.delete(other);
      overflowing.push(other);
    }
  }
  const strays: string[] = [];
  for (const id of before.peers.keys()) {
    if (sampled.has(id) && !after.peers.has(id)) strays.push(`${id} is gone`);
  }
  let [worst, compared] = [0, 0];
  for (const [id, { box, namespace }] of after.peers) {
    const was = before.peers.get(id);
    if (was === undefined) continue;
    const own = way(was.box, box);
    if (namespace === undefined) {
      // Outside the boxes one makes way as they do.
      const mayMove = overflowing.length > 0 && own.x > -NOTHING_PX && own.y > -NOTHING_PX;
      if (!mayMove && length(own) > NOTHING_PX) strays.push(`${id} moved by ${length(own)} px`);
      continue;
    }
    const { x, y } = ways.get(namespace) ?? STILL;
    const px = length({ x: own.x - x, y: own.y - y });
    compared++;
    worst = Math.max(worst, px);
    if (px > NOTHING_PX) strays.push(`${id} moved by ${px} px`);
  }
  return { strays, worst, compared, wayward: [...wayward.keys()], pushed };
}

test('a hundred polls of rollouts, restarts and new replicas: who stays, stands still', async ({
  shoal,
  hub,
  startShoal,
}) => {
  // A long sitting: some twenty seconds by itself, more where a machine is shared.
  test.setTimeout(150_000);
  const source = createSimulatedSource({ seed: 3, services: 15, startMs: START });
  const feed = (poll: number) => {
    const sample = source.sampleAt(START + poll * POLL_MS);
    const flows = churned(sample.flows, poll);
    hub.sample({ ...sample, flows });
    // A service's own address is a peer only while no row names its pods: pods are what must be there.
    const ends = flows.flatMap(({ client, server }) => [client, server]);
    return new Set(ends.flatMap((end) => (end.pod === undefined ? [] : identify(end, 'pod').id)));
  };
  feed(0);
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url, '?level=pod&every=off');
  const refresh = shoal.updates.getByRole('button', { name: 'Refresh' });
  const asked = hub.asked();
  const everybody = new Set<string>();
  let [worst, compared, pushed] = [0, 0, 0];
  let before = await look(shoal);
  for (let poll = 1; poll <= POLLS; poll++) {
    const sampled = feed(poll);
    await refresh.evaluate((button: HTMLElement) => button.click());
    const after = await look(shoal);
    const seen = compare(before, after, sampled);
    expect(seen.strays, `poll ${poll}: everybody keeps the place in the box`).toEqual([]);
    expect(seen.wayward, `poll ${poll}: no box moves but from under another`).toEqual([]);
    worst = Math.max(worst, seen.worst);
    compared += seen.compared;
    pushed += seen.pushed;
    for (const id of after.peers.keys()) everybody.add(id);
    before = after;
  }
  expect(hub.asked() - asked).toBe(POLLS);
  // Or there was no churn to stand still in.
  expect(everybody.size).toBeGreaterThan(3 * before.peers.size);
  expect(pushed, 'boxes that overflowed onto others').toBeGreaterThan(0);
  test.info().annotations.push({
    type: 'stillness',
    description: `${compared} comparisons of ${everybody.size} peers: worst ${worst.toFixed(2)} px; boxes pushed: ${pushed}`,
  });
});

/** Who stands elsewhere than right of, below or where they were. Nobody may be gone but `left`. */
function backwards(before: Places, after: Places, left: string): string[] {
  return [...before].flatMap(([id, was]) => {
    const now = after.get(id);
    if (now === undefined) return id === left ? [] : [`${id} is gone`];
    const isFine = now.x > was.x - NOTHING_PX && now.y > was.y - NOTHING_PX;
    return isFine ? [] : [`${id} moved by ${now.x - was.x}, ${now.y - was.y} px`];
  });
}

test('a namespace is expanded among the others and closed again: everybody else makes way at most, and comes back', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=namespace');
  await shoal.click('shop');
  const before = await shoal.places();
  await shoal.panel.getByRole('button', { name: 'Expand shop' }).click();
  await shoal.idle();
  const { peers, boxes, level } = await shoal.picture();
  const services = peers.filter(({ namespace, kind }) => namespace === 'shop' && kind === 'service');
  expect(level).toBe('namespace');
  expect(services.map(({ label }) => label)).toEqual(expect.arrayContaining(['cart', 'frontend']));
  expect(boxes.map(({ label }) => label)).toEqual(['shop']);
  const expanded = await shoal.places();
  expect(backwards(before, expanded, 'ns:shop')).toEqual([]);
  expect(shoal.search().get('expand')).toBe('shop');
  // What was opened is no peer any more: nothing is selected, and nothing is said to be gone.
  expect((await shoal.view()).peer).toBeUndefined();
  await expect(shoal.panel.getByRole('status')).toHaveCount(0);
  const link = shoal.page.url();

  await shoal.page.getByRole('button', { name: 'Close shop' }).first().click();
  await shoal.idle();
  expect(moved(before, await shoal.places())).toEqual([]);
  expect(shoal.search().get('expand')).toBeNull();
  // A page that is opened fits the map anew: who is there is the same.
  await shoal.open(link);
  expect([...(await shoal.places()).keys()].sort()).toEqual([...expanded.keys()].sort());
});

test('a fold is opened by a click on the map and closed by its chip: everybody comes back', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const source = createSimulatedSource({ seed: 3, services: 20, startMs: START });
  hub.sample(source.sampleAt(START + POLL_MS));
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url, '?level=namespace');
  const before = await shoal.places();
  const fold = 'fold:infra-hosts';
  await shoal.click(fold);
  const { peers } = await shoal.picture();
  expect(peers.filter(({ kind, id }) => kind === 'host' && id !== fold)).toHaveLength(5);
  expect(backwards(before, await shoal.places(), fold)).toEqual([]);
  expect(shoal.search().get('expand')).toBe(fold);
  // The pointer is where the fold was, and on nothing now.
  await expect(shoal.page.getByText('5 peers, folded', { exact: true })).toHaveCount(0);
  await shoal.page
    .getByRole('group', { name: 'Opened in place' })
    .getByRole('button', { name: /^Close/ })
    .click();
  await shoal.idle();
  expect(moved(before, await shoal.places())).toEqual([]);
  expect(shoal.search().get('expand')).toBeNull();
});

// Who moves when the cluster changes: nobody who stays, but for boxes that a full box pushes down.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Flow, Level } from '../../flows/flow';
import { sketch } from '../../flows/sketch';
import { buildGraph, type FlowGraph, type Grouping } from '../flow-graph';
import { overlaps } from './labels';
import { centreOf, type Placement, settle } from './placement';

const VIEWPORT = { w: 1040, h: 700 };
const SEEDS = process.env.SWEEP === '1' ? [1, 2, 3, 4, 5] : [1];

const inputOf = (graph: FlowGraph) => ({
  peers: [...graph.peers.values()],
  links: [...graph.links.values()],
  viewport: VIEWPORT,
});

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state;
  };
}

/** Sixty workloads of one to six pods in nine namespaces. Pods are replaced one by one, the new before the old goes. */
function createCluster(seed: number) {
  const random = randomFrom(seed);
  const letters = (count: number) =>
    Array.from({ length: count }, () => 'bcdfghjklmnpqrstvwxz2456789'[random() % 27]).join('');
  const workloads = Array.from({ length: 60 }, (_, index) => ({
    ns: `ns${index % 9}`,
    name: `service-${index}`,
    calls: [random() % 60, random() % 60],
    hash: `${(random() % 900_000) + 100_000}`,
    pods: Array.from({ length: 1 + (random() % 6) }, () => letters(5)),
    leaving: undefined as string | undefined,
  }));
  return {
    /** Finishes yesterday's replacements, then replaces about 5 % of the pods; a third of these as a rollout. */
    churn() {
      for (const workload of workloads) {
        workload.pods = workload.pods.filter((pod) => pod !== workload.leaving);
        workload.leaving = undefined;
        const share = random() % 100;
        if (share >= 16) continue;
        workload.leaving = workload.pods[0];
        if (share < 5) workload.hash = `${(random() % 900_000) + 100_000}`;
        workload.pods.push(`${letters(5)}`);
      }
    },
    flows(): Flow[] {
      const podName = (at: number, index: number) => {
        const { ns, name, hash, pods } = workloads[at] as (typeof workloads)[number];
        return `${ns}/${name}-${hash}-${pods[index % pods.length]}(${name})@n1`;
      };
      return sketch(
        workloads
          .flatMap(({ calls, pods }, at) =>
            pods.flatMap((_, index) =>
              calls.map((to) => `${podName(at, index)} -> ${podName(to, index)}:80  both 9k/9k 1ms`),
            ),
          )
          .join('\n'),
      );
    },
  };
}

const graphAt = (flows: Flow[], grouping: Grouping): FlowGraph => buildGraph(flows, grouping);

/** Peers of both placements that stand elsewhere, and do not belong to a box that was pushed as a whole. */
function movedAlone(before: Placement, after: Placement, peers: Iterable<string>): string[] {
  return [...peers].filter((peer) => {
    const [was, is] = [centreOf(before, peer), centreOf(after, peer)];
    if (was === undefined || is === undefined || (was.x === is.x && was.y === is.y)) return false;
    const group = before.slots.get(peer)?.group ?? '';
    const [frame, pushed] = [before.groups.get(group), after.groups.get(group)];
    if (frame === undefined || pushed === undefined) return true;
    // Sums of the same fractions in another order differ by less than any pixel.
    return is.x !== was.x || Math.abs(pushed.y - frame.y - (is.y - was.y)) > 1e-6;
  });
}

function expectApart(placement: Placement): void {
  const frames = [...placement.groups];
  const covering = frames.flatMap(([a, one], index) =>
    frames.slice(index + 1).flatMap(([b, other]) => (overlaps(one, other) ? [`${a} and ${b}`] : [])),
  );
  expect(covering).toEqual([]);
  const cells = [...placement.slots.values()].map(({ group, slot }) => `${group} ${slot}`);
  expect(new Set(cells).size).toBe(cells.length);
}

describe.each(SEEDS)('a hundred polls with replaced pods (seed %i)', (seed) => {
  it('move nobody who stays, but for the boxes below one that was full', () => {
    const cluster = createCluster(seed);
    let placement = settle(undefined, inputOf(graphAt(cluster.flows(), { level: 'pod' })));
    let replaced = 0;
    let pushes = 0;
    for (let poll = 0; poll < 100; poll++) {
      cluster.churn();
      const graph = graphAt(cluster.flows(), { level: 'pod' });
      replaced += [...graph.peers.keys()].filter((peer) => !placement.slots.has(peer)).length;
      const next = settle(placement, inputOf(graph));
      expect(movedAlone(placement, next, graph.peers.keys())).toEqual([]);
      expectApart(next);
      pushes += [...next.groups].filter(([id, { y }]) => placement.groups.get(id)?.y !== y).length;
      placement = next;
    }
    expect(replaced).toBeGreaterThan(500);
    // Room made for the first replacements serves the later ones.
    expect(pushes).toBeLessThan(20);
  });
});

describe.each<{ level: Level; box: string }>([
  { level: 'service', box: 'ns:ns4' },
  { level: 'namespace', box: 'alone:ns:ns4' },
])('a namespace expanded at $level level', ({ level, box }) => {
  const flows = createCluster(7).flows();
  const graph = buildGraph(flows, { level });
  const expanded = buildGraph(flows, { level, expanded: new Set(['ns4']) });
  const before = settle(undefined, inputOf(graph));
  const during = settle(before, inputOf(expanded));

  it('opens in place of its box, and covers nobody', () => {
    const island = during.groups.get('island:finer:ns:ns4');
    expect(island).toMatchObject({ x: before.groups.get(box)?.x, y: before.groups.get(box)?.y });
    expect(during.groups.has(box)).toBe(false);
    expectApart(during);
    const finer = [...expanded.peers.values()].filter(({ namespace }) => namespace === 'ns4');
    expect(finer.length).toBeGreaterThan(4);
    for (const { id } of finer) expect(during.slots.get(id)?.group).toBe('island:finer:ns:ns4');
  });

  it('moves only what the island covers, right or down', () => {
    const moved = [...during.groups].filter(([id, { x, y }]) => {
      const was = before.groups.get(id);
      return was !== undefined && (was.x !== x || was.y !== y);
    });
    expect(moved.length).toBeLessThan(before.groups.size - 1);
    for (const [id, { x, y }] of moved) {
      expect(x, id).toBeGreaterThanOrEqual(before.groups.get(id)?.x ?? Number.NaN);
      expect(y, id).toBeGreaterThanOrEqual(before.groups.get(id)?.y ?? Number.NaN);
    }
  });

  it('gives everybody its place back when it is collapsed, and opens the same again', () => {
    const after = settle(during, inputOf(graph));
    for (const peer of graph.peers.keys()) expect(centreOf(after, peer)).toEqual(centreOf(before, peer));
    const again = settle(after, inputOf(expanded));
    for (const peer of expanded.peers.keys()) expect(centreOf(again, peer)).toEqual(centreOf(during, peer));
    expect(settle(again, inputOf(expanded))).toBe(again);
  });
});

it('opens a fold in place of its box, and closes it again', () => {
  const many = sketch(
    Array.from(
      { length: 30 },
      (_, i) => `shop/web-1(web)@n1 -> 203.0.113.${i + 1}:443  c 1k/${(i + 1) * 10}k 1ms`,
    ).join('\n'),
  );
  const folded = buildGraph(many, { level: 'service' });
  const opened = buildGraph(many, { level: 'service', opened: new Set(['fold:external:port:443']) });
  expect([folded.peers.size, opened.peers.size]).toEqual([1 + 12 + 1, 1 + 30]);
  const before = settle(undefined, inputOf(folded));
  const during = settle(before, inputOf(opened));
  expectApart(during);
  for (const peer of opened.peers.keys()) expect(centreOf(during, peer), peer).toBeDefined();
  const after = settle(during, inputOf(folded));
  for (const peer of folded.peers.keys()) expect(centreOf(after, peer)).toEqual(centreOf(before, peer));
});

it('gives newcomers the same cells whatever the order of the answer', () => {
  const cluster = createCluster(3);
  const graph = buildGraph(cluster.flows(), { level: 'pod' });
  const before = settle(undefined, inputOf(graph));
  cluster.churn();
  const next = buildGraph(cluster.flows(), { level: 'pod' });
  const reversed = {
    ...inputOf(next),
    peers: [...next.peers.values()].reverse(),
    links: [...next.links.values()].reverse(),
  };
  expect([...settle(before, reversed).slots].sort()).toEqual([...settle(before, inputOf(next)).slots].sort());
});

it('keeps boxes apart and peers findable through any sequence of opening, closing and replacing', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Level>('service', 'namespace'),
      fc.array(fc.subarray(['ns0', 'ns3', 'ns4', 'ns8']), { minLength: 2, maxLength: 6 }),
      (level, steps) => {
        const cluster = createCluster(11);
        const usual = buildGraph(cluster.flows(), { level });
        const start = settle(undefined, inputOf(usual));
        let placement = start;
        for (const step of steps) {
          const graph = buildGraph(cluster.flows(), { level, expanded: new Set(step) });
          placement = settle(placement, inputOf(graph));
          expectApart(placement);
          for (const peer of graph.peers.keys()) expect(centreOf(placement, peer), peer).toBeDefined();
        }
        placement = settle(placement, inputOf(usual));
        for (const peer of usual.peers.keys())
          expect(centreOf(placement, peer)).toEqual(centreOf(start, peer));
        cluster.churn();
        expectApart(settle(placement, inputOf(buildGraph(cluster.flows(), { level }))));
      },
    ),
    { numRuns: 12 },
  );
});

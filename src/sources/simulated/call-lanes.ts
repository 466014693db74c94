/**
 * The shop's calls, replica by replica: which pairs of pods talk, how much, and which rows are seen in two halves.
 * Knows the call graph; refuses to know DNS, probes and the outside (lanes.ts, outside-lanes.ts).
 */
import type { Die } from './chance';
import type { Cluster } from './cluster';
import { type Add, atService, atSlot, exchange, type Size } from './lane';
import type { Slot, Workload } from './workload';

/** Calls that the sensor sees in two halves, because DNAT to a ClusterIP could not be undone. */
const SPLIT_SHARE = 0.07;

/**
 * `wanted` is how many rows would suit the cluster's proportions: what must be is there anyhow, what may be fills up.
 */
export function addCalls(die: Die, cluster: Cluster, add: Add, wanted: number): void {
  const pairs = drawPairs(die, cluster, wanted);
  // The busiest thousandths of calls are heavier than the rest by their nature; a call's replicas share its size.
  const shape = cluster.calls.map(() => ({
    perSecond: die.around(0.2, 0.9),
    request: die.around(600, 0.6),
    response: die.around(1_800, 0.8),
    split: die.unit() < SPLIT_SHARE,
  }));
  const near = new Map<string, { from: Slot; to: Workload; size: Size; ageS: number }>();
  for (const { from, to, call } of pairs) {
    const { perSecond, request, response, split } = shape[call] as (typeof shape)[number];
    const size = exchange(perSecond * die.between(0.6, 1.5), request, response);
    const ends = { client: atSlot(from), server: atSlot(to), port: to.workload.flavour.port };
    const clusterIp = to.workload.clusterIp;
    if (!split || clusterIp === undefined) {
      const odd = die.unit();
      const address =
        odd < 0.012 ? ({ address: 'v6' } as const) : odd < 0.018 ? ({ address: 'mapped' } as const) : {};
      add({ kind: 'call', ...ends, size, ...address });
      continue;
    }
    const key = `${from.id} ${call}`;
    const half = near.get(key);
    const ageS = half?.ageS ?? die.between(150, 700);
    if (half === undefined) near.set(key, { from, to: to.workload, size, ageS });
    else half.size = { ...half.size, perSecond: half.size.perSecond + size.perSecond };
    add({ kind: 'far', ...ends, seen: 'server', size, ageS });
  }
  for (const { from, to, size, ageS } of near.values()) {
    const server = atService(to.ns, to.svc ?? to.name, to.clusterIp ?? '10.96.0.0');
    add({ kind: 'near', client: atSlot(from), server, port: to.flavour.port, seen: 'client', size, ageS });
  }
  addReplication(die, cluster, add);
}

interface Pair {
  from: Slot;
  to: Slot;
  /** Its place among the cluster's calls. */
  call: number;
}

/** Every replica of a caller calls and every replica is called by someone; beyond that, chance decides up to `wanted`. */
function drawPairs(die: Die, cluster: Cluster, wanted: number): Pair[] {
  const must: Pair[] = [];
  const may: Pair[] = [];
  const reached = new Set<Slot>();
  cluster.calls.forEach(({ from, to }, call) => {
    const shift = die.whole(0, to.slots.length - 1);
    from.slots.forEach((client, i) => {
      to.slots.forEach((server, k) => {
        // A database's first replica is the one that is written to.
        const first = to.flavour.stateful ? 0 : (i + shift) % to.slots.length;
        (k === first ? must : may).push({ from: client, to: server, call });
        if (k === first) reached.add(server);
      });
    });
  });
  const rest = die.shuffled(may).filter((pair) => {
    if (reached.has(pair.to)) return true;
    reached.add(pair.to);
    must.push(pair);
    return false;
  });
  return [...must, ...rest.slice(0, Math.max(0, wanted - must.length))];
}

/** Read replicas follow their first; a link of a service with itself. Few, so that leaves go on calling nothing. */
function addReplication(die: Die, cluster: Cluster, add: Add): void {
  const databases = cluster.shop.filter((w) => w.flavour.name === 'postgres' && w.slots.length > 1);
  for (const workload of databases.slice(0, Math.ceil(cluster.size / 200))) {
    for (const slot of workload.slots.slice(1)) {
      const size = exchange(die.between(2, 6), 80, 9_000);
      add({
        kind: 'call',
        client: atSlot(slot),
        server: atSlot(workload.slots[0] as Slot),
        port: 5432,
        size,
      });
    }
  }
}

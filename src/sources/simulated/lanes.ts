/**
 * Which lanes the cluster has: the shop's calls replica by replica, DNS, probes, scrapes, the outside and the oddities
 * every real cluster has. Knows the cluster as built; refuses to know the clock. The proportions promised are held here.
 */
import { addCalls } from './call-lanes';
import { createDie, type Die, hash, unitOf } from './chance';
import type { Cluster } from './cluster';
import {
  type Add,
  atAddress,
  atHost,
  atService,
  atSlot,
  createDistances,
  type Draft,
  datagram,
  exchange,
  fresh,
  KUBELET_CGROUP,
  type Lane,
  type LaneEnd,
  type LaneKind,
  lookups,
  startBytes,
} from './lane';
import { addJobs, addOddities, addOutside } from './outside-lanes';
import { SWELLS } from './swell';
import type { Slot, Workload } from './workload';

/** DNS, probes and scrapes are 50–60 % of all flows. */
const INFRASTRUCTURE_SHARE = 0.55;
const LEAST_INFRASTRUCTURE = 0.535;
/** A fifth of TCP rows keep their connections open and measure no handshake. */
const POOLED_SHARE = 0.2;
/** Bulk transfers: this share of all flows, fewer than the top hundredth, carries most bytes. */
const BULK_SHARE = 0.006;
/** How many times the bytes of all other lanes the bulk lanes carry at the start: about two thirds of the whole. */
const BULK_WEIGHT = 1.8;
export interface Lanes {
  all: readonly Lane[];
  /** Workloads with bulk transfers: were one rolled out, most of the cluster's bytes would vanish with it. */
  heavy: ReadonlySet<Workload>;
  /** One more, for an incident; it is not added to `all`. */
  draft(die: Die, draft: Draft): Lane;
}

export function buildLanes(cluster: Cluster): Lanes {
  const die = createDie(hash(cluster.seed, 0x1a4e5));
  const distances = createDistances(die, cluster);
  const all: Lane[] = [];
  let nextId = 0;
  const make = (own: Die, { size, ...rest }: Draft): Lane => {
    const proto = rest.proto ?? 'tcp';
    const lane: Lane = {
      id: nextId++,
      proto,
      seen: 'both',
      swell: swellOf(rest.client, cluster.seed),
      ageS: own.between(150, 700),
      pooled: false,
      ...size,
      ...rest,
    };
    if (proto === 'tcp' && size.rxBytes > 0 && rest.rtt === undefined) {
      lane.rtt = distances.between(own, rest.client.node, rest.server.node);
    }
    return lane;
  };
  const add = (draft: Draft): Lane => {
    const lane = make(die, draft);
    all.push(lane);
    return lane;
  };

  const spare = addInfrastructure(die, cluster, add);
  let plumbing = all.length;
  addSystem(die, cluster, add);
  addOutside(die, cluster, add, distances);
  addOddities(die, cluster, add);
  addJobs(die, cluster, add);
  const wanted = (plumbing * (1 - INFRASTRUCTURE_SHARE)) / INFRASTRUCTURE_SHARE - (all.length - plumbing);
  addCalls(die, cluster, add, Math.round(wanted));
  // Where the calls alone are more than that, pods turn out to have asked one more DNS pod.
  for (const draft of die.shuffled(spare)) {
    if (plumbing / all.length >= LEAST_INFRASTRUCTURE) break;
    add(draft);
    plumbing++;
  }
  choosePooled(cluster.seed, all);
  return { all, heavy: giveBulk(die, all), draft: make };
}

const swellOf = (end: LaneEnd, seed: number): number => hash(seed, end.slot?.workload.id ?? 9999, 7) % SWELLS;

/** Returns lookups that could be as well, but are not among the lanes. */
function addInfrastructure(die: Die, cluster: Cluster, add: Add): Draft[] {
  const { coredns, prometheus } = cluster.infra;
  // A resolver spreads over all DNS pods; how many it has used in the last minute grows with their number.
  const used = cluster.size < 150 ? 2 : cluster.size < 800 ? 4 : 6;
  const spare: Draft[] = [];
  for (const slot of cluster.slots) {
    const { workload } = slot;
    if (looksUpNames(workload, cluster)) {
      die.shuffled(coredns.slots).forEach((dns, n) => {
        const draft = {
          kind: 'dns' as const,
          client: atSlot(slot),
          server: atSlot(dns),
          port: 53,
          ...lookups(die),
        };
        if (n < used) add(draft);
        else if (n === used) spare.push(draft);
      });
      // Answers too long for a datagram are asked for again over TCP.
      if (die.unit() < 0.02) {
        const size = fresh(exchange(0.02, 60, 1900));
        add({ kind: 'dns', client: atSlot(slot), server: atSlot(die.pick(coredns.slots)), port: 53, size });
      }
    }
    if (workload.probed) {
      // Liveness and readiness share a port: every ten seconds each, on a connection of its own.
      const size = fresh(exchange(0.1 * die.whole(1, 2), die.between(110, 160), die.between(120, 260)));
      const client = atHost(slot.node, KUBELET_CGROUP);
      add({ kind: 'probe', client, server: atSlot(slot), port: probePort(workload), size });
    }
    if (workload.scraped) addScrape(die, add, prometheus, slot);
  }
  for (const node of cluster.nodes) {
    for (const slot of prometheus.slots) {
      const size = exchange(1 / 30, 420, die.between(18_000, 60_000));
      add({ kind: 'scrape', client: atSlot(slot), server: atHost(node, KUBELET_CGROUP), port: 10250, size });
    }
  }
  return spare;
}

function addScrape(die: Die, add: Add, prometheus: Workload, slot: Slot): void {
  // Every 30 s, kept alive; compressed text of a few hundred series.
  const size = exchange(1 / 30, 420, die.around(14_000, 0.5));
  for (const client of prometheus.slots) {
    if (client === slot) continue;
    const port = slot.workload.flavour.metricsPort;
    add({ kind: 'scrape', client: atSlot(client), server: atSlot(slot), port, size });
  }
}

/** DNS pods listen for probes on their own health port, DaemonSets on the node's network are not asked to look up names. */
const probePort = (workload: Workload): number =>
  workload.flavour.name === 'dns' ? 8181 : workload.flavour.port;

function looksUpNames(workload: Workload, cluster: Cluster): boolean {
  if (workload.role === 'leaf' || workload.hostNetwork || workload.kind === 'cronjob') return false;
  const { coredns, nodeExporter, statsd, logs } = cluster.infra;
  return ![coredns, nodeExporter, statsd, logs].includes(workload);
}

function addSystem(die: Die, cluster: Cluster, add: Add): void {
  const { metricsServer, grafana, prometheus, sharkHub, sharkFront, sharkWorker, coredns } = cluster.infra;
  const [metrics, graphs, hub, front] = [metricsServer, grafana, sharkHub, sharkFront].map(
    (w) => w.slots[0] as Slot,
  ) as [Slot, Slot, Slot, Slot];
  for (const node of cluster.nodes) {
    const size = exchange(1 / 15, 300, 6_000);
    add({ kind: 'system', client: atSlot(metrics), server: atHost(node, KUBELET_CGROUP), port: 10250, size });
  }
  for (const worker of sharkWorker.slots) {
    add({
      kind: 'system',
      client: atSlot(hub),
      server: atSlot(worker),
      port: 48999,
      size: exchange(0.2, 300, 9_000),
    });
  }
  add({
    kind: 'system',
    client: atSlot(front),
    server: atSlot(hub),
    port: 8898,
    size: exchange(0.3, 500, 24_000),
  });
  const panels = exchange(1.2, 700, 9_000);
  add({
    kind: 'system',
    client: atSlot(graphs),
    server: atSlot(prometheus.slots[0] as Slot),
    port: 9090,
    size: panels,
  });
  // The VPC's own resolver: a private address that no object of the cluster names, but that answers.
  for (const slot of coredns.slots) {
    const size = datagram(die.between(1, 6), 52, 140);
    add({
      kind: 'system',
      proto: 'udp',
      client: atSlot(slot),
      server: atAddress('10.0.0.2'),
      port: 53,
      seen: 'client',
      size,
    });
  }
  // Those who watch the Kubernetes API do it through its ClusterIP; the control plane behind it has no sensor.
  const watchers = [
    metrics,
    hub,
    cluster.infra.ingress.slots[0] as Slot,
    prometheus.slots[0] as Slot,
    coredns.slots[0] as Slot,
  ];
  for (const slot of [...watchers, ...cluster.infra.kubeProxy.slots.slice(0, 40)]) {
    const server = atService('default', 'kubernetes', '10.96.0.1');
    const size = exchange(die.between(0.1, 1), 260, die.between(900, 5_000));
    add({ kind: 'api', client: atSlot(slot), server, port: 443, seen: 'client', size });
  }
}

/** Exactly a fifth of the TCP lanes: drawn by weight, so that scrapes and calls are pooled rather than probes. */
function choosePooled(seed: number, all: readonly Lane[]): void {
  const reluctance: Partial<Record<LaneKind, number>> = {
    probe: 40,
    ingress: 6,
    dns: 40,
    api: 0.3,
    system: 1,
  };
  const tcp = all.filter((lane) => lane.proto === 'tcp' && lane.kind !== 'job');
  const never = tcp.filter((lane) => lane.rtt === undefined).length;
  const ranked = tcp
    .filter((lane) => lane.rtt !== undefined)
    .map((lane) => ({ lane, rank: unitOf(seed, lane.id, 11) * (reluctance[lane.kind] ?? 1) }))
    .sort((a, b) => a.rank - b.rank);
  for (const { lane } of ranked.slice(0, Math.round(tcp.length * POOLED_SHARE) - never)) lane.pooled = true;
}

/** Backups, images, change streams: a handful of calls between services that stay carry most of the bytes. */
function giveBulk(die: Die, all: readonly Lane[]): ReadonlySet<Workload> {
  const steady = all.filter(
    (lane) => lane.kind === 'call' && lane.server.slot?.workload.flavour.stateful === true,
  );
  const candidates = steady.length > 0 ? steady : all.filter((lane) => lane.kind === 'call');
  const bulk = die.shuffled(candidates).slice(0, Math.max(1, Math.floor(all.length * BULK_SHARE)));
  const chosen = new Set(bulk);
  const rest = all.reduce((sum, lane) => sum + (chosen.has(lane) ? 0 : startBytes(lane)), 0);
  for (const lane of bulk) {
    const read = exchange(1, 900, 48_000);
    const write = exchange(1, 48_000, 300);
    Object.assign(lane, die.unit() < 0.6 ? read : write, { ageS: die.between(500, 700) });
  }
  const shares = bulk.map(() => die.spread(1, 6));
  const total = shares.reduce((sum, share) => sum + share, 0);
  bulk.forEach((lane, i) => {
    const target = (rest * BULK_WEIGHT * (shares[i] ?? 1)) / total;
    lane.perSecond = target / (lane.ageS * (lane.txBytes + lane.rxBytes));
  });
  return new Set(
    bulk.flatMap(({ client, server }) => [client, server].flatMap((end) => end.slot?.workload ?? [])),
  );
}

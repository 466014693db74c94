/**
 * Lanes to and from the internet, and the oddities every real cluster has: one-way datagrams, addresses of pods long
 * gone, jobs. Knows the cluster as built; refuses to know how many lanes of which kind there should be (lanes.ts).
 */
import { type Die, unitOf } from './chance';
import type { Cluster } from './cluster';
import {
  type Add,
  atAddress,
  atHost,
  atSlot,
  type Distances,
  datagram,
  exchange,
  fresh,
  lookups,
  unanswered,
} from './lane';
import type { ClusterNode, Slot } from './workload';

/** The log agent's cgroup, a process of the node. */
const LOG_AGENT_CGROUP = 2218;

/** Documentation addresses (RFC 5737, RFC 3849) stand for the internet: nobody's real address appears in a demo. */
const outsideAddress = (network: string, n: number): string => `${network}.${1 + (n % 254)}`;

export function addOutside(die: Die, cluster: Cluster, add: Add, distances: Distances): void {
  const fronts = cluster.shop.filter((w) => w.role === 'front');
  const gates = cluster.infra.ingress.slots;
  const clients = Math.round(5 + Math.sqrt(cluster.size) * 0.8);
  for (let n = 0; n < clients; n++) {
    const client = atAddress(
      n % 7 === 6 ? `2001:db8:51::${(n + 16).toString(16)}` : outsideAddress('198.51.100', n * 37 + 9),
    );
    const rtt = distances.outside(die, die.spread(8_000, 140_000));
    const size = fresh(exchange(die.spread(0.3, 6), die.between(500, 1_500), die.spread(2_000, 40_000)));
    const address = n % 7 === 6 ? ({ address: 'v6' } as const) : {};
    add({
      kind: 'ingress',
      client,
      server: atSlot(die.pick(gates)),
      port: 443,
      seen: 'server',
      rtt,
      size,
      ...address,
    });
  }
  for (const gate of gates) {
    for (const front of fronts) {
      for (const slot of front.slots.slice(0, 6)) {
        const size = exchange(die.around(2.5, 0.6), die.between(600, 1_600), die.around(7_000, 0.7));
        add({ kind: 'ingress', client: atSlot(gate), server: atSlot(slot), port: front.flavour.port, size });
      }
    }
  }
  const callers = cluster.shop.filter((w) => w.role === 'middle' || w.role === 'worker');
  const partners = Math.round(3 + Math.sqrt(cluster.size) * 0.5);
  for (let n = 0; n < partners; n++) {
    const ip =
      n % 6 === 5 ? `2001:db8:7::${(n + 32).toString(16)}` : outsideAddress('203.0.113', n * 29 + 10);
    const median = die.spread(6_000, 90_000);
    const from = die.pick(callers);
    for (const slot of from.slots.slice(0, 3)) {
      const rtt = distances.outside(die, median * die.between(0.95, 1.05));
      const size = fresh(exchange(die.spread(0.05, 1), die.between(600, 3_000), die.spread(800, 9_000)));
      const address = ip.includes(':') ? ({ address: 'v6' } as const) : {};
      add({
        kind: 'egress',
        client: atSlot(slot),
        server: atAddress(ip),
        port: 443,
        seen: 'client',
        rtt,
        size,
        ...address,
      });
    }
  }
}

export function addOddities(die: Die, cluster: Cluster, add: Add): void {
  const { statsd, logs } = cluster.infra;
  const talkers = cluster.shop.filter((w) => w.role === 'middle' || w.role === 'worker');
  const many = Math.max(3, Math.round(talkers.length * 0.12));
  for (const workload of die.shuffled(talkers).slice(0, many)) {
    for (const slot of workload.slots) {
      const size = datagram(die.spread(0.5, 8), die.between(60, 400), 0);
      add({
        kind: 'oneway',
        proto: 'udp',
        client: atSlot(slot),
        server: atSlot(statsd.slots[0] as Slot),
        port: 9125,
        size,
      });
    }
  }
  for (const node of cluster.nodes) {
    // A third of the nodes still ship their journal as syslog datagrams.
    if (unitOf(cluster.seed, node.index, 5) > 0.34) continue;
    const size = datagram(die.spread(0.5, 5), die.between(180, 700), 0);
    add({
      kind: 'oneway',
      proto: 'udp',
      client: atHost(node, LOG_AGENT_CGROUP),
      server: atSlot(logs.slots[0] as Slot),
      port: 5140,
      size,
    });
  }
  // Addresses of pods long gone that some client still holds on to: the last four of a node's range are never given out.
  const forgetful = die.shuffled(talkers.flatMap((w) => w.slots));
  for (const slot of forgetful.slice(0, Math.max(2, Math.round(cluster.size / 80)))) {
    const node = die.pick(cluster.nodes) as ClusterNode;
    const server = atAddress(node.podCidr.replace('0/24', String(die.whole(251, 254))));
    add({
      kind: 'stale',
      client: atSlot(slot),
      server,
      port: 8080,
      seen: 'client',
      size: unanswered(die.between(0.02, 0.1)),
    });
  }
}

/** A job reads from one database, asks DNS, and is gone. */
export function addJobs(die: Die, cluster: Cluster, add: Add): void {
  const leaves = cluster.shop.filter((w) => w.role === 'leaf');
  for (const slot of cluster.workloads.filter((w) => w.kind === 'cronjob').flatMap((w) => w.slots)) {
    const { coredns } = cluster.infra;
    add({
      kind: 'job',
      client: atSlot(slot),
      server: atSlot(die.pick(coredns.slots)),
      port: 53,
      ...lookups(die),
    });
    for (const leaf of die.shuffled(leaves).slice(0, 2)) {
      const size = exchange(die.between(1, 6), 400, die.spread(4_000, 40_000));
      add({
        kind: 'job',
        client: atSlot(slot),
        server: atSlot(leaf.slots[0] as Slot),
        port: leaf.flavour.port,
        size,
      });
    }
  }
}

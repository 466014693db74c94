/**
 * A lane: two places in the cluster between which flows run while both hold a pod; what is sent on it and how far it is.
 * Knows sizes, rates and distances; refuses to know which lanes exist (lanes.ts) and the clock (traffic.ts).
 */
import type { Endpoint, Proto } from '../../flows/flow';
import type { Die } from './chance';
import type { Cluster } from './cluster';
import type { ClusterNode, Slot } from './workload';

/** Where a lane ends: a slot (whatever pod is in it), or something that stays: a host process, a ClusterIP, an address. */
export interface LaneEnd {
  slot?: Slot;
  fixed?: Endpoint;
  /** Where it is; absent for what is outside the cluster or has no place, like a ClusterIP. */
  node?: ClusterNode;
}

export type LaneKind =
  | 'call'
  | 'near'
  | 'far'
  | 'dns'
  | 'probe'
  | 'scrape'
  | 'ingress'
  | 'egress'
  | 'api'
  | 'oneway'
  | 'stale'
  | 'job'
  | 'system';

export interface Percentiles {
  p50: number;
  p90: number;
  p99: number;
}

export interface Lane {
  id: number;
  kind: LaneKind;
  proto: Proto;
  port: number;
  client: LaneEnd;
  server: LaneEnd;
  /** Which ends have a sensor that sees this lane's packets. */
  seen: 'both' | 'client' | 'server';
  /** Exchanges a second, and what one of them carries each way. */
  perSecond: number;
  txBytes: number;
  rxBytes: number;
  txPkts: number;
  rxPkts: number;
  /** Which of the shared swells its rate follows; a service's lanes follow the same one. */
  swell: number;
  /** For how long it has run when the simulation starts. */
  ageS: number;
  /** TCP only: what a healthy path measures. */
  rtt?: Percentiles;
  /** Keeps its connections open: a handshake is seen only in a flow's first two minutes. */
  pooled: boolean;
  /** Dual stack: `v6` speaks IPv6, `mapped` shows the client's IPv4 address as `::ffff:a.b.c.d`. */
  address?: 'v6' | 'mapped';
  /** Only there during an incident. */
  fromS?: number;
  toS?: number;
}

export type Size = Pick<Lane, 'perSecond' | 'txBytes' | 'rxBytes' | 'txPkts' | 'rxPkts'>;

/** What a segment of a bulk transfer carries on an ordinary Ethernet. */
const SEGMENT = 1448;
/** A bare acknowledgement with timestamps, as the sensor counts it: IP total length. */
const ACK = 52;

/** One request and its response as IP packets: payload plus headers, and acknowledgements for what takes several. */
export function exchange(perSecond: number, request: number, response: number): Size {
  const up = Math.max(1, Math.ceil(request / SEGMENT));
  const down = Math.max(1, Math.ceil(response / SEGMENT));
  // Every second segment is acknowledged.
  const txPkts = up + Math.ceil(down / 2);
  const rxPkts = down + Math.ceil(up / 2);
  return {
    perSecond,
    txPkts,
    rxPkts,
    txBytes: Math.round(request) + txPkts * ACK,
    rxBytes: Math.round(response) + rxPkts * ACK,
  };
}

/** An exchange on a connection of its own: three packets to open and to close it, each way about the same. */
export function fresh(size: Size): Size {
  return {
    ...size,
    txPkts: size.txPkts + 3,
    rxPkts: size.rxPkts + 2,
    txBytes: size.txBytes + 3 * ACK,
    rxBytes: size.rxBytes + 2 * ACK,
  };
}

/** Datagrams carry 28 bytes of headers and are not acknowledged. */
export const datagram = (perSecond: number, request: number, response: number): Size => ({
  perSecond,
  txPkts: 1,
  rxPkts: response > 0 ? 1 : 0,
  txBytes: Math.round(request) + 28,
  rxBytes: response > 0 ? Math.round(response) + 28 : 0,
});

/** SYNs that nobody answers: the first try and its retries, 60 bytes each. */
export const unanswered = (perSecond: number): Size => ({
  perSecond,
  txPkts: 3,
  rxPkts: 0,
  txBytes: 180,
  rxBytes: 0,
});

/** The kubelet's cgroup; the same number on every node, as on real nodes of one image. */
export const KUBELET_CGROUP = 1732;

/** A lane before it has a number, an age and a distance. */
export type Draft = Partial<Lane> & Pick<Lane, 'kind' | 'port' | 'client' | 'server'> & { size: Size };
export type Add = (draft: Draft) => Lane;

export const lookups = (die: Die): { proto: 'udp'; size: Size } => ({
  proto: 'udp',
  size: datagram(die.spread(0.05, 1.2), die.between(38, 62), die.between(90, 240)),
});

/** Round trips between places, in µs. */
export interface Distances {
  between(die: Die, a: ClusterNode | undefined, b: ClusterNode | undefined): Percentiles;
  outside(die: Die, medianUs: number): Percentiles;
}

/** Loopback through two veth pairs costs about 30 µs, one switch 0.1–0.3 ms, another zone 0.2–3 ms (p50 to p99). */
const SAME_NODE_US = [24, 38] as const;
const SAME_ZONE_US = [115, 210] as const;
const CROSS_ZONE_US = [330, 1080] as const;

export function createDistances(die: Die, cluster: Cluster): Distances {
  const pairs = new Map<number, number>();
  const zones = cluster.zones.length;
  for (let a = 0; a < zones; a++) {
    for (let b = a + 1; b < zones; b++) {
      const us = die.spread(...CROSS_ZONE_US);
      pairs.set(a * zones + b, us);
      pairs.set(b * zones + a, us);
    }
  }
  return {
    between: (own, a, b) => {
      if (a === undefined || b === undefined) return spreadOut(own, own.between(...SAME_ZONE_US), 2);
      if (a === b) return spreadOut(own, own.between(...SAME_NODE_US), 2.8);
      if (a.zoneIndex === b.zoneIndex) return spreadOut(own, own.between(...SAME_ZONE_US), 1.4);
      const us = pairs.get(a.zoneIndex * zones + b.zoneIndex) ?? CROSS_ZONE_US[0];
      return spreadOut(own, us * own.between(0.92, 1.08), 2.2);
    },
    outside: (own, medianUs) => spreadOut(own, medianUs, 1.25),
  };
}

/** Percentiles around a median; `tail` is about how many times the median the slowest hundredth takes. */
function spreadOut(die: Die, p50: number, tail: number): Percentiles {
  const far = tail * die.between(0.85, 1.1);
  const p99 = offLimits(p50 * Math.max(1.1, far), p50);
  // The slow tenth lies a third of the way to the slowest hundredth, on a logarithmic scale.
  return { p50, p90: p50 * (p99 / p50) ** 0.35, p99 };
}

/** Away from the contract's limits by more than a healthy path ever wavers, so that a quiet cluster keeps its colours. */
function offLimits(p99: number, p50: number): number {
  for (const limit of [1_000, 10_000, 100_000]) {
    if (p99 <= limit * 0.93 || p99 >= limit * 1.07) continue;
    return limit * (p50 * 1.05 < limit * 0.92 ? 0.92 : 1.08);
  }
  return p99;
}

export const atSlot = (slot: Slot): LaneEnd => ({ slot, node: slot.node });
export const atAddress = (ip: string): LaneEnd => ({ fixed: { ip } });

/** A process of the node itself: an address, a node and a cgroup, but no pod. */
export const atHost = (node: ClusterNode, cgroupId: number): LaneEnd => ({
  node,
  fixed: { ip: node.ip, node: node.name, cgroupId },
});

/** A service address before NAT: the client's side does not know which pod answers. */
export function atService(ns: string, svc: string, clusterIp: string): LaneEnd {
  return { fixed: { ip: clusterIp, svc, ns } };
}

/** Exchanges, bytes: what a lane has carried on average when the simulation starts. */
export const startBytes = (lane: Lane): number => lane.perSecond * lane.ageS * (lane.txBytes + lane.rxBytes);

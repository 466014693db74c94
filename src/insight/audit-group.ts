/**
 * What a group of flows says in figures: volume by the sender, worst handshake, whether anybody answered. The same sums
 * a link of the graph has, for groups that are no link (a pod's flows to a service, a port, a pair of zones).
 */
import type { Flow } from '../flows/flow';
import { type Band, groupHandshake, type ServerTrust } from '../flows/handshake';
import { type Bytes, bytes, type Microseconds, type Packets, packets } from '../flows/units';
import { findHalves, linkVolume, volumeSum } from '../flows/volume';

export interface Group {
  flows: number;
  tcp: number;
  /** Flows with a p99 that counts. */
  measured: number;
  /** Client to server, and back; bytes as counted by the sender. */
  sentBytes: Bytes;
  receivedBytes: Bytes;
  bytes: Bytes;
  packets: Packets;
  band: Band;
  worstP99Us?: Microseconds;
  p50LowUs?: Microseconds;
  p50HighUs?: Microseconds;
  /** TCP packets go out and nothing comes back. */
  unanswered: boolean;
}

/** `trust` is the whole answer's: a part of it may hold too few two-sided rows to tell. */
export function measureGroup(flows: readonly Flow[], trust: ServerTrust): Group {
  const halves = findHalves(flows);
  const volume = linkVolume(flows, 'bytes', halves);
  const count = linkVolume(flows, 'packets', halves);
  const { band, measured, tcp, worstP99Us, p50LowUs, p50HighUs } = groupHandshake(flows, trust, halves.far);
  return {
    flows: flows.length,
    tcp,
    measured,
    sentBytes: bytes(volume.forward),
    receivedBytes: bytes(volume.backward),
    bytes: bytes(volumeSum(volume)),
    packets: packets(volumeSum(count)),
    band,
    ...(worstP99Us === undefined ? {} : { worstP99Us }),
    ...(p50LowUs === undefined ? {} : { p50LowUs }),
    ...(p50HighUs === undefined ? {} : { p50HighUs }),
    // As the graph has it: one-way UDP is a protocol's habit, one-way TCP a peer that does not answer.
    unanswered: count.forward > 0 && count.backward === 0 && measured === 0 && tcp === flows.length,
  };
}

/** Flows by a key, in the order the keys first come; a flow without a key is left out. */
export function groupFlows(
  flows: readonly Flow[],
  keyOf: (flow: Flow) => string | undefined,
): Map<string, Flow[]> {
  const groups = new Map<string, Flow[]>();
  for (const flow of flows) {
    const key = keyOf(flow);
    if (key === undefined) continue;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [flow]);
    else known.push(flow);
  }
  return groups;
}

/** `6379/tcp, 9999/tcp`: the ports these flows are served on, in order; empty where no row carries one. */
export function portsOf(flows: readonly Flow[]): string {
  const ports = new Map<string, number>();
  for (const { proto, server } of flows) {
    if (server.port !== undefined) ports.set(`${server.port}/${proto}`, server.port);
  }
  return [...ports]
    .sort(([a, left], [b, right]) => left - right || (a < b ? -1 : 1))
    .map(([name]) => name)
    .join(', ');
}

/** Text order by code unit: the same on every machine. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

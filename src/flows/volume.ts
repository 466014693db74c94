/**
 * How much traffic flows stand for, accounted by the sender (DESIGN §4 "Volume").
 * `totals` double-counts where both ends are seen and not where one is, so nothing here reads it.
 */
import { canonicalIp } from './address';
import type { Endpoint, Flow, Stats } from './flow';
import { endpointKind } from './identity';

export type Measure = 'bytes' | 'packets';

export interface Volume {
  /** Client to server. */
  forward: number;
  /** Server to client. */
  backward: number;
}

export const volumeSum = (volume: Volume): number => volume.forward + volume.backward;

/**
 * A perspective counts as seen when it counted anything. Sensors that fill an unseen side with zeros mean the same as
 * those that leave it out; a side that only has handshake times has still seen the flow.
 */
export function isSeen(stats: Stats | undefined): boolean {
  if (stats === undefined) return false;
  const { txBytes, rxBytes, txPkts, rxPkts } = stats;
  if (txBytes || rxBytes || txPkts || rxPkts) return true;
  return (txBytes ?? rxBytes ?? txPkts ?? rxPkts) === undefined;
}

const seen = (stats: Stats | undefined): Stats | undefined => (isSeen(stats) ? stats : undefined);

/** What an end sent, or undefined where the field (or the whole perspective) is missing. */
const sent = (stats: Stats | undefined, measure: Measure): number | undefined =>
  measure === 'bytes' ? seen(stats)?.txBytes : seen(stats)?.txPkts;
const received = (stats: Stats | undefined, measure: Measure): number | undefined =>
  measure === 'bytes' ? seen(stats)?.rxBytes : seen(stats)?.rxPkts;

/** A row that only its client saw, addressed to a service address: the near half of traffic that NAT splits. */
export function isAddressHalf(flow: Flow): boolean {
  return (
    seen(flow.clientStats) !== undefined &&
    seen(flow.serverStats) === undefined &&
    endpointKind(flow.server) === 'service'
  );
}

/** A row that only its server's pod saw: the far half. */
export function isPodHalf(flow: Flow): boolean {
  return (
    seen(flow.clientStats) === undefined &&
    seen(flow.serverStats) !== undefined &&
    flow.server.pod !== undefined
  );
}

/** Who the client is, for telling whether two halves belong together: pod before address (host-network pods share one). */
function clientKey(flow: Flow): string {
  const { client } = flow;
  const who =
    client.pod !== undefined
      ? `${client.ns ?? ''}/${client.pod}`
      : canonicalIp(client.ip ?? client.node ?? '');
  return `${flow.proto} ${who}`;
}

/** What two halves of one traffic share: protocol, client and the service; ports differ (80 before NAT, 8080 behind it). */
export function halfKey(flow: Flow): string {
  return `${clientKey(flow)}\u001f${flow.server.ns ?? ''}\u001f${flow.server.svc ?? ''}`;
}

/** Halves of the same traffic within one group of flows: near rows (service address) and far rows (pods behind it). */
export interface Halves {
  near: ReadonlySet<Flow>;
  far: ReadonlySet<Flow>;
}

const NO_HALVES: Halves = { near: new Set(), far: new Set() };

/**
 * Finds the halves among any flows: protocol, client and service must agree. Ports are not compared: a service port
 * may differ from its target port.
 */
export function findHalves(flows: readonly Flow[]): Halves {
  let near: Map<string, Flow[]> | undefined;
  for (const flow of flows) {
    if (!isAddressHalf(flow)) continue;
    near ??= new Map();
    const key = halfKey(flow);
    const list = near.get(key);
    if (list === undefined) near.set(key, [flow]);
    else list.push(flow);
  }
  if (near === undefined) return NO_HALVES;
  const nearRows = new Set<Flow>();
  const farRows = new Set<Flow>();
  for (const flow of flows) {
    if (!isPodHalf(flow) || flow.server.svc === undefined) continue;
    const address = near.get(halfKey(flow));
    if (address === undefined) continue;
    farRows.add(flow);
    for (const row of address) nearRows.add(row);
  }
  return farRows.size === 0 ? NO_HALVES : { near: nearRows, far: farRows };
}

/**
 * The volume of a link: each direction by its sender, by the receiver where the sender was not seen, and only
 * once where the two halves of split traffic are both there.
 */
export function linkVolume(
  flows: readonly Flow[],
  measure: Measure,
  halves: Halves = findHalves(flows),
): Volume {
  const volume: Volume = { forward: 0, backward: 0 };
  for (const flow of flows) {
    const half = halves.near.has(flow) || halves.far.has(flow);
    volume.forward +=
      sent(flow.clientStats, measure) ?? (half ? 0 : (received(flow.serverStats, measure) ?? 0));
    volume.backward +=
      sent(flow.serverStats, measure) ?? (half ? 0 : (received(flow.clientStats, measure) ?? 0));
  }
  return volume;
}

/**
 * Says of an end without stats whether its traffic goes uncounted unless the other end's `rx` stands in: it does
 * for an address outside the cluster, and for a private address that no row of this answer can name.
 */
export function outsideTest(flows: Iterable<Flow>): (end: Endpoint) => boolean {
  const named = new Set<string>();
  for (const { client, server } of flows) {
    for (const end of [client, server]) {
      if (end.ip === undefined) continue;
      const kind = endpointKind(end);
      if (kind !== 'unresolved' && kind !== 'external') named.add(canonicalIp(end.ip));
    }
  }
  return (end) => {
    const kind = endpointKind(end);
    if (kind === 'external') return true;
    return kind === 'unresolved' && end.ip !== undefined && !named.has(canonicalIp(end.ip));
  };
}

/**
 * What one flow adds to the whole: what each seen end sent, and what the seen end received from an end outside.
 * Summed over an answer this is the whole of DESIGN §4, whatever the level.
 */
export function contribution(flow: Flow, measure: Measure, isOutside: (end: Endpoint) => boolean): number {
  const clientStats = seen(flow.clientStats);
  const serverStats = seen(flow.serverStats);
  let sum = (sent(clientStats, measure) ?? 0) + (sent(serverStats, measure) ?? 0);
  if (serverStats === undefined && clientStats !== undefined && isOutside(flow.server)) {
    sum += received(clientStats, measure) ?? 0;
  }
  if (clientStats === undefined && serverStats !== undefined && isOutside(flow.client)) {
    sum += received(serverStats, measure) ?? 0;
  }
  return sum;
}

/** The whole of an answer's flows. */
export function wholeVolume(flows: readonly Flow[], measure: Measure): number {
  const isOutside = outsideTest(flows);
  let sum = 0;
  for (const flow of flows) sum += contribution(flow, measure, isOutside);
  return sum;
}

/**
 * A flow as a row of the table: what each column says of it, before any engine and any formatting.
 * Pure; knows one flow at a time and whether server-side times are trusted, never another flow.
 */
import type { Endpoint, Flow } from '../flows/flow';
import { type Band, bandOf, flowHandshake, type ServerTrust } from '../flows/handshake';
import { identify } from '../flows/identity';
import { type Bytes, bytes, type Microseconds, type Packets, packets } from '../flows/units';
import { type Halves, linkVolume, type Measure, volumeSum } from '../flows/volume';

/** Which ends counted the flow. */
type Perspectives = 'both' | 'client only' | 'server only' | 'none';

export interface FlowRow {
  flow: Flow;
  /** By the sender; absent when neither end counted. */
  bytes?: Bytes;
  packets?: Packets;
  /** Which end the handshake times are from, where they count. */
  side?: 'client' | 'server';
  p99Us?: Microseconds;
  p50Us?: Microseconds;
  band: Band;
  /** A p99 that only the server saw and that is not trusted: shown as such, sets no band, sorts as absent. */
  serverOnlyP99Us?: Microseconds;
  perspectives: Perspectives;
}

export function flowRow(flow: Flow, trust: ServerTrust): FlowRow {
  const seen = flowHandshake(flow, trust);
  const perspectives = perspectivesOf(flow);
  const row: FlowRow = { flow, band: bandOf(seen?.p99Us), perspectives };
  if (perspectives !== 'none') {
    row.bytes = bytes(volumeOf(flow, 'bytes'));
    row.packets = packets(volumeOf(flow, 'packets'));
  }
  if (seen === undefined) {
    const untrusted = flow.proto === 'tcp' ? flow.serverStats?.p99Us : undefined;
    if (untrusted !== undefined) row.serverOnlyP99Us = untrusted;
    return row;
  }
  row.side = seen.side;
  if (seen.p99Us !== undefined) row.p99Us = seen.p99Us;
  if (seen.p50Us !== undefined) row.p50Us = seen.p50Us;
  return row;
}

export const flowRows = (flows: readonly Flow[], trust: ServerTrust): FlowRow[] =>
  flows.map((flow) => flowRow(flow, trust));

function perspectivesOf(flow: Flow): Perspectives {
  if (flow.clientStats !== undefined) return flow.serverStats === undefined ? 'client only' : 'both';
  return flow.serverStats === undefined ? 'none' : 'server only';
}

// A flow cannot be the other half of itself; saying so spares a search through every row of a long table.
const NO_HALVES: Halves = { near: new Set(), far: new Set() };

const volumeOf = (flow: Flow, measure: Measure): number => volumeSum(linkVolume([flow], measure, NO_HALVES));

/** The end's own name: hostile input, to be shown as text. */
export const endName = (end: Endpoint): string => identify(end, 'pod').label;

/** `namespace / node`, what of it there is and is not already the name. */
export function endPlace(end: Endpoint): string {
  const name = endName(end);
  return [end.ns, end.node].filter((part) => part !== undefined && part !== name).join(' / ');
}

/** Everything known of an end, a line a field, for a title. */
export function endDetails(end: Endpoint): string {
  const fields: [string, string | number | undefined][] = [
    ['pod', end.pod],
    ['ns', end.ns],
    ['svc', end.svc],
    ['node', end.node],
    ['ip', end.ip],
    ['port', end.port],
    ['container', end.containerId],
    ['cgroup', end.cgroupId],
  ];
  return fields.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`])).join('\n');
}

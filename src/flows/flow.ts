/**
 * What a flow is: one row of `/mcp/flows`, as the rest of the house sees it.
 * Knows the contract's fields under our names and units; refuses to know how they travelled (wire.ts),
 * who they belong to (identity.ts) or what they add up to (volume.ts).
 */
import type { BitsPerSecond, Bytes, Microseconds, Packets, PacketsPerSecond } from './units';

export type Proto = 'tcp' | 'udp';

/** One end of a flow. Every field is optional: missing, `""` and `null` on the wire are the same absence. */
export interface Endpoint {
  ip?: string;
  /** Server end only. */
  port?: number;
  pod?: string;
  ns?: string;
  svc?: string;
  node?: string;
  /** `format=full` only. */
  containerId?: string;
  /** `format=full` only; not unique across nodes. */
  cgroupId?: number;
}

/** What one end counted. `tx` is what that end sent, `rx` what it received. */
export interface Stats {
  txPkts?: Packets;
  rxPkts?: Packets;
  txBytes?: Bytes;
  rxBytes?: Bytes;
  txPps?: PacketsPerSecond;
  rxPps?: PacketsPerSecond;
  txBps?: BitsPerSecond;
  rxBps?: BitsPerSecond;
  /** ISO 8601, as sent. */
  timestamp?: string;
  /** TCP handshake percentiles; absent means not measured, never fast. */
  p50Us?: Microseconds;
  p90Us?: Microseconds;
  p99Us?: Microseconds;
}

/** Both perspectives added up, as Kubeshark reports them: shown as reported, never used for accounting. */
export interface Totals {
  pkts?: Packets;
  bytes?: Bytes;
  pps?: PacketsPerSecond;
  bps?: BitsPerSecond;
}

export interface Flow {
  proto: Proto;
  client: Endpoint;
  server: Endpoint;
  clientStats?: Stats;
  serverStats?: Stats;
  totals?: Totals;
}

/** How the map groups endpoints into peers. `aggregate` takes the same words. */
export type Level = 'pod' | 'service' | 'namespace' | 'node';

/** Rows that could not be read, with the first one kept so that a reader can see why. */
export interface Rejects {
  count: number;
  example?: { row: number; reason: string };
}

/** One response of `/mcp/flows`, decoded. */
export interface Answer {
  flows: Flow[];
  /** How many flows matched, by the server's own count. */
  total: number;
  /** True when the server said so, or sent fewer rows than `total`. */
  truncated: boolean;
  rejects: Rejects;
}

/**
 * A flow has no id on the wire. Two rows are the same flow when protocol, both ends and the port agree.
 * Names are joined with a character no Kubernetes name or address can hold.
 */
export function flowKey(flow: Flow): string {
  const known = keys.get(flow);
  if (known !== undefined) return known;
  const key = makeKey(flow);
  keys.set(flow, key);
  return key;
}

/** Half a dozen ask for the key of each row at each poll. */
const keys = new WeakMap<Flow, string>();

function makeKey(flow: Flow): string {
  const { client: c, server: s } = flow;
  return [
    flow.proto,
    c.ip ?? '',
    c.ns ?? '',
    c.pod ?? '',
    c.pod === undefined ? (c.svc ?? c.node ?? '') : '',
    s.ip ?? '',
    s.ns ?? '',
    s.pod ?? '',
    s.pod === undefined ? (s.svc ?? s.node ?? '') : '',
    s.port ?? '',
  ].join('\u001f');
}

/**
 * The contract's JSON, read and written by hand: in about half the time that JSON.parse takes.
 * Tolerant per field (a bad value is absent), strict per row (a bad row is counted and left out), and never
 * loses an answer for a row's sake. wire-schema.ts is the oracle its tests compare it with.
 */
import type { Answer, Endpoint, Flow, Proto, Rejects, Stats, Totals } from './flow';

type Json = Record<string, unknown>;

/** The reader's sentence for an answer that is not one. */
export class MalformedAnswer extends Error {
  override name = 'MalformedAnswer';
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads one `/mcp/flows` response in `compact`, `full` or aggregated shape.
 * Throws MalformedAnswer when it is not an object with a `flows` array; `flows: null` (Go's empty list) is empty.
 */
export function decodeAnswer(json: unknown): Answer {
  if (!isObject(json)) throw new MalformedAnswer('The answer is not a JSON object.');
  const rows = json.flows === null && 'flows' in json ? [] : json.flows;
  if (!Array.isArray(rows)) throw new MalformedAnswer('The answer has no "flows" list.');
  const flows: Flow[] = [];
  const rejects: Rejects = { count: 0 };
  for (let row = 0; row < rows.length; row++) {
    const read = decodeFlow(rows[row]);
    if (typeof read !== 'string') {
      flows.push(read);
      continue;
    }
    rejects.count++;
    rejects.example ??= { row, reason: read };
  }
  return { flows, ...readExtent(json, rows.length), rejects };
}

/** How many rows there are in all, and whether some are missing. A total below what was sent is corrected. */
function readExtent(json: Json, sent: number): Pick<Answer, 'total' | 'truncated'> {
  const total = Math.max(sent, Math.round(readCount(json.total) ?? sent));
  return { total, truncated: json.truncated === true || json.truncated === 'true' || sent < total };
}

/** One row, or the reason it cannot be read. */
export function decodeFlow(row: unknown): Flow | string {
  if (!isObject(row)) return 'the row is not an object';
  const proto = readProto(row.proto);
  if (proto === undefined) return 'proto is neither "tcp" nor "udp"';
  if (!isObject(row.client)) return 'client is missing';
  if (!isObject(row.server)) return 'server is missing';
  const flow: Flow = {
    proto,
    client: decodeEndpoint(row.client, false),
    server: decodeEndpoint(row.server, true),
  };
  if (isObject(row.client_stats)) flow.clientStats = decodeStats(row.client_stats);
  if (isObject(row.server_stats)) flow.serverStats = decodeStats(row.server_stats);
  if (isObject(row.totals)) flow.totals = decodeTotals(row.totals);
  return flow;
}

function readProto(value: unknown): Proto | undefined {
  if (value === 'tcp' || value === 'udp') return value;
  if (typeof value !== 'string') return undefined;
  const lower = value.toLowerCase();
  return lower === 'tcp' || lower === 'udp' ? lower : undefined;
}

/** Digits, with a fraction or an exponent as Go writes large floats; `+3`, `0x10`, `.5` and `1.` are no JSON numbers. */
const NUMERAL = /^\s*\d+(\.\d+)?(e[+-]?\d+)?\s*$/i;
/**
 * No sensor counts so far: from here on it is a negative number in unsigned clothes (-1 is 2^64 - 1) or no number at all,
 * and one of those would swallow every sum it is added to.
 */
const BEYOND_COUNTING = 2 ** 63;

/**
 * A count as sent: a number, or a numeral in a string. Negative, endless, 2^63 and above, or anything else is absent.
 * Past 2^53 it is right to fifteen digits: JSON.parse has rounded it before it comes here.
 */
export function readCount(value: unknown): number | undefined {
  const number = typeof value === 'string' && NUMERAL.test(value) ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && number < BEYOND_COUNTING ? number : undefined;
}

function decodeEndpoint(json: Json, isServer: boolean): Endpoint {
  const end: Endpoint = {};
  if (typeof json.ip === 'string' && json.ip !== '') end.ip = json.ip;
  if (isServer) {
    const port = readCount(json.port);
    if (port !== undefined && Number.isInteger(port) && port >= 1 && port <= 65_535) end.port = port;
  }
  if (typeof json.pod === 'string' && json.pod !== '') end.pod = json.pod;
  if (typeof json.ns === 'string' && json.ns !== '') end.ns = json.ns;
  if (typeof json.svc === 'string' && json.svc !== '') end.svc = json.svc;
  if (typeof json.node === 'string' && json.node !== '') end.node = json.node;
  if (typeof json.container_id === 'string' && json.container_id !== '') end.containerId = json.container_id;
  const cgroup = readCount(json.cgroup_id);
  if (cgroup !== undefined && cgroup > 0) end.cgroupId = cgroup;
  return end;
}

// Wire name → our name, in the contract's order. Handshake fields appear only when non-zero, so zero is absence.
const COUNTERS = [
  ['tx_pkts', 'txPkts'],
  ['rx_pkts', 'rxPkts'],
  ['tx_bytes', 'txBytes'],
  ['rx_bytes', 'rxBytes'],
  ['tx_pps', 'txPps'],
  ['rx_pps', 'rxPps'],
  ['tx_bps', 'txBps'],
  ['rx_bps', 'rxBps'],
] as const;
const PERCENTILES = [
  ['tcp_handshake_p50_us', 'p50Us'],
  ['tcp_handshake_p90_us', 'p90Us'],
  ['tcp_handshake_p99_us', 'p99Us'],
] as const;
const TOTALS = ['pkts', 'bytes', 'pps', 'bps'] as const;

function decodeStats(json: Json): Stats {
  const stats: Record<string, unknown> = {};
  for (const [wire, ours] of COUNTERS) {
    const value = readCount(json[wire]);
    if (value !== undefined) stats[ours] = value;
  }
  if (typeof json.timestamp === 'string' && json.timestamp !== '') stats.timestamp = json.timestamp;
  for (const [wire, ours] of PERCENTILES) {
    const value = readCount(json[wire]);
    if (value !== undefined && value > 0) stats[ours] = value;
  }
  return stats as Stats;
}

function decodeTotals(json: Json): Totals {
  const totals: Record<string, number> = {};
  for (const name of TOTALS) {
    const value = readCount(json[name]);
    if (value !== undefined) totals[name] = value;
  }
  return totals as Totals;
}

/** One row in the contract's `full` shape and key order; `compact` leaves out what the contract lists as full only. */
export function encodeFlow(flow: Flow, format: 'compact' | 'full'): Json {
  const full = format === 'full';
  const row: Json = {
    proto: flow.proto,
    client: encodeEndpoint(flow.client, full),
    server: encodeEndpoint(flow.server, full),
  };
  if (flow.clientStats !== undefined) row.client_stats = encodeStats(flow.clientStats, full);
  if (flow.serverStats !== undefined) row.server_stats = encodeStats(flow.serverStats, full);
  if (flow.totals !== undefined) row.totals = { ...flow.totals };
  return row;
}

function encodeEndpoint(end: Endpoint, full: boolean): Json {
  const json: Json = {};
  if (end.ip !== undefined) json.ip = end.ip;
  if (end.port !== undefined) json.port = end.port;
  if (end.pod !== undefined) json.pod = end.pod;
  if (end.ns !== undefined) json.ns = end.ns;
  if (end.svc !== undefined) json.svc = end.svc;
  if (end.node !== undefined) json.node = end.node;
  if (full && end.containerId !== undefined) json.container_id = end.containerId;
  if (full && end.cgroupId !== undefined) json.cgroup_id = end.cgroupId;
  return json;
}

const COMPACT_COUNTERS = COUNTERS.slice(0, 4);

function encodeStats(stats: Stats, full: boolean): Json {
  const json: Json = {};
  for (const [wire, ours] of full ? COUNTERS : COMPACT_COUNTERS) {
    if (stats[ours] !== undefined) json[wire] = stats[ours];
  }
  if (full && stats.timestamp !== undefined) json.timestamp = stats.timestamp;
  for (const [wire, ours] of PERCENTILES) {
    if (stats[ours] !== undefined) json[wire] = stats[ours];
  }
  return json;
}

/** The contract's envelope around encoded rows. */
export function encodeAnswer(
  answer: Pick<Answer, 'flows' | 'total' | 'truncated'>,
  format: 'compact' | 'full',
): Json {
  return {
    flows: answer.flows.map((flow) => encodeFlow(flow, format)),
    total: answer.total,
    truncated: answer.truncated,
  };
}

/** `format=raw` has no public layout: rows as they come, for a table that discovers its columns. */
export interface RawAnswer {
  rows: Json[];
  total: number;
  truncated: boolean;
  rejects: Rejects;
}

/** Finds the list in a raw response: `flows` (or the first list there is), or the response itself. */
export function decodeRaw(json: unknown): RawAnswer {
  const list = Array.isArray(json)
    ? json
    : isObject(json)
      ? (json.flows ?? Object.values(json).find(Array.isArray))
      : null;
  const envelope = isObject(json) ? json : {};
  if (!Array.isArray(list)) {
    if (isObject(json) && json.flows === null)
      return { rows: [], total: 0, truncated: false, rejects: { count: 0 } };
    throw new MalformedAnswer('The raw answer has no list of rows.');
  }
  const rows = list.filter(isObject);
  const rejects: Rejects = { count: list.length - rows.length };
  if (rejects.count > 0) {
    rejects.example = { row: list.findIndex((row) => !isObject(row)), reason: 'the row is not an object' };
  }
  return { rows, ...readExtent(envelope, list.length), rejects };
}

export interface Talker {
  clientPod: string;
  serverPod: string;
  /** Bytes in `topByBytes`, packets in `topByPkts`. */
  value: number;
}

/** `/mcp/flows/summary` as reported; its rules are undocumented, so nothing is computed from it. */
export interface Summary {
  totalFlows?: number;
  tcpFlows?: number;
  udpFlows?: number;
  totalBytes?: number;
  totalPkts?: number;
  uniqueClients?: number;
  uniqueServers?: number;
  topByBytes: Talker[];
  topByPkts: Talker[];
  byNamespace: [namespace: string, flows: number][];
  crossNamespace: { srcNs: string; dstNs: string; flows: number; bytes: number }[];
}

/** Throws MalformedAnswer when the response is no object or has none of the summary's keys. */
export function decodeSummary(json: unknown): Summary {
  if (!isObject(json)) throw new MalformedAnswer('The summary is not a JSON object.');
  if (!('total_flows' in json || 'by_namespace' in json || 'top_by_bytes' in json)) {
    throw new MalformedAnswer('The summary has none of the fields of /mcp/flows/summary.');
  }
  const counts: Record<string, number> = {};
  for (const [wire, ours] of SUMMARY_COUNTS) {
    const value = readCount(json[wire]);
    if (value !== undefined) counts[ours] = value;
  }
  return {
    ...counts,
    topByBytes: readTalkers(json.top_by_bytes, 'bytes'),
    topByPkts: readTalkers(json.top_by_pkts, 'pkts'),
    byNamespace: isObject(json.by_namespace)
      ? Object.entries(json.by_namespace).flatMap(([ns, value]) => {
          const flows = readCount(value);
          return flows === undefined ? [] : [[ns, flows] as [string, number]];
        })
      : [],
    crossNamespace: listOf(json.cross_namespace).map((row) => ({
      srcNs: readText(row.src_ns),
      dstNs: readText(row.dst_ns),
      flows: readCount(row.flows) ?? 0,
      bytes: readCount(row.bytes) ?? 0,
    })),
  };
}

const SUMMARY_COUNTS = [
  ['total_flows', 'totalFlows'],
  ['tcp_flows', 'tcpFlows'],
  ['udp_flows', 'udpFlows'],
  ['total_bytes', 'totalBytes'],
  ['total_pkts', 'totalPkts'],
  ['unique_clients', 'uniqueClients'],
  ['unique_servers', 'uniqueServers'],
] as const;

const readText = (value: unknown): string => (typeof value === 'string' ? value : '');
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const readTalkers = (value: unknown, key: 'bytes' | 'pkts'): Talker[] =>
  listOf(value).map((row) => ({
    clientPod: readText(row.client_pod),
    serverPod: readText(row.server_pod),
    value: readCount(row[key]) ?? 0,
  }));

/** The summary in the contract's shape and key order. */
export function encodeSummary(summary: Summary): Json {
  const json: Json = {};
  for (const [wire, ours] of SUMMARY_COUNTS) if (summary[ours] !== undefined) json[wire] = summary[ours];
  const talkers = (list: Talker[], key: string) =>
    list.map((t) => ({ client_pod: t.clientPod, server_pod: t.serverPod, [key]: t.value }));
  json.top_by_bytes = talkers(summary.topByBytes, 'bytes');
  json.top_by_pkts = talkers(summary.topByPkts, 'pkts');
  json.by_namespace = Object.fromEntries(summary.byNamespace);
  json.cross_namespace = summary.crossNamespace.map((row) => ({
    src_ns: row.srcNs,
    dst_ns: row.dstNs,
    flows: row.flows,
    bytes: row.bytes,
  }));
  return json;
}

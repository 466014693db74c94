/**
 * `aggregate=` as our server answers it (DESIGN §4 "Shapes"): same envelope, ends reduced to the level's fields,
 * ends without that level kept as they are, rows within one group kept as self-links.
 */
import type { Endpoint, Flow, Level, Stats, Totals } from './flow';

/** Groups flows by protocol and both reduced ends, in order of first appearance. Input rows are not changed. */
export function aggregateFlows(flows: Iterable<Flow>, level: Level): Flow[] {
  const groups = new Map<string, Flow>();
  for (const flow of flows) {
    const client = reduce(flow.client, level);
    const server = reduce(flow.server, level);
    const key = `${flow.proto}\u001e${endKey(client)}\u001e${endKey(server)}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, {
        proto: flow.proto,
        client,
        server,
        ...(flow.clientStats === undefined ? {} : { clientStats: { ...flow.clientStats } }),
        ...(flow.serverStats === undefined ? {} : { serverStats: { ...flow.serverStats } }),
        ...(flow.totals === undefined ? {} : { totals: { ...flow.totals } }),
      });
      continue;
    }
    if (flow.clientStats !== undefined) group.clientStats = addStats(group.clientStats, flow.clientStats);
    if (flow.serverStats !== undefined) group.serverStats = addStats(group.serverStats, flow.serverStats);
    if (flow.totals !== undefined) group.totals = addTotals(group.totals, flow.totals);
  }
  return [...groups.values()];
}

function reduce(end: Endpoint, level: Level): Endpoint {
  const ns = end.ns === undefined ? {} : { ns: end.ns };
  switch (level) {
    case 'pod':
      return end.pod === undefined ? end : { pod: end.pod, ...ns };
    case 'service':
      return end.svc === undefined ? end : { svc: end.svc, ...ns };
    case 'namespace':
      return end.ns === undefined ? end : { ns: end.ns };
    case 'node':
      return end.node === undefined ? end : { node: end.node };
  }
}

const endKey = (end: Endpoint): string =>
  [end.ip, end.port, end.pod, end.ns, end.svc, end.node, end.containerId, end.cgroupId].join('\u001f');

const SUMMED = ['txPkts', 'rxPkts', 'txBytes', 'rxBytes', 'txPps', 'rxPps', 'txBps', 'rxBps'] as const;
const LARGEST = ['p50Us', 'p90Us', 'p99Us'] as const;

function addStats(into: Stats | undefined, stats: Stats): Stats {
  if (into === undefined) return { ...stats };
  const sum: Record<string, unknown> = into as Record<string, unknown>;
  for (const name of SUMMED) {
    if (stats[name] !== undefined) sum[name] = ((into[name] as number | undefined) ?? 0) + stats[name];
  }
  // A percentile of merged rows is not known; the largest is never below it.
  for (const name of LARGEST) {
    if (stats[name] !== undefined) sum[name] = Math.max((into[name] as number | undefined) ?? 0, stats[name]);
  }
  // ISO 8601 in one zone sorts as text.
  if (stats.timestamp !== undefined && stats.timestamp > (into.timestamp ?? ''))
    into.timestamp = stats.timestamp;
  return into;
}

function addTotals(into: Totals | undefined, totals: Totals): Totals {
  if (into === undefined) return { ...totals };
  const sum: Record<string, number> = into as Record<string, number>;
  for (const name of ['pkts', 'bytes', 'pps', 'bps'] as const) {
    if (totals[name] !== undefined) sum[name] = ((into[name] as number | undefined) ?? 0) + totals[name];
  }
  return into;
}

/**
 * TCP handshake times: the contract's bands, which side to believe, and what a group of flows may say.
 * Percentiles cannot be averaged, so a group keeps its worst p99 and the range of its p50s (DESIGN §4).
 */
import type { Flow } from './flow';
import type { Microseconds } from './units';

export type Band = 'excellent' | 'good' | 'elevated' | 'high' | 'unmeasured';

/** From best to worst; `unmeasured` stands apart: it is not known, not fast. */
export const BANDS = ['excellent', 'good', 'elevated', 'high'] as const;

/** The contract's interpretation guide: each band's limit (exclusive) and its sentence. */
export const BAND_GUIDE: Record<Band, { below?: Microseconds; range: string; meaning: string }> = {
  excellent: { below: 1_000 as Microseconds, range: '< 1 ms', meaning: 'same-node or same-datacenter' },
  good: { below: 10_000 as Microseconds, range: '1–10 ms', meaning: 'typical cross-node within cluster' },
  elevated: {
    below: 100_000 as Microseconds,
    range: '10–100 ms',
    meaning: 'possible network congestion or cross-AZ traffic',
  },
  high: { range: '> 100 ms', meaning: 'cross-region or network issues' },
  unmeasured: {
    range: 'no recent handshake',
    meaning: 'UDP, a pooled or old connection, or a connect that failed',
  },
};

export function bandOf(p99Us: Microseconds | undefined): Band {
  if (p99Us === undefined) return 'unmeasured';
  if (p99Us < 1_000) return 'excellent';
  if (p99Us < 10_000) return 'good';
  return p99Us < 100_000 ? 'elevated' : 'high';
}

/** Whether this answer's server-side times may stand in for missing client-side ones. */
export interface ServerTrust {
  trusted: boolean;
  /** How many rows had a p50 from both sides. */
  pairs: number;
  /** Median of max(server, client) / min(server, client) over those rows. */
  medianRatio?: number;
}

/** Sensors that time socket states report tens of µs on any path; more than 3× apart means they do (DESIGN §4). */
const MOST_APART = 3;

export function serverTrust(flows: Iterable<Flow>): ServerTrust {
  const ratios: number[] = [];
  for (const { clientStats, serverStats } of flows) {
    const client = clientStats?.p50Us;
    const server = serverStats?.p50Us;
    if (client !== undefined && server !== undefined) {
      ratios.push(Math.max(client, server) / Math.min(client, server));
    }
  }
  if (ratios.length === 0) return { trusted: false, pairs: 0 };
  ratios.sort((a, b) => a - b);
  const middle = ratios.length >> 1;
  const upper = ratios[middle] ?? 0;
  const medianRatio = ratios.length % 2 === 1 ? upper : ((ratios[middle - 1] ?? upper) + upper) / 2;
  return { trusted: medianRatio <= MOST_APART, pairs: ratios.length, medianRatio };
}

/** What one flow's handshake says: the client's view leads, the server's stands in only where it is trusted. */
export interface FlowHandshake {
  side: 'client' | 'server';
  p50Us?: Microseconds;
  p90Us?: Microseconds;
  p99Us?: Microseconds;
}

export function flowHandshake(flow: Flow, trust: ServerTrust): FlowHandshake | undefined {
  if (flow.proto !== 'tcp') return undefined;
  const client = flow.clientStats;
  if (client !== undefined && hasPercentile(client)) return pick('client', client);
  const server = flow.serverStats;
  if (server !== undefined && hasPercentile(server) && trust.trusted) return pick('server', server);
  return undefined;
}

type Percentiles = { p50Us?: Microseconds; p90Us?: Microseconds; p99Us?: Microseconds };

const hasPercentile = (stats: Percentiles): boolean =>
  stats.p99Us !== undefined || stats.p50Us !== undefined || stats.p90Us !== undefined;

function pick(side: 'client' | 'server', { p50Us, p90Us, p99Us }: Percentiles): FlowHandshake {
  return {
    side,
    ...(p50Us === undefined ? {} : { p50Us }),
    ...(p90Us === undefined ? {} : { p90Us }),
    ...(p99Us === undefined ? {} : { p99Us }),
  };
}

/** What a group of flows may say of its handshakes: "worst p99 (flow X of N), p50 a..b". */
export interface GroupHandshake {
  band: Band;
  worstP99Us?: Microseconds;
  /** The flow that has the worst p99. */
  worst?: Flow;
  p50LowUs?: Microseconds;
  p50HighUs?: Microseconds;
  /** Flows with a p99 that counts. */
  measured: number;
  /** TCP flows: the N in "of N". */
  tcp: number;
  /** Worst p99 seen only from a server side that is not trusted; it sets no band. */
  serverOnlyP99Us?: Microseconds;
}

/**
 * `skip` holds the receiver's halves of split traffic (volume.ts): their client already speaks for them.
 * Sorting is left to the caller: the first of equals wins, so the result does not depend on jitter.
 */
export function groupHandshake(
  flows: readonly Flow[],
  trust: ServerTrust,
  skip: ReadonlySet<Flow> = NOTHING,
): GroupHandshake {
  const group: GroupHandshake = { band: 'unmeasured', measured: 0, tcp: 0 };
  for (const flow of flows) {
    if (flow.proto !== 'tcp') continue;
    group.tcp++;
    if (skip.has(flow)) continue;
    const seen = flowHandshake(flow, trust);
    if (seen === undefined) {
      const untrusted = flow.serverStats?.p99Us;
      if (untrusted !== undefined && untrusted > (group.serverOnlyP99Us ?? 0))
        group.serverOnlyP99Us = untrusted;
      continue;
    }
    const { p50Us, p99Us } = seen;
    if (p50Us !== undefined) {
      if (group.p50LowUs === undefined || p50Us < group.p50LowUs) group.p50LowUs = p50Us;
      if (group.p50HighUs === undefined || p50Us > group.p50HighUs) group.p50HighUs = p50Us;
    }
    if (p99Us === undefined) continue;
    group.measured++;
    if (group.worstP99Us === undefined || p99Us > group.worstP99Us) {
      group.worstP99Us = p99Us;
      group.worst = flow;
    }
  }
  group.band = bandOf(group.worstP99Us);
  return group;
}

const NOTHING: ReadonlySet<Flow> = new Set();

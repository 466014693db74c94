/**
 * Views added up to flows, at any moment of the capture: counters up to then, rates over its last step, handshake
 * percentiles over all of it or over a window. Knows counting; who the ends are is handed in with each flow.
 */
import type { Endpoint, Flow, Stats } from '../../flows/flow';
import {
  type BitsPerSecond,
  bytes,
  type Microseconds,
  microseconds,
  type PacketsPerSecond,
  packets,
} from '../../flows/units';
import type { Ends } from './join';
import { compactTimeline, WIDTH } from './timeline';
import type { Perspective } from './vantage';

/** Names for the two ends of a flow. */
export type NameEnds = (proto: 'tcp' | 'udp', ends: Ends) => { client: Endpoint; server: Endpoint };

export interface LedgerOptions {
  stepUs: number;
  /** Seconds since 1970 that times are told from. */
  originS: number;
  /** Percentiles over so many seconds before a sample; without it, over all of the capture before it. */
  windowS: number | undefined;
  nameEnds: NameEnds;
}

export interface Ledger {
  /** The first and the last step in which something was counted; undefined when nothing was. */
  readonly span: { first: number; last: number } | undefined;
  /** The end of a step, milliseconds since 1970. */
  endMs(step: number): number;
  flowsAt(step: number): Flow[];
}

/** What one end counted: its own packets are `tx`. */
interface Side {
  /** Steps in order, and the sums up to the end of each. */
  steps: number[];
  sums: Sums[];
  lastUs: number;
  /** `[when, how long]`, by when. */
  handshakes: [number, number][];
}

interface Sums {
  txPkts: number;
  txBytes: number;
  rxPkts: number;
  rxBytes: number;
}

interface Account {
  proto: 'tcp' | 'udp';
  client: Endpoint;
  server: Endpoint;
  sides: { client?: Side; server?: Side };
}

interface Gathered {
  proto: 'tcp' | 'udp';
  ends: Ends;
  client: Perspective[];
  server: Perspective[];
}

/** Adds up views by the ends they are told to have; views without ends are left out. */
export function createLedger(
  perspectives: readonly Perspective[],
  endsOf: ReadonlyMap<Perspective, Ends>,
  { stepUs, originS, windowS, nameEnds }: LedgerOptions,
): Ledger {
  const gathered = new Map<string, Gathered>();
  for (const perspective of perspectives) {
    const ends = endsOf.get(perspective);
    if (ends === undefined) continue;
    const { proto } = perspective.tally;
    const key = `${proto} ${ends.client} ${ends.server} ${ends.serverPort}`;
    let entry = gathered.get(key);
    if (entry === undefined) {
      entry = { proto, ends, client: [], server: [] };
      gathered.set(key, entry);
    }
    entry[perspective.side].push(perspective);
  }
  const accounts: Account[] = [...gathered.values()].map(({ proto, ends, client, server }) => ({
    proto,
    ...nameEnds(proto, ends),
    sides: {
      ...(client.length === 0 ? {} : { client: addUp(client, 'client') }),
      ...(server.length === 0 ? {} : { server: addUp(server, 'server') }),
    },
  }));
  const stepS = stepUs / 1e6;
  const endUs = (step: number): number => (step + 1) * stepUs;

  function statsAt(
    side: Side | undefined,
    step: number,
  ): { stats: Stats; sums: Sums; now: Sums } | undefined {
    if (side === undefined) return undefined;
    const index = lastUpTo(side.steps, step);
    const sums = side.sums[index];
    if (sums === undefined) return undefined;
    const now = side.steps[index] === step ? subtract(sums, side.sums[index - 1]) : NOTHING;
    const heardUs = Math.min(side.lastUs, endUs(side.steps[index] ?? step));
    return {
      sums,
      now,
      stats: {
        txPkts: packets(sums.txPkts),
        rxPkts: packets(sums.rxPkts),
        txBytes: bytes(sums.txBytes),
        rxBytes: bytes(sums.rxBytes),
        txPps: perSecond(now.txPkts, stepS) as PacketsPerSecond,
        rxPps: perSecond(now.rxPkts, stepS) as PacketsPerSecond,
        txBps: perSecond(now.txBytes * 8, stepS) as BitsPerSecond,
        rxBps: perSecond(now.rxBytes * 8, stepS) as BitsPerSecond,
        timestamp: new Date(originS * 1000 + heardUs / 1000).toISOString(),
        ...percentilesAt(side.handshakes, endUs(step), windowS),
      },
    };
  }

  return {
    span: spanOf(accounts),
    endMs: (step) => originS * 1000 + endUs(step) / 1000,
    flowsAt: (step) =>
      accounts.flatMap(({ proto, client, server, sides }): Flow[] => {
        const atClient = statsAt(sides.client, step);
        const atServer = statsAt(sides.server, step);
        const seen = [atClient, atServer].filter((side) => side !== undefined);
        if (seen.length === 0) return [];
        let [pkts, total, nowPkts, nowBytes] = [0, 0, 0, 0];
        for (const { sums, now } of seen) {
          pkts += sums.txPkts + sums.rxPkts;
          total += sums.txBytes + sums.rxBytes;
          nowPkts += now.txPkts + now.rxPkts;
          nowBytes += now.txBytes + now.rxBytes;
        }
        return [
          {
            proto,
            client,
            server,
            ...(atClient === undefined ? {} : { clientStats: atClient.stats }),
            ...(atServer === undefined ? {} : { serverStats: atServer.stats }),
            totals: {
              pkts: packets(pkts),
              bytes: bytes(total),
              pps: perSecond(nowPkts, stepS) as PacketsPerSecond,
              bps: perSecond(nowBytes * 8, stepS) as BitsPerSecond,
            },
          },
        ];
      }),
  };
}

const NOTHING: Sums = { txPkts: 0, txBytes: 0, rxPkts: 0, rxBytes: 0 };

const subtract = (from: Sums, before: Sums = NOTHING): Sums => ({
  txPkts: from.txPkts - before.txPkts,
  txBytes: from.txBytes - before.txBytes,
  rxPkts: from.rxPkts - before.rxPkts,
  rxBytes: from.rxBytes - before.rxBytes,
});

const perSecond = (count: number, seconds: number): number => Math.round((count / seconds) * 10) / 10;

function addUp(perspectives: readonly Perspective[], side: 'client' | 'server'): Side {
  const flat: number[] = [];
  const handshakes: [number, number][] = [];
  let lastUs = Number.NEGATIVE_INFINITY;
  for (const { tally } of perspectives) {
    for (const value of tally.timeline) flat.push(value);
    lastUs = Math.max(lastUs, tally.lastUs);
    const times = side === 'client' ? tally.clientHandshakes : tally.serverHandshakes;
    for (let i = 0; i + 1 < times.length; i += 2) handshakes.push([times[i] ?? 0, times[i + 1] ?? 0]);
  }
  handshakes.sort(([a], [b]) => a - b);
  const timeline = compactTimeline(flat);
  const steps: number[] = [];
  const sums: Sums[] = [];
  let sum = NOTHING;
  // The timeline's first end is the client: whoever counts as the server sent what the second end sent.
  const [tx, rx] = side === 'client' ? [1, 3] : [3, 1];
  for (let at = 0; at < timeline.length; at += WIDTH) {
    sum = {
      txPkts: sum.txPkts + (timeline[at + tx] ?? 0),
      txBytes: sum.txBytes + (timeline[at + tx + 1] ?? 0),
      rxPkts: sum.rxPkts + (timeline[at + rx] ?? 0),
      rxBytes: sum.rxBytes + (timeline[at + rx + 1] ?? 0),
    };
    steps.push(timeline[at] ?? 0);
    sums.push(sum);
  }
  return { steps, sums, lastUs, handshakes };
}

function spanOf(accounts: readonly Account[]): Ledger['span'] {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { sides } of accounts) {
    for (const side of [sides.client, sides.server]) {
      first = Math.min(first, side?.steps[0] ?? first);
      last = Math.max(last, side?.steps.at(-1) ?? last);
    }
  }
  return first <= last ? { first, last } : undefined;
}

/** The last entry that is not above `most`, or -1; entries grow. */
function lastUpTo(entries: readonly number[], most: number): number {
  let low = -1;
  let high = entries.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((entries[middle] ?? 0) <= most) low = middle;
    else high = middle - 1;
  }
  return low;
}

type Percentiles = { p50Us?: Microseconds; p90Us?: Microseconds; p99Us?: Microseconds };

function percentilesAt(
  handshakes: readonly [number, number][],
  endUs: number,
  windowS: number | undefined,
): Percentiles {
  const fromUs = windowS === undefined ? Number.NEGATIVE_INFINITY : endUs - windowS * 1e6;
  const times: number[] = [];
  for (const [when, time] of handshakes) if (when >= fromUs && when < endUs) times.push(time);
  if (times.length === 0) return {};
  times.sort((a, b) => a - b);
  const [p50Us, p90Us, p99Us] = [0.5, 0.9, 0.99].map((share) =>
    microseconds(Math.round(percentile(times, share))),
  );
  // The contract omits what is not above zero.
  return {
    ...(p50Us === undefined || p50Us === 0 ? {} : { p50Us }),
    ...(p90Us === undefined || p90Us === 0 ? {} : { p90Us }),
    ...(p99Us === undefined || p99Us === 0 ? {} : { p99Us }),
  };
}

/** Between two values of a sorted list, on the straight line between them (type 7 of Hyndman and Fan). */
export function percentile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? below;
  return below + (above - below) * (position - Math.floor(position));
}

/**
 * Rates from counter deltas between two answers of one epoch (DESIGN §4 "Rates"), by the sender like volumes.
 * Knows that what cannot be known is not zero: a new flow and a restarted counter have no rate in that interval, and no
 * rate is ever negative. Refuses to read the reported rates, but for judging their unit (calibrate).
 */
import { type Flow, flowKey, type Stats } from './flow';
import type { BytesPerSecond, PacketsPerSecond } from './units';
import { findHalves, outsideTest } from './volume';

/** An answer and its time. `epoch` changes where counters start anew. */
export interface Timed {
  /** Not to be written to afterwards: what is found out about the list is remembered with it. */
  flows: readonly Flow[];
  /** The sample's own time, milliseconds since 1970. */
  atMs: number;
  epoch: string;
}

/** One perspective; a field is absent where either answer lacks it. */
export interface SideRate {
  txBytesPerS?: number;
  rxBytesPerS?: number;
  txPacketsPerS?: number;
  rxPacketsPerS?: number;
}

export interface FlowRate {
  /** Each side that counted in both answers and did not restart between them. */
  client?: SideRate;
  server?: SideRate;
  /** Both directions, each by its sender; the receiver stands in where the sender's counters say nothing. */
  bytesPerS: BytesPerSecond;
  packetsPerS: PacketsPerSecond;
  /** Rows with this key in the answer: their counters are summed, so each of them stands for one part in so many. */
  rows: number;
}

export interface Rates {
  sinceMs: number;
  atMs: number;
  /** By flowKey; a flow whose rate is not known is not here. */
  flows: ReadonlyMap<string, FlowRate>;
  /** Keys of the later answer without a rate: not in the earlier one, or counting from a new start. */
  unknown: ReadonlyMap<string, 'new' | 'restarted'>;
}

const FIELDS = [
  ['txBytes', 'txBytesPerS'],
  ['rxBytes', 'rxBytesPerS'],
  ['txPkts', 'txPacketsPerS'],
  ['rxPkts', 'rxPacketsPerS'],
] as const;

type Counter = (typeof FIELDS)[number][0];
type Side = 'clientStats' | 'serverStats';

/** Undefined between epochs, and where no time passed or it ran backwards. */
export function flowRates(before: Timed, after: Timed): Rates | undefined {
  const seconds = (after.atMs - before.atMs) / 1000;
  if (before.epoch !== after.epoch || !(seconds > 0)) return undefined;
  const earlier = byKey(before.flows);
  const flows = new Map<string, FlowRate>();
  const unknown = new Map<string, 'new' | 'restarted'>();
  for (const [key, rows] of byKey(after.flows)) {
    const old = earlier.get(key);
    // A row more or fewer under one key would pass for traffic, or for a restart.
    if (old === undefined || old.length !== rows.length) {
      unknown.set(key, 'new');
      continue;
    }
    const client = sideRate(old, rows, 'clientStats', seconds);
    const server = sideRate(old, rows, 'serverStats', seconds);
    const bytesPerS = bothWays(client, server, 'Bytes');
    const packetsPerS = bothWays(client, server, 'Packets');
    if (bytesPerS === undefined || packetsPerS === undefined) {
      unknown.set(key, 'restarted');
      continue;
    }
    flows.set(key, {
      ...(typeof client === 'object' ? { client } : {}),
      ...(typeof server === 'object' ? { server } : {}),
      bytesPerS: bytesPerS as BytesPerSecond,
      packetsPerS: packetsPerS as PacketsPerSecond,
      rows: rows.length,
    });
  }
  return { sinceMs: before.atMs, atMs: after.atMs, flows, unknown };
}

/** An answer is the later one of a pair and then the earlier one of the next: its keys are made once. */
const grouped = new WeakMap<readonly Flow[], ReadonlyMap<string, Flow[]>>();

function byKey(flows: readonly Flow[]): ReadonlyMap<string, Flow[]> {
  const before = grouped.get(flows);
  if (before !== undefined) return before;
  const groups = new Map<string, Flow[]>();
  for (const flow of flows) {
    const key = flowKey(flow);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [flow]);
    else group.push(flow);
  }
  grouped.set(flows, groups);
  return groups;
}

/** The sums of a side's counters; undefined where no row's side counted anything: it was not seen (DECISIONS 2). */
function addUp(rows: readonly Flow[], side: Side): Partial<Record<Counter, number>> | undefined {
  const first = rows[0]?.[side];
  if (rows.length === 1) return counts(first) ? first : undefined;
  const sum: Partial<Record<Counter, number>> = {};
  for (const flow of rows) {
    for (const [counter] of FIELDS) {
      const value: number | undefined = flow[side]?.[counter];
      if (value !== undefined) sum[counter] = (sum[counter] ?? 0) + value;
    }
  }
  return rows.some((flow) => counts(flow[side])) ? sum : undefined;
}

/** A side's rates; `unseen` where it does not count now, `unknown` where it restarted or was not seen before. */
function sideRate(
  before: readonly Flow[],
  after: readonly Flow[],
  side: Side,
  seconds: number,
): SideRate | 'unseen' | 'unknown' {
  const now = addUp(after, side);
  if (now === undefined) return 'unseen';
  const old = addUp(before, side);
  if (old === undefined) return 'unknown';
  const rate: SideRate = {};
  for (const [counter, name] of FIELDS) {
    const [from, to] = [old[counter], now[counter]];
    if (from === undefined || to === undefined) continue;
    // One counter that fell says that all of the side's began anew, also those that have passed their old value since.
    // When in the interval that was is not known, so counting from zero would only give a rate that is too small.
    if (to < from) return 'unknown';
    rate[name] = (to - from) / seconds;
  }
  return rate;
}

type Seen = SideRate | 'unseen' | 'unknown' | undefined;

const known = (side: Seen, name: keyof SideRate): number | undefined =>
  typeof side === 'object' ? side[name] : undefined;

/** One direction by its sender, else by its receiver; 0 where nobody counts it, undefined where it is not known. */
function oneWay(
  sender: Seen,
  receiver: Seen,
  what: 'Bytes' | 'Packets',
  standIn: boolean,
): number | undefined {
  const sent = known(sender, `tx${what}PerS`);
  if (sent !== undefined) return sent;
  const received = standIn ? known(receiver, `rx${what}PerS`) : undefined;
  if (received !== undefined) return received;
  return sender === 'unknown' || (standIn && receiver === 'unknown') ? undefined : 0;
}

function bothWays(client: Seen, server: Seen, what: 'Bytes' | 'Packets', standIn = true): number | undefined {
  const forward = oneWay(client, server, what, standIn);
  const backward = oneWay(server, client, what, standIn);
  return forward === undefined || backward === undefined ? undefined : forward + backward;
}

export interface LinkRate {
  /** Client to server, and back. */
  forwardBytesPerS: BytesPerSecond;
  backwardBytesPerS: BytesPerSecond;
  bytesPerS: BytesPerSecond;
  packetsPerS: PacketsPerSecond;
  /** Rows of the link without a rate: the link's own is then at least this. */
  unknown: number;
}

/**
 * The rate of a link: what its volume (volume.ts linkVolume) grew by, with the same stand-ins and the same halves
 * counted once. Undefined where none of its rows has a rate.
 */
export function linkRate({ flows }: { flows: readonly Flow[] }, rates: Rates): LinkRate | undefined {
  const halves = findHalves(flows);
  const sum = { forward: 0, backward: 0, packets: 0 };
  let unknown = 0;
  for (const flow of flows) {
    const rate = rates.flows.get(flowKey(flow));
    if (rate === undefined) {
      unknown++;
      continue;
    }
    const standIn = !halves.near.has(flow) && !halves.far.has(flow);
    const { client, server, rows } = rate;
    sum.forward += (oneWay(client, server, 'Bytes', standIn) ?? 0) / rows;
    sum.backward += (oneWay(server, client, 'Bytes', standIn) ?? 0) / rows;
    sum.packets += (bothWays(client, server, 'Packets', standIn) ?? 0) / rows;
  }
  if (unknown === flows.length) return undefined;
  return {
    forwardBytesPerS: sum.forward as BytesPerSecond,
    backwardBytesPerS: sum.backward as BytesPerSecond,
    bytesPerS: (sum.forward + sum.backward) as BytesPerSecond,
    packetsPerS: sum.packets as PacketsPerSecond,
    unknown,
  };
}

/**
 * The rate of the whole (DESIGN §4 "The whole"): what each end sent, and what came from ends outside that nobody else
 * counts. At least this where rates are unknown; undefined where all are.
 */
export function wholeRate(flows: readonly Flow[], rates: Rates): BytesPerSecond | undefined {
  const isOutside = outsideTest(flows);
  let sum = 0;
  let count = 0;
  for (const [key, [flow]] of byKey(flows)) {
    const rate = rates.flows.get(key);
    if (rate === undefined || flow === undefined) continue;
    count++;
    const { client, server } = rate;
    sum += (client?.txBytesPerS ?? 0) + (server?.txBytesPerS ?? 0);
    if (client?.rxBytesPerS !== undefined && !counts(flow.serverStats) && isOutside(flow.server))
      sum += client.rxBytesPerS;
    if (server?.rxBytesPerS !== undefined && !counts(flow.clientStats) && isOutside(flow.client))
      sum += server.rxBytesPerS;
  }
  return count === 0 && flows.length > 0 ? undefined : (sum as BytesPerSecond);
}

const counts = (stats: Stats | undefined): boolean =>
  stats !== undefined && FIELDS.some(([counter]) => (stats[counter] ?? 0) > 0);

export interface Calibration {
  /** What the reported `bps` are: the contract says bits. */
  verdict: 'bits' | 'bytes' | 'neither' | 'unknown';
  /** Median of reported `bps` over 8 × Δbytes/Δt: about 1 for bits, about 1/8 for bytes. */
  ratio?: number;
  /** How many pairs of a reported and a counted rate it is the median of. */
  pairs: number;
}

/** A median of fewer says nothing about a unit. */
const FEWEST_PAIRS = 8;
/** Slower flows send a packet now and then: what was reported for the last seconds says little of the interval. */
const SLOWEST = 1_000;
/** Bits and bytes are 8 apart: up to twice too much or too little of either is a matter of timing, the rest is neither. */
const TOLERANCE = 2;

/**
 * Judges the unit of reported rates by what was counted between answers, in order of time; pairs of different epochs
 * are passed over. `totals` and both sides are read, and the median taken, so bursts and restarts do not matter.
 */
export function calibrate(answers: readonly Timed[]): Calibration {
  const ratios: number[] = [];
  answers.forEach((after, i) => {
    const before = answers[i - 1];
    if (before !== undefined) collectRatios(before, after, ratios);
  });
  const pairs = ratios.length;
  if (pairs < FEWEST_PAIRS) return { verdict: 'unknown', pairs };
  // Numbers alone, which sort ten times as fast.
  const sorted = Float64Array.from(ratios).sort();
  const middle = pairs >> 1;
  const upper = sorted[middle] ?? 0;
  const ratio = pairs % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
  const isAbout = (expected: number): boolean =>
    ratio >= expected / TOLERANCE && ratio <= expected * TOLERANCE;
  return { verdict: isAbout(1) ? 'bits' : isAbout(1 / 8) ? 'bytes' : 'neither', ratio, pairs };
}

function collectRatios(before: Timed, after: Timed, ratios: number[]): void {
  const seconds = (after.atMs - before.atMs) / 1000;
  if (before.epoch !== after.epoch || !(seconds > 0)) return;
  const earlier = byKey(before.flows);
  for (const [key, rows] of byKey(after.flows)) {
    const old = earlier.get(key);
    const [was, is] = [old?.[0], rows[0]];
    if (was === undefined || is === undefined || old?.length !== 1 || rows.length !== 1) continue;
    const note = (from?: number, to?: number, reported?: number) => {
      if (from === undefined || to === undefined || reported === undefined) return;
      const perSecond = (to - from) / seconds;
      if (perSecond >= SLOWEST && reported > 0) ratios.push(reported / (8 * perSecond));
    };
    note(was.totals?.bytes, is.totals?.bytes, is.totals?.bps);
    for (const side of ['clientStats', 'serverStats'] as const) {
      note(was[side]?.txBytes, is[side]?.txBytes, is[side]?.txBps);
      note(was[side]?.rxBytes, is[side]?.rxBytes, is[side]?.rxBps);
    }
  }
}

/**
 * What can only be seen by comparing answers: nodes whose sensor fell silent, counters that began anew, clocks that ran
 * backwards. Pure: each answer makes the next record. Refuses to judge one answer alone (quality.ts) and to know filters:
 * whoever asks something else starts a new record.
 */

import type { Endpoint, Flow, Stats } from '../flows/flow';
import type { Timed } from '../flows/rates';
import { isSeen } from '../flows/volume';
import { type NumberedRows, numberRows, pairRows } from './quality-keys';

/** Ends on a node, and how many of them its sensor counted. */
export interface Heard {
  asClient: { ends: number; seen: number };
  asServer: { ends: number; seen: number };
}

export interface NodeWatch {
  now: Heard;
  /** When the answer last listed it, milliseconds since 1970. */
  listedMs: number;
  /** The last answer in which its sensor was heard as usual; absent where it never was. */
  last?: Heard & { atMs: number };
}

/** Counters that fell between two answers of one epoch. */
export interface Restarts {
  atMs: number;
  rows: number;
  /** Rows that stood in both answers. */
  compared: number;
  /** Where they were counted, most first; ends without a node are in none. */
  nodes: readonly { node: string; sides: number; compared: number }[];
}

/** Sample times that do not go with their counters. */
export interface ClockJump {
  /** `still`: the same time again with other counters. */
  kind: 'back' | 'still';
  fromMs: number;
  atMs: number;
}

export interface QualityWatch {
  sinceMs: number;
  /** When and where the latest answer was taken, and its rows, to compare the next with. */
  atMs: number;
  epoch: string;
  latest: NumberedRows;
  nodes: ReadonlyMap<string, NodeWatch>;
  /** The last ones seen, however long ago. */
  restarts?: Restarts;
  clock?: ClockJump;
}

/** A node that is in no row for so long is gone; without an end, names of nodes would pile up where nodes come and go. */
const FORGOTTEN_MS = 10 * 60_000;

/**
 * The record after one more answer of the same question to the same source. Another epoch begins anew. An older answer
 * (time ran backwards) is a jump of the clock, and its smaller counters are no restart.
 */
export function noteAnswer(before: QualityWatch | undefined, answer: Timed): QualityWatch {
  const { flows, atMs, epoch } = answer;
  const known = before?.epoch === epoch ? before : undefined;
  if (known !== undefined && known.latest.flows === flows) return known;
  const latest = numberRows(flows, known?.latest);
  const record: QualityWatch = {
    sinceMs: known?.sinceMs ?? atMs,
    atMs,
    epoch,
    latest,
    nodes: noteNodes(known?.nodes, flows, atMs),
    ...(known?.restarts === undefined ? {} : { restarts: known.restarts }),
    ...(known?.clock === undefined ? {} : { clock: known.clock }),
  };
  if (known === undefined) return record;
  const fromMs = known.atMs;
  if (atMs < fromMs) return { ...record, clock: { kind: 'back', fromMs, atMs } };
  const { moved, ...restarts } = compareCounters(pairRows(known.latest, latest));
  if (atMs === fromMs && moved) record.clock = { kind: 'still', fromMs, atMs };
  if (restarts.rows > 0) record.restarts = { atMs, ...restarts };
  return record;
}

// ---- Nodes

/** Fewer expected counts and none found may be chance, where each answer lists other rows. */
const FEWEST_EXPECTED = 8;
/** Rows of a dead sensor leave one by one: a tenth of the usual is as good as silence. */
const SILENT_BELOW = 0.1;
/** A node that was never heard is only odd where nearly all ends like its own are heard elsewhere. */
const MOST_ARE_HEARD = 0.8;

function noteNodes(
  before: ReadonlyMap<string, NodeWatch> | undefined,
  flows: readonly Flow[],
  atMs: number,
): ReadonlyMap<string, NodeWatch> {
  const counted = new Map<string, Heard>();
  const note = (end: Endpoint, role: keyof Heard, stats: Stats | undefined) => {
    if (end.node === undefined) return;
    let heard = counted.get(end.node);
    if (heard === undefined) {
      heard = { asClient: { ends: 0, seen: 0 }, asServer: { ends: 0, seen: 0 } };
      counted.set(end.node, heard);
    }
    heard[role].ends++;
    if (isSeen(stats)) heard[role].seen++;
  };
  for (const { client, server, clientStats, serverStats } of flows) {
    note(client, 'asClient', clientStats);
    note(server, 'asServer', serverStats);
  }
  const nodes = new Map<string, NodeWatch>();
  for (const [name, watch] of before ?? []) {
    if (!counted.has(name) && Math.abs(atMs - watch.listedMs) < FORGOTTEN_MS) nodes.set(name, watch);
  }
  for (const [name, now] of counted) {
    const last = before?.get(name)?.last;
    // Silence does not become the usual: what was before it stays the measure until the sensor is heard again.
    const isUsual = seenOf(now) > 0 && !(last !== undefined && isLost(now, last));
    const kept = isUsual ? { ...now, atMs } : last;
    nodes.set(name, { now, listedMs: atMs, ...(kept === undefined ? {} : { last: kept }) });
  }
  return nodes;
}

const endsOf = ({ asClient, asServer }: Heard): number => asClient.ends + asServer.ends;
const seenOf = ({ asClient, asServer }: Heard): number => asClient.seen + asServer.seen;
const isSilent = (now: Heard, expected: number): boolean =>
  expected >= FEWEST_EXPECTED && seenOf(now) < expected * SILENT_BELOW;
const isLost = (now: Heard, last: Heard): boolean =>
  isSilent(now, (endsOf(now) * seenOf(last)) / Math.max(1, endsOf(last)));

/** A node whose sensor says nothing while others do. */
export interface SensorGap {
  node: string;
  /** Ends on it that other sensors still list. */
  ends: number;
  /** When it was last heard, milliseconds since 1970; absent where it never was since we look. */
  heardMs?: number;
}

/**
 * Gaps of the latest answer, most ends first, and how many nodes it lists. None where no node is heard: then the answer
 * changed, not a sensor. A node in no row at all is not here: it may have been drained.
 */
export function sensorGaps({ nodes, atMs }: QualityWatch): { gaps: SensorGap[]; nodes: number } {
  const listed = [...nodes].filter(([, { listedMs }]) => listedMs === atMs);
  const whole = {
    asClient: { ends: 0, seen: 0 },
    asServer: { ends: 0, seen: 0 },
  };
  for (const [, { now }] of listed) {
    for (const role of ['asClient', 'asServer'] as const) {
      whole[role].ends += now[role].ends;
      whole[role].seen += now[role].seen;
    }
  }
  const gaps: SensorGap[] = [];
  for (const [node, { now, last }] of listed) {
    if (last !== undefined) {
      if (isLost(now, last)) gaps.push({ node, ends: endsOf(now), heardMs: last.atMs });
    } else if (isSilent(now, expectedLike(now, whole))) gaps.push({ node, ends: endsOf(now) });
  }
  if (seenOf(whole) === 0) return { gaps: [], nodes: listed.length };
  gaps.sort((a, b) => b.ends - a.ends || (a.node < b.node ? -1 : 1));
  return { gaps, nodes: listed.length };
}

/** How many of a node's ends would be heard if it were like the others; 0 where the others do not agree. */
function expectedLike(now: Heard, whole: Heard): number {
  let expected = 0;
  for (const role of ['asClient', 'asServer'] as const) {
    const { ends } = now[role];
    const others = whole[role].ends - ends;
    if (ends === 0 || others === 0) continue;
    const share = (whole[role].seen - now[role].seen) / others;
    if (share < MOST_ARE_HEARD) return 0;
    expected += ends * share;
  }
  return expected;
}

// ---- Counters

const COUNTERS = ['txBytes', 'rxBytes', 'txPkts', 'rxPkts'] as const;
const SIDES = [
  ['clientStats', 'client'],
  ['serverStats', 'server'],
] as const;

/** What the counters of rows did that stand in both answers. */
function compareCounters(
  pairs: readonly [was: Flow, is: Flow][],
): Omit<Restarts, 'atMs'> & { moved: boolean } {
  const nodes = new Map<string, { sides: number; compared: number }>();
  let rows = 0;
  let moved = false;
  for (const [was, is] of pairs) {
    let fell = false;
    for (const [side, end] of SIDES) {
      const [from, to] = [was[side], is[side]];
      // Zeros in all counters are a side that was not seen, not one that began anew.
      if (from === undefined || to === undefined || !isSeen(to)) continue;
      const change = changeOf(from, to);
      if (change !== 'none') moved = true;
      if (change === 'fell') fell = true;
      const node = is[end].node;
      if (node === undefined) continue;
      const count = nodes.get(node) ?? { sides: 0, compared: 0 };
      count.compared++;
      if (change === 'fell') count.sides++;
      nodes.set(node, count);
    }
    if (fell) rows++;
  }
  const fallen = [...nodes]
    .filter(([, { sides }]) => sides > 0)
    .map(([node, count]) => ({ node, ...count }))
    .sort((a, b) => b.sides - a.sides || (a.node < b.node ? -1 : 1));
  return { rows, compared: pairs.length, nodes: fallen, moved };
}

function changeOf(from: Stats, to: Stats): 'none' | 'rose' | 'fell' {
  let change: 'none' | 'rose' = 'none';
  for (const counter of COUNTERS) {
    const [was, is] = [from[counter], to[counter]];
    if (was === undefined || is === undefined || was === is) continue;
    if (is < was) return 'fell';
    change = 'rose';
  }
  return change;
}

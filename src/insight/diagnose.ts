/**
 * Is it the network? The contract's decision tree, automated: a few minutes of polls in, a verdict with its evidence
 * out, worst first. Plain data, to be posted from a worker. Percentiles look back two minutes, so trouble shows in the
 * tail first and recovery shows late; nothing here is about throughput or about what the application does.
 */
import type { FlowGraph } from '../graph/flow-graph';
import { type Failure, failuresIn } from './diagnose-failures';
import { type Measured, measure, type Run } from './diagnose-finding';
import { createJudge, FINE_US, type Judge, LOSSY, POSSIBLE_US, SLOW, WELL } from './diagnose-judge';
import { endsOf, type Observation } from './diagnose-observe';
import { type Blame, blame, DELAY, type JudgedRow, LOSS } from './diagnose-scopes';
import { type Culprit, createSuspects, isOf, keyOf } from './diagnose-suspects';
import { sentencesOf, verdictSentence } from './diagnose-words';
import { penalties, type ZonePenalty } from './diagnose-zones';

/** The leaves of the decision tree. `failed` is not slow: nothing answers, or resets do. */
export type Verdict =
  | 'fine'
  | 'borderline'
  | 'cross-zone'
  | 'source'
  | 'node'
  | 'target'
  | 'path'
  | 'cluster'
  | 'failed'
  | 'too-little';

export interface Finding extends Measured {
  verdict: Verdict;
  /** For the reader; names in it are hostile, so it is text and nothing else. */
  sentence: string;
  /** What it rests on: counts, the comparison and its values, since when. */
  evidence: string[];
  /** What would make it another verdict, or settle it. */
  whatWouldChange: string;
}

export interface Report {
  atMs: number;
  verdict: Verdict;
  sentence: string;
  /** Worst first. */
  findings: Finding[];
  /** TCP that gets no answer, or only resets; those that began while watching first. */
  failures: Failure[];
  /** What paths between zones cost at the moment; empty without zones. */
  penalties: ZonePenalty[];
  /** What the verdict rests on: TCP rows, those with a handshake, and polls since when. */
  tcp: number;
  measured: number;
  polls: number;
  sinceMs: number;
}

/** Fewer measured rows are no picture of a cluster. */
const LEAST_MEASURED = 3;
/** This many polls are looked at together, and a row must be slow in two of them: one poll is no trend. */
const TOGETHER = 3;
const TWICE = 2;
/** A handful of scattered rows leads only where they are this much of everything. */
const LEADING_SHARE = 0.2;
/** The window is two minutes; looked at in its middle and just before it is over. */
const REMEMBERED_MS = [60_000, 115_000];
/** What is left of a culprit is at most half of what it was. */
const SHRUNK = 2;
const MANY_TAILS = 8;
const TAILS_BY_CHANCE = 1e-10;
/** Pairs without a pattern are listed up to this many. */
const MOST_PAIRS = 3;
/** Rows from 5 to 10 ms make a cluster borderline when there are more than a few. */
const BORDERLINE_SHARE = 0.1;

/** Observations of one series, oldest first; what lies before a change of epoch is left out. */
export function diagnose(observations: readonly Observation[]): Report {
  const run = latestRun(observations);
  if (run === undefined) return nothing();
  const judge = createJudge(run);
  const last = run.at(-1) ?? run[0];
  const [lossy, slow] = [rowsAt('lossy', run, judge), rowsAt('slow', run, judge)];
  const suspectsOf = createSuspects(last.zones, last.roster);
  const lost = blame(lossy, last.zones, LOSS, suspectsOf);
  const late = blame(slow, last.zones, DELAY, suspectsOf);
  const measured = [
    ...remembering('lossy', lost.blamed, run, judge, suspectsOf).map((one) =>
      measure(one, 'lossy', lossy, run, judge),
    ),
    ...remembering('slow', late.blamed, run, judge, suspectsOf).map((one) =>
      measure(one, 'slow', slow, run, judge),
    ),
    ...pairsOf(lost.unexplained).map((one) => measure(one, 'lossy', lossy, run, judge)),
    ...pairsOf(late.unexplained.filter((row) => isNotable(row, last, judge))).map((one) =>
      measure(one, 'slow', slow, run, judge),
    ),
  ].filter((one) => !isHiccup(one));
  const zoneCosts = penalties(last);
  const failures = failuresIn(run);
  const findings = unique(measured)
    .map((one): Finding => {
      const verdict = verdictOf(one, zoneCosts);
      return { ...one, verdict, ...sentencesOf(one, verdict, last) };
    })
    .sort((a, b) => weightOf(b) - weightOf(a));
  const inside = slow.filter(({ who }) => !who.client.outside && !who.server.outside);
  const verdict = leading(findings, failures, inside, run, judge);
  return {
    atMs: last.atMs,
    verdict,
    sentence: verdictSentence(verdict, findings, failures, last),
    findings,
    failures,
    penalties: zoneCosts,
    tcp: last.tcp,
    measured: last.rows.length,
    polls: run.length,
    sinceMs: run[0].atMs,
  };
}

function nothing(): Report {
  return {
    atMs: 0,
    verdict: 'too-little',
    sentence: 'No poll has come in yet.',
    findings: [],
    failures: [],
    penalties: [],
    tcp: 0,
    measured: 0,
    polls: 0,
    sinceMs: 0,
  };
}

/** The observations since the last change of epoch. */
function latestRun(observations: readonly Observation[]): Run | undefined {
  const epoch = observations.at(-1)?.epoch;
  let from = observations.length;
  while (from > 0 && observations[from - 1]?.epoch === epoch) from--;
  const [first, ...rest] = observations.slice(from);
  return first === undefined ? undefined : [first, ...rest];
}

/** Rows of the newest poll with what the last few polls say of them together. */
function rowsAt(kind: 'slow' | 'lossy', run: Run, judge: Judge): JudgedRow[] {
  const last = run.at(-1) ?? run[0];
  const verdicts = run.slice(-TOGETHER).map((observation) => judge.judge(observation));
  const wanted = kind === 'slow' ? SLOW : LOSSY;
  const needed = Math.min(TWICE, verdicts.length);
  const newest = verdicts.at(-1);
  const rows: JudgedRow[] = [];
  for (const from of last.rows) {
    const row = judge.numberOf(last, from);
    const who = judge.roster.rows[row];
    if (who === undefined) continue;
    let times = 0;
    for (const verdict of verdicts) if (verdict[row] === wanted) times++;
    const now = newest?.[row];
    // Who never saw the lost SYN cannot testify that none was lost.
    const isWell = now === WELL || (kind === 'lossy' && now === SLOW);
    const state =
      times >= needed ? 'bad' : isWell && (kind === 'slow' || who.side === 'client') ? 'good' : 'unclear';
    rows.push({ row, who, state });
  }
  return rows;
}

/**
 * Rows that open few connections are the last to forget, and what is left of a node's trouble may look like a pod's.
 * So a culprit of a minute or two ago that explains all of it, and much more then, is kept until the window is over.
 */
function remembering(
  kind: 'slow' | 'lossy',
  blamed: readonly Blame[],
  run: Run,
  judge: Judge,
  suspectsOf: ReturnType<typeof createSuspects>,
): Blame[] {
  const last = run.at(-1) ?? run[0];
  if (blamed.length === 0) return [];
  const earlier = REMEMBERED_MS.flatMap((ms) => {
    const [first, ...rest] = run.filter(({ atMs }) => atMs <= last.atMs - ms);
    if (first === undefined) return [];
    const rows = rowsAt(kind, [first, ...rest], judge);
    return blame(rows, last.zones, kind === 'slow' ? DELAY : LOSS, suspectsOf).blamed;
  }).sort((a, b) => b.bad.length - a.bad.length);
  const kept = new Map<string, Blame>();
  for (const one of blamed) {
    const old = earlier.find(
      ({ culprit, bad }) =>
        bad.length >= SHRUNK * one.bad.length &&
        one.bad.every(({ who }) => isOf(culprit, who, last.zones)) &&
        keyOf(culprit) !== keyOf(one.culprit),
    );
    const culprit = old?.culprit ?? one.culprit;
    const same = kept.get(keyOf(culprit));
    if (same === undefined) kept.set(keyOf(culprit), { ...(old ?? one), bad: one.bad, good: one.good });
    else kept.set(keyOf(culprit), { ...same, bad: [...same.bad, ...one.bad] });
  }
  return [...kept.values()];
}

/** A tail below 10 ms that the medians do not share, in a few rows: every busy cluster has some of it at any time. */
function isHiccup({ signal, p99Us, flows, chance }: Measured): boolean {
  return signal === 'tail' && p99Us < POSSIBLE_US && (flows < MANY_TAILS || chance > TAILS_BY_CHANCE);
}

/** Slow in itself, not only by comparison: worth a line though nothing can be blamed. */
function isNotable({ row, who }: JudgedRow, last: Observation, judge: Judge): boolean {
  return !who.server.outside && !who.client.outside && (judge.column(last, 'p50Us')[row] ?? 0) >= POSSIBLE_US;
}

/** Rows without a pattern, pair by pair, those with most rows first. */
function pairsOf(rows: readonly JudgedRow[]): Blame[] {
  const pairs = new Map<string, JudgedRow[]>();
  for (const row of rows) {
    const key = keyOf({ kind: 'pair', from: row.who.client.id, to: row.who.server.service });
    const pair = pairs.get(key);
    if (pair === undefined) pairs.set(key, [row]);
    else pair.push(row);
  }
  return [...pairs.values()]
    .sort((a, b) => b.length - a.length)
    .slice(0, MOST_PAIRS)
    .flatMap((bad) => {
      const who = bad[0]?.who;
      if (who === undefined) return [];
      const culprit: Culprit = { kind: 'pair', from: who.client.id, to: who.server.service };
      return [{ culprit, bad, good: 0, total: bad.length, sources: 1, targets: 1, chance: 1 }];
    });
}

/** One finding a culprit: where SYNs are lost the rest is slow as well. */
function unique(findings: readonly Measured[]): Measured[] {
  const kept = new Map<string, Measured>();
  for (const finding of findings) {
    const key = keyOf(finding.culprit);
    if (!kept.has(key)) kept.set(key, finding);
  }
  return [...kept.values()];
}

/** A zone pair that has been long all the while, where no other is shorter, is a distance. */
function verdictOf(finding: Measured, costs: readonly ZonePenalty[]): Verdict {
  const { culprit, changed } = finding;
  switch (culprit.kind) {
    case 'source':
    case 'node':
    case 'target':
    case 'cluster':
      return culprit.kind;
    case 'cross-zone':
      return 'cross-zone';
    case 'zone-pair': {
      const [a, b] = culprit.zones;
      const others = costs.filter(({ zones }) => zones[0] !== a || zones[1] !== b);
      const hasSiblings = others.some(({ zones }) => zones[0] !== zones[1]);
      return changed || hasSiblings || a === b ? 'path' : 'cross-zone';
    }
    default:
      return 'path';
  }
}

/** How loud a finding is: how many rows, how many times slower, and how sure. */
function weightOf({ flows, factor, phase, confidence, signal }: Finding): number {
  const sure = { strong: 1, fair: 0.7, weak: 0.05 }[confidence];
  return (
    flows * Math.log2(2 + factor) * sure * (phase === 'improving' ? 0.3 : 1) * (signal === 'tail' ? 0.5 : 1)
  );
}

function leading(
  findings: readonly Finding[],
  failures: readonly Failure[],
  inside: readonly JudgedRow[],
  run: Run,
  judge: Judge,
): Verdict {
  const last = run.at(-1) ?? run[0];
  const first = findings[0];
  const isSpread = (flows: number): boolean => flows >= LEADING_SHARE * last.rows.length;
  if (first !== undefined && (first.confidence !== 'weak' || isSpread(first.flows))) return first.verdict;
  if (failures.some(({ isNew }) => isNew)) return 'failed';
  if (inside.length < LEAST_MEASURED)
    return failures.length > 0 && inside.length === 0 ? 'failed' : 'too-little';
  // As everywhere, what one poll says alone is not said.
  const medians = run.slice(-TWICE).map((observation) => judge.column(observation, 'p50Us'));
  const long = inside.filter(({ row }) => medians.every((p50) => (p50[row] ?? 0) >= FINE_US)).length;
  if (long >= LEAST_MEASURED && long >= BORDERLINE_SHARE * inside.length) return 'borderline';
  return last.truncated ? 'too-little' : 'fine';
}

/** The links of a graph, at any level, that carry a row of the culprit's: what the map may highlight. */
export function concernedLinks(
  graph: FlowGraph,
  culprit: Culprit,
  zones?: ReadonlyMap<string, string>,
): string[] {
  return [...graph.links.values()].flatMap(({ id, flows, attached }) =>
    [...flows, ...attached].some((flow) => isOf(culprit, endsOf(flow), zones)) ? [id] : [],
  );
}

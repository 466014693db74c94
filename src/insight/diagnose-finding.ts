/**
 * A culprit as a finding: its values, what they are compared with, since when, and whether it is already healing.
 * Knows one series of observations; refuses to know words (diagnose-words.ts).
 */
import { type Microseconds, microseconds } from '../flows/units';
import { distanceOf, type Judge, LOSSY, likeKey, POSSIBLE_US, quantile, SLOW } from './diagnose-judge';
import type { Observation } from './diagnose-observe';
import type { Blame, JudgedRow } from './diagnose-scopes';
import { type Culprit, isOf, stays } from './diagnose-suspects';

/** What it shows as. `lost-syns`: the tail is in seconds, a SYN was sent again; `tail`: the median is as it was. */
export type Signal = 'slow' | 'tail' | 'lost-syns';
/** `improving`: a percentile that was up is down again while the two-minute window still holds the rest. */
export type Phase = 'starting' | 'steady' | 'improving';
export type Confidence = 'strong' | 'fair' | 'weak';

export interface Comparison {
  /** The same rows before, or comparable rows of others now. */
  with: 'before' | 'siblings';
  flows: number;
  p50Us: Microseconds;
  p99Us: Microseconds;
}

/** What is known of a culprit, without a word of it. Times are milliseconds since 1970, or for. */
export interface Measured {
  culprit: Culprit;
  signal: Signal;
  phase: Phase;
  confidence: Confidence;
  /** Rows that are slow, and those of the culprit's that are not. */
  flows: number;
  well: number;
  /** The culprit's other rows, well or too unclear to say. */
  others: number;
  /** Of a slow node: rows that stay on it and are well. */
  stayWell: number;
  sources: number;
  targets: number;
  /** Medians over the slow rows, and the worst of them. */
  p50Us?: Microseconds;
  p99Us: Microseconds;
  worstP99Us: Microseconds;
  comparisons: Comparison[];
  /** How many times as long as the nearest comparison, median or tail; 1 where there is none. */
  factor: number;
  sinceMs: number;
  /** It was so when watching began, so it may be older. */
  sinceStart: boolean;
  polls: number;
  /** How likely so many slow rows in one place are by accident. */
  chance: number;
  /** For how long the recovered percentile has been back, where it is improving. */
  improvingMs?: number;
  /** Whether it was seen to begin: a path that was always long is a distance, not an incident. */
  changed: boolean;
}

export type Run = readonly [Observation, ...Observation[]];

/** Fewer rows, or a single poll, are a hint. */
const FEW_ROWS = 4;
const MANY_ROWS = 6;
/** One in a hundred million: no background explains it. */
const SURELY_NOT_CHANCE = 1e-8;
/** Polls a strong finding must have lasted. */
const LASTED_POLLS = 3;
/** Half of a culprit's rows being slow is it being slow; two polls without are its end. */
const STILL = 0.5;
const GAP_POLLS = 2;
/** Back to below half of its peak, and up by half when it was there. */
const BACK = 0.5;
const UP = 1.5;
/** The median of a two-minute window cannot follow before a minute is over. */
const WINDOW_HALF_MS = 75_000;

export function measure(
  blamed: Blame,
  kind: 'slow' | 'lossy',
  rows: readonly JudgedRow[],
  run: Run,
  judge: Judge,
): Measured {
  const last = run.at(-1) ?? run[0];
  const [p50, p99] = [judge.column(last, 'p50Us'), judge.column(last, 'p99Us')];
  const numbers = blamed.bad.map(({ row }) => row);
  const p50Us = median(numbers, p50);
  const p99Us = orZero(median(numbers, p99));
  const comparisons = compare(blamed, rows, last, judge);
  const life = lifeOf(numbers, kind, run, judge);
  const factor = Math.max(
    1,
    ...comparisons.flatMap((other) => [ratio(p50Us, other.p50Us), ratio(p99Us, other.p99Us)]),
  );
  // Without zones siblings may be nearer by nature; the same rows before never are.
  const before = comparisons.find((other) => other.with === 'before');
  const nearest = before ?? comparisons[0];
  const isRaised = p50Us >= POSSIBLE_US || nearest === undefined || ratio(p50Us, nearest.p50Us) >= UP;
  const signal: Signal =
    kind === 'lossy' ? 'lost-syns' : isRaised && ratio(p99Us, p50Us) < 10 ? 'slow' : 'tail';
  const lasted = life.polls >= Math.min(LASTED_POLLS, run.length);
  // Two or three rows are believed when they are slow by any measure and stay so.
  const enough =
    run.length < 2 ? MANY_ROWS : p99Us >= POSSIBLE_US && life.polls >= LASTED_POLLS ? 2 : FEW_ROWS;
  const confidence: Confidence =
    blamed.culprit.kind === 'pair' || numbers.length < enough
      ? 'weak'
      : blamed.chance < SURELY_NOT_CHANCE && numbers.length >= MANY_ROWS && lasted
        ? 'strong'
        : 'fair';
  const young = last.atMs - life.sinceMs < WINDOW_HALF_MS && !life.sinceStart;
  return {
    culprit: blamed.culprit,
    signal,
    phase: life.improvingMs !== undefined ? 'improving' : young ? 'starting' : 'steady',
    confidence,
    flows: numbers.length,
    well: blamed.good,
    others: rows.filter(({ state, who }) => state !== 'bad' && isOf(blamed.culprit, who, last.zones)).length,
    stayWell:
      blamed.culprit.kind === 'node'
        ? rows.filter(
            ({ state, who }) => state === 'good' && stays(who) && isOf(blamed.culprit, who, last.zones),
          ).length
        : 0,
    sources: blamed.sources,
    targets: blamed.targets,
    ...(Number.isNaN(p50Us) ? {} : { p50Us: us(p50Us) }),
    p99Us: us(p99Us),
    worstP99Us: us(numbers.reduce((worst, row) => Math.max(worst, p99[row] || 0), 0)),
    comparisons,
    factor,
    sinceMs: life.sinceMs,
    sinceStart: life.sinceStart,
    polls: life.polls,
    chance: blamed.chance,
    ...(life.improvingMs === undefined ? {} : { improvingMs: life.improvingMs }),
    changed:
      !life.sinceStart ||
      (before !== undefined && Math.max(ratio(p50Us, before.p50Us), ratio(p99Us, before.p99Us)) >= UP),
  };
}

const us = (value: number): Microseconds => microseconds(Math.round(value));
const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value);
const ratio = (a: number, b: number): number => (a > 0 && b > 0 ? a / b : 0);

function median(rows: readonly number[], column: Float32Array): number {
  const values: number[] = [];
  for (const row of rows) {
    const value = column[row];
    if (value !== undefined && !Number.isNaN(value)) values.push(value);
  }
  return quantile(values, 0.5);
}

/** The same rows before, and rows of others that could as well have been hit: same server, same client, same distance. */
function compare(blamed: Blame, rows: readonly JudgedRow[], last: Observation, judge: Judge): Comparison[] {
  const numbers = blamed.bad.map(({ row }) => row);
  const known = numbers.filter((row) => !Number.isNaN(judge.usual.p99Us[row] ?? Number.NaN));
  const comparisons: Comparison[] = [];
  if (known.length > 0) {
    const { p50Us, p99Us } = judge.usual;
    comparisons.push({
      with: 'before',
      flows: known.length,
      p50Us: us(orZero(median(known, p50Us))),
      p99Us: us(orZero(median(known, p99Us))),
    });
  }
  const distances = new Set(blamed.bad.map(({ who }) => likeKey(who, distanceOf(who, last.zones))));
  const isRelated = relationOf(blamed);
  const others = rows.filter(
    ({ state, who }) => state === 'good' && !isOf(blamed.culprit, who, last.zones) && isRelated(who),
  );
  const alike = others.filter(({ who }) => distances.has(likeKey(who, distanceOf(who, last.zones))));
  // Where all of that distance are slow, what at least crosses a wire will do.
  const siblings = (
    alike.length > 0 ? alike : others.filter(({ who }) => WIRED.has(distanceOf(who, last.zones)))
  ).map(({ row }) => row);
  if (siblings.length > 0) {
    comparisons.push({
      with: 'siblings',
      flows: siblings.length,
      p50Us: us(orZero(median(siblings, judge.column(last, 'p50Us')))),
      p99Us: us(orZero(median(siblings, judge.column(last, 'p99Us')))),
    });
  }
  return comparisons;
}

const WIRED: ReadonlySet<string> = new Set(['same-zone', 'cross-zone', 'cross-node']);

/** Like with like: a source beside other clients of its servers, a target beside other servers of its clients. */
function relationOf({ culprit, bad }: Blame): (who: JudgedRow['who']) => boolean {
  if (culprit.kind === 'source' || culprit.kind === 'pair') {
    const servers = new Set(bad.map(({ who }) => who.server.service));
    return (who) => servers.has(who.server.service);
  }
  if (culprit.kind === 'target') {
    const clients = new Set(bad.map(({ who }) => who.client.id));
    return (who) => clients.has(who.client.id);
  }
  return ({ client, server }) => client.node === undefined || client.node !== server.node;
}

interface Life {
  sinceMs: number;
  sinceStart: boolean;
  polls: number;
  improvingMs?: number;
}

/** Walks back from the newest poll as long as the rows were slow. */
function lifeOf(numbers: readonly number[], kind: 'slow' | 'lossy', run: Run, judge: Judge): Life {
  const newest = run.at(-1) ?? run[0];
  const life: Life = { sinceMs: newest.atMs, sinceStart: false, polls: 0 };
  // Lost SYNs never reach the median: the tenth is the first to recover.
  const columns = kind === 'lossy' ? (['p90Us'] as const) : (['p50Us', 'p90Us'] as const);
  const series = columns.map((): { atMs: number; value: number }[] => []);
  let gap = 0;
  for (let at = run.length - 1; at >= 0 && gap < GAP_POLLS; at--) {
    const observation = run[at];
    if (observation === undefined) break;
    const verdicts = judge.judge(observation);
    let slow = 0;
    let seen = 0;
    for (const row of numbers) {
      const verdict = verdicts[row];
      if (verdict === SLOW || verdict === LOSSY) slow++;
      if (verdict !== undefined && verdict !== 0) seen++;
    }
    if (slow === 0 || slow < STILL * seen) {
      gap++;
      continue;
    }
    gap = 0;
    life.polls++;
    life.sinceMs = observation.atMs;
    life.sinceStart = at === 0;
    columns.forEach((column, n) => {
      series[n]?.push({ atMs: observation.atMs, value: median(numbers, judge.column(observation, column)) });
    });
  }
  for (const values of series) {
    const peak = values.reduce((most, { value }) => Math.max(most, value), 0);
    const now = values[0]?.value ?? Number.NaN;
    if (!(now < peak * BACK)) continue;
    const wasUp = values.find(({ value }) => value >= peak * BACK)?.atMs ?? newest.atMs;
    life.improvingMs = Math.max(life.improvingMs ?? 0, newest.atMs - wasUp);
  }
  return life;
}

/**
 * Which rows are slower than they should be, and than what: than they were themselves, than rows of the same distance,
 * or than the contract allows. Knows numbers of single rows; refuses to know who is to blame (diagnose-scopes.ts).
 * Everything is compared as a ratio with a floor in µs: 0.1 → 1 ms is ten times, 30 → 90 µs is nothing.
 */
import type { Observation, Roster, Who } from './diagnose-observe';

/** What a row says at one moment. `unclear` speaks for nobody: it is neither evidence for trouble nor against it. */
const UNCLEAR = 0;
export const WELL = 1;
export const SLOW = 2;
export const LOSSY = 3;

/** A lost SYN is sent again after 1 s; a digest interpolates, so a little less counts as well. */
const RETRY_US = 900_000;
/** DESIGN §4: from here a network inside a cluster is suspect whatever its neighbours say. */
export const POSSIBLE_US = 10_000;
/** DESIGN §4: below, the network is fine. */
export const FINE_US = 5_000;
/** DESIGN §4: from here it is the network, not a distance within a region. */
export const NETWORK_US = 50_000;

/** History is thinned to so many polls: a digest over two minutes says little new every five seconds. */
const MOST_REMEMBERED = 16;
/** Values in columns that are kept while one judges, 16 MB. */
const MOST_HELD = 4_000_000;
/** Fewer values of a row are no history. */
const LEAST_REMEMBERED = 3;
/** A row's usual value is its lower quartile: an incident may fill three quarters of what is kept and is still seen. */
const USUAL = 0.25;
/** Fewer rows of one distance say nothing about what that distance usually takes. */
const LEAST_ALIKE = 4;

/** How much more than usual counts: a ratio, and a floor below which a scheduler's hiccup would count. */
interface Bar {
  ratio: number;
  floorUs: number;
}
/** Against its own history; the median of two minutes is steady, its hundredth part is not. */
const SINCE = {
  p50: { ratio: 1.5, floorUs: 200 },
  p90: { ratio: 2, floorUs: 400 },
  p99: { ratio: 3, floorUs: 500 },
} as const satisfies Record<string, Bar>;
/** Addresses outside waver by milliseconds on their own. */
const OUTSIDE_FLOOR_US = 5_000;
/** Against rows of the same distance. Between zones 0.1–3 ms is ordinary, so only more than that is news. */
const ALIKE: Record<Distance, Bar> = {
  'same-node': { ratio: 4, floorUs: 500 },
  'same-zone': { ratio: 4, floorUs: 500 },
  'cross-zone': { ratio: 4, floorUs: 3_000 },
  'cross-node': { ratio: 4, floorUs: 3_000 },
  outside: { ratio: 3, floorUs: 20_000 },
  unknown: { ratio: Number.POSITIVE_INFINITY, floorUs: 0 },
};
/** A p99 this many times the median is a tail of its own, not a long path. */
const TAIL_RATIO = 4;
/** Up to these a row is as it was, or as its like: room for ordinary wavering. */
const STEADY = { p50: { ratio: 1.2, floorUs: 60 }, p99: { ratio: 1.6, floorUs: 300 } } as const;
const LIKE_THE_REST = 2;
/** How many times a source's own ordinary wavering a change must be. */
const NOISES = 5;

type Distance = 'same-node' | 'same-zone' | 'cross-zone' | 'cross-node' | 'outside' | 'unknown';

/** How far apart a row's ends are, as far as nodes and zones are known. */
export function distanceOf(
  { client, server }: Pick<Who, 'client' | 'server'>,
  zones: ReadonlyMap<string, string> | undefined,
): Distance {
  if (client.outside || server.outside) return 'outside';
  if (client.node === undefined || server.node === undefined) return 'unknown';
  if (client.node === server.node) return 'same-node';
  const [a, b] = [zones?.get(client.node), zones?.get(server.node)];
  if (a === undefined || b === undefined) return 'cross-node';
  return a === b ? 'same-zone' : 'cross-zone';
}

/** One column of a row's history, by roster number; NaN where there is too little of it. */
interface Usual {
  p50Us: Float32Array;
  p90Us: Float32Array;
  p99Us: Float32Array;
}

export interface Judge {
  roster: Roster;
  usual: Usual;
  /** A verdict a roster number, `UNCLEAR` for rows that are not measured. */
  judge(observation: Observation): Uint8Array;
  /** A row of an observation as numbered in the judge's roster; -1 for one that has left it. */
  numberOf(observation: Observation, row: number): number;
  /** A column by roster number, NaN where not measured; of one of the run's observations. Not to be written to. */
  column(observation: Observation, of: 'p50Us' | 'p90Us' | 'p99Us'): Float32Array;
}

/** Rows of one distance are alike; outside, only those to the same address or from it. */
export function likeKey(who: Who, distance: Distance): string {
  return distance === 'outside'
    ? `${distance} ${who.server.outside ? who.server.service : who.client.service}`
    : distance;
}

/** `run` is one epoch, oldest first and not empty; the roster is that of its last observation. */
export function createJudge(run: readonly [Observation, ...Observation[]]): Judge {
  const last = run.at(-1) ?? run[0];
  const { roster } = last;
  const translations = new Map<Roster, Int32Array>();
  /** From an older roster; undefined where it is the same. */
  const translation = (from: Roster): Int32Array | undefined => {
    if (from === roster) return undefined;
    let table = translations.get(from);
    if (table === undefined) {
      table = Int32Array.from(from.rows, ({ key }) => roster.numbers.get(key) ?? -1);
      translations.set(from, table);
    }
    return table;
  };
  const numberIn = (from: Roster): ((row: number) => number) => {
    const table = translation(from);
    return table === undefined ? (row) => row : (row) => table[row] ?? -1;
  };
  const columns = new Map<string, Float32Array>();
  const numbers = new Map(run.map((observation, number) => [observation, number]));
  /** The same one when asked for again, as every finding does, while all of them take little room. */
  const column: Judge['column'] = (observation, of) => {
    const key = `${of} ${numbers.get(observation)}`;
    const known = columns.get(key);
    if (known !== undefined) return known;
    const values = makeColumn(observation, of, roster.rows.length, translation(observation.roster));
    if ((columns.size + 1) * values.length <= MOST_HELD) columns.set(key, values);
    return values;
  };
  const remembered = thin(run);
  const histories = {
    p50Us: remembered.map((observation) => column(observation, 'p50Us')),
    p90Us: remembered.map((observation) => column(observation, 'p90Us')),
    p99Us: remembered.map((observation) => column(observation, 'p99Us')),
  };
  const usual: Usual = {
    p50Us: usually(histories.p50Us),
    p90Us: usually(histories.p90Us),
    p99Us: usually(histories.p99Us),
  };
  const ratio = {
    p50: Math.max(SINCE.p50.ratio, Math.exp(NOISES * waver(histories.p50Us))),
    p90: Math.max(SINCE.p90.ratio, Math.exp(NOISES * waver(histories.p90Us))),
    p99: Math.max(SINCE.p99.ratio, Math.exp(NOISES * waver(histories.p99Us))),
  };
  const distances = roster.rows.map((who) => distanceOf(who, last.zones));
  const alike = alikeAt(last, column(last, 'p50Us'), distances);
  const likes = Float64Array.from(roster.rows, (who, row) => {
    return alike.get(likeKey(who, distances[row] ?? 'unknown')) ?? Number.NaN;
  });

  const measures: Measures = { distances, usual, ratio, likes };
  const judged = new Map<Observation, Uint8Array>();

  return {
    roster,
    usual,
    column,
    numberOf: ({ roster: from }, row) => numberIn(from)(row),
    judge: (observation) => {
      const known = judged.get(observation);
      if (known !== undefined) return known;
      const verdicts = judgeAll(observation, measures, roster.rows.length, translation(observation.roster));
      judged.set(observation, verdicts);
      return verdicts;
    },
  };
}

/** What rows are judged by, by roster number. */
interface Measures {
  distances: readonly Distance[];
  usual: Usual;
  /** How many times its own is too much, by percentile. */
  ratio: { p50: number; p90: number; p99: number };
  /** What its like take; NaN where that is not known. */
  likes: Float64Array;
}

// What follows runs for a hundred thousand rows of each poll. In functions of the module and in plain loops: of a function
// made anew at each poll the engine forgets, with every collection of its garbage, what it compiled.

/** `table` translates rows to the roster that is judged by; -1 for a row that has left it. */
function makeColumn(
  observation: Observation,
  of: 'p50Us' | 'p90Us' | 'p99Us',
  size: number,
  table: Int32Array | undefined,
): Float32Array {
  const values = new Float32Array(size).fill(Number.NaN);
  const { rows, [of]: source } = observation;
  for (let at = 0; at < rows.length; at++) {
    const from = rows[at] as number;
    const to = table === undefined ? from : (table[from] as number);
    if (to >= 0) values[to] = source[at] as number;
  }
  return values;
}

function judgeAll(
  { rows, p50Us, p90Us, p99Us }: Observation,
  measures: Measures,
  size: number,
  table: Int32Array | undefined,
): Uint8Array {
  const verdicts = new Uint8Array(size);
  for (let at = 0; at < rows.length; at++) {
    const from = rows[at] as number;
    const row = table === undefined ? from : (table[from] as number);
    if (row < 0) continue;
    verdicts[row] = judgeRow(measures, row, p50Us[at] as number, p90Us[at] as number, p99Us[at] as number);
  }
  return verdicts;
}

function judgeRow(
  { distances, usual, ratio, likes }: Measures,
  row: number,
  p50: number,
  p90: number,
  p99: number,
): number {
  const distance = distances[row] ?? 'unknown';
  const isOutside = distance === 'outside';
  if (p99 - (p50 || 0) >= RETRY_US) return LOSSY;
  const b50 = usual.p50Us[row] ?? Number.NaN;
  const b99 = usual.p99Us[row] ?? Number.NaN;
  const least = isOutside ? OUTSIDE_FLOOR_US : 0;
  if (risen(p50, b50, ratio.p50, Math.max(SINCE.p50.floorUs, least))) return SLOW;
  if (risen(p90, usual.p90Us[row] ?? Number.NaN, ratio.p90, Math.max(SINCE.p90.floorUs, least))) return SLOW;
  if (risen(p99, b99, ratio.p99, Math.max(SINCE.p99.floorUs, least))) return SLOW;
  const like = likes[row] ?? Number.NaN;
  if (risen(p50, like, ALIKE[distance].ratio, ALIKE[distance].floorUs)) return SLOW;
  if (!isOutside && (p50 >= POSSIBLE_US || (p99 >= POSSIBLE_US && p99 >= TAIL_RATIO * p50))) return SLOW;
  // A value that is missing fails every comparison: what is not measured is not well.
  const steady =
    Number.isNaN(b50) ||
    (p50 <= b50 * STEADY.p50.ratio + STEADY.p50.floorUs &&
      !(p99 > b99 * STEADY.p99.ratio + STEADY.p99.floorUs));
  const limit = Number.isNaN(like) ? (isOutside ? Number.NaN : FINE_US) : like * LIKE_THE_REST;
  const isLike = p50 <= limit || (isOutside && steady && !Number.isNaN(b50));
  const isShort = isOutside || !(p99 > Math.max(FINE_US, 2 * limit));
  return steady && isLike && isShort ? WELL : UNCLEAR;
}

/** A missing value on either side is no rise. */
const risen = (now: number, before: number, ratio: number, floorUs: number): boolean =>
  now >= before * ratio && now - before >= floorUs;

/** Evenly spread over the run; the oldest is always among them. */
function thin(run: readonly Observation[]): Observation[] {
  const step = Math.max(1, run.length / MOST_REMEMBERED);
  const kept: Observation[] = [];
  for (let at = 0; at < run.length; at += step) {
    const observation = run[Math.floor(at)];
    if (observation !== undefined) kept.push(observation);
  }
  return kept;
}

function usually(history: readonly Float32Array[]): Float32Array {
  const length = history.at(-1)?.length ?? 0;
  const result = new Float32Array(length).fill(Number.NaN);
  const values = new Float32Array(history.length);
  for (let row = 0; row < length; row++) {
    let count = 0;
    for (const column of history) {
      const value = column[row] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      // Sorted as it comes: a handful of values, a hundred thousand times.
      let at = count++;
      for (; at > 0 && (values[at - 1] ?? 0) > value; at--) values[at] = values[at - 1] ?? 0;
      values[at] = value;
    }
    if (count >= LEAST_REMEMBERED) result[row] = values[Math.floor((count - 1) * USUAL)] ?? Number.NaN;
  }
  return result;
}

/** Rows looked at to learn how much a source wavers; more would not change the median. */
const MOST_SAMPLED = 300;

/**
 * How much an ordinary row moves from one remembered poll to the next, as a logarithm: the median over rows and polls.
 * A step of the whole cluster is one move among many, so it does not hide itself.
 */
function waver(history: readonly Float32Array[]): number {
  const moves: number[] = [];
  const length = history.at(-1)?.length ?? 0;
  const stride = Math.max(1, Math.floor(length / MOST_SAMPLED));
  for (let n = 1; n < history.length; n++) {
    for (let row = 0; row < length; row += stride) {
      const move = Math.abs(
        Math.log((history[n]?.[row] ?? Number.NaN) / (history[n - 1]?.[row] ?? Number.NaN)),
      );
      if (Number.isFinite(move)) moves.push(move);
    }
  }
  return moves.length === 0 ? 0 : quantile(moves, 0.5);
}

function alikeAt(last: Observation, p50: Float32Array, distances: readonly Distance[]): Map<string, number> {
  const groups = new Map<string, number[]>();
  for (const row of last.rows) {
    const who = last.roster.rows[row];
    const value = p50[row];
    if (who === undefined || value === undefined || Number.isNaN(value)) continue;
    const key = likeKey(who, distances[row] ?? 'unknown');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  const alike = new Map<string, number>();
  for (const [key, values] of groups) {
    // Outside the siblings are few and equally far: their middle. Inside a whole node may be ill: the lower quarter.
    const share = key.startsWith('outside') ? 0.5 : USUAL;
    if (values.length >= LEAST_ALIKE) alike.set(key, quantile(values, share));
  }
  return alike;
}

/** Sorts in place; NaN for no values. Between two values the lower one, so that a result is always a measured value. */
export function quantile(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  return values[Math.floor((values.length - 1) * share)] ?? Number.NaN;
}

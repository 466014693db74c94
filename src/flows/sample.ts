/**
 * A sample: one answer reduced to what the timeline keeps. Every field, the order of rows and the server's own counts
 * come back exactly; who the flows are is in a roster shared with other samples, the rest in narrow columns.
 * Refuses to know how many samples there are and which are dropped (live/history).
 */
import type { Answer, Flow, Rejects, Stats, Totals } from './flow';
import { createRoster, type Roster } from './roster';
import { type Column, columnBytes, packColumn, valueAt } from './sample-column';

/** When and where an answer was taken. */
export interface SampleMeta {
  /** The sample's own time, milliseconds since 1970. */
  atMs: number;
  /** Counters of different epochs have nothing to do with each other. */
  epoch: string;
}

export interface Sample extends SampleMeta {
  rows: number;
  total: number;
  truncated: boolean;
  rejects: Rejects;
  roster: Roster;
  /** How much of the roster was there when this sample was taken. */
  rosterSize: number;
  /** By FIELDS; absent where no row has the field. */
  columns: readonly (Column | undefined)[];
  /** Distinct timestamps of `full` rows. */
  texts: readonly string[];
  /** Whether `totals` are the sums of both sides, as the contract has them, and so are not kept. */
  summed: Record<(typeof SUMMED)[number], boolean>;
}

const COUNTERS = ['txPkts', 'rxPkts', 'txBytes', 'rxBytes', 'txPps', 'rxPps', 'txBps', 'rxBps'] as const;
const PERCENTILES = ['p50Us', 'p90Us', 'p99Us'] as const;
const NUMBERS = [...COUNTERS, ...PERCENTILES] as const;
const TOTALS = ['pkts', 'bytes', 'pps', 'bps'] as const;
const SUMMED = ['pkts', 'bytes'] as const;
const SIDES = ['clientStats', 'serverStats'] as const;

// Where each column stands: who, which parts a row has, two timestamps, then the numbers.
const WHO = 0;
const PARTS = 1;
const TIMES = 2;
const FIRST_STATS = TIMES + SIDES.length;
const FIRST_TOTALS = FIRST_STATS + SIDES.length * NUMBERS.length;
const COLUMNS = FIRST_TOTALS + TOTALS.length;

const HAS_CLIENT = 1;
const HAS_SERVER = 2;
const HAS_TOTALS = 4;

/**
 * Past so many entries a row, most of a roster is history's only: the next sample starts one of its own, and the old one
 * goes with the last sample that needs it. A smaller factor would write steady flows down again and again.
 */
const STALE_FACTOR = 4;
/** A few hundred rows come and go in any small answer; their entries are not worth a new roster. */
const SMALL_ROSTER = 1_000;

/**
 * Reduces an answer. Numbers must be as readCount gives them: finite and not negative. With the sample `before` it, who
 * and what did not change since is shared, not copied; the cost depends on this answer's rows alone.
 */
export function takeSample(answer: Answer, { atMs, epoch }: SampleMeta, before?: Sample): Sample {
  const { flows, total, truncated, rejects } = answer;
  const stale = before !== undefined && before.roster.size > flows.length * STALE_FACTOR + SMALL_ROSTER;
  const roster = before === undefined || stale ? createRoster() : before.roster;
  const who = before?.columns[WHO];
  const texts = new Map<string, number>();
  const summed = { pkts: isSummed(flows, 'pkts'), bytes: isSummed(flows, 'bytes') };
  const columns: (Column | undefined)[] = new Array(COLUMNS);
  // One array for all columns, as packing keeps none: a poll makes little garbage.
  const values = new Float64Array(flows.length);
  const pack = (index: number) => {
    columns[index] = packColumn(values, before?.columns[index]);
  };
  const hints = stale ? undefined : who;
  for (const [row, flow] of flows.entries())
    values[row] = roster.number(flow, hints === undefined ? undefined : valueAt(hints, row));
  pack(WHO);
  for (const [row, flow] of flows.entries()) values[row] = partsOf(flow);
  pack(PARTS);
  for (const [s, side] of SIDES.entries()) {
    for (const [row, flow] of flows.entries()) {
      const text = flow[side]?.timestamp;
      values[row] = text === undefined ? Number.NaN : numberOf(texts, text);
    }
    pack(TIMES + s);
    for (const [n, name] of NUMBERS.entries()) {
      readStats(values, flows, side, name);
      pack(FIRST_STATS + s * NUMBERS.length + n);
    }
  }
  for (const [n, name] of TOTALS.entries()) {
    const isKept = name === 'pps' || name === 'bps' || !summed[name];
    if (isKept) readTotals(values, flows, name);
    else values.fill(Number.NaN);
    pack(FIRST_TOTALS + n);
  }
  return {
    atMs,
    epoch,
    rows: flows.length,
    total,
    truncated,
    rejects: copyRejects(rejects),
    roster,
    rosterSize: roster.size,
    columns,
    texts: [...texts.keys()],
    summed,
  };
}

// Functions of the module: the engine keeps what it compiled for them, which it does not for one made at each poll.

function readStats(
  values: Float64Array,
  flows: readonly Flow[],
  side: (typeof SIDES)[number],
  name: (typeof NUMBERS)[number],
): void {
  for (const [row, flow] of flows.entries()) values[row] = flow[side]?.[name] ?? Number.NaN;
}

function readTotals(values: Float64Array, flows: readonly Flow[], name: (typeof TOTALS)[number]): void {
  for (const [row, flow] of flows.entries()) values[row] = flow.totals?.[name] ?? Number.NaN;
}

/** The answer, deep-equal to the one taken. Its ends are shared with other answers: never to be written to. */
export function restoreAnswer(sample: Sample): Answer {
  const { total, truncated, rejects } = sample;
  return { flows: restoreFlows(sample), total, truncated, rejects: copyRejects(rejects) };
}

/** The flows of a sample, in its order; with `isWanted` only those of the roster numbers it says. */
export function restoreFlows(sample: Sample, isWanted: (number: number) => boolean = () => true): Flow[] {
  const flows: Flow[] = [];
  const who = sample.columns[WHO];
  if (who === undefined) return flows;
  for (let row = 0; row < sample.rows; row++) {
    const number = valueAt(who, row) ?? 0;
    if (isWanted(number)) flows.push(restoreFlow(sample, row, number));
  }
  return flows;
}

/** About what a sample holds in memory, bytes; beside `neighbour` only what the two do not share. */
export function sampleBytes(sample: Sample, neighbour?: Sample): number {
  const { roster, rosterSize } = sample;
  let bytes = roster.bytesOf(rosterSize);
  if (neighbour?.roster === roster) bytes -= roster.bytesOf(Math.min(rosterSize, neighbour.rosterSize));
  sample.columns.forEach((column, index) => {
    if (column !== undefined && column !== neighbour?.columns[index]) bytes += columnBytes(column);
  });
  // 16 bytes around the characters of a string.
  for (const text of sample.texts) bytes += text.length + 16;
  return bytes;
}

const partsOf = ({ clientStats, serverStats, totals }: Flow): number =>
  (clientStats === undefined ? 0 : HAS_CLIENT) |
  (serverStats === undefined ? 0 : HAS_SERVER) |
  (totals === undefined ? 0 : HAS_TOTALS);

function numberOf(texts: Map<string, number>, text: string): number {
  const known = texts.get(text);
  if (known !== undefined) return known;
  texts.set(text, texts.size);
  return texts.size - 1;
}

const sumOf = ({ clientStats, serverStats }: Flow, name: (typeof SUMMED)[number]): number => {
  const [tx, rx] = name === 'pkts' ? (['txPkts', 'rxPkts'] as const) : (['txBytes', 'rxBytes'] as const);
  return (
    (clientStats?.[tx] ?? 0) + (clientStats?.[rx] ?? 0) + (serverStats?.[tx] ?? 0) + (serverStats?.[rx] ?? 0)
  );
};

// All rows or none: a mixture would need a column to say which, and a server either sums or it does not.
const isSummed = (flows: readonly Flow[], name: (typeof SUMMED)[number]): boolean =>
  flows.every((flow) => flow.totals === undefined || Object.is(flow.totals[name], sumOf(flow, name)));

function restoreFlow(sample: Sample, row: number, number: number): Flow {
  const { proto, client, server } = sample.roster.ends(number);
  const flow: Flow = { proto, client, server };
  const parts = at(sample, PARTS, row) ?? 0;
  if (parts & HAS_CLIENT) flow.clientStats = restoreStats(sample, row, 0);
  if (parts & HAS_SERVER) flow.serverStats = restoreStats(sample, row, 1);
  if (parts & HAS_TOTALS) {
    const totals: Record<string, number> = {};
    TOTALS.forEach((name, n) => {
      const value =
        name !== 'pps' && name !== 'bps' && sample.summed[name]
          ? sumOf(flow, name)
          : at(sample, FIRST_TOTALS + n, row);
      if (value !== undefined) totals[name] = value;
    });
    flow.totals = totals as Totals;
  }
  return flow;
}

function restoreStats(sample: Sample, row: number, side: number): Stats {
  const stats: Record<string, unknown> = {};
  const first = FIRST_STATS + side * NUMBERS.length;
  NUMBERS.forEach((name, n) => {
    const value = at(sample, first + n, row);
    if (value !== undefined) stats[name] = value;
  });
  const text = at(sample, TIMES + side, row);
  if (text !== undefined) stats.timestamp = sample.texts[text];
  return stats as Stats;
}

const at = ({ columns }: Sample, index: number, row: number): number | undefined => {
  const column = columns[index];
  return column === undefined ? undefined : valueAt(column, row);
};

const copyRejects = ({ count, example }: Rejects): Rejects => ({
  count,
  ...(example === undefined ? {} : { example: { ...example } }),
});

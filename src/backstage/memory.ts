/**
 * What was before, by series (a source and its filters): an hour of samples, any of them as the answer it was, the rates
 * about it, what is different between two of them. Knows history's strands; refuses to know what is looked at.
 */
import type { Level } from '../flows/flow';
import type { Calibration, Rates } from '../flows/rates';
import { decodeSummary, encodeSummary, type Summary } from '../flows/wire';
import { buildGraph, type FlowGraph } from '../graph/flow-graph';
import {
  type CompareLimits,
  type Comparison,
  compareMoments,
  type LinkChange,
  lastingName,
  type Side,
} from '../insight/compare';
import { createHistory } from '../live/history';
import { createIndexedStore } from '../live/history-store';
import { createKeeping } from '../live/keeping';
import type { Moment } from '../live/moment';
import type { SeriesPoint } from '../live/series';
import type { KeptAnswer } from './answers';

/** An hour at ten seconds (DESIGN §6), and as much memory as a page may take for it. */
const MOST_SAMPLES = 360;
const MOST_BYTES = 64 * 1024 * 1024;
/** Keeping a larger answer takes seconds a poll: then there is no history, and questions about change say so. */
export const MOST_FLOWS = 30_000;
/** As far back as history goes. */
const RECALLED_MS = 60 * 60_000;
/** Restored answers that are kept as they are, so that a look at the same moment finds the same objects. */
const MOST_RESTORED = 4;

export interface Memory {
  /**
   * Remembers an answer, unless it is too large; the same sample twice is remembered once. What an earlier page stored of
   * a series that is new here comes back before it.
   */
  add(series: string, kept: KeptAnswer): void;
  /** Resolves when nothing is on its way back any more. */
  ready(): Promise<unknown>;
  /** Whether a series will be there after a reload. */
  isStored(series: string): boolean;
  /** Oldest first. */
  moments(series: string): readonly Moment[];
  /** The moment nearest to a time, of its epoch where that is known; -1 when there is none. */
  indexAt(series: string, atMs: number, epoch?: string): number;
  /** An answer as it was; the same object when asked for again soon. `like` is a later answer of the same series. */
  recall(series: string, index: number, like: KeptAnswer): KeptAnswer | undefined;
  /** Counted rates about a moment; undefined after one poll, a restart or a gap. */
  rates(series: string, index: number): Rates | undefined;
  /** Whether reported rates are bits or bytes, by what the counters of a moment and the one before say. */
  calibration(series: string, index: number): Calibration | undefined;
  /** What a moment has that the one nearest to a time had not, and the other way round. */
  changesSince(series: string, index: number, sinceMs: number): readonly LinkChange[] | undefined;
  /** A moment as the later of two that are compared, at a level. */
  laterSide(series: string, index: number, level: Level): Side | undefined;
  /** Two moments side by side, at a level. */
  compare(
    series: string,
    before: number,
    after: number,
    level: Level,
    limits?: CompareLimits,
  ): { comparison: Comparison; before: FlowGraph; after: FlowGraph } | undefined;
  /** A link or peer through time, from a moment on. */
  points(series: string, id: string, level: Level, from: number): Generator<SeriesPoint, void, void>;
  /** Lines of a recording of all that is kept of a series. */
  recording(series: string): Generator<string>;
}

/**
 * `onChange` is told when something is known after all: so many moments that an earlier page stored, or none and only
 * what was added meanwhile, or that nothing can be stored.
 */
export function createMemory(onChange: (came: number) => void): Memory {
  const history = createHistory({ mostBytes: MOST_BYTES, mostSamples: MOST_SAMPLES, lastingName });
  const store = typeof indexedDB === 'undefined' ? undefined : createIndexedStore(MOST_SAMPLES);
  const keeping = createKeeping(history, store, () => onChange(0));
  const recalled = new Set<string>();
  let recalling: Promise<unknown> = Promise.resolve();
  let rated: { key: string; rates: Rates | undefined } | undefined;
  const restored = new Map<string, KeptAnswer>();

  const momentsOf = (series: string): readonly Moment[] => {
    history.turnTo(series);
    return history.moments();
  };
  const graphAt = (index: number, level: Level): FlowGraph | undefined => {
    const answer = history.at(index);
    return answer === undefined
      ? undefined
      : buildGraph(answer.flows, { level, mostExternal: Number.POSITIVE_INFINITY });
  };
  /** `beside` is the index of the answer before the earlier moment, or after the later one. */
  const sideAt = (index: number, beside: number, level: Level): Side | undefined => {
    const moment = history.moments()[index];
    const graph = graphAt(index, level);
    if (moment === undefined || graph === undefined) return undefined;
    const rates = history.ratesAt(index);
    const other = graphAt(beside, level);
    return {
      graph,
      epoch: moment.epoch,
      truncated: moment.truncated,
      ...(rates === undefined ? {} : { rates }),
      ...(other === undefined ? {} : { beside: other }),
    };
  };
  const compare: Memory['compare'] = (series, first, second, level, limits) => {
    history.turnTo(series);
    const before = sideAt(first, first - 1, level);
    const after = sideAt(second, second + 1, level);
    if (before === undefined || after === undefined) return undefined;
    return { comparison: compareMoments(before, after, limits), before: before.graph, after: after.graph };
  };

  return {
    add(series, { answer, atMs, epoch = '', summary, opened }) {
      if (answer.flows.length > MOST_FLOWS) return;
      // What was opened is on the reader's disk already.
      const isPassing = opened !== undefined;
      if (!recalled.has(series) && !isPassing) {
        recalled.add(series);
        // At once: what is added from now on waits behind it.
        const coming = keeping.recall(series, atMs - RECALLED_MS).then(onChange);
        recalling = Promise.all([recalling, coming]);
      }
      const taken = {
        atMs,
        epoch,
        scope: series,
        ...(summary === undefined ? {} : { summary: JSON.stringify(encodeSummary(summary)) }),
      };
      keeping.add(answer, taken, isPassing);
    },
    ready: () => recalling,
    laterSide(series, index, level) {
      history.turnTo(series);
      return sideAt(index, index + 1, level);
    },
    isStored: (series) => keeping.kept(series) === 'stored',
    moments: momentsOf,
    indexAt(series, atMs, epoch) {
      history.turnTo(series);
      return history.indexAt(atMs, epoch);
    },
    recall(series, index, { query, source, opened }) {
      const moment = momentsOf(series)[index];
      if (moment === undefined) return undefined;
      const { atMs, epoch } = moment;
      const key = `${series}\n${atMs} ${epoch}`;
      const known = restored.get(key);
      if (known !== undefined) return known;
      const answer = history.at(index);
      if (answer === undefined) return undefined;
      const summary = readSummary(history.summaryAt(index));
      const made: KeptAnswer = {
        answer,
        query,
        atMs,
        ...(summary === undefined ? {} : { summary }),
        ...(source === undefined ? {} : { source }),
        ...(opened === undefined ? {} : { opened }),
        ...(epoch === '' ? {} : { epoch }),
      };
      restored.set(key, made);
      for (const old of [...restored.keys()].slice(0, -MOST_RESTORED)) restored.delete(old);
      return made;
    },
    rates(series, index) {
      const moments = momentsOf(series);
      const moment = moments[index];
      if (moment === undefined) return undefined;
      // The first sample's are those until the next, which may have come since.
      const key = `${series}\n${moment.atMs} ${moment.epoch} ${moments.length}`;
      if (rated?.key !== key) rated = { key, rates: history.ratesAt(index) };
      return rated.rates;
    },
    calibration(series, index) {
      history.turnTo(series);
      return history.calibrationAt(index);
    },
    changesSince(series, index, sinceMs) {
      const moments = momentsOf(series);
      const first = moments[0];
      // A moment before the first sample is not the first sample, and one after the last has not been yet.
      if (first === undefined || index < 1 || sinceMs < first.atMs - TOLERANCE_MS) return undefined;
      if (sinceMs > (moments[index]?.atMs ?? first.atMs) + TOLERANCE_MS) return undefined;
      // A recording that loops had every time before: where this epoch reaches back so far, its own is meant.
      const { epoch } = moments[index] ?? first;
      const own = moments.find((moment) => moment.epoch === epoch);
      const reaches = own !== undefined && own.atMs <= sinceMs + TOLERANCE_MS;
      const from = Math.min(history.indexAt(sinceMs, reaches ? epoch : undefined), index - 1);
      // Within an epoch volumes are compared by rate; across one by bytes, which a table of rates cannot show.
      return compare(series, from, index, 'service')?.comparison.changes.filter(
        ({ unit }) => unit !== 'bytes',
      );
    },
    compare,
    points(series, id, level, from) {
      history.turnTo(series);
      return history.series(id, level, from);
    },
    recording(series) {
      history.turnTo(series);
      return history.toRecording();
    },
  };
}

/** As it was written here, or stored by another version of this page. */
function readSummary(text: string | undefined): Summary | undefined {
  try {
    return text === undefined ? undefined : decodeSummary(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** "Five minutes ago" is chosen by hand: a sample a little younger is what was meant. */
const TOLERANCE_MS = 15_000;

/**
 * The last hour or so: every answer that came, as a sample, by what was asked for. The API knows only now; this is how
 * the page can go back. Bounded in bytes and samples, the oldest of all goes first. Refuses to know pictures, and
 * what outlives the page (keeping).
 */
import type { Answer, Level } from '../flows/flow';
import { type Calibration, calibrate, flowRates, type Rates, type Timed } from '../flows/rates';
import { restoreAnswer, restoreFlows, type Sample, sampleBytes, takeSample } from '../flows/sample';
import { encodeAnswer } from '../flows/wire';
import { type Break, type LastingName, lookAt, type Moment, type Watch } from './moment';
import { type SeriesPoint, type SeriesSample, seriesOf } from './series';

export interface HistoryOptions {
  /** Of all samples together; the newest is kept whatever it takes. */
  mostBytes: number;
  mostSamples: number;
  /** By which links are followed from poll to poll; their ids where absent. */
  lastingName?: LastingName;
}

/** When and where an answer was taken, and for what question. */
export interface TakenAt {
  atMs: number;
  /** Empty where the source names none. */
  epoch: string;
  /** Source and API filters as text: answers to other questions are another series. */
  scope: string;
  /** The summary that came with it, as JSON text. */
  summary?: string;
}

export interface HistoryState {
  /** Samples of all scopes, and about how much memory they take. */
  samples: number;
  bytes: number;
  /** Older samples were dropped to stay within the limits. */
  dropped: number;
}

export interface History {
  /** The question whose series the rest of the functions speak of; that of the last answer, or of `turnTo`. */
  readonly scope: string;
  turnTo(scope: string): void;
  /** Keeps an answer and turns to its scope. False for a moment (epoch and time) that was there last: nothing new. */
  add(answer: Answer, taken: TakenAt): boolean;
  /** In the order they came. */
  moments(): readonly Moment[];
  /**
   * The moment closest in time, the first of equals; -1 when there is none. Where an epoch is given and known, of that
   * epoch: a recording that loops gives every time again.
   */
  indexAt(atMs: number, epoch?: string): number;
  /** The answer of a moment, deep-equal to the one added; its ends are shared, never to be written to. */
  at(index: number): Answer | undefined;
  /** The summary that came with it, as JSON text. */
  summaryAt(index: number): string | undefined;
  /**
   * Rates at a moment: since the one before it, or, where nothing is known of that time, until the one after it.
   * Undefined where neither is known.
   */
  ratesAt(index: number): Rates | undefined;
  /** Whether reported rates are bits or bytes, by the counters of a moment and the one before it. */
  calibrationAt(index: number): Calibration | undefined;
  /** Indices of the first and the last moment within, both inclusive; undefined when there is none. */
  between(fromMs: number, toMs: number): { first: number; last: number } | undefined;
  /** A link or peer through time from a moment on, by its id at a level; what is added meanwhile is not in it. */
  series(id: string, level: Level, from?: number): Generator<SeriesPoint, void, void>;
  /** Lines of a recording (DESIGN §7), without their ends: what `--recording` and a dropped file replay. */
  toRecording(range?: { first: number; last: number }): Generator<string>;
  state(): HistoryState;
  destroy(): void;
}

interface Kept {
  /** Grows over all scopes: who came first. */
  order: number;
  sample: Sample;
  moment: Moment;
  trusted: boolean;
  summary: string | undefined;
  calibration: Calibration | undefined;
  /** What it holds alone, or shares only with later ones. */
  bytes: number;
}

/** The samples of one scope. */
interface Strand {
  kept: Kept[];
  watch: Watch;
}

/** Longer than so many usual intervals without an answer is a gap: one poll that failed or came late is not. */
const GAP_FACTOR = 2.5;
/** The usual interval is the median of so many: after a change of interval it is the new one four polls later. */
const INTERVALS = 7;
/** Before two answers came one after the other: the page's longest interval, so that nothing is called a gap in vain. */
const LONGEST_INTERVAL_MS = 300_000;

/** Throws RangeError when a limit leaves no room for even one sample. */
export function createHistory({
  mostBytes,
  mostSamples,
  lastingName = ({ id }) => id,
}: HistoryOptions): History {
  if (!(mostBytes > 0 && mostSamples >= 1)) throw new RangeError('A history needs room for a sample.');
  const strands = new Map<string, Strand>();
  const intervals: number[] = [];
  let scope = '';
  /** The last answer and its sample, so that its flows need not be restored for the rates of the next; and its own. */
  let latest: { sample: Sample; timed: Timed; rates: Rates | undefined } | undefined;
  let order = 0;
  let bytes = 0;
  let samples = 0;
  let dropped = 0;

  const current = (): readonly Kept[] => strands.get(scope)?.kept ?? [];

  const breakBefore = (before: Sample | undefined, { atMs, epoch }: TakenAt): Break | undefined => {
    if (before === undefined) return undefined;
    if (before.epoch !== epoch) return 'epoch';
    const tookMs = atMs - before.atMs;
    if (tookMs < 0) return 'clock';
    const usualMs = median(intervals) ?? LONGEST_INTERVAL_MS;
    // A gap is an interval too: after a change to a longer one, all would be gaps otherwise.
    intervals.push(tookMs);
    if (intervals.length > INTERVALS) intervals.shift();
    return tookMs > GAP_FACTOR * usualMs ? 'gap' : undefined;
  };

  const timedOf = (sample: Sample): Timed =>
    latest?.sample === sample
      ? latest.timed
      : { flows: restoreFlows(sample), atMs: sample.atMs, epoch: sample.epoch };

  const dropOldest = (): void => {
    let oldest: [string, Strand] | undefined;
    for (const entry of strands) {
      if ((entry[1].kept[0]?.order ?? Number.POSITIVE_INFINITY) < (oldest?.[1].kept[0]?.order ?? order))
        oldest = entry;
    }
    if (oldest === undefined) return;
    const [name, strand] = oldest;
    bytes -= strand.kept.shift()?.bytes ?? 0;
    samples--;
    dropped++;
    const heir = strand.kept[0];
    if (heir === undefined) {
      strands.delete(name);
      return;
    }
    // What it shared with the one that went is its own now.
    bytes -= heir.bytes;
    heir.bytes = sampleBytes(heir.sample) + (heir.summary?.length ?? 0);
    bytes += heir.bytes;
  };

  return {
    get scope() {
      return scope;
    },
    turnTo(wanted) {
      scope = wanted;
    },
    add(answer, taken) {
      scope = taken.scope;
      const strand: Strand = strands.get(scope) ?? { kept: [], watch: new Map() };
      strands.set(scope, strand);
      const before = strand.kept.at(-1)?.sample;
      const { atMs, epoch } = taken;
      if (before?.atMs === atMs && before.epoch === epoch) return false;
      const gapBefore = breakBefore(before, taken);
      const now: Timed = { flows: answer.flows, atMs, epoch };
      const earlier = before === undefined ? undefined : timedOf(before);
      const { moment, watch, trusted, rates } = lookAt(
        answer,
        { atMs, epoch },
        earlier === undefined
          ? undefined
          : {
              watch: strand.watch,
              before: earlier,
              ...(gapBefore === undefined ? {} : { gapBefore }),
            },
        lastingName,
      );
      strand.watch = watch;
      const sample = takeSample(answer, { atMs, epoch }, before);
      latest = { sample, timed: now, rates };
      // Two answers of a quiet cluster may have one summary: then they have one text.
      const last = strand.kept.at(-1)?.summary;
      const summary = last === taken.summary ? last : taken.summary;
      const own = sampleBytes(sample, before) + (summary === last ? 0 : (summary?.length ?? 0));
      const calibration = earlier === undefined ? undefined : calibrate([earlier, now]);
      strand.kept.push({ order: order++, sample, moment, trusted, summary, calibration, bytes: own });
      bytes += own;
      samples++;
      while (samples > 1 && (samples > mostSamples || bytes > mostBytes)) dropOldest();
      return true;
    },
    moments: () => current().map(({ moment }) => moment),
    indexAt(atMs, epoch) {
      let closest = -1;
      let awayMs = Number.POSITIVE_INFINITY;
      const isKnown = epoch !== undefined && current().some(({ sample }) => sample.epoch === epoch);
      current().forEach(({ sample }, index) => {
        if (isKnown && sample.epoch !== epoch) return;
        const away = Math.abs(sample.atMs - atMs);
        if (away >= awayMs) return;
        closest = index;
        awayMs = away;
      });
      return closest;
    },
    at(index) {
      const kept = current()[index];
      return kept === undefined ? undefined : restoreAnswer(kept.sample);
    },
    summaryAt: (index) => current()[index]?.summary,
    ratesAt(index) {
      const kept = current();
      const between = (first: number): Rates | undefined => {
        const [a, b] = [kept[first], kept[first + 1]];
        if (a === undefined || b === undefined || b.moment.gapBefore !== undefined) return undefined;
        if (latest?.sample === b.sample) return latest.rates;
        return flowRates(timedOf(a.sample), timedOf(b.sample));
      };
      return between(index - 1) ?? between(index);
    },
    calibrationAt: (index) => current()[index]?.calibration,
    between(fromMs, toMs) {
      const isWithin = ({ sample }: Kept): boolean => sample.atMs >= fromMs && sample.atMs <= toMs;
      const first = current().findIndex(isWithin);
      return first < 0 ? undefined : { first, last: current().findLastIndex(isWithin) };
    },
    series: (id, level, from = 0) =>
      seriesFrom(
        // Its rates need the one before the first.
        current()
          .slice(Math.max(0, from - 1))
          .map(({ sample, moment, trusted }) => ({
            sample,
            trusted,
            ...(moment.gapBefore === undefined ? {} : { gapBefore: moment.gapBefore }),
          })),
        id,
        level,
        from > 0,
      ),
    toRecording: (range) => linesOf(current().slice(range?.first ?? 0, (range?.last ?? samples) + 1)),
    state: () => ({ samples, bytes, dropped }),
    destroy() {
      strands.clear();
      intervals.length = 0;
      latest = undefined;
      samples = 0;
      bytes = 0;
    },
  };
}

function* seriesFrom(
  samples: readonly SeriesSample[],
  id: string,
  level: Level,
  skipsFirst: boolean,
): Generator<SeriesPoint, void, void> {
  const points = seriesOf(samples, id, level);
  if (skipsFirst) points.next();
  yield* points;
}

function* linesOf(kept: readonly Kept[]): Generator<string> {
  for (const { sample, summary } of kept) {
    const { atMs, epoch, rejects } = sample;
    const line = JSON.stringify({
      at: new Date(atMs).toISOString(),
      ...(epoch === '' ? {} : { epoch }),
      ...(rejects.count === 0 ? {} : { rejected: rejects.count }),
      flows: encodeAnswer(restoreAnswer(sample), 'full'),
    });
    yield summary === undefined ? line : `${line.slice(0, -1)},"summary":${summary}}`;
  }
}

function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

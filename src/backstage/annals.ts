/**
 * Which answer a look is about, now or then, and what is known beside it: rates, changes, what was noted of its series.
 * Everything there is to know of a moment is found here, so that a moment of the past is looked at like the present.
 */
import type { KeptAnswer } from './answers';
import { type CaseBook, type CaseNotes, KEPT_MS, type NotedPoll } from './case-book';
import { drive } from './drive';
import type { Before } from './insights';
import type { Memory } from './memory';
import type { Look } from './messages';
import { seriesOf } from './series-name';
import type { ShownMoment } from './times';

/** A moment with its answer. */
export interface Found {
  kept: KeptAnswer;
  /** What was asked of whom. */
  series: string;
  /** In the memory of the series; -1 where it is not kept. */
  index: number;
  moment: ShownMoment;
}

export interface Annals {
  /** The newest answer, or the moment that the look asks for; which notes the newest answer first. */
  find(latest: KeptAnswer, at: Look['at']): Promise<Found>;
  /** Writes the newest answer down; what is found of it afterwards has an index. The same one twice is noted once. */
  note(latest: KeptAnswer): void;
  before(found: Found): Before;
  /** What was known then. Undefined when `breathe` says that nobody wants it any more. */
  notes(found: Found, breathe: () => Promise<boolean>): Promise<CaseNotes | undefined>;
}

export function createAnnals(
  memory: Memory,
  caseBook: CaseBook,
  zonesOf: (kept: KeptAnswer) => Zones,
): Annals {
  const noted = new WeakSet<KeptAnswer>();
  /** Of the last moment of the past that was looked at. */
  let reviewed: { of: KeptAnswer; zones: Zones; notes: CaseNotes } | undefined;

  const note: Annals['note'] = (latest) => {
    const series = seriesOf(latest);
    if (!noted.has(latest)) memory.add(series, latest);
    noted.add(latest);
    // Every time: zones may have come meanwhile.
    caseBook.note(series, pollOf(latest, zonesOf(latest)));
  };

  /** The polls of the minutes before a moment, and itself. */
  function* pollsUntil({ kept, series, index }: Found, zones: Zones): Generator<NotedPoll> {
    const moments = memory.moments(series);
    let first = index;
    while (first > 0 && (moments[first - 1]?.atMs ?? 0) > kept.atMs - KEPT_MS) first--;
    for (let i = first; i < index; i++) {
      const before = memory.recall(series, i, kept);
      if (before !== undefined) yield pollOf(before, zones);
    }
    yield pollOf(kept, zones);
  }

  return {
    note,
    async find(latest, at) {
      const series = seriesOf(latest);
      const own = (kept: KeptAnswer, index: number, isPast: boolean, isOther: boolean): Found => {
        const { atMs, epoch = '' } = kept;
        return { kept, series, index, moment: { atMs, epoch, isPast, isOther } };
      };
      if (at === undefined) {
        const { atMs, epoch = '' } = latest;
        const last = memory.moments(series).at(-1);
        const isLast = last?.atMs === atMs && last.epoch === epoch;
        return own(latest, isLast ? memory.moments(series).length - 1 : -1, false, false);
      }
      note(latest);
      // It may be among what an earlier page stored.
      await memory.ready();
      const index = memory.indexAt(series, at.atMs, at.epoch);
      const kept = memory.recall(series, index, latest);
      if (kept === undefined) return own(latest, -1, false, true);
      return own(kept, index, true, Math.abs(kept.atMs - at.atMs) > NEAR_MS);
    },
    before({ series, index, kept: { atMs, epoch } }) {
      return {
        rates: memory.rates(series, index),
        calibration: memory.calibration(series, index),
        // Asked for later, when older samples may have gone.
        changesSince: (sinceMs) => memory.changesSince(series, memory.indexAt(series, atMs, epoch), sinceMs),
      };
    },
    async notes(found, breathe) {
      const { kept, series, index, moment } = found;
      const zones = zonesOf(kept);
      if (!moment.isPast || index < 0) return caseBook.note(series, pollOf(kept, zones));
      if (reviewed?.of === kept && reviewed.zones === zones) return reviewed.notes;
      const notes = await drive(caseBook.review(series, pollsUntil(found, zones)), breathe);
      if (notes !== undefined) reviewed = { of: kept, zones, notes };
      return notes;
    },
  };
}

type Zones = ReadonlyMap<string, string> | undefined;

/** A time in a URL has no fractions of a millisecond, and may have lost its milliseconds. */
const NEAR_MS = 1_000;

const pollOf = ({ answer, atMs, epoch }: KeptAnswer, zones: Zones): NotedPoll => ({
  flows: answer.flows,
  atMs,
  epoch,
  truncated: answer.truncated,
  zones,
});

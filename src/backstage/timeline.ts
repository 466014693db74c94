/**
 * The history as the timeline shows it: of the whole, or of one peer or link. What was worked out for a peer or link is
 * kept, and only new samples are added to it. Refuses to know pixels.
 */

import type { Level } from '../flows/flow';
import { follow, type Mark, type Moment, type Present, type Watch } from '../live/moment';
import type { SeriesPoint } from '../live/series';
import type { Memory } from './memory';
import type { Timeline, TimePoint } from './times';

/** A peer or link of a graph, by its id at a level. */
export interface Subject {
  id: string;
  level: Level;
}

export interface TimelineDesk {
  /** One point a step, as those of a busy peer take a while. Without a subject, or where none is known, of the whole. */
  make(series: string, subject: Subject | undefined): Generator<void, Timeline>;
}

export function createTimelineDesk(memory: Memory): TimelineDesk {
  let known: { key: string; points: TimePoint[]; watch: Watch | undefined } | undefined;

  function* follows(series: string, { id, level }: Subject, moments: readonly Moment[]) {
    const key = `${series}\n${level} ${id}`;
    if (known?.key !== key) known = { key, points: [], watch: undefined };
    const kept = known;
    // The oldest samples go when there are too many.
    const first = moments[0];
    const gone = kept.points.findIndex(({ atMs, epoch }) => atMs === first?.atMs && epoch === first.epoch);
    kept.points.splice(0, gone < 0 ? kept.points.length : gone);
    const from = kept.points.length;
    let index = from;
    for (const point of memory.points(series, id, level, from)) {
      const moment = moments[index++];
      if (moment === undefined) break;
      const { links, marks } = follow(
        presentIn(point, id),
        point.gapBefore === 'epoch' ? undefined : kept.watch,
        moment.truncated,
      );
      kept.watch = links;
      kept.points.push({ ...point, epoch: moment.epoch, ...named(marks, 0) });
      yield;
    }
    return kept.points;
  }

  return {
    *make(series, subject) {
      const moments = memory.moments(series);
      const isStored = memory.isStored(series);
      const points = subject === undefined ? undefined : yield* follows(series, subject, moments);
      if (subject === undefined || points?.some(({ listed }) => listed) !== true) {
        return { points: moments.map(pointOf), isStored, isTooLarge: false };
      }
      return { points: [...points], of: subject.id, isStored, isTooLarge: false };
    },
  };
}

/** As the only link there is. */
const presentIn = ({ listed, worstP99Us }: SeriesPoint, id: string): Present =>
  new Map(listed ? [[id, { link: id, from: '', to: '', p99Us: worstP99Us }]] : []);

function pointOf({ atMs, epoch, gapBefore, bytesPerS, worstP99Us, marks, moreMarks }: Moment): TimePoint {
  return {
    atMs,
    epoch,
    ...(gapBefore === undefined ? {} : { gapBefore }),
    listed: true,
    ...(bytesPerS === undefined ? {} : { bytesPerS }),
    ...(worstP99Us === undefined ? {} : { worstP99Us }),
    ...named(marks, moreMarks),
  };
}

/** The order in which marks speak for a sample. */
const LOUDEST: readonly Mark['what'][] = ['slower', 'appeared', 'vanished', 'returned', 'faster'];
/** A tip has room for so many names; an hour of fifty marks a sample would weigh megabytes on the page. */
const MOST_NAMED = 3;

function named(marks: readonly Mark[], moreMarks: number): Pick<TimePoint, 'marks' | 'moreMarks'> {
  const inOrder =
    marks.length < 2 ? marks : LOUDEST.flatMap((what) => marks.filter((mark) => mark.what === what));
  return {
    marks: inOrder.slice(0, MOST_NAMED).map(({ what, from, to }) => ({ what, from, to })),
    moreMarks: moreMarks + Math.max(0, marks.length - MOST_NAMED),
  };
}

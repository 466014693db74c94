/**
 * The timeline as it travels: an hour of samples is told once, then only what a poll adds and what grew too old. Pure;
 * the page's points stay the same objects while they say the same.
 */
import type { Timeline, TimelinePatch, TimePoint } from './times';

/** From what the page has to what it should have; without `sent` everything is new. */
export function makeTimelinePatch(sent: Timeline | undefined, { points, ...rest }: Timeline): TimelinePatch {
  const whole: TimelinePatch = { ...rest, gone: sent?.points.length ?? 0, added: points };
  const [first] = points;
  if (sent === undefined || sent.of !== rest.of || first === undefined) return whole;
  const gone = sent.points.findIndex((point) => isSame(point, first));
  const kept = gone < 0 ? [] : sent.points.slice(gone);
  const goesOn = kept.length > 0 && kept.every((point, index) => isSame(point, points[index]));
  return goesOn ? { ...rest, gone, added: points.slice(kept.length) } : whole;
}

export function applyTimelinePatch(
  sent: Timeline | undefined,
  { gone, added, ...rest }: TimelinePatch,
): Timeline {
  return { ...rest, points: [...(sent?.points.slice(gone) ?? []), ...added] };
}

/** By everything but the names in its marks: of one sample they are the same. */
function isSame(a: TimePoint, b: TimePoint | undefined): boolean {
  return (
    a.atMs === b?.atMs &&
    a.epoch === b.epoch &&
    a.gapBefore === b.gapBefore &&
    a.listed === b.listed &&
    a.bytesPerS === b.bytesPerS &&
    a.worstP99Us === b.worstP99Us &&
    a.marks.length + a.moreMarks === b.marks.length + b.moreMarks
  );
}

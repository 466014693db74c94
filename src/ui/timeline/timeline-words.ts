/** What the timeline says of a sample, for eye and ear. Knows points; refuses to know pixels. */
import type { MomentName, TimePoint } from '../../backstage/times';
import { formatAge, formatBytesPerSecond, formatClock, formatUs } from '../../flows/units';
import type { Mark } from '../../live/moment';

/**
 * Which sample the reader stands at: the one asked for, even before the map has followed, so that a key pressed meanwhile
 * goes on from there; where that one is not kept, the one that is shown instead; else the newest. -1 without samples.
 */
export function standsAt(
  points: readonly TimePoint[],
  asked: MomentName | undefined,
  shown: MomentName | undefined,
): number {
  const last = points.length - 1;
  if (asked === undefined) return last;
  const index = indexOf(points, asked);
  if (index >= 0) return index;
  const nearest = shown === undefined ? -1 : indexOf(points, shown);
  return nearest >= 0 ? nearest : last;
}

const indexOf = (points: readonly TimePoint[], { atMs, epoch }: MomentName): number =>
  points.findIndex((point) => point.atMs === atMs && (epoch === undefined || point.epoch === epoch));

/** One sentence for a screen reader. */
export function sayPoint(point: TimePoint | undefined, isLive: boolean): string {
  if (point === undefined) return 'no samples yet';
  const { atMs, bytesPerS, worstP99Us, marks, moreMarks } = point;
  const many = marks.length + moreMarks;
  return [
    isLive ? `live, ${formatClock(atMs)} UTC` : `${formatClock(atMs)} UTC, not live`,
    bytesPerS === undefined ? 'rate not known' : `rate ${formatBytesPerSecond(bytesPerS)}`,
    worstP99Us === undefined ? 'nothing measured' : `worst p99 ${formatUs(worstP99Us)}`,
    ...(many === 0 ? [] : [`${many} ${many === 1 ? 'change' : 'changes'}`]),
  ].join(', ');
}

const MARK_WORDS: Record<Mark['what'], string> = {
  appeared: 'appeared',
  returned: 'came back',
  vanished: 'stopped',
  slower: 'slower band',
  faster: 'faster band',
};

export const sayMark = ({ what, from, to }: Omit<Mark, 'link'>): string =>
  from === '' ? MARK_WORDS[what] : `${from} → ${to} ${MARK_WORDS[what]}`;

/** What happened between two samples of which nothing is known. */
export function sayBreak(kind: NonNullable<TimePoint['gapBefore']>, forMs: number): string {
  if (kind === 'gap') return `no samples for ${formatAge(forMs)}`;
  return kind === 'epoch' ? 'the source began anew' : 'the source’s clock was set back';
}

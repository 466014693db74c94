/** What the timeline says of a sample, for eye and ear. Knows points; refuses to know pixels. */
import type { MomentName, TimePoint } from '../../backstage/times';
import { formatAge, formatBytesPerSecond, formatClock, formatUs } from '../../flows/units';
import type { Mark } from '../../live/moment';

/** The index of a moment; the last one where it is none of them. */
export function momentAt(points: readonly TimePoint[], moment: MomentName | undefined): number {
  const index =
    moment === undefined
      ? -1
      : points.findIndex(({ atMs, epoch }) => atMs === moment.atMs && epoch === moment.epoch);
  return index < 0 ? points.length - 1 : index;
}

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

export const sayMark = ({ what, from, to }: Mark): string =>
  from === '' ? MARK_WORDS[what] : `${from} → ${to} ${MARK_WORDS[what]}`;

/** What happened between two samples of which nothing is known. */
export function sayBreak(kind: NonNullable<TimePoint['gapBefore']>, forMs: number): string {
  if (kind === 'gap') return `no samples for ${formatAge(forMs)}`;
  return kind === 'epoch' ? 'the source began anew' : 'the source’s clock was set back';
}

/** Moments and the history as page and backstage speak of them. Shapes only, plain data. */
import type { Bytes, BytesPerSecond, Microseconds } from '../flows/units';
import type { ChangeKind } from '../graph/palette';
import type { Break, Mark } from '../live/moment';

/** A moment of the history: the sample's own time, ms since 1970, and its epoch where times come again. */
export interface MomentName {
  atMs: number;
  epoch?: string;
}

/** Which sample is shown. */
export interface ShownMoment {
  atMs: number;
  epoch: string;
  /** It is an older one than the page could show, because the reader wants to see it. */
  isPast: boolean;
  /** The one asked for is not kept: this is the nearest, or, where nothing is kept, the present. */
  isOther: boolean;
}

/** One sample on the timeline. */
export interface TimePoint {
  atMs: number;
  epoch: string;
  gapBefore?: Break;
  /** The answer listed it; always true for the whole. */
  listed: boolean;
  /** Absent where it is not known: at a first sample, after a gap, a restart. */
  bytesPerS?: BytesPerSecond;
  worstP99Us?: Microseconds;
  /** What happened, the loudest first; of an upheaval only so many are named, and the others are counted. */
  marks: Omit<Mark, 'link'>[];
  moreMarks: number;
}

/** The history as the timeline shows it. */
export interface Timeline {
  points: TimePoint[];
  /** The peer or link that it is about; absent for the whole. */
  of?: string;
  /** It will be there after a reload. */
  isStored: boolean;
  /** The answer is too large for any history to be kept. */
  isTooLarge: boolean;
}

/** What is new about the timeline: so many points gone at its beginning, others added at its end. */
export interface TimelinePatch extends Omit<Timeline, 'points'> {
  gone: number;
  added: TimePoint[];
}

/** One difference between two moments. */
export interface ChangeRow {
  what: ChangeKind;
  from: string;
  to: string;
  link: string;
  before?: number;
  after?: number;
  unit?: 'us' | 'bytes/s' | 'bytes';
  sentence: string;
}

export interface ChangesPanel {
  /** Moments that it can be compared with, by what one calls them. */
  choices: { label: string; moment: MomentName }[];
  /** Absent where nothing is compared, or not two moments are kept. */
  comparing?: {
    beforeMs: number;
    afterMs: number;
    /** The opened recording that the earlier moment comes from: text only. */
    file?: string;
    sentence: string;
    rows: ChangeRow[];
    total: number;
    /** Links that gave answers before and give none now. */
    silenced: { link: string; from: string; to: string }[];
    unknowns: string[];
  };
  /** What stopped in the last minute. */
  ghosts: { link: string; from: string; to: string; bytes: Bytes; missedMs: number }[];
}

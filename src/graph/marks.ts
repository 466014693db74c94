/**
 * What a picture is made of: final marks. Positions are map units (1 unit = 1 CSS px at zoom 1); widths, fonts and
 * dashes are CSS px of the screen at any zoom. Only shapes of data; picture.ts composes them, canvas/ draws them.
 */
import type { Level } from '../flows/flow';
import type { Band } from '../flows/handshake';
import type { PeerKind } from '../flows/identity';
import type { Bytes, BytesPerSecond, Microseconds } from '../flows/units';
import type { Coverage } from './focus';
import type { ChangeKind } from './palette';

export interface PicturePeer {
  id: string;
  kind: PeerKind;
  label: string;
  namespace?: string;
  x: number;
  y: number;
  /** Diameter of the mark, map units. */
  size: number;
  stroke: string;
  fill: string;
  /** The name as drawn, shortened; absent where there is no room for it at this zoom. */
  text?: string;
  textWidthPx: number;
  fontPx: number;
  folded: boolean;
  /** It is no longer there: only links that stopped or are gone end here. */
  ghost?: true;
}

export interface PictureLink {
  id: string;
  from: string;
  to: string;
  bytes: Bytes;
  widthPx: number;
  colour: string;
  band: Band;
  dash: readonly number[];
  worstP99Us?: Microseconds;
  flows: number;
  /** It stopped and fades. */
  ghost?: true;
  /** What is different about it, where two moments are compared, and the same in a few words. */
  change?: ChangeKind;
  note?: string;
  /** Where widths say rates and this one's is known. */
  bytesPerS?: BytesPerSecond;
  /** Distance of the curve's control point from the chord, map units. */
  bend: number;
  /**
   * Where many links run between the same two boxes: the two control points (x1, y1, x2, y2; map units) of the cubic curve
   * they share for most of their way, so that they read as one strand. Absent for a link that is drawn on its own.
   */
  via?: readonly [number, number, number, number];
  unanswered: boolean;
  /** Healthy plumbing: drawn fainter, so that probes and scrapes do not bury what one came to see. */
  quiet: boolean;
  /** Healthy links recede as they become many; trouble never does. */
  opacity: number;
}

/** Short figures on a link, drawn over everything and only where they cover no mark, name or title. */
export interface PicturePill {
  id: string;
  /** Its middle, map units. */
  x: number;
  y: number;
  text: string;
  trouble: boolean;
}

export interface PictureBox {
  id: string;
  label: string;
  x: number;
  y: number;
  w: number;
  h: number;
  text?: string;
  textWidthPx: number;
  stroke: string;
  fill: string;
  title: string;
}

export interface Picture {
  level: Level;
  zoom: number;
  /** Colours say what is different from another moment. */
  isCompared?: true;
  boxes: PictureBox[];
  peers: PicturePeer[];
  links: PictureLink[];
  pills: PicturePill[];
  coverage: Coverage;
}

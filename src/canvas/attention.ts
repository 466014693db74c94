/**
 * Where the keyboard is on the map: keeps an element over the mark or link that has the focus while the camera moves,
 * and says how far the camera must go to have it in sight. Knows places; refuses to know keys.
 */
import type { Picture } from '../graph/marks';
import { linkPath, xAt, yAt } from '../paint/link-paths';
import type { Point, Pointed } from './pointing';
import type { Camera } from './sheet';

interface Place extends Point {
  size: number;
}

/** The smallest target there may be (WCAG 2.5.8), and the air between a mark and its ring; px of the screen. */
const LEAST_PX = 24;
const AIR_PX = 10;
/** The middle of a curve. */
const HALF_WAY = 0.5;

export interface Attention {
  /** Puts `marker` over what has the focus; nothing given lets go of it. */
  hold(what: Pointed, marker: HTMLElement | undefined): void;
  what(): Pointed;
  /** The camera or the picture changed. */
  place(picture: Picture | undefined, camera: Camera): void;
}

export function createAttention(): Attention {
  let held: Pointed = {};
  let marker: HTMLElement | undefined;
  return {
    hold(what, element) {
      if (marker !== undefined && marker !== element) marker.style.cssText = '';
      held = what;
      marker = element;
    },
    what: () => held,
    place(picture, { zoom, panX, panY }) {
      const at = marker === undefined || picture === undefined ? undefined : placeOf(picture, held);
      if (marker === undefined || at === undefined) return;
      const size = Math.max(LEAST_PX, at.size * zoom + AIR_PX);
      const x = at.x * zoom + panX - size / 2;
      const y = at.y * zoom + panY - size / 2;
      Object.assign(marker.style, { width: `${size}px`, height: `${size}px`, translate: `${x}px ${y}px` });
    },
  };
}

/** The middle of a mark, or of a link's line as it is drawn when lit; map units. */
export function placeOf(picture: Picture, { peer, link }: Pointed): Place | undefined {
  const find = (wanted: string) => picture.peers.find(({ id }) => id === wanted);
  if (link === undefined) return peer === undefined ? undefined : find(peer);
  const line = picture.links.find(({ id }) => id === link);
  const from = line && find(line.from);
  const to = line && find(line.to);
  if (line === undefined || from === undefined || to === undefined) return undefined;
  const path = linkPath(line, from, to, 0, true);
  return { x: xAt(path, HALF_WAY), y: yAt(path, HALF_WAY), size: 0 };
}

/** How far to pan, px of the screen, so that a place is `margins` away from the rims of a room; nothing where it is. */
export function panInto(
  at: Point,
  { zoom, panX, panY }: Camera,
  room: { width: number; height: number },
  margins: { top: number; right: number; bottom: number; left: number },
): Point {
  const into = (px: number, low: number, high: number): number =>
    low > high ? (low + high) / 2 - px : Math.min(Math.max(px, low), high) - px;
  return {
    x: into(at.x * zoom + panX, margins.left, room.width - margins.right),
    y: into(at.y * zoom + panY, margins.top, room.height - margins.bottom),
  };
}

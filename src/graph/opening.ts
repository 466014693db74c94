/** How a map opens: the rectangle that holds it and the zoom at which all of it is in view, never above 1:1. */
import type { Rect } from './layout/labels';
import type { CellSize } from './layout/packing';
import type { Picture } from './marks';

type Extent = Pick<Picture, 'boxes' | 'peers'>;

/** The rectangle that holds boxes, marks and names at a zoom, map units; none for an empty map. */
export function boundsOf({ boxes, peers }: Extent, zoom: number): Rect | undefined {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  const hold = (x: number, y: number, w: number, h: number) => {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + w);
    bottom = Math.max(bottom, y + h);
  };
  for (const { x, y, w, h } of boxes) hold(x, y, w, h);
  for (const { x, y, size, textWidthPx, fontPx } of peers) {
    const w = Math.max(size, textWidthPx / zoom);
    hold(x - w / 2, y - size / 2, w, size + (fontPx * LINE) / zoom);
  }
  return left > right ? undefined : { x: left, y: top, w: right - left, h: bottom - top };
}

/** Height of a name with the gap above it, parts of its font. */
const LINE = 1.6;

/** A map as it opens in a room: drawn at the zoom it was made for, fitted, and named anew at that zoom. */
export function open<Map extends Extent>(
  draw: (zoom: number) => Map,
  madeForZoom: number,
  room: CellSize,
): Map {
  return draw(openingZoom(draw(madeForZoom), room));
}

/** The zoom at which the map fits the room (CSS px); names keep their size on the screen, so they are counted at it. */
function openingZoom(map: Extent, room: CellSize): number {
  const zoomFor = ({ w, h }: Rect) => Math.min(1, room.w / w, room.h / h);
  const bare = boundsOf(map, 1);
  if (bare === undefined) return 1;
  return zoomFor(boundsOf(map, zoomFor(bare)) ?? bare);
}

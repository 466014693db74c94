/** The camera that has a whole picture in view: marks and names decide the zoom, lines that bow out of them the middle. */
import type { Rect } from '../graph/layout/labels';
import type { Picture } from '../graph/marks';
import { boundsOf } from '../graph/opening';
import { linkPath, xAt, yAt } from '../paint/link-paths';
import type { Camera } from './sheet';

/** px of the container that something lies over. */
export interface Insets {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** Of more lines each is faint, and following them all takes longer than it helps. */
const MOST_LINES = 400;
/** Where along a line it is looked at: a bow is farthest out near its middle, a loop at two thirds. */
const ALONG = [0.25, 0.5, 0.75];

/** `room` is the container's, CSS px; undefined where nothing can be shown. */
export function frameFor(
  picture: Picture,
  room: { width: number; height: number },
  insets: Insets,
  leastZoom: number,
): Camera | undefined {
  const width = room.width - insets.left - insets.right;
  const height = room.height - insets.top - insets.bottom;
  const bare = boundsOf(picture, 1);
  if (bare === undefined || width <= 0 || height <= 0) return undefined;
  const zoomFor = ({ w, h }: Rect) => Math.max(leastZoom, Math.min(1, width / w, height / h));
  // Names keep their size on the screen, so the smaller the map the more room they need around it.
  const marks = boundsOf(picture, zoomFor(bare)) ?? bare;
  const zoom = zoomFor(marks);
  const whole = picture.links.length > MOST_LINES ? marks : withLines(marks, picture);
  // A bow is worth moving the map for, but not worth smaller names.
  const seenX = whole.w * zoom <= width ? whole : marks;
  const seenY = whole.h * zoom <= height ? whole : marks;
  return {
    zoom,
    panX: insets.left + (width - seenX.w * zoom) / 2 - seenX.x * zoom,
    panY: insets.top + (height - seenY.h * zoom) / 2 - seenY.y * zoom,
  };
}

function withLines({ x, y, w, h }: Rect, { peers, links }: Picture): Rect {
  let [left, top, right, bottom] = [x, y, x + w, y + h];
  const byId = new Map(peers.map((peer) => [peer.id, peer]));
  for (const line of links) {
    const [from, to] = [byId.get(line.from), byId.get(line.to)];
    if (from === undefined || to === undefined) continue;
    const path = linkPath(line, from, to, 0);
    for (const t of ALONG) {
      left = Math.min(left, xAt(path, t) - line.widthPx);
      right = Math.max(right, xAt(path, t) + line.widthPx);
      top = Math.min(top, yAt(path, t) - line.widthPx);
      bottom = Math.max(bottom, yAt(path, t) + line.widthPx);
    }
  }
  return { x: left, y: top, w: right - left, h: bottom - top };
}

/**
 * Links on a canvas whose unit is the map's: line, dash and head, in the picture's own colours. Each line is a stroke of
 * its own: one path of many lines is slower to fill, and overlaps of faint lines would not add up.
 */
import type { Picture, PictureLink, PicturePeer } from '../graph/marks';
import { FAINT } from '../graph/picture';
import { BAND_ORDER } from './ink';
import { type LinkPath, linkPath } from './link-paths';

/** What can be painted on: a canvas on the page and off it, or what only draws like one (a vector file, a test). */
export type Paper = Pick<
  CanvasRenderingContext2D,
  | 'fillStyle'
  | 'strokeStyle'
  | 'globalAlpha'
  | 'lineWidth'
  | 'lineCap'
  | 'lineJoin'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
  | 'save'
  | 'restore'
  | 'translate'
  | 'scale'
  | 'beginPath'
  | 'closePath'
  | 'moveTo'
  | 'lineTo'
  | 'bezierCurveTo'
  | 'arc'
  | 'ellipse'
  | 'rect'
  | 'fillRect'
  | 'clearRect'
  | 'setLineDash'
  | 'fillText'
  | 'strokeText'
> & {
  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void;
  roundRect(x: number, y: number, w: number, h: number, radius: number): void;
  fill(rule?: CanvasFillRule): void;
  stroke(): void;
  measureText(text: string): Pick<TextMetrics, 'width'>;
};

export interface Sketched {
  link: PictureLink;
  path: LinkPath;
}

/** How long a head is on the screen: room for a point at thin links, a bit more for wide ones; px. */
const HEAD_PX = 4.5;
const HEAD_PER_WIDTH = 1.1;
/** A head is no longer than this part of the mark it points at: on a map seen from afar it would hide it. */
const HEAD_PER_MARK = 0.4;
/** Half of a head's width, as a part of its length. */
const HEAD_SPREAD = 0.5;

/** From the bottom to the top of the map. Links whose ends are missing are left out. */
export function sketchLinks(picture: Picture): Sketched[] {
  const at = new Map(picture.peers.map((peer) => [peer.id, peer]));
  const sketched: Sketched[] = [];
  for (const link of picture.links) {
    const from = at.get(link.from);
    const to = at.get(link.to);
    if (from !== undefined && to !== undefined) sketched.push(sketchLink(link, from, to, picture.zoom));
  }
  return sketched.sort(byBand);
}

const LEVELS = new Map(BAND_ORDER.map((band, order) => [band, order]));
const byBand = (a: Sketched, b: Sketched): number =>
  (LEVELS.get(a.link.band) ?? 0) - (LEVELS.get(b.link.band) ?? 0);

/** `zoom` is the picture's; `opened` draws a link of a strand as its own curve. */
export function sketchLink(
  link: PictureLink,
  from: PicturePeer,
  to: PicturePeer,
  zoom: number,
  opened = false,
): Sketched {
  const head = link.unanswered ? 0 : headLength(link, to.size, zoom);
  return { link, path: linkPath(link, from, to, head, opened) };
}

/** From the tip back, map units, at a mark of this size. */
export function headLength(link: Pick<PictureLink, 'widthPx'>, size: number, zoom: number): number {
  return Math.min((HEAD_PX + HEAD_PER_WIDTH * link.widthPx) / zoom, size * HEAD_PER_MARK);
}

/**
 * One link. `coarse` leaves out dashes and heads: for a glance while the camera moves, and for links so faint that they
 * could not be told by them.
 */
export function paintLink(paper: Paper, { link, path }: Sketched, zoom: number, quick = false): void {
  const coarse = quick || link.opacity < FAINT;
  const width = link.widthPx / zoom;
  paper.globalAlpha = link.opacity;
  paper.strokeStyle = link.colour;
  paper.lineWidth = width;
  paper.lineCap = 'butt';
  const isDashed = link.dash.length > 0 && !coarse;
  if (isDashed) paper.setLineDash(link.dash.map((part) => part / zoom));
  paper.beginPath();
  paper.moveTo(path.x0, path.y0);
  const isStraight = link.bend === 0 && link.via === undefined && link.from !== link.to;
  if (isStraight) paper.lineTo(path.x1, path.y1);
  else paper.bezierCurveTo(path.ax, path.ay, path.bx, path.by, path.x1, path.y1);
  paper.stroke();
  if (isDashed) paper.setLineDash([]);
  if (!coarse) paintEnd(paper, link, path, width);
  paper.globalAlpha = 1;
}

/** The head at the server, or the bar before a server that does not answer. */
function paintEnd(paper: Paper, link: PictureLink, path: LinkPath, width: number): void {
  const dx = path.tipX - path.bx;
  const dy = path.tipY - path.by;
  const length = Math.hypot(dx, dy);
  if (length === 0) return;
  const [ux, uy] = [dx / length, dy / length];
  paper.beginPath();
  if (link.unanswered) {
    const half = width * 2.5;
    paper.moveTo(path.tipX - uy * half, path.tipY + ux * half);
    paper.lineTo(path.tipX + uy * half, path.tipY - ux * half);
    paper.stroke();
    return;
  }
  const half = Math.max(path.head * HEAD_SPREAD, width * 0.75);
  const [baseX, baseY] = [path.tipX - ux * path.head, path.tipY - uy * path.head];
  paper.fillStyle = link.colour;
  paper.moveTo(path.tipX, path.tipY);
  paper.lineTo(baseX - uy * half, baseY + ux * half);
  paper.lineTo(baseX + uy * half, baseY - ux * half);
  paper.fill();
}

/**
 * The line of a link: from rim to rim, bowed as the picture says, with a head at the server's end. Pure geometry in map
 * units; knows shapes of marks, refuses to know colours and canvases.
 */
import type { PictureLink, PicturePeer } from '../graph/marks';

/** A cubic curve from (x0, y0) to (x1, y1), where the line ends, and on to its tip at the mark's rim. */
export interface LinkPath {
  x0: number;
  y0: number;
  ax: number;
  ay: number;
  bx: number;
  by: number;
  x1: number;
  y1: number;
  tipX: number;
  tipY: number;
  /** Length of the head, from the tip back. */
  head: number;
}

type Mark = Pick<PicturePeer, 'x' | 'y' | 'size' | 'kind'>;
type Line = Pick<PictureLink, 'bend' | 'via'>;

/** The border of a mark is drawn half outside. */
const RIM = 1;
/** A quadratic curve as a cubic one: its control points lie two thirds of the way to the quadratic's. */
const LIFT = 2 / 3;
/** So much of the head is covered by the line's end: no gap between them, and the tip stays sharp. */
const OVERLAP = 0.75;
/** How far a loop leaves its mark, as parts of the mark's size. */
const LOOP = 1.3;

/** `head` is the length of the arrow's head; `opened` draws a link of a strand as its own curve. */
export function linkPath(line: Line, from: Mark, to: Mark, head: number, opened = false): LinkPath {
  if (from.x === to.x && from.y === to.y) return loopPath(from, head);
  if (line.via !== undefined && !opened) {
    const [ax, ay, bx, by] = line.via;
    return between(from, to, ax, ay, bx, by, head);
  }
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.hypot(dx, dy);
  const x = (from.x + to.x) / 2 - (dy / length) * line.bend;
  const y = (from.y + to.y) / 2 + (dx / length) * line.bend;
  const start = rimOf(from, x, y);
  const tip = rimOf(to, x, y);
  const end = back(tip.x, tip.y, x, y, head * OVERLAP);
  return {
    x0: start.x,
    y0: start.y,
    ax: start.x + (x - start.x) * LIFT,
    ay: start.y + (y - start.y) * LIFT,
    bx: end.x + (x - end.x) * LIFT,
    by: end.y + (y - end.y) * LIFT,
    x1: end.x,
    y1: end.y,
    tipX: tip.x,
    tipY: tip.y,
    head,
  };
}

function between(
  from: Mark,
  to: Mark,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  head: number,
): LinkPath {
  const start = rimOf(from, ax, ay);
  const tip = rimOf(to, bx, by);
  const end = back(tip.x, tip.y, bx, by, head * OVERLAP);
  return {
    x0: start.x,
    y0: start.y,
    ax,
    ay,
    bx,
    by,
    x1: end.x,
    y1: end.y,
    tipX: tip.x,
    tipY: tip.y,
    head,
  };
}

/** A peer's traffic with itself: out at the top, in from the left. */
function loopPath(mark: Mark, head: number): LinkPath {
  const far = mark.size * LOOP;
  return between(mark, mark, mark.x, mark.y - far, mark.x - far, mark.y, head);
}

/** From (x, y) towards (tx, ty), but at most half the way. */
function back(x: number, y: number, tx: number, ty: number, by: number): { x: number; y: number } {
  const length = Math.hypot(tx - x, ty - y);
  if (length === 0) return { x, y };
  const part = Math.min(by / length, 0.5);
  return { x: x + (tx - x) * part, y: y + (ty - y) * part };
}

/** Where a line from a mark's middle towards (x, y) leaves the mark; the middle itself for a point on it. */
export function rimOf(mark: Mark, x: number, y: number): { x: number; y: number } {
  const dx = x - mark.x;
  const dy = y - mark.y;
  const length = Math.hypot(dx, dy);
  if (length === 0) return { x: mark.x, y: mark.y };
  const half = mark.size / 2 + RIM;
  const [ux, uy] = [Math.abs(dx) / length, Math.abs(dy) / length];
  let far = half;
  if (mark.kind === 'service') {
    // A hexagon with flat top and bottom: its corners at (±1, 0) and (±½, ±1).
    far = half / Math.max(uy, ux + uy / 2);
  } else if (mark.kind === 'namespace' || mark.kind === 'node' || mark.kind === 'host') {
    far = half / Math.max(ux, uy);
  }
  return { x: mark.x + (dx / length) * far, y: mark.y + (dy / length) * far };
}

/** x of the curve at t between 0 and 1. */
export function xAt(path: LinkPath, t: number): number {
  const s = 1 - t;
  return s * s * s * path.x0 + 3 * s * s * t * path.ax + 3 * s * t * t * path.bx + t * t * t * path.x1;
}

/** y of the curve at t between 0 and 1. */
export function yAt(path: LinkPath, t: number): number {
  const s = 1 - t;
  return s * s * s * path.y0 + 3 * s * s * t * path.ay + 3 * s * t * t * path.by + t * t * t * path.y1;
}

/**
 * What is under the pointer. Pure; map units in, places in the lists handed in out. Boxes and strips around the curves
 * are looked through one after the other: for ten thousand links that is cheaper than keeping a grid of them.
 */
import type { PicturePeer } from '../graph/marks';
import { type LinkPath, xAt, yAt } from '../paint/link-paths';

/** Pieces a curve is measured in; a bow of 110 units is then missed by less than a unit. */
const PIECES = 12;
/** Of a link's bounds: its box, the direction across its chord, and from where to where it reaches in that direction. */
const FIELDS = 8;

export interface Picking {
  /** The peer whose mark holds the point, or lies within `reach`; the one drawn last where several do. -1 for none. */
  peerAt(x: number, y: number, reach: number): number;
  /**
   * The link whose line is nearest, within `reach`; -1 for none. The one that was `held` stays until it is out of reach or
   * another is nearer by more than `grip`: where lines lie close together a trembling hand means one of them.
   */
  linkAt(x: number, y: number, reach: number, held?: number, grip?: number): number;
}

export function createPicking(
  peers: readonly Pick<PicturePeer, 'x' | 'y' | 'size'>[],
  paths: readonly LinkPath[],
): Picking {
  const bounds = new Float32Array(paths.length * FIELDS);
  paths.forEach((path, index) => {
    // A curve stays within the hull of its four points: within their box, and within the strip along its chord.
    const { x0, y0, ax, ay, bx, by, tipX, tipY } = path;
    const length = Math.hypot(tipX - x0, tipY - y0);
    const nx = length === 0 ? 0 : (y0 - tipY) / length;
    const ny = length === 0 ? 0 : (tipX - x0) / length;
    const start = nx * x0 + ny * y0;
    const [a, b] = [nx * ax + ny * ay, nx * bx + ny * by];
    bounds.set(
      [
        Math.min(x0, ax, bx, tipX),
        Math.min(y0, ay, by, tipY),
        Math.max(x0, ax, bx, tipX),
        Math.max(y0, ay, by, tipY),
        nx,
        ny,
        Math.min(start, a, b),
        Math.max(start, a, b),
      ],
      index * FIELDS,
    );
  });
  return {
    peerAt(x, y, reach) {
      for (let index = peers.length - 1; index >= 0; index--) {
        const peer = peers[index];
        if (peer === undefined) continue;
        const half = peer.size / 2 + reach;
        if (Math.abs(peer.x - x) <= half && Math.abs(peer.y - y) <= half) return index;
      }
      return -1;
    },
    linkAt(x, y, reach, held = -1, grip = 0) {
      let nearest = -1;
      let least = reach * reach;
      for (let index = 0, at = 0; index < paths.length; index++, at += FIELDS) {
        if (x < (bounds[at] ?? 0) - reach || x > (bounds[at + 2] ?? 0) + reach) continue;
        if (y < (bounds[at + 1] ?? 0) - reach || y > (bounds[at + 3] ?? 0) + reach) continue;
        const across = (bounds[at + 4] ?? 0) * x + (bounds[at + 5] ?? 0) * y;
        if (across < (bounds[at + 6] ?? 0) - reach || across > (bounds[at + 7] ?? 0) + reach) continue;
        const path = paths[index];
        if (path === undefined) continue;
        const away = squaredDistance(path, x, y);
        // Of equals the later one: it is drawn above.
        if (away > least) continue;
        nearest = index;
        least = away;
      }
      const before = paths[held];
      if (before === undefined) return nearest;
      const away = Math.sqrt(squaredDistance(before, x, y));
      return away <= reach && away - grip <= Math.sqrt(least) ? held : nearest;
    },
  };
}

function squaredDistance(path: LinkPath, x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  let [px, py] = [path.x0, path.y0];
  for (let piece = 1; piece <= PIECES; piece++) {
    const isLast = piece === PIECES;
    const qx = isLast ? path.tipX : xAt(path, piece / PIECES);
    const qy = isLast ? path.tipY : yAt(path, piece / PIECES);
    const [dx, dy] = [qx - px, qy - py];
    const length = dx * dx + dy * dy;
    const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - px) * dx + (y - py) * dy) / length));
    const [ex, ey] = [px + along * dx - x, py + along * dy - y];
    least = Math.min(least, ex * ex + ey * ey);
    [px, py] = [qx, qy];
  }
  return least;
}

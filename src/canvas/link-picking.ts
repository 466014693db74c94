/**
 * What is under the pointer. Pure; map units in, places in the lists handed in out. Boxes around the curves are
 * looked through one after the other: for ten thousand links that is cheaper than keeping a grid of them.
 */
import type { PicturePeer } from '../graph/marks';
import { type LinkPath, xAt, yAt } from '../paint/link-paths';

/** Pieces a curve is measured in; a bow of 110 units is then missed by less than a unit. */
const PIECES = 12;

export interface Picking {
  /** The peer whose mark holds the point, or lies within `reach`; the one drawn last where several do. -1 for none. */
  peerAt(x: number, y: number, reach: number): number;
  /** The link whose line is nearest, within `reach`; -1 for none. */
  linkAt(x: number, y: number, reach: number): number;
}

export function createPicking(
  peers: readonly Pick<PicturePeer, 'x' | 'y' | 'size'>[],
  paths: readonly LinkPath[],
): Picking {
  const bounds = new Float32Array(paths.length * 4);
  paths.forEach((path, index) => {
    // A curve stays within the hull of its four points.
    bounds[index * 4] = Math.min(path.x0, path.ax, path.bx, path.tipX);
    bounds[index * 4 + 1] = Math.min(path.y0, path.ay, path.by, path.tipY);
    bounds[index * 4 + 2] = Math.max(path.x0, path.ax, path.bx, path.tipX);
    bounds[index * 4 + 3] = Math.max(path.y0, path.ay, path.by, path.tipY);
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
    linkAt(x, y, reach) {
      let nearest = -1;
      let least = reach * reach;
      for (let index = 0, at = 0; index < paths.length; index++, at += 4) {
        if (x < (bounds[at] ?? 0) - reach || x > (bounds[at + 2] ?? 0) + reach) continue;
        if (y < (bounds[at + 1] ?? 0) - reach || y > (bounds[at + 3] ?? 0) + reach) continue;
        const path = paths[index];
        if (path === undefined) continue;
        const far = squaredDistance(path, x, y);
        // Of equals the later one: it is drawn above.
        if (far > least) continue;
        nearest = index;
        least = far;
      }
      return nearest;
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

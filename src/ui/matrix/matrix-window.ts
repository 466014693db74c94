/**
 * What `window.shoal.picture()` says of a matrix: the picture's own facts, and where they are painted. A peer's box is
 * the cell where it meets itself, its label the name of its row; a namespace's box is its square on the diagonal.
 */
import type { Rect } from '../../graph/layout/labels';
import type { Picture } from '../../graph/marks';
import { cellRect, inSight } from '../../paint/matrix-frame';
import type { MatrixScene } from '../../paint/paint-matrix';
import { describePicture } from '../picture-face';

export function projectMatrix(
  picture: Picture,
  { matrix, frame }: MatrixScene,
  origin: { left: number; top: number },
) {
  const { heads, cell } = frame;
  const sight = inSight(frame);
  const on = (rect: Rect): Rect => ({ ...rect, x: rect.x + origin.left, y: rect.y + origin.top });
  const boxes = new Map(matrix.boxes.map((box) => [box.id, box]));
  // Peers that have no place yet have none on the screen either.
  const isPlaced = (id: string): boolean => matrix.places.has(id);
  const drawn: Picture = {
    ...picture,
    boxes: picture.boxes.filter(({ id }) => boxes.has(id)),
    peers: picture.peers.filter(({ id }) => isPlaced(id)),
    links: picture.links.filter(({ from, to, ghost }) => ghost !== true && isPlaced(from) && isPlaced(to)),
  };
  return describePicture(drawn, {
    box({ id }) {
      const { from = 0, to = 0 } = boxes.get(id) ?? {};
      const side = (to - from) * cell;
      return { box: on({ ...cellRect(frame, from, from), w: side, h: side }) };
    },
    peer({ id }) {
      const place = matrix.places.get(id) ?? 0;
      const own = cellRect(frame, place, place);
      const isNamed = heads.named && place >= sight.top && place < sight.bottom;
      const label = { x: heads.strip, y: own.y, w: heads.w - heads.strip, h: cell };
      return { box: on(own), ...(isNamed ? { labelBox: on(label), labelPx: heads.fontPx } : {}) };
    },
    link({ from, to }) {
      return { cell: on(cellRect(frame, matrix.places.get(from) ?? 0, matrix.places.get(to) ?? 0)) };
    },
  });
}

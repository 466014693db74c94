/**
 * The picture as a matrix: peers in an order, a row and a column each, links as cells (row calls column), namespaces as
 * squares on the diagonal. Pure; knows places as whole numbers, refuses to know sizes and scrolling.
 */
import type { Picture, PictureLink, PicturePeer } from './marks';
import { inMatrixOrder, type MatrixOrder } from './matrix-order';

export interface MatrixCell {
  row: number;
  column: number;
  link: PictureLink;
}

/** A namespace: the rows, and the columns, `from` up to `to`. */
export interface MatrixBox {
  /** As in the picture, where it has a box for it. */
  id: string;
  label: string;
  from: number;
  to: number;
  stroke: string;
  fill: string;
  /** Colour of its name; absent where the picture shows no boxes. */
  title?: string;
}

export interface Matrix {
  peers: readonly PicturePeer[];
  /** Row and column of each peer, by id. */
  places: ReadonlyMap<string, number>;
  boxes: readonly MatrixBox[];
  /** The links of each row, from left to right. */
  rows: readonly (readonly MatrixCell[])[];
  cells: ReadonlyMap<string, MatrixCell>;
}

/** A place in the matrix; without a row it is a column's heading, without a column a row's. */
export interface MatrixPlace {
  row?: number;
  column?: number;
}

/** Peers that the order does not know are left out, and links to them: they come with the next order. */
export function layMatrix(picture: Picture, order: MatrixOrder): Matrix {
  const peers = inMatrixOrder(order, picture.peers);
  const places = new Map(peers.map(({ id }, place) => [id, place]));
  const rows: MatrixCell[][] = peers.map(() => []);
  const cells = new Map<string, MatrixCell>();
  for (const link of picture.links) {
    const [row, column] = [places.get(link.from), places.get(link.to)];
    if (row === undefined || column === undefined) continue;
    const cell = { row, column, link };
    rows[row]?.push(cell);
    cells.set(link.id, cell);
  }
  for (const row of rows) row.sort((a, b) => a.column - b.column);
  return { peers, places, boxes: boxesOf(picture, peers), rows, cells };
}

function boxesOf(picture: Picture, peers: readonly PicturePeer[]): MatrixBox[] {
  const drawn = new Map(picture.boxes.map((box) => [box.label, box]));
  const boxes: MatrixBox[] = [];
  peers.forEach(({ kind, namespace, stroke, fill }, place) => {
    // A namespace among namespaces is a peer, not a place for peers.
    if (namespace === undefined || kind === 'namespace') return;
    const last = boxes.at(-1);
    if (last?.label === namespace && last.to === place) {
      last.to = place + 1;
      return;
    }
    const box = drawn.get(namespace);
    const id = box?.id ?? `ns:${namespace}/`;
    const title = box === undefined ? {} : { title: box.title };
    boxes.push({ id, label: namespace, from: place, to: place + 1, stroke, fill, ...title });
  });
  return boxes;
}

/** The link at a place, if there is one. */
export function cellAt({ rows }: Matrix, { row, column }: MatrixPlace): MatrixCell | undefined {
  if (row === undefined || column === undefined) return undefined;
  const cells = rows[row] ?? [];
  const found = cells[firstFrom(cells, column)];
  return found?.column === column ? found : undefined;
}

/** The cells of a row from a column on, up to another. */
export function cellsBetween({ rows }: Matrix, row: number, from: number, to: number): MatrixCell[] {
  const cells = rows[row] ?? [];
  return cells.slice(firstFrom(cells, from), firstFrom(cells, to));
}

/** Index of the first cell at this column or right of it. */
function firstFrom(cells: readonly MatrixCell[], column: number): number {
  let [low, high] = [0, cells.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cells[middle]?.column ?? 0) < column) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The next link from a place along its row (`down` 0) or column (`right` 0); past the last one, the end. */
export function nextLink(
  matrix: Matrix,
  from: Required<MatrixPlace>,
  right: number,
  down: number,
): MatrixPlace {
  const last = matrix.peers.length - 1;
  let { row, column } = from;
  for (;;) {
    const next = { row: row + down, column: column + right };
    if (Math.min(next.row, next.column) < 0 || Math.max(next.row, next.column) > last) return { row, column };
    ({ row, column } = next);
    if (cellAt(matrix, next) !== undefined) return next;
  }
}

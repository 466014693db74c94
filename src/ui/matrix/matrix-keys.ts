/** Where the arrows and their like lead in the matrix. Pure; headings are at -1, cells from 0 on. */
import { type Matrix, nextLink } from '../../graph/matrix';

/** A place that can have the focus: row -1 holds the columns' headings, column -1 the rows'. */
export interface Cursor {
  row: number;
  column: number;
}

const ARROWS: Partial<Record<string, [right: number, down: number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/**
 * The next place, or undefined when the key means nothing here. With `ctrl` an arrow goes to the next link along its
 * row or column, Home and End to the first and last cell of all. `page` is how many rows are in sight.
 */
export function nextPlace(
  matrix: Matrix,
  at: Cursor,
  { key, ctrl, page }: { key: string; ctrl: boolean; page: number },
): Cursor | undefined {
  const last = matrix.peers.length - 1;
  const within = ({ row, column }: Cursor): Cursor => {
    const place = { row: Math.max(-1, Math.min(last, row)), column: Math.max(-1, Math.min(last, column)) };
    // The corner is no place.
    return place.row < 0 && place.column < 0 ? at : place;
  };
  const arrow = Object.hasOwn(ARROWS, key) ? ARROWS[key] : undefined;
  if (arrow !== undefined) {
    const [right, down] = arrow;
    if (!ctrl) return within({ row: at.row + down, column: at.column + right });
    const { row = at.row, column = at.column } = nextLink(matrix, at, right, down);
    return within({ row, column });
  }
  if (key === 'Home') return within({ row: ctrl ? 0 : at.row, column: 0 });
  if (key === 'End') return within({ row: ctrl ? last : at.row, column: last });
  if (ctrl) return undefined;
  if (key === 'PageDown') return within({ ...at, row: at.row + page });
  // A page up ends at the first row, not in the headings.
  if (key === 'PageUp') return within({ ...at, row: Math.max(Math.min(at.row, 0), at.row - page) });
  return undefined;
}

import { describe, expect, it } from 'vitest';
import type { Matrix } from '../../graph/matrix';
import { nextPlace } from './matrix-keys';

/** Five peers; the third calls the first and the last. */
const matrix = {
  peers: Array.from({ length: 5 }, (_, index) => ({ id: String(index) })),
  rows: [
    [],
    [],
    [
      { row: 2, column: 0 },
      { row: 2, column: 4 },
    ],
    [],
    [],
  ],
} as unknown as Matrix;
const go = (row: number, column: number, key: string, ctrl = false) =>
  nextPlace(matrix, { row, column }, { key, ctrl, page: 3 });

describe('keys in the matrix', () => {
  it.each([
    ['ArrowRight', 1, 1, false, 1, 2],
    ['ArrowRight', 1, 4, false, 1, 4],
    ['ArrowLeft', 1, 0, false, 1, -1],
    ['ArrowLeft', 1, -1, false, 1, -1],
    ['ArrowUp', 0, 3, false, -1, 3],
    ['ArrowUp', 0, -1, false, 0, -1],
    ['ArrowDown', -1, 3, false, 0, 3],
    ['ArrowRight', 2, 0, true, 2, 4],
    ['ArrowLeft', 2, 3, true, 2, 0],
    ['ArrowDown', 0, 4, true, 2, 4],
    ['ArrowDown', 3, 4, true, 4, 4],
    ['Home', 3, 3, false, 3, 0],
    ['End', 3, 0, false, 3, 4],
    ['Home', 3, 3, true, 0, 0],
    ['End', 3, 0, true, 4, 4],
    ['PageDown', 1, 2, false, 4, 2],
    ['PageUp', 4, 2, false, 1, 2],
    ['PageUp', 1, 2, false, 0, 2],
    ['PageUp', -1, 2, false, -1, 2],
  ] as const)('%s at %d, %d (ctrl %s) leads to %d, %d', (key, row, column, ctrl, toRow, toColumn) => {
    expect(go(row, column, key, ctrl)).toEqual({ row: toRow, column: toColumn });
  });

  it.each(['a', 'Enter', 'Tab', 'constructor'])('%s is no way to go', (key) => {
    expect(go(1, 1, key)).toBeUndefined();
  });
});

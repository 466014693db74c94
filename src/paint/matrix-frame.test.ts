import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Matrix } from '../graph/matrix';
import {
  anchorAt,
  cellRect,
  fittingCell,
  inSight,
  type MatrixFrame,
  openingCell,
  placeAt,
  revealing,
  scrollTo,
  sizeHeads,
  stepCell,
  wholeSize,
} from './matrix-frame';
import { markSide } from './paint-matrix';

const measure = (text: string, fontPx: number) => text.length * fontPx * 0.6;
const matrixOf = (count: number) =>
  ({
    peers: Array.from({ length: count }, (_, i) => ({ label: `peer-${i}` })),
    boxes: [],
  }) as unknown as Matrix;
const ROOM = { width: 1100, height: 680 };

const frame = fc
  .record({
    count: fc.integer({ min: 1, max: 600 }),
    cell: fc.constantFrom(2, 3, 6, 12, 17, 32),
    width: fc.integer({ min: 250, max: 2000 }),
    height: fc.integer({ min: 250, max: 1200 }),
    across: fc.double({ min: 0, max: 1, noNaN: true }),
    down: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ count, cell, width, height, across, down }): MatrixFrame => {
    const heads = sizeHeads(matrixOf(count), cell, { width, height }, measure);
    const still = { width, height, cell, count, heads, scrollX: 0, scrollY: 0 };
    const whole = wholeSize(still);
    return {
      ...still,
      scrollX: Math.floor(Math.max(0, whole.width - width) * across),
      scrollY: Math.floor(Math.max(0, whole.height - height) * down),
    };
  });
const place = fc.record({ row: fc.nat(599), column: fc.nat(599) });

describe('the frame of the matrix', () => {
  it('finds under the middle of a cell in sight that cell, and holds it to be in sight', () => {
    fc.assert(
      fc.property(frame, place, (known, wanted) => {
        const at = { row: wanted.row % known.count, column: wanted.column % known.count };
        const scroll = revealing(known, at);
        const moved = { ...known, scrollX: scroll.x, scrollY: scroll.y };
        const rect = cellRect(moved, at.row, at.column);
        expect(placeAt(moved, rect.x + rect.w / 2, rect.y + rect.h / 2)).toEqual(at);
        const sight = inSight(moved);
        expect(at.row >= sight.top && at.row < sight.bottom).toBe(true);
        expect(at.column >= sight.left && at.column < sight.right).toBe(true);
        // What is in sight is not scrolled to.
        expect(revealing(moved, at)).toEqual(scroll);
      }),
    );
  });

  it('tells headings from cells, and nothing from both', () => {
    const known: MatrixFrame = {
      ...ROOM,
      cell: 20,
      count: 10,
      heads: { w: 100, h: 80, strip: 0, named: true, fontPx: 12 },
      scrollX: 0,
      scrollY: 40,
    };
    expect(placeAt(known, 50, 90)).toEqual({ row: 2 });
    expect(placeAt(known, 130, 10)).toEqual({ column: 1 });
    expect(placeAt(known, 50, 10)).toBeUndefined();
    expect(placeAt(known, 320, 90)).toBeUndefined();
    expect(placeAt(known, -1, 90)).toBeUndefined();
  });

  it('leaves the point under the hand where it is when cells change their size', () => {
    fc.assert(
      fc.property(frame, fc.nat(2000), fc.nat(1200), (known, x, y) => {
        const anchor = anchorAt(known, x, y);
        const same = scrollTo(known, anchor);
        expect(same.x).toBeCloseTo(known.scrollX, 6);
        expect(same.y).toBeCloseTo(known.scrollY, 6);
      }),
    );
  });

  it('opens with names at any number of peers, and fits the whole where it is asked to', () => {
    const heads = (count: number) => (cell: number) => sizeHeads(matrixOf(count), cell, ROOM, measure);
    const opening = [5, 30, 150, 500].map((count) => openingCell(fittingCell(count, ROOM, heads(count))));
    expect(opening).toEqual([32, 20, 12, 12]);
    for (const count of [5, 30, 150, 250]) {
      const cell = fittingCell(count, ROOM, heads(count));
      const size = heads(count)(cell);
      expect(size.w + cell * count).toBeLessThan(ROOM.width);
      expect(size.h + cell * count).toBeLessThan(ROOM.height);
    }
  });

  it('steps through sizes to both ends and stops there', () => {
    let cell = 2;
    for (let times = 0; times < 30; times++) cell = stepCell(cell, 1);
    expect(cell).toBe(32);
    for (let times = 0; times < 30; times++) cell = stepCell(cell, -1);
    expect(cell).toBe(2);
    expect(stepCell(17, 1)).toBe(20);
    expect(stepCell(17, -1)).toBe(16);
  });
});

describe('a mark', () => {
  it('grows with the width of the link and stays in its cell', () => {
    for (const cell of [2, 3, 5, 8, 12, 20, 32]) {
      const sides = [1, 2, 4, 6, 8, 10, 12].map((width) => markSide(width, cell));
      expect(sides).toEqual([...sides].sort((a, b) => a - b));
      expect(sides[0]).toBeGreaterThanOrEqual(1);
      expect(sides.at(-1)).toBeLessThanOrEqual(cell);
      if (cell >= 8) expect(sides[0]).toBeLessThan(sides[5] ?? 0);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { createOccupancy, type NamedMark, placeLabels } from './labels';

const measure = (text: string, fontPx: number): number => text.length * fontPx * 0.6;
const EXTENT = { left: -1000, right: 1000 };

const mark = (id: string, x: number, importance: number, cellPx: number): NamedMark => ({
  id,
  texts: [`${id}-service`],
  fontPx: 11,
  fewest: 6,
  mark: { x: x - 8, y: 0, w: 16, h: 16 },
  cellPx,
  importance,
});

const namesOf = (...marks: NamedMark[]): string[] =>
  [...placeLabels(marks, measure, createOccupancy(), EXTENT).keys()].sort();

describe('names', () => {
  it('of the important come first, whose cell is too narrow for one too', () => {
    // 40 px apart: a name in a cell of 80 px and one that left its own do not go beside each other.
    expect(namesOf(mark('heavy', 0, 30, 20), mark('light', 40, 1, 80))).toEqual(['heavy']);
    expect(namesOf(mark('heavy', 0, 1, 20), mark('light', 40, 30, 80))).toEqual(['light']);
  });

  it('that leave a cell too narrow for them take no more than they must from others', () => {
    expect(namesOf(mark('heavy', 0, 30, 20), mark('light', 70, 1, 80))).toEqual(['heavy', 'light']);
  });

  it('are whole where there is room in the end', () => {
    const named = placeLabels([mark('heavy', 0, 30, 20)], measure, createOccupancy(), EXTENT);
    expect(named.get('heavy')?.text).toBe('heavy-service');
  });

  it('stand in their own cells where everybody has room', () => {
    expect(namesOf(mark('heavy', 0, 30, 100), mark('light', 100, 1, 100))).toEqual(['heavy', 'light']);
  });

  it('never lie on the mark of another', () => {
    const low = { ...mark('low', 0, 1, 20), mark: { x: -8, y: 18, w: 16, h: 16 } };
    const named = placeLabels([mark('high', 0, 30, 20), low], measure, createOccupancy(), EXTENT);
    expect([...named.keys()]).toEqual(['low']);
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBends } from './bends';

const RADIUS = 12;
const place = fc.record({ x: fc.integer({ min: 0, max: 300 }), y: fc.integer({ min: 0, max: 300 }) });
const map = fc
  .array(place, { minLength: 2, maxLength: 12 })
  .chain((marks) =>
    fc
      .array(fc.tuple(fc.nat(marks.length - 1), fc.nat(marks.length - 1)), { maxLength: 20 })
      .map((pairs) => ({ marks, chords: pairs.map(([a, b], id) => chordOf(marks, `${id}`, a, b)) })),
  );

function chordOf(marks: readonly { x: number; y: number }[], id: string, a: number, b: number) {
  const [from = { x: 0, y: 0 }, to = { x: 0, y: 0 }] = [marks[a], marks[b]];
  return { id, from, to };
}

it('bows as if it remembered nothing, whatever it was asked before', () => {
  fc.assert(
    fc.property(fc.array(map, { minLength: 1, maxLength: 4 }), (maps) => {
      const remembering = createBends();
      for (const { marks, chords } of [...maps, ...maps]) {
        expect(remembering(chords, marks, RADIUS)).toEqual(createBends()(chords, marks, RADIUS));
      }
    }),
  );
});

it('searches again for a link whose ends changed places with another’s', () => {
  const marks = [
    { x: 0, y: 0 },
    { x: 200, y: 0 },
    { x: 100, y: 20 },
    { x: 0, y: 200 },
  ];
  const remembering = createBends();
  remembering([chordOf(marks, 'a', 0, 1), chordOf(marks, 'b', 0, 3)], marks, RADIUS);
  const swapped = [chordOf(marks, 'b', 0, 1), chordOf(marks, 'a', 0, 3)];
  expect(remembering(swapped, marks, RADIUS)).toEqual(createBends()(swapped, marks, RADIUS));
});

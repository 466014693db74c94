import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finish } from './layout/steps';
import { type Distances, lengthOf, seriate } from './seriation';

function distancesOf(count: number, between: (a: number, b: number) => number): Distances {
  const table = new Float64Array(count * count);
  for (let a = 0; a < count; a++)
    for (let b = 0; b < count; b++)
      table[a * count + b] = a === b ? 0 : between(Math.min(a, b), Math.max(a, b));
  return { count, between: table };
}

const distances = fc
  .integer({ min: 0, max: 14 })
  .chain((count) =>
    fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: count * count, maxLength: count * count })
      .map((cells) => distancesOf(count, (a, b) => cells[a * count + b] ?? 0)),
  );
const points = fc
  .uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 40 })
  .map((at) => ({ at, known: distancesOf(at.length, (a, b) => Math.abs((at[a] ?? 0) - (at[b] ?? 0))) }));

const isSorted = (values: readonly number[]): boolean =>
  values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0));

describe('an order of things that are alike', () => {
  it.each([undefined, 0])('has each thing once, and is the same again (optimal up to %s)', (most) => {
    fc.assert(
      fc.property(distances, (known) => {
        const order = finish(seriate(known, most));
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: known.count }, (_, i) => i));
        expect(finish(seriate(known, most))).toEqual(order);
      }),
    );
  });

  it('puts points of a line in their order along it', () => {
    fc.assert(
      fc.property(points, ({ at, known }) => {
        const along = finish(seriate(known)).map((index) => at[index] ?? 0);
        expect(isSorted(along) || isSorted([...along].reverse())).toBe(true);
      }),
    );
  });

  it('is never longer than the greedy order of the same tree', () => {
    fc.assert(
      fc.property(distances, (known) => {
        const optimal = lengthOf(known, finish(seriate(known)));
        expect(optimal).toBeLessThanOrEqual(lengthOf(known, finish(seriate(known, 0))) + 1e-9);
      }),
    );
  });

  it('is the best of all orders that the tree allows', () => {
    // Two pairs that are close, apart from each other: eight orders keep the pairs together.
    const far = [
      [0, 1, 7, 5],
      [1, 0, 6, 8],
      [7, 6, 0, 1],
      [5, 8, 1, 0],
    ];
    const known = distancesOf(4, (a, b) => far[a]?.[b] ?? 0);
    // 1 0 | 3 2 is 1 + 5 + 1; every other joint is longer.
    expect(lengthOf(known, finish(seriate(known)))).toBe(7);
  });

  it('keeps clusters whole', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 3, maxLength: 30 }), (kinds) => {
        const known = distancesOf(kinds.length, (a, b) => (kinds[a] === kinds[b] ? 1 : 10));
        const runs = finish(seriate(known)).filter(
          (thing, place, all) => place === 0 || kinds[thing] !== kinds[all[place - 1] ?? 0],
        );
        expect(runs.length).toBe(new Set(kinds).size);
      }),
    );
  });
});

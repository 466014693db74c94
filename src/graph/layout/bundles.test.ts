import { describe, expect, it } from 'vitest';
import { bundle } from './bundles';
import type { PackedGroup } from './packing';
import type { Placement } from './placement';

const frame = (x: number): PackedGroup => ({
  ...{ x, y: 0, w: 200, h: 400, cols: 10, rows: 20 },
  ...{ cell: { w: 20, h: 20 }, boxed: true },
});
const peersOf = (group: string, count: number) =>
  Array.from({ length: count }, (_, slot) => [`${group}-${slot}`, { group, slot }] as const);
const placement: Placement = {
  groups: new Map([
    ['ns:a', frame(0)],
    ['ns:b', frame(600)],
    ['ns:c', frame(1200)],
  ]),
  slots: new Map([...peersOf('ns:a', 200), ...peersOf('ns:b', 200), ...peersOf('ns:c', 200)]),
  dragged: new Map([['ns:a-7', { x: 1, y: 1 }]]),
  zoom: 1,
  generation: 0,
};
const many = (count: number, from: string, to: string) =>
  Array.from({ length: count }, (_, i) => ({ from: `${from}-${i}`, to: `${to}-${i}` }));
const all = () => true;

describe('links between the same two boxes', () => {
  const links = [...many(200, 'ns:a', 'ns:b'), ...many(100, 'ns:b', 'ns:a'), ...many(6, 'ns:a', 'ns:c')];
  const ways = bundle(links, placement, all);

  it('share their way in a dense picture, told from whichever end they start', () => {
    const [there, back] = [ways.get(0), ways.get(250)];
    expect(there?.[0]).toBeGreaterThan(200);
    expect(there?.[2]).toBeLessThan(600);
    expect(there?.[0]).toBeLessThan(there?.[2] ?? 0);
    expect(back).toEqual([there?.[2], there?.[3], there?.[0], there?.[1]]);
    expect(ways.get(100)).toEqual(there);
  });

  it('are drawn on their own where they are few, where one was dragged, and where one must stand out', () => {
    expect([300, 301, 305].map((index) => ways.get(index))).toEqual([undefined, undefined, undefined]);
    expect(ways.get(7)).toBeUndefined();
    expect(bundle(links, placement, (index) => index !== 3).get(3)).toBeUndefined();
  });

  it('are drawn on their own where the picture is not dense, and in columns', () => {
    expect(bundle(links.slice(0, 250), placement, all).size).toBe(0);
    expect(bundle(links, { ...placement, layered: true }, all).size).toBe(0);
  });
});

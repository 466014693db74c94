// The history as lines: what is known is drawn where it belongs, and nothing is drawn where nothing is known.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BytesPerSecond, Microseconds } from '../flows/units';
import { type ShapePoint, sampleAtX, shapeTimeline } from './timeline-shape';

const SIZE = { width: 600, height: 40 };
const at = (
  seconds: number,
  rate?: number,
  p99?: number,
  gapBefore?: ShapePoint['gapBefore'],
): ShapePoint => ({
  atMs: seconds * 1000,
  ...(rate === undefined ? {} : { bytesPerS: rate as BytesPerSecond }),
  ...(p99 === undefined ? {} : { worstP99Us: p99 as Microseconds }),
  ...(gapBefore === undefined ? {} : { gapBefore }),
});

describe('where samples stand', () => {
  it('the newest at the right, the others as long before it as they were, sixty intervals a width at least', () => {
    const { xs } = shapeTimeline([at(0), at(10), at(20), at(40)], SIZE);
    expect(xs).toEqual([560, 570, 580, 600]);
    const hour = Array.from({ length: 361 }, (_, i) => at(i * 10));
    expect(shapeTimeline(hour, SIZE).xs.slice(0, 1)).toEqual([0]);
  });

  it('a gap is four intervals at most, and so the night does not crowd out the day', () => {
    const { xs, breaks } = shapeTimeline([at(0), at(10), at(36_010, 1, 1, 'gap'), at(36_020)], SIZE);
    expect(xs).toEqual([540, 550, 590, 600]);
    expect(breaks).toEqual([{ x: 570, kind: 'gap', forMs: 36_000_000 }]);
  });

  it('a loop goes on to the right, though its times are those of before', () => {
    const { xs } = shapeTimeline([at(100), at(110), at(100, 1, 1, 'epoch'), at(110)], SIZE);
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
    expect(new Set(xs).size).toBe(4);
  });

  it('is inside the chart and in order, whatever the times', () => {
    const point = fc.record({
      s: fc.integer({ min: 0, max: 1e6 }),
      gap: fc.constantFrom(undefined, 'gap', 'epoch', 'clock'),
    });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 40 }), (points) => {
        const { xs } = shapeTimeline(
          points.map(({ s, gap }) => at(s, s, s, gap as ShapePoint['gapBefore'])),
          SIZE,
        );
        expect(xs).toHaveLength(points.length);
        xs.forEach((x, i) => {
          expect(x).toBeGreaterThanOrEqual(i === 0 ? 0 : (xs[i - 1] ?? 0));
          expect(x).toBeLessThanOrEqual(SIZE.width);
          expect(xs[sampleAtX(xs, x)]).toBe(x);
        });
      }),
    );
    expect(sampleAtX([], 10)).toBe(-1);
  });
});

describe('what is drawn', () => {
  it('no rate and no line crosses a break or a sample without a value', () => {
    const { rate, p99 } = shapeTimeline(
      [at(0), at(10, 50, 500), at(20, undefined, 500), at(30, 100, 500, 'epoch'), at(40, 100, 500)],
      SIZE,
    );
    // Two areas: 0 to 10 s, and 30 to 40 s. What is said at the break itself is about the time across it.
    expect(rate.match(/M/g)).toHaveLength(2);
    expect(rate).toContain('M550 40');
    expect(rate).toContain('H560V40Z');
    expect(p99).toHaveLength(1);
    expect(p99[0]?.path.match(/M/g)).toHaveLength(2);
  });

  it('a line has the colour of the band it leads to; a sample alone is a dot', () => {
    const { p99, limits } = shapeTimeline([at(0, 0, 500), at(10, 0, 50_000), at(20), at(30, 0, 2e6)], SIZE);
    expect(p99.map(({ band }) => band)).toEqual(['elevated', 'high']);
    expect(p99[1]?.path).toMatch(/^M(\S+ \S+)L\1$/);
    expect(limits.map(({ us }) => us)).toEqual([1_000, 10_000, 100_000, 1_000_000]);
    expect(limits.map(({ y }) => y)).toEqual(limits.map(({ y }) => y).sort((a, b) => b - a));
  });

  it('clocks are round times, apart enough to be read', () => {
    const { clocks } = shapeTimeline(
      Array.from({ length: 361 }, (_, i) => at(5 + i * 10)),
      SIZE,
    );
    expect(clocks.map(({ atMs }) => atMs % 600_000)).toEqual([0, 0, 0, 0, 0, 0]);
    clocks.slice(1).forEach(({ x }, i) => {
      expect(x - (clocks[i]?.x ?? 0)).toBeGreaterThanOrEqual(70);
    });
  });

  it('nothing of nothing', () => {
    expect(shapeTimeline([], SIZE)).toMatchObject({ xs: [], rate: '', p99: [], breaks: [], clocks: [] });
  });
});

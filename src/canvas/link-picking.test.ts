import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkPath, xAt, yAt } from '../paint/link-paths';
import { createPicking } from './link-picking';

const pod = (x: number, y: number) => ({ kind: 'pod' as const, x, y, size: 20 });

describe('what is under the pointer', () => {
  it('is the peer whose mark it is on, the upper of two', () => {
    const picking = createPicking([pod(0, 0), pod(100, 0), pod(104, 0)], []);
    expect(picking.peerAt(3, -4, 0)).toBe(0);
    expect(picking.peerAt(102, 0, 0)).toBe(2);
    expect(picking.peerAt(50, 0, 0)).toBe(-1);
    expect(picking.peerAt(12, 0, 0)).toBe(-1);
    expect(picking.peerAt(12, 0, 3)).toBe(0);
  });

  it('is the nearest link within reach', () => {
    const paths = [0, 30].map((y) => linkPath({ bend: 0 }, pod(0, y), pod(200, y), 0));
    const picking = createPicking([], paths);
    expect(picking.linkAt(100, 4, 8)).toBe(0);
    expect(picking.linkAt(100, 26, 8)).toBe(1);
    expect(picking.linkAt(100, 15, 8)).toBe(-1);
    expect(picking.linkAt(100, 18, 20)).toBe(1);
  });

  it('stays the link that was held until another is clearly nearer, or it is out of reach', () => {
    const paths = [0, 6].map((y) => linkPath({ bend: 0 }, pod(0, y), pod(200, y), 0));
    const picking = createPicking([], paths);
    expect(picking.linkAt(100, 3.5, 8)).toBe(1);
    expect(picking.linkAt(100, 3.5, 8, 0, 2)).toBe(0);
    expect(picking.linkAt(100, 2.5, 8, 1, 2)).toBe(1);
    expect(picking.linkAt(100, 5, 8, 0, 2)).toBe(1);
    expect(picking.linkAt(100, 12, 8, 0, 2)).toBe(1);
    expect(picking.linkAt(100, 40, 8, 0, 2)).toBe(-1);
  });

  it('is no link beyond its ends', () => {
    const picking = createPicking([], [linkPath({ bend: 0 }, pod(0, 0), pod(200, 0), 0)]);
    expect(picking.linkAt(-30, 0, 8)).toBe(-1);
    expect(picking.linkAt(230, 0, 8)).toBe(-1);
  });

  it('finds every link anywhere along its curve', () => {
    const near = fc.integer({ min: -500, max: 500 });
    const bend = fc.integer({ min: -110, max: 110 });
    fc.assert(
      fc.property(
        near,
        near,
        near,
        near,
        bend,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (x, y, u, v, b, t) => {
          fc.pre(Math.hypot(u - x, v - y) > 60);
          const path = linkPath({ bend: b }, pod(x, y), pod(u, v), 6);
          expect(createPicking([], [path]).linkAt(xAt(path, t), yAt(path, t), 3)).toBe(0);
        },
      ),
    );
  });
});

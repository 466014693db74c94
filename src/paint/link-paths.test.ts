import { describe, expect, it } from 'vitest';
import type { PeerKind } from '../flows/identity';
import { linkPath, rimOf, xAt, yAt } from './link-paths';

const mark = (kind: PeerKind, x: number, y: number) => ({ kind, x, y, size: 20 });
const RADIUS = 11;

describe('the rim of a mark', () => {
  it('is as far from the middle of a round one in every direction', () => {
    for (let turn = 0; turn < 2 * Math.PI; turn += 0.3) {
      const { x, y } = rimOf(mark('pod', 5, 7), 5 + 90 * Math.cos(turn), 7 + 90 * Math.sin(turn));
      expect(Math.hypot(x - 5, y - 7)).toBeCloseTo(RADIUS);
    }
  });

  it('is a side or a corner of a square one', () => {
    expect(rimOf(mark('node', 0, 0), 100, 0)).toEqual({ x: RADIUS, y: 0 });
    const corner = rimOf(mark('node', 0, 0), -100, 100);
    expect(corner.x).toBeCloseTo(-RADIUS);
    expect(corner.y).toBeCloseTo(RADIUS);
  });

  it('is the flat top, a corner or a slanted side of a hexagon', () => {
    const service = mark('service', 0, 0);
    expect(rimOf(service, 0, -50)).toEqual({ x: 0, y: -RADIUS });
    expect(rimOf(service, 50, 0)).toEqual({ x: RADIUS, y: 0 });
    // The slanted side runs from (1, 0) to (½, 1): on it x + y/2 is 1.
    const { x, y } = rimOf(service, 50, 30);
    expect(x + y / 2).toBeCloseTo(RADIUS);
  });

  it('is the middle for a point on the middle', () => {
    expect(rimOf(mark('pod', 3, 4), 3, 4)).toEqual({ x: 3, y: 4 });
  });
});

describe('the line of a link', () => {
  const from = mark('pod', 0, 0);
  const to = mark('pod', 200, 0);

  it('runs from rim to rim, its line ending within the head', () => {
    const path = linkPath({ bend: 0 }, from, to, 8);
    expect([path.x0, path.y0]).toEqual([RADIUS, 0]);
    expect([path.tipX, path.tipY]).toEqual([200 - RADIUS, 0]);
    expect(path.x1).toBeLessThan(path.tipX);
    expect(path.x1).toBeGreaterThan(path.tipX - 8);
  });

  it('bows half as far as its control point lies from the chord, to the same side as the figures on it', () => {
    const path = linkPath({ bend: 40 }, from, to, 0);
    expect(Math.abs(yAt(path, 0.5) - 20)).toBeLessThan(3);
    expect(Math.abs(xAt(path, 0.5) - 100)).toBeLessThan(3);
    expect(yAt(linkPath({ bend: -40 }, from, to, 0), 0.5)).toBeLessThan(0);
  });

  it('goes through what a strand shares, unless it is opened', () => {
    const via = [60, 90, 140, 90] as const;
    const path = linkPath({ bend: 10, via }, from, to, 0);
    expect([path.ax, path.ay, path.bx, path.by]).toEqual(via);
    expect(yAt(path, 0.5)).toBeGreaterThan(60);
    expect(yAt(linkPath({ bend: 10, via }, from, to, 0, true), 0.5)).toBeLessThan(10);
  });

  it('leaves a mark and comes back to it where a peer talks to itself', () => {
    const path = linkPath({ bend: 0 }, from, from, 0);
    expect(Math.hypot(path.x0, path.y0)).toBeCloseTo(RADIUS);
    expect(Math.hypot(path.tipX, path.tipY)).toBeCloseTo(RADIUS);
    expect(Math.hypot(xAt(path, 0.5), yAt(path, 0.5))).toBeGreaterThan(RADIUS);
  });

  it('has numbers for ends even where the marks cover each other', () => {
    const path = linkPath({ bend: 0 }, from, mark('pod', 1, 0), 8);
    for (const value of Object.values(path)) expect(value).toEqual(expect.any(Number));
    expect(Object.values(path).every(Number.isFinite)).toBe(true);
  });
});

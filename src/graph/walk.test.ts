import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PictureLink, PicturePeer } from './marks';
import { DIRECTIONS, endTowards, fromWorst, linksByPeer, nearestPeer, readingOrder } from './walk';

const peer = (id: string, x: number, y: number): PicturePeer => ({
  id,
  kind: 'service',
  label: id,
  x,
  y,
  size: 28,
  stroke: '',
  fill: '',
  textWidthPx: 0,
  fontPx: 11,
  folded: false,
});

const link = (id: string, rest: Partial<PictureLink> = {}): PictureLink => {
  const [from = '', to = ''] = id.split('>');
  return {
    id,
    from,
    to,
    bytes: 0,
    widthPx: 1,
    colour: '',
    band: 'unmeasured',
    dash: [],
    flows: 1,
    bend: 0,
    unanswered: false,
    quiet: false,
    opacity: 1,
    ...rest,
  } as PictureLink;
};

const box = (id: string, x: number, y: number, w: number, h: number) => ({
  ...{ id, label: id, x, y, w, h },
  ...{ textWidthPx: 0, stroke: '', fill: '', title: '' },
});

const ids = (things: readonly { id: string }[]): string => things.map(({ id }) => id).join(' ');

describe('the reading order', () => {
  it('goes box by box, and within a box line by line from the left', () => {
    const boxes = [box('right', 200, 4, 100, 90), box('left', 0, 0, 100, 200), box('below', 0, 220, 90, 90)];
    const peers = [
      ...[peer('r1', 230, 30), peer('l3', 20, 150), peer('l2', 80, 42), peer('l1', 20, 40)],
      ...[peer('alone', 400, 30), peer('b1', 20, 250)],
    ];
    expect(ids(readingOrder({ boxes, peers }))).toBe('l1 l2 l3 r1 alone b1');
  });

  it('has each peer once, whatever order they come in', () => {
    const places = fc.uniqueArray(fc.tuple(fc.integer({ max: 900 }), fc.integer({ max: 900 })), {
      maxLength: 30,
      selector: ([x, y]) => `${x} ${y}`,
    });
    fc.assert(
      fc.property(places, (at) => {
        const peers = at.map(([x, y]) => peer(`${x} ${y}`, x, y));
        const order = readingOrder({ boxes: [box('b', 0, 0, 500, 500)], peers });
        expect(ids(order).length).toBe(ids(peers).length);
        expect(new Set(order)).toEqual(new Set(peers));
        expect(readingOrder({ boxes: [box('b', 0, 0, 500, 500)], peers: [...peers].reverse() })).toEqual(
          order,
        );
      }),
    );
  });
});

describe('the nearest peer in a direction', () => {
  const peers = [
    peer('m', 0, 0),
    peer('near', 60, 50),
    peer('far', 200, 0),
    peer('up', 10, -90),
    peer('w', -40, 300),
  ];
  const [middle] = peers;

  it.each([
    ['right', 'near'],
    ['up', 'up'],
    ['down', 'w'],
    // Nobody faces it; the one that lies there at all is better than none.
    ['left', 'w'],
  ] as const)('%s is %s', (direction, wanted) => {
    expect(middle && nearestPeer(peers, middle, direction)?.id).toBe(wanted);
  });

  it('is nobody at the rim, and never behind', () => {
    const grid = fc.uniqueArray(fc.tuple(fc.nat(9), fc.nat(9)), {
      minLength: 1,
      maxLength: 40,
      selector: String,
    });
    fc.assert(
      fc.property(grid, fc.constantFrom(...DIRECTIONS), (at, direction) => {
        const all = at.map(([x, y]) => peer(`${x} ${y}`, x * 50, y * 50));
        const [from] = all;
        if (from === undefined) return;
        const sign = direction === 'left' || direction === 'up' ? -1 : 1;
        const along = (one: PicturePeer) =>
          sign * (direction === 'left' || direction === 'right' ? one.x - from.x : one.y - from.y);
        const found = nearestPeer(all, from, direction);
        if (found === undefined) expect(all.filter((one) => along(one) > 0)).toEqual([]);
        else expect(along(found)).toBeGreaterThan(0);
      }),
    );
  });
});

describe('links', () => {
  it('go from the worst p99 to those without an answer to the unmeasured by bytes', () => {
    const links = [
      link('a>light'),
      link('a>heavy', { bytes: 9 as PictureLink['bytes'] }),
      link('a>dead', { unanswered: true }),
      link('b>a', { band: 'good', worstP99Us: 2_000 as never }),
      link('a>slow', { band: 'high', worstP99Us: 200_000 as never }),
      link('c>d'),
    ];
    const by = linksByPeer(links);
    expect(ids(fromWorst(by.get('a') ?? []))).toBe('a>slow b>a a>dead a>heavy a>light');
    expect(ids(by.get('b') ?? [])).toBe('b>a');
    expect(by.has('nobody')).toBe(false);
    expect(linksByPeer([link('a>a')]).get('a')).toHaveLength(1);
  });

  it('are followed by an arrow to the end that lies there', () => {
    const peers = [peer('a', 0, 0), peer('b', 100, 40)];
    const one = link('a>b');
    expect(DIRECTIONS.map((way) => endTowards(one, peers, 'a', way))).toEqual(['a', 'b', 'a', 'b']);
    const level = [peer('a', 0, 0), peer('b', 100, 0)];
    expect(endTowards(one, level, 'a', 'up')).toBe('b');
    expect(endTowards(one, level, 'b', 'up')).toBe('a');
    expect(endTowards(link('a>gone'), level, 'a', 'up')).toBe('a');
  });
});

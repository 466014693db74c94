import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sketch } from '../flows/sketch';
import { buildGraph, type FlowGraph } from './flow-graph';
import { narrow } from './focus';
import { elide, type MeasureText, overlaps, type Rect } from './layout/labels';
import { centreOf, drag, layOut, type Placement, settle } from './layout/placement';
import type { Picture } from './marks';
import { composePicture, linkWidthPx, markRect } from './picture';
import { diffPictures, isEmpty } from './picture-diff';

/** About the widths of a proportional font: narrow letters half as wide as wide ones. */
const measure: MeasureText = (text, px) =>
  [...text].reduce((sum, c) => sum + px * (/[il.:1-]/.test(c) ? 0.32 : 0.58), 0);
const VIEWPORT = { w: 1080, h: 640 };
const FACTS = { total: 0, truncated: false, rejected: 0 };

/** A cluster of `size` services in unequal namespaces, each calling a few others. */
function cluster(size: number, seed = 1): FlowGraph {
  let state = seed;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state;
  };
  const name = (i: number) =>
    `ns${Math.floor(Math.sqrt(i * 2))}/service-${i}-7d9f8b6c5-x${i}(service-number-${i})@n${i % 4}`;
  const lines = Array.from({ length: size }, (_, i) =>
    [0, 1].map(
      () =>
        `${name(i)} -> ${name(random() % size)}:80  both ${1 + (random() % 9_000_000)}/5k 1ms..${1 + (random() % 200)}ms`,
    ),
  ).flat();
  return buildGraph(sketch(lines.join('\n')), { level: 'service' });
}

const inputOf = (graph: FlowGraph) => ({
  peers: [...graph.peers.values()],
  links: [...graph.links.values()],
  viewport: VIEWPORT,
});
const draw = (graph: FlowGraph, placement: Placement, zoom = placement.zoom): Picture =>
  composePicture({ scene: narrow(graph, {}, FACTS), placement, theme: 'light', zoom, measure });

function labelRects(picture: Picture) {
  return picture.peers.flatMap((peer) => {
    if (peer.text === undefined) return [];
    const mark = markRect(peer, picture.zoom);
    return [
      {
        id: peer.id,
        rect: {
          x: mark.x + mark.w / 2 - peer.textWidthPx / 2,
          y: mark.y + mark.h + 3,
          w: peer.textWidthPx,
          h: peer.fontPx,
        },
      },
    ];
  });
}

/** Pairs that overlap, by id. */
function overlapping(marks: readonly { id: string; rect: Rect }[]): string[] {
  return marks.flatMap((a, i) =>
    marks.slice(i + 1).flatMap((b) => (overlaps(a.rect, b.rect) ? [`${a.id} ${b.id}`] : [])),
  );
}

// One seed in the suite; `npm run sweep` tries more.
const SEEDS = process.env.SWEEP === '1' ? [1, 2, 3, 4, 5, 6, 7, 8] : [1];
const MAPS = [3, 20, 60, 100, 300].flatMap((size) => SEEDS.map((seed) => ({ size, seed })));

describe.each(MAPS)('a map of $size services (seed $seed)', ({ size, seed }) => {
  const graph = cluster(size, seed);
  const placement = layOut(inputOf(graph));
  const picture = draw(graph, placement);

  it('draws every peer apart from every other, inside its own box and in no other', () => {
    const marks = picture.peers.map((peer) => ({ id: peer.id, peer, rect: markRect(peer, 1) }));
    expect(overlapping(marks)).toEqual([]);
    expect(overlapping(picture.boxes.map((box) => ({ id: box.id, rect: box })))).toEqual([]);
    const holds = (box: Rect, { x, y, w, h }: Rect) =>
      x >= box.x && x + w <= box.x + box.w && y >= box.y && y + h <= box.y + box.h;
    const astray = marks.flatMap(({ peer, rect }) =>
      picture.boxes
        .filter((box) => (box.label === peer.namespace ? !holds(box, rect) : overlaps(rect, box)))
        .map((box) => `${peer.id} and ${box.label}`),
    );
    expect(astray).toEqual([]);
  });

  it('never lets two names overlap', () => {
    expect(overlapping(labelRects(picture))).toEqual([]);
  });

  it('is the same for the same input in another order', () => {
    const shuffled = {
      ...inputOf(graph),
      peers: [...graph.peers.values()].reverse(),
      links: [...graph.links.values()].reverse(),
    };
    expect([...layOut(shuffled).slots].sort()).toEqual([...placement.slots].sort());
  });
});

it('fits a hundred services on a screen, nearly all with names one can read', () => {
  const graph = cluster(100);
  const placement = layOut(inputOf(graph));
  const picture = draw(graph, placement);
  expect(placement.zoom).toBeGreaterThan(0.78);
  expect(
    picture.peers.filter(({ text }) => text !== undefined).length / picture.peers.length,
  ).toBeGreaterThanOrEqual(0.95);
  expect(Math.min(...picture.peers.map(({ fontPx }) => fontPx))).toBeGreaterThanOrEqual(11);
});

describe('stillness', () => {
  const graph = cluster(40);
  const placement = layOut(inputOf(graph));

  it('keeps everybody in place through a refresh with nobody new', () => {
    expect(settle(placement, inputOf(graph))).toBe(placement);
  });

  it('slots a newcomer into its own box and moves nobody of the other boxes', () => {
    const grown = buildGraph(
      [
        ...[...graph.links.values()].flatMap(({ flows }) => flows),
        ...sketch('ns3/newcomer-1(newcomer)@n1 -> ns3/x-1(other)@n1:80  both 1k/1k 1ms'),
      ],
      { level: 'service' },
    );
    const next = settle(placement, inputOf(grown));
    expect(centreOf(next, 'svc:ns3/newcomer')).toBeDefined();
    const pushed = new Set(
      [...placement.groups].filter(([id, group]) => next.groups.get(id)?.y !== group.y).map(([id]) => id),
    );
    for (const peer of graph.peers.keys()) {
      if (pushed.has(placement.slots.get(peer)?.group ?? '')) continue;
      expect(centreOf(next, peer)).toEqual(centreOf(placement, peer));
    }
    expect(pushed.has('ns:ns3')).toBe(false);
    const boxes = [...next.groups.values()];
    for (const [i, a] of boxes.entries())
      for (const b of boxes.slice(i + 1)) expect(overlaps(a, b)).toBe(false);
  });

  it('finds a peer that was away where it was', () => {
    const gone = [...graph.peers.keys()][7] as string;
    const without = { ...inputOf(graph), peers: [...graph.peers.values()].filter(({ id }) => id !== gone) };
    const back = settle(settle(placement, without), inputOf(graph));
    expect(centreOf(back, gone)).toEqual(centreOf(placement, gone));
  });

  it('leaves what the reader dragged where it was put', () => {
    const peer = [...graph.peers.keys()][3] as string;
    const moved = drag(placement, peer, { x: 12, y: 34 });
    expect(centreOf(settle(moved, inputOf(graph)), peer)).toEqual({ x: 12, y: 34 });
  });
});

describe('the width of a link', () => {
  it.each([
    [0, 1],
    [1024, 1],
    [1024 ** 2, 5.5],
    [1024 ** 3, 10],
  ])('%i bytes are %d px', (bytes, px) => {
    expect(linkWidthPx(bytes)).toBe(px);
  });

  it('never shrinks as bytes grow, and stays within an eighth of a pixel of the scale', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1024, max: 2 ** 32 }), fc.nat(1e9), (bytes, more) => {
        expect(linkWidthPx(bytes + more)).toBeGreaterThanOrEqual(linkWidthPx(bytes));
        expect(Math.abs(linkWidthPx(bytes) - (1 + (9 * (Math.log2(bytes) - 10)) / 20))).toBeLessThanOrEqual(
          0.125,
        );
      }),
    );
  });
});

describe('what must be redrawn', () => {
  const graph = cluster(20);
  const placement = layOut(inputOf(graph));
  const picture = draw(graph, placement);

  it('is nothing when only figures below the quantum changed', () => {
    const later = structuredClone(picture);
    for (const link of later.links) link.flows += 1;
    expect(isEmpty(diffPictures(picture, later))).toBe(true);
  });

  it('is the link whose width or colour changed, and no other', () => {
    const later = structuredClone(picture);
    const [first] = later.links;
    if (first === undefined) throw new Error('no link');
    first.widthPx += 0.25;
    const diff = diffPictures(picture, later);
    expect(diff.links.changed.map(({ id }) => id)).toEqual([first.id]);
    expect(diff.peers.changed.length + diff.links.added.length + diff.links.removed.length).toBe(0);
  });

  it('is everything from nothing', () => {
    expect(diffPictures(undefined, picture).peers.added).toHaveLength(picture.peers.length);
  });
});

describe('a name too long for its place', () => {
  it('keeps both the workload and the hash end', () => {
    const short = elide('checkout-79b4d6c88-m4rwb', 100, 12, measure);
    expect(short).toMatch(/^checkout.*….*rwb$/);
    expect(measure(short ?? '', 12)).toBeLessThanOrEqual(100);
  });

  it('is left out rather than cut to nothing', () => {
    expect(elide('checkout-79b4d6c88-m4rwb', 12, 12, measure)).toBeUndefined();
  });
});

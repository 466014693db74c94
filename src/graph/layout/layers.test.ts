import { describe, expect, it } from 'vitest';
import { sketch } from '../../flows/sketch';
import { buildGraph, type FlowGraph } from '../flow-graph';
import { narrow } from '../focus';
import { composePicture, markRect } from '../picture';
import { type MeasureText, overlaps, type Rect } from './labels';
import { layOutLayers } from './layers';
import { centreOf, type Placement } from './placement';

const measure: MeasureText = (text, px) => [...text].length * px * 0.56;
const VIEWPORT = { w: 1040, h: 700 };
const FOCUS = 'svc:shop/cart';

/** Clients that call the cart, what the cart calls, and what that calls in turn; `extra` is one more client. */
function around(clients: number, extra = ''): FlowGraph {
  const text = [
    ...Array.from(
      { length: clients },
      (_, i) => `web${i % 3}/front-${i}-x(front-${i})@n -> shop/cart-1(cart)@n:80  c 9k/9k 1ms`,
    ),
    extra,
    'shop/cart-1(cart)@n -> data/redis-0(redis)@n:6379  c 9k/9k 1ms',
    'shop/cart-1(cart)@n -> shop/price-1(price)@n:80    c 9k/9k 1ms',
    'shop/price-1(price)@n -> data/pg-0(pg)@n:5432      c 9k/9k 1ms',
    'data/redis-0(redis)@n -> data/disk-0(disk)@n:99    c 9k/9k 1ms',
  ].join('\n');
  return buildGraph(sketch(text), { level: 'service' });
}

const inputOf = (graph: FlowGraph) => ({
  peers: [...graph.peers.values()],
  links: [...graph.links.values()],
  focus: FOCUS,
  viewport: VIEWPORT,
});
const xOf = (placement: Placement, peer: string): number => centreOf(placement, peer)?.x ?? Number.NaN;
const yOf = (placement: Placement, peer: string): number => centreOf(placement, peer)?.y ?? Number.NaN;

function draw(graph: FlowGraph, placement: Placement) {
  const scene = narrow(graph, {}, { total: 0, truncated: false, rejected: 0 });
  return composePicture({ scene, placement, theme: 'light', zoom: placement.zoom, measure });
}

describe('the neighbourhood of a peer in columns', () => {
  const graph = around(4);
  const placement = layOutLayers(inputOf(graph));

  it('runs from clients at the left over the focus to servers at the right', () => {
    const columns = ['svc:web0/front-0', FOCUS, 'svc:data/redis', 'svc:data/pg'].map((id) =>
      xOf(placement, id),
    );
    expect(columns).toEqual([...columns].sort((a, b) => a - b));
    expect(new Set(columns).size).toBe(4);
    expect(xOf(placement, 'svc:shop/price')).toBe(xOf(placement, 'svc:data/redis'));
  });

  it('orders columns so that links do not cross where they need not', () => {
    const [redis, price, disk, pg] = ['data/redis', 'shop/price', 'data/disk', 'data/pg'].map((id) =>
      yOf(placement, `svc:${id}`),
    ) as [number, number, number, number];
    expect(Math.sign(redis - price)).toBe(Math.sign(disk - pg));
  });

  it('is the same whatever the order of the answer', () => {
    const reversed = {
      ...inputOf(graph),
      peers: inputOf(graph).peers.reverse(),
      links: inputOf(graph).links.reverse(),
    };
    expect([...layOutLayers(reversed).slots].sort()).toEqual([...placement.slots].sort());
  });

  it('draws no boxes, so names tell their namespace', () => {
    const { boxes, peers } = draw(graph, placement);
    expect(boxes).toEqual([]);
    expect(peers.find(({ id }) => id === 'svc:data/pg')?.text).toBe('data/pg');
  });

  it('keeps everybody where they are when one comes and when one leaves', () => {
    const more = around(4, 'web0/front-9-x(front-9)@n -> shop/cart-1(cart)@n:80  c 9k/9k 1ms');
    const next = layOutLayers(inputOf(more), placement);
    for (const id of graph.peers.keys()) expect(centreOf(next, id)).toEqual(centreOf(placement, id));
    expect(xOf(next, 'svc:web0/front-9')).toBe(xOf(next, 'svc:web0/front-0'));
    const after = layOutLayers(inputOf(graph), next);
    for (const id of graph.peers.keys()) expect(centreOf(after, id)).toEqual(centreOf(placement, id));
    expect(layOutLayers(inputOf(graph), placement)).toBe(placement);
  });
});

describe.each([1, 12, 60, 300])('%i clients of one peer', (clients) => {
  const graph = around(clients);
  const placement = layOutLayers(inputOf(graph));
  const { peers } = draw(graph, placement);

  it('stand apart, inside the viewport', () => {
    const marks = peers.map((peer) => markRect(peer, placement.zoom));
    const touching = marks.filter((a, i) => marks.slice(i + 1).some((b) => overlaps(a, b)));
    expect(touching).toEqual([]);
    const inside = ({ x, y, w, h }: Rect) => x >= 0 && y >= 0 && x + w <= VIEWPORT.w && y + h <= VIEWPORT.h;
    expect(marks.every(inside)).toBe(true);
  });

  it('have names while there is room for names', () => {
    const named = peers.filter(({ text }) => text !== undefined).length;
    if (clients <= 60) expect(named).toBe(peers.length);
    else expect(named).toBeGreaterThan(0);
  });
});

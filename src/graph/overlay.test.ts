// What is shown over a scene: ghosts and changes are drawn and count for nothing, rates make widths, what is unknown is a
// hairline.
import { describe, expect, it } from 'vitest';
import { sketch } from '../flows/sketch';
import type { BytesPerSecond } from '../flows/units';
import { buildGraph } from './flow-graph';
import { narrow } from './focus';
import { layOut } from './layout/placement';
import type { Departed, Overlay } from './overlay';
import { composePicture } from './picture';
import { diffPictures } from './picture-diff';
import { applyPatch, makePatch } from './picture-patch';

const WEB = 'shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070  both 60k/4k 3ms..12ms';
const DB = 'shop/cart-1(cart)@n2 -> data/redis-0(redis)@n1:6379  both 1k/1k 3ms..400ms';
const [WEB_LINK, DB_LINK] = ['svc:shop/web>svc:shop/cart', 'svc:shop/cart>svc:data/redis'];

const graphOf = (text: string) => buildGraph(sketch(text), { level: 'service' });
const before = graphOf(`${WEB}\n${DB}`);
const after = graphOf(WEB);
const placement = layOut({
  peers: [...before.peers.values()],
  links: [...before.links.values()],
  viewport: { w: 900, h: 600 },
});
const draw = (overlay?: Overlay, graph = after) =>
  composePicture({
    scene: narrow(graph, {}, { total: 1, truncated: false, rejected: 0 }),
    placement,
    theme: 'light',
    zoom: 1,
    measure: (text) => text.length * 6,
    overlay,
  });

function departed(opacity: number): Departed {
  const link = before.links.get(DB_LINK);
  const [from, to] = [before.peers.get(link?.from ?? ''), before.peers.get(link?.to ?? '')];
  if (link === undefined || from === undefined || to === undefined) throw new Error('no such link');
  return { link, from, to, opacity };
}

describe('a ghost', () => {
  it('is drawn as what it was, faintly, with its ends, and counts for nothing', () => {
    const picture = draw({ departed: [departed(0.45)] });
    expect(picture.links.map(({ id, ghost, opacity, widthPx }) => ({ id, ghost, opacity, widthPx }))).toEqual(
      [
        { id: WEB_LINK, ghost: undefined, opacity: 1, widthPx: expect.any(Number) },
        { id: DB_LINK, ghost: true, opacity: 0.45, widthPx: 1.5 },
      ],
    );
    expect(picture.peers.filter(({ ghost }) => ghost === true).map(({ label }) => label)).toEqual(['redis']);
    expect(picture.coverage).toEqual(draw().coverage);
    // Trouble that is over has no sign.
    expect(picture.pills.map(({ id }) => id)).toEqual([`pill ${WEB_LINK}`]);
  });

  it('is another mark than the link it was, also on its way to the page', () => {
    const [was, is] = [draw(undefined, before), draw({ departed: [departed(1)] })];
    expect(diffPictures(was, is).links.changed.map(({ id }) => id)).toEqual([DB_LINK]);
    expect(applyPatch(was, makePatch(was, is)).links.find(({ id }) => id === DB_LINK)?.ghost).toBe(true);
  });
});

describe('a comparison', () => {
  const changes = new Map([
    [DB_LINK, { kind: 'gone' as const, text: 'gone' }],
    [WEB_LINK, { kind: 'more' as const, text: 'heavier ×3' }],
  ]);

  it('colours and names what changed, and lets the rest recede', () => {
    const picture = draw({ departed: [departed(1)], changes });
    expect(picture.isCompared).toBe(true);
    expect(picture.links.map(({ change, note, opacity, ghost }) => [change, note, opacity, ghost])).toEqual([
      ['more', 'heavier ×3', 1, undefined],
      ['gone', 'gone', 1, undefined],
    ]);
    const same = draw({ departed: [], changes: new Map() }, before);
    expect(new Set(same.links.map(({ colour }) => colour)).size).toBe(1);
    expect(Math.max(...same.links.map(({ opacity }) => opacity))).toBeLessThan(0.3);
    expect(same.pills).toEqual([]);
    expect(applyPatch(undefined, makePatch(undefined, same)).isCompared).toBe(true);
  });
});

describe('rates', () => {
  it('make widths on their own scale; what is not known is a hairline', () => {
    const rates = new Map([[WEB_LINK, (64 * 1024) as BytesPerSecond]]);
    const [web, db] = draw({ departed: [], rates }, before).links;
    expect([web?.widthPx, web?.bytesPerS, db?.widthPx, db?.bytesPerS]).toEqual([5.5, 65_536, 0.5, undefined]);
  });
});

// Two moments side by side: what changed is said with its figures, what cannot be known is not said to have changed.
import { describe, expect, it } from 'vitest';
import { flowRates } from '../flows/rates';
import { sketch } from '../flows/sketch';
import { buildGraph } from '../graph/flow-graph';
import { COMPARE_LIMITS, compareMoments, type Side, sayComparison } from './compare';

const WEB = 'shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070';
const DB = 'shop/cart-1(cart)@n2 -> data/redis-0(redis)@n1:6379';

const side = (text: string, over: Partial<Side> = {}, level: 'service' | 'pod' = 'service'): Side => ({
  graph: buildGraph(sketch(text), { level }),
  epoch: 'a',
  truncated: false,
  ...over,
});
/** A side with the rates of the ten seconds before it. */
const rated = (before: string, now: string): Side => {
  const rates = flowRates(
    { flows: sketch(before), atMs: 0, epoch: 'a' },
    { flows: sketch(now), atMs: 10_000, epoch: 'a' },
  );
  return side(now, rates === undefined ? {} : { rates });
};
const said = (before: Side, after: Side) => compareMoments(before, after).changes.map((c) => c.sentence);
const what = (before: Side, after: Side) =>
  compareMoments(before, after).changes.map((c) => `${c.what} ${c.link}`);

describe('links that came and went', () => {
  it('are told with their figures', () => {
    expect(said(side(`${WEB}  both 60k/4k`), side(`${DB}  both 10k/1k`))).toEqual([
      'shop/cart → data/redis is new: 1 flow, 10.7 KiB so far.',
      'shop/web → shop/cart is no longer listed: it stopped or is idle. Until then 1 flow, 62.5 KiB.',
    ]);
    expect(compareMoments(side(WEB), side(DB)).changes[0]).toMatchObject({
      what: 'new',
      from: 'shop/cart',
      to: 'data/redis',
      link: 'svc:shop/cart>svc:data/redis',
    });
  });

  it('are not pods that were replaced, with a service or without', () => {
    const rollout = `${WEB}\nshop/worker-6d5f7c9b8d-x2b4z@n1 -> data/redis-0(redis):6379`;
    const replaced = rollout.replaceAll('web-1', 'web-2').replace('6d5f7c9b8d-x2b4z', '7f9c4d5b66-qq8wz');
    expect(what(side(rollout), side(replaced))).toEqual([]);
    // At pod level the pods are what one looks at.
    expect(what(side(rollout, {}, 'pod'), side(replaced, {}, 'pod'))).toHaveLength(4);
  });

  it('are not links that flicker: listed in the answer before, or in the one after', () => {
    const both = side(`${WEB}\n${DB}`);
    expect(what(side(WEB, { beside: both.graph }), both)).toEqual([]);
    expect(what(both, side(WEB, { beside: both.graph }))).toEqual([]);
    expect(what(side(WEB, { beside: side(WEB).graph }), both)).toEqual(['new svc:shop/cart>svc:data/redis']);
  });

  it('are not claimed of answers that were cut short', () => {
    const both = side(`${WEB}\n${DB}`);
    const cut = side(WEB, { truncated: true });
    expect(what(cut, both)).toEqual([]);
    expect(what(both, cut)).toEqual([]);
    expect(compareMoments(cut, both).unknowns[0]).toBe(
      'The earlier answer was cut short: which links are new since then is not known.',
    );
    expect(compareMoments(both, cut).unknowns[0]).toBe(
      'The later answer was cut short: which links are gone is not known.',
    );
  });
});

describe('handshakes', () => {
  const p99 = (before: string, after: string) =>
    what(side(`${WEB}  both 1k/1k ${before}`), side(`${WEB}  both 1k/1k ${after}`)).map(
      (w) => w.split(' ')[0],
    );

  it.each<[string, string, string[], string]>([
    ['4ms', '9ms', ['slower'], 'twice, and by half a millisecond'],
    ['800us', '1.7ms', ['slower'], 'twice, and into another band'],
    ['300us', '650us', [], 'twice, but by less, in the same band'],
    ['9ms', '11ms', [], 'another band, but not twice'],
    ['120ms', '3ms', ['faster'], 'back'],
  ])('from %s to %s: %j (%s)', (before, after, changes) => {
    expect(p99(before, after)).toEqual(changes);
  });

  it('are told with both figures and the bands', () => {
    expect(said(side(`${WEB}  both 1k/1k 3ms`), side(`${WEB}  both 1k/1k 1.2s`))).toEqual([
      'shop/web → shop/cart is slower: worst p99 3 ms before, 1.2 s now, good became high.',
    ]);
  });

  it('that were not measured are neither slow nor fast', () => {
    expect(what(side(WEB), side(`${WEB}  both 1k/1k 900ms`))).toEqual([]);
    expect(what(side(`${WEB}  both 1k/1k 900ms`), side(WEB))).toEqual([]);
  });

  it('that end in silence are told apart', () => {
    const comparison = compareMoments(side(`${WEB}  both 1k/1k 3ms`), side(`${WEB}  c 2k/0`));
    expect(comparison).toMatchObject({ changes: [], silenced: ['svc:shop/web>svc:shop/cart'] });
    expect(compareMoments(side(`${WEB}  c 1k/0`), side(`${WEB}  c 2k/0`)).silenced).toEqual([]);
  });
});

describe('volumes', () => {
  const flow = (kilobytes: number) => `${WEB}  both ${kilobytes}k/0k`;

  it('are compared by rate within an epoch', () => {
    const [slow, fast] = [rated(flow(100), flow(200)), rated(flow(9_000), flow(9_500))];
    expect(said(slow, fast)).toEqual(['shop/web → shop/cart is heavier: 9.77 KiB/s before, 48.8 KiB/s now.']);
    expect(said(fast, slow)).toEqual(['shop/web → shop/cart is lighter: 48.8 KiB/s before, 9.77 KiB/s now.']);
    expect(compareMoments(slow, fast).changes[0]).toMatchObject({
      what: 'more',
      before: 10_000,
      after: 50_000,
      unit: 'bytes/s',
    });
  });

  it('change by twice and by 10 KiB/s, or as asked', () => {
    expect(what(rated(flow(10), flow(310)), rated(flow(10), flow(600)))).toEqual([]);
    expect(what(rated(flow(1), flow(2)), rated(flow(1), flow(100)))).toEqual([]);
    const asked = { ...COMPARE_LIMITS, bytesPerS: 1_000 };
    expect(compareMoments(rated(flow(1), flow(2)), rated(flow(1), flow(100)), asked).changes).toHaveLength(1);
  });

  it('are not compared by counters that only grow', () => {
    const comparison = compareMoments(side(flow(100)), side(flow(90_000)));
    expect(comparison.changes).toEqual([]);
    expect(comparison.unknowns).toEqual([
      'Rates are not known at both moments: whether links carry more or less is not compared.',
    ]);
  });

  it('are compared by bytes across epochs, and it is said', () => {
    const [small, large] = [side(flow(100)), side(flow(90_000), { epoch: 'b' })];
    expect(said(small, large)).toEqual(['shop/web → shop/cart is heavier: 97.7 KiB before, 85.8 MiB now.']);
    expect(compareMoments(small, large).changes[0]?.unit).toBe('bytes');
    expect(compareMoments(small, large).unknowns).toHaveLength(1);
    expect(what(side(flow(1)), side(flow(60), { epoch: 'b' }))).toEqual([]);
  });

  it('that are only known in part are no proof of more before or less now', () => {
    const OTHER = 'shop/web-2(web)@n1 -> shop/cart-1(cart)@n2:7070  both 500k/0k';
    const whole = rated(`${flow(100)}\n${OTHER}`, `${flow(5_000)}\n${OTHER}`);
    const part = rated(flow(100), `${flow(200)}\n${OTHER}`);
    expect(what(whole, part)).toEqual([]);
    expect(what(part, whole)).toEqual([]);
    expect(what(rated(flow(100), flow(200)), rated(flow(100), `${flow(5_000)}\n${OTHER}`))).toHaveLength(1);
  });
});

describe('the sentence for all', () => {
  it('counts each kind', () => {
    const comparison = compareMoments(side(`${WEB}  both 1k/1k 3ms`), side(`${WEB}  both 1k/1k 90ms\n${DB}`));
    expect(sayComparison(comparison)).toBe('1 link is new, 1 link is slower.');
    expect(sayComparison(compareMoments(side(WEB), side(WEB)))).toBe(
      'No link changed by as much as counts as a change.',
    );
  });
});

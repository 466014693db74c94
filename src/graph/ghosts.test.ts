// Links that stopped fade for a minute in few steps; what only looks like stopping leaves no ghost.
import { describe, expect, it } from 'vitest';
import { sketch } from '../flows/sketch';
import { buildGraph } from './flow-graph';
import { type Glance, ghostsAt, type Haunting, haunt } from './ghosts';

const WEB = 'shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070  both 60k/4k';
const DB = 'shop/cart-1(cart)@n2 -> data/redis-0(redis)@n1:6379';
const DB_LINK = 'svc:shop/cart>svc:data/redis';

const glance = (seconds: number, text: string, over: Partial<Glance> = {}): Glance => ({
  graph: buildGraph(sketch(text), { level: 'service' }),
  atMs: seconds * 1000,
  scope: 'hub|a|ns=shop|service',
  truncated: false,
  ...over,
});
const watch = (...glances: Glance[]): Haunting =>
  glances.reduce<Haunting | undefined>((before, next) => haunt(before, next), undefined) as Haunting;
const ids = (haunting: Haunting) => [...haunting.ghosts.keys()];

describe('a ghost', () => {
  it('is a link that an answer lacks, as it was, with both its ends', () => {
    const haunting = watch(glance(0, `${WEB}\n${DB}`), glance(10, WEB));
    expect(ids(haunting)).toEqual([DB_LINK]);
    expect(haunting.ghosts.get(DB_LINK)).toMatchObject({
      link: { from: 'svc:shop/cart', to: 'svc:data/redis' },
      from: { label: 'cart' },
      to: { label: 'redis', namespace: 'data' },
      missedMs: 10_000,
    });
  });

  it('fades in four steps of a quarter of a minute, and says when the next one is', () => {
    const haunting = watch(glance(0, `${WEB}\n${DB}`), glance(10, WEB));
    const at = (seconds: number) => {
      const { ghosts, changesAtMs } = ghostsAt(haunting, seconds * 1000);
      return [
        ghosts.map(({ opacity }) => opacity),
        changesAtMs === undefined ? undefined : changesAtMs / 1000,
      ];
    };
    expect(at(10)).toEqual([[0.6], 25]);
    expect(at(24.9)).toEqual([[0.6], 25]);
    expect(at(25)).toEqual([[0.45], 40]);
    expect(at(69.9)).toEqual([[0.15], 70]);
    expect(at(70)).toEqual([[], undefined]);
    // A page whose clock is behind the server's.
    expect(at(0)).toEqual([[0.6], 25]);
  });

  it('is forgotten when it has faded, and when its link comes back', () => {
    const [both, one] = [`${WEB}\n${DB}`, WEB];
    expect(ids(watch(glance(0, both), glance(10, one), glance(60, one)))).toEqual([DB_LINK]);
    expect(ids(watch(glance(0, both), glance(10, one), glance(70, one)))).toEqual([]);
    expect(ids(watch(glance(0, both), glance(10, one), glance(20, both)))).toEqual([]);
    const again = watch(glance(0, both), glance(10, one), glance(20, both), glance(30, one));
    expect(again.ghosts.get(DB_LINK)?.missedMs).toBe(30_000);
  });

  it('fades all the same when answers come minutes apart', () => {
    const haunting = watch(glance(0, `${WEB}\n${DB}`), glance(300, WEB));
    expect(ghostsAt(haunting, 300_000).ghosts).toHaveLength(1);
  });
});

describe('a link that went into a fold or came out of one', () => {
  const line = (host: number, kilobytes: number) =>
    `shop/web-1(web)@n1 -> 203.0.113.${host}:443  c 1k/${kilobytes}k`;
  const text = (...kilobytes: number[]) => kilobytes.map((amount, host) => line(host + 1, amount)).join('\n');
  const folded = (seconds: number, of: string): Glance =>
    glance(seconds, of, { graph: buildGraph(sketch(of), { level: 'service', mostExternal: 1 }) });

  it('has not stopped', () => {
    // The second outgrows the first: one goes into the fold, the other comes out.
    const haunting = watch(folded(0, text(800, 10, 10, 10)), folded(10, text(800, 90_000, 10, 10)));
    expect(haunting.graph.peers.has('ext:203.0.113.1')).toBe(false);
    expect(ids(haunting)).toEqual([]);
    // The fold itself dissolves: those it stood for have marks of their own.
    const whole = glance(20, text(800, 90_000), {});
    expect(ids(haunt(haunting, whole))).toEqual([]);
  });

  it('has stopped when none of those it stood for is there any more', () => {
    const haunting = watch(folded(0, text(800, 10, 10, 10)), folded(10, text(800)));
    expect(ids(haunting)).toEqual(['svc:shop/web>fold:external:port:443']);
  });
});

describe('no ghost is', () => {
  it.each<[string, number, Partial<Glance>]>([
    ['another filter, level or epoch', 10, { scope: 'other' }],
    ['an answer that was cut short', 10, { truncated: true }],
    ['a clock that was set back', -10, {}],
    ['an answer after a long silence', 601, {}],
  ])('%s', (_, seconds, over) => {
    expect(ids(watch(glance(0, `${WEB}\n${DB}`), glance(seconds, WEB, over)))).toEqual([]);
  });

  it('carried over into another scope', () => {
    expect(
      ids(watch(glance(0, `${WEB}\n${DB}`), glance(10, WEB), glance(20, WEB, { scope: 'other' }))),
    ).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finish } from './layout/steps';
import { inMatrixOrder, keepOrder, type MatrixOrder, orderPeers } from './matrix-order';

const peer = (id: string) =>
  id.includes('/')
    ? { id, kind: 'pod' as const, namespace: id.slice(0, id.indexOf('/')) }
    : { id, kind: 'external' as const };
const link = (text: string) => {
  const [from = '', to = ''] = text.split('>');
  return { from, to };
};
const order = (ids: readonly string[], links: readonly string[]): MatrixOrder =>
  finish(orderPeers(ids.map(peer), links.map(link)));

const name = fc.constantFrom(
  'a/1',
  'a/2',
  'a/3',
  'a/4',
  'b/1',
  'b/2',
  'b/3',
  'c/1',
  'c/2',
  '8.8.8.8',
  '9.9.9.9',
);
const names = fc.uniqueArray(name, { minLength: 1 });
const web = fc
  .record({ ids: names, links: fc.array(fc.tuple(name, name), { maxLength: 25 }) })
  .map(({ ids, links }) => ({
    peers: ids.map(peer),
    links: links.filter((ends) => ends.every((end) => ids.includes(end))).map(([from, to]) => ({ from, to })),
  }));
const namespaceRuns = (ids: readonly string[]): string[] =>
  ids.map((id) => peer(id).namespace ?? id).filter((ns, place, all) => ns !== all[place - 1]);

describe('the order of the matrix', () => {
  it('has each peer once, each namespace in one piece, the same however peers and links came', () => {
    fc.assert(
      fc.property(web, ({ peers, links }) => {
        const ids = finish(orderPeers(peers, links));
        expect([...ids].sort()).toEqual(peers.map(({ id }) => id).sort());
        const runs = namespaceRuns(ids);
        expect(new Set(runs).size).toBe(runs.length);
        expect(finish(orderPeers([...peers].reverse(), [...links].reverse()))).toEqual(ids);
      }),
    );
  });

  it('puts those side by side that call the same servers', () => {
    const ids = ['a/cart-1', 'a/cart-2', 'a/mail-1', 'a/mail-2', 'b/redis', 'b/smtp', 'b/store', 'b/queue'];
    const cart = ['a/cart-1', 'a/cart-2'].flatMap((one) => [`${one}>b/redis`, `${one}>b/store`]);
    const mail = ['a/mail-1', 'a/mail-2'].flatMap((one) => [`${one}>b/smtp`, `${one}>b/queue`]);
    const found = order(ids, [...cart, ...mail]);
    const gap = (one: string, other: string) => Math.abs(found.indexOf(one) - found.indexOf(other));
    expect(gap('a/cart-1', 'a/cart-2')).toBe(1);
    expect(gap('a/mail-1', 'a/mail-2')).toBe(1);
    expect(gap('b/redis', 'b/store')).toBe(1);
    expect(gap('b/smtp', 'b/queue')).toBe(1);
    // Callers stand before whom they call, so that links lie above the diagonal.
    expect(found.indexOf('a/cart-1')).toBeLessThan(found.indexOf('b/redis'));
  });

  it('keeps replicas together though each calls another server', () => {
    const pods = ['web-7d9f8b6c5-aaaaa', 'db-6c5d4f7b8-bbbbb', 'web-7d9f8b6c5-zzzzz', 'db-6c5d4f7b8-yyyyy'];
    const ids = [...pods.map((pod) => `a/${pod}`), 'b/1', 'b/2'];
    const [web1, db1, web2, db2] = ids;
    const found = order(ids, [`${web1}>b/1`, `${db1}>b/1`, `${web2}>b/2`, `${db2}>b/2`]);
    const gap = (one = '', other = '') => Math.abs(found.indexOf(one) - found.indexOf(other));
    expect(gap(web1, web2)).toBe(1);
    expect(gap(db1, db2)).toBe(1);
  });

  it('starts with who calls in from outside and ends with who is called there', () => {
    const found = order(['1.1.1.1', '2.2.2.2', 'a/1', 'a/2'], ['1.1.1.1>a/1', 'a/1>a/2', 'a/2>2.2.2.2']);
    expect(found).toEqual(['1.1.1.1', 'a/1', 'a/2', '2.2.2.2']);
  });
});

describe('an order that is kept', () => {
  it('moves nobody who was there, whoever comes and goes', () => {
    fc.assert(
      fc.property(web, fc.array(web, { maxLength: 4 }), (first, more) => {
        let known = finish(orderPeers(first.peers, first.links));
        for (const { peers, links } of more) {
          const next = keepOrder(known, peers, links);
          if (next === undefined) continue;
          expect(next.filter((id) => known.includes(id))).toEqual(known);
          known = next;
          const drawn = inMatrixOrder(known, peers).map(({ id }) => id);
          expect([...drawn].sort()).toEqual(peers.map(({ id }) => id).sort());
          const runs = namespaceRuns(drawn);
          expect(new Set(runs).size).toBe(runs.length);
        }
      }),
    );
  });

  it('puts a newcomer beside whom it is most like, and gives a place back to who returns', () => {
    const ids = ['a/1', 'a/2', 'a/3', 'a/4', 'b/1', 'b/2'];
    const links = ['a/1>b/1', 'a/2>b/1', 'a/3>b/2', 'a/4>b/2'];
    const known = order(ids, links);
    const after = keepOrder(known, [...ids, 'a/9'].map(peer), [...links, 'a/9>b/2'].map(link)) ?? [];
    const at = after.indexOf('a/9');
    expect([after[at - 1], after[at + 1]].some((id) => id === 'a/3' || id === 'a/4')).toBe(true);
    const without = ids.filter((id) => id !== 'a/2');
    const gone = keepOrder(known, without.map(peer), [].map(link)) ?? [];
    expect(inMatrixOrder(gone, without.map(peer))).toHaveLength(5);
    expect(inMatrixOrder(gone, ids.map(peer)).map(({ id }) => id)).toEqual(known);
  });

  it('is given up when more than a quarter is new', () => {
    const known = order(['a/1', 'a/2', 'a/3'], []);
    expect(keepOrder(known, ['a/1', 'a/2', 'a/3', 'a/4'].map(peer), [])).toBeDefined();
    expect(keepOrder(known, ['a/1', 'a/2', 'b/1', 'b/2'].map(peer), [])).toBeUndefined();
  });

  it('forgets who is away when they become many', () => {
    const many = Array.from({ length: 400 }, (_, index) => `a/${index}`);
    const known = order(many, []);
    expect(keepOrder(known, [peer('a/7')], [])).toEqual(['a/7']);
  });
});

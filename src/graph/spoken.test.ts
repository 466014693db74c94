import { expect, it } from 'vitest';
import type { PictureLink, PicturePeer } from './marks';
import { speakLink, speakPeer } from './spoken';

const cart = {
  id: 'svc:shop/cart',
  kind: 'service',
  label: 'cart',
  namespace: 'shop',
  folded: false,
} as PicturePeer;
const link = (to: string, rest: Partial<PictureLink>): PictureLink =>
  ({
    id: `cart>${to}`,
    from: cart.id,
    to,
    bytes: 1024,
    flows: 2,
    band: 'unmeasured',
    unanswered: false,
    ...rest,
  }) as PictureLink;

const slow = link('db', { band: 'high', worstP99Us: 1_180_000 as never });
const dead = link('gone', { unanswered: true });
const udp = link('dns', { flows: 1 });

it.each([
  [
    cart,
    [slow, dead, udp],
    'cart, service in shop, 3 links, 3 KiB, worst: high, p99 1.18 s, 1 high, 1 without an answer',
  ],
  [cart, [udp], 'cart, service in shop, 1 link, 1 KiB, no recent handshake'],
  [cart, [], 'cart, service in shop, 0 links'],
  [{ ...cart, folded: true, label: '12 more' }, [], '12 more, several, folded in shop, 0 links'],
  [{ ...cart, kind: 'namespace', label: 'shop' }, [], 'shop, namespace, 0 links'],
] as const)('a peer is said by name, kind, place and the worst of its links', (peer, links, words) => {
  expect(speakPeer(peer, links)).toBe(words);
});

it.each([
  [slow, 'cart to db, high, p99 1.18 s, 1 KiB, 2 flows, link 1 of 3'],
  [dead, 'cart to gone, no answer, 1 KiB, 2 flows, link 1 of 3'],
  [udp, 'cart to dns, no recent handshake, 1 KiB, 1 flow, link 1 of 3'],
])('a link is said by its ends, its health and its figures', (one, words) => {
  const names = (id: string) => (id === cart.id ? 'cart' : id);
  expect(speakLink(one, names, { place: 0, of: 3 })).toBe(words);
});

import { expect, it } from 'vitest';
import { sketch } from './sketch';
import { summarise } from './summarise';

it('sums a small answer by our rules', () => {
  const flows = sketch(`
    shop/web-1(web)#10.0.0.1 -> shop/cart-1(cart)#10.0.0.2:80        both 10k/20k
    shop/web-1(web)#10.0.0.1 -> shop/cart-1(cart)#10.0.0.2:81        c 1k/1k
    shop/web-1(web)#10.0.0.1 -> data/(redis)#10.96.0.9:6379          c 2k/3k
    @n1#::ffff:10.0.0.1 -> data/redis-0(redis)#10.0.0.9:6379/udp     s 4k/4k
    shop/cart-1(cart)#10.0.0.2 -> 203.0.113.10:443                   c 5k/5k`);
  expect(summarise(flows)).toStrictEqual({
    totalFlows: 5,
    tcpFlows: 4,
    udpFlows: 1,
    totalBytes: 85_000,
    totalPkts: 85,
    // 10.0.0.1 in both spellings, and 10.0.0.2.
    uniqueClients: 2,
    uniqueServers: 4,
    // Both ends added, rows of one pair added; a server without a pod under its service or address.
    topByBytes: [
      { clientPod: 'web-1', serverPod: 'cart-1', value: 62_000 },
      { clientPod: 'cart-1', serverPod: '203.0.113.10', value: 10_000 },
      { clientPod: '10.0.0.1', serverPod: 'redis-0', value: 8_000 },
      { clientPod: 'web-1', serverPod: 'redis', value: 5_000 },
    ],
    topByPkts: [
      { clientPod: 'web-1', serverPod: 'cart-1', value: 62 },
      { clientPod: 'cart-1', serverPod: '203.0.113.10', value: 10 },
      { clientPod: '10.0.0.1', serverPod: 'redis-0', value: 8 },
      { clientPod: 'web-1', serverPod: 'redis', value: 5 },
    ],
    // A flow within one namespace counts once there; one between two counts in both.
    byNamespace: [
      ['data', 2],
      ['shop', 4],
    ],
    crossNamespace: [{ srcNs: 'shop', dstNs: 'data', flows: 1, bytes: 5_000 }],
  });
});

it('keeps the ten largest, ties in order of appearance', () => {
  const flows = sketch(
    Array.from({ length: 14 }, (_, i) => `a/c${i} -> a/s:1  c ${i < 4 ? 1 : 2}k/0`).join('\n'),
  );
  expect(summarise(flows).topByBytes.map(({ clientPod }) => clientPod)).toEqual(
    [4, 5, 6, 7, 8, 9, 10, 11, 12, 13].map((i) => `c${i}`),
  );
});

it('of nothing is zero', () => {
  expect(summarise([])).toMatchObject({
    totalFlows: 0,
    totalBytes: 0,
    uniqueClients: 0,
    topByBytes: [],
    byNamespace: [],
  });
});

it('pods of one name in two namespaces are two talkers', () => {
  const flows = sketch(
    'a/web-0 -> a/redis-0:1  c 1k/0\na/web-0 -> b/redis-0:1  c 2k/0\na/web-0 -> b/redis-0:1  s 0/2k',
  );
  expect(summarise(flows).topByBytes.map(({ value }) => value)).toEqual([4_000, 1_000]);
});

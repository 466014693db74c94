import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sketch } from './sketch';
import { bytes, packets } from './units';
import { contribution, findHalves, linkVolume, outsideTest, volumeSum, wholeVolume } from './volume';

const link = (text: string) => linkVolume(sketch(text), 'bytes');
const whole = (text: string) => wholeVolume(sketch(text), 'bytes');

const NEAR = 'shop/cart-1(cart) -> data/(redis):6379             c 100/900';
const FAR = 'shop/cart-1(cart) -> data/redis-0(redis)@n1:6380    s 890/99';

describe('a link', () => {
  it.each([
    ['is accounted by its senders', 'a/x -> b/y:1  c 100/7  s 900/5', 100, 900],
    ['seen by its client: what it received stands in', 'a/x -> b/y:1  c 100/900', 100, 900],
    ['seen by its server: what it received stands in', 'a/x -> b/y:1  s 900/100', 100, 900],
    ['seen by nobody', 'a/x -> b/y:1', 0, 0],
    ['adds up rows', 'a/x -> b/y:1  c 1/2\na/x -> b/y:2  s 30/40', 41, 32],
    ['of two halves takes each direction from its sender', `${NEAR}\n${FAR}`, 100, 890],
    ['of the near half alone takes what it has', NEAR, 100, 900],
    ['of the far half alone takes what it has', FAR, 99, 890],
  ])('%s', (_, text, forward, backward) => {
    expect(link(text)).toEqual({ forward, backward });
    expect(volumeSum(link(text))).toBe(forward + backward);
  });

  it('counts packets the same way', () => {
    const flows = sketch('a/x -> b/y:1  c 10k/7k  s 90k/5k');
    expect(linkVolume(flows, 'packets')).toEqual({ forward: 10, backward: 90 });
  });
});

describe('halves', () => {
  const halves = (text: string) => {
    const { near, far } = findHalves(sketch(text));
    return [near.size, far.size];
  };

  it.each([
    ['one address, one pod; the ports may differ', `${NEAR}\n${FAR}`, [1, 1]],
    ['one address, two pods', `${NEAR}\n${FAR}\n${FAR.replace('redis-0', 'redis-1')}`, [1, 2]],
    ['another client', `${NEAR}\n${FAR.replace('cart-1', 'cart-2')}`, [0, 0]],
    ["another namespace's client of the same name", `${NEAR}\n${FAR.replace('shop/', 'test/')}`, [0, 0]],
    ['another protocol', `${NEAR}\n${FAR.replace(':6380', ':6380/udp')}`, [0, 0]],
    ['a pod seen by both sides is no half', `${NEAR}\n${FAR}  c 1/1`, [0, 0]],
    ['an address seen by both sides is no half', `${NEAR}  s 1/1\n${FAR}`, [0, 0]],
    [
      'clients without a pod are told apart by address',
      '#10.0.0.1 -> b/(s):1  c 1/1\n#10.0.0.2 -> b/p(s):1  s 1/1',
      [0, 0],
    ],
    [
      'and matched by it, however it is written',
      '#10.0.0.1 -> b/(s):1  c 1/1\n#::ffff:10.0.0.1 -> b/p(s):1  s 1/1',
      [1, 1],
    ],
    [
      'host-network pods that share an address',
      'a/p@n#10.0.0.1 -> b/(s):1  c 1/1\na/q@n#10.0.0.1 -> b/p(s):1  s 1/1',
      [0, 0],
    ],
  ])('%s', (_, text, sizes) => {
    expect(halves(text)).toEqual(sizes);
  });
});

describe('the whole', () => {
  it.each([
    ['both seen: each sender once', 'a/x -> b/y:1  c 100/7  s 900/5', 1000],
    [
      'an end outside sends uncounted, so what was received stands in',
      'a/x -> 203.0.113.1:443  c 100/900',
      1000,
    ],
    ['and as a client', '203.0.113.1 -> a/x:443  s 900/100', 1000],
    ['an end inside that was not seen adds nothing: its own row does', 'a/x -> b/y:1  c 100/900', 100],
    ['halves add up to the traffic', `${NEAR}\n${FAR}`, 990],
    ['a private address nobody can name is outside', 'a/x -> 10.9.9.9:443  c 100/900', 1000],
    [
      'one that another row names is not',
      'a/x -> 10.9.9.9:443  c 100/900\nb/y#10.9.9.9 -> a/x:1  c 5/0',
      105,
    ],
    ['an end without any field is not', 'a/x -> ():443  c 100/900', 100],
  ])('%s', (_, text, sum) => {
    expect(whole(text)).toBe(sum);
  });

  it('is the sum of what its flows add, and does not depend on their order', () => {
    const rows = [
      'a/x -> b/y:1',
      '@n1 -> b/(s):1',
      'b/y -> 203.0.113.1:2',
      '10.9.9.9 -> b/y:3',
      'a/x#10.9.9.9 -> b/p(s):1',
    ];
    const views = ['c 3/5', 's 7/11', 'c 13/17  s 19/23', ''];
    const row = fc
      .tuple(fc.constantFrom(...rows), fc.constantFrom(...views))
      .map(([ends, view]) => `${ends}  ${view}`);
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (lines) => {
        const flows = sketch(lines.join('\n'));
        const isOutside = outsideTest(flows);
        const sum = flows.reduce((total, flow) => total + contribution(flow, 'bytes', isOutside), 0);
        expect(wholeVolume(flows, 'bytes')).toBe(sum);
        expect(wholeVolume(flows.toReversed(), 'bytes')).toBe(sum);
      }),
    );
  });
});

describe('a side filled with zeros', () => {
  it('counts as unseen: the other side stands in for it', () => {
    const [flow] = sketch('shop/a(a)@n1 -> shop/b(b)@n2:80  c 700/9k');
    if (flow === undefined) throw new Error('no flow');
    const zero = { txBytes: bytes(0), rxBytes: bytes(0), txPkts: packets(0), rxPkts: packets(0) };
    expect(linkVolume([{ ...flow, serverStats: zero }], 'bytes')).toEqual(linkVolume([flow], 'bytes'));
    expect(linkVolume([flow], 'bytes')).toEqual({ forward: 700, backward: 9_000 });
  });
});

describe('halves of different services', () => {
  it('are not taken for each other, even where one link or pair holds both', () => {
    const near = 'shop/x(x) -> data/(a):80  c 100/900';
    const far = 'shop/x(x) -> data/b-0(b)@n1:80  s 50/7';
    expect(link(`${near}\n${far}`)).toEqual({ forward: 107, backward: 950 });
  });
});

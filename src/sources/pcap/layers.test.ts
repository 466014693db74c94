import { describe, expect, test } from 'vitest';
import { lines, read } from './captured';
import {
  type Captured,
  concat,
  ethernet,
  extension,
  geneve,
  gre,
  ip,
  loopback,
  mpls,
  pcapFile,
  pcapngFile,
  sll,
  sll2,
  tcp,
  udp,
  vlan,
  vxlan,
} from './frames';
import { framesOf, type Packet, START } from './trace';

const TRACE = '0 10.0.0.1:40000 > 10.0.0.2:80 S 100\n0.001 10.0.0.2:80 > 10.0.0.1:40000 SA 500 101 ttl=60';
const FLOW = ['tcp 10.0.0.1 > 10.0.0.2:80 client 1/1 40/40 p50=1000'];
const TRACE_6 =
  '0 [fd00::1]:40000 > [fd00::2]:80 S 100\n0.001 [fd00::2]:80 > [fd00::1]:40000 SA 500 101 ttl=60';
const FLOW_6 = ['tcp fd00::1 > fd00::2:80 client 1/1 60/60 p50=1000'];

type Wrap = (bytes: Uint8Array, packet: Packet) => Uint8Array;
const wrapped = (wrap: Wrap, trace = TRACE) => framesOf(trace, wrap);
const file = (wrap: Wrap, linkType: number, trace = TRACE) => pcapFile(wrapped(wrap, trace), { linkType });

describe('link types', () => {
  test.each<[string, Wrap, number]>([
    ['Ethernet', (bytes) => ethernet(bytes), 1],
    ['Linux cooked', (bytes) => sll(bytes), 113],
    ['Linux cooked 2', (bytes) => sll2(bytes), 276],
    ['raw IP', (bytes) => bytes, 101],
    ['raw IP, as BSD numbers it', (bytes) => bytes, 12],
    ['loopback', (bytes) => loopback(bytes), 0],
    ['loopback of a big-endian host', (bytes) => loopback(bytes, false), 0],
    ['loopback of OpenBSD', (bytes) => loopback(bytes, false), 108],
  ])('%s', async (_, wrap, linkType) => {
    expect(await lines([file(wrap, linkType)])).toEqual(FLOW);
    expect(await lines([file(wrap, linkType, TRACE_6)])).toEqual(FLOW_6);
    expect(await lines([pcapngFile(wrapped(wrap), { linkType })])).toEqual(FLOW);
  });

  test.each<[string, Wrap, number]>([['raw IPv4', (bytes) => bytes, 228]])(
    '%s',
    async (_, wrap, linkType) => {
      expect(await lines([file(wrap, linkType)])).toEqual(FLOW);
    },
  );

  test('one that is not read is counted, and said', async () => {
    const captured = await read([file((bytes) => bytes, 147)]);
    expect(captured.ledger.span).toBeUndefined();
    expect(captured.notes).toEqual([
      'capture 1: 2 frames of 2 of a link type that is not read (Ethernet, Linux cooked, raw IP and loopback are).',
      'Nothing in the captures makes a flow.',
    ]);
  });
});

describe('between the link layer and IP', () => {
  test.each<[string, Wrap]>([
    ['VLAN', (bytes) => vlan(ethernet(bytes), 7)],
    ['QinQ', (bytes) => vlan(vlan(ethernet(bytes), 7), 100, 0x88a8)],
    ['QinQ as some switches had it', (bytes) => vlan(vlan(ethernet(bytes), 7), 100, 0x9100)],
    ['MPLS', (bytes) => mpls(bytes, 16)],
    ['MPLS, three labels', (bytes) => mpls(bytes, 16, 17, 18)],
    ['MPLS, and Ethernet behind a control word', (bytes) => mpls(concat([0, 0, 0, 0], ethernet(bytes)), 16)],
    ['VLAN and MPLS', (bytes) => vlan(mpls(bytes, 16), 7)],
    ['padding of a short frame', (bytes) => concat(ethernet(bytes), new Uint8Array(6))],
    [
      'IPv4 options',
      (bytes) =>
        ethernet(
          concat(
            [0x46],
            bytes.subarray(1, 2),
            [0, 44],
            bytes.subarray(4, 20),
            [1, 1, 1, 1],
            bytes.subarray(20),
          ),
        ),
    ],
  ])('%s', async (name, wrap) => {
    const flow = name === 'IPv4 options' ? ['tcp 10.0.0.1 > 10.0.0.2:80 client 1/1 44/44 p50=1000'] : FLOW;
    expect(await lines([wrapped(wrap)])).toEqual(flow);
  });

  test('the same port behind different tags of each direction is one conversation', async () => {
    const frames = wrapped((bytes, { from }) => vlan(ethernet(bytes), from === '10.0.0.1' ? 7 : 8));
    expect(await lines([frames])).toEqual(FLOW);
  });
});

const outer = (protocol: number, payload: Uint8Array, { from }: Packet): Uint8Array => {
  const [a, b] = ['192.168.0.1', '192.168.0.2'] as const;
  return ethernet(from.endsWith('1') ? ip(a, b, protocol, payload) : ip(b, a, protocol, payload));
};

describe('tunnels are opened', () => {
  const cases: [string, Wrap][] = [
    ['VXLAN', (bytes, p) => outer(17, udp(5555, 4789, vxlan(ethernet(bytes), 42)), p)],
    ['VXLAN on the port of Linux', (bytes, p) => outer(17, udp(5555, 8472, vxlan(ethernet(bytes), 42)), p)],
    [
      'VXLAN with a VLAN inside',
      (bytes, p) => outer(17, udp(1, 4789, vxlan(vlan(ethernet(bytes), 3), 42)), p),
    ],
    ['Geneve', (bytes, p) => outer(17, udp(5555, 6081, geneve(ethernet(bytes), 42)), p)],
    [
      'Geneve with options',
      (bytes, p) => outer(17, udp(5555, 6081, geneve(ethernet(bytes), 42, [0, 1, 2, 1, 0, 0, 0, 9])), p),
    ],
    ['GRE', (bytes, p) => outer(47, gre(bytes), p)],
    ['GRE with a key', (bytes, p) => outer(47, gre(bytes, 42), p)],
    ['GRE with Ethernet inside', (bytes, p) => outer(47, gre(ethernet(bytes), 42, 0x6558), p)],
    ['IP in IP', (bytes, p) => outer(bytes[0] === 0x60 ? 41 : 4, bytes, p)],
    [
      'a tunnel in a tunnel',
      (bytes, p) => outer(47, gre(ip('1.1.1.1', '2.2.2.2', 17, udp(5, 4789, vxlan(ethernet(bytes), 1)))), p),
    ],
  ];
  test.each(cases)('%s', async (_, wrap) => {
    expect(await lines([wrapped(wrap)])).toEqual(FLOW);
    expect(await lines([wrapped(wrap, TRACE_6)])).toEqual(FLOW_6);
  });

  test('and what is no tunnel on their ports is what it says', async () => {
    const frame = ethernet(ip('10.0.0.1', '10.0.0.2', 17, udp(40_000, 4789, [0, 1, 2, 3, 4, 5, 6, 7])));
    expect(await lines([[{ at: START, frame }]])).toEqual(['udp 10.0.0.1 > 10.0.0.2:4789 client 1/0 36/0']);
  });

  test('a tunnel in itself without end is refused, not followed', async () => {
    let packet: Uint8Array = ip('10.0.0.1', '10.0.0.2', 17, udp(1, 2, []));
    for (let i = 0; i < 40; i++) packet = ip('10.0.0.1', '10.0.0.2', 4, packet);
    const { notes } = await read([[{ at: START, frame: ethernet(packet) }]]);
    expect(notes).toContain('capture 1: 1 frame cut off before the ports, or damaged, not counted.');
  });

  // Two customers with the same addresses, in the same ports, at the same time.
  const both = (first: Wrap, second: Wrap) =>
    [
      ...wrapped(
        first,
        '0 10.0.0.1:40000 > 10.0.0.2:80 S 100\n0.003 10.0.0.2:80 > 10.0.0.1:40000 SA 500 101 ttl=60',
      ),
      ...wrapped(
        second,
        '0.001 10.0.0.1:40000 > 10.0.0.2:80 S 900\n0.002 10.0.0.2:80 > 10.0.0.1:40000 SA 600 901 ttl=60',
      ),
    ].sort((a, b) => a.at - b.at);

  test.each<[string, Wrap, Wrap]>([
    [
      'VXLAN networks',
      (b, p) => outer(17, udp(5, 4789, vxlan(ethernet(b), 1)), p),
      (b, p) => outer(17, udp(5, 4789, vxlan(ethernet(b), 2)), p),
    ],
    [
      'Geneve networks',
      (b, p) => outer(17, udp(5, 6081, geneve(ethernet(b), 1)), p),
      (b, p) => outer(17, udp(5, 6081, geneve(ethernet(b), 2)), p),
    ],
    ['GRE keys', (b, p) => outer(47, gre(b, 1), p), (b, p) => outer(47, gre(b, 2), p)],
    ['kinds of tunnels', (b, p) => outer(47, gre(b), p), (b, p) => outer(4, b, p)],
    ['a tunnel and the open', (b, p) => outer(4, b, p), (b) => ethernet(b)],
  ])('the same addresses in two %s are told apart', async (_, first, second) => {
    // 3 and 1 ms; mixed up, it would be 2 and 2, or another connection for each SYN.
    const [line, ...others] = await lines([both(first, second)]);
    expect(others).toEqual([]);
    expect(line).toBe('tcp 10.0.0.1 > 10.0.0.2:80 client 2/2 80/80 p50=2000');
    const { ledger } = await read([both(first, second)]);
    const [flow] = ledger.flowsAt(0);
    expect(flow?.clientStats?.p99Us).toBe(2980);
  });

  test('an overlay that numbers tunnels by sender is one network', async () => {
    const bySender: Wrap = (bytes, p) =>
      outer(17, udp(5, 6081, geneve(ethernet(bytes), p.from.endsWith('1') ? 11 : 22)), p);
    expect(await lines([wrapped(bySender)])).toEqual(FLOW);
    const dns = '0 10.0.0.1:40000 > 10.0.0.2:53 udp 9\n0.1 10.0.0.2:53 > 10.0.0.1:40000 udp 30';
    expect(await lines([wrapped(bySender, dns)])).toEqual(['udp 10.0.0.1 > 10.0.0.2:53 client 1/1 37/58']);
  });
});

describe('fragments', () => {
  const parts = (first: number, rest: number[], id = 7): Uint8Array[] => {
    const datagram = udp(40_000, 53, new Uint8Array(1000));
    return [first, ...rest].map((offset) =>
      ethernet(
        ip('10.0.0.1', '10.0.0.2', 17, datagram.subarray(offset, offset + 400), {
          id,
          offset,
          more: offset + 400 < datagram.length,
        }),
      ),
    );
  };
  const at = (frames: Uint8Array[]): Captured[] =>
    frames.map((frame, i) => ({ at: START + i / 1000, frame }));
  const whole = ['udp 10.0.0.1 > 10.0.0.2:53 client 3/0 1068/0'];

  test('belong to the ports of the first', async () => {
    expect(await lines([at(parts(0, [400, 800]))])).toEqual(whole);
  });

  test('in any order', async () => {
    expect(await lines([at(parts(800, [400, 0]))])).toEqual(whole);
    expect(await lines([at(parts(400, [0, 800]))])).toEqual(whole);
  });

  test('without the first are counted as such', async () => {
    const { notes } = await read([at(parts(400, [800]))]);
    expect(notes).toContain('capture 1: 2 fragments whose first part is missing, not counted.');
  });

  test('of many datagrams at once do not fill the memory', async () => {
    const many = Array.from({ length: 10_000 }, (_, id) => parts(400, [], id)).flat();
    const { notes } = await read([at([...many, ...parts(0, [], 9999)])]);
    expect(notes).toContain('capture 1: 9,999 fragments whose first part is missing, not counted.');
  });

  test('of IPv6, and a whole packet that only looks like one', async () => {
    const part = (offset: number, more: boolean) =>
      ethernet(
        ip('fd00::1', 'fd00::2', 17, udp(40_000, 53, new Uint8Array(800)).subarray(offset, offset + 400), {
          id: 9,
          offset,
          more,
        }),
      );
    expect(await lines([at([part(0, true), part(400, false)])])).toEqual([
      'udp fd00::1 > fd00::2:53 client 2/0 896/0',
    ]);
    expect(await lines([at([part(0, false)])])).toEqual(['udp fd00::1 > fd00::2:53 client 1/0 448/0']);
  });
});

describe('what headers claim', () => {
  test('IPv6 extension headers are walked through', async () => {
    const segment = extension(43, extension(60, extension(6, tcp(40_000, 80, 2, 100))));
    const frame = ethernet(ip('fd00::1', 'fd00::2', 0, segment));
    expect(await lines([[{ at: START, frame }]])).toEqual(['tcp fd00::1 > fd00::2:80 client 1/0 84/0']);
  });

  test('::ffff:a.b.c.d is a.b.c.d', async () => {
    const frame = ethernet(ip('::ffff:a00:1', '::ffff:a00:2', 6, tcp(40_000, 80, 2, 100)));
    expect(await lines([[{ at: START, frame }]])).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 client 1/0 60/0']);
  });

  test('bytes are the length of the IP packet, whatever was kept of it', async () => {
    const frame = ethernet(ip('10.0.0.1', '10.0.0.2', 6, tcp(40_000, 80, 16, 1, 1, new Uint8Array(1400))));
    expect(await lines([pcapFile([{ at: START, frame }], { snapLength: 68 })])).toEqual([
      'tcp 10.0.0.1 > 10.0.0.2:80 client 1/0 1440/0',
    ]);
  });

  test('a length of zero is one the card was to fill in: the frame knows it', async () => {
    const big = ethernet(
      ip('10.0.0.1', '10.0.0.2', 6, tcp(40_000, 80, 16, 1, 1, new Uint8Array(2000)), { length: 0 }),
    );
    expect(await lines([pcapFile([{ at: START, frame: big }], { snapLength: 100 })])).toEqual([
      'tcp 10.0.0.1 > 10.0.0.2:80 client 1/0 2040/0',
    ]);
  });

  test('enough for the ports counts, less does not', async () => {
    const frame = ethernet(ip('10.0.0.1', '10.0.0.2', 6, tcp(40_000, 80, 2, 100)));
    expect(await lines([pcapFile([{ at: START, frame }], { snapLength: 38 })])).toEqual([
      'tcp 10.0.0.1 > 10.0.0.2:80 client 1/0 40/0',
    ]);
    const { notes } = await read([pcapFile([{ at: START, frame }], { snapLength: 37 })]);
    expect(notes[0]).toBe('capture 1: 1 frame cut off before the ports, or damaged, not counted.');
  });

  test('headers that contradict each other are not counted', async () => {
    const short = ethernet(ip('10.0.0.1', '10.0.0.2', 6, tcp(40_000, 80, 2, 100), { length: 19 }));
    const { notes, ledger } = await read([[{ at: START, frame: short }]]);
    expect(ledger.span).toBeUndefined();
    expect(notes[0]).toMatch(/1 frame cut off/);
  });
});

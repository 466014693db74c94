import { describe, expect, test } from 'vitest';
import { readInventory } from '../inventory';
import { createInventoryNames } from '../inventory-names';
import { lines, read } from './captured';
import { ethernet, geneve, ip, pcapFile, sll2, udp } from './frames';
import { framesOf } from './trace';

const pod = (name: string, podIP: string, nodeName: string) => ({
  kind: 'Pod',
  metadata: { name, namespace: 'shop' },
  spec: { nodeName },
  status: { phase: 'Running', podIP },
});
const names = createInventoryNames(
  readInventory([
    {
      kind: 'Node',
      metadata: { name: 'n1' },
      status: { addresses: [{ type: 'InternalIP', address: '192.168.0.1' }] },
    },
    {
      kind: 'Node',
      metadata: { name: 'n2' },
      status: { addresses: [{ type: 'InternalIP', address: '192.168.0.2' }] },
    },
    pod('web', '10.1.0.1', 'n1'),
    pod('cart', '10.2.0.1', 'n2'),
    pod('db', '10.2.0.2', 'n2'),
    {
      kind: 'Service',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: {
        clusterIP: '10.96.0.1',
        ports: [
          { port: 80, targetPort: 8080, nodePort: 30080 },
          { port: 53, protocol: 'UDP' },
        ],
      },
    },
  ]),
);

// web asks the service; cart is asked by web: the same connection before and after DNAT.
const AT_WEB = `
  0 10.1.0.1:40000 > 10.96.0.1:80 S 100
  0.003 10.96.0.1:80 > 10.1.0.1:40000 SA 500 101 ttl=62
  0.0031 10.1.0.1:40000 > 10.96.0.1:80 A 101 501`;
const AT_CART = `
  0.001 10.1.0.1:40000 > 10.2.0.1:8080 S 100 ttl=62
  0.0011 10.2.0.1:8080 > 10.1.0.1:40000 SA 500 101
  0.0041 10.1.0.1:40000 > 10.2.0.1:8080 A 101 501 ttl=62`;
const NEAR = 'client 2/1 80/40 p50=3000';
const FAR = 'server 1/2 40/80 p50=3100';

describe('the same connection at both ends is one flow', () => {
  test('through DNAT, by initial sequence numbers', async () => {
    expect(await lines([AT_WEB, AT_CART], { names })).toEqual([`tcp web > cart:8080 ${NEAR} ${FAR}`]);
    expect(await lines([AT_CART, AT_WEB], { names })).toEqual([`tcp web > cart:8080 ${NEAR} ${FAR}`]);
  });

  test('without an inventory too', async () => {
    expect(await lines([AT_WEB, AT_CART])).toEqual([`tcp 10.1.0.1 > 10.2.0.1:8080 ${NEAR} ${FAR}`]);
  });

  test('through SNAT on top, which changes the client and its port', async () => {
    const masqueraded = AT_CART.replaceAll('10.1.0.1:40000', '192.168.0.1:61234');
    expect(await lines([AT_WEB, masqueraded], { names })).toEqual([`tcp web > cart:8080 ${NEAR} ${FAR}`]);
  });

  test('but not with --no-join, and not with other numbers', async () => {
    const apart = [`tcp web > cart:80 ${NEAR}`, `tcp web > cart:8080 ${FAR}`];
    expect(await lines([AT_WEB, AT_CART], { names, join: false })).toEqual(apart);
    expect(
      await lines([AT_WEB, AT_CART.replaceAll(' 500 ', ' 700 ').replaceAll(' 501', ' 701')], { names }),
    ).toEqual(apart);
  });

  test('each connection goes to the pod that answered it', async () => {
    const second = (text: string) =>
      text.replaceAll('40000', '40001').replaceAll(' 100', ' 900').replaceAll(' 101', ' 901');
    const atDb = second(AT_CART).replaceAll('10.2.0.1:8080', '10.2.0.2:8080');
    expect(await lines([`${AT_WEB}\n${second(AT_WEB)}`, AT_CART, atDb], { names })).toEqual([
      `tcp web > cart:8080 ${NEAR} ${FAR}`,
      `tcp web > db:8080 ${NEAR} ${FAR}`,
    ]);
  });

  test('refused: by the client’s number and port', async () => {
    const near = '0 10.1.0.1:40000 > 10.96.0.1:80 S 100\n0.003 10.96.0.1:80 > 10.1.0.1:40000 RA 0 101 ttl=62';
    const far =
      '0.001 10.1.0.1:40000 > 10.2.0.1:8080 S 100 ttl=62\n0.0011 10.2.0.1:8080 > 10.1.0.1:40000 RA 0 101';
    expect(await lines([near, far], { names })).toEqual([
      'tcp web > cart:8080 client 1/1 40/40 server 1/1 40/40',
    ]);
  });

  test('asked but not answered stays with the address that was dialled', async () => {
    expect(
      await lines(['0 10.1.0.1:40000 > 10.96.0.1:80 S 100', AT_CART.replaceAll(' 100', ' 200')], { names }),
    ).toEqual(['tcp web > cart:80 client 1/0 40/0', expect.stringMatching(/^tcp web > cart:8080 server/)]);
  });

  test('in the middle: by the client’s port at the same time', async () => {
    const near = '0 10.1.0.1:40000 > 10.96.0.1:80 A 100 7 5\n9 10.96.0.1:80 > 10.1.0.1:40000 A 7 105 ttl=62';
    const far = '0 10.1.0.1:40000 > 10.2.0.1:8080 A 100 7 5 ttl=62\n9 10.2.0.1:8080 > 10.1.0.1:40000 A 7 105';
    expect(await lines([near, far], { names })).toEqual([
      'tcp web > cart:8080 client 1/1 45/40 server 1/1 40/45',
    ]);
    const muchLater = far.replaceAll(/^/gm, '10').replaceAll('109 ', '109 ');
    expect(await lines([near, muchLater], { names })).toHaveLength(2);
  });

  test('UDP: by the client’s port, and the datagram tells two services apart', async () => {
    const near =
      '0 10.1.0.1:40000 > 10.96.0.1:53 udp 30 1\n0.2 10.96.0.1:53 > 10.1.0.1:40000 udp 60 1 ttl=62';
    const far =
      '0.1 10.1.0.1:40000 > 10.2.0.1:53 udp 30 1 ttl=62\n0.11 10.2.0.1:53 > 10.1.0.1:40000 udp 60 1';
    expect(await lines([near, far], { names })).toEqual([
      'udp web > cart:53 client 1/1 58/88 server 1/1 88/58',
    ]);
    const other = far
      .replaceAll('10.2.0.1', '10.2.0.2')
      .replaceAll(' 1 ttl', ' 2 ttl')
      .replaceAll('0.11', '0.01');
    expect(await lines([near, far, other.replaceAll('0.1 ', '0 ')], { names })).toEqual([
      'udp web > cart:53 client 1/1 58/88 server 1/1 88/58',
      expect.stringMatching(/^udp web > db:53 server 1\/1/),
    ]);
  });

  test('a client that asks two servers from one port is not joined to the wrong one', async () => {
    const near = '0 10.1.0.1:123 > 10.2.0.1:123 udp 48\n0.1 10.1.0.1:123 > 10.2.0.2:123 udp 48';
    expect(await lines([near, '0 10.1.0.1:123 > 10.2.0.1:123 udp 48 ttl=62'])).toEqual([
      'udp 10.1.0.1 > 10.2.0.1:123 client 1/0 76/0 server 0/1 0/76',
      'udp 10.1.0.1 > 10.2.0.2:123 client 1/0 76/0',
    ]);
  });
});

describe('a capture counts for whoever it was taken at', () => {
  test('one end alone is a one-sided flow', async () => {
    expect(await lines([AT_WEB], { names })).toEqual([`tcp web > cart:80 ${NEAR}`]);
    expect(await lines([AT_CART], { names })).toEqual([`tcp web > cart:8080 ${FAR}`]);
  });

  test('a path adds nothing, and is said to', async () => {
    const pairs = [
      '10.1.0.1:40000 > 10.2.0.1:80',
      '10.2.0.2:40000 > 192.168.0.2:80',
      '10.1.0.9:40000 > 10.1.0.8:80',
    ];
    const { ledger, notes } = await read([pairs.map((pair) => `0 ${pair} S 5`).join('\n')], { names });
    expect(ledger.span).toBeUndefined();
    expect(notes[0]).toBe(
      'capture 1: it adds nothing: no address is in most of its packets, so it was taken on the way between others.',
    );
  });

  test('so does the outside of a tunnel', async () => {
    const tunnelled = framesOf(AT_WEB, (bytes) =>
      ethernet(ip('192.168.0.1', '192.168.0.2', 17, udp(9, 6081, geneve(ethernet(bytes), 1)))),
    );
    expect(await lines([tunnelled], { names })).toEqual([]);
    expect(await lines([tunnelled])).toEqual([`tcp 10.1.0.1 > 10.96.0.1:80 ${NEAR}`]);
  });

  test('and an outside host', async () => {
    const outside = AT_CART.replaceAll('10.1.0.1', '10.2.0.2').replaceAll('10.2.0.1', '203.0.113.9');
    const { ledger, notes } = await read([outside], { names });
    expect(ledger.span).toBeUndefined();
    expect(notes[0]).toMatch(
      /most of its packets are of 203\.0\.113\.9, which is no pod or node of the inventory/,
    );
  });

  test('what a node passes on is not its own: masquerade, and node ports', async () => {
    const passedOn =
      '0 192.168.0.1:61000 > 203.0.113.9:443 S 1 ttl=63\n0.1 203.0.113.9:443 > 192.168.0.1:61000 SA 5 2';
    const own = '0 192.168.0.1:61001 > 203.0.113.9:443 S 1\n0.1 203.0.113.9:443 > 192.168.0.1:61001 SA 5 2';
    const nodePort =
      '0 203.0.113.9:50000 > 192.168.0.1:30080 S 1\n0.1 192.168.0.1:30080 > 203.0.113.9:50000 SA 5 2';
    const atNode = framesOf([passedOn, own, nodePort].join('\n'), (bytes, { from }) =>
      sll2(bytes, from === '192.168.0.1' ? 4 : 0),
    );
    const { ledger } = await read([pcapFile(atNode, { linkType: 276 })], { names });
    const flows = ledger.flowsAt(0);
    expect(flows.map(({ client, server }) => [client.node, server.port, server.svc])).toEqual([
      ['n1', 443, undefined],
    ]);
    expect(flows[0]?.clientStats?.txPkts).toBe(1);
    expect(await lines([nodePort.replaceAll('203.0.113.9', '10.1.0.1')], { names })).toEqual([
      'tcp web > cart:30080 client 1/1 40/40 p50=100000',
    ]);
  });

  test('between two that share all packets, what left here decides', async () => {
    const far = AT_WEB.replaceAll('10.96.0.1:80', '10.9.0.1:80');
    expect((await lines([far, far]))[0]).toContain('client');
    // Next to each other no packet has passed a router: then who answers at once is near.
    const close = (text: string) => text.replaceAll(/ ttl=\d+/g, '');
    expect(await lines([close(AT_CART)])).toEqual([`tcp 10.1.0.1 > 10.2.0.1:8080 ${FAR}`]);
    expect(await lines([close(AT_WEB)])).toEqual([`tcp 10.1.0.1 > 10.96.0.1:80 ${NEAR}`]);
    // And a file that says what was sent here is believed.
    const said = framesOf(close(AT_WEB), (bytes, { from }) => sll2(bytes, from === '10.96.0.1' ? 4 : 0));
    expect(await lines([pcapFile(said, { linkType: 276 })])).toEqual([
      'tcp 10.1.0.1 > 10.96.0.1:80 server 1/2 40/80 p50=3100',
    ]);
  });

  test('alone and without an inventory, what others say is counted as their client’s', async () => {
    const others = '0 10.9.0.1:5353 > 224.0.0.251:5353 udp 9\n0 10.9.0.2:5353 > 224.0.0.251:5353 udp 9';
    expect(await lines([`${AT_WEB}\n${others}`])).toEqual([
      `tcp 10.1.0.1 > 10.96.0.1:80 ${NEAR}`,
      'udp 10.9.0.1 > 224.0.0.251:5353 client 1/0 37/0',
      'udp 10.9.0.2 > 224.0.0.251:5353 client 1/0 37/0',
    ]);
    expect(await lines([`${AT_WEB}\n${others}`, AT_CART])).toHaveLength(1);
  });

  test('who talks to itself is seen from both ends', async () => {
    const self =
      '0 127.0.0.1:40000 > 127.0.0.1:80 S 100\n0.001 127.0.0.1:80 > 127.0.0.1:40000 SA 5 101\n0.002 127.0.0.1:40000 > 127.0.0.1:80 A 101 6';
    expect(await lines([self])).toEqual([
      'tcp 127.0.0.1 > 127.0.0.1:80 client 2/1 80/40 p50=1000 server 1/2 40/80 p50=2000',
    ]);
  });
});

describe('a capture at all interfaces of a node', () => {
  // What cart (at n2) asks of db (at n2, behind the service), of the outside, and what n2 itself asks of db; web, at n1, asks
  // cart. Interfaces: 1 is cart's, 2 is db's, 9 the node's. A packet is captured wherever it passes.
  const anywhere = (lines: string) =>
    pcapFile(
      lines
        .trim()
        .split('\n')
        .flatMap((line) => {
          const [, text = '', interfaces = ''] = /^(.*) @ (.*)$/.exec(line.trim()) ?? [];
          return interfaces.split(' ').flatMap((id) => framesOf(text, (bytes) => sll2(bytes, 0, Number(id))));
        }),
      { linkType: 276 },
    );
  const ALL = anywhere(`
    0 10.2.0.1:40000 > 10.96.0.1:80 S 100 @ 1
    0.0001 10.2.0.1:40000 > 10.2.0.2:8080 S 100 ttl=63 @ 2
    0.0002 10.2.0.2:8080 > 10.2.0.1:40000 SA 500 101 @ 2
    0.0003 10.96.0.1:80 > 10.2.0.1:40000 SA 500 101 ttl=63 @ 1
    0.0004 10.2.0.1:40000 > 10.96.0.1:80 A 101 501 @ 1
    0.0005 10.2.0.1:40000 > 10.2.0.2:8080 A 101 501 ttl=63 @ 2
    1 10.2.0.1:41000 > 203.0.113.9:443 S 7 @ 1
    1.0001 192.168.0.2:41000 > 203.0.113.9:443 S 7 ttl=63 @ 9
    2 192.168.0.2:42000 > 10.2.0.2:8080 S 9 @ 2
    3 10.1.0.1:43000 > 10.2.0.1:8080 S 11 ttl=62 @ 9 1
    3.0001 10.2.0.1:8080 > 10.1.0.1:43000 SA 12 12 @ 1 9
    4 10.2.0.1:44000 > 10.2.0.2:5432 S 21 @ 1 2
    4.0001 10.2.0.2:5432 > 10.2.0.1:44000 RA 0 22 @ 2 1`);
  const FLOWS = [
    'tcp 192.168.0.2 > db:8080 client 1/0 40/0 server 0/1 0/40',
    'tcp cart > 203.0.113.9:443 client 1/0 40/0',
    'tcp cart > db:5432 client 1/1 40/40 server 1/1 40/40',
    'tcp cart > db:8080 client 2/1 80/40 p50=300 server 1/2 40/80 p50=400',
    'tcp web > cart:8080 server 1/1 40/40',
  ];

  test('counts for each of its pods and for itself, each packet once', async () => {
    const { notes } = await read([ALL], { names });
    expect(notes).toEqual([
      'capture 1: 1 packet between others, or passed on for others, not counted.',
      'capture 1: 4 packets captured again at another interface, counted once.',
    ]);
    expect(await lines([ALL], { names })).toEqual(FLOWS);
  });

  test('and a conversation that moves to another interface is followed', async () => {
    const moved = anywhere(`
      0 10.1.0.1:5 > 10.2.0.1:53 udp 9 @ 1
      1 10.1.0.1:5 > 10.2.0.1:53 udp 9 @ 2
      2 10.1.0.1:5 > 10.2.0.1:53 udp 9 @ 2`);
    expect(await lines([moved])).toEqual(['udp 10.1.0.1 > 10.2.0.1:53 server 0/3 0/111']);
  });

  test('and adds nothing to what was captured at a pod', async () => {
    const atWeb =
      '2.99 10.1.0.1:43000 > 10.2.0.1:8080 S 11\n3.01 10.2.0.1:8080 > 10.1.0.1:43000 SA 12 12 ttl=62';
    const atCart =
      '3 10.1.0.1:43000 > 10.2.0.1:8080 S 11 ttl=62\n3.0001 10.2.0.1:8080 > 10.1.0.1:43000 SA 12 12';
    const joined = 'tcp web > cart:8080 client 1/1 40/40 p50=20000 server 1/1 40/40';
    expect(await lines([atWeb, atCart, ALL], { names })).toEqual([...FLOWS.slice(0, -1), joined]);
  });
});

describe('captured twice from the same end', () => {
  test('counts once, from the better capture', async () => {
    const { ledger, notes } = await read(
      [AT_WEB, `${AT_WEB}\n1 10.1.0.1:40000 > 10.96.0.1:80 A 101 501 10`],
      { names },
    );
    expect(ledger.flowsAt(0)[0]?.clientStats?.txPkts).toBe(3);
    expect(notes).toEqual(['1 connection captured twice from the same end counted once.']);
  });

  test('but captures of each direction alone complete each other, and so do captures one after the other', async () => {
    const half = (address: string) =>
      AT_WEB.split('\n')
        .filter((line) => line.trim().split(' ')[1]?.startsWith(address))
        .join('\n');
    expect(await lines([half('10.1.0.1'), half('10.96.0.1')], { names })).toEqual([
      'tcp web > cart:80 client 2/1 80/40',
    ]);
    const later = '20 10.1.0.1:40000 > 10.96.0.1:80 A 101 501 10';
    expect(await lines([AT_WEB, later], { names })).toEqual(['tcp web > cart:80 client 3/1 130/40 p50=3000']);
  });
});

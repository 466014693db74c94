import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Flow, Level } from '../flows/flow';
import { sketch } from '../flows/sketch';
import { buildGraph, type FlowGraph, type GraphLink } from './flow-graph';
import { type Focus, narrow } from './focus';

const FACTS = { total: 0, truncated: false, rejected: 0 };
const link = (graph: FlowGraph, from: string, to: string): GraphLink | undefined => {
  const id = (label: string) => [...graph.peers.values()].find((peer) => peer.label === label)?.id;
  return graph.links.get(`${id(from)}>${id(to)}`);
};

const HALVES = sketch(`
  shop/web-1(web)@n1 -> shop/(cart):80                   c 100k/300k 3ms..12ms
  shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070        s 200k/60k 3ms..11ms
  shop/web-1(web)@n1 -> shop/cart-2(cart)@n3:7070        s 100k/40k 3ms..10ms
  shop/web-2(web)@n1 -> shop/cart-1(cart)@n2:7070        both 10k/20k 2ms..9ms
`);

describe('a service address and the pods behind it', () => {
  it('are one link at service level, counted once by the sender', () => {
    const graph = buildGraph(HALVES, { level: 'service' });
    expect(graph.links.size).toBe(1);
    expect(link(graph, 'web', 'cart')).toMatchObject({
      forwardBytes: 110_000,
      backwardBytes: 320_000,
      count: 4,
    });
    expect(graph.wholeBytes).toBe(430_000);
  });

  it('leave the handshake to the client: the pods behind do not speak a second time', () => {
    const { handshake } = link(buildGraph(HALVES, { level: 'service' }), 'web', 'cart') as GraphLink;
    expect(handshake).toMatchObject({
      worstP99Us: 12_000,
      measured: 2,
      tcp: 4,
      p50LowUs: 2_000,
      p50HighUs: 3_000,
    });
  });

  it.each<Level>(['pod', 'node'])(
    'are attached to the pods at %s level, never drawn as a second link',
    (level) => {
      const graph = buildGraph(HALVES, { level });
      expect([...graph.peers.values()].map(({ kind }) => kind)).not.toContain('service');
      const attached = [...graph.links.values()].filter((one) => one.attached.length > 0);
      expect(attached).toHaveLength(2);
      expect([...graph.links.values()].reduce((sum, one) => sum + one.share, 0)).toBe(graph.wholeBytes);
      expect([...graph.links.values()].reduce((sum, one) => sum + one.count, 0)).toBe(HALVES.length);
    },
  );

  it('divides the address row by what each pod received', () => {
    const graph = buildGraph(HALVES, { level: 'pod' });
    // 100 kB sent to the address, received 60:40; each pod row adds what its pod sent back.
    expect(link(graph, 'web-1', 'cart-1')?.share).toBe(60_000 + 200_000);
    expect(link(graph, 'web-1', 'cart-2')?.share).toBe(40_000 + 100_000);
  });

  it('stands alone where no pod behind it was seen', () => {
    const graph = buildGraph(sketch('shop/job-1@n1 -> default/(kubernetes):443  c 4k/5k'), { level: 'pod' });
    expect([...graph.peers.values()].map(({ kind }) => kind)).toEqual(['pod', 'service']);
  });
});

describe('what a link says of itself', () => {
  it('no answer: TCP goes out, nothing comes back, no handshake; not one-way UDP', () => {
    const graph = buildGraph(
      sketch(`
        shop/a@n1 -> 10.9.9.9:80                      c 1k/0
        shop/a@n1 -> monitoring/log-1(log)@n2:514/udp both 9k/0
      `),
      { level: 'pod' },
    );
    expect([...graph.links.values()].map(({ unanswered }) => unanswered)).toEqual([true, false]);
  });

  it('server side only: a value nobody can confirm sets no band', () => {
    const graph = buildGraph(sketch('198.51.100.7 -> shop/web-1(web)@n1:80  s 9k/1k 30us..50us'), {
      level: 'service',
    });
    expect([...graph.links.values()][0]?.handshake).toMatchObject({
      band: 'unmeasured',
      serverOnlyP99Us: 50,
    });
  });
});

/** Random clusters: one-sided rows, service addresses, outside, hosts. */
const flowsOf = fc.array(
  fc.record({
    from: fc.nat(5),
    to: fc.nat(5),
    kind: fc.nat(6),
    tx: fc.nat(5_000_000),
    rx: fc.nat(5_000_000),
  }),
  { maxLength: 40 },
);
function build(rows: { from: number; to: number; kind: number; tx: number; rx: number }[]): Flow[] {
  return sketch(
    rows
      .map(({ from, to, kind, tx, rx }) => {
        const a = `ns${from % 3}/a-${from}(a${from % 2})@n${from % 2}`;
        const b = `ns${to % 3}/b-${to}(b${to % 2})@n${to % 2}`;
        return [
          `${a} -> ${b}:80  both ${tx}/${rx} 1ms..20ms`,
          `${a} -> ns${to % 3}/(b${to % 2}):80  c ${tx}/${rx} 1ms..20ms`,
          `${a} -> ${b}:80  s ${tx}/${rx} 1ms..20ms`,
          `${a} -> 203.0.113.${to}:443  c ${tx}/${rx} 90ms..200ms`,
          `198.51.100.${from} -> ${b}:80  s ${tx}/${rx}`,
          `@n${from} -> ${b}:80/udp  both ${tx}/${rx}`,
          `${a} -> kube-system/dns-1(kube-dns)@n0:53/udp  both ${tx}/${rx}`,
        ][kind];
      })
      .join('\n'),
  );
}

describe('the whole', () => {
  it('is drawn + folded + hidden, in flows and in bytes, for every combination of switches', () => {
    fc.assert(
      fc.property(
        flowsOf,
        fc.constantFrom<Level>('pod', 'service', 'namespace', 'node'),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        fc.record({
          minBytes: fc.option(fc.nat(6_000_000)),
          minPercentile: fc.option(fc.nat(100)),
          around: fc.option(fc.nat(8)),
          depth: fc.integer({ min: 1, max: 3 }),
          path: fc.option(fc.tuple(fc.nat(8), fc.nat(8))),
        }),
        fc.record({
          expanded: fc.subarray(['ns0', 'ns1', 'kube-system']),
          mostExternal: fc.nat(3),
          mostPeers: fc.constantFrom(3, 6, 1500),
          opened: fc.subarray([
            ...['fold:external', 'fold:external:port:443', 'fold:external:net:203.0.113.0/24'],
            ...['fold:infra-hosts', 'fold:more:ns:ns0', 'fold:more:ns:ns1', 'fold:more:host'],
          ]),
        }),
        (rows, level, foldInfrastructure, problems, hideInfrastructure, asked, folds) => {
          const flows = build(rows);
          const { mostExternal, mostPeers } = folds;
          const graph = buildGraph(flows, {
            ...{ level, foldInfrastructure, mostExternal, mostPeers },
            ...{ expanded: new Set(folds.expanded), opened: new Set(folds.opened) },
          });
          const peers = [...graph.peers.keys()];
          const { minBytes, minPercentile, depth } = asked;
          const peer = asked.around === null ? undefined : peers[asked.around];
          const [from, to] = asked.path?.map((at) => peers[at]) ?? [];
          const focus: Focus = {
            problems,
            hideInfrastructure,
            ...(minBytes === null ? {} : { minBytes }),
            ...(minPercentile === null ? {} : { minPercentile }),
            ...(peer === undefined ? {} : { around: { peer, depth } }),
            ...(from === undefined || to === undefined ? {} : { path: { from, to } }),
          };
          const { coverage, links } = narrow(graph, focus, FACTS);
          expect(coverage.drawnFlows + coverage.foldedFlows + coverage.hiddenFlows).toBe(flows.length);
          expect(coverage.drawnBytes + coverage.foldedBytes + coverage.hiddenBytes).toBe(coverage.bytes);
          expect(links.length).toBeLessThanOrEqual(graph.links.size);
          for (const id of folds.opened) expect(graph.peers.has(id)).toBe(false);
          for (const { from: a, to: b } of links) expect(graph.peers.has(a) && graph.peers.has(b)).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('is the same at every level', () => {
    fc.assert(
      fc.property(flowsOf, (rows) => {
        const flows = build(rows);
        const wholes = (['pod', 'service', 'namespace', 'node'] as const).map(
          (level) => buildGraph(flows, { level }).wholeBytes,
        );
        expect(new Set(wholes).size).toBe(1);
      }),
    );
  });
});

describe('the neighbourhood of a peer', () => {
  const graph = buildGraph(
    sketch(`
      a/one@n -> a/two@n:1    c 1k/1k
      a/two@n -> a/three@n:1  c 1k/1k
      a/three@n -> a/four@n:1 c 1k/1k
      a/other@n -> a/three@n:1 c 1k/1k
    `),
    { level: 'pod' },
  );
  const shown = (peer: string, depth: number) =>
    narrow(graph, { around: { peer: `pod:a/${peer}`, depth } }, FACTS)
      .links.map(({ from, to }) => `${from.slice(6)}>${to.slice(6)}`)
      .sort();

  it('goes up- and downstream as far as the depth says, and not sideways', () => {
    expect(shown('two', 1)).toEqual(['one>two', 'two>three']);
    expect(shown('two', 2)).toEqual(['one>two', 'three>four', 'two>three']);
    expect(shown('four', 3)).toEqual(['one>two', 'other>three', 'three>four', 'two>three']);
  });

  it('of a peer that is gone is empty, and says that everything is hidden', () => {
    const { coverage, links } = narrow(graph, { around: { peer: 'pod:a/gone', depth: 1 } }, FACTS);
    expect(links).toEqual([]);
    expect(coverage.hiddenFlows).toBe(4);
  });
});

describe('the handshake of traffic seen in two halves, below service level', () => {
  const near = 'shop/web-1(web)@n1 -> shop/(cart):80  c 10k/90k 3ms..12ms';
  const far = (pod: number) => `shop/web-1(web)@n1 -> shop/cart-${pod}(cart)@n2:7070  s 90k/10k 30us..50us`;
  const handshakes = (text: string) =>
    [...buildGraph(sketch(text), { level: 'pod' }).links.values()].map((one) => one.handshake);

  it("is the client's where one pod stands behind the address", () => {
    expect(handshakes(`${near}\n${far(1)}`)).toMatchObject([{ worstP99Us: 12_000, band: 'elevated' }]);
  });

  it('is not known where several do: the client cannot tell them apart', () => {
    expect(handshakes(`${near}\n${far(1)}\n${far(2)}`)).toMatchObject([
      { band: 'unmeasured' },
      { band: 'unmeasured' },
    ]);
  });
});

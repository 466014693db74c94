import { describe, expect, it } from 'vitest';
import { sketch } from '../flows/sketch';
import { buildGraph } from './flow-graph';

const lines = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n');
const labelsOf = (text: string, grouping: Parameters<typeof buildGraph>[1]): string[] =>
  [...buildGraph(sketch(text), grouping).peers.values()].map(({ label }) => label).sort();

describe('outside peers past twelve', () => {
  const many = lines(20, (i) => `shop/web-1(web)@n1 -> 203.0.113.${i + 1}:443  c 1k/${(i + 1) * 10}k`);

  it('fold by the port they meet on, the lightest first, and say how much they move', () => {
    const graph = buildGraph(sketch(many), { level: 'service' });
    const fold = graph.peers.get('fold:external:port:443');
    expect(fold).toMatchObject({ kind: 'external', folded: 8, label: '+8 on :443, 15 % of bytes' });
    expect(graph.peers.size).toBe(1 + 12 + 1);
    expect(graph.peers.has('ext:203.0.113.20')).toBe(true);
  });

  it('fold by network where ports tell nothing', () => {
    const scattered = lines(
      24,
      (i) => `shop/web-1(web)@n1 -> ${i < 12 ? `192.0.2.${i}` : `198.51.100.${i}`}:${4000 + i}  c 1k/1k`,
    );
    const labels = labelsOf(scattered, { level: 'service', mostExternal: 4 });
    expect(labels.filter((label) => label.startsWith('+'))).toEqual([
      '+12 in 198.51.100.0/24, 50 % of bytes',
      '+8 in 192.0.2.0/24, 30 % of bytes',
    ]);
  });

  it('fold IPv6 by /48, and what has nothing in common as the rest', () => {
    const six = lines(9, (i) => `shop/web-1(web)@n1 -> [2001:db8:51::${i + 1}]:${5000 + i}  c 1k/1k`);
    const odd = 'shop/web-1(web)@n1 -> 198.51.100.9:7000  c 1k/1k';
    const labels = labelsOf(`${six}\n${odd}`, { level: 'service', mostExternal: 0 });
    expect(labels.map((label) => label.replace(/,.*/, ''))).toEqual([
      '+1 more external',
      '+9 in 2001:db8:51::/48',
      'web',
    ]);
  });

  it('swap nobody from answer to answer, unless somebody is heavier by far', () => {
    const drawnOf = (graph: ReturnType<typeof buildGraph>) =>
      [...graph.peers.keys()].filter((id) => id.startsWith('ext:')).sort();
    const first = buildGraph(sketch(many), { level: 'service' });
    const before = first.standing;
    // The lightest of those drawn is .9 with 90 kB; .8 had 80 kB.
    const grown = (kilobytes: number) =>
      sketch(many.replace(/203.0.113.8:443 {2}c 1k\/80k/, `203.0.113.8:443  c 1k/${kilobytes}k`));
    expect(drawnOf(buildGraph(grown(150), { level: 'service' }))).not.toEqual(drawnOf(first));
    const leaning = (kilobytes: number) =>
      buildGraph(grown(kilobytes), { level: 'service', ...(before === undefined ? {} : { before }) });
    expect(drawnOf(leaning(150))).toEqual(drawnOf(first));
    expect(drawnOf(leaning(600))).toContain('ext:203.0.113.8');
    // Who is gone makes room.
    const without = sketch(many.split('\n').slice(0, -1).join('\n'));
    expect(
      drawnOf(buildGraph(without, { level: 'service', ...(before === undefined ? {} : { before }) })),
    ).toHaveLength(12);
  });

  it('are shown all the same when the reader opened the fold', () => {
    const opened = new Set(['fold:external:port:443']);
    const graph = buildGraph(sketch(many), { level: 'service', opened });
    expect(graph.peers.size).toBe(1 + 20);
    const islands = [...graph.peers.values()].map(({ kind, island }) => `${kind} ${island}`);
    expect(new Set(islands)).toEqual(new Set(['service undefined', 'external fuller']));
  });
});

it('gathers the plumbing of a box into one counted peer, and leaves a single one its name', () => {
  const text = `
    shop/web-1(web)@n1 -> kube-system/dns-1(kube-dns)@n1:53/udp   both 1k/2k
    shop/web-1(web)@n1 -> kube-system/m-1(metrics-server)@n1:443  both 1k/2k 1ms
    monitoring/p-0(prometheus)@n1 -> shop/web-1(web)@n1:80        both 1k/2k 1ms
    @n1 -> shop/web-1(web)@n1:80                                  both 1k/2k 1ms
    @n2 -> shop/web-1(web)@n1:80                                  both 1k/2k 1ms
  `;
  expect(labelsOf(text, { level: 'service', foldInfrastructure: true })).toEqual([
    '+2 host processes',
    '+2 infrastructure',
    'prometheus',
    'web',
  ]);
});

describe('a namespace expanded to hundreds of pods', () => {
  const crowd = lines(300, (i) => `shop/web-${i}(web)@n1 -> data/db-0(db)@n2:5432  both ${i + 1}k/1k 1ms`);
  const grouping = { level: 'service', expanded: new Set(['shop']) } as const;

  it('keeps its heaviest pods and counts the rest', () => {
    const graph = buildGraph(sketch(crowd), grouping);
    const fold = graph.peers.get('fold:more:ns:shop');
    expect(fold).toMatchObject({ folded: 180, namespace: 'shop', island: 'finer' });
    expect(fold?.label).toMatch(/^\+180 more, \d+ % of bytes$/);
    expect(graph.peers.has('pod:shop/web-299')).toBe(true);
    expect([...graph.peers.values()].filter(({ kind }) => kind === 'pod')).toHaveLength(121);
  });

  it('keeps the same pods when a poll changes figures a little', () => {
    const later = crowd.replaceAll(/(\d+)k\/1k/g, (_, size) => `${Math.round(Number(size) * 1.001)}k/1k`);
    expect([...buildGraph(sketch(later), grouping).peers.keys()].sort()).toEqual(
      [...buildGraph(sketch(crowd), grouping).peers.keys()].sort(),
    );
  });

  it('shows them all when the fold is opened', () => {
    const opened = new Set(['fold:more:ns:shop']);
    const graph = buildGraph(sketch(crowd), { ...grouping, opened });
    expect([...graph.peers.values()].filter(({ island }) => island === 'finer+fuller')).toHaveLength(300);
  });
});

it('leaves a crowd at most some fifteen hundred peers, cut from the largest boxes, and a small box whole', () => {
  const crowd = lines(
    2000,
    (i) => `ns${i % 2}/web-${i}@n1 -> few/db-${i % 4}@n2:5432  both ${i + 1}k/1k 1ms`,
  );
  const graph = buildGraph(sketch(crowd), { level: 'pod' });
  expect(graph.peers.size).toBeLessThanOrEqual(1500);
  expect(graph.peers.size).toBeGreaterThan(1000);
  expect([...graph.peers.values()].filter(({ namespace }) => namespace === 'few')).toHaveLength(4);
  const most = { level: 'pod', mostPeers: Number.POSITIVE_INFINITY } as const;
  expect(buildGraph(sketch(crowd), most).peers.size).toBe(2004);
});

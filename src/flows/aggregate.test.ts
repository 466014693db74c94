import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aggregateFlows } from './aggregate';
import type { Endpoint, Flow, Level, Stats, Totals } from './flow';
import { decodeAnswer } from './wire';

const LEVELS: readonly Level[] = ['pod', 'service', 'namespace', 'node'];
const some: { requiredKeys: never[] } = { requiredKeys: [] };
const count = fc.nat({ max: 1_000_000 });

// Few names, so that rows often meet in a group.
const end = fc.record(
  {
    ip: fc.constantFrom('10.0.0.1', '10.0.0.2', '203.0.113.1'),
    pod: fc.constantFrom('web-1', 'web-2', 'cart-1'),
    ns: fc.constantFrom('shop', 'data'),
    svc: fc.constantFrom('web', 'cart'),
    node: fc.constantFrom('n1', 'n2'),
    container_id: fc.constantFrom('c1', 'c2'),
  },
  some,
);
const stats = fc.record(
  {
    ...{ tx_pkts: count, rx_pkts: count, tx_bytes: count, rx_bytes: count, tx_bps: count, rx_pps: count },
    ...{ tcp_handshake_p50_us: count, tcp_handshake_p90_us: count, tcp_handshake_p99_us: count },
    timestamp: fc.constantFrom('2025-01-15T10:30:00Z', '2025-01-15T10:30:05Z'),
  },
  some,
);
const flows: fc.Arbitrary<Flow[]> = fc
  .array(
    fc.record(
      {
        proto: fc.constantFrom('tcp', 'udp'),
        client: end,
        server: fc.tuple(end, fc.constantFrom(80, 443)).map(([one, port]) => ({ ...one, port })),
        client_stats: stats,
        server_stats: stats,
        totals: fc.record({ pkts: count, bytes: count, pps: count, bps: count }, some),
      },
      { requiredKeys: ['proto', 'client', 'server'] },
    ),
    { maxLength: 25 },
  )
  .map((rows) => decodeAnswer({ flows: rows }).flows);

const COUNTERS = ['txPkts', 'rxPkts', 'txBytes', 'rxBytes', 'txBps', 'rxPps'] as const;
const PERCENTILES = ['p50Us', 'p90Us', 'p99Us'] as const;
const TOTALS = ['pkts', 'bytes', 'pps', 'bps'] as const;

function figures(list: readonly Flow[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const flow of list) {
    for (const side of ['clientStats', 'serverStats'] as const) {
      for (const name of COUNTERS)
        sums[`${side} ${name}`] = (sums[`${side} ${name}`] ?? 0) + (flow[side]?.[name] ?? 0);
      for (const name of PERCENTILES)
        sums[`${side} ${name}`] = Math.max(sums[`${side} ${name}`] ?? 0, flow[side]?.[name] ?? 0);
    }
    for (const name of TOTALS)
      sums[`totals ${name}`] = (sums[`totals ${name}`] ?? 0) + (flow.totals?.[name] ?? 0);
  }
  return sums;
}

const pairOf = ({ proto, client, server }: Flow): string => JSON.stringify([proto, client, server]);

describe('whatever the level', () => {
  it.each(LEVELS)('%s: every sum of every side stays, and the worst percentile too', (level) => {
    fc.assert(
      fc.property(flows, (rows) => {
        const before = structuredClone(rows);
        expect(figures(aggregateFlows(rows, level))).toEqual(figures(rows));
        expect(rows).toStrictEqual(before);
      }),
    );
  });

  it.each(LEVELS)('%s: once is enough, and rows meet exactly where both reduced ends agree', (level) => {
    fc.assert(
      fc.property(flows, (rows) => {
        const once = aggregateFlows(rows, level);
        expect(aggregateFlows(once, level)).toStrictEqual(once);
        // One row for each different pair of reduced ends: none twice, and none swallowed by another.
        const alone = rows.flatMap((row) => aggregateFlows([row], level));
        expect(once.map(pairOf)).toEqual([...new Set(alone.map(pairOf))]);
      }),
    );
  });

  it('an end that has the level keeps only its fields; one that has not is as it was', () => {
    const kept: Record<Level, (keyof Endpoint)[]> = {
      pod: ['pod', 'ns'],
      service: ['svc', 'ns'],
      namespace: ['ns'],
      node: ['node'],
    };
    fc.assert(
      fc.property(flows, fc.constantFrom(...LEVELS), (rows, level) => {
        for (const row of rows) {
          const [out] = aggregateFlows([row], level);
          for (const side of ['client', 'server'] as const) {
            const [own] = kept[level];
            const expected =
              own === undefined || row[side][own] === undefined
                ? row[side]
                : Object.fromEntries(
                    kept[level].flatMap((key) =>
                      row[side][key] === undefined ? [] : [[key, row[side][key]]],
                    ),
                  );
            expect(out?.[side]).toStrictEqual(expected);
          }
        }
      }),
    );
  });
});

describe('by example', () => {
  const row = (client: Endpoint, server: Endpoint, clientStats?: Stats, totals?: Totals): Flow => ({
    proto: 'tcp',
    client,
    server,
    ...(clientStats === undefined ? {} : { clientStats }),
    ...(totals === undefined ? {} : { totals }),
  });
  const web = (pod: string): Endpoint => ({ ip: '10.0.0.1', pod, ns: 'shop', svc: 'web', node: 'n1' });

  it('traffic within a group is a self-link', () => {
    expect(aggregateFlows([row(web('web-1'), { ...web('web-2'), port: 80 })], 'service')).toStrictEqual([
      row({ svc: 'web', ns: 'shop' }, { svc: 'web', ns: 'shop' }),
    ]);
  });

  it('ends outside stay apart by address and port', () => {
    const out = [443, 443, 80].map((port) => row(web('web-1'), { ip: '203.0.113.1', port }));
    expect(aggregateFlows(out, 'namespace').map(({ server }) => server)).toStrictEqual([
      { ip: '203.0.113.1', port: 443 },
      { ip: '203.0.113.1', port: 80 },
    ]);
  });

  it.each<[Endpoint, Endpoint]>([
    [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }],
    [{ port: 80 }, { port: 81 }],
    [{ pod: 'a' }, { pod: 'b' }],
    [{ ns: 'a' }, { ns: 'b' }],
    [{ svc: 'a' }, { svc: 'b' }],
    [{ containerId: 'a' }, { containerId: 'b' }],
    [{ cgroupId: 1 }, { cgroupId: 2 }],
    [{ pod: 'a' }, { svc: 'a' }],
  ])('ends without the level that differ in one field stay apart: %j and %j', (a, b) => {
    const rows = [row(a, {}), row(b, {}), row({}, a), row({}, b)];
    expect(aggregateFlows(rows, 'node')).toStrictEqual(rows);
  });

  it('services of one name in two namespaces, and two protocols, are not one', () => {
    const [a, b] = [web('web-1'), { ...web('web-1'), ns: 'test' }];
    const rows: Flow[] = [row(a, a), row(b, a), { ...row(a, a), proto: 'udp' }];
    expect(aggregateFlows(rows, 'service')).toHaveLength(3);
  });

  it('a side nobody saw stays absent; a field nobody sent too', () => {
    const [out] = aggregateFlows(
      [row(web('web-1'), web('web-2')), row(web('web-3'), web('web-2'))],
      'service',
    );
    expect(out).toStrictEqual(row({ svc: 'web', ns: 'shop' }, { svc: 'web', ns: 'shop' }));
  });

  it('the latest timestamp is kept', () => {
    const at = (timestamp: string) => row(web('web-1'), web('web-2'), { timestamp });
    const rows = ['2025-01-15T10:30:05Z', '2025-01-15T10:30:09Z', '2025-01-15T10:30:00Z'].map(at);
    expect(aggregateFlows(rows, 'service')[0]?.clientStats).toStrictEqual({
      timestamp: '2025-01-15T10:30:09Z',
    });
  });
});

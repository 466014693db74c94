import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Flow } from './flow';
import { PARAMETERS } from './query';
import { sketch } from './sketch';
import { summarise } from './summarise';
import { decodeAnswer, encodeAnswer, encodeSummary } from './wire';
import {
  answerSchema,
  componentSchemas,
  errorSchema,
  flowSchema,
  querySchema,
  summarySchema,
  tolerantFlow,
} from './wire-schema';

// Everything a sensor, a proxy or a hostile pod name might put where something else was promised.
const nonsense = fc.constantFrom<unknown>(
  ...[null, undefined, '', ' ', 'text', '__proto__', '<img onerror=x>', true, false, [], [1], {}, { a: 1 }],
  ...[
    0,
    -0,
    -1,
    0.5,
    443,
    65_535,
    65_536,
    2 ** 53,
    2 ** 63 - 1_024,
    2 ** 63,
    2 ** 64,
    1e308,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ],
  ...[
    '0',
    '7',
    '65535',
    '1.5',
    '-3',
    '+3',
    '1e3',
    '2E-1',
    '1e400',
    '0x10',
    ' 7 ',
    '1.',
    '.5',
    'NaN',
    '9'.repeat(400),
  ],
);
const name = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 6 }) },
  { weight: 1, arbitrary: nonsense },
);
const amount = fc.oneof({ weight: 3, arbitrary: fc.nat() }, { weight: 2, arbitrary: nonsense });
const some: { requiredKeys: never[] } = { requiredKeys: [] };
const mostly = (arbitrary: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 9, arbitrary }, { weight: 1, arbitrary: nonsense });

const end = fc.record(
  {
    ip: name,
    port: amount,
    pod: name,
    ns: name,
    svc: name,
    node: name,
    container_id: name,
    cgroup_id: amount,
  },
  some,
);
const stats = fc.record(
  {
    ...{ tx_pkts: amount, rx_pkts: amount, tx_bytes: amount, rx_bytes: amount },
    ...{ tx_pps: amount, rx_pps: amount, tx_bps: amount, rx_bps: amount, timestamp: name },
    ...{
      tcp_handshake_p50_us: amount,
      tcp_handshake_p90_us: amount,
      tcp_handshake_p99_us: amount,
      extra: nonsense,
    },
  },
  some,
);
const row = mostly(
  fc.record(
    {
      proto: mostly(fc.constantFrom('tcp', 'udp', 'TCP', 'Udp')),
      client: mostly(end),
      server: mostly(end),
      client_stats: mostly(stats),
      server_stats: mostly(stats),
      totals: mostly(fc.record({ pkts: amount, bytes: amount, pps: amount, bps: amount }, some)),
      extra: nonsense,
    },
    { requiredKeys: ['proto', 'client', 'server'] },
  ),
);
const answer = fc.record(
  { flows: fc.array(row, { maxLength: 3 }), total: amount, truncated: nonsense },
  { requiredKeys: ['flows'] },
);

it('the hand decoder and the schema agree on 10,000 generated answers', { timeout: 60_000 }, () => {
  let read = 0;
  let refused = 0;
  fc.assert(
    fc.property(answer, (json) => {
      const ours = decodeAnswer(json);
      const theirs: Flow[] = [];
      let firstRefused: number | undefined;
      json.flows.forEach((one, index) => {
        const parsed = tolerantFlow.safeParse(one);
        if (parsed.success) theirs.push(parsed.data);
        else firstRefused ??= index;
      });
      // Cheaper than toStrictEqual on a hundred thousand objects; that one is called only to say what differs.
      if (!isDeepStrictEqual(ours.flows, theirs)) expect(ours.flows).toStrictEqual(theirs);
      expect(ours.flows.length + ours.rejects.count).toBe(json.flows.length);
      expect(ours.rejects.example?.row).toBe(firstRefused);
      read += ours.flows.length;
      refused += ours.rejects.count;
    }),
    { numRuns: 10_000 },
  );
  // Agreement on nothing but good rows, or nothing but bad ones, would prove little.
  expect(read).toBeGreaterThan(3_000);
  expect(refused).toBeGreaterThan(2_000);
});

describe('the documented schemas', () => {
  const flows = sketch(`
    shop/web-1(web)@n1#10.0.0.1 -> shop/cart-1(cart)@n2#10.0.0.2:7070  both 60k/167k 3ms..12ms
    shop/web-1(web)@n1 -> kube-system/dns-1(dns)@n1:53/udp             c 800/848
    @n1 -> 203.0.113.10:443                                            s 10k/10k`);

  it('accept what our encoder writes', () => {
    for (const format of ['compact', 'full'] as const) {
      const json = encodeAnswer({ flows, total: 3, truncated: false }, format);
      expect(answerSchema.parse(json)).toEqual(json);
    }
    const summary = encodeSummary(summarise(flows));
    expect(summarySchema.parse(summary)).toEqual(summary);
  });

  it('refuse what the contract does not promise', () => {
    const good = { proto: 'tcp', client: {}, server: {} };
    expect(flowSchema.safeParse(good).success).toBe(true);
    for (const bad of [
      { proto: 'icmp' },
      { client: null },
      { server: { port: 0 } },
      { client_stats: { tx_bytes: '12' } },
      { client_stats: { tcp_handshake_p99_us: 0 } },
    ]) {
      expect(flowSchema.safeParse({ ...good, ...bad }).success, JSON.stringify(bad)).toBe(false);
    }
    expect(answerSchema.safeParse({ flows: [good] }).success).toBe(false);
    expect(errorSchema.safeParse({ error: 'No.', cause: 'tired' }).success).toBe(false);
    expect(errorSchema.safeParse({ error: 'No answer.', cause: 'timeout' }).success).toBe(true);
  });

  it('know exactly the eight parameters', () => {
    expect(Object.keys(querySchema.shape)).toEqual([...PARAMETERS]);
    expect(querySchema.safeParse({ format: 'full', limit: 5 }).success).toBe(true);
    for (const bad of [{ format: 'xml' }, { aggregate: 'zone' }, { l4proto: 'icmp' }, { limit: -1 }]) {
      expect(querySchema.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
    }
  });

  it('become JSON Schema, one by one and as components that refer to each other', () => {
    for (const schema of [flowSchema, answerSchema, summarySchema, querySchema, errorSchema]) {
      expect(z.toJSONSchema(schema)).toMatchObject({ type: 'object', description: expect.any(String) });
    }
    const components = componentSchemas();
    const text = JSON.stringify(components);
    const referred = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, id]) => id);
    expect(new Set(referred)).toEqual(new Set(['Endpoint', 'Stats', 'Totals', 'Flow']));
    expect(Object.keys(components)).toEqual(expect.arrayContaining(referred));
    expect(text).not.toContain('$schema');
  });
});

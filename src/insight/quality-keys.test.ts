import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Endpoint, type Flow, flowKey } from '../flows/flow';
import { sketch } from '../flows/sketch';
import { createKeyTable, numberRows, pairRows } from './quality-keys';

const some: { requiredKeys: never[] } = { requiredKeys: [] };
const word = fc.constantFrom('a', 'b');
const end: fc.Arbitrary<Endpoint> = fc.record({ ip: word, ns: word, pod: word, svc: word, node: word }, some);
const flow: fc.Arbitrary<Flow> = fc.record({
  proto: fc.constantFrom('tcp', 'udp'),
  client: end,
  server: fc
    .tuple(end, fc.constantFrom(undefined, 1, 80, 65_535))
    .map(([server, port]): Endpoint => (port === undefined ? server : { ...server, port })),
});

it('numbers are equal exactly where keys are', () => {
  fc.assert(
    fc.property(fc.array(flow, { minLength: 2, maxLength: 30 }), (flows) => {
      const table = createKeyTable();
      const byKey = new Map<string, number>();
      for (const one of flows) {
        const key = flowKey(one);
        const number = table.number(one);
        expect(byKey.get(key) ?? number).toBe(number);
        byKey.set(key, number);
      }
      expect(new Set(byKey.values()).size).toBe(byKey.size);
      expect(table.size).toBe(byKey.size);
    }),
    { numRuns: 500 },
  );
});

describe('rows', () => {
  const [a, b, c] = sketch(`
    shop/web-1@n1 -> shop/cart-1@n2:80  both 1k/1k
    shop/web-1@n1 -> shop/cart-2@n2:80  both 1k/1k
    shop/web-2@n1 -> shop/cart-1@n2:80  both 1k/1k`) as [Flow, Flow, Flow];
  const again = (one: Flow): Flow => structuredClone(one);

  it('are paired by key, in whatever order they come', () => {
    const before = numberRows([a, b, c]);
    const after = numberRows([again(c), again(a)], before);
    expect(new Set(pairRows(before, after))).toEqual(
      new Set([
        [c, after.flows[0]],
        [a, after.flows[1]],
      ]),
    );
    expect(after.table).toBe(before.table);
  });

  it('that share a key in either answer are in no pair', () => {
    const before = numberRows([a, b]);
    expect(pairRows(before, numberRows([again(a), again(a), again(b)], before))).toHaveLength(1);
    const twice = numberRows([a, again(a), b]);
    expect(twice.duplicates).toEqual({ rows: 1, first: 1 });
    expect(pairRows(twice, numberRows([again(a), again(b)], twice))).toHaveLength(1);
  });

  it('are paired across a table that was given up because most of it is of flows long gone', () => {
    const many = Array.from(
      { length: 10_500 },
      (_, i): Flow => ({ proto: 'tcp', client: { ip: `${i}` }, server: { ip: 'x' } }),
    );
    const before = numberRows([...many, a]);
    const after = numberRows([again(a)], before);
    expect(after.table).not.toBe(before.table);
    expect(pairRows(before, after)).toEqual([[a, a]]);
  });
});

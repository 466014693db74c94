import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AGGREGATES,
  asRequest,
  FORMATS,
  PAGE_LIMIT,
  PARAMETERS,
  type Parameter,
  PROTOCOLS,
  type Query,
  readQuery,
  withoutDefaults,
  writeQuery,
} from './query';

// Whitespace around a value is not kept, so a written name never has any.
const name = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 40 })
  .map((text) => text.trim())
  .filter((text) => text !== '');
const VALUES = {
  format: fc.constantFrom(...FORMATS),
  aggregate: fc.constantFrom(...AGGREGATES),
  l4proto: fc.constantFrom(...PROTOCOLS),
  ip: fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom('10.0.0.0/8', 'fd00::/8', '::ffff:10.1.2.3', '0.0.0.0/0'),
  ),
  ns: name,
  pod: name,
  svc: name,
  limit: fc.oneof(
    fc.integer({ min: 1, max: 5_000 }),
    fc.constantFrom(1, PAGE_LIMIT, Number.MAX_SAFE_INTEGER),
  ),
};
const query: fc.Arbitrary<Query> = fc.record(VALUES, { requiredKeys: [] });
const parameter = fc.constantFrom(...PARAMETERS);

const BAD: Record<Parameter, readonly string[]> = {
  format: ['xml', 'Compact', 'compact,full'],
  aggregate: ['zone', 'pods', 'true'],
  l4proto: ['icmp', 'TCP', '6'],
  ip: [
    '999.1.1.1',
    '10.1',
    '010.0.0.1',
    'web',
    '10.0.0.0/33',
    '10.0.0.0/',
    'fd00::/129',
    '10.0.0.0/-1',
    '::g',
  ],
  ns: ['x'.repeat(1025)],
  pod: ['x'.repeat(1025)],
  svc: ['x'.repeat(1025)],
  limit: ['-1', '0', '1.5', '1e3', 'many', '0x10', '9'.repeat(20)],
};

/** Through text, as a URL would carry it. */
const travel = (params: URLSearchParams) => readQuery(new URLSearchParams(params.toString()));

describe('both ways', () => {
  it('the page URL: what is written is read again, and defaults are not written', () => {
    fc.assert(
      fc.property(query, (asked) => {
        const kept = withoutDefaults(asked);
        expect(travel(writeQuery(kept))).toEqual({ query: kept, problems: [] });
        const written = writeQuery(kept);
        expect(written.get('format')).not.toBe('compact');
        expect(written.get('limit')).not.toBe(String(PAGE_LIMIT));
        // Nothing but the two defaults goes missing.
        expect({ format: 'compact', limit: PAGE_LIMIT, ...kept }).toEqual({
          format: 'compact',
          limit: PAGE_LIMIT,
          ...asked,
        });
      }),
    );
  });

  it('the request: always with a limit, and read back it is the same question', () => {
    fc.assert(
      fc.property(query, (asked) => {
        const { query: heard, problems } = travel(asRequest(asked));
        expect(problems).toEqual([]);
        expect(heard).toEqual({ ...asked, limit: asked.limit ?? PAGE_LIMIT });
        expect(withoutDefaults(heard)).toEqual(withoutDefaults(asked));
      }),
    );
  });

  it("any text is read without throwing, and what is understood is written in the contract's order", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(parameter, fc.string())), (pairs) => {
        const { query: heard } = readQuery(new URLSearchParams(pairs));
        expect(travel(writeQuery(heard)).query).toEqual(heard);
        const order = [...writeQuery(heard).keys()];
        expect(order).toEqual(PARAMETERS.filter((one) => order.includes(one)));
      }),
    );
  });
});

describe('one parameter', () => {
  const values: Record<Parameter, fc.Arbitrary<string | number>> = VALUES;
  const anyChange = parameter.chain((one) =>
    fc.tuple(fc.constant(one), fc.option(values[one], { nil: undefined })),
  );

  it('changes exactly itself in the URL and in the request', () => {
    fc.assert(
      fc.property(query, anyChange, (before, [changed, value]) => {
        const after: Query = { ...before };
        delete after[changed];
        if (value !== undefined) Object.assign(after, { [changed]: value });
        for (const write of [asRequest, (q: Query) => writeQuery(withoutDefaults(q))]) {
          const [from, to] = [write(before), write(after)];
          for (const other of PARAMETERS) {
            if (other !== changed) expect(to.getAll(other)).toEqual(from.getAll(other));
          }
        }
        expect(asRequest(after).get(changed)).toBe(
          value === undefined ? (changed === 'limit' ? String(PAGE_LIMIT) : null) : String(value),
        );
      }),
    );
  });

  const anyBad = parameter.chain((one) => fc.tuple(fc.constant(one), fc.constantFrom(...BAD[one])));

  it('with a bad value drops only itself, and says so once', () => {
    fc.assert(
      fc.property(query, anyBad, (good, [spoiled, value]) => {
        const params = writeQuery(good);
        params.set(spoiled, value);
        const rest: Query = { ...good };
        delete rest[spoiled];
        const { query: heard, problems } = travel(params);
        expect(heard).toEqual(rest);
        expect(problems).toEqual([{ parameter: spoiled, value, message: expect.stringContaining(spoiled) }]);
      }),
    );
  });

  it.each(PARAMETERS.flatMap((one) => BAD[one].map((value) => [one, value] as const)))(
    'is refused: %s=%s',
    (one, value) => {
      const { query: heard, problems } = readQuery(new URLSearchParams([[one, value]]));
      expect(heard).toEqual({});
      expect(problems).toHaveLength(1);
    },
  );
});

it.each([
  ['limit=-1', 'limit must be a whole number from 1 up, not "-1".'],
  ['format=xml', 'format must be one of compact, full, raw, not "xml".'],
  ['aggregate=zone', 'aggregate must be one of pod, namespace, node, service, not "zone".'],
  ['l4proto=icmp', 'l4proto must be one of tcp, udp, not "icmp".'],
  ['ip=999.1.1.1', 'ip must be an IPv4 or IPv6 address or a CIDR such as 10.0.0.0/8, not "999.1.1.1".'],
  [`pod=${'x'.repeat(1025)}`, 'pod is longer than 1024 characters.'],
  [`format=${'x'.repeat(100)}`, `format must be one of compact, full, raw, not "${'x'.repeat(60)}…".`],
])('%s is answered with a sentence', (text, sentence) => {
  expect(readQuery(new URLSearchParams(text)).problems.map(({ message }) => message)).toEqual([sentence]);
});

describe('leniency', () => {
  it('empty is absent, the first of repeated ones counts, unknown ones are ignored', () => {
    const params = new URLSearchParams('ns=&pod=%20&svc=a&svc=b&view=table&__proto__=x&limit=%2025%20');
    expect(readQuery(params)).toEqual({ query: { svc: 'a', limit: 25 }, problems: [] });
  });
});

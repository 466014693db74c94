// Rows as sensors, proxies and hostile names really send them: each is read sensibly or refused with a reason, and none
// harms its neighbours or the sums.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Flow, flowKey } from './flow';
import { serverTrust } from './handshake';
import { summarise } from './summarise';
import { wholeVolume } from './volume';
import { decodeAnswer, decodeFlow, decodeRaw, MalformedAnswer, readCount } from './wire';

const ends = {
  client: { pod: 'web-1', ns: 'shop', node: 'n1' },
  server: { pod: 'cart-1', ns: 'shop', port: 80 },
};
const good = { proto: 'tcp', ...ends, client_stats: { tx_bytes: 1_000, rx_bytes: 500 } };
const counted = (tx_bytes: unknown) => ({ proto: 'tcp', ...ends, client_stats: { tx_bytes } });
const txOf = (flow: Flow | undefined) => flow?.clientStats?.txBytes;

describe('a number', () => {
  it.each<[unknown, number]>([
    ['1024', 1_024],
    ['1e3', 1_000],
    ['1.5E2', 150],
    ['1e+12', 1e12],
    ['25e-1', 2.5],
    [' 7 ', 7],
    ['\t7\n', 7],
    ['0', 0],
    ['00012', 12],
    [2 ** 53 + 2, 2 ** 53 + 2],
    ['9007199254740993', 2 ** 53],
    ['9223372036854774784', 2 ** 63 - 1_024],
  ])('%j is read as %d', (sent, read) => {
    expect(readCount(sent)).toBe(read);
    expect(txOf(decodeAnswer({ flows: [counted(sent)] }).flows[0])).toBe(read);
  });

  it.each<[unknown]>([
    [-1],
    ['-1'],
    ['1e400'],
    ['9'.repeat(400)],
    [1e308],
    ['18446744073709551615'],
    [2 ** 64],
    [2 ** 63],
    ['+3'],
    ['0x10'],
    ['.5'],
    ['1.'],
    ['1 000'],
    ['1,000'],
    ['٣'],
    ['1e'],
    ['e3'],
    [''],
    [' '],
    [true],
    [null],
    [[7]],
    [{ value: 7 }],
  ])('%j is absent, and the row stays', (sent) => {
    expect(readCount(sent)).toBeUndefined();
    expect(decodeFlow(counted(sent))).toStrictEqual({
      proto: 'tcp',
      client: ends.client,
      server: { ...ends.server },
      clientStats: {},
    });
  });

  it('past 2^53 is what JSON.parse makes of it: the nearest it can hold', () => {
    const { flows } = decodeAnswer(
      JSON.parse(
        '{"flows":[{"proto":"tcp","client":{},"server":{},"client_stats":{"tx_bytes":9007199254740993}}]}',
      ),
    );
    expect(txOf(flows[0])).toBe(9_007_199_254_740_992);
  });
});

describe('the extent of an answer', () => {
  it.each([
    [{ total: '42' }, { total: 42, truncated: true }],
    [{ total: '1e2' }, { total: 100, truncated: true }],
    [{ total: -5 }, { total: 1, truncated: false }],
    // Nobody matched fewer rows than were sent.
    [{ total: 0 }, { total: 1, truncated: false }],
    [{ total: 1.4 }, { total: 1, truncated: false }],
    [
      { total: 1, truncated: 'true' },
      { total: 1, truncated: true },
    ],
    [
      { total: 1, truncated: 'false' },
      { total: 1, truncated: false },
    ],
    [{ truncated: 1 }, { total: 1, truncated: false }],
  ])('%j is %j, raw as well', (envelope, extent) => {
    expect(decodeAnswer({ flows: [good], ...envelope })).toMatchObject(extent);
    expect(decodeRaw({ flows: [good], ...envelope })).toMatchObject(extent);
  });
});

describe('a row', () => {
  it.each<[string, unknown]>([
    ['client is missing', { proto: 'tcp', server: {} }],
    ['server is missing', { proto: 'tcp', client: {} }],
    ['client is missing', { proto: 'tcp', client: [[]], server: {} }],
    ['proto is neither "tcp" nor "udp"', { ...ends }],
    ['proto is neither "tcp" nor "udp"', { proto: ['tcp'], ...ends }],
    ['proto is neither "tcp" nor "udp"', { proto: true, ...ends }],
    ['the row is not an object', [[[]]]],
  ])('is refused with "%s", and its neighbours are not', (reason, bad) => {
    const { flows, rejects, total } = decodeAnswer({ flows: [good, bad, good] });
    expect(flows).toStrictEqual([decodeFlow(good), decodeFlow(good)]);
    expect(rejects).toEqual({ count: 1, example: { row: 1, reason } });
    expect(total).toBe(3);
  });

  it('whose fields are nested junk keeps what can be read', () => {
    const junk = { a: [{ b: [null, { __proto__: 1 }] }] };
    const row = {
      proto: 'tcp',
      client: { pod: junk, ns: 'shop', ip: [junk] },
      server: { port: junk, svc: 'cart' },
      client_stats: { tx_bytes: junk, rx_bytes: 5, timestamp: 17 },
      server_stats: [junk],
      totals: junk,
    };
    expect(decodeFlow(row)).toStrictEqual({
      proto: 'tcp',
      client: { ns: 'shop' },
      server: { svc: 'cart' },
      clientStats: { rxBytes: 5 },
      totals: {},
    });
  });

  it('of the same key as another is a second row, and both are counted', () => {
    const { flows } = decodeAnswer({ flows: [good, good] });
    expect(new Set(flows.map(flowKey)).size).toBe(1);
    expect(wholeVolume(flows, 'bytes')).toBe(2_000);
  });

  it('that says a key twice has the last value, as JSON has it', () => {
    const text = '{"flows":[{"proto":"udp","proto":"tcp","client":{"ip":"a","ip":"10.0.0.1"},"server":{}}]}';
    expect(decodeAnswer(JSON.parse(text)).flows).toStrictEqual([
      { proto: 'tcp', client: { ip: '10.0.0.1' }, server: {} },
    ]);
  });

  it('cannot reach the prototype of its neighbours', () => {
    const text = `{"flows":[{"__proto__":{"proto":"tcp","client":{},"server":{}}},
      {"proto":"tcp","client":{"__proto__":{"pod":"evil"}},"server":{},"client_stats":{"__proto__":{"tx_bytes":9}}}]}`;
    const { flows, rejects } = decodeAnswer(JSON.parse(text));
    expect(rejects.count).toBe(1);
    expect(flows).toStrictEqual([{ proto: 'tcp', client: {}, server: {}, clientStats: {} }]);
    expect(({} as { pod?: string }).pod).toBeUndefined();
  });
});

// Whatever JSON can say, in the places where the contract has something else.
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(1e308, -1e308, 2 ** 64, '1e999', '1e3', ' 7 ', '18446744073709551615', 5e-324),
);
const someStats = fc.record(
  {
    ...{ tx_pkts: anything, rx_pkts: anything, tx_bytes: anything, rx_bytes: anything, tx_bps: anything },
    ...{ tcp_handshake_p50_us: anything, tcp_handshake_p99_us: anything, timestamp: anything },
  },
  { requiredKeys: [] },
);
const oddRow = fc.oneof(
  anything,
  fc.record(
    {
      proto: fc.oneof(fc.constantFrom('tcp', 'UDP'), anything),
      client: fc.oneof(fc.record({ ip: anything, pod: anything, cgroup_id: anything }), anything),
      server: fc.oneof(fc.record({ ip: anything, port: anything, svc: anything }), anything),
      client_stats: fc.oneof(someStats, anything),
      server_stats: fc.oneof(someStats, anything),
      totals: fc.oneof(fc.record({ bytes: anything, bps: anything }), anything),
    },
    { requiredKeys: [] },
  ),
);

const numbersOf = (value: object): number[] =>
  Object.values(value).flatMap((part) =>
    typeof part === 'number' ? [part] : typeof part === 'object' && part !== null ? numbersOf(part) : [],
  );

it('no row of any JSON throws, gives a number that is none, or harms the rows beside it', () => {
  const whole = wholeVolume(decodeAnswer({ flows: [good] }).flows, 'bytes');
  fc.assert(
    fc.property(fc.array(oddRow, { maxLength: 4 }), anything, (rows, total) => {
      const { flows, rejects, ...rest } = decodeAnswer({ flows: [...rows, good], total });
      expect(flows.length + rejects.count).toBe(rows.length + 1);
      expect(rest.total).toBeGreaterThanOrEqual(rows.length + 1);
      expect(flows.at(-1)).toStrictEqual(decodeFlow(good));
      for (const number of numbersOf(flows)) expect(number >= 0 && Number.isFinite(number)).toBe(true);
      const sum = wholeVolume(flows, 'bytes');
      expect(sum >= whole && Number.isFinite(sum)).toBe(true);
      expect(Number.isFinite(summarise(flows).totalBytes)).toBe(true);
      expect(serverTrust(flows).medianRatio).not.toBeNaN();
    }),
    { numRuns: 2_000 },
  );
});

it('an answer of any other JSON is read or malformed, and nothing else', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (json) => {
      try {
        decodeAnswer(json);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedAnswer);
      }
    }),
  );
});

it('an answer of 100,000 flows is read whole, its few bad rows counted', () => {
  const rows = Array.from({ length: 100_000 }, (_, i) =>
    i % 1_000 === 999
      ? { proto: 'sctp' }
      : { ...good, client: { ip: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}` } },
  );
  const { flows, rejects, total, truncated } = decodeAnswer({ flows: rows, total: 100_000 });
  expect([flows.length, rejects.count, total, truncated]).toEqual([99_900, 100, 100_000, false]);
  expect(rejects.example?.row).toBe(999);
  // By the sender: the pods that answered were not seen.
  expect(wholeVolume(flows, 'bytes')).toBe(99_900_000);
});

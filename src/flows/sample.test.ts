// A sample gives back exactly what went in, and stays small.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer, Flow } from './flow';
import { createRoster } from './roster';
import { restoreAnswer, restoreFlows, type Sample, sampleBytes, takeSample } from './sample';
import { type Column, columnBytes, packColumn, valueAt } from './sample-column';
import { sketch } from './sketch';

const META = { atMs: 1_000, epoch: 'a' };

const PLAIN = { noNullPrototype: true };
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
/** An object of which any field may be missing, as exact optional properties want it. */
const loose = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .record(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, optional(value)])), PLAIN)
    .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));

const name = fc.oneof(
  fc.constantFrom('web', 'web-1', '__proto__', 'constructor', 'a\u001fb', '","', 'null', '%2F>', '🦈'),
  fc.string({ minLength: 1 }),
);
const count = fc.oneof(
  fc.nat(300),
  fc.nat(70_000),
  fc.integer({ min: 2 ** 32 - 5, max: 2 ** 32 + 5 }),
  fc.maxSafeNat(),
  fc.constantFrom(253, 254, 255, 65_533, 65_534, 65_535, -0, 0.3, 429_496_729.3, Number.MAX_VALUE),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
);
const end = loose({
  ip: name,
  port: fc.integer({ min: 1, max: 65_535 }),
  pod: name,
  ns: name,
  svc: name,
  node: name,
  containerId: name,
  cgroupId: fc.nat(),
});
const COUNTERS = ['txPkts', 'rxPkts', 'txBytes', 'rxBytes', 'txPps', 'rxPps', 'txBps', 'rxBps'];
const PERCENTILES = ['p50Us', 'p90Us', 'p99Us'];
const stats = loose({
  ...Object.fromEntries([...COUNTERS, ...PERCENTILES].map((field) => [field, count])),
  timestamp: fc.oneof(fc.constant('2025-01-15T10:30:00Z'), fc.string({ minLength: 1 })),
});
const flow = fc
  .tuple(
    fc.record({ proto: fc.constantFrom('tcp', 'udp'), client: end, server: end }, PLAIN),
    loose({
      clientStats: stats,
      serverStats: stats,
      totals: loose({ pkts: count, bytes: count, pps: count, bps: count }),
    }),
  )
  .map(([ends, rest]) => ({ ...ends, ...rest }) as unknown as Flow);
const answer: fc.Arbitrary<Answer> = fc
  .record(
    {
      // Some rows twice, and once more with other counters.
      flows: fc.array(flow, { maxLength: 12 }).map((flows) => [...flows, ...flows.slice(0, 3)]),
      total: fc.nat(),
      truncated: fc.boolean(),
      rejects: fc.oneof(
        fc.record({ count: fc.nat() }, PLAIN),
        fc.record(
          { count: fc.nat(), example: fc.record({ row: fc.nat(), reason: fc.string() }, PLAIN) },
          PLAIN,
        ),
      ),
    },
    PLAIN,
  )
  .map((value) => value as Answer);

describe('a sample', () => {
  it('gives back the answer that went in, alone and after any others', () => {
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 4 }), (answers) => {
        const samples: Sample[] = [];
        for (const one of answers) samples.push(takeSample(one, META, samples.at(-1)));
        // Read only when all are taken: a later one must not disturb an earlier one.
        samples.forEach((sample, i) => {
          expect(restoreAnswer(sample)).toStrictEqual(answers[i]);
        });
      }),
    );
  });

  it('keeps its own copy: writing to the answer afterwards changes nothing', () => {
    const flows = sketch('shop/web-1@n1 -> shop/cart-1@n2:7070  both 60k/167k 3ms..12ms');
    const sample = takeSample({ flows, total: 1, truncated: false, rejects: { count: 0 } }, META);
    const first = flows[0] as Flow;
    first.client.pod = 'other';
    (first.clientStats as { txBytes: number }).txBytes = 1;
    expect(restoreFlows(sample)[0]).toMatchObject({
      client: { pod: 'web-1' },
      clientStats: { txBytes: 60_000 },
    });
  });

  it('restores only the flows asked for', () => {
    const flows = sketch('a/x -> a/y:1  c 1/2\na/x -> a/z:1  c 3/4\na/x -> a/y:1  c 5/6');
    const sample = takeSample({ flows, total: 3, truncated: false, rejects: { count: 0 } }, META);
    expect(restoreFlows(sample, (number) => number === 0)).toStrictEqual([flows[0], flows[2]]);
  });
});

/** A cluster of `rows` flows at poll `n`, all of them busy; pods of `renewed` rows were replaced since poll 0. */
function polled(rows: number, n: number, renewed = 0): Answer {
  const flows = Array.from({ length: rows }, (_, i): Flow => {
    const generation = i < renewed ? n : 0;
    const [tx, rx] = [(i + 1) * 4_001 * (n + 60), (i + 7) * 33_013 * (n + 60)];
    const side = (a: number, b: number) => ({
      txPkts: Math.ceil(a / 900),
      rxPkts: Math.ceil(b / 900),
      txBytes: a,
      rxBytes: b,
      p50Us: 900 + ((i * 37 + n) % 5_000),
      p90Us: 2_000 + ((i * 91 + n) % 9_000),
      p99Us: 4_000 + ((i * 173 + n) % 190_000),
    });
    const [clientStats, serverStats] = [side(tx, rx), side(rx, tx)];
    return {
      proto: 'tcp',
      client: {
        ip: `10.0.${i >> 8}.${i & 255}`,
        pod: `web-${i}-${generation}`,
        ns: 'shop',
        svc: 'web',
        node: 'node-1',
      },
      server: { ip: '10.1.0.1', port: 8080, pod: 'cart-0', ns: 'shop', svc: 'cart', node: 'node-2' },
      clientStats,
      serverStats,
      totals: {
        pkts: 2 * (clientStats.txPkts + clientStats.rxPkts),
        bytes: 2 * (tx + rx),
        pps: Math.round(tx / 7_777) / 10,
        bps: (tx + rx) / 7,
      },
    } as unknown as Flow;
  });
  return { flows, total: rows, truncated: false, rejects: { count: 0 } };
}

/** All samples of a history, in bytes, as the history adds them up. */
const addUp = (samples: readonly Sample[]): number =>
  samples.reduce((sum, sample, i) => sum + sampleBytes(sample, samples[i - 1]), 0);

describe('what samples cost', () => {
  it('is below 30 MB for an hour of 1,000 busy flows polled every 10 s', () => {
    const samples: Sample[] = [];
    for (let n = 0; n < 360; n++) samples.push(takeSample(polled(1_000, n), META, samples.at(-1)));
    expect(addUp(samples)).toBeLessThan(30_000_000);
    // Names are written down once.
    expect(samples.at(-1)?.roster).toBe(samples[0]?.roster);
    expect(samples.at(-1)?.rosterSize).toBe(1_000);
  });

  it('is next to nothing for an answer that did not change', () => {
    const first = takeSample(polled(1_000, 1), META);
    const second = takeSample(polled(1_000, 1), META, first);
    expect(sampleBytes(first)).toBeGreaterThan(50_000);
    expect(sampleBytes(second, first)).toBe(0);
    expect(restoreAnswer(second)).toStrictEqual(polled(1_000, 1));
  });

  it('does not let the names of pods long gone pile up', () => {
    let sample = takeSample(polled(500, 0), META);
    const rosters = new Set([sample.roster]);
    for (let n = 1; n < 100; n++) {
      sample = takeSample(polled(500, n, 250), META, sample);
      rosters.add(sample.roster);
      expect(sample.roster.size).toBeLessThanOrEqual(500 * 4 + 1_000 + 250);
    }
    expect(rosters.size).toBeGreaterThan(5);
    expect(restoreAnswer(sample)).toStrictEqual(polled(500, 99, 250));
  });
});

describe('a column', () => {
  const pack = (values: (number | undefined)[], before?: Column) =>
    packColumn(
      Float64Array.from(values, (value) => value ?? Number.NaN),
      before,
    );
  const width = (column: Column | undefined) => column?.slots.BYTES_PER_ELEMENT;
  const back = (column: Column | undefined, rows: number) =>
    Array.from({ length: rows }, (_, row) => (column === undefined ? undefined : valueAt(column, row)));

  it.each<[string, (number | undefined)[], number | undefined]>([
    ['nothing at all', [undefined, undefined], undefined],
    ['small counts', [0, 253, undefined], 1],
    ['what a byte cannot say beside its own signs', Array.from({ length: 40 }, (_, i) => 254 + i), 2],
    ['one giant among small ones', [...Array.from({ length: 40 }, () => 7), 2 ** 50], 1],
    ['tenths', Array.from({ length: 40 }, (_, i) => i / 10), 1],
    ['anything else', Array.from({ length: 40 }, (_, i) => Math.sqrt(i + 2)), 8],
  ])('holds %s in slots as narrow as they can be', (_, values, bytes) => {
    const column = pack(values);
    expect(back(column, values.length)).toStrictEqual(values);
    expect(width(column)).toBe(bytes);
  });

  it('is shared with the one before where nothing changed, and only there', () => {
    const before = pack([1, 2, 2 ** 40]);
    expect(pack([1, 2, 2 ** 40], before)).toBe(before);
    expect(pack([1, 2, 2 ** 40 + 1], before)).not.toBe(before);
    expect(pack([1, undefined, 2 ** 40], before)).not.toBe(before);
    expect(columnBytes(before as Column)).toBe(3 + 12);
  });
});

describe('a roster', () => {
  it('tells ends apart that only hostile names could confuse', () => {
    const roster = createRoster();
    const of = (client: Flow['client']) => roster.number({ proto: 'tcp', client, server: {} });
    expect(of({ ns: 'a","b' })).not.toBe(of({ ns: 'a', svc: 'b' }));
    expect(of({ pod: 'x' })).not.toBe(of({ ns: 'x' }));
    expect(of({ pod: 'x' })).toBe(of({ pod: 'x' }));
    expect(roster.size).toBe(4);
    expect(() => roster.ends(4)).toThrow('The roster has no entry 4.');
  });

  it('does not believe a wrong hint', () => {
    const roster = createRoster();
    const of = (pod: string, hint?: number) =>
      roster.number({ proto: 'tcp', client: { pod }, server: {} }, hint);
    expect([of('x'), of('y', 0), of('x', 1), of('y', 1), of('x', 99)]).toEqual([0, 1, 0, 1, 0]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandOf, type ServerTrust, serverTrust } from '../flows/handshake';
import { sketch } from '../flows/sketch';
import { microseconds } from '../flows/units';
import { DISTRIBUTION_AXIS, describeDistribution, distribute } from './distribution';

const UNTRUSTED: ServerTrust = { trusted: false, pairs: 0 };
const TRUSTED: ServerTrust = { trusted: true, pairs: 1 };

const withP99 = (us: number) => {
  const [flow] = sketch('a/x -> b/y:80  c 1/1 1us');
  if (flow?.clientStats === undefined) throw new Error('the sketch has a client side');
  flow.clientStats.p99Us = microseconds(us);
  return flow;
};
const binHolding = (us: number) => distribute([withP99(us)], UNTRUSTED).bins.find((bin) => bin.count > 0);

describe('the bins', () => {
  const empty = distribute([], UNTRUSTED);

  it('are three a decade from 10 µs to 10 s, without gaps', () => {
    expect(empty.bins).toHaveLength(18);
    expect(empty.bins[0]?.fromUs).toBe(10);
    expect(empty.bins.at(-1)?.toUs).toBe(10_000_000);
    for (let i = 1; i < empty.bins.length; i++) {
      expect(empty.bins[i]?.fromUs).toBe(empty.bins[i - 1]?.toUs);
    }
  });

  it('have the ticks on their boundaries', () => {
    expect(DISTRIBUTION_AXIS.ticks).toEqual([
      { at: 3, label: '100 µs' },
      { at: 6, label: '1 ms' },
      { at: 9, label: '10 ms' },
      { at: 12, label: '100 ms' },
      { at: 15, label: '1 s' },
    ]);
    for (const { at, label } of DISTRIBUTION_AXIS.ticks)
      expect(empty.bins[at]?.range).toMatch(new RegExp(`^${label} –`));
  });

  it('say their range', () => {
    expect(empty.bins[0]?.range).toBe('under 21.5 µs');
    expect(empty.bins[4]?.range).toBe('215 µs – 464 µs');
    expect(empty.bins[7]?.range).toBe('2.15 ms – 4.64 ms');
    expect(empty.bins.at(-1)?.range).toBe('4.64 s and more');
  });

  it.each([1_000, 10_000, 100_000])('a limit of %i µs belongs to the band above it', (us) => {
    expect(binHolding(us)?.fromUs).toBe(us);
    expect(binHolding(us - 1)?.toUs).toBe(us);
  });

  it('hold every measured flow once, in a bin of its own band', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60_000_000 })), (values) => {
        const { bins, measured, byBand } = distribute(values.map(withP99), UNTRUSTED);
        expect(measured).toBe(values.length);
        for (const band of ['excellent', 'good', 'elevated', 'high'] as const) {
          const expected = values.filter((us) => bandOf(microseconds(us)) === band).length;
          expect(byBand[band]).toBe(expected);
          const drawn = bins.filter((bin) => bin.band === band).reduce((sum, bin) => sum + bin.count, 0);
          expect(drawn).toBe(expected);
        }
      }),
    );
  });
});

describe('who is measured', () => {
  it('leaves out UDP, what has no p99, and server times that are not trusted', () => {
    const flows = sketch(`
      a/x -> b/y:80      c 1k/1k 200us..900us
      a/x -> b/z:80      c 1k/1k
      a/x -> b/dns:53/udp both 80/80
      c/q -> b/y:80      s 1k/1k 20us..30us
    `);
    expect(distribute(flows, serverTrust(flows))).toMatchObject({
      flows: 4,
      measured: 1,
      byBand: { excellent: 1, unmeasured: 3 },
    });
    expect(distribute(flows, TRUSTED).measured).toBe(2);
  });

  it('is said in a sentence', () => {
    const flows = sketch(`
      a/x -> b/y:80   c 1k/1k 200us..900us
      a/x -> b/z:80   c 1k/1k 3ms
      a/x -> b/w:80   c 1k/1k 100ms..1.2s
      a/x -> b/v:80   c 1k/1k
    `);
    expect(describeDistribution(distribute(flows, UNTRUSTED))).toBe(
      '3 of 4 flows measured: 1 below 1 ms, 1 at 1–10 ms, 1 above 100 ms.',
    );
    expect(describeDistribution(distribute([], UNTRUSTED))).toBe('0 of 0 flows measured.');
    expect(describeDistribution(distribute(sketch('a/x -> b/y:80  c 1/1'), UNTRUSTED))).toBe(
      '0 of 1 flow measured.',
    );
  });
});

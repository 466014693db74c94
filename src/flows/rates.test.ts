// Rates are what counters grew by, never less than nothing, and unknown where nobody can know.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Flow, flowKey, type Stats } from './flow';
import { calibrate, flowRates, linkRate, type Timed, wholeRate } from './rates';
import { sketch } from './sketch';
import { findHalves, linkVolume, volumeSum, wholeVolume } from './volume';
import { decodeAnswer } from './wire';

const at = (seconds: number, text: string, epoch = 'a'): Timed => ({
  flows: sketch(text),
  atMs: seconds * 1000,
  epoch,
});
const only = (before: Timed, after: Timed) => {
  const rates = flowRates(before, after);
  return rates === undefined ? undefined : [...rates.flows.values()][0];
};
const WEB = 'shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070';

describe('the rate of a flow', () => {
  it('is what each side counted since, per second, and both ways by the sender', () => {
    // The client lost sight of some of what came back; the server's own figure counts.
    const rate = only(at(0, `${WEB}  c 10k/20k s 20k/10k`), at(10, `${WEB}  c 30k/50k s 60k/30k`));
    expect(rate).toMatchObject({
      client: { txBytesPerS: 2_000, rxBytesPerS: 3_000, txPacketsPerS: 2, rxPacketsPerS: 3 },
      server: { txBytesPerS: 4_000, rxBytesPerS: 2_000 },
      bytesPerS: 6_000,
      packetsPerS: 6,
      rows: 1,
    });
  });

  it('lets the receiver stand in for a side that is not seen', () => {
    expect(only(at(0, `${WEB}  c 10k/20k`), at(10, `${WEB}  c 30k/50k`))).toMatchObject({ bytesPerS: 5_000 });
    expect(only(at(0, `${WEB}  s 10k/20k`), at(10, `${WEB}  s 30k/50k`))).toMatchObject({ bytesPerS: 5_000 });
    // A side filled with zeros is not seen either.
    const zeros = only(at(0, `${WEB}  c 10k/20k s 0/0`), at(10, `${WEB}  c 30k/50k s 0/0`));
    expect(zeros).toMatchObject({ bytesPerS: 5_000 });
    expect(zeros).not.toHaveProperty('server');
  });

  it('is zero for a flow that stood still', () => {
    expect(only(at(0, `${WEB}  both 10k/20k`), at(10, `${WEB}  both 10k/20k`))?.bytesPerS).toBe(0);
  });

  it('is not known in the first interval of a flow', () => {
    const rates = flowRates(at(0, ''), at(10, `${WEB}  both 10k/20k`));
    expect([...(rates?.flows ?? [])]).toEqual([]);
    expect([...(rates?.unknown.values() ?? [])]).toEqual(['new']);
  });

  it('is not known where its only counters restarted, even if some have passed their old value', () => {
    const rates = flowRates(at(0, `${WEB}  c 10k/20k`), at(10, `${WEB}  c 11k/2k`));
    expect(rates?.flows.size).toBe(0);
    expect([...(rates?.unknown.values() ?? [])]).toEqual(['restarted']);
  });

  it('is told by the other side where one side restarted, or comes back', () => {
    const restarted = only(at(0, `${WEB}  c 10k/20k s 20k/10k`), at(10, `${WEB}  c 1k/2k s 50k/30k`));
    expect(restarted).toMatchObject({ bytesPerS: 5_000, server: { txBytesPerS: 3_000 } });
    expect(restarted).not.toHaveProperty('client');
    const back = only(at(0, `${WEB}  s 20k/10k`), at(10, `${WEB}  c 1k/2k s 50k/30k`));
    expect(back).toMatchObject({ bytesPerS: 5_000 });
  });

  it('crosses no epoch, and needs time that runs forwards', () => {
    const [before, after] = [`${WEB}  both 10k/20k`, `${WEB}  both 30k/50k`];
    expect(flowRates(at(0, before), at(10, after, 'b'))).toBeUndefined();
    expect(flowRates(at(10, before), at(10, after))).toBeUndefined();
    expect(flowRates(at(10, before), at(0, after))).toBeUndefined();
    expect(flowRates(at(Number.NaN, before), at(0, after))).toBeUndefined();
  });

  it('sums rows that are the same flow, and knows nothing where one of them came or went', () => {
    const twice = (a: string, b: string) => `${WEB}  c ${a}\n${WEB}  c ${b}`;
    const rate = only(at(0, twice('10k/0', '1k/0')), at(10, twice('20k/0', '6k/0')));
    expect(rate).toMatchObject({ bytesPerS: 1_500, rows: 2 });
    for (const [a, b] of [
      [twice('10k/0', '1k/0'), `${WEB}  c 20k/0`],
      [`${WEB}  c 10k/0`, twice('20k/0', '6k/0')],
    ] as const) {
      expect([...(flowRates(at(0, a), at(10, b))?.unknown.values() ?? [])]).toEqual(['new']);
    }
  });

  it('is never negative, whatever the counters do', () => {
    const counter = fc.option(fc.nat(50), { nil: undefined });
    const stats = fc.option(
      fc.tuple(counter, counter, counter, counter).map(([txBytes, rxBytes, txPkts, rxPkts]) => {
        const all = Object.entries({ txBytes, rxBytes, txPkts, rxPkts });
        return Object.fromEntries(all.filter(([, value]) => value !== undefined)) as Stats;
      }),
      { nil: undefined },
    );
    const answer = fc.array(
      fc.tuple(fc.nat(2), stats, stats).map(
        ([n, clientStats, serverStats]): Flow => ({
          proto: 'tcp',
          client: { pod: `web-${n}` },
          server: { ip: '203.0.113.10' },
          ...(clientStats === undefined ? {} : { clientStats }),
          ...(serverStats === undefined ? {} : { serverStats }),
        }),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(answer, answer, (a, b) => {
        const rates = flowRates({ flows: a, atMs: 0, epoch: '' }, { flows: b, atMs: 5_000, epoch: '' });
        for (const { bytesPerS, packetsPerS } of rates?.flows.values() ?? []) {
          expect(bytesPerS).toBeGreaterThanOrEqual(0);
          expect(packetsPerS).toBeGreaterThanOrEqual(0);
        }
        expect((rates?.flows.size ?? 0) + (rates?.unknown.size ?? 0)).toBe(new Set(b.map(flowKey)).size);
        if (rates !== undefined)
          expect(linkRate({ flows: b }, rates)?.bytesPerS ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('the rate of a link', () => {
  const BEFORE = `
    shop/cart-1(cart)@n2 -> data/(redis):6379            c 100k/40k
    shop/cart-1(cart)@n2 -> data/redis-0(redis)@n1:6380  s 40k/100k
    shop/cart-2(cart)@n2 -> data/redis-0(redis)@n1:6380  both 10k/20k`;
  const AFTER = `
    shop/cart-1(cart)@n2 -> data/(redis):6379            c 160k/80k
    shop/cart-1(cart)@n2 -> data/redis-0(redis)@n1:6380  s 80k/160k
    shop/cart-2(cart)@n2 -> data/redis-0(redis)@n1:6380  both 30k/30k`;

  it('counts both halves of one traffic once, as its volume does', () => {
    const [before, after] = [at(0, BEFORE), at(10, AFTER)];
    const rates = flowRates(before, after);
    const rate = rates && linkRate(after, rates);
    expect(rate).toEqual({
      forwardBytesPerS: 8_000,
      backwardBytesPerS: 5_000,
      bytesPerS: 13_000,
      packetsPerS: 13,
      unknown: 0,
    });
    const grown = volumeSum(linkVolume(after.flows, 'bytes')) - volumeSum(linkVolume(before.flows, 'bytes'));
    expect(rate?.bytesPerS).toBe(grown / 10);
  });

  it('is at least what its known rows say, and says how many it does not know', () => {
    const [before, after] = [at(0, `${WEB}  both 10k/20k`), at(10, AFTER.concat(`\n${WEB}  both 30k/50k`))];
    const rates = flowRates(before, after);
    expect(rates && linkRate(after, rates)).toMatchObject({ bytesPerS: 5_000, unknown: 3 });
    expect(rates && linkRate({ flows: after.flows.slice(0, 3) }, rates)).toBeUndefined();
  });

  it('counts rows that are the same flow once, also where they are on two links', () => {
    const two = (a: string, b: string) =>
      at(Number(a) / 10, `shop/w-1(web) -> d/r:1  c ${a}k/0\nshop/w-1(www) -> d/r:1  c ${b}k/0`);
    const [before, after] = [two('10', '10'), two('20', '40')];
    const rates = flowRates(before, after);
    const of = (flows: readonly Flow[]) => (rates && linkRate({ flows }, rates))?.bytesPerS ?? 0;
    expect(of(after.flows)).toBe(40_000);
    expect(of(after.flows.slice(0, 1)) + of(after.flows.slice(1))).toBe(40_000);
  });
});

/** The shipped recording: a line every 5 s. */
const lab = gunzipSync(
  readFileSync(fileURLToPath(new URL('../../public/recordings/lab.jsonl.gz', import.meta.url))),
)
  .toString()
  .trimEnd()
  .split('\n')
  .map((line): Timed => {
    const { at: time, flows } = JSON.parse(line) as { at: string; flows: unknown };
    return { flows: decodeAnswer(flows).flows, atMs: Date.parse(time), epoch: 'lab' };
  });

describe('on the shipped recording', () => {
  it('the whole grows by its rate, but for what flows brought along when they came', () => {
    let checked = 0;
    lab.slice(1).forEach((after, i) => {
      const before = lab[i] as Timed;
      const rates = flowRates(before, after);
      if (rates === undefined || rates.unknown.size > 0) return;
      if (after.flows.some((flow, n) => flowKey(flow) !== flowKey(before.flows[n] as Flow))) return;
      const grown = wholeVolume(after.flows, 'bytes') - wholeVolume(before.flows, 'bytes');
      const seconds = (after.atMs - before.atMs) / 1000;
      expect(wholeRate(after.flows, rates)).toBeCloseTo(grown / seconds, 6);
      const halves = findHalves(after.flows);
      for (const flow of after.flows) {
        if (halves.near.has(flow) || halves.far.has(flow)) continue;
        const old = before.flows.find((one) => flowKey(one) === flowKey(flow)) as Flow;
        const volume = volumeSum(linkVolume([flow], 'bytes')) - volumeSum(linkVolume([old], 'bytes'));
        expect(linkRate({ flows: [flow] }, rates)?.bytesPerS).toBeCloseTo(volume / seconds, 6);
      }
      checked++;
    });
    expect(checked).toBeGreaterThan(3);
  });

  it('reported rates are judged to be bits, and bytes once divided by eight', () => {
    expect(calibrate(lab)).toMatchObject({ verdict: 'bits' });
    expect(calibrate(lab.map((answer) => scaled(answer, 1 / 8)))).toMatchObject({ verdict: 'bytes' });
    expect(calibrate(lab.map((answer) => scaled(answer, 1 / 1000)))).toMatchObject({ verdict: 'neither' });
  });
});

function scaled(answer: Timed, factor: number): Timed {
  const side = (stats: Stats | undefined) =>
    stats && { ...stats, txBps: (stats.txBps ?? 0) * factor, rxBps: (stats.rxBps ?? 0) * factor };
  const flows = answer.flows.map(
    (flow) =>
      ({
        ...flow,
        clientStats: side(flow.clientStats),
        serverStats: side(flow.serverStats),
        totals: { ...flow.totals, bps: (flow.totals?.bps ?? 0) * factor },
      }) as Flow,
  );
  return { ...answer, flows };
}

describe('calibrating', () => {
  it('says nothing without enough to compare', () => {
    expect(calibrate([])).toEqual({ verdict: 'unknown', pairs: 0 });
    expect(calibrate(lab.slice(0, 1))).toEqual({ verdict: 'unknown', pairs: 0 });
    const epochs = lab.map((answer, i) => ({ ...answer, epoch: String(i) }));
    expect(calibrate(epochs)).toEqual({ verdict: 'unknown', pairs: 0 });
  });

  it('is not moved by a few bursts', () => {
    const flows = (seconds: number, bursting: boolean): Timed => ({
      atMs: seconds * 1000,
      epoch: 'a',
      flows: Array.from(
        { length: 20 },
        (_, i) =>
          ({
            proto: 'tcp',
            client: { pod: `p-${i}` },
            server: { pod: 's' },
            totals: { bytes: seconds * 10_000, bps: bursting && i < 6 ? 8e9 : 80_000 },
          }) as unknown as Flow,
      ),
    });
    expect(calibrate([flows(0, false), flows(10, true)])).toEqual({ verdict: 'bits', ratio: 1, pairs: 20 });
  });
});

import { describe, expect, it } from 'vitest';
import type { Flow } from './flow';
import { BAND_GUIDE, BANDS, bandOf, flowHandshake, groupHandshake, serverTrust } from './handshake';
import { sketch } from './sketch';
import { microseconds } from './units';

const TRUSTED = { trusted: true, pairs: 1, medianRatio: 1 };
const DOUBTED = { trusted: false, pairs: 1, medianRatio: 9 };
const one = (text: string): Flow => {
  const [flow] = sketch(text);
  if (flow === undefined) throw new Error('no flow');
  return flow;
};

describe('bands', () => {
  it.each([
    [1, 'excellent'],
    [999, 'excellent'],
    [999.9, 'excellent'],
    [1_000, 'good'],
    [9_999, 'good'],
    [10_000, 'elevated'],
    [99_999, 'elevated'],
    [100_000, 'high'],
    [63_000_000, 'high'],
    [undefined, 'unmeasured'],
  ])('%s µs is %s', (p99, band) => {
    expect(bandOf(p99 === undefined ? undefined : microseconds(p99))).toBe(band);
  });

  it("the guide's limits are the bands' own", () => {
    for (const [index, band] of BANDS.entries()) {
      const { below } = BAND_GUIDE[band];
      expect(below === undefined).toBe(band === 'high');
      if (below === undefined) continue;
      expect(bandOf(microseconds(below - 1))).toBe(band);
      expect(bandOf(below)).toBe(BANDS[index + 1]);
    }
  });
});

describe('whether to believe the server', () => {
  const pair = (client: number, server: number) => one(`a/x -> b/y:1  c 1/1 ${client}us  s 1/1 ${server}us`);

  it.each([
    ['nobody saw both sides', [], false, undefined],
    ['exactly three times apart', [pair(300, 100)], true, 3],
    ['a little more', [pair(301, 100)], false, 3.01],
    ['the server the slower one', [pair(100, 301)], false, 3.01],
    ['the median of three, one wild', [pair(100, 110), pair(100, 90), pair(100_000, 30)], true, 100 / 90],
    ['the mean of the middle two', [pair(100, 100), pair(200, 100), pair(400, 100), pair(900, 100)], true, 3],
  ])('%s', (_, flows, trusted, ratio) => {
    const trust = serverTrust(flows);
    expect(trust).toMatchObject({ trusted, pairs: flows.length });
    if (ratio === undefined) expect(trust.medianRatio).toBeUndefined();
    else expect(trust.medianRatio).toBeCloseTo(ratio, 10);
  });

  it('one-sided rows say nothing', () => {
    const flows = sketch(`
      a/x -> b/y:1  c 1/1 3ms
      a/x -> b/y:2  s 1/1 30us`);
    expect(serverTrust(flows)).toEqual({ trusted: false, pairs: 0 });
  });
});

describe('one flow', () => {
  it('the client leads, whatever the server says', () => {
    const flow = one('a/x -> b/y:1  c 1/1 3ms..12ms  s 1/1 40us..50us');
    expect(flowHandshake(flow, TRUSTED)).toEqual({
      side: 'client',
      p50Us: 3_000,
      p90Us: 12_000,
      p99Us: 12_000,
    });
  });

  it('the server stands in only where it is trusted', () => {
    const flow = one('a/x -> b/y:1  c 1/1  s 1/1 40us');
    expect(flowHandshake(flow, TRUSTED)).toMatchObject({ side: 'server', p99Us: 40 });
    expect(flowHandshake(flow, DOUBTED)).toBeUndefined();
  });

  it('UDP has none, even when a sensor sends one', () => {
    expect(flowHandshake(one('a/x -> b/y:53/udp  c 1/1 3ms'), TRUSTED)).toBeUndefined();
  });
});

describe('a group of flows', () => {
  const flows = sketch(`
    a/x -> b/y:1      c 1/1 3ms..12ms
    a/x -> b/y:2      c 1/1 2ms..46ms
    a/x -> b/y:3      c 1/1 5ms..46ms
    a/x -> b/y:4      c 1/1
    a/x -> b/y:5      s 1/1 40us..90us
    a/x -> b/y:6      s 1/1 40us..70us
    a/x -> b/y:53/udp c 1/1`);

  it('says its worst p99, whose it is (the first of equals), and the range of its p50s', () => {
    expect(groupHandshake(flows, DOUBTED)).toEqual({
      band: 'elevated',
      worstP99Us: 46_000,
      worst: flows[1],
      p50LowUs: 2_000,
      p50HighUs: 5_000,
      measured: 3,
      tcp: 6,
      serverOnlyP99Us: 90,
    });
  });

  it('counts the server only where it is trusted', () => {
    expect(groupHandshake(flows, TRUSTED)).toMatchObject({ measured: 5, p50LowUs: 40, worstP99Us: 46_000 });
    expect(groupHandshake(flows, TRUSTED)).not.toHaveProperty('serverOnlyP99Us');
  });

  it('is unmeasured, never excellent, when only an untrusted server spoke', () => {
    const group = groupHandshake(flows.slice(3), DOUBTED);
    expect(group).toEqual({ band: 'unmeasured', measured: 0, tcp: 3, serverOnlyP99Us: 90 });
  });

  it("leaves out the receiver's halves of split traffic, but counts them as TCP", () => {
    const group = groupHandshake(flows, TRUSTED, new Set(flows.slice(4)));
    expect(group).toMatchObject({ measured: 3, tcp: 6, p50LowUs: 2_000 });
  });

  it('of UDP or of nothing is unmeasured', () => {
    for (const few of [[], flows.slice(6)]) {
      expect(groupHandshake(few, TRUSTED)).toEqual({ band: 'unmeasured', measured: 0, tcp: 0 });
    }
  });

  it('with a p50 but no p99 has a range and no band', () => {
    const flow: Flow = { proto: 'tcp', client: {}, server: {}, clientStats: { p50Us: microseconds(300) } };
    expect(groupHandshake([flow], TRUSTED)).toEqual({
      band: 'unmeasured',
      p50LowUs: 300,
      p50HighUs: 300,
      measured: 0,
      tcp: 1,
    });
  });
});

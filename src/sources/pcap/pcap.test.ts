import { describe, expect, test } from 'vitest';
import { readInventory } from '../inventory';
import { createInventoryNames } from '../inventory-names';
import { lineOf, read } from './captured';
import { percentile } from './ledger';
import { createCaptureSource } from './pcap';
import { START } from './trace';

// One connection in the first step, one more in the third; half a second of handshake, then 20 ms.
const TRACE = `
  0 10.0.0.1:40000 > 10.0.0.2:80 S 100
  0.5 10.0.0.2:80 > 10.0.0.1:40000 SA 500 101 ttl=60
  0.6 10.0.0.1:40000 > 10.0.0.2:80 A 101 501 60
  10 10.0.0.1:40001 > 10.0.0.2:80 S 700
  10.02 10.0.0.2:80 > 10.0.0.1:40001 SA 900 701 ttl=60
  14.9 10.0.0.1:40000 > 10.0.0.2:53 udp 22`;

const source = async (speed: number, windowS?: number) =>
  createCaptureSource(await read([TRACE], windowS === undefined ? {} : { windowS }), {
    label: 'capture x',
    speed,
    startMs: 0,
  });

describe('a capture in time', () => {
  test('is shown whole unless a speed is given', async () => {
    const held = await source(0);
    for (const nowMs of [0, 1e6]) {
      const sample = held.sampleAt(nowMs);
      expect(sample).toMatchObject({ atMs: (START + 15) * 1000, epoch: 0, rejected: 0 });
      expect(sample.flows.map(lineOf)).toEqual([
        'tcp 10.0.0.1 > 10.0.0.2:80 client 3/2 180/80 p50=260000',
        'udp 10.0.0.1 > 10.0.0.2:53 client 1/0 50/0',
      ]);
    }
  });

  test('is replayed in steps of 5 s, over and over, each time in a new epoch', async () => {
    const replay = await source(10);
    const seen = [0, 499, 500, 1000, 1499, 1500, 4600].map((nowMs) => {
      const { atMs, epoch, flows } = replay.sampleAt(nowMs);
      return [atMs / 1000 - START, epoch, flows.length, flows[0]?.clientStats?.txPkts];
    });
    expect(seen).toEqual([
      [5, 0, 1, 2],
      [5, 0, 1, 2],
      [10, 0, 1, 2],
      [15, 0, 2, 3],
      [15, 0, 2, 3],
      [5, 1, 1, 2],
      [5, 3, 1, 2],
    ]);
    expect(replay.sampleAt(4600)).toBe(replay.sampleAt(4600));
  });

  test('rates are those of the step, and counters those so far', async () => {
    const replay = await source(1);
    const at = (seconds: number) => replay.sampleAt(seconds * 1000).flows[0];
    expect(at(0)?.clientStats).toMatchObject({ txPkts: 2, txBytes: 140, txPps: 0.4, txBps: 224, rxPps: 0.2 });
    expect(at(5)?.clientStats).toMatchObject({ txPkts: 2, txBytes: 140, txPps: 0, txBps: 0 });
    expect(at(5)?.clientStats?.timestamp).toBe(new Date((START + 5) * 1000).toISOString());
    expect(at(10)).toMatchObject({ totals: { pkts: 5, bytes: 260, pps: 0.4, bps: 128 } });
  });

  test('percentiles are of the whole capture so far, or of a window', async () => {
    const p50 = async (windowS: number | undefined, seconds: number) =>
      (await source(1, windowS)).sampleAt(seconds * 1000).flows[0]?.clientStats?.p50Us;
    expect([await p50(undefined, 0), await p50(undefined, 5), await p50(undefined, 10)]).toEqual([
      500000, 500000, 260000,
    ]);
    expect([await p50(10, 0), await p50(10, 5), await p50(10, 10)]).toEqual([500000, 500000, 20000]);
    expect(await p50(5, 5)).toBeUndefined();
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a speed of %d', async (speed) => {
    await expect(source(speed)).rejects.toThrow(RangeError);
  });

  test('files may come in any order of time', async () => {
    const [early, late] = ['0 10.0.0.1:5 > 10.0.0.2:53 udp 9', '60 10.0.0.1:5 > 10.0.0.2:53 udp 9'] as const;
    for (const files of [
      [early, late],
      [late, early],
    ]) {
      const { ledger } = await read(files);
      const { first = 0, last = 0 } = ledger.span ?? {};
      expect([ledger.endMs(first), ledger.endMs(last)]).toEqual([(START + 5) * 1000, (START + 65) * 1000]);
    }
  });

  test('a capture without flows is a source without flows', async () => {
    const empty = await read(['0 10.0.0.1:5 > 10.0.0.2:53 udp 9'], {
      names: createInventoryNames(readInventory([])),
    });
    const replay = createCaptureSource(empty, { label: '', speed: 1, startMs: 0 });
    expect(replay.sampleAt(99_999).flows).toEqual([]);
  });
});

test.each([
  [[5], 0.99, 5],
  [[1, 2], 0.5, 1.5],
  [[10, 20, 30, 40], 0.9, 37],
  [[1, 2, 3, 4, 5], 0.5, 3],
  [[0, 100], 0.99, 99],
])('percentile of %j at %d', (sorted, share, value) => {
  expect(percentile(sorted, share)).toBeCloseTo(value, 9);
});

test('thousands of conversations over a day are one flow', async () => {
  const connections = Array.from({ length: 3000 }, (_, i) => {
    const port = 32_768 + (i % 28_000);
    return `${i * 30} 10.0.0.1:${port} > 10.0.0.2:53 udp 9\n${i * 30 + 1} 10.0.0.2:53 > 10.0.0.1:${port} udp 20 ttl=60`;
  });
  const { ledger } = await read([connections.join('\n')]);
  expect(ledger.flowsAt(ledger.span?.last ?? 0).map(lineOf)).toEqual([
    'udp 10.0.0.1 > 10.0.0.2:53 client 3000/3000 111000/144000',
  ]);
});

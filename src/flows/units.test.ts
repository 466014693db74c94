import { describe, expect, it } from 'vitest';
import {
  type BitsPerSecond,
  type BytesPerSecond,
  bytes,
  formatAge,
  formatBitsPerSecond,
  formatBytes,
  formatBytesExactly,
  formatBytesPerSecond,
  formatClock,
  formatCompactCount,
  formatCount,
  formatMoment,
  formatPacketsPerSecond,
  formatShare,
  formatSpan,
  formatUs,
  microseconds,
  type PacketsPerSecond,
  UNKNOWN,
} from './units';

describe('bytes', () => {
  it.each([
    [0, '0 B', '0 B'],
    [1, '1 B', '1 B'],
    [1023, '1,023 B', '1,023 B'],
    [1024, '1 KiB', '1,024 B'],
    [1536, '1.5 KiB', '1,536 B'],
    [95_300, '93.1 KiB', '95,300 B'],
    [626_688, '612 KiB', '626,688 B'],
    [1_048_575, '1 MiB', '1,048,575 B'],
    [6_250_266, '5.96 MiB', '6,250,266 B'],
    [21_306_312, '20.3 MiB', '21,306,312 B'],
    [2 ** 30, '1 GiB', '1,073,741,824 B'],
  ])('%d', (value, short, exact) => {
    expect(formatBytes(bytes(value))).toBe(short);
    expect(formatBytesExactly(bytes(value))).toBe(exact);
    expect(formatBytesPerSecond(value as BytesPerSecond)).toBe(`${short}/s`);
  });
});

it.each([
  [0, '0 µs'],
  [38, '38 µs'],
  [38.25, '38.3 µs'],
  [999, '999 µs'],
  [999.7, '1 ms'],
  [1_000, '1 ms'],
  [6_400, '6.4 ms'],
  [12_345, '12.3 ms'],
  [45_000, '45 ms'],
  [999_400, '999 ms'],
  [999_600, '1 s'],
  [1_180_000, '1.18 s'],
  [63_000_000, '63 s'],
])('%d µs is said as %s', (value, text) => {
  expect(formatUs(microseconds(value))).toBe(text);
});

it.each([
  [0, '0', '0'],
  [999, '999', '999'],
  [12_840, '12,840', '12.8k'],
  [3_400_000, '3,400,000', '3.4M'],
  [2_000_000_000, '2,000,000,000', '2B'],
])('the count %d', (value, text, compact) => {
  expect(formatCount(value)).toBe(text);
  expect(formatCompactCount(value)).toBe(compact);
});

it.each([
  [0, '0 b/s'],
  [999, '999 b/s'],
  [3_073.6, '3.07 kbit/s'],
  [8_388_608, '8.39 Mbit/s'],
])('%d bits a second', (value, text) => {
  expect(formatBitsPerSecond(value as BitsPerSecond)).toBe(text);
});

it.each([
  [0, '0 pkt/s'],
  [4.6, '4.6 pkt/s'],
  [100.5, '101 pkt/s'],
  [12_840, '12,840 pkt/s'],
])('%d packets a second', (value, text) => {
  expect(formatPacketsPerSecond(value as PacketsPerSecond)).toBe(text);
});

it.each([
  [0, 100, '0 %'],
  [0.4, 100, '< 1 %'],
  [1, 100, '1 %'],
  [93.2, 100, '93 %'],
  [99.01, 100, '> 99 %'],
  [100, 100, '100 %'],
  [5, 0, UNKNOWN],
])('%d of %d is %s', (part, whole, text) => {
  expect(formatShare(part, whole)).toBe(text);
});

it.each([
  [-5, '0 s'],
  [999, '0 s'],
  [3_000, '3 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [3_900_000, '1 h 5 min'],
  [360_000_000, '100 h'],
  [864_000_000_000, '10,000 d'],
])('%d ms is %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});

it('what is not known is said so', () => {
  for (const format of [
    formatBytes,
    formatBytesExactly,
    formatBytesPerSecond,
    formatCount,
    formatCompactCount,
    formatUs,
    formatBitsPerSecond,
    formatPacketsPerSecond,
  ]) {
    expect(format(undefined)).toBe('—');
  }
});

it('says a time of day in UTC, and a dash for none', () => {
  expect(formatClock(Date.UTC(2026, 0, 31, 14, 3, 27, 999))).toBe('14:03:27');
  expect(formatClock(undefined)).toBe('—');
  expect(formatClock(Number.NaN)).toBe('—');
});

it('says a moment in UTC, and a dash for none', () => {
  expect(formatMoment(Date.UTC(2026, 0, 31, 14, 3, 27, 999))).toBe('2026-01-31 14:03:27 UTC');
  expect(formatMoment(undefined)).toBe('—');
  expect(formatMoment(8.64e15 + 1)).toBe('—');
});

it('says a span with each date once, and one moment as one', () => {
  const at = Date.UTC(2026, 0, 31, 14, 3, 27);
  expect(formatSpan(at, at + 60_000)).toBe('2026-01-31 14:03:27 to 14:04:27 UTC');
  expect(formatSpan(at, at + 86_400_000)).toBe('2026-01-31 14:03:27 to 2026-02-01 14:03:27 UTC');
  expect(formatSpan(at, at)).toBe('2026-01-31 14:03:27 UTC');
  expect(formatSpan(at, Number.NaN)).toBe('—');
});

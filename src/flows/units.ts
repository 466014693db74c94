/**
 * Units as types, and the only place where a number becomes text.
 * A branded number cannot be handed where another unit is meant; nothing outside this file formats one.
 */
import prettyBytes from 'pretty-bytes';

declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]: Name };

export type Bytes = Unit<'bytes'>;
export type Packets = Unit<'packets'>;
export type Microseconds = Unit<'microseconds'>;
export type BitsPerSecond = Unit<'bits per second'>;
export type BytesPerSecond = Unit<'bytes per second'>;
export type PacketsPerSecond = Unit<'packets per second'>;

export const bytes = (value: number): Bytes => value as Bytes;
export const packets = (value: number): Packets => value as Packets;
export const microseconds = (value: number): Microseconds => value as Microseconds;

/** Shown wherever a value is not known. */
export const UNKNOWN = '—';

/** `12.5 MiB`; three significant digits, binary multiples because sensors and Kubernetes limits use them. */
export function formatBytes(value: Bytes | undefined): string {
  if (value === undefined) return UNKNOWN;
  // Its own default is three significant digits, rounded; with a digit option it truncates instead. Its locale costs
  // twenty times as much and adds nothing but the comma of a figure from 1,000 to 1,023.
  return prettyBytes(value, { binary: true }).replace(/^(-?\d)(\d{3})\b/, '$1,$2');
}

/** `21,306,312 B`: the exact count, for details and titles. */
export function formatBytesExactly(value: Bytes | undefined): string {
  return value === undefined ? UNKNOWN : `${formatCount(value)} B`;
}

const COUNT = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

export function formatCount(value: number | undefined): string {
  if (value === undefined) return UNKNOWN;
  // Nothing to group, and most counts are small: a formatter takes ten times as long.
  return Number.isInteger(value) && value >= 0 && value < 1000 ? String(value) : COUNT.format(value);
}

/** `12.8k`, `3.4M`: for figures whose exact value stands in the title. */
export function formatCompactCount(value: number | undefined): string {
  return value === undefined ? UNKNOWN : COMPACT.format(value).replace('K', 'k');
}

/** `38 µs`, `6.4 ms`, `1.18 s`: a duration in the unit one would say it in. */
export function formatUs(value: Microseconds | undefined): string {
  if (value === undefined) return UNKNOWN;
  // The limits are those of the rounded figure: 999.7 µs is said as 1 ms, not as 1,000 µs.
  if (value < 999.5) return `${significant(value)} µs`;
  if (value < 999_500) return `${significant(value / 1000)} ms`;
  return `${significant(value / 1_000_000)} s`;
}

function significant(value: number): string {
  if (value >= 100) return COUNT.format(Math.round(value));
  const text = value.toFixed(value >= 10 ? 1 : 2);
  return text.replace(/\.?0+$/, '');
}

/** Bits per second, as the contract documents `bps`. */
export function formatBitsPerSecond(value: BitsPerSecond | undefined): string {
  if (value === undefined) return UNKNOWN;
  return `${prettyBytes(value, { bits: true, locale: 'en' })}/s`;
}

export function formatBytesPerSecond(value: BytesPerSecond | undefined): string {
  return value === undefined ? UNKNOWN : `${formatBytes(value as number as Bytes)}/s`;
}

export function formatPacketsPerSecond(value: PacketsPerSecond | undefined): string {
  if (value === undefined) return UNKNOWN;
  return `${value >= 100 ? formatCount(value) : significant(value)} pkt/s`;
}

/** `2.4`, `12`, `1,300`: how many times. */
export const formatFactor = (value: number): string =>
  value < 9.95 ? significant(Math.round(value * 10) / 10) : formatCount(value);

/** `93 %`; says `< 1 %` and `> 99 %` rather than rounding to nothing or to all. */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return UNKNOWN;
  const share = (part / whole) * 100;
  if (share > 0 && share < 1) return '< 1 %';
  if (share > 99 && share < 100) return '> 99 %';
  return `${Math.round(share)} %`;
}

/** Past this one counts days: a recording may be months old. */
const LONG_HOURS = 100;

/** `3 s`, `2 min`, `1 h 5 min`, `12 d`: how long ago or how long. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours > LONG_HOURS) return `${formatCount(Math.floor(hours / 24))} d`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** `14:03:27`, in UTC, as incident channels count; a dash for no time at all. `ms` since 1970. */
export function formatClock(ms: number | undefined): string {
  const at = ms === undefined ? undefined : new Date(ms);
  return at === undefined || Number.isNaN(at.getTime()) ? UNKNOWN : at.toISOString().slice(11, 19);
}

/** `2026-01-31 14:03:27 UTC`, for what is read later and elsewhere; a dash for no time at all. `ms` since 1970. */
export function formatMoment(ms: number | undefined): string {
  const at = ms === undefined ? undefined : new Date(ms);
  return at === undefined || Number.isNaN(at.getTime())
    ? UNKNOWN
    : `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `2026-11-20 14:02:10 to 14:22:10 UTC`; the second date where it is another day. Both ms since 1970. */
export function formatSpan(fromMs: number, toMs: number): string {
  const [from, to] = [formatMoment(fromMs), formatMoment(toMs)];
  if (from === UNKNOWN || to === UNKNOWN) return UNKNOWN;
  if (from === to) return from;
  const isSameDay = from.slice(0, 10) === to.slice(0, 10);
  return `${from.slice(0, 19)} to ${isSameDay ? to.slice(11) : to}`;
}

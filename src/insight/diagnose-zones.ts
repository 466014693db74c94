/**
 * What paths between zones cost: medians zone pair by zone pair, beside what a path within a zone takes.
 * Knows one poll and where nodes are; refuses to call a distance trouble.
 */
import { type Microseconds, microseconds } from '../flows/units';
import { quantile } from './diagnose-judge';
import type { Observation, Who } from './diagnose-observe';

export interface ZonePenalty {
  /** In their order; the same zone twice for paths between its nodes. */
  zones: readonly [string, string];
  flows: number;
  p50Us: Microseconds;
  p99Us: Microseconds;
  /** What it takes more than a path within a zone, and how many times as long; absent where none is measured. */
  extraUs?: Microseconds;
  factor?: number;
}

/** Dearest first; empty without zones. `wanted` picks rows, all by default. Paths on one node are left out. */
export function penalties(
  { rows, p50Us, p99Us, roster, zones }: Observation,
  wanted: (who: Who) => boolean = () => true,
): ZonePenalty[] {
  if (zones === undefined) return [];
  const pairs = new Map<string, { zones: [string, string]; p50: number[]; p99: number[] }>();
  const within: number[] = [];
  rows.forEach((row, at) => {
    const who = roster.rows[row];
    if (who === undefined || who.client.node === who.server.node || !wanted(who)) return;
    const [a, b] = [zones.get(who.client.node ?? ''), zones.get(who.server.node ?? '')];
    const p50 = p50Us[at] ?? Number.NaN;
    const p99 = p99Us[at] ?? Number.NaN;
    if (a === undefined || b === undefined || Number.isNaN(p50)) return;
    if (a === b) within.push(p50);
    const both: [string, string] = a < b ? [a, b] : [b, a];
    const key = both.join('\u001f');
    const pair = pairs.get(key) ?? { zones: both, p50: [], p99: [] };
    pairs.set(key, pair);
    pair.p50.push(p50);
    if (!Number.isNaN(p99)) pair.p99.push(p99);
  });
  const near = quantile(within, 0.5);
  return [...pairs.values()]
    .map(({ zones: both, p50, p99 }): ZonePenalty => {
      const middle = quantile(p50, 0.5);
      const extra =
        Number.isNaN(near) || both[0] === both[1]
          ? {}
          : { extraUs: us(Math.max(0, middle - near)), factor: middle / near };
      return {
        zones: both,
        flows: p50.length,
        p50Us: us(middle),
        p99Us: us(quantile(p99, 0.5) || 0),
        ...extra,
      };
    })
    .sort((a, b) => b.p50Us - a.p50Us);
}

const us = (value: number): Microseconds => microseconds(Math.round(value));

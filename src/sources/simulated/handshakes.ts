/**
 * What a digest over the last two minutes would say of a path's handshakes while it is well, sick, or was a moment ago.
 * Knows distributions; refuses to know which flow is sick and why (incidents.ts).
 */
import type { Percentiles } from './lane';

/** The sensor's digest forgets after two minutes (DESIGN §4). */
export const WINDOW_S = 120;

type Sickness =
  /** The path takes that much longer, for every packet. */
  | { kind: 'delay'; addUs: number }
  /** SYNs are lost at the target and tried again after 1 s, 3 s and 7 s: most get through at once. */
  | { kind: 'retries' };

/** A time in which a path was sick. */
export interface Spell {
  fromS: number;
  toS: number;
  sickness: Sickness;
}

/** Rising values at rising probabilities; between two of them the logarithm is interpolated. */
interface Curve {
  probabilities: readonly number[];
  values: readonly number[];
}

const curveOf = ({ p50, p90, p99 }: Percentiles): Curve => ({
  probabilities: [0, 0.5, 0.9, 0.99, 1],
  values: [p50 * 0.8, p50, p90, p99, p99 * 1.15],
});

/**
 * A fifth of the SYNs is lost once, a twentieth twice, a sixtieth three times: enough that one tick's worth of them
 * reaches the window's p99, and far from what it would take to move its p50.
 */
const LOST_ONCE = 0.2;
const LOST_TWICE = 0.055;
const LOST_THRICE = 0.016;
const STEP = 1e-6;

function sickCurve(healthy: Percentiles, sickness: Sickness): Curve {
  if (sickness.kind === 'delay') {
    // Queues make the tail longer in proportion: the slow tenth waits half as long again, the slowest hundredth twice.
    const { addUs } = sickness;
    return curveOf({
      p50: healthy.p50 + addUs,
      p90: healthy.p90 + addUs * 1.5,
      p99: healthy.p99 + addUs * 2.2,
    });
  }
  const { p50, p90 } = healthy;
  const [once, twice, thrice] = [1 - LOST_ONCE, 1 - LOST_TWICE, 1 - LOST_THRICE];
  return {
    probabilities: [0, 0.5, once, once + STEP, twice, twice + STEP, thrice, thrice + STEP, 1],
    values: [
      p50 * 0.8,
      p50,
      p90,
      1e6 + p50,
      1e6 + 4 * p90,
      3e6 + p50,
      3e6 + 6 * p90,
      7e6 + p50,
      7e6 + 8 * p90,
    ],
  };
}

/** The share of handshakes up to `us`. */
function shareBelow({ probabilities, values }: Curve, us: number): number {
  if (us < (values[0] ?? 0)) return 0;
  for (let i = 1; i < values.length; i++) {
    const high = values[i] ?? 0;
    if (us > high) continue;
    const low = values[i - 1] ?? high;
    const from = probabilities[i - 1] ?? 0;
    const part = high === low ? 1 : Math.log(us / low) / Math.log(high / low);
    return from + ((probabilities[i] ?? 1) - from) * part;
  }
  return 1;
}

function quantile(mix: readonly { curve: Curve; weight: number }[], share: number): number {
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const { curve } of mix) {
    low = Math.min(low, curve.values[0] ?? low);
    high = Math.max(high, curve.values.at(-1) ?? high);
  }
  // Thirty halvings of at most six decades leave less than a millionth.
  for (let i = 0; i < 30; i++) {
    const middle = Math.sqrt(low * high);
    let below = 0;
    for (const { curve, weight } of mix) below += weight * shareBelow(curve, middle);
    if (below < share) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The percentiles at `atS` of a flow that has run since `sinceS`. Handshakes come evenly, so a spell weighs as much
 * as it fills of the window: p99 follows within two ticks, p50 when half the window is sick, and both let go late.
 */
export function percentilesAt(
  healthy: Percentiles,
  spells: readonly Spell[],
  sinceS: number,
  atS: number,
): Percentiles {
  const opensS = Math.max(sinceS, atS - WINDOW_S);
  const lengthS = Math.max(1, atS - opensS);
  const mix: { curve: Curve; weight: number }[] = [];
  let well = 1;
  for (const { fromS, toS, sickness } of spells) {
    const weight = Math.min(well, (Math.min(atS, toS) - Math.max(opensS, fromS)) / lengthS);
    if (weight <= 0) continue;
    mix.push({ curve: sickCurve(healthy, sickness), weight });
    well -= weight;
  }
  if (mix.length === 0) return healthy;
  if (well > 0) mix.push({ curve: curveOf(healthy), weight: well });
  return { p50: quantile(mix, 0.5), p90: quantile(mix, 0.9), p99: quantile(mix, 0.99) };
}

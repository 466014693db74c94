/**
 * Chance that repeats: a seeded die for building the cluster once, and a hash for noise at any moment.
 * Knows numbers only; refuses to know the clock, so the same seed gives the same cluster everywhere.
 */

/** Murmur3's finaliser: every input bit changes every output bit with about even odds, in five operations. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

// The golden ratio in 32 bits keeps neighbouring ids apart before they are mixed.
const GOLDEN = 0x9e3779b9;

/** One 32-bit number out of several; their order matters. */
export function hash(a: number, b: number, c = 0): number {
  return mix(Math.imul(mix(Math.imul(mix(a) ^ b, GOLDEN)) ^ c, GOLDEN) ^ b);
}

/** A number in [0, 1) that depends on nothing but its arguments. */
export const unitOf = (a: number, b: number, c = 0): number => hash(a, b, c) / 2 ** 32;

export interface Die {
  /** [0, 1). */
  unit(): number;
  between(low: number, high: number): number;
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  /** As `between`, but each factor of ten is equally likely. */
  spread(low: number, high: number): number;
  /** Pareto: at least `least`, and the smaller `alpha`, the heavier the tail. */
  heavy(least: number, alpha: number): number;
  /** Log-normal around `median`. */
  around(median: number, sigma: number): number;
  pick<T>(list: readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
  /** An index, each as likely as its weight; -1 when all weights are zero. */
  weighted(weights: readonly number[]): number;
}

export function createDie(seed: number): Die {
  let state = mix(seed ^ GOLDEN);
  const unit = (): number => {
    state = (state + GOLDEN) >>> 0;
    return mix(state) / 2 ** 32;
  };
  const die: Die = {
    unit,
    between: (low, high) => low + unit() * (high - low),
    whole: (low, high) => low + Math.floor(unit() * (high - low + 1)),
    spread: (low, high) => low * (high / low) ** unit(),
    heavy: (least, alpha) => least * (1 - unit()) ** (-1 / alpha),
    around: (median, sigma) => {
      // Box–Muller; 1 - u keeps the logarithm away from zero.
      const normal = Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
      return median * Math.exp(sigma * normal);
    },
    pick: <T>(list: readonly T[]): T => {
      if (list.length === 0) throw new Error('cannot pick from an empty list');
      return list[Math.floor(unit() * list.length)] as T;
    },
    shuffled: <T>(list: readonly T[]): T[] => {
      const out = [...list];
      for (let i = out.length - 1; i > 0; i--) {
        const j = Math.floor(unit() * (i + 1));
        [out[i], out[j]] = [out[j] as T, out[i] as T];
      }
      return out;
    },
    weighted: (weights) => {
      let left = unit() * weights.reduce((sum, weight) => sum + weight, 0);
      let last = -1;
      for (let i = 0; i < weights.length; i++) {
        const weight = weights[i] ?? 0;
        if (weight <= 0) continue;
        last = i;
        left -= weight;
        if (left < 0) return i;
      }
      return last;
    },
  };
  return die;
}

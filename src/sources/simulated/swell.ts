/**
 * How busy things are: smooth waves shared by many lanes, in closed form, so that a counter at any moment is one
 * subtraction and never runs backwards. Knows time; refuses to know what is being counted.
 */
import { hash, unitOf } from './chance';

/** The sensor samples every five seconds; nothing changes in between. */
export const TICK_S = 5;

/** Enough shared waves that services do not visibly move in step; few enough to compute once a tick. */
export const SWELLS = 64;

/** Day and night; over an hour it looks like a slow slope. */
const DAY_S = 86_400;
/** Shares of the average rate. Together below one half, so that a rate never falls under half its average. */
const DAY_SWING = 0.2;
const SLOW_SWING = 0.16;
const FAST_SWING = 0.1;

/**
 * Burstiness: up to one second of traffic more or less within a tick. Half the average rate gives at least 2.5 s of
 * traffic a tick, so a counter still rises by 1.5 s of it.
 */
const BURST_S = 1;

interface Swells {
  /** Seconds of average traffic that wave `n` has carried from the start to `atS`; rises without end. */
  carried(n: number, atS: number): number;
}

export function createSwells(seed: number, startMs: number): Swells {
  const waves = Array.from({ length: SWELLS }, (_, n) => {
    const at = (salt: number): number => unitOf(seed, 0x5e11 + n, salt);
    return {
      // Everyone's day is the same day, give or take an hour.
      dayPhase: ((startMs / 1000 / DAY_S) % 1) * 2 * Math.PI + (at(1) - 0.5) * 0.5,
      slow: (2 * Math.PI) / (240 + 660 * at(2)),
      slowPhase: 2 * Math.PI * at(3),
      fast: (2 * Math.PI) / (45 + 75 * at(4)),
      fastPhase: 2 * Math.PI * at(5),
    };
  });
  const day = (2 * Math.PI) / DAY_S;
  return {
    carried: (n, atS) => {
      const wave = waves[n];
      if (wave === undefined) return atS;
      return (
        atS +
        (DAY_SWING / day) * (Math.sin(day * atS + wave.dayPhase) - Math.sin(wave.dayPhase)) +
        (SLOW_SWING / wave.slow) * Math.sin(wave.slow * atS + wave.slowPhase) +
        (FAST_SWING / wave.fast) * Math.sin(wave.fast * atS + wave.fastPhase)
      );
    },
  };
}

/** Seconds of traffic by which one flow is ahead of its wave at `atS`. */
export const burst = (flowSalt: number, atS: number): number =>
  (hash(flowSalt, Math.floor(atS / TICK_S)) / 2 ** 32) * BURST_S;

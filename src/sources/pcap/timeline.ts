/**
 * How much was said in which step of time, by each of two ends: five numbers a step in one flat list, because a
 * capture has millions of them. Refuses to know who the ends are.
 */

import { MOST_STEPS } from './limits';

/** `[step, packets of the first end, bytes, packets of the second end, bytes, step, …]`. */
export type Timeline = number[];

/** Numbers a step takes in a timeline. */
export const WIDTH = 5;

/** How long a step is, and how many there are in all timelines of a reading. */
export interface Pace {
  stepUs: number;
  steps: number;
  /** More than so many, and steps are made longer. */
  mostSteps: number;
}

/** The sensor samples every 5 s, and so do we. */
export const STEP_US = 5_000_000;

export const createPace = (mostSteps = MOST_STEPS): Pace => ({ stepUs: STEP_US, steps: 0, mostSteps });

// Packets of one conversation may be a little out of order; one that is far out gets a step of its own, merged later.
const LOOKED_BACK = 4;

/** Adds one packet, or several, of the first end or of the second. */
export function addToTimeline(
  timeline: Timeline,
  pace: Pace,
  timeUs: number,
  isFirst: boolean,
  packets: number,
  bytes: number,
): void {
  const step = Math.floor(timeUs / pace.stepUs);
  const last = timeline.length - WIDTH;
  let at = last;
  while (at >= 0 && timeline[at] !== step && at > last - LOOKED_BACK * WIDTH) at -= WIDTH;
  if (at < 0 || timeline[at] !== step) {
    at = timeline.length;
    timeline.push(step, 0, 0, 0, 0);
    pace.steps++;
  }
  const field = at + (isFirst ? 1 : 3);
  timeline[field] = (timeline[field] ?? 0) + packets;
  timeline[field + 1] = (timeline[field + 1] ?? 0) + bytes;
}

/** Adds one timeline to another, whose ends may be the other way round. */
export function appendTimeline(into: Timeline, from: Timeline, isSwapped: boolean): void {
  const [first, second] = isSwapped ? [3, 1] : [1, 3];
  for (let at = 0; at < from.length; at += WIDTH) {
    into.push(
      from[at] ?? 0,
      from[at + first] ?? 0,
      from[at + first + 1] ?? 0,
      from[at + second] ?? 0,
      from[at + second + 1] ?? 0,
    );
  }
}

/** The same, in order, each step once; `divisor` 2 makes steps twice as long. */
export function compactTimeline(timeline: Timeline, divisor = 1): Timeline {
  const bySteps = new Map<number, [number, number, number, number]>();
  for (let at = 0; at < timeline.length; at += WIDTH) {
    const step = Math.floor((timeline[at] ?? 0) / divisor);
    let counts = bySteps.get(step);
    if (counts === undefined) {
      counts = [0, 0, 0, 0];
      bySteps.set(step, counts);
    }
    for (const i of [0, 1, 2, 3] as const) counts[i] += timeline[at + 1 + i] ?? 0;
  }
  return [...bySteps].sort(([a], [b]) => a - b).flatMap(([step, counts]) => [step, ...counts]);
}

/** Packets that both ends sent, and those of the first end alone. */
export function countPackets(timeline: Timeline): { first: number; second: number } {
  let first = 0;
  let second = 0;
  for (let at = 0; at < timeline.length; at += WIDTH) {
    first += timeline[at + 1] ?? 0;
    second += timeline[at + 3] ?? 0;
  }
  return { first, second };
}

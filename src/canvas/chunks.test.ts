import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createChunks } from './chunks';

// A hidden tab: frames are timers, which the test can turn.
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { hidden: true });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function* count(steps: number, seen: number[]): Generator<void> {
  for (let step = 0; step < steps; step++) {
    seen.push(step);
    yield;
  }
}

describe('work in slices', () => {
  it('does every step once, over several frames', () => {
    const chunks = createChunks();
    const seen: number[] = [];
    const done = vi.fn();
    chunks.run(() => count(5000, seen), done);
    expect(seen).toEqual([]);
    vi.advanceTimersToNextTimer();
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.length).toBeLessThan(5000);
    expect(chunks.isBusy()).toBe(true);
    vi.runAllTimers();
    expect(seen).toEqual(Array.from({ length: 5000 }, (_, step) => step));
    expect(done).toHaveBeenCalledTimes(1);
    expect(chunks.isBusy()).toBe(false);
  });

  it('drops what is under way for something newer', () => {
    const chunks = createChunks();
    const [older, newer]: number[][] = [[], []];
    const [dropped, done] = [vi.fn(), vi.fn()];
    chunks.run(() => count(5000, older ?? []), dropped);
    vi.advanceTimersToNextTimer();
    chunks.run(() => count(10, newer ?? []), done);
    vi.runAllTimers();
    expect(dropped).not.toHaveBeenCalled();
    expect(done).toHaveBeenCalledTimes(1);
    expect(older?.length).toBeLessThan(5000);
    expect(newer).toHaveLength(10);
  });

  it('takes smaller slices while frames take long', () => {
    const sizes = [20, 200].map((frameMs) => {
      const chunks = createChunks();
      const seen: number[] = [];
      chunks.run(() => count(100_000, seen), vi.fn());
      for (let frame = 0; frame < 4; frame++) {
        vi.advanceTimersByTime(20);
        vi.spyOn(performance, 'now').mockReturnValue(frame * frameMs);
      }
      chunks.cancel();
      vi.restoreAllMocks();
      return seen.length;
    });
    expect(sizes[1]).toBeLessThan(sizes[0] ?? 0);
  });
});

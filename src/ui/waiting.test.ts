import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createWaiting } from './waiting';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function watched() {
  const busy: boolean[] = [];
  const waiting = createWaiting((is) => busy.push(is));
  const told: (number | undefined)[] = [];
  waiting.subscribe(() => told.push(waiting.since()));
  return { waiting, busy, told };
}

it('is busy at once, and says nothing of what is over before one could read it', () => {
  const { waiting, busy, told } = watched();
  const end = waiting.begin();
  expect(busy).toEqual([true]);
  vi.advanceTimersByTime(900);
  end();
  expect(busy).toEqual([true]);
  vi.advanceTimersByTime(1_000);
  expect(busy).toEqual([true, false]);
  expect(told).toEqual([]);
});

it('says since when it waits, once, and that it waits no more', () => {
  const { waiting, told } = watched();
  const end = waiting.begin();
  vi.advanceTimersByTime(5_000);
  expect(told).toEqual([1_000_000]);
  end();
  expect(waiting.since()).toBeUndefined();
  vi.advanceTimersByTime(10);
  expect(told).toEqual([1_000_000, undefined]);
});

it('waits for the last of several, and is not done while another was sent meanwhile', () => {
  const { waiting, busy, told } = watched();
  const first = waiting.begin();
  vi.advanceTimersByTime(1_300);
  const second = waiting.begin();
  first();
  vi.advanceTimersByTime(1_300);
  expect(waiting.since()).toBe(1_001_300);
  second();
  const third = waiting.begin();
  vi.advanceTimersByTime(10);
  expect(busy.at(-1)).toBe(true);
  third();
  vi.advanceTimersByTime(10);
  expect(busy.at(-1)).toBe(false);
  expect(told).toEqual([1_000_000, 1_001_300, undefined]);
});

it('tells that it is done after timers that were set when the answer came', () => {
  const { waiting, busy } = watched();
  const end = waiting.begin();
  end();
  setTimeout(() => expect(busy).toEqual([true]));
  vi.runAllTimers();
  expect(busy).toEqual([true, false]);
});

import { expect, it, vi } from 'vitest';

it('brings everything, one after the other, at rest; ends where something fails, and goes on from there', async () => {
  // A list of its own: tests share modules, and theirs are on the other.
  vi.resetModules();
  const { bringLateCode, late } = await import('./late-code');
  const calls: string[] = [];
  let fails = true;
  late(async () => {
    calls.push('first');
    late(async () => calls.push('inner'));
  });
  const second = late(async () => {
    calls.push('second');
    if (fails) throw new Error('gone');
    return 'here';
  });
  late(async () => calls.push('third'));
  const rest = async () => {
    calls.push('rest');
  };
  expect(await bringLateCode(rest)).toBe(false);
  expect(calls).toEqual(['rest', 'first', 'rest', 'second']);
  fails = false;
  calls.length = 0;
  expect(await bringLateCode(rest)).toBe(true);
  expect(calls).toEqual(['rest', 'second', 'rest', 'third', 'rest', 'inner']);
  expect(await second()).toBe('here');
  calls.length = 0;
  expect(await bringLateCode(rest)).toBe(true);
  expect(calls).toEqual([]);
});

import { expect, it } from 'vitest';
import { bringLateCode, late } from './late-code';

it('brings everything, one after the other, at rest; what fails is skipped and can be asked for again', async () => {
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
  await bringLateCode(async () => {
    calls.push('rest');
  });
  expect(calls).toEqual(['rest', 'first', 'rest', 'second', 'rest', 'third', 'rest', 'inner']);
  fails = false;
  expect(await second()).toBe('here');
});

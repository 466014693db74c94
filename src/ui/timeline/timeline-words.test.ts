import { expect, it } from 'vitest';
import type { TimePoint } from '../../backstage/times';
import { standsAt } from './timeline-words';

const at = (atMs: number, epoch = 'a'): TimePoint => ({ atMs, epoch, marks: [], moreMarks: 0 }) as never;
// A recording that loops: times come again under another epoch.
const points = [at(10), at(20), at(10, 'b'), at(20, 'b')];

it.each([
  ['nothing asked for is the newest', undefined, undefined, 3],
  ['what is asked for, though another is shown still', { atMs: 10, epoch: 'a' }, { atMs: 20, epoch: 'b' }, 0],
  ['the same time in another epoch', { atMs: 10, epoch: 'b' }, undefined, 2],
  ['a link without an epoch is the first of that time', { atMs: 20 }, undefined, 1],
  ['one that is not kept is the one that is shown instead', { atMs: 5 }, { atMs: 20, epoch: 'a' }, 1],
  ['nothing of either is the newest', { atMs: 5 }, { atMs: 6, epoch: 'a' }, 3],
])('%s', (_, asked, shown, index) => {
  expect(standsAt(points, asked, shown)).toBe(index);
});

it('without samples it is none', () => {
  expect(standsAt([], undefined, undefined)).toBe(-1);
  expect(standsAt([], { atMs: 1 }, { atMs: 1, epoch: '' })).toBe(-1);
});

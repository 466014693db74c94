import { expect, it } from 'vitest';
import type { Answer, Flow } from '../flows/flow';
import { createAnswers } from './answers';

const answer = (flows: number): Answer => ({
  flows: new Array<Flow>(flows),
  total: flows,
  truncated: false,
  rejects: { count: 0 },
});

it('keeps the last few answers under their names', () => {
  const answers = createAnswers();
  const names = [1, 2, 3, 4, 5, 6].map((flows) =>
    answers.keep({ answer: answer(flows), query: {}, atMs: 0 }),
  );
  expect(names.map((name) => answers.get(name)?.answer.flows.length)).toEqual([
    undefined,
    undefined,
    3,
    4,
    5,
    6,
  ]);
});

it('keeps fewer large ones, but always the newest and the one before it', () => {
  const answers = createAnswers();
  const names = [10, 100_000, 100_000].map((flows) =>
    answers.keep({ answer: answer(flows), query: {}, atMs: 0 }),
  );
  expect(names.map((name) => answers.get(name) !== undefined)).toEqual([false, true, true]);
});

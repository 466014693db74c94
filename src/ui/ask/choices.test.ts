import { describe, expect, it } from 'vitest';
import { QUESTIONS, type Question } from '../../insight/questions/catalogue';
import type { FoundSubject } from '../../insight/questions/subjects';
import { MOST_QUESTIONS } from '../../view/view-url';
import { findQuestions, subjectChoices } from './choices';

const NOW = Date.UTC(2026, 0, 31, 12);
const question = (id: number): Question => {
  const found = QUESTIONS.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no question ${id}`);
  return found;
};
const found = (...subjects: FoundSubject[]) => ({ subjects, zones: ['a', 'b'] });
const namespace: FoundSubject = {
  subject: { namespace: 'data' },
  kind: 'namespace',
  label: 'data',
  silent: false,
};

it('the URL takes as many questions as there are', () => {
  expect(QUESTIONS.map(({ id }) => id)).toEqual(
    Array.from({ length: MOST_QUESTIONS }, (_, index) => index + 1),
  );
});

describe('questions', () => {
  it('are found by any of their words, in any order, or by their number', () => {
    expect(findQuestions(QUESTIONS, 'external traffic').map(({ id }) => id)).toEqual([9]);
    expect(findQuestions(QUESTIONS, '14')[0]?.id).toBe(14);
    expect(findQuestions(QUESTIONS, '')).toHaveLength(MOST_QUESTIONS);
    expect(findQuestions(QUESTIONS, 'no such words')).toEqual([]);
    // The README's own words, and forms of a word.
    expect(findQuestions(QUESTIONS, 'what depends on X').map(({ id }) => id)).toEqual([1, 2, 3, 5]);
    expect(findQuestions(QUESTIONS, 'is it the network').map(({ id }) => id)).toContain(16);
    expect(findQuestions(QUESTIONS, 'what changed').map(({ id }) => id)).toEqual([24]);
    expect(findQuestions(QUESTIONS, 'dependencies of')[0]?.id).toBe(1);
    expect(findQuestions(QUESTIONS, 'the')).not.toEqual([]);
  });
});

describe('subjects', () => {
  it('of a time are before the newest sample, and any time in UTC', () => {
    const since = (text: string) =>
      subjectChoices(question(24), text, undefined, undefined, NOW).map(({ about }) => about.since);
    expect(since('')).toEqual([1, 5, 15, 60].map((minutes) => NOW - minutes * 60_000));
    expect(since('90s')).toEqual([NOW - 90_000]);
    expect(since('2026-01-31 11:00')).toEqual([Date.UTC(2026, 0, 31, 11)]);
    expect(since('2026-01-31T11:00+02:00')).toEqual([Date.UTC(2026, 0, 31, 9)]);
    expect(since('soon')).toEqual([]);
  });

  it('of a handshake are milliseconds, and nothing else', () => {
    const limits = (text: string) =>
      subjectChoices(question(13), text, undefined, undefined, NOW).map(({ about }) => about.milliseconds);
    expect(limits('2.5')).toEqual([2.5]);
    expect(limits('fast')).toEqual([]);
  });

  it('of a namespace in a zone are one choice each', () => {
    const choices = subjectChoices(question(21), 'data', found(namespace), undefined, NOW);
    expect(choices.map(({ about }) => about)).toEqual([
      { namespace: 'data', zone: 'a' },
      { namespace: 'data', zone: 'b' },
    ]);
  });

  it('begin with what is selected on the map, before anything is typed', () => {
    const choices = (text: string) => subjectChoices(question(16), text, found(), 'svc:shop/cart', NOW);
    expect(choices('').map(({ about }) => about)).toEqual([{ peer: 'svc:shop/cart' }]);
    expect(choices('c')).toEqual([]);
  });
});

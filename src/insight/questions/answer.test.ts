import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sketch } from '../../flows/sketch';
import { readSubject } from './answer';
import { answerQuestion } from './answer-question';
import { QUESTIONS } from './catalogue';
import { gatherFacts } from './facts';

it('keeps the fields of a subject that are of their type, and no other', () => {
  const about = {
    peer: 'svc:a/b',
    depth: 2,
    namespace: 7,
    port: '53',
    since: Number.NaN,
    zone: 'z',
    more: 1,
  };
  expect(readSubject(about)).toEqual({ peer: 'svc:a/b', depth: 2, since: Number.NaN, zone: 'z' });
});

it('answers every question about anything a URL can hold, in a sentence', () => {
  const facts = gatherFacts({
    flows: sketch('shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070  both 60k/167k 3ms..12ms'),
    answer: { total: 1, truncated: false, rejected: 0 },
    query: {},
  });
  const value = fc.oneof(fc.string(), fc.double(), fc.constantFrom('svc:shop/cart', 'shop', 7070, -1, 1e300));
  const about = fc.dictionary(
    fc.constantFrom('peer', 'namespace', 'zone', 'port', 'milliseconds', 'since', 'depth'),
    value,
  );
  fc.assert(
    fc.property(fc.constantFrom(...QUESTIONS), about, ({ id }, fields) => {
      expect(answerQuestion(id, readSubject(fields), facts).sentence.length).toBeGreaterThan(0);
    }),
    { numRuns: 1500 },
  );
});

import { describe, expect, it } from 'vitest';
import type { Band } from '../flows/handshake';
import { materialChanges, type Situation } from './material';

const link = (id: string, band: Band, unanswered = false) => {
  const [from = '', to = ''] = id.split('>');
  return { id, from, to, band, unanswered };
};
const FINE: Situation = {
  filters: '',
  verdict: { name: 'fine', sentence: 'The network is fine.' },
  links: [],
  nameOf: (peer) => peer.toUpperCase(),
  truncated: false,
};
const said = (before: Partial<Situation>, after: Partial<Situation>) =>
  materialChanges({ ...FINE, ...before }, { ...FINE, ...after });

describe('worth saying', () => {
  it('is another verdict, not the same in other figures', () => {
    const slow = { name: 'target', sentence: 'cart is slow.' };
    expect(said({}, { verdict: slow })).toEqual(['cart is slow.']);
    expect(said({ verdict: slow }, { verdict: { ...slow, sentence: 'cart is slow: 90 ms.' } })).toEqual([]);
  });

  it('is a link that became worse, the worst first, three by name', () => {
    const before = ['a>b', 'c>d', 'e>f', 'g>h', 'i>j'].map((id) => link(id, 'excellent'));
    const after = [
      ...[link('a>b', 'good'), link('c>d', 'high'), link('e>f', 'unmeasured', true)],
      ...[link('g>h', 'elevated'), link('i>j', 'excellent')],
    ];
    expect(said({ links: before }, { links: after })).toEqual([
      'E to F gets no answer; C to D is now high; G to H is now elevated; and 1 more links are worse.',
    ]);
    expect(said({ links: after }, { links: before })).toEqual([]);
  });

  it.each<[string, Situation['links'], Situation['links']]>([
    ['new', [], [link('a>b', 'high')]],
    ['gone', [link('a>b', 'high')], []],
    ['measured for the first time', [link('a>b', 'unmeasured')], [link('a>b', 'high')]],
    ['not measured any more', [link('a>b', 'good')], [link('a>b', 'unmeasured')]],
  ])('is not a link that is %s', (_, before, after) => {
    expect(said({ links: before }, { links: after })).toEqual([]);
  });

  it('is not what other filters show', () => {
    const links = [link('a>b', 'good')];
    expect(said({ links, filters: 'ns=a' }, { links: [link('a>b', 'high')] })).toEqual([]);
  });

  it('is data that stops, comes again, or is cut short', () => {
    expect(said({}, { lost: 'The hub does not answer.' })).toEqual([
      'No fresh data: The hub does not answer.',
    ]);
    expect(said({ lost: 'x' }, {})).toEqual(['Fresh data comes again.']);
    expect(said({}, { truncated: true })).toEqual(['The answer is cut short: not all matching flows came.']);
    expect(said({ truncated: true, lost: 'x' }, { truncated: true, lost: 'y' })).toEqual([]);
  });
});

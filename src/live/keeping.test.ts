// What is stored comes back; where storing is denied the history lives on and says that it is for this sitting.
import { describe, expect, it } from 'vitest';
import type { Answer } from '../flows/flow';
import { sketch } from '../flows/sketch';
import { createHistory } from './history';
import { createIndexedStore } from './history-store';
import { createKeeping, type HistoryStore } from './keeping';

const answer = (n: number): Answer => {
  const flows = sketch(`shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070  both ${n}k/1k 3ms..12ms`);
  return { flows, total: 5, truncated: true, rejects: { count: n } };
};
const taken = (seconds: number, scope = 'x') => ({ atMs: seconds * 1000, epoch: 'a', scope });
const open = () => createHistory({ mostBytes: 1e7, mostSamples: 100 });

/** A store that survives its page, as a list. */
function memory(): HistoryStore & { lines: { scope: string; atMs: number; line: string }[] } {
  const lines: { scope: string; atMs: number; line: string }[] = [];
  return {
    lines,
    append: async (scope, { atMs }, line) => void lines.push({ scope, atMs, line }),
    load: async (scope, sinceMs) =>
      lines.filter((one) => one.scope === scope && one.atMs >= sinceMs).map(({ line }) => line),
    destroy: () => undefined,
  };
}

describe('what is kept', () => {
  it('is there for the next page, by what was asked for, as far back as asked', async () => {
    const store = memory();
    const before = createKeeping(open(), store);
    for (const n of [1, 2, 3]) before.add(answer(n), taken(n * 10));
    before.add(answer(9), taken(40, 'y'));
    expect(before.kept('x')).toBe('stored');

    const history = open();
    const keeping = createKeeping(history, store);
    expect(await keeping.recall('x', 15_000)).toBe(2);
    expect(history.moments().map(({ atMs, epoch }) => [atMs, epoch])).toEqual([
      [20_000, 'a'],
      [30_000, 'a'],
    ]);
    expect([0, 1].map((i) => history.at(i))).toStrictEqual([answer(2), answer(3)]);
    // What came back is not stored again.
    expect(store.lines).toHaveLength(4);
  });

  it('stands before the answers that came while it was recalled', async () => {
    const store = memory();
    createKeeping(open(), store).add(answer(1), taken(10));
    const history = open();
    const keeping = createKeeping(history, store);
    const recalled = keeping.recall('x', 0);
    keeping.add(answer(2), taken(20));
    expect(history.moments()).toEqual([]);
    await recalled;
    expect(history.moments().map(({ atMs }) => atMs)).toEqual([10_000, 20_000]);
    expect(store.lines).toHaveLength(2);
    // A scope that has begun is not added to.
    expect(await keeping.recall('x', 0)).toBe(0);
  });

  it('does not turn the reader back who went elsewhere meanwhile, and stores nothing twice', async () => {
    const store = memory();
    createKeeping(open(), store).add(answer(1), taken(10));
    const history = open();
    const keeping = createKeeping(history, store);
    const recalled = keeping.recall('x', 0);
    expect(history.scope).toBe('x');
    history.turnTo('y');
    expect(await recalled).toBe(1);
    expect(history.scope).toBe('y');
    keeping.add(answer(1), taken(10));
    expect(store.lines).toHaveLength(1);
  });

  it('leaves out what cannot be read', async () => {
    const store = memory();
    for (const line of [
      '',
      '{}',
      'null',
      '{"at":"never","flows":{"flows":[]}}',
      '{"at":"2025-01-15","flows":[]}',
    ])
      await store.append('x', { atMs: 0, epoch: '' }, line);
    createKeeping(open(), store).add(answer(1), taken(10));
    expect(await createKeeping(open(), store).recall('x', 0)).toBe(1);
  });
});

describe('what is not stored', () => {
  it('is for this sitting: what is passing, and answers too large; other scopes are stored', async () => {
    const store = memory();
    const history = open();
    const keeping = createKeeping(history, store);
    keeping.add(answer(1), taken(10, 'file'), true);
    const many = { ...answer(1), flows: Array.from({ length: 3_001 }, () => answer(1).flows).flat() };
    keeping.add(many, taken(10, 'large'));
    keeping.add(answer(1), taken(10, 'usual'));
    expect(['file', 'large', 'usual'].map((scope) => keeping.kept(scope))).toEqual([
      'sitting',
      'sitting',
      'stored',
    ]);
    expect(store.lines.map(({ scope }) => scope)).toEqual(['usual']);
    history.turnTo('large');
    expect(history.moments()).toHaveLength(1);
  });

  it('but a summary is', async () => {
    const store = memory();
    createKeeping(open(), store).add(answer(1), { ...taken(10), summary: '{"total_flows":7}' });
    const history = open();
    await createKeeping(history, store).recall('x', 0);
    expect(history.summaryAt(0)).toBe('{"total_flows":7}');
  });
});

describe('where storing is denied', () => {
  const denied = () => Promise.reject(new DOMException('denied', 'SecurityError'));

  it('history is for this sitting', async () => {
    const history = open();
    const alone = createKeeping(history);
    expect(alone.kept('x')).toBe('sitting');
    alone.add(answer(1), taken(10));
    expect(await alone.recall('x', 0)).toBe(0);
    expect(history.moments()).toHaveLength(1);
  });

  it('it says so, goes on, and asks no more', async () => {
    let asked = 0;
    const append = () => {
      asked++;
      return denied();
    };
    const history = open();
    let lost = 0;
    const store = { append, load: denied, destroy: () => undefined };
    const keeping = createKeeping(history, store, () => lost++);
    for (const n of [1, 2, 3]) {
      keeping.add(answer(n), taken(n * 10));
      await new Promise((resolve) => setTimeout(resolve));
    }
    expect([keeping.kept('x'), asked, lost, history.moments().length]).toEqual(['sitting', 1, 1, 3]);
  });

  it('by a browser without a database, too', async () => {
    // Node has none.
    const store = createIndexedStore(10);
    const history = open();
    const keeping = createKeeping(history, store);
    expect(await keeping.recall('x', 0)).toBe(0);
    expect(keeping.kept('x')).toBe('sitting');
    keeping.add(answer(1), taken(10));
    expect(history.moments()).toHaveLength(1);
    keeping.destroy();
  });
});

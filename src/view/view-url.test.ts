import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUrlSync } from './url-sync';
import {
  CHROME,
  COLOURS,
  createViewStore,
  DEFAULT_VIEW,
  DEPTHS,
  focusOn,
  HIDES,
  hideBelow,
  INTERVALS,
  intervalMs,
  LEVELS,
  PANELS,
  PERCENTILES,
  select,
  setQuery,
  THEMES,
  toggleExpanded,
  VIEWS,
  type ViewState,
  WIDTHS,
} from './view-state';
import { readView, writeView } from './view-url';

const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() === text);
const moment = fc.record(
  {
    atMs: fc.integer({ min: 0, max: 4e12 }),
    epoch: fc.oneof(name, fc.constantFrom('0', 'a,b%2c')),
  },
  { requiredKeys: ['atMs'] },
);
const view: fc.Arbitrary<ViewState> = fc
  .record({
    query: fc.record(
      {
        ns: name,
        pod: name,
        svc: name,
        ip: fc.constantFrom('10.0.0.1', '10.0.0.0/8', 'fd00::1'),
        l4proto: fc.constantFrom('tcp' as const, 'udp' as const),
        aggregate: fc.constantFrom('pod' as const, 'namespace' as const, 'node' as const, 'service' as const),
        format: fc.constantFrom('full' as const, 'raw' as const),
        limit: fc.integer({ min: 1, max: 100_000 }).filter((limit) => limit !== 1000),
      },
      { requiredKeys: [] },
    ),
    view: fc.constantFrom(...VIEWS),
    level: fc.constantFrom(...LEVELS),
    selected: fc.oneof(fc.constant({}), fc.record({ peer: name }), fc.record({ link: name })),
    focus: fc.oneof(fc.constant({}), fc.record({ focus: name }), fc.record({ focus: name, path: name })),
    expand: fc
      .uniqueArray(fc.oneof(name, fc.constant('fold:a,b%2c')), { maxLength: 4 })
      .map((list) => list.sort()),
    colour: fc.constantFrom(...COLOURS),
    panel: fc.constantFrom(...PANELS),
    asked: fc.oneof(
      fc.constant({}),
      fc.record({
        ask: fc.record({
          question: fc.integer({ min: 1, max: 24 }),
          about: fc.constantFrom(
            {},
            { peer: 'svc:shop/a&b=c#' },
            { port: 6379 },
            { namespace: '7', zone: 'a' },
          ),
        }),
      }),
    ),
    depth: fc.constantFrom(...DEPTHS),
    problems: fc.boolean(),
    hide: fc.constantFrom(...HIDES),
    threshold: fc.oneof(
      fc.record({ min: fc.nat() }),
      fc.record({ min: fc.constant(0), percentile: fc.constantFrom(...PERCENTILES) }),
    ),
    times: fc.record(
      {
        at: moment,
        compare: moment,
        thresholds: fc.constantFrom(
          { factor: 1.5, bytesPerS: 0, bytes: 65_536, p99Us: 500 },
          { factor: 3, bytesPerS: 10_240, bytes: 0, p99Us: 0 },
        ),
      },
      { requiredKeys: [] },
    ),
    width: fc.constantFrom(...WIDTHS),
    ghosts: fc.boolean(),
    every: fc.constantFrom(...INTERVALS),
    theme: fc.constantFrom(...THEMES),
    embed: fc.boolean(),
    without: fc.uniqueArray(fc.constantFrom(...CHROME)).map((list) => list.sort()),
  })
  .map(({ selected, focus, threshold, asked, times, ...rest }) => ({
    ...rest,
    ...times,
    ...selected,
    ...focus,
    ...threshold,
    ...asked,
  }));

describe('the view as a URL', () => {
  it('comes back as it was, whatever the view', () => {
    fc.assert(
      fc.property(view, (state) => {
        expect(readView(`?${writeView(state)}`)).toEqual({ view: state, dropped: [] });
      }),
    );
  });

  it('is empty for the default view', () => {
    expect(writeView(DEFAULT_VIEW)).toBe('');
    expect(readView('')).toEqual({ view: DEFAULT_VIEW, dropped: [] });
  });

  it.each([
    'view',
    'level',
    'depth',
    'problems',
    'hide',
    'min',
    'colour',
    'panel',
    'ask',
    'at',
    'compare',
    'thresholds',
    'width',
    'ghosts',
    'every',
    'theme',
    'embed',
    'limit',
    'format',
  ])('drops a bad %s and nothing else', (parameter) => {
    fc.assert(
      fc.property(view, (state) => {
        const params = new URLSearchParams(writeView(state));
        params.set(parameter, 'nonsense!');
        const { view: read, dropped } = readView(`?${params}`);
        expect(dropped.map((one) => one.parameter)).toEqual([parameter]);
        params.delete(parameter);
        expect(read).toEqual(readView(`?${params}`).view);
      }),
      { numRuns: 20 },
    );
  });

  it.each(['embed=1', 'embed', 'kiosk', 'kiosk=1', 'embed=kiosk', 'embed=0&kiosk=1'])(
    'is embedded by %s',
    (search) => {
      expect(readView(search)).toEqual({ view: { ...DEFAULT_VIEW, embed: true }, dropped: [] });
    },
  );

  it('hides plumbing and parts of the page in one list, of which a bad word drops only itself', () => {
    const { view: read, dropped } = readView('?hide=panel,infra,everything,legend');
    expect(read).toEqual({ ...DEFAULT_VIEW, hide: 'infra', without: ['legend', 'panel'] });
    expect(dropped.map(({ value }) => value)).toEqual(['everything']);
    expect(writeView(read)).toBe('hide=infra%2Clegend%2Cpanel&v=1');
  });

  it('writes the parameters of the API under their own names, before ours', () => {
    const state: ViewState = { ...DEFAULT_VIEW, query: { ns: 'shop', limit: 5 }, level: 'pod' };
    expect(writeView(state)).toBe('ns=shop&limit=5&level=pod&v=1');
  });
});

/** A window with a history, as far as url-sync knows one. */
function fakeWindow(search: string) {
  const entries = [search];
  let at = 0;
  let pop: (() => void) | undefined;
  return {
    location: {
      pathname: '/',
      get search() {
        return entries[at] ?? '';
      },
    },
    history: {
      pushState(_state: unknown, _title: string, url: string) {
        entries.splice(++at, entries.length, url === '/' ? '' : url);
      },
      replaceState(_state: unknown, _title: string, url: string) {
        entries[at] = url === '/' ? '' : url;
      },
    },
    addEventListener: (_type: string, listener: () => void) => {
      pop = listener;
    },
    removeEventListener: () => {
      pop = undefined;
    },
    go(by: number) {
      at += by;
      pop?.();
    },
    entries,
  };
}

describe('history', () => {
  const start = (search: string) => {
    const target = fakeWindow(search);
    const store = createViewStore(readView(search).view);
    const sync = createUrlSync(store, target as unknown as Window, () => undefined);
    return { target, store, sync };
  };

  it('has a step for each change, and both ways stay open', () => {
    const { target, store } = start('?level=service');
    setQuery(store, { ns: 'shop' });
    setQuery(store, { ns: 'shop', pod: 'cart' });
    target.go(-2);
    expect(store.getState()).toMatchObject({ query: {}, level: 'service' });
    expect(target.entries).toHaveLength(3);
    target.go(2);
    expect(store.getState().query).toEqual({ ns: 'shop', pod: 'cart' });
  });

  it('has no step for a change that changes nothing', () => {
    const { target, store } = start('');
    store.setState({ level: 'auto' });
    expect(target.entries).toEqual(['']);
  });

  it('has no step of its own for a change that belongs to the step before', () => {
    const { target, store, sync } = start('?level=service');
    store.setState({ problems: true });
    sync.amend(() => store.setState({ level: 'pod' }));
    expect(target.entries).toHaveLength(2);
    target.go(-1);
    expect(store.getState()).toMatchObject({ problems: false, level: 'service' });
  });

  it('stops when destroyed', () => {
    const { target, store, sync } = start('');
    sync.destroy();
    store.setState({ level: 'pod' });
    expect(target.entries).toEqual(['']);
  });
});

describe('selection and focus', () => {
  it('hold at most one selected thing, and leave the rest of the view alone', () => {
    const store = createViewStore({ ...DEFAULT_VIEW, min: 7 });
    select(store, { peer: 'a' });
    select(store, { link: 'a>b' });
    focusOn(store, 'a');
    expect(store.getState()).toEqual({ ...DEFAULT_VIEW, min: 7, link: 'a>b', focus: 'a' });
    select(store, {});
    focusOn(store, undefined);
    expect(store.getState()).toEqual({ ...DEFAULT_VIEW, min: 7 });
  });
});

describe('what is opened and what is hidden', () => {
  it('opens and closes namespaces and folds, sorted, so that one view has one URL', () => {
    const store = createViewStore();
    for (const one of ['shop', 'fold:external', 'data', 'shop']) toggleExpanded(store, one);
    expect(store.getState().expand).toEqual(['data', 'fold:external']);
    expect(new URLSearchParams(writeView(store.getState())).get('expand')).toBe('data,fold:external');
  });

  it('hides by bytes or by percentile, never by both', () => {
    const store = createViewStore();
    hideBelow(store, 1024);
    hideBelow(store, { percentile: 90 });
    expect(store.getState()).toEqual({ ...DEFAULT_VIEW, percentile: 90 });
    expect(writeView(store.getState())).toBe('min=p90&v=1');
    hideBelow(store, 0);
    expect(store.getState()).toEqual(DEFAULT_VIEW);
  });

  it('has a path only with a focus', () => {
    expect(readView('?path=b').view).toEqual(DEFAULT_VIEW);
    const store = createViewStore();
    focusOn(store, 'a', 'b');
    expect(store.getState()).toEqual({ ...DEFAULT_VIEW, focus: 'a', path: 'b' });
    focusOn(store, 'c');
    expect(store.getState()).toEqual({ ...DEFAULT_VIEW, focus: 'c' });
  });
});

it('never asks more often than the sensor samples', () => {
  expect(INTERVALS.map(intervalMs)).toEqual([5_000, 10_000, 30_000, 60_000, 300_000, undefined]);
});

/**
 * What the reader is looking at: filters, level, selection, focus, colours of the page. One store, read by everyone,
 * written only through `set`. Knows nothing of URLs (view-url.ts), of data (live/) or of the screen.
 */
import { createStore } from 'zustand/vanilla';
import type { Level } from '../flows/flow';
import type { Query } from '../flows/query';

export const VIEWS = ['map', 'table'] as const;
export const LEVELS = ['auto', 'namespace', 'service', 'pod', 'node'] as const;
export const INTERVALS = ['5s', '10s', '30s', '1m', '5m', 'off'] as const;
export const THEMES = ['auto', 'light', 'dark'] as const;
export const HIDES = ['auto', 'infra', 'none'] as const;
export const DEPTHS = [1, 2, 3] as const;

export type Every = (typeof INTERVALS)[number];
type Hide = (typeof HIDES)[number];
export type ThemeChoice = (typeof THEMES)[number];

export interface ViewState {
  /** The eight parameters; a default is absent. */
  query: Query;
  view: (typeof VIEWS)[number];
  level: 'auto' | Level;
  /** Selected peer or link, by id; at most one is set. */
  peer?: string;
  link?: string;
  /** The peer whose neighbourhood is shown, and how far. */
  focus?: string;
  depth: (typeof DEPTHS)[number];
  problems: boolean;
  /** DNS, probes, scrapes and their like: folded when they crowd the map, hidden, or always shown. */
  hide: Hide;
  /** Hide links below this many bytes; 0 hides none. */
  min: number;
  every: Every;
  theme: ThemeChoice;
}

export const DEFAULT_VIEW: ViewState = {
  query: {},
  view: 'map',
  level: 'auto',
  depth: 1,
  problems: false,
  hide: 'auto',
  min: 0,
  every: '10s',
  theme: 'auto',
};

/** The interval in milliseconds, or undefined for `off`. The sensor samples every 5 s, so nothing is faster. */
export function intervalMs(every: Every): number | undefined {
  return { '5s': 5_000, '10s': 10_000, '30s': 30_000, '1m': 60_000, '5m': 300_000, off: undefined }[every];
}

export type ViewStore = ReturnType<typeof createViewStore>;

export function createViewStore(initial: ViewState = DEFAULT_VIEW) {
  return createStore<ViewState>()(() => initial);
}

/** Selects one thing or nothing; a selection of the other kind is dropped. */
export function select(store: ViewStore, what: { peer?: string; link?: string }): void {
  store.setState((state) => {
    const { peer: _peer, link: _link, ...rest } = state;
    return { ...rest, ...what };
  }, true);
}

/** Focuses a peer's neighbourhood, or leaves it with `undefined`. */
export function focusOn(store: ViewStore, peer: string | undefined): void {
  store.setState((state) => {
    const { focus: _focus, ...rest } = state;
    return peer === undefined ? rest : { ...rest, focus: peer };
  }, true);
}

/** Replaces the query; nothing else changes. */
export function setQuery(store: ViewStore, query: Query): void {
  store.setState({ query });
}

/**
 * What the reader is looking at: filters, level, selection, focus, colours of the page. One store, read by everyone,
 * written only through `set`. Knows nothing of URLs (view-url.ts), of data (live/) or of the screen.
 */
import { createStore } from 'zustand/vanilla';
import type { Level } from '../flows/flow';
import { identify } from '../flows/identity';
import type { Query } from '../flows/query';

export const VIEWS = ['map', 'matrix', 'table'] as const;
export const LEVELS = ['auto', 'namespace', 'service', 'pod', 'node'] as const;
export const INTERVALS = ['5s', '10s', '30s', '1m', '5m', 'off'] as const;
export const THEMES = ['auto', 'light', 'dark'] as const;
export const HIDES = ['auto', 'infra', 'none'] as const;
/** What an embedded map may be shown without, beside the bars it never has. */
export const CHROME = ['status', 'legend', 'camera', 'panel'] as const;
export const DEPTHS = [1, 2, 3] as const;
export const COLOURS = ['band', 'relative'] as const;
export const PANELS = ['summary', 'health', 'audit', 'workloads', 'changes', 'quality'] as const;
export const WIDTHS = ['bytes', 'rate'] as const;
/** Hide all links but the heaviest: those at or above this percentile of bytes. */
export const PERCENTILES = [50, 75, 90, 95, 99] as const;

export type Every = (typeof INTERVALS)[number];
type Hide = (typeof HIDES)[number];
export type Chrome = (typeof CHROME)[number];
export type ThemeChoice = (typeof THEMES)[number];
export type PanelName = (typeof PANELS)[number];
export type Percentile = (typeof PERCENTILES)[number];

/** A moment of the history: the sample's own time, and the epoch where times come again (a recording that loops). */
export interface MomentName {
  /** Milliseconds since 1970. */
  atMs: number;
  epoch?: string;
}

/** What counts as a change when two moments are compared. */
export interface Thresholds {
  factor: number;
  bytesPerS: number;
  bytes: number;
  p99Us: number;
}

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
  /** With a focus: the other end of a path, shown instead of the neighbourhood. */
  path?: string;
  /** What is opened in place: namespaces shown a level finer, and folds (`fold:…`) shown one by one. Sorted, no doubles. */
  expand: readonly string[];
  problems: boolean;
  /** DNS, probes, scrapes and their like: folded when they crowd the map, hidden, or always shown. */
  hide: Hide;
  /** Hide links below this many bytes; 0 hides none. */
  min: number;
  /** Hide links below this percentile of bytes; at most one of the two hides. */
  percentile?: Percentile;
  /** What a link's colour says: its own band, or how it compares with other clients of the same server. */
  colour: (typeof COLOURS)[number];
  /** The question that stands, and what it is about, as the catalogue of questions has it. */
  ask?: { question: number; about: Readonly<Record<string, string | number>> };
  /** What stands beside the map while nothing is selected. */
  panel: PanelName;
  /** The moment that is shown; absent while the page is live. */
  at?: MomentName;
  /** The moment that it is compared with. */
  compare?: MomentName;
  /** The usual ones where absent. */
  thresholds?: Thresholds;
  /** What a link's width says: bytes since the sensor began, or bytes per second. */
  width: (typeof WIDTHS)[number];
  /** Links that stopped fade for a minute. */
  ghosts: boolean;
  every: Every;
  theme: ThemeChoice;
  /** Shown inside another page or on a wall: no bars, and the map takes the room. */
  embed: boolean;
  /** What else is left away while embedded. Sorted, no doubles. */
  without: readonly Chrome[];
}

export const DEFAULT_VIEW: ViewState = {
  query: {},
  view: 'map',
  level: 'auto',
  depth: 1,
  expand: [],
  problems: false,
  hide: 'auto',
  min: 0,
  colour: 'band',
  panel: 'summary',
  width: 'bytes',
  ghosts: true,
  every: '10s',
  theme: 'auto',
  embed: false,
  without: [],
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

/** Focuses a peer's neighbourhood, or the path from it to another; leaves both with `undefined`. */
export function focusOn(store: ViewStore, peer: string | undefined, path?: string): void {
  store.setState((state) => {
    const { focus: _focus, path: _path, ...rest } = state;
    if (peer === undefined) return rest;
    return { ...rest, focus: peer, ...(path === undefined ? {} : { path }) };
  }, true);
}

/** Opens a namespace or a fold in place, or closes it. What is opened is no peer any more, and cannot stay selected. */
export function toggleExpanded(store: ViewStore, what: string): void {
  store.setState(({ expand, peer, ...rest }) => {
    const isOpen = expand.includes(what);
    const isOpened = !isOpen && (peer === what || peer === identify({ ns: what }, 'namespace').id);
    return {
      ...rest,
      expand: isOpen ? expand.filter((one) => one !== what) : [...expand, what].sort(),
      ...(peer === undefined || isOpened ? {} : { peer }),
    };
  }, true);
}

/** Hides links below a number of bytes or below a percentile of them; `0` hides none. */
export function hideBelow(store: ViewStore, threshold: number | { percentile: Percentile }): void {
  store.setState(({ percentile: _old, ...rest }) => {
    if (typeof threshold === 'number') return { ...rest, min: threshold };
    return { ...rest, min: DEFAULT_VIEW.min, percentile: threshold.percentile };
  }, true);
}

/** Asks a question; its answer takes the place of what was selected. */
export function ask(store: ViewStore, question: number, about: NonNullable<ViewState['ask']>['about']): void {
  select(store, {});
  store.setState({ ask: { question, about } });
}

/** The question is done with; what it showed on the map stays. */
export function leaveAsk(store: ViewStore): void {
  store.setState(({ ask: _ask, ...rest }) => rest, true);
}

/** Opens a panel; what lay over it (a selection, an answer) is closed. */
export function openPanel(store: ViewStore, panel: PanelName): void {
  store.setState(({ peer: _peer, link: _link, ask: _ask, ...rest }) => ({ ...rest, panel }), true);
}

/** Shows a moment of the history; undefined goes back to live. */
export function goTo(store: ViewStore, at: MomentName | undefined): void {
  store.setState(({ at: _at, ...rest }) => (at === undefined ? rest : { ...rest, at }), true);
}

/** Compares what is shown with a moment, and opens the list of changes; undefined leaves the comparison. */
export function compareWith(store: ViewStore, compare: MomentName | undefined): void {
  if (compare !== undefined) openPanel(store, 'changes');
  store.setState(
    ({ compare: _compare, ...rest }) => (compare === undefined ? rest : { ...rest, compare }),
    true,
  );
}

/** Replaces the query; nothing else changes. */
export function setQuery(store: ViewStore, query: Query): void {
  store.setState({ query });
}

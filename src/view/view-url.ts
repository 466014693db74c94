/**
 * The view as a URL and back, symmetrically. API parameters keep their own names, ours stand beside them, defaults are
 * omitted, and a bad value drops only itself. The writer of history is url-sync.ts; this file is pure.
 */
import { PARAMETERS, readQuery, withoutDefaults, writeQuery } from '../flows/query';
import { DEFAULT_VIEW, DEPTHS, HIDES, INTERVALS, LEVELS, THEMES, VIEWS, type ViewState } from './view-state';

/** Raised when a URL of an older page must be read differently. */
const URL_VERSION = '1';

export interface DroppedValue {
  parameter: string;
  value: string;
  /** The sentence the reader sees. */
  message: string;
}

export function readView(search: string): { view: ViewState; dropped: DroppedValue[] } {
  const params = new URLSearchParams(search);
  const { query, problems } = readQuery(params);
  const dropped: DroppedValue[] = [...problems];
  const choice = <T extends string>(name: string, allowed: readonly T[], fallback: T): T => {
    const value = params.get(name);
    if (value === null || value === '') return fallback;
    const found = allowed.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    dropped.push({ parameter: name, value, message: `${name} must be one of ${allowed.join(', ')}.` });
    return fallback;
  };
  const text = (name: string): string | undefined => params.get(name) || undefined;
  const peer = text('peer');
  const link = peer === undefined ? text('link') : undefined;
  const focus = text('focus');
  const depth = DEPTHS.find(
    (d) => String(d) === choice('depth', DEPTHS.map(String), String(DEFAULT_VIEW.depth)),
  );
  return {
    view: {
      query: withoutDefaults(query),
      view: choice('view', VIEWS, DEFAULT_VIEW.view),
      level: choice('level', LEVELS, DEFAULT_VIEW.level),
      depth: depth ?? DEFAULT_VIEW.depth,
      problems: choice('problems', ['1', '0'], '0') === '1',
      hide: choice('hide', HIDES, DEFAULT_VIEW.hide),
      min: readMin(params.get('min'), dropped),
      every: choice('every', INTERVALS, DEFAULT_VIEW.every),
      theme: choice('theme', THEMES, DEFAULT_VIEW.theme),
      ...(peer === undefined ? {} : { peer }),
      ...(link === undefined ? {} : { link }),
      ...(focus === undefined ? {} : { focus }),
    },
    dropped,
  };
}

function readMin(value: string | null, dropped: DroppedValue[]): number {
  if (value === null || value === '') return DEFAULT_VIEW.min;
  if (/^\d{1,15}$/.test(value)) return Number(value);
  dropped.push({ parameter: 'min', value, message: 'min must be a whole number of bytes.' });
  return DEFAULT_VIEW.min;
}

/** The query string of a view, without `?`; empty for the default view. */
export function writeView(view: ViewState): string {
  const params = writeQuery(view.query);
  const put = (name: string, value: string | number | undefined, fallback?: string | number) => {
    if (value !== undefined && value !== fallback) params.set(name, String(value));
  };
  put('view', view.view, DEFAULT_VIEW.view);
  put('level', view.level, DEFAULT_VIEW.level);
  put('peer', view.peer);
  put('link', view.link);
  put('focus', view.focus);
  put('depth', view.depth, DEFAULT_VIEW.depth);
  put('problems', view.problems ? 1 : undefined);
  put('hide', view.hide, DEFAULT_VIEW.hide);
  put('min', view.min, DEFAULT_VIEW.min);
  put('every', view.every, DEFAULT_VIEW.every);
  put('theme', view.theme, DEFAULT_VIEW.theme);
  // The version only says how to read our own parameters; a URL with none of them needs none.
  const own = [...params.keys()].some((key) => !(PARAMETERS as readonly string[]).includes(key));
  if (own) params.set('v', URL_VERSION);
  return params.toString();
}

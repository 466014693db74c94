/**
 * The view as a URL and back, symmetrically. API parameters keep their own names, ours stand beside them, defaults are
 * omitted, and a bad value drops only itself. The writer of history is url-sync.ts; this file is pure.
 */
import { PARAMETERS, readQuery, withoutDefaults, writeQuery } from '../flows/query';
import {
  CHROME,
  type Chrome,
  COLOURS,
  DEFAULT_VIEW,
  DEPTHS,
  HIDES,
  INTERVALS,
  LEVELS,
  type MomentName,
  PANELS,
  PERCENTILES,
  type Percentile,
  THEMES,
  type Thresholds,
  VIEWS,
  type ViewState,
  WIDTHS,
} from './view-state';

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
  const path = focus === undefined ? undefined : text('path');
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
      ...readHide(params.get('hide'), dropped),
      embed: readEmbed(params, dropped),
      expand: readList(params.get('expand')),
      ...readMin(params.get('min'), dropped),
      colour: choice('colour', COLOURS, DEFAULT_VIEW.colour),
      panel: choice('panel', PANELS, DEFAULT_VIEW.panel),
      ...readAsk(params.get('ask'), params.get('about'), dropped),
      ...readMoments(params, dropped),
      ...readThresholds(params.get('thresholds'), dropped),
      width: choice('width', WIDTHS, DEFAULT_VIEW.width),
      ghosts: choice('ghosts', ['1', '0'], '1') === '1',
      every: choice('every', INTERVALS, DEFAULT_VIEW.every),
      theme: choice('theme', THEMES, DEFAULT_VIEW.theme),
      ...(peer === undefined ? {} : { peer }),
      ...(link === undefined ? {} : { link }),
      ...(focus === undefined ? {} : { focus }),
      ...(path === undefined ? {} : { path }),
    },
    dropped,
  };
}

/** `embed=1`, or `kiosk`, as others call it; the name alone is enough. */
function readEmbed(params: URLSearchParams, dropped: DroppedValue[]): boolean {
  let isEmbedded = DEFAULT_VIEW.embed;
  for (const parameter of ['embed', 'kiosk']) {
    const value = params.get(parameter);
    if (value === null || value === '0') continue;
    if (value === '' || value === '1' || value === 'kiosk') isEmbedded = true;
    else dropped.push({ parameter, value, message: `${parameter} must be 1 or 0.` });
  }
  return isEmbedded;
}

/** One of three words for plumbing, and parts of an embedded page, in one list: `infra,legend`. */
function readHide(value: string | null, dropped: DroppedValue[]): Pick<ViewState, 'hide' | 'without'> {
  let { hide } = DEFAULT_VIEW;
  const without = new Set<Chrome>();
  for (const word of (value ?? '').split(',').filter((part) => part !== '')) {
    const plumbing = HIDES.find((known) => known === word);
    const part = CHROME.find((known) => known === word);
    if (plumbing !== undefined) hide = plumbing;
    else if (part !== undefined) without.add(part);
    else {
      const message = `hide must be of ${[...HIDES, ...CHROME].join(', ')}.`;
      dropped.push({ parameter: 'hide', value: word, message });
    }
  }
  return { hide, without: [...without].sort() };
}

/** Bytes, or `p90` for a percentile. */
function readMin(value: string | null, dropped: DroppedValue[]): { min: number; percentile?: Percentile } {
  const { min } = DEFAULT_VIEW;
  if (value === null || value === '') return { min };
  if (/^\d{1,15}$/.test(value)) return { min: Number(value) };
  const percentile = PERCENTILES.find((known) => value === `p${known}`);
  if (percentile !== undefined) return { min, percentile };
  const percentiles = PERCENTILES.map((known) => `p${known}`).join(', ');
  dropped.push({
    parameter: 'min',
    value,
    message: `min must be a whole number of bytes, or one of ${percentiles}.`,
  });
  return { min };
}

/**
 * Times as ISO 8601. Where a source's times come again (a recording that loops), `epochs` says which are meant: that of
 * `at`, a comma, that of `compare`.
 */
function readMoments(
  params: URLSearchParams,
  dropped: DroppedValue[],
): { at?: MomentName; compare?: MomentName } {
  const epochs = (params.get('epochs') ?? '').split(',').map(decode);
  const moments: { at?: MomentName; compare?: MomentName } = {};
  for (const [index, name] of MOMENTS.entries()) {
    const value = params.get(name);
    if (value === null || value === '') continue;
    const atMs = Date.parse(value);
    const epoch = epochs[index] ?? '';
    if (!Number.isNaN(atMs)) moments[name] = epoch === '' ? { atMs } : { atMs, epoch };
    else
      dropped.push({
        parameter: name,
        value,
        message: `${name} must be a time such as 2025-01-31T14:03:20Z.`,
      });
  }
  return moments;
}

const MOMENTS = ['at', 'compare'] as const;

const writeTime = ({ atMs }: MomentName): string => new Date(atMs).toISOString();

function writeEpochs(view: ViewState): string | undefined {
  const epochs = MOMENTS.map((name) => encodeComma(view[name]?.epoch ?? ''));
  return epochs.every((epoch) => epoch === '') ? undefined : epochs.join(',').replace(/,$/, '');
}

const THRESHOLDS: readonly (keyof Thresholds)[] = ['factor', 'bytesPerS', 'bytes', 'p99Us'];

/** Four numbers: how many times, bytes per second, bytes, µs. */
function readThresholds(value: string | null, dropped: DroppedValue[]): { thresholds?: Thresholds } {
  if (value === null || value === '') return {};
  const numbers = value
    .split(',')
    .map((part) => (/^\d{1,15}(\.\d{1,3})?$/.test(part) ? Number(part) : Number.NaN));
  const [factor = Number.NaN, bytesPerS = Number.NaN, bytes = Number.NaN, p99Us = Number.NaN] = numbers;
  if (numbers.length === THRESHOLDS.length && factor > 1 && !numbers.some(Number.isNaN))
    return { thresholds: { factor, bytesPerS, bytes, p99Us } };
  dropped.push({
    parameter: 'thresholds',
    value,
    message: 'thresholds must be a factor above 1, bytes per second, bytes and µs, with commas between.',
  });
  return {};
}

/** As many as the catalogue of questions has; a test of the palette holds the two together. */
export const MOST_QUESTIONS = 24;

function readAsk(
  value: string | null,
  about: string | null,
  dropped: DroppedValue[],
): Pick<ViewState, 'ask'> | undefined {
  if (value === null || value === '') return undefined;
  const question = /^\d{1,2}$/.test(value) ? Number(value) : 0;
  if (question > 0 && question <= MOST_QUESTIONS) return { ask: { question, about: readAbout(about) } };
  dropped.push({
    parameter: 'ask',
    value,
    message: `ask must be the number of a question, 1 to ${MOST_QUESTIONS}.`,
  });
  return undefined;
}

/** What a question is about, field by field; numbers are marked as such, because a name may be made of digits. */
const writeAbout = (about: Readonly<Record<string, string | number>>): string =>
  new URLSearchParams(
    Object.entries(about).map(([key, value]) => [typeof value === 'number' ? `${key}#` : key, String(value)]),
  ).toString();

function readAbout(text: string | null): Record<string, string | number> {
  const about: [string, string | number][] = [];
  for (const [key, value] of new URLSearchParams(text ?? '')) {
    if (!key.endsWith('#')) about.push([key, value]);
    else if (Number.isFinite(Number(value))) about.push([key.slice(0, -1), Number(value)]);
  }
  return Object.fromEntries(about);
}

// Names of namespaces have no comma; those of a hostile cluster come percent-encoded within the list.
const readList = (value: string | null): string[] =>
  [
    ...new Set(
      (value ?? '')
        .split(',')
        .filter((part) => part !== '')
        .map(decode),
    ),
  ].sort();

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const encodeComma = (text: string): string =>
  text.replace(/[%,]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);

const writeList = (list: readonly string[]): string | undefined =>
  list.length === 0 ? undefined : list.map(encodeComma).join(',');

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
  put('hide', [...(view.hide === DEFAULT_VIEW.hide ? [] : [view.hide]), ...view.without].join(','), '');
  put('path', view.path);
  put('expand', writeList(view.expand));
  put('min', view.percentile === undefined ? view.min : `p${view.percentile}`, DEFAULT_VIEW.min);
  put('colour', view.colour, DEFAULT_VIEW.colour);
  put('panel', view.panel, DEFAULT_VIEW.panel);
  put('ask', view.ask?.question);
  if (view.ask !== undefined) put('about', writeAbout(view.ask.about), '');
  put('at', view.at && writeTime(view.at));
  put('compare', view.compare && writeTime(view.compare));
  put('epochs', writeEpochs(view));
  const { thresholds } = view;
  put('thresholds', thresholds && THRESHOLDS.map((name) => thresholds[name]).join(','));
  put('width', view.width, DEFAULT_VIEW.width);
  put('ghosts', view.ghosts ? undefined : 0);
  put('every', view.every, DEFAULT_VIEW.every);
  put('theme', view.theme, DEFAULT_VIEW.theme);
  put('embed', view.embed ? 1 : undefined);
  // The version only says how to read our own parameters; a URL with none of them needs none.
  const own = [...params.keys()].some((key) => !(PARAMETERS as readonly string[]).includes(key));
  if (own) params.set('v', URL_VERSION);
  return params.toString();
}

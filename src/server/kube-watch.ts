/**
 * All objects of one kind, as the Kubernetes API has them now: listed in pages, then watched; listed anew when the API
 * has forgotten where we were (410), and tried again ever more slowly while it does not answer. Knows the protocol of
 * list and watch; refuses to know what the objects are for.
 */
import { messageOf } from './cannot-start';
import { type KubeAccess, KubeRefusal, openKube, readLines, readText } from './kube-api';

export interface KubeKind {
  kind: string;
  /** `pods`, as a role names them. */
  plural: string;
  /** Below the API's address, such as `api/v1/pods`. */
  path: string;
}

export interface KubeWatchOptions<T> {
  access: KubeAccess;
  kind: KubeKind;
  /** What is kept of an object; undefined for what is none. */
  keep: (object: unknown) => T | undefined;
  /** Something was added, changed or removed. */
  onChange: () => void;
  /** Takes a sentence for the log: what cannot be read, and that it can be again; each once. */
  warn: (sentence: string) => void;
  /** For tests: waits, and resolves early when `signal` ends it. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  now?: () => number;
  random?: () => number;
}

export interface KubeWatch<T> {
  items(): Iterable<T>;
  /** What is known of the kind: it was listed to its end; the API refused that; or neither, so far. */
  state(): 'listed' | 'refused' | 'unknown';
  /** Resolves when it was tried for the first time, whatever came of it. */
  settled: Promise<void>;
  destroy(): void;
}

/** As kubectl pages. */
const PAGE_OBJECTS = 500;
/** The API ends a watch after about so long, so that no connection is for ever; less than its own 30–60 minutes. */
const WATCH_S = 300;
/** A watch that is not over by then hangs: a connection that died without a word would never be noticed. */
const WATCH_GRACE_MS = 30_000;
const LIST_PAGE_WITHIN_MS = 60_000;
/** Objects have at most 1.5 MiB in etcd; a page of 500 large ones still fits the second. */
const MOST_LINE_CHARACTERS = 8 * 2 ** 20;
const MOST_PAGE_CHARACTERS = 256 * 2 ** 20;
/** Tried again after one second, two, four, up to a minute: nobody hurries an API that is down. */
const LEAST_PAUSE_MS = 1000;
const MOST_PAUSE_MS = 60_000;
/** A watch that lived so long was a good one, even if nothing happened. */
const STEADY_MS = 10_000;
const GONE = 410;

interface Meta {
  name?: unknown;
  namespace?: unknown;
  resourceVersion?: unknown;
}
interface ListPage {
  items?: unknown;
  metadata?: Meta & { continue?: unknown };
}
interface WatchEvent {
  type?: unknown;
  object?: { metadata?: Meta; code?: unknown; message?: unknown };
}

export function createKubeWatch<T>(options: KubeWatchOptions<T>): KubeWatch<T> {
  const { access, kind, keep, onChange, warn, now = Date.now, random = Math.random } = options;
  const { pause = sleep } = options;
  const stopped = new AbortController();
  let items = new Map<string, T>();
  let state: 'listed' | 'refused' | 'unknown' = 'unknown';
  let told: string | undefined;
  let settle: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });

  const limit = (ms: number) => AbortSignal.any([stopped.signal, AbortSignal.timeout(ms)]);

  /** Lists everything and gives the version from which to watch. What was known stays until the last page is here. */
  async function list(): Promise<string> {
    const found = new Map<string, T>();
    let next = '';
    for (;;) {
      const query = new URLSearchParams({ limit: String(PAGE_OBJECTS), ...(next ? { continue: next } : {}) });
      const response = await openKube(access, `${kind.path}?${query}`, limit(LIST_PAGE_WITHIN_MS));
      const page = parse(await readText(response, MOST_PAGE_CHARACTERS)) as ListPage;
      if (!Array.isArray(page.items)) throw new KubeRefusal(0, 'its answer is no list of Kubernetes');
      for (const object of page.items) put(found, object);
      next = textOf(page.metadata?.continue);
      if (next === '') {
        items = found;
        state = 'listed';
        onChange();
        return textOf(page.metadata?.resourceVersion);
      }
    }
  }

  function put(into: Map<string, T>, object: unknown): void {
    const kept = keep(object);
    if (kept !== undefined) into.set(keyOf((object as WatchEvent['object'])?.metadata), kept);
  }

  /** The version after an event. Throws KubeRefusal for one that says that the watch is over. */
  function apply({ type, object }: WatchEvent, before: string): string {
    if (type === 'ERROR') throw new KubeRefusal(Number(object?.code) || 0, textOf(object?.message));
    if (type === 'DELETED') items.delete(keyOf(object?.metadata));
    else if (type === 'ADDED' || type === 'MODIFIED') put(items, object);
    // Whatever answered does not watch; what it lists is at least listed again.
    else if (type !== 'BOOKMARK') throw new KubeRefusal(0, 'its answer to a watch holds no events');
    if (type !== 'BOOKMARK') onChange();
    return textOf(object?.metadata?.resourceVersion) || before;
  }

  function tell(problem: string | undefined): void {
    if (problem === told) return;
    told = problem;
    if (problem === undefined) warn(`Inventory: ${kind.plural} can be read again.`);
    else warn(`Inventory: ${kind.plural} cannot be read: ${problem}. Trying again, at least once a minute.`);
  }

  async function run(): Promise<void> {
    const { signal } = stopped;
    let version: string | undefined;
    let failures = 0;
    while (!signal.aborted) {
      let watchedSinceMs: number | undefined;
      let isAlive = false;
      try {
        version ??= await list();
        settle();
        watchedSinceMs = now();
        const query = new URLSearchParams({
          watch: '1',
          allowWatchBookmarks: 'true',
          resourceVersion: version,
          timeoutSeconds: String(WATCH_S),
        });
        const watching = limit(WATCH_S * 1000 + WATCH_GRACE_MS);
        const response = await openKube(access, `${kind.path}?${query}`, watching);
        tell(undefined);
        for await (const line of readLines(response, MOST_LINE_CHARACTERS)) {
          version = apply(parse(line) as WatchEvent, version);
          isAlive = true;
        }
      } catch (error) {
        if (signal.aborted) return;
        const isRefused = error instanceof KubeRefusal;
        // After a refusal nothing says that a watch could go on where it was: what may be listed is at least polled.
        if (isRefused) version = undefined;
        if (isRefused && state === 'unknown') state = 'refused';
        if (!isRefused || error.status !== GONE) tell(sentenceOf(error, kind, access));
        settle();
      }
      const wasSteady = watchedSinceMs !== undefined && now() - watchedSinceMs >= STEADY_MS;
      failures = isAlive || wasSteady ? 0 : failures + 1;
      const most = Math.min(MOST_PAUSE_MS, LEAST_PAUSE_MS * 2 ** Math.max(0, failures - 1));
      // Half of it by chance, so that the kinds, and many Shoals, do not come back all at once.
      await pause((most / 2) * (1 + random()), signal);
    }
  }
  void run();

  return { items: () => items.values(), state: () => state, settled, destroy: () => stopped.abort() };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const keyOf = (meta: Meta | undefined): string => `${textOf(meta?.namespace)}/${textOf(meta?.name)}`;

function parse(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null) return json;
  } catch {
    // Said below.
  }
  throw new KubeRefusal(0, 'its answer is no JSON of Kubernetes');
}

function sentenceOf(error: unknown, { plural }: KubeKind, { url }: KubeAccess): string {
  if (!(error instanceof KubeRefusal)) {
    const { code } = error as NodeJS.ErrnoException;
    return `the Kubernetes API at ${url.host} does not answer (${code ?? messageOf(error)})`;
  }
  const said = error.message.replace(/\.$/, '');
  switch (error.status) {
    case 401:
      return `the Kubernetes API does not accept the service account's token (${said})`;
    case 403:
      return `the service account needs the verbs list and watch on ${plural} (${said})`;
    default:
      return `the Kubernetes API at ${url.host} refuses (${said})`;
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

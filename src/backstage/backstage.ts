/**
 * The page's end of the line: sends polls, looks and questions to the worker, keeps what is shown, tells who listens.
 * Knows the addresses of the API and the worker's messages; refuses to know when to ask and what anything means.
 */
import { asRequest, type Query, writeQuery } from '../flows/query';
import type { Picture } from '../graph/marks';
import type { Theme } from '../graph/palette';
import { isEmpty } from '../graph/picture-diff';
import { applyPatch } from '../graph/picture-patch';
import type { PollRequest } from '../live/fetch-poll';
import { AnswerProblem } from '../live/problem';
import type { Sight } from '../paint/paint-map';
import backstageWorkerUrl from './backstage.worker?worker&url';
import { bringLateCode } from './late-code';
import type {
  AskName,
  Asks,
  Broke,
  FromBackstage,
  Look,
  OpenedFiles,
  Opening,
  Painting,
  Panels,
  Receipt,
  Stage as SentStage,
  ToBackstage,
} from './messages';
import { applyTimelinePatch } from './timeline-patch';
import type { Timeline } from './times';

export interface Stage extends Omit<SentStage, 'patch' | 'painting'> {
  picture: Picture;
}

/** What the worker has made so far. A new object whenever anything in it changed. */
export interface Shown {
  stage?: Stage;
  panels?: Panels;
  timeline?: Timeline;
  /** A bug of the worker's: what was made before still stands. Over when that part is made again. */
  broke?: Broke;
  /** Files that the reader opened here. */
  opened?: OpenedFiles;
  /** Files that are being read. */
  opening?: Opening;
}

export interface Backstage {
  /** Resolves with a good poll, rejects with AnswerProblem, or with an AbortError when `signal` fires. */
  poll(query: Query, signal: AbortSignal): Promise<Receipt>;
  /** The URL a poll of this query asks, for display and copying. */
  requestUrl(query: Query): string;
  /** Asks for a picture; the newest look wins, and `shown` changes when it is there. */
  look(look: Look): void;
  shown(): Shown;
  subscribe(listener: () => void): () => void;
  /** The reader put a peer somewhere (map units), or wants everything arranged anew; seen by the next look. */
  drag(peer: string, to: { x: number; y: number }): void;
  tidy(): void;
  ask<Name extends AskName>(name: Name, ask: Asks[Name]['ask']): Promise<Asks[Name]['reply'] | undefined>;
  /** The picture shown, as a camera sees it; the caller's to close. Undefined where a worker cannot paint. */
  paint(theme: Theme, sight: Sight): Promise<ImageBitmap | undefined>;
  /** Compares with this baseline from the next look on, or with none; resolves with why it could not be used. */
  loadBaseline(text: string | undefined): Promise<string | undefined>;
  /**
   * Opens files on the page: `shown().opened` changes when they are read. Resolves with why they could not be used, and
   * whether a baseline was among them.
   */
  openFiles(files: readonly File[]): Promise<{ problem?: string; baseline?: true }>;
  /** Where everything stands, as `placements` of `createBackstage` takes it; undefined before anything stood. */
  placements(): string | undefined;
  /** Gives up reading; what was open stays. */
  stopOpening(): void;
  /** Back to the server's flows. */
  closeFiles(): Promise<void>;
  /**
   * Fetches what the page may need of the server later, here and in the worker, in a while, when nothing else is to be
   * done. Call it with every good answer: it goes on where it had to give up.
   */
  bring(): void;
  destroy(): void;
}

export interface BackstageOptions {
  /** The absolute URL under which `mcp/flows` lives. */
  apiBase: string;
  policy: { scriptUrl(url: string): string };
  /** Where positions outlive a reload, if anywhere. */
  storage: Storage | undefined;
  /** Where everything stands at first, whatever the source, instead of what the storage has. */
  placements?: string;
  /** Told when work begins and when all of it is done. */
  onBusy(busy: boolean): void;
}

const KEY = 'shoal.placements.5';
/** The timeline usually comes this soon after the panels; that of a busy peer may take seconds, and is not waited for. */
const TOGETHER_MS = 40;
/** An answer is told of with its picture, which usually comes at once; a page that waits longer hears that there is one. */
const PICTURE_MS = 1_500;
const BASELINE_KEY = 'shoal.baseline';

/** Who opens the page looks first, and who leaves it at once has fetched nothing in vain. */
const FIRST_MS = 5_000;
/** The page gets on with whatever it has to do before each; this long at most. */
const REST_MS = 2_000;

const atRest = (): Promise<void> =>
  new Promise((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: REST_MS });
    else setTimeout(resolve, REST_MS / 10);
  });

export function createBackstage(options: BackstageOptions): Backstage {
  const { apiBase, policy, storage, onBusy } = options;
  // In a snapshot the worker is a part of the page, one script without imports; browsers begin a module only with an address.
  const type = backstageWorkerUrl.startsWith('blob:') ? 'classic' : 'module';
  const worker = new Worker(policy.scriptUrl(backstageWorkerUrl), { type, name: 'shoal' });
  const post = (message: ToBackstage) => worker.postMessage(message);
  const listeners = new Set<() => void>();
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  let nextId = 1;
  let looked = 0;
  let done = 0;
  let scope: string | undefined;
  let shown: Shown = {};
  let isUntold = false;
  /** Listeners are about to hear. */
  let isTelling = false;
  let first = options.placements;
  let placements: string | undefined;
  let telling: ReturnType<typeof setTimeout> | undefined;
  let bringing: typeof telling;
  /** The look that was asked for last, and as text: the same is not asked for twice. */
  let last: Look | undefined;
  let lastText = '';
  /** What polls under way ask for, as text. */
  const polled = new Map<number, string>();
  /** Answers whose picture is on its way. */
  let held: { id: number; receipt: Receipt }[] = [];
  let patience: ReturnType<typeof setTimeout> | undefined;
  /** The newest picture, painted; until it is used or outdated. */
  let painting: Painting | undefined;
  const tell = () => {
    clearTimeout(telling);
    telling = undefined;
    clearTimeout(patience);
    patience = undefined;
    isUntold = false;
    const ready = held;
    held = [];
    for (const data of ready) settle(data);
    const notify = () => {
      telling = undefined;
      isTelling = false;
      for (const listener of listeners) listener();
      busy();
    };
    if (ready.length === 0) return notify();
    // Whoever polled draws the answer in a timer or two, and what came with it: it is drawn once.
    isTelling = true;
    telling = setTimeout(() => {
      telling = setTimeout(notify);
    });
  };
  /** What was made anew is no longer broken. */
  const put = ({ broke, ...next }: Partial<Shown>, gone: 'opened' | 'opening' | undefined = undefined) => {
    const known = shown.broke;
    const isMended = known !== undefined && known.part in next;
    const { broke: _old, ...rest } = shown;
    if (gone !== undefined) delete rest[gone];
    const wrong = broke ?? (isMended ? undefined : known);
    shown = { ...rest, ...next, ...(wrong === undefined ? {} : { broke: wrong }) };
  };
  const change: typeof put = (...what) => {
    put(...what);
    tell();
  };
  /** With all that comes within a moment: each telling draws the page anew. */
  const tellSoon = () => {
    isUntold = true;
    telling ??= setTimeout(tell, TOGETHER_MS);
  };
  const busy = () => onBusy(done < looked || waiting.size > 0 || isTelling);

  worker.addEventListener('message', ({ data }: MessageEvent<FromBackstage>) => {
    if ('stage' in data) {
      const { patch, painting: painted, ...stage } = data.stage;
      painting?.bitmap.close();
      painting = painted;
      const { frame, picture } = shown.stage ?? {};
      const looksSame = stage.frame === frame && patch.zoom === picture?.zoom && isEmpty(patch.marks);
      put({ stage: { ...stage, picture: applyPatch(picture, patch) } });
      // A picture that looks the same is no news yet: it goes with what comes to stand beside it.
      if (looksSame) isUntold = true;
      else tell();
    } else if ('panels' in data) {
      put({ panels: data.panels });
      tellSoon();
    } else if ('timeline' in data) {
      put({ timeline: applyTimelinePatch(shown.timeline, data.timeline) });
      tellSoon();
    } else if ('broke' in data) change({ broke: data.broke });
    else if ('keep' in data) {
      placements = data.keep.placements;
      write(storage, `${KEY}.${data.keep.scope}`, placements);
    } else if ('done' in data) {
      done = data.done;
      if (isUntold || (done === looked && held.length > 0)) tell();
    } else if ('opening' in data) {
      if (data.opening !== undefined) change({ opening: data.opening });
      else if (shown.opening !== undefined) change({}, 'opening');
    } else if ('receipt' in data && isForeseen(data)) {
      held.push(data);
      patience ??= setTimeout(tell, PICTURE_MS);
    } else settle(data);
    busy();
  });
  /** The page will look at a new answer as it looks at the old one: the worker is told before the page draws anything. */
  function isForeseen({ id, receipt: { answer, source = '' } }: { id: number; receipt: Receipt }): boolean {
    if (last === undefined || answer === undefined) return false;
    if (last.filters !== polled.get(id) || last.scope !== source) return false;
    send({ ...last, answer });
    return true;
  }
  function send(look: Look): void {
    const text = JSON.stringify(look);
    if (text === lastText) return;
    last = look;
    lastText = text;
    looked++;
    post({ look, number: looked });
  }
  function settle(data: Extract<FromBackstage, { id: number }>): void {
    const caller = waiting.get(data.id);
    waiting.delete(data.id);
    polled.delete(data.id);
    if ('problem' in data) caller?.reject(new AnswerProblem(data.problem));
    else caller?.resolve('receipt' in data ? data.receipt : data.reply);
  }
  worker.addEventListener('error', () => {
    // The worker's script could not be loaded: without it nothing can come, so everybody must hear.
    const sentence = 'The page could not start its worker. Reload the page.';
    for (const { reject } of waiting.values()) reject(new AnswerProblem({ cause: 'internal', sentence }));
    waiting.clear();
    busy();
  });
  const call = (make: (id: number) => ToBackstage): { id: number; answer: Promise<unknown> } => {
    const id = nextId++;
    const answer = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
    post(make(id));
    busy();
    return { id, answer };
  };

  const ask: Backstage['ask'] = (name, asked) =>
    call((id) => ({ id, name, ask: asked }) as ToBackstage).answer as Promise<
      Asks[typeof name]['reply'] | undefined
    >;
  // What the reader compares with outlives a reload, where that is allowed.
  const baseline = read(storage, BASELINE_KEY);
  if (baseline !== undefined) void ask('loadBaseline', { text: baseline });

  const loadBaseline: Backstage['loadBaseline'] = async (text) => {
    const reply = await ask('loadBaseline', text === undefined ? {} : { text });
    if (reply?.problem === undefined) write(storage, BASELINE_KEY, text);
    return reply?.problem;
  };

  const requestUrl = (query: Query): string => new URL(`mcp/flows?${asRequest(query)}`, apiBase).href;
  return {
    requestUrl,
    poll(query, signal) {
      const poll: PollRequest = {
        flowsUrl: requestUrl(query),
        summaryUrl: new URL('mcp/flows/summary', apiBase).href,
        base: apiBase,
        raw: query.format === 'raw',
      };
      const { id, answer } = call((id) => ({ id, poll, query }));
      polled.set(id, writeQuery(query).toString());
      signal.addEventListener('abort', () => {
        post({ id, abort: true });
        waiting.get(id)?.reject(new DOMException('The poll was replaced by a newer one.', 'AbortError'));
        waiting.delete(id);
        polled.delete(id);
        busy();
      });
      return answer as Promise<Receipt>;
    },
    look(look) {
      if (look.scope !== scope) {
        scope = look.scope;
        const stored = first ?? read(storage, `${KEY}.${scope}`);
        first = undefined;
        placements = stored;
        if (stored !== undefined) post({ restore: { scope, placements: stored } });
      }
      send(look);
      busy();
    },
    shown: () => shown,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async paint(theme, sight) {
      const ready = painting;
      painting = undefined;
      const wish = { theme, sight };
      if (ready !== undefined && ready.theme === theme && isSame(ready.sight, sight)) {
        post({ used: wish });
        return ready.bitmap;
      }
      ready?.bitmap.close();
      return ask('paint', wish);
    },
    drag: (peer, to) => post({ drag: { peer, to } }),
    tidy: () => post({ tidy: true }),
    ask,
    loadBaseline,
    async openFiles(files) {
      const reply = await ask('openFiles', { files: [...files] });
      if (reply === undefined) return { problem: 'Reading the files failed.' };
      if ('problem' in reply) return { problem: reply.problem };
      if ('stopped' in reply) return {};
      if (reply.opened !== undefined) change({ opened: reply.opened });
      if (reply.baseline === undefined) return {};
      const { name, text } = reply.baseline;
      const why = await loadBaseline(text);
      return why === undefined ? { baseline: true } : { problem: `${name}: ${why}` };
    },
    placements: () => placements,
    bring() {
      bringing ??= setTimeout(() => {
        post({ bring: true });
        void bringLateCode(atRest).then((isAll) => {
          if (!isAll) bringing = undefined;
        });
      }, FIRST_MS);
    },
    stopOpening: () => post({ stopOpening: true }),
    async closeFiles() {
      await ask('closeFiles', {});
      change({}, 'opened');
    },
    destroy() {
      clearTimeout(telling);
      clearTimeout(patience);
      clearTimeout(bringing);
      painting?.bitmap.close();
      worker.terminate();
      waiting.clear();
      listeners.clear();
    },
  };
}

const isSame = (one: Sight, other: Sight): boolean =>
  (Object.keys(one) as (keyof Sight)[]).every((key) => one[key] === other[key]);

function write(storage: Storage | undefined, key: string, text: string | undefined): void {
  try {
    if (text === undefined) storage?.removeItem(key);
    else storage?.setItem(key, text);
  } catch {
    // Full or forbidden: the map still stands still for this sitting.
  }
}

function read(storage: Storage | undefined, key: string): string | undefined {
  try {
    return storage?.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

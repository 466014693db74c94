/**
 * History that outlives the page, where the browser lets it: every answer goes into the history and into a store, and
 * comes back from there when its question is asked again. Where storing fails, history is for this sitting, and says so.
 * Knows lines of recordings; refuses to know how they are stored (history-store).
 */
import type { Answer } from '../flows/flow';
import { decodeAnswer, readCount } from '../flows/wire';
import type { History, TakenAt } from './history';

/** Every function may reject: storage can be denied, full, or taken away at any time. */
export interface HistoryStore {
  /** Keeps one line of a recording; the oldest lines of all scopes go when there are too many. */
  append(scope: string, taken: { atMs: number; epoch: string }, line: string): Promise<void>;
  /** The lines of a scope from `sinceMs` on: epochs as they came to be, and in order of time within each. */
  load(scope: string, sinceMs: number): Promise<string[]>;
  destroy(): void;
}

export interface Keeping {
  /** Whether what is added to a scope will be there after a reload. Starts hopeful where there is a store. */
  kept(scope: string): 'stored' | 'sitting';
  /** Adds an answer to the history, behind what is being recalled. `isPassing` is never stored. */
  add(answer: Answer, taken: TakenAt, isPassing?: boolean): void;
  /**
   * Turns to a scope and brings back what is stored of it since `sinceMs`; resolves with how many moments came. One at a
   * time, and before the first answer of the scope: what has begun is not added to at its front. Never rejects.
   */
  recall(scope: string, sinceMs: number): Promise<number>;
  destroy(): void;
}

/**
 * Text of a larger answer takes a quarter of a second a poll to write, and hours of them fill a disk: it is kept for the
 * sitting only.
 */
const MOST_STORED_FLOWS = 3_000;

/** `onLost` is told when storing turns out to be impossible. */
export function createKeeping(
  history: History,
  store?: HistoryStore,
  onLost: () => void = () => undefined,
): Keeping {
  let isLost = store === undefined;
  /** Scopes of which something was not stored: after a reload they would have holes. */
  const passing = new Set<string>();
  let recalling = 0;
  let over = false;
  const waiting: Parameters<Keeping['add']>[] = [];

  const failed = (): void => {
    if (isLost) return;
    isLost = true;
    onLost();
  };

  const addNow: Keeping['add'] = (answer, taken, isPassing = false) => {
    const isNew = history.add(answer, taken);
    if (isPassing || answer.flows.length > MOST_STORED_FLOWS) passing.add(taken.scope);
    // Once denied, always denied: a full disk would be asked at every poll otherwise.
    if (!isNew || store === undefined || isLost || passing.has(taken.scope)) return;
    const last = history.moments().length - 1;
    for (const line of history.toRecording({ first: last, last })) {
      store.append(taken.scope, taken, line).catch(failed);
    }
  };

  const recallNow = async (from: HistoryStore, scope: string, sinceMs: number): Promise<number> => {
    history.turnTo(scope);
    if (history.moments().length > 0) return 0;
    const lines = await from.load(scope, sinceMs);
    let came = 0;
    for (const line of lines) {
      if (over) return came;
      const stored = readLine(line, scope);
      if (stored === undefined) continue;
      // The reader may have turned elsewhere meanwhile.
      const { scope: turnedTo } = history;
      history.add(...stored);
      history.turnTo(turnedTo);
      came++;
      // Hundreds of answers are a second's work: whoever else is here has a turn after each.
      await new Promise((resolve) => setTimeout(resolve));
    }
    return came;
  };

  return {
    kept: (scope) => (isLost || passing.has(scope) ? 'sitting' : 'stored'),
    add(...added) {
      if (recalling > 0) waiting.push(added);
      else addNow(...added);
    },
    async recall(scope, sinceMs) {
      if (store === undefined) return 0;
      recalling++;
      try {
        return await recallNow(store, scope, sinceMs);
      } catch {
        failed();
        return 0;
      } finally {
        recalling--;
        if (recalling === 0 && !over) for (const added of waiting.splice(0)) addNow(...added);
      }
    },
    destroy() {
      over = true;
      waiting.length = 0;
      store?.destroy();
    },
  };
}

/** What was stored is read like what is fetched: by another version of this page, or by whoever could write there. */
function readLine(line: string, scope: string): [Answer, TakenAt] | undefined {
  try {
    const json = JSON.parse(line) as Record<'at' | 'epoch' | 'flows' | 'rejected' | 'summary', unknown>;
    const atMs = Date.parse(String(json.at));
    if (Number.isNaN(atMs)) return undefined;
    const answer = decodeAnswer(json.flows);
    answer.rejects.count += readCount(json.rejected) ?? 0;
    const epoch = typeof json.epoch === 'string' ? json.epoch : '';
    const summary = json.summary === undefined ? {} : { summary: JSON.stringify(json.summary) };
    return [answer, { atMs, epoch, scope, ...summary }];
  } catch {
    return undefined;
  }
}

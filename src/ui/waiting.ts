/**
 * Requests under way, told to whoever draws only once they take long enough to be worth saying: most answers are here
 * before a sign of waiting could be read, and drawing it twice a poll costs more than the answer. Knows no requests.
 */

import { useSyncExternalStore } from 'react';

/** Up to a second is no wait that needs a word. */
const WORTH_SAYING_MS = 1000;

export interface Waiting {
  /** A request was sent; call what it returns when it ended, however it did. */
  begin(): () => void;
  /** When the oldest request under way was sent, epoch milliseconds; undefined until it is worth saying. */
  since(): number | undefined;
  subscribe(listener: () => void): () => void;
}

/** `onBusy` is told at once when a request is sent, and, when none is under way any more, after its answer was drawn. */
export function createWaiting(onBusy: (busy: boolean) => void): Waiting {
  const sent = new Set<{ atMs: number }>();
  const listeners = new Set<() => void>();
  let said: number | undefined;
  let saying: ReturnType<typeof setTimeout> | undefined;
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    begin() {
      const one = { atMs: Date.now() };
      sent.add(one);
      onBusy(true);
      saying ??= setTimeout(() => {
        saying = undefined;
        const [oldest] = sent;
        said = oldest?.atMs;
        tell();
      }, WORTH_SAYING_MS);
      return () => {
        sent.delete(one);
        if (sent.size > 0) return;
        clearTimeout(saying);
        saying = undefined;
        const wasSaid = said !== undefined;
        said = undefined;
        // The query client tells of the answer in a timer of its own, set just after this one: it comes between the two.
        // What is drawn of both then is drawn at once.
        setTimeout(() =>
          setTimeout(() => {
            if (wasSaid) tell();
            onBusy(sent.size > 0);
          }),
        );
      };
    },
    since: () => said,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Since when an answer is awaited, for who draws that. */
export const useWaiting = ({ subscribe, since }: Waiting): number | undefined =>
  useSyncExternalStore(subscribe, since);

/**
 * Requests under way, told to whoever draws only once they take long enough to be worth saying: most answers are here
 * before a sign of waiting could be read, and drawing it twice a poll costs more than the answer. Knows no requests.
 */

/** Shorter than this nobody sees a wait. */
const WORTH_SAYING_MS = 200;

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
  const say = (since: number | undefined) => {
    if (since === said) return;
    said = since;
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
        say(oldest?.atMs);
      }, WORTH_SAYING_MS);
      return () => {
        sent.delete(one);
        if (sent.size > 0) return;
        clearTimeout(saying);
        saying = undefined;
        say(undefined);
        // The query client tells of the answer in a timer of its own, set just after this one: it comes between the two.
        setTimeout(() => setTimeout(() => onBusy(sent.size > 0)));
      };
    },
    since: () => said,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

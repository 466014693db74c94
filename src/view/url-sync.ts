/**
 * Keeps the page's URL and the view store in step: the only writer of history.
 * A change of the view is a step one can go back from; going back sets the view and writes nothing.
 */
import type { ViewStore } from './view-state';
import { type DroppedValue, readView, writeView } from './view-url';

export interface UrlSync {
  /** Does a change of the view that belongs to the step before: going back undoes both at once. */
  amend(change: () => void): void;
  destroy(): void;
}

/** Starts syncing. `onDropped` hears of values of a URL (typed, pasted or gone back to) that could not be used. */
export function createUrlSync(
  store: ViewStore,
  target: Window,
  onDropped: (dropped: DroppedValue[]) => void,
): UrlSync {
  // Compared as read back, so that a URL written by hand (other order, no version) is not taken for another view: a push
  // while going back would cut off the way forward.
  const current = () => writeView(readView(target.location.search).view);
  let isAmending = false;
  const unsubscribe = store.subscribe((view) => {
    const next = writeView(view);
    if (next === current()) return;
    const url = next === '' ? target.location.pathname : `?${next}`;
    try {
      if (isAmending) target.history.replaceState(null, '', url);
      else target.history.pushState(null, '', url);
    } catch {
      // Some browsers let a file on a disk keep no address but its own: the view goes on without one.
    }
  });
  const goBack = () => {
    const { view, dropped } = readView(target.location.search);
    store.setState(view, true);
    onDropped(dropped);
  };
  target.addEventListener('popstate', goBack);
  return {
    amend(change) {
      isAmending = true;
      try {
        change();
      } finally {
        isAmending = false;
      }
    },
    destroy() {
      unsubscribe();
      target.removeEventListener('popstate', goBack);
    },
  };
}

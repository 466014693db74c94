/**
 * Keeps the page's URL and the view store in step: the only writer of history.
 * A change of the view is a step one can go back from; going back sets the view and writes nothing.
 */
import type { ViewStore } from './view-state';
import { type DroppedValue, readView, writeView } from './view-url';

export interface UrlSync {
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
  const unsubscribe = store.subscribe((view) => {
    const next = writeView(view);
    if (next === current()) return;
    target.history.pushState(null, '', next === '' ? target.location.pathname : `?${next}`);
  });
  const goBack = () => {
    const { view, dropped } = readView(target.location.search);
    store.setState(view, true);
    onDropped(dropped);
  };
  target.addEventListener('popstate', goBack);
  return {
    destroy() {
      unsubscribe();
      target.removeEventListener('popstate', goBack);
    },
  };
}

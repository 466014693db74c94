/** The theme in force: the reader's choice, else the system's; also told to CSS by `data-theme` on the root element. */
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Theme } from '../graph/palette';
import type { ThemeChoice } from '../view/view-state';

/** Below this the panel stands under the map; the stylesheets say the same. */
export const NARROW = '(max-width: 760px)';
/** The reader's own few colours, in force for everything but the map. */
const FORCED = '(forced-colors: active)';
const DARK = '(prefers-color-scheme: dark)';

/** Whether a media query holds, followed as it changes. */
export function useMedia(query: string): boolean {
  // One list for the life of the part: making one for each look at it would cost more than drawing the part.
  const list = useMemo(() => window.matchMedia(query), [query]);
  const subscribe = useCallback(
    (listener: () => void) => {
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    [list],
  );
  return useSyncExternalStore(subscribe, () => list.matches);
}

export function useTheme(choice: ThemeChoice): Theme {
  const systemIsDark = useMedia(DARK);
  const isForced = useMedia(FORCED);
  useEffect(() => {
    const root = document.documentElement;
    if (choice === 'auto') delete root.dataset.theme;
    else root.dataset.theme = choice;
  }, [choice]);
  // The forced ground decides: a map for the other one could not be seen on it.
  return choice === 'auto' || isForced ? (systemIsDark ? 'dark' : 'light') : choice;
}

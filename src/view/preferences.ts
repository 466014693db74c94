/**
 * What a reader prefers on every map, kept where the browser allows it: a cross-site iframe often does not, and then it
 * lasts as long as the page. Knows no view: what belongs to one picture is in the URL.
 */
import { createStore } from 'zustand/vanilla';

export interface Preferences {
  /** Single keys (`/`, `?`) do something wherever the focus is. Off for those who speak to their computer. */
  singleKeys: boolean;
}

export type PreferenceStore = ReturnType<typeof createPreferences>;

const KEY = 'shoal.preferences';
const DEFAULT: Preferences = { singleKeys: true };

/** Starts with what was kept; what cannot be read is as if it had never been. */
export function createPreferences(storage: Storage | undefined) {
  const store = createStore<Preferences>()(() => read(storage));
  store.subscribe((preferences) => {
    try {
      storage?.setItem(KEY, JSON.stringify(preferences));
    } catch {
      // Full or forbidden: it holds for this page at least.
    }
  });
  return store;
}

function read(storage: Storage | undefined): Preferences {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(KEY) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return DEFAULT;
    const { singleKeys } = kept as Partial<Record<keyof Preferences, unknown>>;
    return typeof singleKeys === 'boolean' ? { singleKeys } : DEFAULT;
  } catch {
    return DEFAULT;
  }
}

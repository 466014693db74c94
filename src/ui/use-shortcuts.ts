/**
 * The keyboard: `/` finds, `Ctrl K` asks, `Esc` leaves (selection, question, focus, the past), `?` helps. Never steals keys from a
 * field; what is a key alone can be turned off, because to speech and to a nudged keyboard it is just a letter.
 */
import { useEffect } from 'react';
import type { PreferenceStore } from '../view/preferences';
import { focusOn, goTo, leaveAsk, openPanel, select, type ViewStore } from '../view/view-state';

export const FIND_ID = 'find-peer';
/** The map's peers as a list; a focus sent there goes on to the selected one. */
export const MAP_PEERS_ID = 'map-peers';

interface Shortcuts {
  store: ViewStore;
  preferences: PreferenceStore;
  openHelp(): void;
  openAsk(): void;
}

export function useShortcuts({ store, preferences, openHelp, openAsk }: Shortcuts): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // An open dialog has its own Escape.
      if (document.querySelector('dialog[open]') !== null) return;
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openAsk();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof HTMLElement ? event.target : undefined;
      const typing = target?.matches('input, select, textarea, [contenteditable]') === true;
      if (event.key === 'Escape' && !event.defaultPrevented) {
        if (typing) return;
        const { peer, link, focus, panel, ask: asked, at } = store.getState();
        if (peer !== undefined || link !== undefined) {
          // What has the focus goes away with its panel; the reader came from the map.
          const isInDetails = target?.closest('[role="tabpanel"]') != null;
          select(store, {});
          if (isInDetails) document.getElementById(MAP_PEERS_ID)?.focus();
        } else if (asked !== undefined) leaveAsk(store);
        else if (panel === 'quality') openPanel(store, 'summary');
        else if (focus !== undefined) focusOn(store, undefined);
        else if (at !== undefined) goTo(store, undefined);
        return;
      }
      if (typing || !preferences.getState().singleKeys) return;
      if (event.key === '/') {
        event.preventDefault();
        document.getElementById(FIND_ID)?.focus();
      } else if (event.key === '?') openHelp();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [store, preferences, openHelp, openAsk]);
}

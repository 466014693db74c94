/** The keyboard: `/` finds, `Esc` leaves (selection first, then focus), `?` helps. Never steals keys from a field. */
import { useEffect } from 'react';
import { focusOn, select, type ViewStore } from '../view/view-state';

export const FIND_ID = 'find-peer';

export function useShortcuts({ store, openHelp }: { store: ViewStore; openHelp(): void }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // An open dialog has its own Escape.
      if (document.querySelector('dialog[open]') !== null) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof HTMLElement ? event.target : undefined;
      const typing = target?.matches('input, select, textarea, [contenteditable]') === true;
      if (event.key === 'Escape' && !event.defaultPrevented) {
        if (typing) return;
        const { peer, link, focus } = store.getState();
        if (peer !== undefined || link !== undefined) select(store, {});
        else if (focus !== undefined) focusOn(store, undefined);
        return;
      }
      if (typing) return;
      if (event.key === '/') {
        event.preventDefault();
        document.getElementById(FIND_ID)?.focus();
      } else if (event.key === '?') openHelp();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [store, openHelp]);
}

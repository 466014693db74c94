/**
 * What one types between asking for the palette and its being there: its code may still be on its way. Keys go to the
 * palette then, not to the page behind it.
 */

export interface TypedAhead {
  /** Collects keys from now on. */
  begin(): void;
  /** What was typed; ends the collecting. The same again when asked again. */
  take(): string;
}

export function createTypedAhead(
  target: Pick<Window, 'addEventListener' | 'removeEventListener'>,
): TypedAhead {
  let text = '';
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.length === 1) text += event.key;
    else if (event.key === 'Backspace') text = text.slice(0, -1);
    // Nothing is chosen before it can be seen, and nothing on the page behind it.
    else if (event.key !== 'Enter') return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const end = () => target.removeEventListener('keydown', onKey, { capture: true });
  return {
    begin() {
      end();
      text = '';
      target.addEventListener('keydown', onKey, { capture: true });
    },
    take() {
      end();
      return text;
    },
  };
}

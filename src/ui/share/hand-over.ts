/**
 * Text for the clipboard, and what is left where it is refused: an origin without TLS has none, a frame may not use it.
 * Tells whether it worked; what to do instead is the caller's.
 */

/** Tries the clipboard, then the old way of selecting and copying, which needs neither TLS nor permission. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.className = 'visually-hidden';
  // Within an open dialog nothing outside of it can be selected.
  (document.querySelector('dialog[open]') ?? document.body).append(field);
  field.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
    if (before instanceof HTMLElement) before.focus();
  }
}

/** In a frame a download may be refused without a word. */
export const isFramed = (): boolean => window.self !== window.top;

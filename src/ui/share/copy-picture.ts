/** A picture for the clipboard. Alone here: it has to be at hand the moment somebody clicks. */

/** Must be called while a click or key is being handled; the picture may come later. */
export async function copyPicture(png: Promise<Blob>): Promise<boolean> {
  // A picture that could not be made is told by whoever makes it.
  png.catch(() => undefined);
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
    return true;
  } catch {
    return false;
  }
}

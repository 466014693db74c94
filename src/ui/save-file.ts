/** How a browser is handed a file. */

/** Long enough for a slow disk to have begun reading; the memory goes free afterwards. */
const KEEP_FILE_MS = 30_000;

/** Nothing happens without a file: whoever made none says why. */
export function saveFile(name: string, file: Blob | undefined): void {
  if (file === undefined) return;
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_FILE_MS);
}

/** A storage where the browser allows it: in a cross-site iframe even reading the property throws. */
export function storageOf(
  target: Window,
  which: 'sessionStorage' | 'localStorage' = 'sessionStorage',
): Storage | undefined {
  try {
    return target[which];
  } catch {
    return undefined;
  }
}

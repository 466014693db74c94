/** Session storage where the browser allows it: in a cross-site iframe even reading the property throws. */
export function storageOf(target: Window): Storage | undefined {
  try {
    return target.sessionStorage;
  } catch {
    return undefined;
  }
}

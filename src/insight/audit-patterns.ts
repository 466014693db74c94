/** Patterns with `*` for names, and the namespaces that are sensitive until somebody says otherwise. */

/** Where credentials, money and the cluster itself live, by the names people give them. */
export const SENSITIVE_DEFAULT: readonly string[] = ['*secret*', '*vault*', '*payment*', 'kube-system'];

/** A test for one pattern: `*` is any run of characters, everything else stands for itself; case does not matter. */
export function globMatcher(pattern: string): (name: string) => boolean {
  // Pieces found one after the other: unlike a regular expression this cannot be made slow by a hostile pattern.
  const pieces = pattern.toLowerCase().split('*');
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return (name) => name.toLowerCase() === first;
  return (name) => {
    const text = name.toLowerCase();
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
      return false;
    let at = first.length;
    const end = text.length - last.length;
    for (const piece of pieces.slice(1, -1)) {
      const found = text.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}

/** A test for any of several patterns; no pattern matches nothing. */
export function anyGlob(patterns: readonly string[]): (name: string) => boolean {
  const tests = patterns.map(globMatcher);
  return (name) => tests.some((test) => test(name));
}

/** `--sensitive a,b` or what a reader typed: parts by comma or space; blanks give none. */
export const readPatterns = (text: string): string[] => text.split(/[\s,]+/).filter((part) => part !== '');

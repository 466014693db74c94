/**
 * Why an answer failed, for programs: the one list of causes (DESIGN §7) that the server sends, the schema documents and
 * the page puts into words. Knows no sentence: those belong to whoever speaks to a reader.
 */
export const CAUSES = [
  'unreachable',
  'timeout',
  'not-json',
  'sign-in',
  'refused',
  'too-large',
  'malformed',
  'bad-parameter',
  'not-found',
  'internal',
] as const;

export type Cause = (typeof CAUSES)[number];

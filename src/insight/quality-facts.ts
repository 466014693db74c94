/** The shape of what is said about the data, and the order in which it is said. Plain data; holds no rule. */

export const FACT_IDS = [
  'both-ends',
  'client-only',
  'server-only',
  'neither-end',
  'halves',
  'no-handshake',
  'server-times',
  'rejected',
  'rounded',
  'unresolved',
  'outside',
  'truncated',
  'duplicates',
  'restarts',
  'clock',
  'rates',
  'sensors',
  'inventory',
] as const;
export type FactId = (typeof FACT_IDS)[number];

/** `info` is how the data is; `warn` and `bad` are findings: something on screen is less than it seems. */
export type Severity = 'info' | 'warn' | 'bad';

export interface QualityFact {
  id: FactId;
  label: string;
  /** How many of `of`; what is counted stands in the label. */
  value: number;
  of: number;
  /** `value / of`, 0 to 1; 0 of nothing. */
  share: number;
  /** What it means for what is on screen. Holds names from the cluster: to be drawn as text only. */
  sentence: string;
  severity: Severity;
  /** One row, peer or node to look at: hostile text too. */
  example?: string;
}

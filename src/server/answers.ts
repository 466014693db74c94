/**
 * Who answers the API: a source of flows (source-answers.ts) or a hub somewhere else (hub.ts). The app sees only this.
 */
import type { Query } from '../flows/query';
import type { Body } from './body';
import type { Problem } from './problem';

interface Served {
  body: Body;
  /** The sample's own time, ISO 8601, where it is known. */
  at?: string;
  /** Changes where counters start anew, where it is known. */
  epoch?: string;
  /** Rows of the sample that the source could not read. */
  rejected?: number;
}

export type Reply = { ok: true; served: Served } | { ok: false; problem: Problem };

export const failed = (problem: Problem): Reply => ({ ok: false, problem });

export interface Answers {
  /** Where the flows come from, in a few words. */
  readonly label: string;
  flows(query: Query): Promise<Reply>;
  summary(): Promise<Reply>;
  /** Undefined when the next question will probably be answered. */
  ready(): Promise<Problem | undefined>;
  destroy(): Promise<void>;
}

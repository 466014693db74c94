/** The last few answers, so that going back to an earlier filter finds its flows. Knows numbers for names, not time. */
import type { Answer } from '../flows/flow';
import type { Query } from '../flows/query';
import type { Summary } from '../flows/wire';

export interface KeptAnswer {
  answer: Answer;
  summary?: Summary;
  /** What was asked for, of whom, and when the sample was taken; ms since 1970. */
  query: Query;
  source?: string;
  epoch?: string;
  /** Made from files that the reader opened, by their number; absent for an answer of the server's. */
  opened?: number;
  atMs: number;
}

/** One on the map, one asked for, and a few that a reader goes back to; at 100,000 flows each is some 70 MB. */
const MOST = 4;
const MOST_FLOWS = 150_000;

export interface Answers {
  /** Keeps an answer and returns its name. */
  keep(kept: KeptAnswer): number;
  get(name: number): KeptAnswer | undefined;
}

export function createAnswers(): Answers {
  const answers = new Map<number, KeptAnswer>();
  let next = 1;
  return {
    keep(kept) {
      const name = next++;
      answers.set(name, kept);
      // The newest always stays, and the one before it, which may still be drawn.
      let flows = 0;
      [...answers].reverse().forEach(([old, { answer }], index) => {
        flows += answer.flows.length;
        if (index > 1 && (index >= MOST || flows > MOST_FLOWS)) answers.delete(old);
      });
      return name;
    },
    get: (name) => answers.get(name),
  };
}

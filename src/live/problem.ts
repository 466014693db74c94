/**
 * Why there is no fresh answer, told apart by cause, each with the sentence the reader sees.
 * The causes are the server's own (DESIGN §7); the page adds none, so one table of words serves both.
 */
import type { Cause } from '../flows/causes';

export interface Problem {
  cause: Cause;
  /** What happened and what to do, for the reader. */
  sentence: string;
}

/** Thrown by the client and caught by the poll: an expected failure, not a bug. */
export class AnswerProblem extends Error {
  override name = 'AnswerProblem';
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.sentence);
    this.problem = problem;
  }
}

/** The short name of a cause, for a badge. */
export const CAUSE_TITLE: Record<Cause, string> = {
  unreachable: 'Cannot reach the source',
  timeout: 'No answer in time',
  'not-json': 'Not the API',
  'sign-in': 'Sign-in needed',
  refused: 'The source refused',
  'too-large': 'Answer too large',
  malformed: 'Answer could not be read',
  'bad-parameter': 'A filter is not valid',
  'not-found': 'Not found',
  internal: 'Something broke',
};

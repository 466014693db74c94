/**
 * What can go wrong between a request and its answer: a cause for programs, a sentence for readers, a status for HTTP.
 * Knows which cause has which status; refuses to know how a problem came about.
 */
import type { Cause } from '../flows/causes';

export interface Problem {
  cause: Cause;
  /** One sentence or two: what happened, and what to do about it. Never holds credentials. */
  message: string;
  status: 400 | 403 | 404 | 405 | 500 | 502 | 504;
}

const STATUS: Record<Cause, Problem['status']> = {
  'bad-parameter': 400,
  'not-found': 404,
  internal: 500,
  unreachable: 502,
  'not-json': 502,
  'sign-in': 502,
  refused: 502,
  'too-large': 502,
  malformed: 502,
  timeout: 504,
};

/** A problem with the status of its cause, unless another one says it better. */
export const problem = (cause: Cause, message: string, status = STATUS[cause]): Problem => ({
  cause,
  message,
  status,
});

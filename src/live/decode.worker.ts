/**
 * The worker that fetches, checks and decodes, so that a large answer never blocks the page.
 * Speaks three messages: run, abort, and the reply; knows nothing else.
 */
import { fetchPoll, type PollRequest, type PollResult } from './fetch-poll';
import { AnswerProblem, type Problem } from './problem';

export type ToWorker = { id: number; run: PollRequest } | { id: number; abort: true };
export type FromWorker = { id: number; result: PollResult } | { id: number; problem: Problem };

const running = new Map<number, AbortController>();

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if ('abort' in data) {
    running.get(data.id)?.abort();
    return;
  }
  const controller = new AbortController();
  running.set(data.id, controller);
  fetchPoll(data.run, controller.signal)
    .then(
      (result) => self.postMessage({ id: data.id, result } satisfies FromWorker),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        const problem: Problem =
          error instanceof AnswerProblem
            ? error.problem
            : { cause: 'internal', sentence: `Reading the answer failed: ${String(error)}` };
        self.postMessage({ id: data.id, problem } satisfies FromWorker);
      },
    )
    .finally(() => running.delete(data.id));
});

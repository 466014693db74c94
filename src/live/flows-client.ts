/**
 * Asks the server for flows through the worker, one poll at a time: a new one aborts what is still under way.
 * Knows the addresses of the API and the worker's messages; refuses to know when to ask.
 */
import { asRequest, type Query } from '../flows/query';
import type { FromWorker, ToWorker } from './decode.worker';
import decodeWorkerUrl from './decode.worker?worker&url';
import type { PollRequest, PollResult } from './fetch-poll';
import { AnswerProblem } from './problem';

export interface FlowsClient {
  /** Resolves with a decoded poll, rejects with AnswerProblem, or with an AbortError when `signal` fires. */
  poll(query: Query, signal: AbortSignal): Promise<PollResult>;
  /** The URL a poll of this query asks, for display and copying. */
  requestUrl(query: Query): string;
  destroy(): void;
}

/** `apiBase` is the absolute URL under which `mcp/flows` lives. */
export function createFlowsClient(apiBase: string, policy: { scriptUrl(url: string): string }): FlowsClient {
  const worker = new Worker(policy.scriptUrl(decodeWorkerUrl), { type: 'module', name: 'shoal-decode' });
  let nextId = 1;
  const waiting = new Map<number, { resolve(result: PollResult): void; reject(error: unknown): void }>();

  worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    const caller = waiting.get(data.id);
    waiting.delete(data.id);
    if ('result' in data) caller?.resolve(data.result);
    else caller?.reject(new AnswerProblem(data.problem));
  });
  worker.addEventListener('error', () => {
    // The worker's script could not be loaded: without it no answer can come, so everybody must hear.
    for (const { reject } of waiting.values()) {
      reject(
        new AnswerProblem({
          cause: 'internal',
          sentence: 'The page could not start its reader. Reload the page.',
        }),
      );
    }
    waiting.clear();
  });

  const requestUrl = (query: Query): string => new URL(`mcp/flows?${asRequest(query)}`, apiBase).href;

  return {
    requestUrl,
    poll(query, signal) {
      const id = nextId++;
      const run: PollRequest = {
        flowsUrl: requestUrl(query),
        summaryUrl: new URL('mcp/flows/summary', apiBase).href,
        raw: query.format === 'raw',
      };
      return new Promise<PollResult>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        signal.addEventListener('abort', () => {
          waiting.delete(id);
          worker.postMessage({ id, abort: true } satisfies ToWorker);
          reject(new DOMException('The poll was replaced by a newer one.', 'AbortError'));
        });
        worker.postMessage({ id, run } satisfies ToWorker);
      });
    },
    destroy() {
      worker.terminate();
      waiting.clear();
    },
  };
}

/**
 * One poll: fetch flows, then the summary, check and decode. Runs in the worker, off the main thread.
 * Tells failures apart by what came back; refuses to know when to poll (the query client) and what to draw.
 */

import { CAUSES, type Cause } from '../flows/causes';
import type { Answer } from '../flows/flow';
import {
  decodeAnswer,
  decodeRaw,
  decodeSummary,
  MalformedAnswer,
  type RawAnswer,
  readCount,
  type Summary,
} from '../flows/wire';
import { AnswerProblem, type Problem } from './problem';

export interface PollRequest {
  /** Absolute URL of `/mcp/flows` with its parameters. */
  flowsUrl: string;
  summaryUrl: string;
  /** Under which the server's other routes are. */
  base: string;
  raw: boolean;
}

export interface PollResult {
  /** Decoded rows; absent for `format=raw`. */
  answer?: Answer;
  raw?: RawAnswer;
  summary?: Summary;
  /** Flows came but the summary did not: the map lives on. */
  summaryProblem?: Problem;
  /** The sample's own time where the source says it, else when the answer arrived; ms since 1970. */
  atMs: number;
  receivedMs: number;
  epoch?: string;
  /** What the server says it reads from. */
  source?: string;
  /** What a copied link begins with, where the server was told. */
  publicUrl?: string;
  /** Routes with context that this server has: `inventory`, `audit`. */
  offers: string[];
}

/** A server may take its full 30 s before it gives up on a hub; then it is this page's server that hangs. */
const TIMEOUT_MS = 40_000;

export async function fetchPoll(request: PollRequest, signal: AbortSignal): Promise<PollResult> {
  const flows = await fetchJson(request.flowsUrl, signal);
  const result: PollResult = {
    ...(request.raw
      ? { raw: decoded(() => decodeRaw(flows.json)) }
      : { answer: decoded(() => decodeAnswer(flows.json)) }),
    atMs: readTime(flows.headers.get('shoal-at')) ?? Date.now(),
    receivedMs: Date.now(),
    offers: (flows.headers.get('shoal-offers') ?? '').split(/[ ,]+/).filter((name) => name !== ''),
  };
  // Rows that a recording or capture could not read never reached the answer; the reader counts them all the same.
  const rejects = (result.answer ?? result.raw)?.rejects;
  if (rejects !== undefined) rejects.count += readCount(flows.headers.get('shoal-rejected')) ?? 0;
  const epoch = flows.headers.get('shoal-epoch');
  if (epoch !== null) result.epoch = epoch;
  const source = flows.headers.get('shoal-source');
  if (source !== null) result.source = decodeText(source);
  const publicUrl = flows.headers.get('shoal-public-url');
  if (publicUrl !== null) result.publicUrl = decodeText(publicUrl);
  try {
    const summary = await fetchJson(request.summaryUrl, signal);
    result.summary = decoded(() => decodeSummary(summary.json));
  } catch (error) {
    if (!(error instanceof AnswerProblem)) throw error;
    result.summaryProblem = error.problem;
  }
  return result;
}

const readTime = (text: string | null): number | undefined => {
  const time = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
};

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function decoded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedAnswer) {
      throw fail('malformed', `${error.message} Is this really Kubeshark's /mcp/flows?`);
    }
    throw error;
  }
}

const fail = (cause: Cause, sentence: string): AnswerProblem => new AnswerProblem({ cause, sentence });

async function fetchJson(url: string, signal: AbortSignal): Promise<{ json: unknown; headers: Headers }> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  try {
    // Redirects lead to sign-in pages, never to flows; `no-cache` lets an unchanged answer come back as a 304.
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, limit]),
      redirect: 'manual',
      cache: 'no-cache',
      headers: { accept: 'application/json' },
    });
    return { json: await readBody(response), headers: response.headers };
  } catch (error) {
    if (error instanceof AnswerProblem || signal.aborted) throw error;
    if (limit.aborted) {
      throw fail(
        'timeout',
        `No answer within ${TIMEOUT_MS / 1000} s. The server is there but does not reply.`,
      );
    }
    throw fail(
      'unreachable',
      'The server behind this page does not answer. Is Shoal (or its port-forward) still running?',
    );
  }
}

async function readBody(response: Response): Promise<unknown> {
  if (response.type === 'opaqueredirect' || response.status === 401 || response.status === 403) {
    const reported = response.type === 'opaqueredirect' ? undefined : await reportedProblem(response);
    throw (
      reported ?? fail('sign-in', 'The server asks for a sign-in. Open it in a tab, sign in, and come back.')
    );
  }
  if (!response.ok) {
    throw (
      (await reportedProblem(response)) ??
      fail('refused', `The server answered ${response.status} ${response.statusText}.`)
    );
  }
  const type = response.headers.get('content-type') ?? '';
  if (!/[/+]json\b/i.test(type)) {
    throw fail(
      'not-json',
      `The server answered ${type === '' ? 'without a content type' : `with ${type.split(';')[0]}`} where JSON was expected: this address is not the flows API.`,
    );
  }
  try {
    return await response.json();
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw fail(
        'malformed',
        'The answer broke off in the middle of its JSON. It may have been cut by a proxy; the next poll tries again.',
      );
    }
    throw error;
  }
}

/** Our server's own error: `{"error": sentence, "cause": …}`. */
async function reportedProblem(response: Response): Promise<AnswerProblem | undefined> {
  try {
    const json: unknown = await response.json();
    if (typeof json !== 'object' || json === null || !('error' in json) || typeof json.error !== 'string')
      return undefined;
    const cause = 'cause' in json ? CAUSES.find((known) => known === json.cause) : undefined;
    return fail(cause ?? 'refused', json.error);
  } catch {
    return undefined;
  }
}

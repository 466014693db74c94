/**
 * A real Kubeshark behind our API: a transparent proxy for two GET paths. Parameters are re-serialised by the codec,
 * answers pass through as they come. Knows the two places where the API can be, and who shares a request;
 * leaves what can go wrong with one request to hub-request.ts.
 */
import { type Query, writeQuery } from '../flows/query';
import { isWholeList } from '../sources/answer';
import { type Answers, failed, type Reply } from './answers';
import { createBody } from './body';
import { type HubAnswer, type HubResult, requestHub } from './hub-request';
import type { Problem } from './problem';
import type { Recorder } from './recorder';

export interface HubOptions {
  /** As readHubUrl gives it. */
  url: URL;
  /** Sent as `X-Kubeshark-Authorization`, as given. */
  token?: string;
  /** Sent as `License-Key`. */
  licenseKey?: string;
  timeoutMs?: number;
  maxAnswerBytes?: number;
  recorder?: Recorder;
  now?: () => number;
}

// Straight at the hub the API is at the root; behind Kubeshark's front it is below /api.
const PREFIXES = ['mcp/flows', 'api/mcp/flows'] as const;
type Prefix = (typeof PREFIXES)[number];

/** Answers take 6–9 s on a small cluster; past this nobody waits. */
const HUB_TIMEOUT_MS = 30_000;
/** About 400,000 flows. */
export const MAX_ANSWER_BYTES = 256 * 2 ** 20;
// A readiness check must not cost the hub an answer each time.
const READY_FOR_MS = 30_000;

/** Reads `--hub`; a path that ends in the API's own is taken as its base. A string is the sentence that says why not. */
export function readHubUrl(text: string): URL | string {
  let url: URL;
  try {
    url = new URL(/^[\w.[\]-]+:\d+/.test(text) ? `http://${text}` : text);
  } catch {
    return `--hub needs a URL such as http://localhost:8898, not ${JSON.stringify(text)}.`;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return `--hub needs an http or https URL, not ${url.protocol}//.`;
  if (url.username !== '' || url.password !== '') {
    return '--hub takes no credentials: set SHOAL_HUB_TOKEN or SHOAL_LICENSE_KEY in the environment.';
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '').replace(/(\/api)?\/mcp(\/flows(\/summary)?)?$/, '')}/`;
  url.search = '';
  url.hash = '';
  return url;
}

export function createHub(options: HubOptions): Answers {
  const { url, token, licenseKey, recorder, now = Date.now } = options;
  const { timeoutMs = HUB_TIMEOUT_MS, maxAnswerBytes: maxBytes = MAX_ANSWER_BYTES } = options;
  const headers: Record<string, string> = {
    ...(token === undefined ? {} : { 'X-Kubeshark-Authorization': token }),
    ...(licenseKey === undefined ? {} : { 'License-Key': licenseKey }),
  };
  const underway = new Map<string, Promise<Reply>>();
  let known: Prefix | undefined;
  let last: { atMs: number; problem?: Problem } | undefined;

  /** Asks where the API answered last and, where it turns out not to be, in the other place too. */
  async function ask(rest: string): Promise<HubResult> {
    const deadline = AbortSignal.timeout(timeoutMs);
    const request = (prefix: Prefix) =>
      requestHub({ url: new URL(`${prefix}${rest}`, url), headers, deadline, timeoutMs, maxBytes });
    const first = known ?? PREFIXES[0];
    const result = await request(first);
    if ('answer' in result) known = first;
    if ('answer' in result || result.elsewhere === 'no') return result;
    known = undefined;
    const second = first === PREFIXES[0] ? PREFIXES[1] : PREFIXES[0];
    const other = await request(second);
    if ('answer' in other) known = second;
    // Where neither answers, the problem of the place that is more likely the API's is told.
    return 'answer' in other || (result.elsewhere === 'likely' && other.elsewhere !== 'likely')
      ? other
      : result;
  }

  async function askAndKeep(rest: string, keep: (answer: HubAnswer) => void): Promise<Reply> {
    const result = await ask(rest);
    if ('problem' in result) {
      last = { atMs: now(), problem: result.problem };
      return failed(result.problem);
    }
    last = { atMs: now() };
    const { answer } = result;
    keep(answer);
    const { text, at, epoch } = answer;
    const body = createBody(text, `${at ?? ''} ${epoch ?? ''}`);
    return {
      ok: true,
      served: { body, ...(at === undefined ? {} : { at }), ...(epoch === undefined ? {} : { epoch }) },
    };
  }

  /** Whoever asks the same while it is being asked waits for the same answer. */
  function share(rest: string, keep: (answer: HubAnswer) => void): Promise<Reply> {
    let reply = underway.get(rest);
    if (reply === undefined) {
      reply = askAndKeep(rest, keep).finally(() => underway.delete(rest));
      underway.set(rest, reply);
    }
    return reply;
  }

  const flows = (query: Query): Promise<Reply> => {
    const parameters = writeQuery(query).toString();
    return share(parameters === '' ? '' : `?${parameters}`, ({ json, at, epoch }) => {
      if (isWholeList(query)) recorder?.flowsPassed(json, at ?? new Date(now()).toISOString(), epoch);
    });
  };
  const summary = (): Promise<Reply> => share('/summary', ({ json }) => recorder?.summaryPassed(json));

  return {
    label: `hub ${url.host}`,
    flows,
    summary,
    async ready() {
      if (last === undefined || last.problem !== undefined || now() - last.atMs > READY_FOR_MS)
        await summary();
      return last?.problem;
    },
    // A request underway is not waited for: nobody is left to read its answer.
    destroy: async () => recorder?.close(),
  };
}

/**
 * One request to a Kubeshark hub, and the many ways in which it is not answered, told apart.
 * Knows status codes, content types and network errors; refuses to know paths, queries and sharing (hub.ts).
 */
import { type Problem, problem } from './problem';

export interface HubRequest {
  url: URL;
  /** Credentials and nothing else: no header of a browser ever gets here. */
  headers: Record<string, string>;
  /** Ends everything: connecting, waiting, reading. */
  deadline: AbortSignal;
  /** How long that was, for the sentence. */
  timeoutMs: number;
  maxBytes: number;
}

export interface HubAnswer {
  /** The hub's own text. */
  text: string;
  /** The same, parsed: an object or a list. */
  json: object;
  at?: string;
  epoch?: string;
}

/** Whether the API may be at another path of the same host; HTML and 404 say that it is likely. */
type Elsewhere = 'no' | 'perhaps' | 'likely';

export type HubResult = { answer: HubAnswer } | { problem: Problem; elsewhere: Elsewhere };

const failed = (why: Problem, elsewhere: Elsewhere = 'no'): HubResult => ({ problem: why, elsewhere });

/** Never throws for what the other side does. */
export async function requestHub(request: HubRequest): Promise<HubResult> {
  const { url, headers, deadline, timeoutMs, maxBytes } = request;
  let response: Response;
  try {
    response = await fetch(url, {
      headers: { accept: 'application/json', ...headers },
      redirect: 'manual',
      signal: deadline,
    });
  } catch (error) {
    return failed(deadline.aborted ? tooSlow(url, timeoutMs) : unreachable(url, error));
  }
  const refusal = readStatus(response, url, Object.keys(headers).length > 0);
  if (refusal !== undefined) {
    await discard(response);
    return failed(refusal, response.status === 404 ? 'likely' : 'perhaps');
  }
  let text: string | undefined;
  try {
    text = await readText(response, maxBytes);
  } catch (error) {
    if (deadline.aborted) return failed(tooSlow(url, timeoutMs));
    return failed(malformed(url, `it breaks off (${reasonOf(error)})`));
  }
  if (text === undefined) return failed(tooLarge(url, maxBytes));
  return readJson(text, response, url);
}

function readJson(text: string, response: Response, url: URL): HubResult {
  const { headers } = response;
  const isHtml = /\bhtml\b/i.test(headers.get('content-type') ?? '') || /^\s*</.test(text);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (isHtml) return failed(notJson(url, 'HTML'), 'likely');
    const looksLikeJson = /^\s*[[{]/.test(text);
    if (!looksLikeJson) return failed(notJson(url, text.trim() === '' ? 'nothing' : 'text'), 'likely');
    return failed(malformed(url, `it breaks off or is damaged (${reasonOf(error)})`));
  }
  if (typeof json !== 'object' || json === null) {
    return failed(malformed(url, 'it is JSON, but no object'), 'likely');
  }
  const answer: HubAnswer = { text, json };
  // Another Shoal as the hub says these. Anything else under their names is not passed on.
  const at = headers.get('shoal-at');
  const epoch = headers.get('shoal-epoch');
  if (at !== null && !Number.isNaN(Date.parse(at))) answer.at = new Date(at).toISOString();
  if (epoch !== null && /^[\w.-]{1,64}$/.test(epoch)) answer.epoch = epoch;
  return { answer };
}

/** The body as UTF-8 text, or undefined as soon as it is larger than `maxBytes`. Throws when it is cut. */
async function readText(response: Response, maxBytes: number): Promise<string | undefined> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return Buffer.concat(chunks).toString('utf8');
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel().catch(() => undefined);
      return undefined;
    }
    chunks.push(value);
  }
}

// A body that is not read keeps its connection busy.
const discard = (response: Response): Promise<void> | undefined =>
  response.body?.cancel().catch(() => undefined);

/** What the status alone says is wrong, if anything. */
function readStatus(response: Response, url: URL, hasCredentials: boolean): Problem | undefined {
  const { status } = response;
  if (status === 200) return undefined;
  const target = redirectHost(response, url);
  if (status === 401 || status === 403 || status === 302 || status === 303 || status === 307) {
    const what = target === undefined ? `answered ${status}` : `answered ${status}, a redirect to ${target}`;
    return problem(
      'sign-in',
      hasCredentials
        ? `Kubeshark at ${url.host} does not accept the credentials (it ${what}). Renew SHOAL_HUB_TOKEN or SHOAL_LICENSE_KEY and restart Shoal.`
        : `Kubeshark at ${url.host} wants a sign-in (it ${what}). Set SHOAL_HUB_TOKEN or SHOAL_LICENSE_KEY where Shoal runs and restart it.`,
    );
  }
  if (target !== undefined) {
    return problem(
      'refused',
      `Kubeshark at ${url.host} answered ${status}, a redirect to ${target}, which is not followed. Give --hub the address that answers.`,
    );
  }
  const advice =
    status === 404
      ? 'Check the port and the base path given to --hub.'
      : status === 429
        ? 'It asks to be asked less often: choose a longer interval.'
        : 'Its log says why.';
  return problem('refused', `Kubeshark at ${url.host} answered ${status} to ${url.pathname}. ${advice}`);
}

/** The host of a redirect only: paths and queries of sign-in pages hold secrets. */
function redirectHost(response: Response, url: URL): string | undefined {
  const location = response.headers.get('location');
  if (response.status < 300 || response.status > 399 || location === null) return undefined;
  try {
    const target = new URL(location, url);
    return target.host === '' ? undefined : `${target.protocol}//${target.host}`;
  } catch {
    return undefined;
  }
}

const notJson = (url: URL, what: string): Problem =>
  problem(
    'not-json',
    what === 'HTML'
      ? `Kubeshark at ${url.host} answered HTML, which is what Kubeshark's front answers for unknown paths. Check the port and the base path given to --hub.`
      : `Kubeshark at ${url.host} answered ${what} instead of JSON. Check the port and the base path given to --hub.`,
  );

const malformed = (url: URL, why: string): Problem =>
  problem(
    'malformed',
    `The answer of Kubeshark at ${url.host} cannot be read: ${why}. The next poll may be whole.`,
  );

const tooLarge = (url: URL, maxBytes: number): Problem =>
  problem(
    'too-large',
    `The answer of Kubeshark at ${url.host} is larger than ${formatSize(maxBytes)}. Lower the limit, add a filter, or raise --max-answer.`,
  );

const tooSlow = (url: URL, timeoutMs: number): Problem =>
  problem(
    'timeout',
    `Kubeshark at ${url.host} did not finish its answer within ${timeoutMs / 1000} s. Lower the limit or add a filter; the next poll tries again.`,
  );

const formatSize = (size: number): string =>
  size >= 2 ** 20 ? `${Math.round((size / 2 ** 20) * 10) / 10} MiB` : `${size} bytes`;

// What Node calls the ways not to get a connection, and what a reader can do about each.
const NETWORK: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there. Is the port-forward running?',
  ENOTFOUND: 'the name is not known. Check the host given to --hub.',
  EAI_AGAIN: 'the name cannot be looked up just now. Check DNS.',
  ECONNRESET: 'the connection was closed without an answer. Is the port-forward still alive?',
  UND_ERR_SOCKET: 'the connection was closed without an answer. Is the port-forward still alive?',
  EHOSTUNREACH: 'there is no way to that host.',
  ENETUNREACH: 'there is no way to that network.',
  ETIMEDOUT: 'no connection came about in time. Check the address and the firewalls between.',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about in time. Check the address and the firewalls between.',
};

function unreachable(url: URL, error: unknown): Problem {
  const code = codeOf(error);
  const why =
    (code === undefined ? undefined : NETWORK[code]) ??
    (code !== undefined && /CERT|SSL|TLS|SELF_SIGNED/.test(code)
      ? `its certificate is not trusted (${code}). NODE_EXTRA_CA_CERTS can name the authority.`
      : `${reasonOf(error)}. Check the address given to --hub.`);
  return problem('unreachable', `Kubeshark at ${url.host} cannot be reached: ${why}`);
}

/** fetch wraps the network's error, and a host with several addresses gives one error for each. */
function codeOf(error: unknown): string | undefined {
  const cause = (error as { cause?: unknown }).cause;
  for (const candidate of [cause, ...((cause as { errors?: unknown[] } | undefined)?.errors ?? [])]) {
    const code = (candidate as { code?: unknown } | undefined)?.code;
    if (typeof code === 'string') return code;
  }
  return undefined;
}

const reasonOf = (error: unknown): string => {
  const cause = (error as { cause?: unknown }).cause;
  const text =
    cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error);
  // V8 quotes the text it could not parse: the beginning is enough.
  return text.slice(0, 100).replace(/\.$/, '');
};

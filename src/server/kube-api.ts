/**
 * One request to a Kubernetes API: the service account's token and authority inside a cluster, nothing at all through
 * `kubectl proxy`. Knows HTTP and its refusals; refuses to know what is listed and how often (kube-watch.ts).
 */
import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { CannotStart, messageOf } from './cannot-start';

export interface KubeAccess {
  /** Ends with a slash. */
  url: URL;
  /** The folder with `token` and `ca.crt`, read for every request: tokens are renewed while we run. */
  accountFolder?: string;
}

/** Where Kubernetes mounts a pod's service account. */
const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** How the pod we run in reaches its API. Throws CannotStart outside of a cluster. */
export function inClusterAccess(
  env: Readonly<Record<string, string | undefined>>,
  accountFolder = ACCOUNT_FOLDER,
): KubeAccess {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = env;
  if (host === '') {
    throw new CannotStart(
      '--inventory cluster is for a pod with a service account. Elsewhere run kubectl proxy, and give --inventory http://127.0.0.1:8001.',
    );
  }
  const url = new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}/`);
  return { url, accountFolder };
}

/** The API said no, or said something that is no answer. */
export class KubeRefusal extends Error {
  override name = 'KubeRefusal';
  constructor(
    /** As in HTTP; 0 where it answered what is no JSON of Kubernetes. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A `Status` is short; this is what of it is read. */
const MOST_REFUSAL_CHARACTERS = 10_000;

/**
 * The answer to a GET, its body not yet read. Rejects with KubeRefusal for any status but 200, and with the system's
 * error when nobody answers or `signal` ends it. Redirects are refusals: the token is for this address only.
 */
export async function openKube(
  { url, accountFolder }: KubeAccess,
  path: string,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const target = new URL(path, url);
  const account = accountFolder === undefined ? undefined : await readAccount(accountFolder);
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(
      target,
      {
        signal,
        // A connection of its own: nothing is sent often enough to keep one.
        agent: false,
        headers: {
          accept: 'application/json',
          ...(account === undefined ? {} : { authorization: `Bearer ${account.token}` }),
        },
        ...(account === undefined ? {} : { ca: account.authority }),
      },
      resolve,
    )
      .on('error', reject)
      .end();
  });
  if (response.statusCode === 200) return response;
  const status = response.statusCode ?? 0;
  const text = await readText(response, MOST_REFUSAL_CHARACTERS).catch(() => '');
  throw new KubeRefusal(status, refusalMessage(text) ?? `it answered ${status}`);
}

async function readAccount(folder: string): Promise<{ token: string; authority: string }> {
  const read = (name: string) =>
    readFile(join(folder, name), 'utf8').catch((error: unknown) => {
      throw new KubeRefusal(401, `the service account's ${name} cannot be read: ${messageOf(error)}`);
    });
  const [token, authority] = await Promise.all([read('token'), read('ca.crt')]);
  return { token: token.trim(), authority };
}

/** What a `Status` of Kubernetes says. */
function refusalMessage(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' && message !== '' ? message.slice(0, 300) : undefined;
  } catch {
    return undefined;
  }
}

/** The whole body as text. Rejects with KubeRefusal as soon as it is longer than `most` characters. */
export async function readText(response: IncomingMessage, most: number): Promise<string> {
  const decoder = new StringDecoder('utf8');
  let text = '';
  for await (const chunk of response) {
    text += decoder.write(chunk as Buffer);
    if (text.length > most) {
      response.destroy();
      throw new KubeRefusal(0, `its answer is longer than ${most} characters`);
    }
  }
  return text;
}

/** The body's lines as they come, without their ends. Rejects as readText, and where the body breaks off. */
export async function* readLines(response: IncomingMessage, most: number): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of response) {
    const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > most) {
      response.destroy();
      throw new KubeRefusal(0, `a line of its answer is longer than ${most} characters`);
    }
    yield* lines;
  }
  if (rest !== '') yield rest;
}

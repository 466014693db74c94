/**
 * For tests only: a Kubernetes API that lists in pages and watches, as far as Shoal asks, and forgets, forbids, hangs up
 * or falls silent when a test says so.
 */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { KINDS } from './cluster-inventory';

type KubeObject = { metadata: { name: string; namespace?: string; [more: string]: unknown } } & Record<
  string,
  unknown
>;
interface Change {
  version: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubeObject;
}

export interface FakeKubeOptions {
  tls?: { key: string; cert: string };
  /** At most so many objects a page, whatever is asked. */
  page?: number;
}

export async function createFakeKube({ tls, page = 2 }: FakeKubeOptions = {}) {
  const objects = new Map<string, Map<string, KubeObject>>(KINDS.map(({ plural }) => [plural, new Map()]));
  const changes = new Map<string, Change[]>(KINDS.map(({ plural }) => [plural, []]));
  const watches = new Map<ServerResponse, string>();
  const requests: { path: string; query: URLSearchParams; authorization: string | undefined }[] = [];
  let version = 1;
  /** What happened before is forgotten: lists and watches from there are gone. */
  let forgottenBefore = 0;
  const state = {
    /** Without it anybody may ask. */
    token: undefined as string | undefined,
    forbidden: new Set<string>(),
    /** Whether a watch from a forgotten version fails at once or with its first event; the real one does either. */
    tellsGoneLate: false,
    /** Answers instead of the API, for what no API would do. */
    instead: undefined as RequestListener | undefined,
  };

  const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`;
  const write = (response: ServerResponse, value: unknown) => response.write(`${JSON.stringify(value)}\n`);

  function fail(response: ServerResponse, code: number, reason: string, message: string): void {
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ kind: 'Status', status: 'Failure', code, reason, message }));
  }

  function list(plural: string, query: URLSearchParams, response: ServerResponse) {
    const [offset = 0, asOf = version] = (query.get('continue') ?? '').split(':').filter(Boolean).map(Number);
    if (asOf < forgottenBefore) {
      return fail(response, 410, 'Expired', 'The provided continue parameter is too old');
    }
    const all = [...(objects.get(plural)?.values() ?? [])];
    const to = offset + Math.min(page, Number(query.get('limit')));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        kind: 'List',
        metadata: {
          resourceVersion: String(asOf),
          ...(to < all.length ? { continue: `${to}:${asOf}` } : {}),
        },
        items: all.slice(offset, to),
      }),
    );
  }

  function watch(plural: string, query: URLSearchParams, response: ServerResponse) {
    const from = Number(query.get('resourceVersion'));
    const gone = 'too old resource version';
    if (from < forgottenBefore && !state.tellsGoneLate) return fail(response, 410, 'Expired', gone);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (from < forgottenBefore) {
      write(response, { type: 'ERROR', object: { kind: 'Status', code: 410, message: gone } });
      response.end();
      return;
    }
    for (const change of changes.get(plural) ?? []) if (change.version > from) write(response, change);
    watches.set(response, plural);
    response.on('close', () => watches.delete(response));
  }

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://kube');
    const { authorization } = request.headers;
    const { pathname: path, searchParams: query } = url;
    if (state.token !== undefined && authorization !== `Bearer ${state.token}`)
      return fail(response, 401, 'Unauthorized', 'Unauthorized');
    const plural = KINDS.find((kind) => `/${kind.path}` === path)?.plural;
    if (plural === undefined) return fail(response, 404, 'NotFound', 'not found');
    if (state.forbidden.has(plural)) {
      const account = 'system:serviceaccount:shoal:shoal';
      return fail(response, 403, 'Forbidden', `${plural} is forbidden: User "${account}" cannot list it`);
    }
    if (query.get('watch') === null) list(plural, query, response);
    else watch(plural, query, response);
  };
  const handle: RequestListener = (request, response) => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://kube');
    requests.push({ path, query, authorization: request.headers.authorization });
    (state.instead ?? answer)(request, response);
  };
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  function change(type: Change['type'], plural: string, given: KubeObject): void {
    version++;
    const object = { ...given, metadata: { ...given.metadata, resourceVersion: String(version) } };
    const event = { version, type, object };
    if (type === 'DELETED') objects.get(plural)?.delete(keyOf(object));
    else objects.get(plural)?.set(keyOf(object), object);
    changes.get(plural)?.push(event);
    for (const [response, watched] of watches) if (watched === plural) write(response, event);
  }

  return {
    url: new URL(
      `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    ),
    state,
    requests,
    /** As the API would. */
    answer,
    /** How often it was asked to list this kind from the start. */
    lists: (path: string) =>
      requests.filter((r) => r.path === `/${path}` && !r.query.has('watch') && !r.query.has('continue'))
        .length,
    put(plural: string, object: KubeObject) {
      change(objects.get(plural)?.has(keyOf(object)) === true ? 'MODIFIED' : 'ADDED', plural, object);
    },
    remove: (plural: string, object: KubeObject) => change('DELETED', plural, object),
    /** Ends all watches, as the API does when their time is over. */
    endWatches() {
      for (const response of watches.keys()) response.end();
      watches.clear();
    },
    /** Tells the watchers of a kind a version that none of its own changes has. */
    bookmark(plural: string) {
      version++;
      const object = { metadata: { resourceVersion: String(version) } };
      for (const [response, watched] of watches)
        if (watched === plural) write(response, { type: 'BOOKMARK', object });
    },
    /** Forgets all that is older than now. */
    forget() {
      version++;
      forgottenBefore = version;
    },
    /** Breaks off every connection. */
    hangUp: () => server.closeAllConnections(),
    watching: () => watches.size,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

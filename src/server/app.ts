/**
 * The one HTTP handler of dev, preview, tests and production: routes, headers, errors.
 * Knows HTTP; refuses to know where flows come from (answers.ts) and how sockets are opened (listen.ts).
 */
import { type Context, Hono } from 'hono';
import { PARAMETERS, readQuery } from '../flows/query';
import type { Inventory } from '../sources/inventory';
import type { Answers, Reply } from './answers';
import { acceptsGzip, type Body, createBody, isKnown } from './body';
import { tellEmbedOrigins } from './embed-origins';
import { findForeignOrigin, findIntrusion } from './gate';
import { describeApi } from './open-api';
import type { PageFiles } from './page-files';
import { type Problem, problem } from './problem';
import { createHostTest, securityHeaders } from './security';

/** `--sensitive` and `--baseline`, as the page gets them. */
export interface AuditSettings {
  /** Namespace patterns; absent: the usual ones. */
  sensitive?: readonly string[];
  /** The baseline's own JSON. */
  baseline?: unknown;
}

export interface AppOptions {
  answers: Answers;
  /** What `/inventory` says, or would say now; without it that route is not found. */
  inventory?: Inventory | (() => Inventory);
  /** Whether the inventory is known by now; without it, it is from the start. Until then the route is not found. */
  hasInventory?: () => boolean;
  /** What an audit compares with; without it that route is not found. */
  audit?: AuditSettings;
  /** The built page; without it only the API is there. */
  page?: PageFiles;
  /** `/` or `/name`, never with a slash at the end. */
  basePath?: string;
  /** A CSP source list: who may frame the page. */
  frameAncestors?: string;
  /** Origins whose pages may talk to ours when they frame it; told to the page in a meta tag. */
  embedOrigins?: readonly string[];
  /** Host names to answer to besides localhost and addresses; `*` for all. */
  hosts?: readonly string[];
  /** What a copied link begins with; told to the page in `Shoal-Public-Url`. */
  publicUrl?: string;
  version?: string;
  /** Where a bug is told; the response only says that there was one. */
  onBug?: (error: unknown) => void;
}

export function createApp(options: AppOptions): Hono {
  const { answers, version = '0.0.0', onBug = console.error, hasInventory = () => true } = options;
  const page = pageFor(options.page ?? new Map(), options.embedOrigins ?? []);
  const base = options.basePath === undefined || options.basePath === '/' ? '' : options.basePath;
  const isAllowedHost = createHostTest(options.hosts ?? []);
  const headers = securityHeaders(options.frameAncestors ?? "'self'");
  const inventory = options.inventory === undefined ? undefined : inventoryBody(options.inventory);
  const openApi = jsonBody(describeApi(version, `${base}/`));
  const audit = options.audit === undefined ? undefined : jsonBody(options.audit);
  // A page that asked for what is not there would log an error for nothing.
  const offers = () => [
    ...(inventory === undefined || !hasInventory() ? [] : ['inventory']),
    ...(audit === undefined ? [] : ['audit']),
  ];
  const origin = {
    'Shoal-Source': headerText(answers.label),
    ...(options.publicUrl === undefined ? {} : { 'Shoal-Public-Url': headerText(options.publicUrl) }),
  };

  // Routed below the base path, whatever characters that has: a route's own pattern would read `:80` as a parameter.
  const app = new Hono({ getPath: (request) => routeOf(base, request.url) });
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
  });
  app.use(async (c, next) => {
    const intrusion = findIntrusion(c.req.raw, isAllowedHost);
    if (intrusion === undefined) return next();
    if (intrusion.status === 405) c.header('Allow', 'GET, HEAD');
    // What it still sends is not read: it may have no end.
    c.header('Connection', 'close');
    return refuse(c, intrusion);
  });
  // The page's own files are everybody's; what the cluster does is not.
  for (const path of ['/mcp/*', '/api/mcp/*', '/inventory', '/audit', '/readyz']) {
    app.use(path, async (c, next) => {
      const foreign = findForeignOrigin(c.req.raw);
      return foreign === undefined ? next() : refuse(c, foreign);
    });
  }

  async function replyWith(c: Context, reply: Promise<Reply>): Promise<Response> {
    const result = await reply;
    for (const [name, value] of Object.entries(origin)) c.header(name, value);
    const offered = offers().join(' ');
    if (offered !== '') c.header('Shoal-Offers', offered);
    if (!result.ok) return refuse(c, result.problem);
    const { body, at, epoch, rejected } = result.served;
    if (at !== undefined) c.header('Shoal-At', at);
    if (epoch !== undefined) c.header('Shoal-Epoch', epoch);
    if (rejected !== undefined && rejected > 0) c.header('Shoal-Rejected', String(rejected));
    return send(c, body, JSON_TYPE);
  }

  for (const prefix of ['', '/api']) {
    app.get(`${prefix}/mcp/flows`, (c) => {
      const { searchParams } = new URL(c.req.url);
      const { query, problems } = readQuery(searchParams);
      const sentences = [...findSmuggled(searchParams), ...problems.map(({ message }) => message)];
      if (sentences.length > 0) return refuse(c, problem('bad-parameter', sentences.join(' ')));
      return replyWith(c, answers.flows(query));
    });
    app.get(`${prefix}/mcp/flows/summary`, (c) => replyWith(c, answers.summary()));
  }
  app.get('/inventory', (c) => {
    if (inventory !== undefined && hasInventory()) return send(c, inventory(), JSON_TYPE);
    return refuse(
      c,
      problem(
        'not-found',
        inventory === undefined
          ? 'No inventory was given. Start the server with --inventory.'
          : 'The inventory cannot be read yet; the server’s log says what it waits for.',
      ),
    );
  });
  app.get('/audit', (c) =>
    audit === undefined
      ? refuse(
          c,
          problem(
            'not-found',
            'Nothing to audit against. Start the server with --baseline FILE or --sensitive PATTERN.',
          ),
        )
      : send(c, audit, JSON_TYPE),
  );
  app.get('/openapi.json', (c) => send(c, openApi, JSON_TYPE));
  app.get('/healthz', (c) => send(c, jsonBody({ status: 'ok', version }), JSON_TYPE, 'no-store'));
  app.get('/readyz', async (c) => {
    const notReady = await answers.ready();
    if (notReady !== undefined) return refuse(c, notReady);
    return send(c, jsonBody({ status: 'ready', source: answers.label }), JSON_TYPE, 'no-store');
  });
  // Links inside the page are relative, so it must be opened with the slash.
  app.get(BARE, (c) => c.redirect(`${base}/${new URL(c.req.url).search}`, 308));

  app.notFound(async (c) => {
    const path = pathBelow(base, c.req.url);
    const file = path === undefined ? undefined : page.get(path === '' ? 'index.html' : path);
    if (file !== undefined) return send(c, file.body, file.type, file.cacheControl);
    if (path === '') {
      return refuse(
        c,
        problem('not-found', 'The page is not built. Run npm run build, or npm start, which does.'),
      );
    }
    if (c.req.header('accept')?.includes('text/html') === true)
      return c.html(notFoundPage(base), 404, NO_STORE);
    return refuse(c, problem('not-found', `There is nothing at this path. The map is at ${base}/.`));
  });
  app.onError((error, c) => {
    onBug(error);
    return refuse(c, problem('internal', 'The server made a mistake; its log says which.'));
  });
  return app;
}

/** The page as these origins get it: index.html is the only file that says who is who. */
function pageFor(page: PageFiles, embedOrigins: readonly string[]): PageFiles {
  const index = page.get('index.html');
  if (index === undefined || embedOrigins.length === 0) return page;
  const html = tellEmbedOrigins(new TextDecoder().decode(index.body.bytes), embedOrigins);
  return new Map([...page, ['index.html', { ...index, body: createBody(html) }]]);
}

/**
 * What no page of ours asks, a sentence each. Of two values, whoever stands before us may have looked at the one that we
 * would not take; a line break or NUL in a name is meant for a header or a log further on.
 */
const findSmuggled = (params: URLSearchParams): string[] =>
  PARAMETERS.flatMap((name) => {
    const values = params.getAll(name);
    if (values.length > 1) return `${name} is given more than once.`;
    return values.some((value) => /[\r\n]/.test(value) || value.includes('\0'))
      ? `${name} holds a line break or NUL.`
      : [];
  });

const JSON_TYPE = 'application/json; charset=utf-8';
const NO_STORE = { 'Cache-Control': 'no-store' };
/** Its bytes, when somebody asks for them; the same ones until the inventory is another object. */
function inventoryBody(inventory: Inventory | (() => Inventory)): () => Body {
  const read = typeof inventory === 'function' ? inventory : () => inventory;
  let written: { of: Inventory; body: Body } | undefined;
  return () => {
    const of = read();
    if (written?.of !== of) written = { of, body: jsonBody(of) };
    return written.body;
  };
}

const jsonBody = (value: unknown): Body => createBody(JSON.stringify(value));

function refuse(c: Context, { cause, message, status }: Problem): Response {
  return c.json({ error: message, cause }, status, NO_STORE);
}

/** The bytes, zipped where the client takes that, or 304 where it has them. */
async function send(c: Context, body: Body, type: string, cacheControl = 'no-cache'): Promise<Response> {
  c.header('Cache-Control', cacheControl);
  c.header('Vary', 'Accept-Encoding');
  c.header('ETag', body.etag);
  if (isKnown(body.etag, c.req.header('if-none-match'))) return c.body(null, 304);
  c.header('Content-Type', type);
  const zipped = acceptsGzip(c.req.header('accept-encoding')) ? await body.zipped() : undefined;
  if (zipped !== undefined) c.header('Content-Encoding', 'gzip');
  const bytes = zipped ?? body.bytes;
  c.header('Content-Length', String(bytes.length));
  return c.body(bytes);
}

/** What routes match: `/mcp/flows`; BARE for the base path without its slash; nothing's for what is not below it. */
function routeOf(base: string, url: string): string {
  const { pathname } = new URL(url);
  if (base !== '' && pathname === base) return BARE;
  return pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : NOWHERE;
}

// No request's path: those begin with a slash and hold no space.
const BARE = '/bare base path';
const NOWHERE = '/not below it';

/** The path below the base path, decoded, without its leading slash; undefined when it is not below, or undecodable. */
function pathBelow(base: string, url: string): string | undefined {
  const { pathname } = new URL(url);
  if (!pathname.startsWith(`${base}/`)) return undefined;
  try {
    return decodeURIComponent(pathname.slice(base.length + 1));
  } catch {
    return undefined;
  }
}

/** Header values are bytes: what is not printable ASCII is percent-encoded, and so is the percent sign. */
const headerText = (text: string): string => text.replace(/[^ -~]|%/gu, (c) => encodeURIComponent(c));

const notFoundPage = (base: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>Not found – Shoal</title><h1>Not found</h1><p>There is nothing here. <a href="${base}/">The map is there.</a></p></html>`;

// What comes in at the socket that no browser of ours would send: each is refused with its status, and meanwhile a page
// that polls gets its answers.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createApp } from './app';
import { createBody } from './body';
import { createFakeHub, type FakeHub, givesJson } from './fake-hub';
import { createHub } from './hub';
import { type Listening, listen } from './listen';
import type { PageFiles } from './page-files';

const SECRET = 'X-Kubeshark-Authorization';
const page: PageFiles = new Map([
  ['index.html', { body: createBody('<!doctype html>map'), type: 'text/html', cacheControl: 'no-cache' }],
]);
// Slow clients are looked for as often as a test can wait.
const PATIENCE = { headers: 300, request: 400, look: 50 };

let hub: FakeHub;
let server: Listening;
let port: number;
/** Polls as the page does, from the first attack to the last. */
const polls = { good: 0, bad: [] as string[], isOver: false, done: Promise.resolve() };

beforeAll(async () => {
  hub = await createFakeHub(givesJson({ flows: [], total: 0, truncated: false }));
  const answers = createHub({ url: hub.url, token: 'secret-token' });
  server = await listen(createApp({ answers, page, basePath: '/l4' }), '127.0.0.1', 0, PATIENCE);
  port = Number(new URL(server.origin).port);
  polls.done = poll();
});
afterAll(async () => {
  polls.isOver = true;
  await polls.done;
  await server.close();
  await hub.close();
  expect(polls.bad).toEqual([]);
  expect(polls.good).toBeGreaterThan(20);
});

async function poll(): Promise<void> {
  let etag = '';
  while (!polls.isOver) {
    const response = await fetch(`${server.origin}/l4/mcp/flows?ns=poll`, {
      headers: { 'if-none-match': etag, 'sec-fetch-site': 'same-origin' },
    }).catch((error: unknown) => String(error));
    if (typeof response === 'string') polls.bad.push(response);
    else if (response.status === 200 || response.status === 304) {
      polls.good++;
      etag = response.headers.get('etag') ?? '';
      await response.text();
    } else polls.bad.push(String(response.status));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  // A server that hangs up while we talk is what some of these want to see.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Sends exactly these bytes; gives what came back once the other side closed, or when nothing more comes. */
async function send(bytes: string): Promise<{ status: number; text: string; answers: number }> {
  const socket = await open();
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);
  return { status, text, answers: text.match(/^HTTP\/1\.1 /gm)?.length ?? 0 };
}

const HOST = 'Host: localhost\r\n';
const get = (target: string, headers = HOST) =>
  send(`GET ${target} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);

/** What the hub was asked since `before`, without the poller. */
const hubSaw = (before: number) =>
  hub.requests.slice(before).filter(({ url }) => url !== '/mcp/flows?ns=poll');

describe('another host', () => {
  test.each([
    ['a rebound name', '/l4/', 'Host: evil.example\r\n'],
    ['with our port', '/l4/', 'Host: evil.example:4180\r\n'],
    ['none', '/l4/', ''],
    ['two', '/l4/', 'Host: localhost\r\nHost: evil.example\r\n'],
    ['one that hides another', '/l4/', 'Host: localhost@evil.example\r\n'],
    ['one with a path', '/l4/', 'Host: localhost/evil.example\r\n'],
    ['in the first line', 'http://evil.example/l4/', HOST],
    ['of another kind there', 'file:///etc/passwd', HOST],
    ['forwarded does not help', '/l4/', 'Host: evil.example\r\nX-Forwarded-Host: localhost\r\n'],
  ])('%s: 400', async (_, target, headers) => {
    expect(await get(target, headers)).toMatchObject({ status: 400, answers: 1 });
  });
});

describe('a path that climbs', () => {
  test.each([
    '/l4/../../etc/passwd',
    '/l4/..%2f..%2fetc%2fpasswd',
    '/l4/%2e%2e/%2e%2e/etc/passwd',
    '/l4/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '/l4/%252e%252e%252fetc%252fpasswd',
    '/l4/..%5c..%5cetc%5cpasswd',
    '/l4/..%c0%afetc/passwd',
    '/l4/%uff0e%uff0e/etc/passwd',
    '/l4/....//etc/passwd',
    '/l4/index.html%00.js',
    '//evil.example/l4/',
  ])('%s: 404', async (target) => {
    const { status, text } = await get(target);
    expect(status).toBe(404);
    expect(text).not.toMatch(/root:|<!doctype html>map/);
  });

  test('with a backslash: 400', async () => {
    expect((await get('/l4/..\\..\\etc\\passwd')).status).toBe(400);
  });
});

describe('parameters for the hub', () => {
  test.each([
    'limit=1&limit=99999',
    'ns=shop&ns=kube-system',
    'ns=a%0d%0aX-Evil:%20b',
    'pod=a%00b',
    'limit=5%26limit%3D9',
    'limit=5;limit=9',
    'format=full%23',
    'l4proto=tcp%20HTTP/1.1',
    'ip=10.0.0.1%2F..%2F',
  ])('%s: 400, and the hub hears nothing', async (parameters) => {
    const before = hub.requests.length;
    expect((await get(`/l4/mcp/flows?${parameters}`)).status).toBe(400);
    expect(hubSaw(before)).toEqual([]);
  });

  test('reach it in our own spelling, and nothing else of the request does', async () => {
    const before = hub.requests.length;
    const headers = [
      `${SECRET}: mine`,
      'License-Key: mine',
      'Authorization: Bearer mine',
      'Cookie: session=mine',
      'X-Forwarded-For: 1.2.3.4',
      'Range: bytes=0-1',
      'X-Http-Method-Override: DELETE',
    ];
    const target =
      '/l4/api/mcp/flows?url=http://evil.example/&ns=a%26limit%3D9%23&LIMIT=7&pod=%2e%2e%2f&__proto__=1';
    expect((await get(target, `${HOST}${headers.join('\r\n')}\r\n`)).status).toBe(200);
    const [asked] = hubSaw(before);
    expect(asked?.url).toBe('/mcp/flows?ns=a%26limit%3D9%23&pod=..%2F');
    expect(asked?.headers[SECRET.toLowerCase()]).toBe('secret-token');
    expect(JSON.stringify(asked?.headers)).not.toMatch(/mine|1\.2\.3\.4|bytes|DELETE/);
  });
});

describe('a request within a request', () => {
  const INNER = 'GET /l4/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const POST = `POST /l4/mcp/flows HTTP/1.1\r\n${HOST}`;
  test.each([
    ['two lengths', 400, `${POST}Content-Length: 0\r\nContent-Length: ${INNER.length}\r\n\r\n${INNER}`],
    [
      'a length and chunks',
      400,
      `${POST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${INNER}`,
    ],
    [
      'a question with a body',
      400,
      `GET /l4/ HTTP/1.1\r\n${HOST}Content-Length: ${INNER.length}\r\n\r\n${INNER}`,
    ],
    ['one in chunks', 400, `GET /l4/ HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${INNER}`],
    ['a folded header', 400, `GET /l4/ HTTP/1.1\r\n${HOST}X: a\r\n ${INNER}\r\n\r\n`],
    ['a space before the colon', 400, `GET /l4/ HTTP/1.1\r\nHost : localhost\r\n\r\n${INNER}`],
    ['bare line feeds', 400, `GET /l4/ HTTP/1.1\nHost: localhost\n\n${INNER}`],
    ['NUL in a header', 400, `GET /l4/ HTTP/1.1\r\n${HOST}X: a\0b\r\n\r\n`],
    ['another protocol', 400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['another expectation', 417, `GET /l4/ HTTP/1.1\r\n${HOST}Expect: more\r\nConnection: close\r\n\r\n`],
    ['another method', 405, `DELETE /l4/ HTTP/1.1\r\n${HOST}\r\n`],
  ])('%s: %i, and nothing inside it is answered', async (_, status, bytes) => {
    expect(await send(bytes)).toMatchObject({ status, answers: 1 });
  });

  test('a line break in the path gets into no header', async () => {
    const { status, text } = await get('/l4/%0d%0aSet-Cookie:%20a=b');
    expect([status, /^set-cookie/im.test(text)]).toEqual([404, false]);
    const redirected = await get('/l4?x=%0d%0aSet-Cookie:%20a=b');
    expect(redirected.text).toMatch(/^location: \/l4\/\?x=%0d%0aSet-Cookie:%20a=b\r$/m);
    expect(redirected.text).not.toMatch(/^set-cookie/im);
  });
});

describe('too much, too slowly', () => {
  const MIB = 'x'.repeat(2 ** 20);
  test.each([
    ['a URL of 1 MB', `GET /l4/mcp/flows?pod=${MIB} HTTP/1.1\r\n${HOST}\r\n`],
    ['a header of 1 MB', `GET /l4/ HTTP/1.1\r\n${HOST}X: ${MIB}\r\n\r\n`],
    ['a thousand long headers', `GET /l4/ HTTP/1.1\r\n${HOST}${'X: 0123456789abcdef\r\n'.repeat(1000)}\r\n`],
  ])('%s: 431', async (_, bytes) => {
    expect(await send(bytes)).toMatchObject({ status: 431, answers: 1 });
  });

  test('headers that never end: 408, a hundred at once', async () => {
    const sent = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = await open();
        let text = '';
        socket.on('data', (chunk) => {
          text += chunk.toString();
        });
        socket.write(`GET /l4/ HTTP/1.1\r\n${HOST}`);
        const drip = setInterval(() => socket.write('X-A: b\r\n'), 20);
        await once(socket, 'close');
        clearInterval(drip);
        return text;
      }),
    );
    for (const text of sent) expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('a body that never ends is refused at once and cut off', async () => {
    const socket = await open();
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.write(`POST /l4/mcp/flows HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`);
    const drip = setInterval(() => socket.write('400\r\n'.concat('x'.repeat(1024), '\r\n')), 5);
    await once(socket, 'close');
    clearInterval(drip);
    expect(text).toMatch(/^HTTP\/1\.1 405 /);
  });

  test('whoever says nothing is let go', async () => {
    const socket = await open();
    socket.resume();
    await once(socket, 'close');
  });
});

describe('a page of another origin', () => {
  const cross = 'Sec-Fetch-Site: cross-site\r\n';
  test.each([
    ['fetches', `${cross}Sec-Fetch-Mode: cors\r\nOrigin: https://evil.example\r\n`],
    ['embeds as a script', `${cross}Sec-Fetch-Mode: no-cors\r\n`],
    [
      'fetches from another port',
      'Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors\r\nOrigin: http://localhost:1\r\n',
    ],
    ['fetches from an older browser', 'Origin: https://evil.example\r\n'],
    ['fetches from a sandbox', 'Origin: null\r\n'],
  ])('%s: 403', async (_, headers) => {
    const before = hub.requests.length;
    for (const path of ['mcp/flows', 'api/mcp/flows/summary', 'inventory', 'audit', 'readyz']) {
      const { status, text } = await get(`/l4/${path}`, HOST + headers);
      expect(status).toBe(403);
      expect(text).not.toMatch(/^access-control-/im);
    }
    expect(hubSaw(before)).toEqual([]);
  });

  test('that asks before it fetches: 405', async () => {
    const preflight = `OPTIONS /l4/mcp/flows HTTP/1.1\r\n${HOST}Origin: https://evil.example\r\n`;
    const { status, text } = await send(
      `${preflight}Access-Control-Request-Method: GET\r\nConnection: close\r\n\r\n`,
    );
    expect(status).toBe(405);
    expect(text).not.toMatch(/^access-control-/im);
  });

  test('may link to the page and frame it; the policy says who', async () => {
    const { status, text } = await get('/l4/', `${HOST}${cross}Sec-Fetch-Mode: navigate\r\n`);
    expect(status).toBe(200);
    expect(text).toContain("frame-ancestors 'self'");
  });

  test.each([
    ['the page itself', 'Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n'],
    ['the page itself in an older browser', ''],
    ['its own origin, said', 'Origin: http://LOCALHOST\r\n'],
    ['the address bar', 'Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\n'],
  ])('is not %s: 200', async (_, headers) => {
    expect((await get('/l4/mcp/flows', HOST + headers)).status).toBe(200);
  });
});

test('all the while, the page polled', async () => {
  const before = polls.good;
  await vi.waitFor(() => expect(polls.good).toBeGreaterThan(before + 3));
  expect(polls.bad).toEqual([]);
});

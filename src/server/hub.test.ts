import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from './app';
import { createFakeHub, type FakeHub, givesJson, givesStatus } from './fake-hub';
import { createHub, type HubOptions, readHubUrl } from './hub';

const ANSWER = { flows: [], total: 0, truncated: false };
const SUMMARY = { total_flows: 0 };

let hub: FakeHub;
beforeEach(async () => {
  hub = await createFakeHub(givesJson(ANSWER));
});
afterEach(() => hub.close());

const appFor = (more: Partial<HubOptions> = {}) =>
  createApp({ answers: createHub({ url: hub.url, ...more }) });
const ask = async (app: ReturnType<typeof appFor>, path = '/mcp/flows') => {
  const response = await app.request(path);
  const body = (await response.json()) as { error: string; cause: string };
  return { status: response.status, ...body };
};

describe('what passes', () => {
  test('the answer as it came, with the parameters re-serialised and unknown ones dropped', async () => {
    const text = '{ "flows": [ ],\n "total": 0, "extra": 1.50 }';
    hub.answer((_request, response) => response.end(text));
    const response = await appFor().request('/mcp/flows?limit=007&ns=shop&x=1&x=2&pod=a%26b');
    expect(await response.text()).toBe(text);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(hub.requests.map(({ url, method }) => [method, url])).toEqual([
      ['GET', '/mcp/flows?ns=shop&pod=a%26b&limit=7'],
    ]);
  });

  test('a malformed parameter does not reach the hub', async () => {
    expect(await ask(appFor(), '/mcp/flows?limit=-1')).toMatchObject({ status: 400, cause: 'bad-parameter' });
    expect(hub.requests).toEqual([]);
  });

  test('the time and epoch of another Shoal, where they are well-formed', async () => {
    hub.answer(givesJson(ANSWER, { 'shoal-at': '2026-01-01T00:00:00Z', 'shoal-epoch': '3' }));
    const { headers } = await appFor().request('/mcp/flows');
    expect([headers.get('shoal-at'), headers.get('shoal-epoch')]).toEqual(['2026-01-01T00:00:00.000Z', '3']);
    hub.answer(givesJson(ANSWER, { 'shoal-at': 'noon', 'shoal-epoch': 'a b' }));
    const other = await appFor().request('/mcp/flows');
    expect([other.headers.get('shoal-at'), other.headers.get('shoal-epoch')]).toEqual([null, null]);
  });

  test('the label, with the host and nothing else', async () => {
    const { headers } = await appFor({ token: 'tok-en' }).request('/mcp/flows');
    expect(headers.get('shoal-source')).toBe(`hub ${hub.url.host}`);
  });

  test('an unchanged answer is 304', async () => {
    const app = appFor();
    const etag = (await app.request('/mcp/flows')).headers.get('etag') ?? '';
    expect((await app.request('/mcp/flows', { headers: { 'if-none-match': etag } })).status).toBe(304);
    hub.answer(givesJson({ ...ANSWER, total: 1 }));
    expect((await app.request('/mcp/flows', { headers: { 'if-none-match': etag } })).status).toBe(200);
  });
});

describe('where the API is', () => {
  const behindApi: Parameters<FakeHub['answer']>[0] = (request, response) =>
    (request.url?.startsWith('/api/mcp/flows') === true ? givesJson(ANSWER) : givesStatus(200))(
      request,
      response,
    );
  const urls = () => hub.requests.map(({ url }) => url);

  test('straight at the hub it is found at once', async () => {
    const app = appFor();
    await ask(app);
    await ask(app, '/mcp/flows/summary');
    expect(urls()).toEqual(['/mcp/flows', '/mcp/flows/summary']);
  });

  test('behind the front it is found below /api, and remembered', async () => {
    hub.answer(behindApi);
    const app = appFor();
    expect(await ask(app)).toMatchObject({ status: 200 });
    expect(await ask(app, '/api/mcp/flows/summary')).toMatchObject({ status: 200 });
    expect(urls()).toEqual(['/mcp/flows', '/api/mcp/flows', '/api/mcp/flows/summary']);
  });

  test('it is looked for again when it is no longer there', async () => {
    hub.answer(behindApi);
    const app = appFor();
    await ask(app);
    hub.answer((request, response) =>
      (request.url?.startsWith('/mcp/') === true ? givesJson(ANSWER) : givesStatus(404))(request, response),
    );
    expect(await ask(app)).toMatchObject({ status: 200 });
    expect(await ask(app)).toMatchObject({ status: 200 });
    expect(urls()).toEqual(['/mcp/flows', '/api/mcp/flows', '/api/mcp/flows', '/mcp/flows', '/mcp/flows']);
  });

  test('below a base path', async () => {
    const url = new URL('kubeshark/', hub.url);
    await ask(appFor({ url }));
    expect(urls()).toEqual(['/kubeshark/mcp/flows']);
  });

  test.each([
    ['/mcp/flows', 500],
    ['/api/mcp/flows', 500],
    ['/api/mcp/flows', 401],
  ])('of two problems the one at %s (%d) is told, not the HTML of the other place', async (place, status) => {
    hub.answer((request, response) => givesStatus(request.url === place ? status : 200)(request, response));
    const reply = await ask(appFor());
    expect(reply.error).toContain(String(status));
  });
});

describe('what can go wrong', () => {
  const cases: [string, Parameters<FakeHub['answer']>[0], number, string, RegExp][] = [
    ['HTML', givesStatus(200), 502, 'not-json', /answered HTML.*unknown paths.*port and the base path/],
    ['nothing', (_q, r) => r.end(), 502, 'not-json', /answered nothing instead of JSON/],
    ['text', (_q, r) => r.end('hello'), 502, 'not-json', /answered text instead of JSON/],
    [
      '302',
      givesStatus(302, { location: '/login' }),
      502,
      'sign-in',
      /wants a sign-in.*302.*SHOAL_HUB_TOKEN/,
    ],
    [
      '303',
      givesStatus(303, { location: 'https://sso.example/?secret=1' }),
      502,
      'sign-in',
      /https:\/\/sso\.example\)/,
    ],
    ['307', givesStatus(307, { location: '/x' }), 502, 'sign-in', /307/],
    ['401', givesStatus(401), 502, 'sign-in', /wants a sign-in.*401/],
    ['403', givesStatus(403), 502, 'sign-in', /403/],
    [
      '301',
      givesStatus(301, { location: 'https://other.example/a' }),
      502,
      'refused',
      /301.*https:\/\/other\.example/,
    ],
    ['404', givesStatus(404), 502, 'refused', /answered 404.*base path/],
    ['429', givesStatus(429), 502, 'refused', /429.*interval/],
    ['500', givesStatus(500), 502, 'refused', /answered 500 to \/mcp\/flows/],
    ['a number', givesJson(7), 502, 'malformed', /no object/],
    [
      'half a JSON',
      (_q, r) => r.end('{"flows": [{"proto": "tcp", "cli'),
      502,
      'malformed',
      /breaks off or is damaged/,
    ],
    [
      'a connection cut in the body',
      (_q, r) => {
        r.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        r.write('{"flows": [');
        setImmediate(() => r.destroy());
      },
      502,
      'malformed',
      /breaks off/,
    ],
    ['a closed connection', (_q, r) => void r.destroy(), 502, 'unreachable', /closed without an answer/],
    [
      'an endless body',
      (_q, r) => {
        r.writeHead(200, { 'content-type': 'application/json' });
        const more = () => {
          while (!r.destroyed && r.write('[1,'.repeat(10_000)));
          if (!r.destroyed) r.once('drain', more);
        };
        more();
      },
      502,
      'too-large',
      /larger than 1 MiB.*--max-answer/,
    ],
    ['silence', () => undefined, 504, 'timeout', /within 0\.2 s/],
    [
      'silence after the first bytes',
      (_q, r) => {
        r.writeHead(200, { 'content-type': 'application/json' });
        r.write('{');
      },
      504,
      'timeout',
      /within 0\.2 s/,
    ],
  ];

  test.each(cases)('%s', async (name, listener, status, cause, sentence) => {
    hub.answer(listener);
    const waits = name.startsWith('silence');
    const app = appFor({ maxAnswerBytes: 2 ** 20, timeoutMs: waits ? 200 : 20_000 });
    const reply = await ask(app);
    expect(reply).toMatchObject({ status, cause });
    expect(reply.error).toMatch(sentence);
    expect(reply.error).toContain(hub.url.host);
    expect(reply.error).not.toContain('secret');
    const ready = await app.request('/readyz');
    expect(ready.status).toBe(status);
  });

  test('nothing listens', async () => {
    const app = appFor();
    await hub.close();
    expect(await ask(app)).toMatchObject({
      status: 502,
      cause: 'unreachable',
      error: expect.stringMatching(/nothing listens there.*port-forward/),
    });
  });

  test('a name that nobody knows', async () => {
    const app = appFor({ url: new URL('http://nobody.invalid:8898/') });
    expect(await ask(app)).toMatchObject({ status: 502, cause: 'unreachable' });
  });

  test('it recovers by itself', async () => {
    const app = appFor();
    hub.answer(givesStatus(503));
    expect(await ask(app)).toMatchObject({ cause: 'refused' });
    expect((await app.request('/readyz')).status).toBe(502);
    hub.answer(givesJson(SUMMARY));
    expect((await app.request('/readyz')).status).toBe(200);
    expect(await ask(app)).toMatchObject({ status: 200 });
  });

  test('errors are not stored, and say what they come from', async () => {
    hub.answer(givesStatus(500));
    const { headers } = await appFor().request('/mcp/flows');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('shoal-source')).toBe(`hub ${hub.url.host}`);
  });
});

describe('credentials', () => {
  test('go to the hub, and nothing of the browser does', async () => {
    const app = appFor({ token: 'tok-en', licenseKey: 'key-123' });
    await app.request('/mcp/flows', {
      headers: {
        authorization: 'Bearer browser',
        cookie: 'session=browser',
        'x-forwarded-for': '1.2.3.4',
        'x-kubeshark-authorization': 'browser',
        'user-agent': 'Browser/1.0',
      },
    });
    const headers = hub.requests[0]?.headers ?? {};
    expect(headers).toMatchObject({ 'x-kubeshark-authorization': 'tok-en', 'license-key': 'key-123' });
    expect(JSON.stringify(headers)).not.toMatch(/browser|1\.2\.3\.4/i);
  });

  test.each([200, 302, 401, 403, 500])('never reach the page (%d)', async (status) => {
    hub.answer(status === 200 ? givesJson(ANSWER) : givesStatus(status, { location: '/login' }));
    const app = appFor({ token: 'tok-en', licenseKey: 'key-123' });
    for (const path of ['/mcp/flows', '/mcp/flows/summary', '/readyz', '/openapi.json', '/healthz']) {
      const response = await app.request(path);
      const all = JSON.stringify([...response.headers]) + (await response.text());
      expect(all).not.toMatch(/tok-en|key-123/);
    }
  });

  test('that are not accepted are said to be', async () => {
    hub.answer(givesStatus(401));
    expect((await ask(appFor({ token: 'tok-en' }))).error).toMatch(/does not accept the credentials.*Renew/);
  });
});

describe('sharing', () => {
  test('whoever asks the same at the same time waits for the same answer', async () => {
    const waiting: (() => void)[] = [];
    hub.answer((request, response) => waiting.push(() => givesJson({ url: request.url })(request, response)));
    const app = appFor();
    const replies = [
      app.request('/mcp/flows?ns=a'),
      app.request('/mcp/flows?ns=a&unknown=1'),
      app.request('/api/mcp/flows?ns=a'),
      app.request('/mcp/flows?ns=b'),
    ];
    await expect.poll(() => waiting.length).toBe(2);
    for (const go of waiting) go();
    const bodies = await Promise.all(
      replies.map(async (reply) => (await (await reply).json()) as { url: string }),
    );
    expect(bodies.map(({ url }) => url)).toEqual(['a', 'a', 'a', 'b'].map((ns) => `/mcp/flows?ns=${ns}`));
    hub.answer(givesJson(ANSWER));
    await app.request('/mcp/flows?ns=a');
    expect(hub.requests).toHaveLength(3);
  });
});

test.each([
  ['http://localhost:8898', 'http://localhost:8898/'],
  ['localhost:8898', 'http://localhost:8898/'],
  ['127.0.0.1:8898', 'http://127.0.0.1:8898/'],
  ['https://k.example/kubeshark/', 'https://k.example/kubeshark/'],
  ['http://localhost:8899/api/mcp/flows', 'http://localhost:8899/'],
  ['http://localhost:8899/base/mcp/flows/summary?x=1#y', 'http://localhost:8899/base/'],
])('--hub %s is %s', (text, url) => {
  expect(String(readHubUrl(text))).toBe(url);
});

test.each(['', 'nonsense', 'ftp://x', 'http://user:secret@host', 'file:///etc'])(
  '--hub %j is refused',
  (text) => {
    const sentence = readHubUrl(text);
    expect(sentence).toMatch(/^--hub /);
  },
);

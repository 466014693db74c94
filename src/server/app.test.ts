import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Flow } from '../flows/flow';
import { bytes } from '../flows/units';
import type { FlowSource } from '../sources/source';
import { type AppOptions, createApp } from './app';
import { type PageFiles, readPageFiles } from './page-files';
import { createHostTest } from './security';
import { createSourceAnswers } from './source-answers';

const flows: Flow[] = Array.from({ length: 40 }, (_, i) => ({
  proto: i % 2 === 0 ? 'tcp' : 'udp',
  client: { ip: `10.0.0.${i}`, pod: `web-${i}`, ns: 'shop' },
  server: { ip: '10.0.1.1', port: 80, pod: 'db-0', ns: 'data' },
  clientStats: { txBytes: bytes(i) },
}));

/** A source whose sample changes when the test says so, and that counts how often flows were read. */
function createFakeSource() {
  const state = { atMs: Date.parse('2026-01-01T00:00:00Z'), epoch: 0, rejected: 0, reads: 0 };
  const source: FlowSource = {
    label: 'fake',
    sampleAt: () => ({
      atMs: state.atMs,
      epoch: state.epoch,
      rejected: state.rejected,
      get flows() {
        state.reads++;
        return flows;
      },
    }),
  };
  return { state, source };
}

const appWith = (more: Partial<AppOptions> = {}, source = createFakeSource().source) =>
  createApp({ answers: createSourceAnswers({ source }), ...more });

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'; trusted-types shoal";

let folder: string;
let page: PageFiles;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-page-'));
  mkdirSync(join(folder, 'page/assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'page/index.html'), '<!doctype html><title>map</title>');
  writeFileSync(join(folder, 'page/assets/main-Bx_2f-Q9.js'), `// ${'long '.repeat(1000)}`);
  writeFileSync(join(folder, 'page/icon name.svg'), '<svg/>');
  page = readPageFiles(join(folder, 'page'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('parameters', () => {
  test.each([
    ['limit=-1', /^limit must be a whole number from 1 up, not "-1"\.$/],
    ['limit=0', /^limit /],
    ['limit=1.5', /^limit /],
    ['limit=many', /^limit /],
    ['format=xml', /^format must be one of compact, full, raw, not "xml"\.$/],
    ['aggregate=zone', /^aggregate must be one of pod, namespace, node, service, not "zone"\.$/],
    ['l4proto=icmp', /^l4proto must be one of tcp, udp, not "icmp"\.$/],
    ['ip=999.1.1.1', /^ip must be an IPv4 or IPv6 address or a CIDR/],
    ['ip=10.0.0.0/33', /^ip /],
    [`pod=${'x'.repeat(2000)}`, /^pod is longer than/],
    ['format=xml&limit=-1', /^format .* limit /],
  ])('%s is 400 with a sentence', async (parameters, sentence) => {
    for (const path of ['/mcp/flows', '/api/mcp/flows']) {
      const response = await appWith().request(`${path}?${parameters}`);
      expect(response.status).toBe(400);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const body = (await response.json()) as { error: string };
      expect(body).toEqual({ error: expect.stringMatching(sentence), cause: 'bad-parameter' });
    }
  });

  test.each(['', 'unknown=1', 'limit=', 'ns=&pod=', 'x=%ff%00', '__proto__=1'])(
    '"%s" is not held against anybody',
    async (parameters) => {
      const response = await appWith().request(`/mcp/flows?${parameters}`);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ total: 40, truncated: false });
    },
  );
});

describe('answers', () => {
  test('carry time, epoch and source, and are checked again each time', async () => {
    const { headers } = await appWith().request('/mcp/flows/summary');
    expect(Object.fromEntries(headers)).toMatchObject({
      'shoal-at': '2026-01-01T00:00:00.000Z',
      'shoal-epoch': '0',
      'shoal-source': 'fake',
      'cache-control': 'no-cache',
      'content-type': 'application/json; charset=utf-8',
      vary: 'Accept-Encoding',
    });
    expect(headers.has('shoal-rejected')).toBe(false);
    expect(headers.has('access-control-allow-origin')).toBe(false);
  });

  test('say how many rows the source could not read', async () => {
    const { state, source } = createFakeSource();
    state.rejected = 3;
    expect((await appWith({}, source).request('/mcp/flows')).headers.get('shoal-rejected')).toBe('3');
  });

  test('name a source and a public URL in ASCII', async () => {
    const source = { ...createFakeSource().source, label: 'Größe 100%\r\nX: y' };
    const { headers } = await appWith({ publicUrl: 'https://map.example/é/' }, source).request('/mcp/flows');
    expect(headers.get('shoal-source')).toBe('Gr%C3%B6%C3%9Fe 100%25%0D%0AX: y');
    expect(headers.get('shoal-public-url')).toBe('https://map.example/%C3%A9/');
  });

  test('are computed once per sample and question', async () => {
    const { state, source } = createFakeSource();
    const app = appWith({}, source);
    for (let i = 0; i < 5; i++) await app.request('/mcp/flows?limit=5');
    expect(state.reads).toBe(1);
    await app.request('/mcp/flows?limit=6');
    expect(state.reads).toBe(2);
    state.atMs += 5000;
    await app.request('/mcp/flows?limit=5');
    expect(state.reads).toBe(3);
  });

  test('are 304 for who has them, until the sample changes', async () => {
    const { state, source } = createFakeSource();
    const app = appWith({}, source);
    const first = await app.request('/mcp/flows');
    const etag = first.headers.get('etag') ?? '';
    for (const known of [etag, etag.replace('W/', ''), `"other", ${etag}`, '*']) {
      const again = await app.request('/mcp/flows', { headers: { 'if-none-match': known } });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe('');
      expect(again.headers.get('etag')).toBe(etag);
      expect(again.headers.get('shoal-at')).toBe('2026-01-01T00:00:00.000Z');
    }
    const other = await app.request('/mcp/flows?limit=1', { headers: { 'if-none-match': etag } });
    expect(other.status).toBe(200);
    state.epoch++;
    expect((await app.request('/mcp/flows', { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  test.each([
    ['gzip', true],
    ['br, GZIP;q=0.5', true],
    ['*', true],
    ['gzip;q=0', false],
    ['br', false],
    ['', false],
  ])('to Accept-Encoding "%s": zipped is %s', async (accept, isZipped) => {
    const app = appWith();
    const plain = await app.request('/mcp/flows');
    const response = await app.request('/mcp/flows', { headers: { 'accept-encoding': accept } });
    expect(response.headers.get('content-encoding')).toBe(isZipped ? 'gzip' : null);
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-length')).toBe(String(body.length));
    expect((isZipped ? gunzipSync(body) : body).toString()).toBe(await plain.text());
  });

  test('that are small are not zipped', async () => {
    const response = await appWith().request('/mcp/flows?limit=1', {
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(response.headers.get('content-encoding')).toBeNull();
  });

  test('to HEAD have the headers and no body', async () => {
    const get = await appWith().request('/mcp/flows');
    const head = await appWith().request('/mcp/flows', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
  });
});

describe('the other routes', () => {
  test('an inventory is served where there is one, and its absence explained', async () => {
    const inventory = { items: [{ kind: 'Node', metadata: { name: 'n' } }] };
    expect(await (await appWith({ inventory }).request('/inventory')).json()).toEqual(inventory);
    const response = await appWith().request('/inventory');
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: expect.stringMatching(/--inventory/),
      cause: 'not-found',
    });
  });

  test('an inventory that changes is told as it is when it is asked for', async () => {
    let asked = 0;
    const app = appWith({
      inventory: () => ({ items: [{ kind: 'Node', metadata: { name: `n${++asked}` } }] }),
    });
    const name = async () =>
      ((await (await app.request('/inventory')).json()) as { items: { metadata: unknown }[] }).items[0]
        ?.metadata;
    expect([await name(), await name()]).toEqual([{ name: 'n1' }, { name: 'n2' }]);
  });

  test('what an audit compares with is served where there is any, and its absence explained', async () => {
    const audit = { sensitive: ['*vault*'], baseline: { format: 'shoal-baseline' } };
    expect(await (await appWith({ audit }).request('/audit')).json()).toEqual(audit);
    const response = await appWith().request('/audit');
    expect(response.status).toBe(404);
    expect(((await response.json()) as { error: string }).error).toMatch(/--baseline.*--sensitive/);
  });

  test('answers say which of the two there is, so that nobody asks for what is not', async () => {
    const offers = async (options: Parameters<typeof appWith>[0]) =>
      (await appWith(options).request('/mcp/flows')).headers.get('shoal-offers');
    expect(await offers({})).toBeNull();
    expect(await offers({ inventory: { items: [] } })).toBe('inventory');
    expect(await offers({ inventory: { items: [] }, audit: {} })).toBe('inventory audit');
  });

  test('health and readiness', async () => {
    const app = appWith({ version: '1.2.3' });
    expect(await (await app.request('/healthz')).json()).toEqual({ status: 'ok', version: '1.2.3' });
    expect(await (await app.request('/readyz')).json()).toEqual({ status: 'ready', source: 'fake' });
    expect((await app.request('/readyz')).headers.get('cache-control')).toBe('no-store');
  });

  test.each(['/mcp', '/mcp/', '/mcp/flows/', '/mcp/flows/x', '/MCP/flows', '/nothing', '/%', '/assets/'])(
    '%s is not found',
    async (path) => {
      const response = await appWith({ page }).request(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ cause: 'not-found' });
    },
  );

  test('a browser that is lost gets a link', async () => {
    const response = await appWith({ page, basePath: '/shoal' }).request('/x', {
      headers: { accept: 'text/html' },
    });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('<a href="/shoal/">');
    expect(response.headers.get('content-security-policy')).toBe(CSP);
  });

  test('a bug is told to the log, not to the client', async () => {
    const onBug = vi.fn();
    const source: FlowSource = {
      label: 'x',
      sampleAt: () => {
        throw new Error('inside information');
      },
    };
    const response = await appWith({ onBug }, source).request('/mcp/flows');
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ cause: 'internal' });
    expect(text).not.toContain('inside information');
    expect(response.headers.get('content-security-policy')).toBe(CSP);
    expect(onBug).toHaveBeenCalledOnce();
  });
});

describe('the page', () => {
  test('index.html is at the root and checked each time; hashed files stay for good', async () => {
    const app = appWith({ page });
    const index = await app.request('/');
    expect(await index.text()).toContain('<title>map</title>');
    expect(Object.fromEntries(index.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': CSP,
    });
    const script = await app.request('/assets/main-Bx_2f-Q9.js', { headers: { 'accept-encoding': 'gzip' } });
    expect(Object.fromEntries(script.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
    });
    expect((await app.request('/icon%20name.svg')).headers.get('content-type')).toBe('image/svg+xml');
    expect((await app.request('/?ns=shop&limit=-1')).status).toBe(200);
  });

  test('that is not built says so', async () => {
    const response = await appWith().request('/');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: expect.stringMatching(/not built/) });
  });

  test('a folder that is not there gives no files', () => {
    expect(readPageFiles(join(folder, 'nowhere')).size).toBe(0);
  });

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..\\secret.txt',
    '/..%5csecret.txt',
    '//etc/passwd',
    '/assets/%00',
  ])('%s climbs nowhere', async (path) => {
    const response = await appWith({ page }).request(`http://localhost${path}`);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('secret');
  });
});

describe('security', () => {
  const SECURITY = {
    'content-security-policy': CSP,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };

  test.each([
    ['GET', '/'],
    ['GET', '/assets/main-Bx_2f-Q9.js'],
    ['GET', '/mcp/flows'],
    ['GET', '/mcp/flows?limit=x'],
    ['GET', '/nothing'],
    ['GET', '/healthz'],
    ['GET', '/openapi.json'],
    ['HEAD', '/'],
    ['POST', '/mcp/flows'],
  ])('%s %s has all headers', async (method, path) => {
    const { headers } = await appWith({ page }).request(path, { method });
    expect(Object.fromEntries(headers)).toMatchObject(SECURITY);
  });

  test('who may frame the page can be said', async () => {
    const { headers } = await appWith({ frameAncestors: 'https://kubeshark.example' }).request('/mcp/flows');
    expect(headers.get('content-security-policy')).toContain('; frame-ancestors https://kubeshark.example; ');
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])('%s is 405', async (method) => {
    for (const path of ['/', '/mcp/flows', '/nothing']) {
      const response = await appWith({ page }).request(path, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  test.each([
    ['localhost', true],
    ['localhost:4180', true],
    ['LOCALHOST.:80', true],
    ['127.0.0.1:4180', true],
    ['[::1]:4180', true],
    ['10.1.2.3', true],
    ['shoal.example:443', true],
    ['Shoal.Example', true],
    ['evil.example', false],
    ['shoal.example.evil.example', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['x@localhost', false],
    ['localhost/evil', false],
    ['', false],
  ])('the host %j is answered: %s', async (host, isAnswered) => {
    const app = appWith({ page, hosts: ['127.0.0.1', 'shoal.example:8443'] });
    for (const path of ['/', '/mcp/flows', '/healthz']) {
      const response = await app.request(path, { headers: { host } });
      expect(response.status).toBe(isAnswered ? 200 : 400);
      if (!isAnswered)
        expect(await response.json()).toMatchObject({
          error: expect.stringMatching(/--allow-host/),
          cause: 'refused',
        });
    }
  });

  test('listening on all addresses opens no door, and * opens every one', () => {
    expect(createHostTest(['0.0.0.0'])('evil.example')).toBe(false);
    expect(createHostTest(['::'])('evil.example')).toBe(false);
    expect(createHostTest(['*'])('any.example')).toBe(true);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { version } from '../../package.json';
import { createFakeKube } from './fake-kube';
import { type Running, run } from './run';

const BASELINE = {
  format: 'shoal-baseline',
  version: 1,
  savedAt: '2026-01-31T12:00:00Z',
  links: [{ from: 'shop/cart', to: 'data/redis', port: 6379, proto: 'tcp' }],
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-run-'));
  writeFileSync(join(folder, 'broken.json'), '{"items": [');
  writeFileSync(join(folder, 'pods.json'), '{"items": [{"kind": "Pod", "metadata": {"name": "web-1"}}]}');
  writeFileSync(join(folder, 'text.jsonl'), 'hello\n');
  writeFileSync(join(folder, 'flows.json'), '{"flows": [], "total": 0, "truncated": false}');
  writeFileSync(join(folder, 'baseline.json'), JSON.stringify({ ...BASELINE, owner: 'me' }));
  writeFileSync(join(folder, 'older.json'), JSON.stringify({ ...BASELINE, version: 0 }));
});
afterAll(() => rmSync(folder, { recursive: true }));

let running: Running[] = [];
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  running = [];
});

async function start(text: string, env: Record<string, string> = {}) {
  let printed = '';
  let warned = '';
  const result = await run({
    args: text.split(' ').map((arg) => arg.replace('FOLDER', folder)),
    env,
    print: (more) => {
      printed += more;
    },
    warn: (more) => {
      warned += more;
    },
  });
  if (typeof result !== 'number') running.push(result);
  return { result, printed, warned, url: typeof result === 'number' ? '' : result.url };
}

describe('starting', () => {
  test.each([
    ['--port 0', /^shoal: http:\/\/127\.0\.0\.1:\d+\/ \(simulated shop\)\n$/],
    ['--port 0 --simulate=quiet --services 10', /\/ \(simulated quiet\)\n$/],
    ['--port 0 --recording lab', /\/ \(recording lab\)\n$/],
    ['--port 0 --recording lab --base-path /shoal', /:\d+\/shoal\/ \(recording lab\)\n$/],
    ['--port 0 --hub http://localhost:8898', /\/ \(hub localhost:8898\)\n$/],
  ])('%s prints where it is, and answers there', async (text, line) => {
    const { printed, warned, url } = await start(text);
    expect(printed).toMatch(line);
    expect(printed).toContain(`shoal: ${url} (`);
    expect(warned).toBe('');
    expect(await (await fetch(`${url}healthz`)).json()).toEqual({ status: 'ok', version });
  });

  test('the lab has its own inventory, unless another is given', async () => {
    const count = async (text: string) => {
      const { url } = await start(text);
      const response = await fetch(`${url}inventory`);
      return response.ok ? ((await response.json()) as { items: unknown[] }).items.length : response.status;
    };
    expect(await count('--port 0 --recording lab')).toBe(53);
    expect(await count('--port 0 --recording lab --inventory FOLDER/pods.json')).toBe(1);
    expect(await count('--port 0 --recording FOLDER/flows.json')).toBe(404);
  });

  test('the simulator lists its cluster, unless another inventory is given', async () => {
    const names = async (text: string) => {
      const { url } = await start(text);
      const flows = await fetch(`${url}mcp/flows`);
      expect(flows.headers.get('shoal-offers')).toBe('inventory');
      const response = await fetch(`${url}inventory`);
      const { items } = (await response.json()) as { items: { kind: string; metadata: { name: string } }[] };
      const answer = (await flows.json()) as { flows: { client: { node?: string } }[] };
      return {
        items: items.map(({ kind, metadata: { name } }) => `${kind} ${name}`),
        nodes: answer.flows.flatMap(({ client: { node } }) => (node === undefined ? [] : [`Node ${node}`])),
      };
    };
    const own = await names('--port 0 --services 10');
    expect(own.nodes.length).toBeGreaterThan(20);
    expect(own.items).toEqual(expect.arrayContaining([...new Set(own.nodes)]));
    expect((await names('--port 0 --services 10 --inventory FOLDER/pods.json')).items).toEqual(['Pod web-1']);
  });

  test('the inventory of a cluster is offered once it is known, and lives', async () => {
    const kube = await createFakeKube();
    const node = (name: string) => ({ metadata: { name } });
    kube.put('nodes', node('n1'));
    kube.state.instead = () => undefined;
    const { url } = await start(
      `--port 0 --recording lab --inventory ${kube.url} FOLDER/pods.json --speed 0`,
    );
    const offers = async () => (await fetch(`${url}mcp/flows?limit=1`)).headers.get('shoal-offers');
    const names = async () => {
      const { items } = (await (await fetch(`${url}inventory`)).json()) as {
        items: { metadata: { name: string } }[];
      };
      return items.map(({ metadata: { name } }) => name);
    };
    // The file's part is known, but half an inventory is none.
    expect(await offers()).toBeNull();
    const response = await fetch(`${url}inventory`);
    expect([response.status, await response.json()]).toEqual([
      404,
      { error: expect.stringMatching(/cannot be read yet/), cause: 'not-found' },
    ]);
    kube.hangUp();
    kube.state.instead = undefined;
    await vi.waitFor(async () => expect(await offers()).toBe('inventory'), { timeout: 20_000 });
    expect(await names()).toEqual(['web-1', 'n1']);
    kube.put('nodes', node('n2'));
    await vi.waitFor(async () => expect(await names()).toEqual(['web-1', 'n1', 'n2']), { timeout: 20_000 });
    await kube.close();
  });

  test('what an audit compares with is served as it was given', async () => {
    const audit = async (text: string) => {
      const { url } = await start(`--port 0 --hub http://localhost:1${text}`);
      const response = await fetch(`${url}audit`);
      return response.ok ? await response.json() : response.status;
    };
    const baseline = { ...BASELINE, allowed: [] };
    expect(await audit(' --baseline FOLDER/baseline.json')).toEqual({ baseline });
    expect(await audit(' --sensitive *vault*,pay')).toEqual({ sensitive: ['*vault*', 'pay'] });
    expect(await audit(' --sensitive pay --baseline FOLDER/baseline.json')).toEqual({
      sensitive: ['pay'],
      baseline,
    });
    expect(await audit('')).toBe(404);
  });

  test('--record keeps what passes, and --recording plays it', async () => {
    const first = await start('--port 0 --recording lab --speed 0 --record FOLDER/out.jsonl');
    const live = await (await fetch(`${first.url}mcp/flows?aggregate=service`)).json();
    await (running.pop() as Running).stop();
    expect(readFileSync(join(folder, 'out.jsonl'), 'utf8').split('\n')).toHaveLength(2);
    const second = await start('--port 0 --recording FOLDER/out.jsonl');
    expect(second.printed).toContain('(recording out.jsonl)');
    expect(await (await fetch(`${second.url}mcp/flows?aggregate=service`)).json()).toEqual(live);
  });
});

describe('not starting', () => {
  test.each([
    ['--recording FOLDER/none.jsonl', 1, /none\.jsonl: there is no such file/],
    ['--recording FOLDER', 1, /: it is a folder\.$/m],
    ['--recording FOLDER/text.jsonl', 1, /text\.jsonl: nothing in it can be read: line 1/],
    ['--inventory FOLDER/none.json', 1, /none\.json: there is no such file/],
    ['--inventory FOLDER/broken.json', 1, /broken\.json: .*JSON/],
    ['--baseline FOLDER/none.json', 1, /none\.json: there is no such file/],
    ['--baseline FOLDER', 1, /: it is a folder\.$/m],
    ['--baseline FOLDER/broken.json', 1, /broken\.json: This file is no baseline: it is not JSON\. Save one/],
    ['--baseline FOLDER/older.json', 1, /older\.json: .*its version is 0 .* Save it again/],
    ['--record FOLDER/no/such/place.jsonl', 1, /place\.jsonl: there is no such file or folder/],
    ['--port 0 --host 192.0.2.1', 1, /192\.0\.2\.1 is no address of this machine/],
    ['--inventory cluster', 1, /for a pod with a service account\. Elsewhere run kubectl proxy/],
    ['--inventory http://u:p@127.0.0.1:8001', 1, /--inventory takes a plain URL .*, without credentials/],
    ['--bogus', 2, /There is no option --bogus\. .*--help/],
  ])('%s', async (text, code, sentence) => {
    const { result, printed, warned } = await start(text);
    expect(result).toBe(code);
    expect(printed).toBe('');
    expect(warned).toMatch(/^shoal: .*\n$/);
    expect(warned).toMatch(sentence);
  });

  test('a port in use', async () => {
    const { url } = await start('--port 0');
    const { port } = new URL(url);
    const { result, warned } = await start(`--port ${port}`);
    expect(result).toBe(1);
    expect(warned).toMatch(new RegExp(`^shoal: Port ${port} of 127\\.0\\.0\\.1 is in use\\..*--port`));
  });

  test('a credential that no header can carry is refused without being shown', async () => {
    const { result, warned } = await start('--hub http://localhost:1', { SHOAL_HUB_TOKEN: 'sécret\n1' });
    expect(result).toBe(1);
    expect(warned).toContain('SHOAL_HUB_TOKEN');
    expect(warned).not.toContain('cret');
  });

  test.each([
    ['--help', /^Usage: shoal /],
    ['--version', /^shoal \d+\.\d+\.\d+\n$/],
  ])('%s is told on stdout', async (text, expected) => {
    const { result, printed, warned } = await start(text);
    expect([result, warned]).toEqual([0, '']);
    expect(printed).toMatch(expected);
  });
});

describe('on the wire', () => {
  /** A request whose path and headers nobody tidies up. */
  const raw = (url: string, path: string, headers: Record<string, string> = {}) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const { hostname, port } = new URL(url);
      request({ hostname, port, path, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      })
        .on('error', reject)
        .end();
    });

  test.each([
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '//x/../../package.json',
  ])('%s climbs nowhere', async (path) => {
    const { url } = await start('--port 0');
    const { status, body } = await raw(url, path);
    expect(status).toBe(404);
    expect(body).not.toContain('devDependencies');
  });

  test('a rebound name is not answered, with or without a well-formed Host', async () => {
    const { url } = await start('--port 0 --allow-host map.example');
    expect((await raw(url, '/healthz', { host: 'evil.example' })).status).toBe(400);
    expect((await raw(url, '/healthz', { host: 'evil.example:4180' })).status).toBe(400);
    expect((await raw(url, '/healthz', { host: 'a b' })).status).toBe(400);
    expect((await raw(url, '/healthz', { host: 'map.example' })).status).toBe(200);
    // The path of a request to a proxy names another host; ours is still the one that counts.
    expect((await raw(url, 'http://evil.example/healthz', { host: 'evil.example' })).status).toBe(400);
  });

  test('a request line that is too long is refused, and the server lives on', async () => {
    const { url } = await start('--port 0');
    expect((await raw(url, `/mcp/flows?pod=${'x'.repeat(100_000)}`)).status).toBe(431);
    expect((await raw(url, '/healthz')).status).toBe(200);
  });

  test('stopping closes connections that only wait', async () => {
    const { url } = await start('--port 0');
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await new Promise((resolve) => socket.once('connect', resolve));
    await fetch(`${url}healthz`);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.resume();
    await (running.pop() as Running).stop();
    await closed;
    await expect(fetch(`${url}healthz`)).rejects.toThrow();
  });
});

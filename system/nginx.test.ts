/**
 * The page behind Debian's nginx, in the ways docs/deploying.md describes: the configuration is taken from that page, with
 * addresses and folders put in. A browser opens deep links, with and without the slash.
 */
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startShoal } from '../e2e/shoal-process';
import { createVisitor, type Visitor } from './visitor';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'shoal-nginx-'));
const cleanUps: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
let front: string;
let visitor: Visitor;

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });

const guide = readFileSync(join(root, 'docs/deploying.md'), 'utf8');
const fences = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text]) => text ?? '');

async function untilAnswered(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const isThere = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nginx does not answer at ${url}.`);
}

beforeAll(async () => {
  const [below, bare] = await Promise.all([
    startShoal(['--recording', 'lab', '--speed', '0', '--base-path', '/l4']),
    startShoal(['--recording', 'lab', '--speed', '0']),
  ]);
  cleanUps.push(below.stop, bare.stop);

  // Started by root, nginx reads files as somebody else.
  chmodSync(folder, 0o755);
  const files = join(folder, 'page');
  cpSync(join(root, 'dist/page'), files, { recursive: true });
  const [tag = ''] = fences('html');
  const index = join(files, 'index.html');
  writeFileSync(index, readFileSync(index, 'utf8').replace('</head>', `${tag}</head>`));

  const [kept = '', cut = '', plain = ''] = fences('nginx');
  const shoal = 'http://127.0.0.1:4180';
  const ports = { proxy: await freePort(), files: await freePort() };
  const servers = [
    `listen 127.0.0.1:${ports.proxy};
     ${kept.replace(shoal, new URL(below.url).origin)}
     ${cut.replace(shoal, new URL(bare.url).origin)}`,
    // As Kubeshark's front: the API below /api/, and its own page for every other path.
    `listen 127.0.0.1:${ports.files};
     location /api/ { proxy_pass ${bare.url}; }
     location / { default_type text/html; return 200 "<!doctype html><title>Kubeshark</title>"; }
     ${plain.replace('/usr/share/shoal/page', files)}`,
  ];
  mkdirSync(join(folder, 'body'));
  const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, 'body')};`,
  );
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; pid ${join(folder, 'pid')}; error_log stderr warn; worker_processes 1; events {}
     http { access_log off; ${temps.join(' ')} ${servers.map((server) => `server { ${server} }`).join('\n')} }`,
  );
  const nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  cleanUps.push(() => nginx.kill());
  front = `http://127.0.0.1:${ports.proxy}`;
  await untilAnswered(front);
  visitor = await createVisitor();
  cleanUps.push(visitor.destroy);
  mounts.files.at = `http://127.0.0.1:${ports.files}/l4`;
  mounts.kept.at = `${front}/l4`;
  mounts.cut.at = `${front}/tools/l4`;
});
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

const mounts = {
  kept: { at: '', api: '/l4/mcp/flows' },
  cut: { at: '', api: '/tools/l4/mcp/flows' },
  files: { at: '', api: '/api/mcp/flows' },
};

describe.each([
  ['in front of --base-path', mounts.kept],
  ['that cuts the path off', mounts.cut],
  ['with plain files beside Kubeshark’s front', mounts.files],
])('nginx %s', (_, mount) => {
  test.each(['/', ''])('a deep link ending in "l4%s" opens with its query', async (slash) => {
    const seen = await visitor.visit(`${mount.at}${slash}?ns=shop&level=pod`);
    expect(seen.complaints).toEqual([]);
    expect(seen.url).toBe(`${mount.at}/?ns=shop&level=pod`);
    expect(seen).toMatchObject({ level: 'pod', query: { ns: 'shop' } });
    expect(seen.links).toBeGreaterThan(3);
    expect(seen.flows).toBeLessThan(73);
    expect(seen.paths).toContain(mount.api);
    expect(seen.paths).toContain(`${mount.api}/summary`);
    expect(seen.workers).toEqual([expect.stringMatching(new RegExp(`^${mount.at}/assets/backstage`))]);
    const places = [`${new URL(mount.at).pathname}/`, mount.api.replace(/mcp\/flows$/, '')];
    const elsewhere = seen.paths.filter((path) => !places.some((place) => `${path}/`.startsWith(place)));
    expect(elsewhere).toEqual([]);
  });

  test('without a query it opens the whole map', async () => {
    const seen = await visitor.visit(mount.at);
    expect([seen.complaints, seen.url, seen.flows]).toEqual([[], `${mount.at}/`, 73]);
  });

  test('the API answers, compressed and with its tag', async () => {
    const url = new URL(`${mount.api}?ns=shop&limit=5`, mount.at);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('application/json');
    const again = await fetch(url, { headers: { 'if-none-match': response.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
    expect((await fetch(new URL(`${mount.api}?limit=0`, mount.at))).status).toBe(400);
  });
});

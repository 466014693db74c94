/**
 * The server behind the measured pages: the built page under `/map/`, the rivals under `/rivals/`, and `mcp/flows` with
 * whatever variant of a synthetic cluster the bench wants next. Nothing is computed while a page is measured.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { VARIANTS } from './cluster.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};
/** A sensor's interval: each answer is that much younger than the one before. */
const SAMPLE_MS = 10_000;

/** `folder` holds `page/` and `rivals/`. Resolves with `{ mount, rivalUrl, close }`. */
export async function startStub(folder) {
  const clusters = new Map();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://stub');
    const [, key, ...rest] = pathname.split('/');
    const path = rest.join('/');
    const cluster = clusters.get(key);
    const answer = cluster?.[path];
    if (answer !== undefined) return answer(response);
    return sendFile(response, cluster === undefined ? join(folder, key) : join(folder, 'page'), path);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    /** A page of its own for a cluster; `show` says what the next poll answers. */
    mount(cluster, name) {
      const answers = new Map(VARIANTS.map((variant) => [variant, Buffer.from(cluster.answer(variant))]));
      let next = ['base'];
      let atMs = Date.UTC(2026, 0, 1);
      let asked = 0;
      let sent = 0;
      clusters.set(name, {
        'mcp/flows': (response) => {
          asked++;
          atMs += SAMPLE_MS;
          response.writeHead(200, {
            'content-type': 'application/json',
            'cache-control': 'no-store',
            'shoal-at': new Date(atMs).toISOString(),
            'shoal-epoch': 'bench',
          });
          response.end(answers.get(next[asked % next.length]), () => sent++);
        },
        'mcp/flows/summary': (response) => {
          response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
          response.end(JSON.stringify({ total_flows: 0, by_namespace: {} }));
        },
      });
      return {
        url: `${origin}/${name}/`,
        show: (variant) => {
          next = [variant];
        },
        /** One poll answers the one, the next the other. */
        alternate: (...variants) => {
          next = variants;
        },
        asked: () => asked,
        sent: () => sent,
      };
    },
    /** The same for answers that are made anew for each poll, by its number. */
    mountLive(answerOf, name) {
      let asked = 0;
      clusters.set(name, {
        'mcp/flows': (response) => {
          const text = answerOf(asked++);
          response.writeHead(200, {
            'content-type': 'application/json',
            'cache-control': 'no-store',
            'shoal-at': new Date(Date.UTC(2026, 0, 1) + asked * SAMPLE_MS).toISOString(),
            'shoal-epoch': 'bench',
          });
          response.end(text);
        },
        'mcp/flows/summary': (response) => {
          response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
          response.end(JSON.stringify({ total_flows: 0, by_namespace: {} }));
        },
      });
      return { url: `${origin}/${name}/` };
    },
    rivalUrl: (rival) => `${origin}/rivals/${rival}.html`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function sendFile(response, folder, path) {
  const file = join(folder, normalize(`/${path === '' ? 'index.html' : path}`));
  try {
    const body = readFileSync(file);
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    response.end(body);
  } catch {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: 'There is no such file.', cause: 'not-found' }));
  }
}

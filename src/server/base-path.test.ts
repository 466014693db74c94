import { expect, test } from 'vitest';
import { createApp } from './app';
import { createBody } from './body';
import type { PageFiles } from './page-files';
import { createSourceAnswers } from './source-answers';

const SCRIPT = '/assets/main-Bx_2f-Q9.js';
const page: PageFiles = new Map(
  ['index.html', SCRIPT.slice(1)].map((path) => [
    path,
    { body: createBody(path), type: 'text/plain', cacheControl: 'no-cache' },
  ]),
);
const answers = createSourceAnswers({
  source: { label: 'none', sampleAt: () => ({ atMs: 0, epoch: 0, rejected: 0, flows: [] }) },
});
const appAt = (basePath: string) => createApp({ answers, page, basePath });

test('moves everything, and the bare path leads to the page', async () => {
  const app = appAt('/a/shoal');
  for (const path of ['/', SCRIPT, '/mcp/flows', '/api/mcp/flows/summary', '/healthz', '/openapi.json']) {
    expect((await app.request(`/a/shoal${path}`)).status).toBe(200);
    expect((await app.request(path)).status).toBe(404);
  }
  expect((await app.request('/a/shoalmcp/flows')).status).toBe(404);
  expect((await app.request('/a/x/mcp/flows')).status).toBe(404);
  const bare = await app.request('/a/shoal?ns=x');
  expect([bare.status, bare.headers.get('location')]).toEqual([308, '/a/shoal/?ns=x']);
});

test('as the Kubernetes API proxies a service is no pattern', async () => {
  const basePath = '/api/v1/namespaces/shoal/services/http:shoal:80/proxy';
  const app = appAt(basePath);
  for (const path of ['/', '/mcp/flows', SCRIPT, '/readyz'])
    expect((await app.request(`${basePath}${path}`)).status).toBe(200);
  expect((await app.request(`${basePath.replace(':80', ':81')}/mcp/flows`)).status).toBe(404);
  expect((await app.request(`${basePath}?ns=a&ns=b`)).headers.get('location')).toBe(`${basePath}/?ns=a&ns=b`);
});

test('of nothing but the root has no bare path', async () => {
  const app = appAt('/');
  expect((await app.request('/')).status).toBe(200);
  expect((await app.request('/bare%20base%20path')).status).toBe(404);
  expect((await app.request('/not%20below%20it')).status).toBe(404);
});

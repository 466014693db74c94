/**
 * What ships for Kubernetes, through kubectl itself: `kubectl kustomize` renders base and overlay, and `kubectl proxy`
 * stands in front of a stand-in API server, for the page below a service's proxy path and for a watched inventory.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { findMistakes, type Manifest, readManifests } from '../deploy/manifests';
import { startShoal } from '../e2e/shoal-process';
import { createFakeKube } from '../src/server/fake-kube';
import { createVisitor, type Visitor } from './visitor';

const root = fileURLToPath(new URL('..', import.meta.url));
const cleanUps: (() => unknown)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

describe('kubectl kustomize', () => {
  const render = (path: string): Manifest[] =>
    readManifests(execFileSync('kubectl', ['kustomize', join(root, 'deploy', path)], { encoding: 'utf8' }));
  const titles = (manifests: Manifest[]) =>
    manifests.map(({ kind, metadata }) => `${kind} ${metadata?.name}`).sort();
  const base = render('base');
  const overlay = render('overlays/inventory');
  const BASE = [
    'Deployment shoal',
    'Namespace shoal',
    'NetworkPolicy shoal',
    'Service shoal',
    'ServiceAccount shoal',
  ];

  test('renders the base, every object valid and in one namespace', () => {
    expect(titles(base)).toEqual(BASE);
    expect(base.flatMap(findMistakes)).toEqual([]);
    for (const { kind, metadata } of base)
      expect(metadata?.namespace).toBe(kind === 'Namespace' ? undefined : 'shoal');
  });

  test('renders the overlay: the base, a token, two arguments, a role and a way to the API', () => {
    expect(overlay.flatMap(findMistakes)).toEqual([]);
    const more = [
      'ClusterRole shoal-inventory',
      'ClusterRoleBinding shoal-inventory',
      'NetworkPolicy shoal-inventory',
    ];
    expect(titles(overlay)).toEqual([...BASE, ...more].sort());
    const without = (manifest: Manifest | undefined) =>
      JSON.stringify(manifest)
        .replace(',"--inventory","cluster"', '')
        .replace('"automountServiceAccountToken":true', '"automountServiceAccountToken":false');
    const find = (manifests: Manifest[], title: string) =>
      manifests.find(({ kind, metadata }) => `${kind} ${metadata?.name}` === title);
    for (const title of BASE) expect(without(find(overlay, title))).toBe(JSON.stringify(find(base, title)));
    const deployment = JSON.stringify(find(overlay, 'Deployment shoal'));
    expect(deployment).toContain('"--inventory","cluster"]');
    expect(deployment).toContain('"automountServiceAccountToken":true');
    expect(find(overlay, 'NetworkPolicy shoal-inventory')?.metadata?.namespace).toBe('shoal');
  });

  test('leaves the selectors of others alone', () => {
    const policy = base.find(({ kind }) => kind === 'NetworkPolicy') as unknown as {
      spec: { egress: { to: { podSelector: unknown }[] }[] };
    };
    expect(policy.spec.egress.map(({ to }) => to[0]?.podSelector)).toEqual([
      { matchExpressions: [{ key: 'app.kubeshark.com/app', operator: 'In', values: ['hub', 'front'] }] },
      { matchLabels: { 'k8s-app': 'kube-dns' } },
    ]);
  });
});

/** `kubectl proxy` in front of an API server; resolves with its address, a slash at the end. */
async function startProxy(server: string): Promise<string> {
  const proxy = spawn('kubectl', ['proxy', '--port=0', `--server=${server}`, '--kubeconfig=/dev/null'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanUps.push(() => proxy.kill());
  return new Promise((resolve, reject) => {
    let said = '';
    proxy.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const address = /Starting to serve on (\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(`http://${address}/`);
    });
    proxy.once('exit', (code) => reject(new Error(`kubectl proxy ended with ${code}: ${said}`)));
  });
}

describe('kubectl proxy', () => {
  const PLACE = '/api/v1/namespaces/shoal/services/http:shoal:80/proxy';
  let proxy: string;
  let visitor: Visitor;

  beforeAll(async () => {
    const shoal = await startShoal(['--recording', 'lab', '--speed', '0']);
    cleanUps.push(shoal.stop);
    const target = new URL(shoal.url);
    // As the API server does it: the path is cut off, one without its slash is redirected with its query.
    const api = createServer((incoming, outgoing) => {
      const url = new URL(incoming.url ?? '/', 'http://api');
      if (!url.pathname.startsWith(PLACE)) return void outgoing.writeHead(404).end();
      const below = url.pathname.slice(PLACE.length);
      if (below === '') return void outgoing.writeHead(301, { location: `${PLACE}/${url.search}` }).end();
      const { hostname, port } = target;
      const forwarded = request(
        { hostname, port, path: `${below}${url.search}`, method: incoming.method, headers: incoming.headers },
        (response) => {
          outgoing.writeHead(response.statusCode ?? 502, response.headers);
          response.pipe(outgoing);
        },
      );
      incoming.pipe(forwarded);
    });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => api.close());
    proxy = await startProxy(`http://127.0.0.1:${(api.address() as AddressInfo).port}`);
    visitor = await createVisitor();
    cleanUps.push(visitor.destroy);
  });

  test.each(['/', ''])('the page opens below it, deep links ending in "proxy%s" included', async (slash) => {
    const seen = await visitor.visit(new URL(`${PLACE}${slash}?ns=shop&level=pod`, proxy).href);
    expect(seen.complaints).toEqual([]);
    expect(new URL(seen.url).pathname).toBe(`${PLACE}/`);
    expect(seen).toMatchObject({ level: 'pod', query: { ns: 'shop' } });
    expect(seen.links).toBeGreaterThan(3);
    expect(seen.paths).toContain(`${PLACE}/mcp/flows`);
    expect(seen.paths.filter((path) => !path.startsWith(PLACE))).toEqual([]);
    expect(seen.workers).toHaveLength(1);
  });

  test('lets the inventory be listed and watched through it', async () => {
    const kube = await createFakeKube();
    cleanUps.push(kube.close);
    const pod = (name: string) => ({ metadata: { name, namespace: 'shop' } });
    for (const name of ['a', 'b', 'c']) kube.put('pods', pod(name));
    const shoal = await startShoal([
      ...['--recording', 'lab', '--speed', '0'],
      ...['--inventory', await startProxy(kube.url.href)],
    ]);
    cleanUps.push(shoal.stop);
    const names = async () => {
      const response = await fetch(`${shoal.url}inventory`);
      if (!response.ok) return [];
      const { items } = (await response.json()) as { items: { metadata: { name: string } }[] };
      return items.map(({ metadata: { name } }) => name);
    };
    await vi.waitFor(async () => expect(await names()).toEqual(['a', 'b', 'c']), { timeout: 20_000 });
    await vi.waitFor(() => expect(kube.watching()).toBe(4), { timeout: 20_000 });
    kube.put('pods', pod('d'));
    kube.remove('pods', pod('a'));
    await vi.waitFor(async () => expect(await names()).toEqual(['b', 'c', 'd']), { timeout: 20_000 });
  });
});

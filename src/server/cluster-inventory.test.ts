import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type ClusterInventory, createClusterInventory } from './cluster-inventory';
import { createCertificate } from './fake-certificate';
import { createFakeKube, type FakeKubeOptions } from './fake-kube';
import { inClusterAccess, type KubeAccess } from './kube-api';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function fakeKube(options: FakeKubeOptions = {}) {
  const kube = await createFakeKube(options);
  cleanUps.push(kube.close);
  return kube;
}

/** A reader that waits no time, and what it said and would have waited. */
function read(access: KubeAccess, random = 1) {
  const told: string[] = [];
  const pauses: number[] = [];
  const inventory = createClusterInventory(access, (line) => told.push(line), {
    random: () => random,
    heldMs: 0,
    // Long enough for the test to get its turn.
    pause: (ms) => {
      pauses.push(ms);
      return new Promise((resolve) => setTimeout(resolve, 2));
    },
  });
  cleanUps.push(inventory.destroy);
  return { inventory, told, pauses };
}

const pod = (name: string, more: Record<string, unknown> = {}) => ({
  metadata: { name, namespace: 'shop', annotations: { token: 'secret' } },
  spec: { nodeName: 'n1', containers: [{ name: 'web', env: [{ name: 'PASSWORD', value: 'secret' }] }] },
  status: { phase: 'Running', podIP: '10.0.0.1' },
  ...more,
});
const names = (inventory: ClusterInventory) =>
  inventory
    .now()
    ?.items.map(({ kind, metadata: { name } }) => `${kind} ${name}`)
    .sort();
const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 5 });
const PODS = 'api/v1/pods';

describe('a cluster', () => {
  test('is listed in pages, with kinds, and without what may be secret', async () => {
    const kube = await fakeKube();
    for (const name of ['a', 'b', 'c', 'd', 'e']) kube.put('pods', pod(name));
    kube.put('nodes', { metadata: { name: 'n1', labels: { 'topology.kubernetes.io/zone': 'z' } } });
    kube.put('endpointslices.discovery.k8s.io', { metadata: { name: 's-1' }, endpoints: [] });
    const { inventory, told } = read({ url: kube.url });
    expect(inventory.now()).toBeUndefined();
    await inventory.settled;
    const expected = ['Node n1', ...['a', 'b', 'c', 'd', 'e'].map((name) => `Pod ${name}`)];
    expect(names(inventory)).toEqual(['EndpointSlice s-1', ...expected]);
    expect(JSON.stringify(inventory.now())).not.toContain('secret');
    expect(inventory.now()).toBe(inventory.now());
    expect(told).toEqual([]);
  });

  test('is watched: what comes, changes and goes is known', async () => {
    const kube = await fakeKube();
    kube.put('pods', pod('a'));
    const { inventory } = read({ url: kube.url });
    await until(() => expect(kube.watching()).toBe(4));
    kube.put('pods', pod('b'));
    kube.put('pods', pod('a', { status: { phase: 'Succeeded' } }));
    await until(() => expect(names(inventory)).toEqual(['Pod a', 'Pod b']));
    await until(() => expect(inventory.now()?.items[0]).toMatchObject({ status: { phase: 'Succeeded' } }));
    kube.remove('pods', pod('a'));
    await until(() => expect(names(inventory)).toEqual(['Pod b']));
    expect(kube.lists(PODS)).toBe(1);
  });

  test('is watched from where it was when a watch’s time is over, bookmarks included', async () => {
    const kube = await fakeKube();
    const { inventory, told } = read({ url: kube.url });
    await until(() => expect(kube.watching()).toBe(4));
    kube.put('pods', pod('a'));
    kube.bookmark('pods');
    await until(() => expect(names(inventory)).toEqual(['Pod a']));
    kube.endWatches();
    await until(() => expect(kube.requests.filter(({ query }) => query.has('watch')).length).toBe(8));
    kube.put('pods', pod('b'));
    await until(() => expect(names(inventory)).toEqual(['Pod a', 'Pod b']));
    const versions = kube.requests.flatMap(({ path, query }) =>
      path === `/${PODS}` ? (query.get('resourceVersion') ?? []) : [],
    );
    expect(versions).toEqual(['1', '3']);
    expect([kube.lists(PODS), told]).toEqual([1, []]);
  });

  test.each([false, true])(
    'is listed anew after 410 Gone (as an event: %s), and nothing is said',
    async (late) => {
      const kube = await fakeKube();
      kube.state.tellsGoneLate = late;
      kube.put('pods', pod('a'));
      const { inventory, told } = read({ url: kube.url });
      await until(() => expect(kube.watching()).toBe(4));
      // While nobody watches, one goes and one comes, and then the API forgets how.
      kube.state.instead = (_request, response) => response.destroy();
      kube.endWatches();
      kube.remove('pods', pod('a'));
      kube.put('pods', pod('b'));
      kube.forget();
      expect(names(inventory)).toEqual(['Pod a']);
      kube.state.instead = undefined;
      await until(() => expect(names(inventory)).toEqual(['Pod b']));
      await until(() => expect(kube.watching()).toBe(4));
      expect(kube.lists(PODS)).toBe(2);
      expect(told.filter((line) => /410|too old|Expired/.test(line))).toEqual([]);
    },
  );

  test('whose list expires between two pages is listed from the start', async () => {
    const kube = await fakeKube();
    for (const name of ['a', 'b', 'c']) kube.put('pods', pod(name));
    let isFirst = true;
    const { requests } = kube;
    const push = requests.push.bind(requests);
    requests.push = (...entries) => {
      if (isFirst && entries[0]?.query.has('continue') === true) {
        isFirst = false;
        kube.forget();
      }
      return push(...entries);
    };
    const { inventory } = read({ url: kube.url });
    await until(() => expect(names(inventory)).toEqual(['Pod a', 'Pod b', 'Pod c']));
    expect(kube.lists(PODS)).toBe(2);
  });
});

describe('what is refused', () => {
  test('403 for one kind names what the role lacks, once; the others are read', async () => {
    const kube = await fakeKube();
    kube.put('pods', pod('a'));
    kube.put('nodes', { metadata: { name: 'n1' } });
    kube.state.forbidden.add('nodes');
    const { inventory, told } = read({ url: kube.url });
    await inventory.settled;
    expect(names(inventory)).toEqual(['Pod a']);
    await until(() => expect(kube.lists('api/v1/nodes')).toBeGreaterThan(4));
    expect(told).toEqual([
      expect.stringMatching(
        /^Inventory: nodes cannot be read: .*verbs list and watch on nodes \(nodes is forb/,
      ),
    ]);
    kube.state.forbidden.clear();
    await until(() => expect(names(inventory)).toEqual(['Node n1', 'Pod a']));
    await until(() => expect(told.at(-1)).toBe('Inventory: nodes can be read again.'));
  });

  test('403 for everything leaves the inventory unknown', async () => {
    const kube = await fakeKube();
    kube.state.instead = (_request, response) => response.writeHead(403).end('no');
    const { inventory, told } = read({ url: kube.url });
    await inventory.settled;
    expect(inventory.now()).toBeUndefined();
    expect(told).toHaveLength(4);
  });

  test.each([
    ['HTML', '<html>', /no JSON of Kubernetes/],
    ['another JSON', '{"flows":[]}', /no list of Kubernetes/],
    ['null', 'null', /no JSON of Kubernetes/],
  ])('%s is no list, and is said', async (_, text, sentence) => {
    const kube = await fakeKube();
    kube.state.instead = (_request, response) => response.end(text);
    const { inventory, told } = read({ url: kube.url });
    await inventory.settled;
    expect(told[0]).toMatch(sentence);
    expect(inventory.now()).toBeUndefined();
  });

  test('a redirect is not followed', async () => {
    const kube = await fakeKube();
    kube.state.instead = (_request, response) => response.writeHead(302, { location: '/login' }).end();
    const { inventory, told } = read({ url: kube.url });
    await inventory.settled;
    expect(told[0]).toMatch(/refuses \(it answered 302\)/);
    expect(kube.requests.map(({ path }) => path)).not.toContain('/login');
  });
});

describe('an API that is down', () => {
  test('is tried again ever more slowly, up to a minute; meanwhile the last list stands', async () => {
    const kube = await fakeKube();
    kube.put('pods', pod('a'));
    const { inventory, told, pauses } = read({ url: kube.url });
    await until(() => expect(kube.watching()).toBe(4));
    pauses.length = 0;
    kube.state.instead = (_request, response) => response.destroy();
    kube.endWatches();
    await until(() => expect(pauses.length).toBeGreaterThan(40));
    expect([...new Set(pauses)].slice(0, 7)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000]);
    expect(Math.max(...pauses)).toBe(60_000);
    expect(names(inventory)).toEqual(['Pod a']);
    expect(told).toHaveLength(4);
    expect(told[0]).toMatch(/the Kubernetes API at 127\.0\.0\.1:\d+ does not answer \(ECONNRESET\)/);
    kube.state.instead = undefined;
    await until(() => expect(told.filter((line) => line.endsWith('can be read again.'))).toHaveLength(4));
  });

  test('when we start leaves the inventory unknown until it answers, and all of it', async () => {
    const kube = await fakeKube();
    kube.put('pods', pod('a'));
    kube.put('nodes', { metadata: { name: 'n1' } });
    kube.state.instead = (request, response) =>
      request.url?.includes('nodes') === true ? response.destroy() : kube.answer(request, response);
    const { inventory } = read({ url: kube.url });
    await inventory.settled;
    await until(() => expect(kube.watching()).toBe(3));
    expect(inventory.now()).toBeUndefined();
    kube.state.instead = undefined;
    await until(() => expect(names(inventory)).toEqual(['Node n1', 'Pod a']));
  });

  test('is not asked by all at the same moment', async () => {
    const { pauses, inventory } = read({ url: new URL('http://127.0.0.1:1/') }, 0);
    await inventory.settled;
    expect(pauses[0]).toBe(500);
  });

  test('is not asked any more once we stop', async () => {
    const kube = await fakeKube();
    const { inventory } = read({ url: kube.url });
    await until(() => expect(kube.watching()).toBe(4));
    inventory.destroy();
    await until(() => expect(kube.watching()).toBe(0));
    const asked = kube.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(kube.requests.length).toBe(asked);
  });
});

test('a list stands for a few seconds while the cluster changes', async () => {
  const kube = await fakeKube();
  kube.put('pods', pod('a'));
  let nowMs = 0;
  const inventory = createClusterInventory({ url: kube.url }, () => undefined, { now: () => nowMs });
  cleanUps.push(inventory.destroy);
  await until(() => expect(kube.watching()).toBe(4));
  const first = inventory.now();
  kube.put('pods', pod('b'));
  kube.bookmark('pods');
  await new Promise((resolve) => setTimeout(resolve, 50));
  nowMs = 4999;
  expect(inventory.now()).toBe(first);
  nowMs = 5000;
  await until(() => expect(names(inventory)).toEqual(['Pod a', 'Pod b']));
});

test('what lists but does not watch is listed again and again', async () => {
  const kube = await fakeKube();
  kube.put('pods', pod('a'));
  kube.state.instead = (request, response) => {
    request.url = request.url?.replace('watch=1&', 'limit=500&');
    kube.answer(request, response);
  };
  const { inventory } = read({ url: kube.url });
  await until(() => expect(names(inventory)).toEqual(['Pod a']));
  kube.put('pods', pod('b'));
  await until(() => expect(names(inventory)).toEqual(['Pod a', 'Pod b']));
});

test.each([
  [{ KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '6443' }, 'https://10.96.0.1:6443/'],
  [{ KUBERNETES_SERVICE_HOST: 'fd00::1' }, 'https://[fd00::1]/'],
])('in a cluster with %j the API is at %s', (env, url) => {
  expect(inClusterAccess(env)).toEqual({
    url: new URL(url),
    accountFolder: '/var/run/secrets/kubernetes.io/serviceaccount',
  });
});

describe('a service account', () => {
  async function account() {
    const certificate = createCertificate();
    const folder = mkdtempSync(join(tmpdir(), 'shoal-account-'));
    cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
    const write = (token: string, authority = certificate.cert) => {
      writeFileSync(join(folder, 'token'), `${token}\n`);
      writeFileSync(join(folder, 'ca.crt'), authority);
    };
    const kube = await fakeKube({ tls: certificate });
    kube.state.token = 'first';
    kube.put('pods', pod('a'));
    return { kube, write, folder, access: { url: kube.url, accountFolder: folder } };
  }

  test('is shown to its own authority only', async () => {
    const { kube, write, access } = await account();
    write('first', createCertificate().cert);
    const { inventory, told } = read(access);
    await inventory.settled;
    expect(inventory.now()).toBeUndefined();
    expect(told[0]).toMatch(/CERT|SIGNED|VERIFY/);
    expect(kube.requests).toEqual([]);
    write('first');
    await until(() => expect(names(inventory)).toEqual(['Pod a']));
    expect(kube.requests.every(({ authorization }) => authorization === 'Bearer first')).toBe(true);
  });

  test('whose token expires is read again from its file', async () => {
    const { kube, write, access } = await account();
    write('first');
    const { inventory, told } = read(access);
    await until(() => expect(kube.watching()).toBe(4));
    kube.state.token = 'second';
    kube.endWatches();
    await until(() => expect(told).toHaveLength(4));
    expect(told[0]).toMatch(/does not accept the service account's token \(Unauthorized\)/);
    expect(told.join()).not.toMatch(/first|second/);
    expect(names(inventory)).toEqual(['Pod a']);
    write('second');
    kube.put('pods', pod('b'));
    await until(() => expect(names(inventory)).toEqual(['Pod a', 'Pod b']));
  });

  test('that is not mounted is said', async () => {
    const { access, folder, kube } = await account();
    rmSync(folder, { recursive: true });
    const { inventory, told } = read(access);
    await inventory.settled;
    expect(told[0]).toMatch(/service account's (token|ca\.crt) cannot be read: ENOENT/);
    expect(kube.requests).toEqual([]);
  });
});

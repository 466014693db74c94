import { describe, expect, it } from 'vitest';
import type { Flow } from '../flows/flow';
import { sketch } from '../flows/sketch';
import { packets } from '../flows/units';
import { activityOf } from './activity';
import { readInventoryFacts } from './activity-inventory';
import { noteSeen } from './activity-seen';

const pod = (namespace: string, name: string, more: object = {}, spec: object = {}) => ({
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: name } },
  spec: { nodeName: 'n1', ...spec },
  status: { phase: 'Running', podIP: '10.0.0.1', ...more },
});

describe('an inventory', () => {
  it('gives pods, services and zones, and passes over what it cannot read', () => {
    const facts = readInventoryFacts({
      items: [
        { kind: 'Node', metadata: { name: 'n1', labels: { 'topology.kubernetes.io/zone': 'a' } } },
        { kind: 'Node', metadata: { name: 'n2', labels: { 'failure-domain.beta.kubernetes.io/zone': 'b' } } },
        { kind: 'Node', metadata: { name: 'n3' } },
        pod('shop', 'web'),
        { kind: 'Pod', metadata: { name: '' } },
        { kind: 'Pod' },
        null,
        'Pod',
        {
          kind: 'Service',
          metadata: { name: 'web', namespace: 'shop' },
          spec: { selector: { app: 'web', bad: 1 }, ports: [{ port: 80, targetPort: 8080 }, {}] },
        },
      ],
    });
    expect([...facts.zones]).toEqual([
      ['n1', 'a'],
      ['n2', 'b'],
    ]);
    expect(facts.pods).toEqual([
      {
        ns: 'shop',
        name: 'web',
        node: 'n1',
        phase: 'Running',
        labels: { app: 'web' },
        hostNetwork: false,
        ips: ['10.0.0.1'],
      },
    ]);
    expect(facts.services).toEqual([
      {
        ns: 'shop',
        name: 'web',
        selector: { app: 'web' },
        ports: [{ port: 80, target: 8080, proto: 'tcp' }],
      },
    ]);
  });

  it.each([undefined, null, 'text', 7, {}, { items: 'none' }])('%j gives no facts', (json) => {
    expect(readInventoryFacts(json)).toEqual({ pods: [], services: [], zones: new Map() });
  });

  it('a label called like a prototype stays a label', () => {
    const { pods } = readInventoryFacts(
      JSON.parse('[{"kind":"Pod","metadata":{"name":"p","labels":{"__proto__":"x"}}}]'),
    );
    expect(Object.keys(pods[0]?.labels ?? {})).toEqual(['__proto__']);
  });
});

const FLOWS = sketch(`
  shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:80    both 1k/2k 1ms
  shop/web-1(web)@n1 -> data/db-0(db)@n2:5432      both 3k/4k 1ms
  shop/web-1(web)@n1 -> 203.0.113.9:443            c 5k/6k
  @n1 -> shop/web-1(web)@n1:80                     both 10/20 1ms
`);

describe('activity', () => {
  it('counts pods, services and namespaces that talk', () => {
    const { pods, services, namespaces, idle } = activityOf(FLOWS);
    expect(
      pods.map(({ label, node, opens, receives, sentBytes }) => [label, node, opens, receives, sentBytes]),
    ).toEqual([
      ['web-1', 'n1', 3, 1, 9_020],
      ['db-0', 'n2', 0, 1, 4_000],
      ['cart-1', 'n2', 0, 1, 2_000],
    ]);
    expect(services).toHaveLength(3);
    expect(namespaces).toEqual([
      {
        id: 'ns:shop',
        name: 'shop',
        pods: 2,
        flows: 4,
        insideBytes: 3_000,
        sentBytes: 8_020,
        receivedBytes: 10_010,
      },
      {
        id: 'ns:data',
        name: 'data',
        pods: 1,
        flows: 1,
        insideBytes: 0,
        sentBytes: 4_000,
        receivedBytes: 3_000,
      },
    ]);
    expect(idle).toBeUndefined();
  });

  it('calls idle what runs and is in no flow, and leaves open what shares its node’s address', () => {
    const inventory = readInventoryFacts([
      pod('shop', 'web-1'),
      pod('shop', 'sleeper'),
      pod('shop', 'done', { phase: 'Succeeded' }),
      pod('kube-system', 'proxy', {}, { hostNetwork: true }),
      pod('kube-system', 'agent', {}, { hostNetwork: true, nodeName: 'n7' }),
    ]);
    const { idle, undecided } = activityOf(FLOWS, inventory);
    expect(idle?.map(({ name }) => name)).toEqual(['agent', 'sleeper']);
    expect(undecided.map(({ name }) => name)).toEqual(['proxy']);
  });
});

describe('when a peer was last seen', () => {
  const grown = (flow: Flow, by: number): Flow => ({
    ...flow,
    clientStats: { ...flow.clientStats, txPkts: packets((flow.clientStats?.txPkts ?? 0) + by) },
  });

  it('is the last answer in which a counter of its flows rose', () => {
    const [cart, db, ...rest] = FLOWS as [Flow, Flow, ...Flow[]];
    const first = noteSeen(undefined, FLOWS, 1_000);
    expect([first.sinceMs, first.lastMs.size]).toEqual([1_000, 0]);
    const second = noteSeen(first, [grown(cart, 1), db, ...rest], 2_000);
    const third = noteSeen(second, [grown(cart, 1), grown(db, 5), ...rest], 3_000);
    expect(Object.fromEntries(third.lastMs)).toEqual({
      'pod:shop/web-1': 3_000,
      'svc:shop/web': 3_000,
      'ns:shop': 3_000,
      'pod:shop/cart-1': 2_000,
      'svc:shop/cart': 2_000,
      'pod:data/db-0': 3_000,
      'svc:data/db': 3_000,
      'ns:data': 3_000,
    });
    // A restart counts from nothing again, and talks.
    expect(noteSeen(third, [cart], 4_000).lastMs.get('svc:shop/cart')).toBe(4_000);
  });

  it('takes the sensor’s word in the first answer, but never a time to come', () => {
    const flows = FLOWS.slice(0, 1).map((flow) => ({
      ...flow,
      clientStats: { ...flow.clientStats, timestamp: '1970-01-01T00:00:05Z' },
      serverStats: { ...flow.serverStats, timestamp: 'nonsense' },
    }));
    expect(noteSeen(undefined, flows, 9_000).lastMs.get('svc:shop/cart')).toBe(5_000);
    expect(noteSeen(undefined, flows, 3_000).lastMs.get('svc:shop/cart')).toBe(3_000);
  });
});

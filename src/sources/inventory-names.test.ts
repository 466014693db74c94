import { describe, expect, test } from 'vitest';
import { readInventory } from './inventory';
import { createInventoryNames } from './inventory-names';
import { componentPorts, workloadOf } from './inventory-workloads';

const node = (name: string, ...addresses: string[]) => ({
  kind: 'Node',
  metadata: { name },
  status: {
    addresses: [
      ...addresses.map((address) => ({ type: 'InternalIP', address })),
      { type: 'Hostname', address: name },
    ],
  },
});
const pod = (
  name: string,
  podIPs: string[],
  more: { spec?: object; status?: object; labels?: object; owner?: object } = {},
) => ({
  kind: 'Pod',
  metadata: {
    name,
    namespace: 'shop',
    labels: more.labels ?? {},
    ...(more.owner === undefined ? {} : { ownerReferences: [more.owner] }),
  },
  spec: { nodeName: 'n1', ...more.spec },
  status: { phase: 'Running', podIP: podIPs[0], podIPs: podIPs.map((ip) => ({ ip })), ...more.status },
});
const service = (name: string, clusterIP: string, ports: object[], more: object = {}) => ({
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { clusterIP, ports, ...more },
});
const slice = (of: string, addresses: string[], ports: object[], targetRef?: object) => ({
  kind: 'EndpointSlice',
  metadata: { name: `${of}-x`, namespace: 'shop', labels: { 'kubernetes.io/service-name': of } },
  endpoints: [{ addresses, ...(targetRef === undefined ? {} : { targetRef }) }],
  ports,
});
const namesOf = (...items: object[]) => createInventoryNames(readInventory(items));

describe('pods', () => {
  test('are known by all their addresses, with their service, node and container', () => {
    const names = namesOf(
      node('n1', '192.168.0.1'),
      pod('web-1', ['10.0.0.1', 'FD00:0:0::1'], {
        status: { containerStatuses: [{ name: 'main', containerID: 'containerd://abc' }] },
      }),
      service('web', '10.96.0.1', [{ port: 80 }]),
      slice('web', ['10.0.0.1'], [{ port: 8080 }]),
    );
    const web = { pod: 'web-1', ns: 'shop', svc: 'web', node: 'n1', containerId: 'abc' };
    expect(names.nameClient('10.0.0.1')).toEqual(web);
    expect(names.nameServer('tcp', 'fd00::1', 8080)).toEqual(web);
    expect(names.ownerOf('10.0.0.1')).toBe(names.ownerOf('fd00::1'));
    expect(names.conflicts).toBe(0);
  });

  test('with several containers do not say which one speaks', () => {
    const names = namesOf(
      pod('web-1', ['10.0.0.1'], {
        status: { containerStatuses: [{ containerID: 'x://1' }, { containerID: 'x://2' }] },
      }),
    );
    expect(names.nameClient('10.0.0.1')).not.toHaveProperty('containerId');
  });

  test('that are over give way to those that live, in any order', () => {
    const old = pod('old', ['10.0.0.1'], { status: { phase: 'Succeeded' } });
    const fresh = pod('fresh', ['10.0.0.1']);
    for (const names of [namesOf(old, fresh), namesOf(fresh, old)]) {
      expect(names.nameClient('10.0.0.1').pod).toBe('fresh');
      expect(names.conflicts).toBe(0);
    }
    expect(namesOf(old).nameClient('10.0.0.1').pod).toBe('old');
  });

  test('two that claim one address are counted, and the first keeps it', () => {
    const names = namesOf(pod('a', ['10.0.0.1']), pod('b', ['10.0.0.1']));
    expect(names.nameClient('10.0.0.1').pod).toBe('a');
    expect(names.conflicts).toBe(1);
  });

  test('of several services the one with an address names the pod; of none, none', () => {
    const names = namesOf(
      pod('web-1', ['10.0.0.1']),
      pod('job-1', ['10.0.0.2']),
      service('a-headless', 'None', [{ port: 80 }]),
      service('web', '10.96.0.1', [{ port: 80 }]),
      slice('a-headless', ['10.0.0.1'], []),
      slice('web', ['10.0.0.1'], []),
    );
    expect(names.nameClient('10.0.0.1').svc).toBe('web');
    expect(names.nameClient('10.0.0.2').svc).toBeUndefined();
  });

  test('are found by selector where no slice was listed', () => {
    const names = namesOf(
      pod('web-1', ['10.0.0.1'], { labels: { app: 'web', tier: 'x' } }),
      service('web', '10.96.0.1', [{ port: 80 }], { selector: { app: 'web' } }),
      service('other', '10.96.0.2', [{ port: 80 }], { selector: { app: 'web', tier: 'y' } }),
    );
    expect(names.nameClient('10.0.0.1').svc).toBe('web');
  });
});

describe('service addresses', () => {
  const names = namesOf(
    node('n1', '192.168.0.1'),
    service('web', '10.96.0.1', [
      { port: 80, nodePort: 30080 },
      { port: 53, protocol: 'UDP', nodePort: 30053 },
    ]),
    {
      ...service('edge', '10.96.0.2', [{ port: 443 }], { externalIPs: ['192.168.0.1', '203.0.113.5'] }),
      status: { loadBalancer: { ingress: [{ ip: '198.51.100.1' }] } },
    },
  );

  test.each([
    ['10.96.0.1', 'tcp', 80, 'web'],
    ['10.96.0.1', 'tcp', 81, 'web'],
    ['192.168.0.1', 'tcp', 30080, 'web'],
    ['192.168.0.1', 'udp', 30053, 'web'],
    ['203.0.113.5', 'tcp', 443, 'edge'],
    ['198.51.100.1', 'tcp', 443, 'edge'],
    ['192.168.0.1', 'tcp', 443, 'edge'],
  ] as const)('%s %s %d is %s, and nobody’s own', (address, proto, port, svc) => {
    expect(names.nameServer(proto, address, port)).toEqual({ ns: 'shop', svc });
    expect(names.isService(proto, address, port)).toBe(true);
  });

  test.each([
    ['192.168.0.1', 'udp', 30080],
    ['192.168.0.1', 'tcp', 10250],
  ] as const)('%s %s %d is the node', (address, proto, port) => {
    expect(names.nameServer(proto, address, port)).toEqual({ node: 'n1' });
    expect(names.isService(proto, address, port)).toBe(false);
    expect(names.ownerOf(address)).toBe('node n1');
  });

  test('an address that two services share is told by the port, and is no conflict', () => {
    const shared = { externalIPs: ['203.0.113.5'] };
    const both = namesOf(
      service('a', '10.96.0.1', [{ port: 80 }], shared),
      service('b', '10.96.0.2', [{ port: 443 }], shared),
    );
    expect([80, 443].map((port) => both.nameServer('tcp', '203.0.113.5', port).svc)).toEqual(['a', 'b']);
    expect(both.conflicts).toBe(0);
    expect(namesOf(service('a', '10.96.0.1', []), service('b', '10.96.0.1', [])).conflicts).toBe(1);
  });

  test('what nobody knows has no name', () => {
    expect(names.nameServer('tcp', '8.8.8.8', 53)).toEqual({});
    expect(names.ownerOf('10.96.0.1')).toBeUndefined();
  });
});

describe('pods at a node’s own address', () => {
  const daemon = (name: string, more: object = {}) =>
    pod(name, ['192.168.0.1'], {
      spec: { hostNetwork: true, ...more },
      owner: { kind: 'DaemonSet', name: name.replace(/-[^-]+$/, '') },
    });

  test('serve on the ports they declare, and speak as the node', () => {
    const names = namesOf(
      node('n1', '192.168.0.1'),
      daemon('agent-x1y2z', { containers: [{ ports: [{ containerPort: 9000 }] }] }),
    );
    expect(names.nameServer('tcp', '192.168.0.1', 9000)).toMatchObject({ pod: 'agent-x1y2z', node: 'n1' });
    expect(names.nameServer('tcp', '192.168.0.1', 9001)).toEqual({ node: 'n1' });
    expect(names.nameClient('192.168.0.1')).toEqual({ node: 'n1' });
    expect(names.ownerOf('192.168.0.1')).toBe('node n1');
  });

  test('or where a slice says, or where such components do by default', () => {
    const names = namesOf(
      node('n1', '192.168.0.1'),
      daemon('agent-x1y2z'),
      daemon('prom-node-exporter-x1y2z'),
      service('agent', '10.96.0.9', [{ port: 7000 }]),
      slice('agent', ['192.168.0.1'], [{ port: 7000 }], { kind: 'Pod', name: 'agent-x1y2z' }),
    );
    expect(names.nameServer('tcp', '192.168.0.1', 7000)).toMatchObject({ pod: 'agent-x1y2z', svc: 'agent' });
    expect(names.nameServer('tcp', '192.168.0.1', 9100)).toMatchObject({ pod: 'prom-node-exporter-x1y2z' });
    expect(names.listeners).toContainEqual({ proto: 'tcp', address: '192.168.0.1', port: 9100 });
  });

  test('tell a node’s address even where nodes were not listed', () => {
    expect(namesOf(daemon('agent-x1y2z')).nameClient('192.168.0.1')).toEqual({ node: 'n1' });
  });
});

test.each([
  ['web-5d8f9c7b6-2xkqp', { kind: 'ReplicaSet', name: 'web-5d8f9c7b6' }, 'web'],
  ['node-exporter-1xz9k', { kind: 'ReplicaSet', name: 'node-exporter' }, 'node-exporter'],
  ['nightly-28391040-wz5kd', { kind: 'Job', name: 'nightly-28391040' }, 'nightly'],
  ['agent-2xkqp', { kind: 'DaemonSet', name: 'agent' }, 'agent'],
  ['db-0', { kind: 'StatefulSet', name: 'db' }, 'db'],
  ['etcd-node-1', { kind: 'Node', name: 'node-1' }, 'etcd'],
  ['web-5d8f9c7b6-2xkqp', undefined, 'web'],
  ['nightly-28391040-wz5kd', undefined, 'nightly'],
  ['db-0', undefined, 'db'],
  ['debug-shell', undefined, 'debug-shell'],
])('%s of %j is of %s', (name, owner, workload) => {
  const [item] = readInventory([pod(name, [], owner === undefined ? {} : { owner })]).items;
  expect(item && workloadOf(item)).toBe(workload);
});

test.each([
  ['kube-apiserver', 6443],
  ['kube-apiserver-node', 6443],
  ['prometheus-node-exporter', 9100],
  ['web', undefined],
])('%s listens on %s by default', (workload, port) => {
  expect(componentPorts(workload)[0]).toBe(port);
});

test('an inventory of nonsense names nothing, and breaks nothing', () => {
  const names = namesOf(
    {
      kind: 'Pod',
      metadata: { name: 'a' },
      status: { podIP: 7, podIPs: 'x' },
      spec: { containers: [{ ports: [{ containerPort: -1 }] }] },
    },
    {
      kind: 'Service',
      metadata: { name: 'b' },
      spec: { ports: [{ port: '80', nodePort: 1e9 }], clusterIPs: [null] },
    },
    {
      kind: 'EndpointSlice',
      metadata: { name: 'c', labels: { 'kubernetes.io/service-name': '__proto__' } },
      endpoints: [{}],
      ports: null,
    },
    { kind: 'Node', metadata: { name: 'd' }, status: { addresses: [{}] } },
  );
  expect(names.nameServer('tcp', '10.0.0.1', 80)).toEqual({});
  expect(names.listeners).toEqual([]);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressClass, canonicalIp } from './address';
import type { Endpoint, Level } from './flow';
import { endpointKind, type Identity, identify } from './identity';

const LEVELS: readonly Level[] = ['pod', 'service', 'namespace', 'node'];

// Every partial endpoint of DESIGN §4, with what it is at pod level (its own finest identity).
const CASES: [why: string, end: Endpoint, kind: string, id: string, label: string][] = [
  ['pod and namespace', { pod: 'web-1', ns: 'shop' }, 'pod', 'pod:shop/web-1', 'web-1'],
  ['a pod before its address', { pod: 'web-1', ns: 'shop', ip: '8.8.8.8' }, 'pod', 'pod:shop/web-1', 'web-1'],
  ['a pod whose namespace is not known', { pod: 'web-1' }, 'pod', 'pod:/web-1', 'web-1'],
  [
    'service without pod: an address before NAT',
    { svc: 'cart', ns: 'shop', ip: '10.96.0.7', port: 80 },
    'service',
    'svc:shop/cart',
    'cart',
  ],
  ['node without pod: a process of the host', { node: 'n1', ip: '10.0.0.4' }, 'host', 'host:n1', 'n1'],
  ['cgroup and node', { node: 'n1', cgroupId: 7, ip: '10.0.0.4' }, 'host', 'host:n1', 'n1'],
  ['cgroup and an address', { cgroupId: 7, ip: '10.0.0.4' }, 'host', 'host:10.0.0.4', '10.0.0.4'],
  ['cgroup alone', { cgroupId: 7 }, 'host', 'host:cgroup 7', 'cgroup 7'],
  ['public', { ip: '8.8.8.8', port: 53 }, 'external', 'ext:8.8.8.8', '8.8.8.8'],
  ['public IPv6, any spelling', { ip: '2600:0:0::01' }, 'external', 'ext:2600::1', '2600::1'],
  ['TEST-NET-3', { ip: '203.0.113.10' }, 'external', 'ext:203.0.113.10', '203.0.113.10'],
  ['documentation IPv6', { ip: '2001:db8::5' }, 'external', 'ext:2001:db8::5', '2001:db8::5'],
  ['behind NAT64', { ip: '64:ff9b::808:808' }, 'external', 'ext:64:ff9b::808:808', '64:ff9b::808:808'],
  ['a mapped public address', { ip: '::ffff:8.8.4.4' }, 'external', 'ext:8.8.4.4', '8.8.4.4'],
  ['a mapped private address', { ip: '::ffff:10.1.2.3' }, 'unresolved', 'ip:10.1.2.3', '10.1.2.3'],
  ['private', { ip: '10.1.2.3' }, 'unresolved', 'ip:10.1.2.3', '10.1.2.3'],
  [
    'private with only a namespace',
    { ip: '10.1.2.3', ns: 'shop' },
    'unresolved',
    'ip:shop/10.1.2.3',
    '10.1.2.3',
  ],
  ['CGNAT', { ip: '100.64.0.9' }, 'unresolved', 'ip:100.64.0.9', '100.64.0.9'],
  ['ULA', { ip: 'fd12::9' }, 'unresolved', 'ip:fd12::9', 'fd12::9'],
  ['link-local', { ip: 'fe80::1' }, 'unresolved', 'ip:fe80::1', 'fe80::1'],
  ['loopback', { ip: '127.0.0.1' }, 'unresolved', 'ip:127.0.0.1', '127.0.0.1'],
  ['unreadable text', { ip: 'not/an>ip%' }, 'unresolved', 'ip:not%2Fan%3Eip%25', 'not/an>ip%'],
  ['too short to be an address', { ip: '10.1' }, 'unresolved', 'ip:10.1', '10.1'],
  ['nothing', {}, 'unresolved', 'ip:', 'unknown'],
  [
    'a name out of Object.prototype',
    { pod: '__proto__', ns: 'constructor' },
    'pod',
    'pod:constructor/__proto__',
    '__proto__',
  ],
];

describe('who is it', () => {
  it.each(CASES)('%s', (_, end, kind, id, label) => {
    expect(endpointKind(end)).toBe(kind);
    expect(identify(end, 'pod')).toMatchObject({ id, kind, label });
  });

  it('no two of the cases above that are different are the same peer', () => {
    const ids = CASES.map(([, , , id]) => id);
    expect(new Set(ids).size).toBe(
      new Set(CASES.map(([, end]) => JSON.stringify(identify(end, 'pod')))).size,
    );
  });
});

describe('levels', () => {
  const pod: Endpoint = { ip: '10.0.0.1', pod: 'web-1', ns: 'shop', svc: 'web', node: 'n1' };

  it.each<[Level, Endpoint, Identity]>([
    ['pod', pod, { id: 'pod:shop/web-1', kind: 'pod', label: 'web-1', namespace: 'shop' }],
    ['service', pod, { id: 'svc:shop/web', kind: 'service', label: 'web', namespace: 'shop' }],
    ['namespace', pod, { id: 'ns:shop', kind: 'namespace', label: 'shop', namespace: 'shop' }],
    ['node', pod, { id: 'node:n1', kind: 'node', label: 'n1' }],
    // An end without the level keeps its own identity.
    [
      'service',
      { pod: 'job-1', ns: 'batch' },
      { id: 'pod:batch/job-1', kind: 'pod', label: 'job-1', namespace: 'batch' },
    ],
    ['namespace', { node: 'n1' }, { id: 'host:n1', kind: 'host', label: 'n1' }],
    ['namespace', { ip: '8.8.8.8' }, { id: 'ext:8.8.8.8', kind: 'external', label: '8.8.8.8' }],
    [
      'node',
      { svc: 'web', ns: 'shop' },
      { id: 'svc:shop/web', kind: 'service', label: 'web', namespace: 'shop' },
    ],
    // What an aggregated answer carries.
    ['service', { ns: 'shop' }, { id: 'ns:shop', kind: 'namespace', label: 'shop', namespace: 'shop' }],
  ])('%s of %j', (level, end, identity) => {
    expect(identify(end, level)).toEqual(identity);
  });

  it('a pod and its ClusterIP are one peer at service level, two below', () => {
    const address: Endpoint = { ip: '10.96.0.7', svc: 'web', ns: 'shop' };
    expect(identify(address, 'service')).toEqual(identify(pod, 'service'));
    expect(identify(address, 'pod').id).not.toBe(identify(pod, 'pod').id);
  });

  it('a node and a process on it are told apart', () => {
    expect(identify({ node: 'n1' }, 'pod').id).not.toBe(identify({ node: 'n1' }, 'node').id);
  });

  it('host-network pods that share an address are told apart', () => {
    const [a, b] = ['kube-proxy-a', 'node-exporter-b'].map((name) =>
      identify({ pod: name, ns: 'x', ip: '10.0.0.4' }, 'pod'),
    );
    expect(a?.id).not.toBe(b?.id);
  });
});

// A small alphabet of what ids are made of, so that forgeries happen by chance.
const hostile = fc.oneof(
  fc.string({ unit: fc.constantFrom('/', '%', '>', ':', '2', 'F', 'a', ' '), minLength: 1, maxLength: 4 }),
  fc.constantFrom('__proto__', 'constructor', '8.8.8.8', '10.0.0.1', 'cgroup 7', '\u202egpj', '%2F'),
);
const end: fc.Arbitrary<Endpoint> = fc.record(
  { ip: hostile, pod: hostile, ns: hostile, svc: hostile, node: hostile, cgroupId: fc.constantFrom(7, 8) },
  { requiredKeys: [] },
);

describe('hostile names', () => {
  it('peers with the same id are the same peer, across all levels', () => {
    fc.assert(
      fc.property(fc.array(end, { minLength: 20, maxLength: 60 }), (ends) => {
        const seen = new Map<string, Identity>();
        for (const one of ends) {
          for (const level of LEVELS) {
            const identity = identify(one, level);
            const known = seen.get(identity.id);
            if (known === undefined) seen.set(identity.id, identity);
            else expect(identity).toEqual(known);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never put a ">" into an id, which is what a link id is split by', () => {
    fc.assert(
      fc.property(end, fc.constantFrom(...LEVELS), (one, level) => {
        expect(identify(one, level).id).not.toContain('>');
      }),
    );
  });
});

describe('addresses', () => {
  it.each([
    ['10.0.0.1', 'private', '10.0.0.1'],
    ['::ffff:192.0.2.1', 'public', '192.0.2.1'],
    ['2001:0db8:0000::0001', 'public', '2001:db8::1'],
    ['010.0.0.1', 'unreadable', '010.0.0.1'],
    ['10.0.0.256', 'unreadable', '10.0.0.256'],
    ['', 'unreadable', ''],
    ['169.254.1.1', 'private', '169.254.1.1'],
    ['224.0.0.1', 'private', '224.0.0.1'],
    ['2002:808:808::1', 'public', '2002:808:808::1'],
  ])('%s is %s and written %s', (ip, kind, text) => {
    // Twice: the second answer comes from memory.
    for (let time = 0; time < 2; time++) {
      expect(addressClass(ip)).toBe(kind);
      expect(canonicalIp(ip)).toBe(text);
    }
  });
});

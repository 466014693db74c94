// The suggested policies as kubectl would read them: valid by the schema, and worth what was seen, no more. The
// evaluator below knows policies only from their specification, nothing of how they were made.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseAddressRange } from '../flows/address';
import type { Endpoint, Flow } from '../flows/flow';
import { sketch } from '../flows/sketch';
import { decodeAnswer } from '../flows/wire';
import { type InventoryFacts, readInventoryFacts } from '../insight/activity-inventory';
import { suggestPolicies } from '../insight/policy';
import { policyYaml } from './policy-yaml';

const recordings = fileURLToPath(new URL('../../public/recordings/', import.meta.url));
const lines = gunzipSync(readFileSync(`${recordings}lab.jsonl.gz`))
  .toString()
  .trimEnd()
  .split('\n');
const lab = decodeAnswer((JSON.parse(lines.at(-1) ?? '') as { flows: unknown }).flows).flows;
const inventory = readInventoryFacts(JSON.parse(readFileSync(`${recordings}lab-inventory.json`, 'utf8')));

interface Selector {
  matchLabels?: Record<string, string>;
}
interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string };
}
interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { protocol: string; port?: number }[];
}
interface Policy {
  metadata: { name: string; namespace: string };
  spec: { podSelector: Selector; policyTypes: string[]; ingress: Rule[]; egress: Rule[] };
}

/** As readers of YAML 1.1 have it, which is what kubectl is. */
const read = (text: string): Policy[] =>
  parseAllDocuments(text, { version: '1.1' }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Policy;
  });
const policiesOf = (namespace: string, flows: readonly Flow[], facts?: InventoryFacts): Policy[] =>
  read(policyYaml(suggestPolicies(namespace, flows, facts)));

/** What is wrong by the schema of networking.k8s.io/v1, as far as suggestions use it. */
function schemaProblems(value: unknown): string[] {
  const problems: string[] = [];
  const say = (where: string) => problems.push(where);
  const object = (at: string, one: unknown, keys: readonly string[]): Record<string, unknown> => {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) {
      say(`${at} is no object`);
      return {};
    }
    for (const key of Object.keys(one)) if (!keys.includes(key)) say(`${at}.${key} is unknown`);
    return one as Record<string, unknown>;
  };
  const list = (at: string, one: unknown): unknown[] => {
    if (!Array.isArray(one)) say(`${at} is no list`);
    return Array.isArray(one) ? one : [];
  };
  const text = (at: string, one: unknown, pattern: RegExp) => {
    if (typeof one !== 'string' || !pattern.test(one)) say(`${at} is ${JSON.stringify(one)}`);
  };
  const selector = (at: string, one: unknown) => {
    const labels = object(at, one, ['matchLabels']).matchLabels ?? {};
    for (const [key, label] of Object.entries(labels)) {
      text(`${at} key`, key, /^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
      text(`${at}.${key}`, label, /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/);
    }
  };
  const rules = (at: string, one: unknown, side: 'from' | 'to') => {
    for (const entry of list(at, one)) {
      const rule = object(at, entry, [side, 'ports']);
      // An empty list of peers would mean everybody.
      if (list(`${at}.${side}`, rule[side]).length === 0) say(`${at}.${side} is empty`);
      for (const peerEntry of list(`${at}.${side}`, rule[side])) {
        const peer = object(`${at}.${side}`, peerEntry, ['podSelector', 'namespaceSelector', 'ipBlock']);
        if (Object.keys(peer).length === 0) say(`${at}.${side} names nobody`);
        if (peer.ipBlock !== undefined && Object.keys(peer).length > 1) say(`${at}.${side} mixes ipBlock`);
        if (peer.ipBlock !== undefined) {
          const { cidr } = object('ipBlock', peer.ipBlock, ['cidr', 'except']);
          if (typeof cidr !== 'string' || !/\/\d+$/.test(cidr) || parseAddressRange(cidr) === undefined)
            say(`cidr is ${JSON.stringify(cidr)}`);
        }
        if (peer.podSelector !== undefined) selector('podSelector', peer.podSelector);
        if (peer.namespaceSelector !== undefined) selector('namespaceSelector', peer.namespaceSelector);
      }
      for (const portEntry of list(`${at}.ports`, rule.ports)) {
        const { protocol, port } = object(`${at}.ports`, portEntry, ['protocol', 'port', 'endPort']);
        text('protocol', protocol, /^(TCP|UDP|SCTP)$/);
        if (port !== undefined && !(Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65_535))
          say(`port is ${JSON.stringify(port)}`);
      }
    }
  };
  const policy = object('policy', value, ['apiVersion', 'kind', 'metadata', 'spec']);
  text('apiVersion', policy.apiVersion, /^networking\.k8s\.io\/v1$/);
  text('kind', policy.kind, /^NetworkPolicy$/);
  const { name, namespace } = object('metadata', policy.metadata, ['name', 'namespace']);
  for (const one of [name, namespace]) text('name', one, /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
  const spec = object('spec', policy.spec, ['podSelector', 'policyTypes', 'ingress', 'egress']);
  selector('spec.podSelector', spec.podSelector);
  for (const type of list('policyTypes', spec.policyTypes)) text('policyType', type, /^(Ingress|Egress)$/);
  rules('ingress', spec.ingress, 'from');
  rules('egress', spec.egress, 'to');
  return problems;
}

/** Whether a cluster with these policies and pods would let the client reach the server at that port. */
function allows(policies: readonly Policy[], facts: InventoryFacts, flow: Flow): boolean {
  const labelsOf = ({ ns, pod }: Endpoint) =>
    facts.pods.find((one) => one.ns === ns && one.name === pod)?.labels ?? {};
  const fits = (selector: Selector | undefined, labels: Readonly<Record<string, string>>) =>
    Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  const lets = (side: 'ingress' | 'egress', own: Endpoint, other: Endpoint): boolean => {
    const selecting = policies.filter(
      ({ metadata, spec }) =>
        metadata.namespace === own.ns &&
        spec.policyTypes.includes(side === 'ingress' ? 'Ingress' : 'Egress') &&
        fits(spec.podSelector, labelsOf(own)),
    );
    if (selecting.length === 0) return true;
    return selecting
      .flatMap(({ spec }) => spec[side])
      .some((rule) => {
        const peers = (side === 'ingress' ? rule.from : rule.to) ?? [];
        const isPort = (rule.ports ?? []).some(
          ({ protocol, port }) =>
            protocol === flow.proto.toUpperCase() && (port ?? flow.server.port) === flow.server.port,
        );
        return (
          isPort &&
          peers.some((peer) => {
            if (peer.ipBlock !== undefined)
              return parseAddressRange(peer.ipBlock.cidr)?.(other.ip ?? '') === true;
            const place = peer.namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] ?? own.ns;
            return place === other.ns && fits(peer.podSelector, labelsOf(other));
          })
        );
      });
  };
  return lets('egress', flow.client, flow.server) && lets('ingress', flow.server, flow.client);
}

describe('the lab’s namespace data', () => {
  const policies = policiesOf('data', lab, inventory);
  // An address row says which service, not which pod: the one pod behind it is meant.
  const seen = lab
    .filter(({ client, server }) => client.ns === 'data' || server.ns === 'data')
    .map((flow) =>
      flow.server.pod === undefined ? { ...flow, server: { ...flow.server, pod: 'minio-0' } } : flow,
    );

  it('is valid by the schema, a policy a workload', () => {
    expect(policies.flatMap(schemaProblems)).toEqual([]);
    expect(policies.map(({ metadata }) => metadata.name)).toEqual([
      'shoal-memcached',
      'shoal-minio',
      'shoal-redis-master',
    ]);
  });

  it('allows every link that was seen', () => {
    expect(seen).toHaveLength(7);
    for (const flow of seen) expect(allows(policies, inventory, flow), JSON.stringify(flow)).toBe(true);
  });

  it('refuses every other pair of pods, port and protocol, but for those that no label tells apart', () => {
    const pods = inventory.pods.filter(({ hostNetwork }) => !hostNetwork);
    const labelled = ({ ns, pod }: Endpoint) =>
      `${ns}/${JSON.stringify(pods.find((one) => one.ns === ns && one.name === pod)?.labels)}`;
    const keyOf = ({ client, server, proto }: Flow) =>
      `${labelled(client)}>${labelled(server)} ${server.port}/${proto}`;
    const known = new Set(seen.map(keyOf));
    let refused = 0;
    for (const from of pods) {
      for (const to of pods) {
        if (from.ns !== 'data' && to.ns !== 'data') continue;
        for (const port of [22, 53, 80, 6379, 9000, 11211]) {
          for (const proto of ['tcp', 'udp'] as const) {
            const flow: Flow = {
              proto,
              client: { ns: from.ns, pod: from.name },
              server: { ns: to.ns, pod: to.name, port },
            };
            const isSeen = known.has(keyOf(flow));
            expect(allows(policies, inventory, flow), keyOf(flow)).toBe(isSeen);
            if (!isSeen) refused++;
          }
        }
      }
    }
    expect(refused).toBeGreaterThan(1_000);
  });

  it('refuses addresses outside, in and out', () => {
    const outside = { ip: '203.0.113.10' };
    for (const { ns, name } of inventory.pods.filter((pod) => pod.ns === 'data')) {
      const pod = { ns, pod: name };
      expect(
        allows(policies, inventory, { proto: 'tcp', client: outside, server: { ...pod, port: 6379 } }),
      ).toBe(false);
      expect(
        allows(policies, inventory, { proto: 'tcp', client: pod, server: { ...outside, port: 443 } }),
      ).toBe(false);
    }
  });

  it('carries the evidence of each rule above it', () => {
    const text = policyYaml(suggestPolicies('data', lab, inventory));
    expect(text).toContain(
      '    # Seen: shop/cart to data/redis-master 6379/tcp, 1 flow, 209 KiB, worst handshake p99 12.3 ms.\n    - from:',
    );
  });
});

describe('any namespace', () => {
  it.each(
    [...new Set(lab.flatMap(({ client, server }) => [client.ns, server.ns]))].filter(
      (ns) => ns !== undefined,
    ),
  )('%s is valid with and without an inventory', (ns) => {
    expect(policiesOf(ns, lab, inventory).flatMap(schemaProblems)).toEqual([]);
    expect(policiesOf(ns, lab).flatMap(schemaProblems)).toEqual([]);
  });

  it('without an inventory allows what was seen, by namespace', () => {
    const policies = policiesOf('data', lab);
    const nobody = { pods: [], services: [], zones: new Map() };
    for (const flow of lab.filter(({ server }) => server.ns === 'data')) {
      expect(allows(policies, nobody, flow)).toBe(true);
      expect(allows(policies, nobody, { ...flow, client: { ns: 'default', pod: 'x' } })).toBe(false);
    }
  });

  it('keeps hostile names inside comments and quotes', () => {
    const flows = sketch(`
      shop/a@n1 -> data/b@n2:80   both 1k/1k 1ms
    `).map((flow) => ({
      ...flow,
      client: { ...flow.client, ns: 'shop', pod: 'x\n    - from: []\u2028\r#evil: true' },
    }));
    const labels = { app: 'yes' };
    const facts: InventoryFacts = {
      pods: [
        { ns: 'data', name: 'b', labels, hostNetwork: false, ips: [] },
        { ns: 'data', name: 'c', labels: { app: '1:20' }, hostNetwork: false, ips: [] },
      ],
      services: [],
      zones: new Map(),
    };
    // Readers of YAML 1.1 end a line, and so a comment, at each of these.
    expect(policyYaml(suggestPolicies('data', flows, facts))).not.toMatch(/[\r\u0085\u2028\u2029]/);
    const [policy] = policiesOf('data', flows, facts);
    expect(policy?.spec.podSelector).toEqual({ matchLabels: labels });
    expect(policy?.spec.ingress).toHaveLength(1);
    expect(schemaProblems(policy)).toEqual([]);
  });

  it('leaves out what the API server would refuse, and says so', () => {
    const flows = sketch('Shop_1/a@n1 -> data/b@n2:80  both 1k/1k\nshop/a@n1 -> data/b@n2:0  both 1k/1k');
    const text = policyYaml(suggestPolicies('data', flows));
    expect(read(text).map(({ spec }) => [spec.ingress, spec.egress])).toEqual([[[], []]]);
    expect(read(text).flatMap(schemaProblems)).toEqual([]);
    expect(text).toContain('Shop_1');
  });

  it('is valid whatever the names, ports and addresses', () => {
    const name = fc.constantFrom(
      'data',
      'shop',
      'Bad_Name',
      '',
      'a'.repeat(80),
      '*',
      'x: y\n- z',
      'yes',
      '__proto__',
    );
    const end = fc.record(
      {
        ip: fc.constantFrom('10.0.0.1', '203.0.113.7', 'fd00::1', '2001:db8::7', 'nonsense', '10.0.0.1/8'),
        pod: name,
        ns: name,
        svc: name,
        node: name,
        port: fc.constantFrom(0, 53, 80, 65_535, 65_536, 1.5),
      },
      { requiredKeys: [] },
    );
    const pod = fc.record({
      ns: name,
      name,
      labels: fc.dictionary(name, name),
      hostNetwork: fc.boolean(),
      ips: fc.constant([]),
    });
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ proto: fc.constantFrom('tcp' as const, 'udp' as const), client: end, server: end }),
        ),
        fc.option(fc.array(pod), { nil: undefined }),
        (flows, pods) => {
          const facts =
            pods === undefined ? undefined : { pods, services: [], zones: new Map<string, string>() };
          expect(policiesOf('data', flows as Flow[], facts).flatMap(schemaProblems)).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('says why there is none', () => {
    expect(policyYaml(suggestPolicies('no\nsuch: name', lab))).toBe(
      '# No policy can be written: "no\\nsuch: name" is no name of a namespace.\n',
    );
    expect(policyYaml(suggestPolicies('empty', lab))).toMatch(/^# No policy can be suggested: no flow/);
  });
});

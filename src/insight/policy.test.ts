import { describe, expect, it } from 'vitest';
import { sketch } from '../flows/sketch';
import type { InventoryFacts, PodFacts } from './activity-inventory';
import { suggestPolicies } from './policy';
import { selectWorkload } from './policy-selectors';

const pod = (
  ns: string,
  name: string,
  labels: Record<string, string> = {},
  more: Partial<PodFacts> = {},
): PodFacts => ({
  ns,
  name,
  labels,
  hostNetwork: false,
  ips: [],
  ...more,
});
const inventory = (pods: PodFacts[], services: InventoryFacts['services'] = []): InventoryFacts => ({
  pods,
  services,
  zones: new Map(),
});

/** The only policy of the suggestion, cut down to what a test looks at. */
function suggest(namespace: string, text: string, facts?: InventoryFacts) {
  const suggestion = suggestPolicies(namespace, sketch(text), facts);
  if ('problem' in suggestion) throw new Error(suggestion.problem);
  const [first] = suggestion.policies;
  return {
    ingress: first?.policy.spec.ingress,
    egress: first?.policy.spec.egress,
    selector: first?.policy.spec.podSelector,
    notes: [
      ...suggestion.notes,
      ...(first?.notes ?? []),
      ...(first?.ingressNotes.flat() ?? []),
      ...(first?.egressNotes.flat() ?? []),
    ].join('\n'),
    count: suggestion.policies.length,
  };
}

describe('labels that name a workload', () => {
  const pods = [
    pod('shop', 'web-6c5b77d8f-hj8sd', { app: 'web', tier: 'front', 'pod-template-hash': '6c5b77d8f' }),
    pod('shop', 'web-6c5b77d8f-kk2lp', { app: 'web', tier: 'front', 'pod-template-hash': '6c5b77d8f' }),
    pod('shop', 'api-84f6b9c5d-zt9vx', { app: 'shop', tier: 'back' }),
    pod('shop', 'job-84f6b9c5d-zt9vx', { app: 'shop', tier: 'batch' }),
    pod('shop', 'twin-a-0', { app: 'twin' }),
    pod('shop', 'twin-b-0', { app: 'twin' }),
    pod('shop', 'bare'),
    pod('data', 'web-0', { app: 'web' }),
  ];
  it.each([
    ['web', { labels: { app: 'web' } }],
    ['api', { labels: { tier: 'back' } }],
    ['twin-a', { broad: 'other pods have the same labels' }],
    ['bare', { broad: 'its pods have no labels' }],
    ['nobody', { broad: 'the inventory has no such pods' }],
  ])('%s', (workload, selection) => {
    expect(selectWorkload('shop', workload, inventory(pods))).toEqual(selection);
  });

  it('is never a label that a rollout changes, nor one the API server refuses', () => {
    const only = inventory([
      pod('a', 'x-0', { 'controller-revision-hash': 'x-1', 'bad key!': 'x', app: 'no spaces please' }),
    ]);
    expect(selectWorkload('a', 'x', only)).toEqual({ broad: 'its pods have no labels' });
  });
});

describe('what a policy can and cannot name', () => {
  it('the pods’ own node needs no rule, another node is an address', () => {
    const { ingress, notes } = suggest(
      'shop',
      `
      @n1#10.0.0.1 -> shop/web-0(web)@n1:80  both 1k/1k 1ms
      @n2#10.0.0.2 -> shop/web-0(web)@n1:80  both 1k/1k 1ms
    `,
    );
    expect(ingress).toEqual([
      { from: [{ ipBlock: { cidr: '10.0.0.2/32' } }], ports: [{ protocol: 'TCP', port: 80 }] },
    ]);
    expect(notes).toContain('always allowed');
  });

  it('a host-network pod is its node: an address as a client, beyond policies as a server', () => {
    const text = 'mon/prom-0(prom)@n2#10.0.0.2 -> shop/web-0(web)@n1:80  both 1k/1k 1ms';
    const facts = inventory([pod('mon', 'prom-0', { app: 'prom' }, { hostNetwork: true, node: 'n2' })]);
    expect(suggest('shop', text, facts).ingress?.[0]?.from).toEqual([{ ipBlock: { cidr: '10.0.0.2/32' } }]);
    expect(suggest('mon', text, facts)).toMatchObject({ count: 0 });
    expect(suggest('mon', text, facts).notes).toContain('No policy applies to mon/prom');
  });

  it('addresses outside are blocks, in both families; unnamed ones with a warning', () => {
    const { egress, notes } = suggest(
      'shop',
      `
      shop/web-0(web)@n1 -> 203.0.113.9:443      c 1k/1k 30ms
      shop/web-0(web)@n1 -> [2001:db8::9]:443    c 1k/1k 30ms
      shop/web-0(web)@n1 -> 10.9.9.9:514/udp     c 1k/0
    `,
    );
    expect(egress?.map(({ to, ports }) => [to[0]?.ipBlock?.cidr, ports[0]?.port])).toEqual([
      ['10.9.9.9/32', 514],
      ['2001:db8::9/128', 443],
      ['203.0.113.9/32', 443],
    ]);
    expect(notes).toContain('Nobody names the address 10.9.9.9');
  });

  it('a service’s address becomes the pods behind it, at the port they serve', () => {
    const facts = inventory(
      [pod('data', 'db-0', { app: 'db' })],
      [
        {
          ns: 'data',
          name: 'db',
          selector: { app: 'db' },
          ports: [{ port: 80, target: 5432, proto: 'tcp' }],
        },
      ],
    );
    const text = 'shop/web-0(web)@n1 -> data/(db):80  c 1k/1k 1ms';
    expect(suggest('shop', text, facts).egress).toEqual([
      {
        to: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'data' } },
            podSelector: { matchLabels: { app: 'db' } },
          },
        ],
        ports: [{ protocol: 'TCP', port: 5432 }],
      },
    ]);
    expect(suggest('data', text, facts).ingress?.[0]?.ports).toEqual([{ protocol: 'TCP', port: 5432 }]);
    const unknown = suggest('shop', 'shop/web-0(web)@n1 -> default/(kubernetes):443  c 1k/1k 1ms');
    expect([unknown.egress, unknown.notes.includes('policies do not reach service addresses')]).toEqual([
      [],
      true,
    ]);
  });

  it('the near half of split traffic adds no second port', () => {
    const { ingress } = suggest(
      'shop',
      `
      shop/a-0(a)@n1 -> shop/(b):80              c 1k/1k 1ms
      shop/a-0(a)@n1 -> shop/b-0(b)@n2:8080      s 1k/1k
    `,
    );
    expect(ingress).toEqual([{ from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: 8080 }] }]);
  });

  it('what never answered is told and not allowed', () => {
    const { ingress, notes } = suggest(
      'shop',
      `
      default/x-0@n1 -> shop/web-0(web)@n2:22   c 60/0
      default/x-0@n1 -> shop/web-0(web)@n2:80   both 1k/1k 1ms
    `,
    );
    expect(ingress?.flatMap(({ ports }) => ports)).toEqual([{ protocol: 'TCP', port: 80 }]);
    expect(notes).toContain('Seen, but never answered, and not allowed: default/x to shop/web 22/tcp.');
  });

  it('DNS is a rule like any other, with a word about TCP', () => {
    const text = 'shop/web-0(web)@n1 -> kube-system/dns-0(kube-dns)@n1:53/udp  both 100/200';
    const { egress, notes } = suggest('shop', text);
    expect(egress).toHaveLength(1);
    expect(notes).toContain('DNS falls back to TCP 53');
    expect(suggest('kube-system', text).notes).toContain('not even a DNS lookup. To allow lookups: egress:');
  });

  it('workloads that no label tells apart share one policy, and that is said', () => {
    const facts = inventory([pod('shop', 'a-0'), pod('shop', 'b-0'), pod('shop', 'idle-0')]);
    const { selector, count, notes } = suggest(
      'shop',
      'shop/a-0@n1 -> shop/b-0@n2:80  both 1k/1k 1ms',
      facts,
    );
    expect([selector, count]).toEqual([{}, 1]);
    expect(notes).toContain('b cannot be selected alone, because its pods have no labels');
    expect(notes).toContain('In no flow, and therefore without a policy of its own: idle.');
  });
});

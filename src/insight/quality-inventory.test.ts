// What flows and an inventory disagree on: each kind on a sketch made for it, none where they agree or cannot be compared.
import { describe, expect, it } from 'vitest';
import { sketch } from '../flows/sketch';
import { mergeFacts, readInventoryFacts } from './activity-inventory';
import { judgeQuality } from './quality';
import { findConflicts } from './quality-inventory';
import { noteAnswer } from './quality-watch';

const pod = (
  ns: string,
  name: string,
  ip: string,
  rest: { node?: string; phase?: string; host?: boolean } = {},
) => ({
  kind: 'Pod',
  metadata: { namespace: ns, name },
  spec: {
    ...(rest.node === undefined ? {} : { nodeName: rest.node }),
    ...(rest.host === true ? { hostNetwork: true } : {}),
  },
  status: { podIP: ip, phase: rest.phase ?? 'Running' },
});
const facts = (...items: unknown[]) => readInventoryFacts({ items });

const flow = (ip: string, node = 'n1') => {
  const [first] = sketch('shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070 both 60k/167k 3ms..12ms');
  if (first === undefined) throw new Error('no flow');
  return [{ ...first, client: { ...first.client, ip, node } }];
};

describe('an end', () => {
  it.each([
    ['as the inventory has it', flow('10.0.0.1'), [pod('shop', 'web-1', '10.0.0.1', { node: 'n1' })], 0],
    ['by another writing of its address', flow('::ffff:10.0.0.1'), [pod('shop', 'web-1', '10.0.0.1')], 0],
    ['on another node', flow('10.0.0.1'), [pod('shop', 'web-1', '10.0.0.1', { node: 'n9' })], 1],
    ['at another address', flow('10.0.0.1'), [pod('shop', 'web-1', '10.0.0.7')], 1],
    ['at the address of another pod', flow('10.0.0.1'), [pod('shop', 'api-1', '10.0.0.1')], 1],
    [
      'where a finished pod was',
      flow('10.0.0.1'),
      [pod('shop', 'job-1', '10.0.0.1', { phase: 'Succeeded' })],
      0,
    ],
    ['on its node’s own address', flow('10.0.0.1'), [pod('shop', 'web-1', '192.168.0.1', { host: true })], 0],
    ['that the inventory does not know', flow('10.0.0.1'), [pod('other', 'x', '10.9.9.9')], 0],
  ] as const)('%s', (_what, flows, items, conflicts) => {
    const found = findConflicts(flows, facts(...items));
    expect(found.conflicts).toBe(conflicts);
    expect(found.example === undefined).toBe(conflicts === 0);
  });

  it('counts once however many rows it has', () => {
    const flows = [...flow('10.0.0.1'), ...flow('10.0.0.1')];
    expect(findConflicts(flows, facts(pod('shop', 'web-1', '10.0.0.7')))).toMatchObject({
      compared: 1,
      conflicts: 1,
      example: 'shop/web-1 at 10.0.0.1, by the inventory at 10.0.0.7',
    });
  });
});

describe('the fact', () => {
  const factFor = (inventory: ReturnType<typeof facts> | undefined) => {
    const flows = flow('10.0.0.1');
    const { facts: all } = judgeQuality({
      answer: { flows, total: 1, truncated: false, rejects: { count: 0 } },
      watch: noteAnswer(undefined, { flows, atMs: 0, epoch: '' }),
      ...(inventory === undefined ? {} : { inventory }),
    });
    return all.find(({ id }) => id === 'inventory');
  };

  it('is a finding only where the two disagree, and says what goes by which', () => {
    expect(factFor(undefined)).toMatchObject({ severity: 'info', of: 0 });
    expect(factFor(facts(pod('shop', 'web-1', '10.0.0.1')))).toMatchObject({
      severity: 'info',
      value: 0,
      of: 1,
    });
    expect(factFor(facts(pod('shop', 'web-1', '10.0.0.7')))).toMatchObject({
      ...{ severity: 'warn', value: 1, of: 1 },
      sentence: expect.stringContaining('The map goes by the flows'),
    });
  });
});

describe('two inventories', () => {
  it('add up; of one name the later counts', () => {
    const node = (name: string, zone: string) => ({
      kind: 'Node',
      metadata: { name, labels: { 'topology.kubernetes.io/zone': zone } },
    });
    const merged = mergeFacts(
      facts(pod('a', 'x', '10.0.0.1'), pod('a', 'y', '10.0.0.2'), node('n1', 'z1')),
      facts(pod('a', 'x', '10.0.0.9'), node('n1', 'z2'), node('n2', 'z2')),
    );
    expect(merged.pods.map(({ name, ips }) => [name, ...ips])).toEqual([
      ['x', '10.0.0.9'],
      ['y', '10.0.0.2'],
    ]);
    expect([...merged.zones]).toEqual([
      ['n1', 'z2'],
      ['n2', 'z2'],
    ]);
  });
});

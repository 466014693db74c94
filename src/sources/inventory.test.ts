import { expect, test } from 'vitest';
import { mergeInventories, readInventory } from './inventory';

const pod = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', annotations: { token: 'secret' }, labels: { app: 'web' } },
  spec: {
    nodeName: 'node-1',
    containers: [{ name: 'main', image: 'web:1', env: [{ name: 'PASSWORD', value: 'secret' }] }],
  },
  status: {
    phase: 'Running',
    podIP: '10.0.0.1',
    containerStatuses: [{ name: 'main', containerID: 'x://1' }],
  },
  ...more,
});

test('keeps names, places and addresses, and leaves behind what may be secret', () => {
  const inventory = readInventory({ kind: 'List', items: [pod('web-1')] });
  expect(inventory.items).toEqual([
    {
      kind: 'Pod',
      metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web' } },
      spec: { nodeName: 'node-1', containers: [{ name: 'main' }] },
      status: {
        phase: 'Running',
        podIP: '10.0.0.1',
        containerStatuses: [{ name: 'main', containerID: 'x://1' }],
      },
    },
  ]);
});

test('reads a list, one object or a bare array, and leaves out what has no name', () => {
  expect(readInventory(pod('a')).items).toHaveLength(1);
  expect(readInventory([pod('a'), pod('b'), { kind: 'Pod', metadata: {} }, null]).items).toHaveLength(2);
  expect(readInventory({ items: [] }).items).toEqual([]);
});

test('a kind it does not know keeps its metadata only, whatever it is called', () => {
  for (const kind of ['Secret', 'constructor', '__proto__']) {
    const [item] = readInventory([{ kind, metadata: { name: 's' }, data: { a: 'secret' } }]).items;
    expect(item).toEqual({ kind, metadata: { name: 's' } });
  }
});

test.each([['text'], [7], [null], [{}], [{ items: 'x' }], [[{ kind: 'Pod' }]]])('refuses %j', (json) => {
  expect(() => readInventory(json)).toThrow(/kubectl prints|kind and a name/);
});

test('of several files the last one counts', () => {
  const old = readInventory([pod('a'), pod('b')]);
  const fresh = readInventory([pod('b', { status: { podIP: '10.9.9.9' } })]);
  const merged = mergeInventories([old, fresh]);
  expect(merged.items.map((item) => item.metadata.name)).toEqual(['a', 'b']);
  expect(merged.items[1]).toMatchObject({ status: { podIP: '10.9.9.9' } });
});

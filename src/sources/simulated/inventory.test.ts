import { expect, it } from 'vitest';
import { readInventory } from '../inventory';
import { simulatedInventory } from './inventory';
import { createSimulatedSource } from './simulated';

const START = Date.UTC(2026, 0, 1);

it('lists every node, pod and service that its flows name, and the zone of every node', () => {
  const source = createSimulatedSource({ seed: 3, services: 20, scenario: 'quiet', startMs: START });
  const nowMs = START + 60_000;
  const inventory = simulatedInventory(source.truth, nowMs);
  // It is what kubectl prints: nothing is lost on its way through the reader.
  expect(readInventory(inventory)).toEqual(inventory);
  const names = (kind: string) =>
    new Set(
      inventory.items
        .filter((item) => item.kind === kind)
        .map(({ metadata: { namespace, name } }) => `${namespace ?? ''}/${name}`),
    );
  const [nodes, pods, services] = [names('Node'), names('Pod'), names('Service')];
  const zones = inventory.items
    .filter(({ kind }) => kind === 'Node')
    .map(
      ({ metadata }) =>
        (metadata as { labels?: Record<string, string> }).labels?.['topology.kubernetes.io/zone'],
    );
  expect(new Set(zones)).toEqual(new Set(source.truth.zones));
  const talking = source.sampleAt(nowMs).flows.flatMap(({ client, server }) => [client, server]);
  expect(talking.length).toBeGreaterThan(100);
  for (const { ns, pod, svc, node } of talking) {
    if (node !== undefined) expect(nodes).toContain(`/${node}`);
    if (svc !== undefined) expect(services).toContain(`${ns}/${svc}`);
    if (pod !== undefined) expect(pods).toContain(`${ns}/${pod}`);
  }
});

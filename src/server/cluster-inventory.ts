/**
 * The inventory of a living cluster: nodes, pods, services and endpoint slices, each watched, as one list in the shape
 * that kubectl prints. Knows which kinds are read (deploy/ grants exactly these); leaves watching to kube-watch.ts.
 */
import { type Inventory, type InventoryItem, readInventoryItem } from '../sources/inventory';
import type { KubeAccess } from './kube-api';
import { createKubeWatch, type KubeKind, type KubeWatchOptions } from './kube-watch';

export const KINDS: readonly KubeKind[] = [
  { kind: 'Node', plural: 'nodes', path: 'api/v1/nodes' },
  { kind: 'Pod', plural: 'pods', path: 'api/v1/pods' },
  { kind: 'Service', plural: 'services', path: 'api/v1/services' },
  {
    kind: 'EndpointSlice',
    plural: 'endpointslices.discovery.k8s.io',
    path: 'apis/discovery.k8s.io/v1/endpointslices',
  },
];

export interface ClusterInventory {
  /**
   * What is known now, a few seconds old at most; the same object until then or until something changes. Undefined until every kind was listed or refused, so
   * that nobody takes half a list for the whole, and while none could be listed.
   */
  now(): Inventory | undefined;
  /** Resolves when every kind was tried once: with an API that answers, `now` says whatever it can. */
  settled: Promise<void>;
  destroy(): void;
}

interface Timing extends Pick<KubeWatchOptions<InventoryItem>, 'pause' | 'now' | 'random'> {
  /** How long a list stands although something changed, in ms. */
  heldMs?: number;
}

/** A large cluster changes several times a second, and each list made of it is written out for whoever asks. */
const HELD_MS = 5000;

export function createClusterInventory(
  access: KubeAccess,
  warn: (sentence: string) => void,
  { heldMs = HELD_MS, ...timing }: Timing = {},
): ClusterInventory {
  const { now = Date.now } = timing;
  let made: { atMs: number; inventory: Inventory } | undefined;
  let isCurrent = false;
  const watches = KINDS.map((kind) =>
    createKubeWatch<InventoryItem>({
      ...timing,
      access,
      kind,
      // Lists leave out the kind of their items.
      keep: (object) => readInventoryItem({ ...(object as object), kind: kind.kind }),
      onChange: () => {
        isCurrent = false;
      },
      warn,
    }),
  );
  const states = () => watches.map((watch) => watch.state());
  return {
    now() {
      if (states().includes('unknown') || !states().includes('listed')) return undefined;
      const atMs = now();
      // A clock that was set back holds nothing up.
      if (made === undefined || (!isCurrent && Math.abs(atMs - made.atMs) >= heldMs)) {
        made = { atMs, inventory: { items: watches.flatMap((watch) => [...watch.items()]) } };
        isCurrent = true;
      }
      return made.inventory;
    },
    settled: Promise.all(watches.map((watch) => watch.settled)).then(() => undefined),
    destroy() {
      for (const watch of watches) watch.destroy();
    },
  };
}

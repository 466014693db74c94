/**
 * What `kubectl get nodes,pods,services,endpointslices -A -o json` says, cut down to what the map may need: names,
 * zones, addresses, owners, services. Everything else stays behind (environment variables and annotations can hold
 * secrets). Refuses to know flows.
 */

export interface InventoryItem {
  kind: string;
  metadata: { name: string; namespace?: string };
  [field: string]: unknown;
}

export interface Inventory {
  items: InventoryItem[];
}

/** Why a file is no inventory; to be read after the file's name and a colon. */
class UnreadableInventory extends Error {
  override name = 'UnreadableInventory';
}

// Which fields are kept, as paths; a path to an object keeps all of it, and a list is walked through.
const METADATA = ['name', 'namespace', 'labels', 'ownerReferences'].map((field) => `metadata.${field}`);
const KEPT: Record<string, readonly string[]> = {
  Node: ['spec.podCIDR', 'spec.podCIDRs', 'status.addresses'],
  Pod: [
    'spec.nodeName',
    'spec.hostNetwork',
    'spec.containers.name',
    'spec.containers.ports',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.hostIP',
    'status.containerStatuses.name',
    'status.containerStatuses.containerID',
  ],
  Service: [
    'spec.type',
    'spec.clusterIP',
    'spec.clusterIPs',
    'spec.externalIPs',
    'spec.externalName',
    'spec.ports',
    'spec.selector',
    'status.loadBalancer',
  ],
  EndpointSlice: ['addressType', 'endpoints', 'ports'],
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads one file's JSON: a List, one object, or a bare array. Items of other kinds keep their metadata only; items
 * without kind or name are left out. Throws UnreadableInventory when nothing in it is an item.
 */
export function readInventory(json: unknown): Inventory {
  const list = Array.isArray(json) ? json : isObject(json) ? (json.items ?? [json]) : undefined;
  if (!Array.isArray(list)) throw new UnreadableInventory('it is not the JSON that kubectl prints.');
  const items = list.flatMap((item) => {
    const kept = readInventoryItem(item);
    return kept === undefined ? [] : [kept];
  });
  if (items.length === 0 && list.length > 0) {
    throw new UnreadableInventory('none of its items has a kind and a name.');
  }
  return { items };
}

/** One inventory of several; of the same kind, namespace and name the last one counts. */
export function mergeInventories(inventories: readonly Inventory[]): Inventory {
  const items = new Map<string, InventoryItem>();
  for (const inventory of inventories) {
    for (const item of inventory.items) {
      items.set([item.kind, item.metadata.namespace ?? '', item.metadata.name].join('\u001f'), item);
    }
  }
  return { items: [...items.values()] };
}

/** One object, cut down to what is kept; undefined for what has no kind or no name. */
export function readInventoryItem(item: unknown): InventoryItem | undefined {
  if (!isObject(item) || typeof item.kind !== 'string' || !isObject(item.metadata)) return undefined;
  const { name, namespace } = item.metadata;
  if (typeof name !== 'string' || name === '') return undefined;
  const paths = [...METADATA, ...(Object.hasOwn(KEPT, item.kind) ? (KEPT[item.kind] ?? []) : [])];
  const kept = pick(
    item,
    paths.map((path) => path.split('.')),
  );
  return {
    kind: item.kind,
    ...(isObject(kept) ? kept : {}),
    metadata: {
      ...(isObject(kept) && isObject(kept.metadata) ? kept.metadata : {}),
      name,
      ...(typeof namespace === 'string' ? { namespace } : {}),
    },
  };
}

/** A copy of `value` with nothing but `paths`; lists are walked through. */
function pick(value: unknown, paths: string[][]): unknown {
  if (Array.isArray(value)) return value.map((entry) => pick(entry, paths));
  if (!isObject(value)) return undefined;
  const copy: Record<string, unknown> = {};
  for (const head of new Set(paths.map(([first]) => first ?? ''))) {
    if (!Object.hasOwn(value, head)) continue;
    const below = paths.filter(([first]) => first === head).map((path) => path.slice(1));
    const kept = below.some((path) => path.length === 0) ? value[head] : pick(value[head], below);
    if (kept !== undefined) copy[head] = kept;
  }
  return copy;
}

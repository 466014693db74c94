/**
 * An inventory turned around: from addresses and ports to pods, nodes and services. Reads what kubectl printed with
 * tolerance; refuses to know what is asked (inventory-names.ts). Where two claim the same, the first keeps it and the
 * claim is counted.
 */
import { canonicalIp } from '../flows/address';
import type { Inventory } from './inventory';
import { componentPorts, workloadOf } from './inventory-workloads';

export type Proto = 'tcp' | 'udp';

export interface Pod {
  ns: string;
  name: string;
  workload: string;
  node?: string;
  /** The service it answers for. */
  svc?: string;
  containerId?: string;
  labels: Readonly<Record<string, unknown>>;
}

export interface Service {
  ns: string;
  name: string;
  /** Whether it has an address of its own; a headless one has none. */
  hasAddress: boolean;
}

export interface Listener {
  proto: Proto;
  address: string;
  port: number;
}

export interface InventoryIndex {
  /** By address: names of nodes, pods that have one of their own, services. */
  nodes: Map<string, string>;
  pods: Map<string, Pod>;
  services: Map<string, Service>;
  /** By protocol and port, at any node. */
  nodePorts: Map<string, Service>;
  /** By protocol, address and port: several services may share an external address, or have a node's. */
  servicesByPort: Map<string, Service>;
  podsAtNode: Map<string, Pod>;
  listeners: Listener[];
  conflicts: number;
}

export const portKey = (proto: Proto, address: string, port: number): string => `${proto} ${address} ${port}`;
export const anyPortKey = (proto: Proto, port: number): string => `${proto} ${port}`;

type Items = Inventory['items'];
type Fields = Record<string, unknown>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
const portOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536 ? value : undefined;
const protoOf = (value: unknown): Proto | undefined => {
  const name = (textOf(value) ?? 'TCP').toUpperCase();
  return name === 'TCP' ? 'tcp' : name === 'UDP' ? 'udp' : undefined;
};

/** Addresses among the values, each once; a headless service says `None` where its address would be. */
const addressesOf = (values: readonly unknown[]): string[] => [
  ...new Set(
    values.flatMap((value) => {
      const text = textOf(value);
      return text === undefined || text === 'None' ? [] : [canonicalIp(text)];
    }),
  ),
];

const isOver = (status: unknown): boolean =>
  /^(Succeeded|Failed)$/.test(textOf(fieldsOf(status).phase) ?? '');

export function indexInventory({ items }: Inventory): InventoryIndex {
  const index: InventoryIndex = {
    nodes: new Map(),
    pods: new Map(),
    services: new Map(),
    nodePorts: new Map(),
    servicesByPort: new Map(),
    podsAtNode: new Map(),
    listeners: [],
    conflicts: 0,
  };
  // In this order: services and pods need to know which addresses are nodes'.
  addNodes(index, items);
  const services = addServices(index, items);
  const { podsByName, sharing } = addPods(index, items);
  addBacking(index, items, services, podsByName);
  addComponents(index, sharing);
  return index;
}

/** Sets what nobody has claimed yet. */
function claim<V>(index: InventoryIndex, map: Map<string, V>, key: string, value: V): void {
  const before = map.get(key);
  if (before === undefined) map.set(key, value);
  else if (before !== value) index.conflicts++;
}

function addNodes(index: InventoryIndex, items: Items): void {
  for (const { kind, metadata, status } of items) {
    if (kind !== 'Node') continue;
    const entries = listOf(fieldsOf(status).addresses).map(fieldsOf);
    const own = entries.filter(({ type }) => type !== 'Hostname').map(({ address }) => address);
    for (const address of addressesOf(own)) claim(index, index.nodes, address, metadata.name);
  }
}

/** Gives services by `NS/NAME`. */
function addServices(index: InventoryIndex, items: Items): Map<string, Service> {
  const services = new Map<string, Service>();
  for (const { kind, metadata, spec, status } of items) {
    if (kind !== 'Service') continue;
    const { clusterIP, clusterIPs, externalIPs, ports } = fieldsOf(spec);
    const balancers = listOf(fieldsOf(fieldsOf(status).loadBalancer).ingress).map(
      (entry) => fieldsOf(entry).ip,
    );
    const own = addressesOf([clusterIP, ...listOf(clusterIPs), ...listOf(externalIPs), ...balancers]);
    const service = { ns: metadata.namespace ?? '', name: metadata.name, hasAddress: own.length > 0 };
    services.set(`${service.ns}/${service.name}`, service);
    for (const address of addressesOf([clusterIP, ...listOf(clusterIPs)])) {
      claim(index, index.services, address, service);
    }
    // An external address may be a node's own: then only the service's ports are the service's.
    for (const address of own) {
      if (!index.nodes.has(address) && !index.services.has(address)) index.services.set(address, service);
    }
    for (const entry of listOf(ports)) {
      const { port: rawPort, nodePort, protocol } = fieldsOf(entry);
      const [proto, port, outside] = [protoOf(protocol), portOf(rawPort), portOf(nodePort)];
      if (proto === undefined) continue;
      if (outside !== undefined) claim(index, index.nodePorts, anyPortKey(proto, outside), service);
      if (port === undefined) continue;
      for (const address of own) {
        index.listeners.push({ proto, address, port });
        claim(index, index.servicesByPort, portKey(proto, address, port), service);
      }
    }
  }
  return services;
}

/** Gives pods by `NS/NAME`, and those that share a node's address, by that. */
function addPods(
  index: InventoryIndex,
  items: Items,
): { podsByName: Map<string, Pod>; sharing: Map<string, Pod[]> } {
  const podsByName = new Map<string, Pod>();
  const sharing = new Map<string, Pod[]>();
  // Finished pods come last: their address may be another one's by now.
  const found = items.filter(({ kind }) => kind === 'Pod');
  found.sort((a, b) => Number(isOver(a.status)) - Number(isOver(b.status)));
  for (const item of found) {
    const { podIP, podIPs, hostIP } = fieldsOf(item.status);
    const { hostNetwork, containers } = fieldsOf(item.spec);
    const pod = podOf(item);
    podsByName.set(`${pod.ns}/${pod.name}`, pod);
    const own = addressesOf([podIP, ...listOf(podIPs).map((entry) => fieldsOf(entry).ip)]);
    const isSharing = hostNetwork === true || own.some((address) => index.nodes.has(address));
    for (const address of isSharing && own.length === 0 ? addressesOf([hostIP]) : own) {
      if (isSharing) {
        if (pod.node !== undefined && !index.nodes.has(address)) index.nodes.set(address, pod.node);
        sharing.set(address, [...(sharing.get(address) ?? []), pod]);
      } else if (!isOver(item.status) || !index.pods.has(address)) claim(index, index.pods, address, pod);
      for (const entry of listOf(containers).flatMap((container) => listOf(fieldsOf(container).ports))) {
        const { containerPort, hostPort, protocol } = fieldsOf(entry);
        const [proto, port] = [
          protoOf(protocol),
          portOf((isSharing ? hostPort : undefined) ?? containerPort),
        ];
        if (proto === undefined || port === undefined) continue;
        index.listeners.push({ proto, address, port });
        if (isSharing) claim(index, index.podsAtNode, portKey(proto, address, port), pod);
      }
    }
  }
  return { podsByName, sharing };
}

function podOf(item: Items[number]): Pod {
  const { metadata, spec, status } = item;
  const node = textOf(fieldsOf(spec).nodeName);
  // With several containers an address does not say which of them speaks.
  const [only, ...others] = listOf(fieldsOf(status).containerStatuses);
  const containerId =
    others.length > 0 ? undefined : textOf(fieldsOf(only).containerID)?.replace(/^[^:]*:\/\//, '');
  return {
    ns: metadata.namespace ?? '',
    name: metadata.name,
    workload: workloadOf(item),
    labels: fieldsOf((metadata as Fields).labels),
    ...(node === undefined ? {} : { node }),
    ...(containerId === undefined ? {} : { containerId }),
  };
}

/** Which service each pod answers for: by endpoint slices, else by the service's selector. */
function addBacking(
  index: InventoryIndex,
  items: Items,
  services: ReadonlyMap<string, Service>,
  podsByName: ReadonlyMap<string, Pod>,
): void {
  const backing = new Map<Pod, Service[]>();
  const back = (pod: Pod, service: Service): void => {
    backing.set(pod, [...(backing.get(pod) ?? []), service]);
  };
  const sliced = new Set<Service>();
  for (const { kind, metadata, endpoints, ports } of items) {
    if (kind !== 'EndpointSlice') continue;
    const ns = metadata.namespace ?? '';
    const name = textOf(fieldsOf((metadata as Fields).labels)['kubernetes.io/service-name']);
    const service = services.get(`${ns}/${name ?? ''}`);
    if (service !== undefined) sliced.add(service);
    for (const endpoint of listOf(endpoints)) {
      const { addresses, targetRef } = fieldsOf(endpoint);
      const target = podsByName.get(`${ns}/${textOf(fieldsOf(targetRef).name) ?? ''}`);
      for (const address of addressesOf(listOf(addresses))) {
        const pod = target ?? index.pods.get(address);
        if (pod !== undefined && service !== undefined) back(pod, service);
        for (const entry of listOf(ports)) {
          const { port: rawPort, protocol } = fieldsOf(entry);
          const [proto, port] = [protoOf(protocol), portOf(rawPort)];
          if (proto === undefined || port === undefined) continue;
          index.listeners.push({ proto, address, port });
          if (target !== undefined && index.nodes.has(address)) {
            claim(index, index.podsAtNode, portKey(proto, address, port), target);
          }
        }
      }
    }
  }
  for (const { kind, metadata, spec } of items) {
    const service = services.get(`${metadata.namespace ?? ''}/${metadata.name}`);
    const selector = Object.entries(fieldsOf(fieldsOf(spec).selector));
    if (kind !== 'Service' || service === undefined || selector.length === 0 || sliced.has(service)) continue;
    for (const pod of podsByName.values()) {
      if (pod.ns === service.ns && selector.every(([label, value]) => pod.labels[label] === value)) {
        back(pod, service);
      }
    }
  }
  // Of several services the one with an address of its own is the one that is dialled.
  for (const [pod, candidates] of backing) {
    const [best] = candidates
      .filter(({ ns }) => ns === pod.ns)
      .sort((a, b) => Number(b.hasAddress) - Number(a.hasAddress) || (a.name < b.name ? -1 : 1));
    if (best !== undefined) pod.svc = best.name;
  }
}

/** Pods that share a node's address and declare no ports listen where such components do by default. */
function addComponents(index: InventoryIndex, sharing: ReadonlyMap<string, readonly Pod[]>): void {
  for (const [address, pods] of sharing) {
    for (const pod of pods) {
      for (const port of componentPorts(pod.workload)) {
        const key = portKey('tcp', address, port);
        if (!index.podsAtNode.has(key)) index.podsAtNode.set(key, pod);
        index.listeners.push({ proto: 'tcp', address, port });
      }
    }
  }
}

/**
 * Whose an address is, by an inventory: pods, nodes, service addresses before NAT, node ports, and what listens on a
 * node's own address. Gives names to captured flows; refuses to know flows, captures and kubectl's JSON.
 */
import type { Endpoint } from '../flows/flow';
import type { Inventory } from './inventory';
import {
  anyPortKey,
  indexInventory,
  type Listener,
  type Pod,
  type Proto,
  portKey,
  type Service,
} from './inventory-index';

type Names = Omit<Endpoint, 'ip' | 'port'>;

/** Addresses are told in their shortest form. */
export interface InventoryNames {
  /** `pod NS/NAME` or `node NAME`: the same for all addresses of a pod or node; undefined for any other address. */
  ownerOf(address: string): string | undefined;
  /** The node that has the address, or the pod with it. */
  nodeOf(address: string): string | undefined;
  /** Whether the address is a service's: a ClusterIP, an external address, or a node port. */
  isService(proto: Proto, address: string, port: number): boolean;
  nameClient(address: string): Names;
  nameServer(proto: Proto, address: string, port: number): Names;
  /** Where something listens, by what services, slices and containers declare. */
  listeners: Listener[];
  /** Addresses and ports that were claimed more than once; the first claim counts. */
  conflicts: number;
}

export function createInventoryNames(inventory: Inventory): InventoryNames {
  const index = indexInventory(inventory);
  const { pods, nodes, services, podsAtNode } = index;

  const serviceAt = (proto: Proto, address: string, port: number): Service | undefined =>
    index.servicesByPort.get(portKey(proto, address, port)) ??
    services.get(address) ??
    (nodes.has(address) ? index.nodePorts.get(anyPortKey(proto, port)) : undefined);

  function nameClient(address: string): Names {
    const pod = pods.get(address);
    if (pod !== undefined) return namesOf(pod);
    const node = nodes.get(address);
    if (node !== undefined) return { node };
    const service = services.get(address);
    return service === undefined ? {} : { ns: service.ns, svc: service.name };
  }

  return {
    ownerOf(address) {
      const pod = pods.get(address);
      if (pod !== undefined) return `pod ${pod.ns}/${pod.name}`;
      const node = nodes.get(address);
      return node === undefined ? undefined : `node ${node}`;
    },
    nodeOf: (address) => pods.get(address)?.node ?? nodes.get(address),
    isService: (proto, address, port) =>
      !pods.has(address) &&
      !podsAtNode.has(portKey(proto, address, port)) &&
      serviceAt(proto, address, port) !== undefined,
    nameClient,
    nameServer(proto, address, port) {
      const pod = pods.get(address) ?? podsAtNode.get(portKey(proto, address, port));
      if (pod !== undefined) return namesOf(pod);
      const service = serviceAt(proto, address, port);
      return service === undefined ? nameClient(address) : { ns: service.ns, svc: service.name };
    },
    listeners: index.listeners,
    conflicts: index.conflicts,
  };
}

const namesOf = ({ ns, name, node, svc, containerId }: Pod): Names => ({
  pod: name,
  ns,
  ...(svc === undefined ? {} : { svc }),
  ...(node === undefined ? {} : { node }),
  ...(containerId === undefined ? {} : { containerId }),
});

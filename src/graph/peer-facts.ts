/** What the endpoints behind a peer say about it, and the API filter that asks for its flows alone. */
import { canonicalIp } from '../flows/address';
import type { Endpoint } from '../flows/flow';
import { identify } from '../flows/identity';
import type { Query } from '../flows/query';
import type { FlowGraph, GraphPeer } from './flow-graph';

export interface PeerFacts {
  pods: string[];
  ips: string[];
  nodes: string[];
  /** Ports it serves. */
  ports: number[];
  containers: string[];
}

export function endpointsOf(graph: FlowGraph, peer: string): PeerFacts {
  const pods = new Set<string>();
  const ips = new Set<string>();
  const nodes = new Set<string>();
  const ports = new Set<number>();
  const containers = new Set<string>();
  const note = (end: Endpoint) => {
    if (end.pod !== undefined) pods.add(end.pod);
    if (end.ip !== undefined) ips.add(canonicalIp(end.ip));
    if (end.node !== undefined) nodes.add(end.node);
    if (end.containerId !== undefined) containers.add(end.containerId);
  };
  for (const link of graph.links.values()) {
    for (const flow of link.flows) {
      if (link.from === peer) note(flow.client);
      if (link.to !== peer) continue;
      note(flow.server);
      if (flow.server.port !== undefined) ports.add(flow.server.port);
    }
    // A service address whose rows are drawn with the pods behind it is still this service's address.
    for (const flow of link.attached) {
      if (identify(flow.server, 'service').id === peer) note(flow.server);
    }
  }
  return {
    pods: [...pods].sort(),
    ips: [...ips].sort(),
    nodes: [...nodes].sort(),
    ports: [...ports].sort((a, b) => a - b),
    containers: [...containers].sort(),
  };
}

/** The parameters that ask for this peer's flows; undefined where the API has none for its kind. */
export function filterFor(peer: GraphPeer): Query | undefined {
  if (peer.folded !== undefined) return undefined;
  switch (peer.kind) {
    case 'pod':
      return { pod: peer.label };
    case 'service':
      return peer.namespace === undefined ? { svc: peer.label } : { ns: peer.namespace, svc: peer.label };
    case 'namespace':
      return { ns: peer.label };
    case 'external':
    case 'unresolved':
      return peer.label === 'unknown' ? undefined : { ip: peer.label };
    default:
      return undefined;
  }
}

/**
 * Which pods, services and namespaces talk, and which pods do not. Pure; knows one answer and, where there is one, the
 * inventory. Idle means "exists and is in none of these flows", never more: what was not asked for may well be busy.
 */
import type { Flow } from '../flows/flow';
import { endpointKind, identify } from '../flows/identity';
import { type Bytes, bytes } from '../flows/units';
import type { FlowGraph, GraphPeer } from '../graph/flow-graph';
import type { InventoryFacts, PodFacts } from './activity-inventory';
import { type GraphAt, unfolded } from './audit';
import { byText } from './audit-group';

/** A pod or service that talks. */
export interface ActivePeer {
  /** Peer id at its level. */
  id: string;
  label: string;
  namespace?: string;
  /** Pods only. */
  node?: string;
  /** Peers it opens connections to, and peers that open connections to it. */
  opens: number;
  receives: number;
  flows: number;
  sentBytes: Bytes;
  receivedBytes: Bytes;
}

export interface ActiveNamespace {
  /** Peer id at namespace level. */
  id: string;
  name: string;
  /** Pods seen talking. */
  pods: number;
  /** Flows with an end in it. */
  flows: number;
  insideBytes: Bytes;
  /** To and from everything outside of it. */
  sentBytes: Bytes;
  receivedBytes: Bytes;
}

export interface Activity {
  pods: ActivePeer[];
  services: ActivePeer[];
  namespaces: ActiveNamespace[];
  /** Running pods of the inventory that are in no flow; absent without an inventory. */
  idle?: PodFacts[];
  /** Host-network pods in no flow by name, on nodes whose host processes talk: their traffic may be told as the node's. */
  undecided: PodFacts[];
}

export function activityOf(
  flows: readonly Flow[],
  inventory?: InventoryFacts,
  graphAt: GraphAt = unfolded(flows),
): Activity {
  const [pods, services, namespaces] = [graphAt('pod'), graphAt('service'), graphAt('namespace')];
  const nodes = nodesOf(flows);
  return {
    pods: activePeers(pods, 'pod').map((pod) => {
      const node = nodes.get(pod.id);
      return node === undefined ? pod : { ...pod, node };
    }),
    services: activePeers(services, 'service'),
    namespaces: activeNamespaces(namespaces, pods),
    ...idlePods(flows, pods, inventory),
  };
}

function activePeers(graph: FlowGraph, kind: GraphPeer['kind']): ActivePeer[] {
  return [...graph.peers.values()]
    .filter((peer) => peer.kind === kind)
    .map(({ id, label, namespace, out, in: receives, flows, sentBytes, receivedBytes }) => ({
      id,
      label,
      ...(namespace === undefined ? {} : { namespace }),
      opens: out,
      receives,
      flows,
      sentBytes: bytes(sentBytes),
      receivedBytes: bytes(receivedBytes),
    }))
    .sort((a, b) => b.sentBytes + b.receivedBytes - a.sentBytes - a.receivedBytes || byText(a.id, b.id));
}

function activeNamespaces(graph: FlowGraph, pods: FlowGraph): ActiveNamespace[] {
  const count = new Map<string, number>();
  for (const { kind, namespace } of pods.peers.values()) {
    if (kind === 'pod' && namespace !== undefined) count.set(namespace, (count.get(namespace) ?? 0) + 1);
  }
  return [...graph.peers.values()]
    .filter(({ kind }) => kind === 'namespace')
    .map(({ id, label, flows, sentBytes, receivedBytes }) => {
      // A self-link is in both sums of its peer.
      const inside = graph.links.get(`${id}>${id}`)?.bytes ?? bytes(0);
      return {
        id,
        name: label,
        pods: count.get(label) ?? 0,
        flows,
        insideBytes: inside,
        sentBytes: bytes(sentBytes - inside),
        receivedBytes: bytes(receivedBytes - inside),
      };
    })
    .sort((a, b) => b.flows - a.flows || byText(a.name, b.name));
}

function nodesOf(flows: readonly Flow[]): Map<string, string> {
  const nodes = new Map<string, string>();
  for (const { client, server } of flows) {
    for (const end of [client, server]) {
      if (end.pod !== undefined && end.node !== undefined) nodes.set(identify(end, 'pod').id, end.node);
    }
  }
  return nodes;
}

function idlePods(
  flows: readonly Flow[],
  graph: FlowGraph,
  inventory: InventoryFacts | undefined,
): Pick<Activity, 'idle' | 'undecided'> {
  if (inventory === undefined) return { undecided: [] };
  const busyNodes = new Set<string>();
  for (const { client, server } of flows) {
    for (const end of [client, server]) {
      if (endpointKind(end) === 'host' && end.node !== undefined) busyNodes.add(end.node);
    }
  }
  const idle: PodFacts[] = [];
  const undecided: PodFacts[] = [];
  for (const pod of inventory.pods) {
    // A pod that has finished, failed or not started yet is not idle: it could not talk.
    if (pod.phase !== undefined && pod.phase !== 'Running') continue;
    if (graph.peers.has(identify({ pod: pod.name, ns: pod.ns }, 'pod').id)) continue;
    const isMasked = pod.hostNetwork && pod.node !== undefined && busyNodes.has(pod.node);
    (isMasked ? undecided : idle).push(pod);
  }
  const byName = (a: PodFacts, b: PodFacts) => byText(a.ns, b.ns) || byText(a.name, b.name);
  return { idle: idle.sort(byName), undecided: undecided.sort(byName) };
}

/**
 * Flows grouped into peers and links at a level: the model every view, table and picture reads.
 * Knows how rows become links and that each row is accounted exactly once; refuses to know positions, colours, pixels.
 */

import type { Endpoint, Flow, Level } from '../flows/flow';
import { type GroupHandshake, groupHandshake, type ServerTrust, serverTrust } from '../flows/handshake';
import { type Identity, identify } from '../flows/identity';
import type { Bytes, Packets } from '../flows/units';
import {
  contribution,
  findHalves,
  halfKey,
  isAddressHalf,
  isPodHalf,
  linkVolume,
  outsideTest,
} from '../flows/volume';
import { isInfrastructure } from './infrastructure';

export interface GraphPeer extends Identity {
  /** Bytes of the links that end here, by what this peer sent and received (self-links count in both). */
  sentBytes: number;
  receivedBytes: number;
  /** Flows of the links that end here. */
  flows: number;
  /** How many links start here and end here. */
  out: number;
  in: number;
  /** For a folded peer: how many peers it stands for. */
  folded?: number;
}

export interface GraphLink {
  /** `from>to`. */
  id: string;
  from: string;
  to: string;
  flows: Flow[];
  /** Rows addressed to a service address whose pods' rows are here: the near half of this traffic, drawn with it. */
  attached: Flow[];
  /** Attached rows with this pod alone behind them: their client's handshake is this link's. */
  spoken: Flow[];
  forwardBytes: Bytes;
  backwardBytes: Bytes;
  bytes: Bytes;
  packets: Packets;
  /** What this link adds to the whole; sums to it over all links. */
  share: number;
  /** Flows accounted to this link; sums to the answer's rows over all links. */
  count: number;
  handshake: GroupHandshake;
  /** Sends and hears nothing: TCP with packets out, none back, no handshake. Not slow: failed. */
  unanswered: boolean;
}

export interface FlowGraph {
  level: Level;
  peers: Map<string, GraphPeer>;
  links: Map<string, GraphLink>;
  /** The whole of the answer by DESIGN §4. */
  wholeBytes: number;
  wholeFlows: number;
  trust: ServerTrust;
}

export interface Grouping {
  level: Level;
  /** Namespaces shown one level finer than the rest. */
  expanded?: ReadonlySet<string>;
  /** External peers beyond this many fold into one. */
  mostExternal?: number;
  /** Fold DNS, probes, scrapes and their like into one counted peer a box. */
  foldInfrastructure?: boolean;
}

/** Twelve outside addresses still fit beside the boxes with their names readable (DESIGN §5). */
const MOST_EXTERNAL = 12;
const FOLD = 'fold:';

/** Whether a peer stands for several that were folded. */
export const isFold = (peer: string): boolean => peer.startsWith(FOLD);

const FINER: Record<Level, Level> = { namespace: 'service', service: 'pod', node: 'pod', pod: 'pod' };

export function buildGraph(flows: readonly Flow[], grouping: Grouping): FlowGraph {
  const isOutside = outsideTest(flows);
  const trust = serverTrust(flows);
  const { peerOf, sizes } = folding(flows, grouping, isOutside);

  const graph: FlowGraph = {
    level: grouping.level,
    peers: new Map(),
    links: new Map(),
    wholeBytes: 0,
    wholeFlows: flows.length,
    trust,
  };
  const attachments = attachAddressRows(flows, peerOf);
  for (const flow of flows) {
    const share = contribution(flow, 'bytes', isOutside);
    graph.wholeBytes += share;
    const pods = attachments.get(flow);
    if (pods === undefined) {
      const link = linkBetween(graph, peerOf(flow.client), peerOf(flow.server));
      link.flows.push(flow);
      link.share += share;
      link.count++;
    } else spread(graph, flow, share, pods, peerOf);
  }
  for (const link of graph.links.values()) finish(graph, link);
  for (const [fold, size] of sizes) {
    const peer = graph.peers.get(fold);
    if (peer !== undefined) peer.folded = size;
  }
  return graph;
}

/** Peers at the level, with infrastructure and external ones past the limit folded, as asked. */
function folding(
  flows: readonly Flow[],
  grouping: Grouping,
  isOutside: (end: Endpoint) => boolean,
): { peerOf: (end: Endpoint) => Identity; sizes: ReadonlyMap<string, number> } {
  const { level, expanded, mostExternal = MOST_EXTERNAL, foldInfrastructure = false } = grouping;
  const plain = (end: Endpoint): Identity =>
    identify(end, end.ns !== undefined && expanded?.has(end.ns) === true ? FINER[level] : level);
  const outside = new Map<string, number>();
  const members = new Map<string, Set<string>>();
  for (const flow of flows) {
    for (const end of [flow.client, flow.server]) {
      const peer = plain(end);
      const fold = foldInfrastructure ? infrastructureFold(peer) : undefined;
      if (fold !== undefined) members.set(fold, (members.get(fold) ?? new Set()).add(peer.id));
      if (peer.kind !== 'external') continue;
      outside.set(peer.id, (outside.get(peer.id) ?? 0) + contribution(flow, 'bytes', isOutside));
    }
  }
  const kept = keptOutside(outside, mostExternal);
  const sizes = new Map([...members].map(([fold, peers]) => [fold, peers.size]));
  if (outside.size > kept.size) sizes.set(`${FOLD}external`, outside.size - kept.size);
  const peerOf = (end: Endpoint): Identity => {
    const peer = plain(end);
    if (peer.kind === 'external') {
      if (kept.has(peer.id)) return peer;
      return { id: `${FOLD}external`, kind: 'external', label: `+${outside.size - kept.size} more external` };
    }
    const fold = foldInfrastructure ? infrastructureFold(peer) : undefined;
    const size = fold === undefined ? 0 : (sizes.get(fold) ?? 0);
    // One peer is no crowd: it keeps its name.
    if (fold === undefined || size < 2) return peer;
    const inside = peer.namespace === undefined ? {} : { namespace: peer.namespace };
    return {
      id: fold,
      kind: peer.kind === 'host' ? 'host' : 'service',
      label: `+${size} ${foldWord(peer)}`,
      ...inside,
    };
  };
  return { peerOf, sizes };
}

const foldWord = (peer: Identity): string => (peer.kind === 'host' ? 'host processes' : 'infrastructure');

function infrastructureFold(peer: Identity): string | undefined {
  if (peer.kind === 'namespace' || peer.kind === 'node' || !isInfrastructure(peer)) return undefined;
  return peer.namespace === undefined ? `${FOLD}infra-hosts` : `${FOLD}infra:${peer.namespace}`;
}

/** The outside peers that keep their own mark: the heaviest, ranked by powers of two so that a poll does not swap them. */
function keptOutside(outside: ReadonlyMap<string, number>, most: number): ReadonlySet<string> {
  if (outside.size <= most) return new Set(outside.keys());
  const rank = ([, bytes]: [string, number]) => Math.floor(Math.log2(bytes + 1));
  const ranked = [...outside].sort((a, b) => rank(b) - rank(a) || (a[0] < b[0] ? -1 : 1));
  return new Set(ranked.slice(0, most).map(([id]) => id));
}

/**
 * Below service level a service address and the pods behind it are different peers, but the same traffic. Maps each
 * such address row to the pod rows it belongs to, where the two would otherwise be drawn as two links.
 */
function attachAddressRows(flows: readonly Flow[], peerOf: (end: Endpoint) => Identity): Map<Flow, Flow[]> {
  const attachments = new Map<Flow, Flow[]>();
  const near = flows.filter(isAddressHalf);
  if (near.length === 0) return attachments;
  const far = new Map<string, Flow[]>();
  for (const flow of flows) {
    if (!isPodHalf(flow) || flow.server.svc === undefined) continue;
    const key = halfKey(flow);
    const list = far.get(key);
    if (list === undefined) far.set(key, [flow]);
    else list.push(flow);
  }
  for (const flow of near) {
    const pods = far.get(halfKey(flow));
    if (pods === undefined) continue;
    const address = peerOf(flow.server).id;
    if (pods.every((pod) => peerOf(pod.server).id !== address)) attachments.set(flow, pods);
  }
  return attachments;
}

/** Divides an address row among the links of its pods by what each pod received; whole bytes, none lost. */
function spread(
  graph: FlowGraph,
  flow: Flow,
  share: number,
  pods: readonly Flow[],
  peerOf: (end: Endpoint) => Identity,
): void {
  const links = new Map<GraphLink, number>();
  let received = 0;
  for (const pod of pods) {
    const link = linkBetween(graph, peerOf(pod.client), peerOf(pod.server));
    const bytes = pod.serverStats?.rxBytes ?? 0;
    links.set(link, (links.get(link) ?? 0) + bytes);
    received += bytes;
  }
  const ranked = [...links].sort(([, a], [, b]) => b - a);
  let left = share;
  for (const [link, bytes] of ranked) {
    link.attached.push(flow);
    const part = received === 0 ? 0 : Math.floor((share * bytes) / received);
    link.share += part;
    left -= part;
  }
  const heaviest = ranked[0]?.[0];
  if (heaviest === undefined) return;
  // Behind an address with several pods nobody knows which of them the client's percentiles are about.
  if (ranked.length === 1) heaviest.spoken.push(flow);
  heaviest.share += left;
  heaviest.count++;
}

function linkBetween(graph: FlowGraph, from: Identity, to: Identity): GraphLink {
  const id = `${from.id}>${to.id}`;
  const known = graph.links.get(id);
  if (known !== undefined) return known;
  for (const peer of [from, to]) {
    if (!graph.peers.has(peer.id)) {
      graph.peers.set(peer.id, { ...peer, sentBytes: 0, receivedBytes: 0, flows: 0, out: 0, in: 0 });
    }
  }
  const link: GraphLink = {
    id,
    from: from.id,
    to: to.id,
    flows: [],
    attached: [],
    spoken: [],
    forwardBytes: 0 as Bytes,
    backwardBytes: 0 as Bytes,
    bytes: 0 as Bytes,
    packets: 0 as Packets,
    share: 0,
    count: 0,
    handshake: { band: 'unmeasured', measured: 0, tcp: 0 },
    unanswered: false,
  };
  graph.links.set(id, link);
  return link;
}

function finish(graph: FlowGraph, link: GraphLink): void {
  const halves = findHalves(link.flows);
  const volume = linkVolume(link.flows, 'bytes', halves);
  const packets = linkVolume(link.flows, 'packets', halves);
  link.forwardBytes = volume.forward as Bytes;
  link.backwardBytes = volume.backward as Bytes;
  link.bytes = (volume.forward + volume.backward) as Bytes;
  link.packets = (packets.forward + packets.backward) as Packets;
  const spokenFor = new Set(link.spoken.map(halfKey));
  const silent = link.flows.filter(
    (flow) => halves.far.has(flow) || (isPodHalf(flow) && spokenFor.has(halfKey(flow))),
  );
  link.handshake = groupHandshake([...link.flows, ...link.spoken], graph.trust, new Set(silent));
  link.unanswered = isUnanswered(link, packets.forward, packets.backward);
  const from = graph.peers.get(link.from);
  const to = graph.peers.get(link.to);
  if (from === undefined || to === undefined) return;
  from.sentBytes += volume.forward;
  from.receivedBytes += volume.backward;
  from.flows += link.count;
  from.out++;
  to.sentBytes += volume.backward;
  to.receivedBytes += volume.forward;
  if (to !== from) to.flows += link.count;
  to.in++;
}

// One-way UDP is a protocol's habit; one-way TCP is a peer that does not answer.
function isUnanswered(link: GraphLink, forward: number, backward: number): boolean {
  return (
    forward > 0 &&
    backward === 0 &&
    link.handshake.measured === 0 &&
    link.flows.every((flow) => flow.proto === 'tcp')
  );
}

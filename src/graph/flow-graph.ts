/**
 * Flows grouped into peers and links at a level: the model every view, table and picture reads.
 * Knows how rows become links and that each row is accounted exactly once; refuses to know positions, colours, pixels.
 */

import type { Flow, Level } from '../flows/flow';
import { type GroupHandshake, groupHandshake, type ServerTrust, serverTrust } from '../flows/handshake';
import type { Identity } from '../flows/identity';
import type { Bytes, Packets } from '../flows/units';
import { contribution, findHalves, halfKey, isPodHalf, linkVolume, outsideTest } from '../flows/volume';
import { attachAddressRows } from './attach';
import { groupEnds } from './ends';
import type { Folds } from './folding';
import type { FoldStanding, Grouping } from './grouping';

export { isFold } from './folding';
export type { Grouping } from './grouping';

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
  /** Set where its box is shown fuller than usual, and how: the layout makes an island of that. */
  island?: string;
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
  /** Who was folded; absent where nobody was. */
  folds?: Folds;
  /** What the folding of the next answer leans towards. */
  standing?: FoldStanding;
}

/** Peers and links at a grouping. Every row is accounted to links exactly once, in rows and in bytes. */
export function buildGraph(flows: readonly Flow[], grouping: Grouping): FlowGraph {
  const { trust, shares } = factsOf(flows);
  const { clients, servers, sizes, folds, standing, islandOf } = groupEnds(flows, grouping, shares);
  const graph: FlowGraph = {
    level: grouping.level,
    peers: new Map(),
    links: new Map(),
    wholeBytes: 0,
    wholeFlows: flows.length,
    trust,
    ...(folds === undefined ? {} : { folds }),
    ...(standing === undefined ? {} : { standing }),
  };
  const linker: Linker = { graph, clients, servers, links: new Map() };
  const attachments = attachAddressRows(flows, servers);
  for (const [index, flow] of flows.entries()) {
    const share = shares[index] ?? 0;
    graph.wholeBytes += share;
    const pods = attachments.get(index);
    if (pods !== undefined) {
      spread(flow, share, pods, flows, linker);
      continue;
    }
    const link = linkOf(linker, index);
    link.flows.push(flow);
    link.share += share;
    link.count++;
  }
  for (const link of graph.links.values()) finish(graph, link);
  for (const [fold, size] of sizes) {
    const peer = graph.peers.get(fold.id);
    if (peer !== undefined) peer.folded = size;
  }
  for (const peer of graph.peers.values()) {
    const island = islandOf(peer);
    if (island !== undefined) peer.island = island;
  }
  return graph;
}

interface Facts {
  trust: ServerTrust;
  /** What each row adds to the whole, by its index. */
  shares: readonly number[];
}

/** One answer is grouped several times (levels tried, a fold opened, a namespace expanded); its rows do not change. */
const remembered = new WeakMap<readonly Flow[], Facts>();

function factsOf(flows: readonly Flow[]): Facts {
  const known = remembered.get(flows);
  if (known !== undefined) return known;
  const isOutside = outsideTest(flows);
  const shares: number[] = [];
  for (const flow of flows) shares.push(contribution(flow, 'bytes', isOutside));
  const facts = { trust: serverTrust(flows), shares };
  remembered.set(flows, facts);
  return facts;
}

interface Linker {
  graph: FlowGraph;
  /** Of each row, by its index. */
  clients: readonly Identity[];
  servers: readonly Identity[];
  links: Map<Identity, Map<Identity, GraphLink>>;
}

/** The link of a row, by its index; made, with its peers, when first asked for. */
function linkOf({ graph, clients, servers, links }: Linker, index: number): GraphLink {
  const [from, to] = [clients[index] ?? NOBODY, servers[index] ?? NOBODY];
  let own = links.get(from);
  if (own === undefined) {
    own = new Map();
    links.set(from, own);
  }
  let link = own.get(to);
  if (link === undefined) {
    link = addLink(graph, from, to);
    own.set(to, link);
  }
  return link;
}

/** For rows out of range only: every row has both ends. */
const NOBODY: Identity = { id: 'ip:', kind: 'unresolved', label: 'unknown' };

/** Divides an address row among the links of its pods by what each pod received; whole bytes, none lost. */
function spread(
  flow: Flow,
  share: number,
  pods: readonly number[],
  flows: readonly Flow[],
  linker: Linker,
): void {
  const links = new Map<GraphLink, number>();
  let received = 0;
  for (const pod of pods) {
    const link = linkOf(linker, pod);
    const bytes = flows[pod]?.serverStats?.rxBytes ?? 0;
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

function addLink(graph: FlowGraph, from: Identity, to: Identity): GraphLink {
  const id = `${from.id}>${to.id}`;
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
  link.handshake =
    link.spoken.length === 0
      ? groupHandshake(link.flows, graph.trust, halves.far)
      : groupHandshake([...link.flows, ...link.spoken], graph.trust, silentIn(link, halves.far));
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

/** The receivers' halves whose client speaks for them, on this link or from the address row attached to it. */
function silentIn(link: GraphLink, far: ReadonlySet<Flow>): ReadonlySet<Flow> {
  const spokenFor = new Set(link.spoken.map(halfKey));
  return new Set(
    link.flows.filter((flow) => far.has(flow) || (isPodHalf(flow) && spokenFor.has(halfKey(flow)))),
  );
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

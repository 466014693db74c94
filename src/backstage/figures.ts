/**
 * What stands beside the map, cut to what is shown: figures of the scene, details of what is selected, the tip.
 * Knows how many rows a panel has room for; the numbers themselves are made in graph/.
 */
import type { Flow } from '../flows/flow';
import { type LinkRate, linkRate, type Rates, wholeRate } from '../flows/rates';
import type { Summary } from '../flows/wire';
import { distribute } from '../graph/distribution';
import type { FlowGraph, GraphLink } from '../graph/flow-graph';
import { flowPlace } from '../graph/flow-place';
import type { Scene } from '../graph/focus';
import { figuresOnScreen, type PairFigures, talkerKey } from '../graph/on-screen';
import { endpointsOf, filterFor } from '../graph/peer-facts';
import type { Figures, Handshake, LinkDetails, LinkLine, PairLine, PeerDetails, Tip } from './messages';

/** Rows of the tables of top links. */
const TOP = 10;
/** Pairs of namespaces that travel to the page: thousands would cost it more than the map does. */
const MOST_PAIRS = 300;
/** Longer lists are better read in the table. */
const MOST_LISTED = 40;
/** Each flow of a link is a card; past this many the table serves better. */
const MOST_CARDS = 30;

/** The summary as the panel shows it: of very many pairs the first. */
export function shorten(summary: Summary): Summary {
  return { ...summary, crossNamespace: summary.crossNamespace.slice(0, MOST_PAIRS) };
}

export function sumUp(scene: Scene, summary: Summary | undefined, rates: Rates | undefined): Figures {
  const reported = [...(summary?.topByBytes ?? []), ...(summary?.topByPkts ?? [])];
  const wanted = new Set(reported.map(({ clientPod, serverPod }) => talkerKey(clientPod, serverPod)));
  const { flows, talkers, crossNamespace, byNamespace, ...counts } = figuresOnScreen(scene, wanted);
  const { graph } = scene;
  const pairs = new Set(crossNamespace.map(({ from, to }) => talkerKey(from, to)));
  for (const { srcNs, dstNs } of summary?.crossNamespace ?? []) pairs.add(talkerKey(srcNs, dstNs));
  const bytesPerS = rates === undefined ? undefined : wholeRate(flows, rates);
  return {
    ...counts,
    flows: flows.length,
    ...(bytesPerS === undefined ? {} : { bytesPerS }),
    talkers: [...wanted].flatMap((key) => talkers.get(key) ?? []).map((pair) => pairLine(pair, rates)),
    crossNamespace: crossNamespace.slice(0, MOST_PAIRS).map((pair) => pairLine(pair, rates)),
    pairs: pairs.size,
    byNamespace: byNamespace.map(({ rows, ...line }) => ({
      ...line,
      flows: rows.length,
      ...rateOf(rows, rates),
    })),
    heaviest: top(scene.links, 'bytes').map((link) => lineOf(graph, link, rates)),
    busiest: top(scene.links, 'packets').map((link) => lineOf(graph, link, rates)),
    distribution: distribute(flows, graph.trust),
    trust: graph.trust,
  };
}

const top = (links: readonly GraphLink[], by: 'bytes' | 'packets'): GraphLink[] =>
  [...links].sort((a, b) => b[by] - a[by]).slice(0, TOP);

function plain({ worst: _worst, ...handshake }: GraphLink['handshake']): Handshake {
  return handshake;
}

const pairLine = ({ rows, ...pair }: PairFigures, rates: Rates | undefined): PairLine => ({
  ...pair,
  handshake: plain(pair.handshake),
  ...rateOf(rows, rates),
});

function rateOf(flows: readonly Flow[], rates: Rates | undefined): { rate?: LinkRate } {
  const rate = rates === undefined ? undefined : linkRate({ flows }, rates);
  return rate === undefined ? {} : { rate };
}

function lineOf(graph: FlowGraph, link: GraphLink, rates: Rates | undefined): LinkLine {
  const { id, from, to, bytes, packets, handshake } = link;
  return {
    id,
    from,
    to,
    fromLabel: graph.peers.get(from)?.label ?? from,
    toLabel: graph.peers.get(to)?.label ?? to,
    bytes,
    packets,
    handshake: plain(handshake),
    ...rateOf(link.flows, rates),
  };
}

/** Undefined when the answer has no such peer (any more). */
export function detailPeer(graph: FlowGraph, id: string, rates: Rates | undefined): PeerDetails | undefined {
  const peer = graph.peers.get(id);
  if (peer === undefined) return undefined;
  const all = [...graph.links.values()].sort((a, b) => b.bytes - a.bytes);
  const calls = all.filter((link) => link.from === id);
  const calledBy = all.filter((link) => link.to === id);
  const list = (links: GraphLink[]) => links.slice(0, MOST_LISTED).map((link) => lineOf(graph, link, rates));
  const filter = filterFor(peer);
  return {
    peer,
    ends: endpointsOf(graph, id),
    ...(filter === undefined ? {} : { filter }),
    calls: list(calls),
    callsTotal: calls.length,
    calledBy: list(calledBy),
    calledByTotal: calledBy.length,
  };
}

/** Undefined when the answer has no such link (any more). */
export function detailLink(graph: FlowGraph, id: string, rates: Rates | undefined): LinkDetails | undefined {
  const link = graph.links.get(id);
  if (link === undefined) return undefined;
  const rows = [...link.flows, ...link.attached];
  const worstPlace = flowPlace(link);
  return {
    ...lineOf(graph, link, rates),
    forwardBytes: link.forwardBytes,
    backwardBytes: link.backwardBytes,
    unanswered: link.unanswered,
    rows: rows.slice(0, MOST_CARDS),
    rowsTotal: rows.length,
    attached: link.attached.length,
    ...(worstPlace === undefined ? {} : { worstPlace }),
  };
}

export function tipFor(
  graph: FlowGraph,
  what: { peer?: string; link?: string },
  rates: Rates | undefined,
): Tip {
  const peer = what.peer === undefined ? undefined : graph.peers.get(what.peer);
  const link = what.link === undefined ? undefined : graph.links.get(what.link);
  return {
    ...(peer === undefined ? {} : { peer }),
    ...(link === undefined
      ? {}
      : { link: { ...lineOf(graph, link, rates), flows: link.count, unanswered: link.unanswered } }),
  };
}

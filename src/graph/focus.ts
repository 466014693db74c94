/**
 * What of the graph the reader asked to see: neighbourhood, way, only problems, byte thresholds, no infrastructure.
 * Pure; counts what it leaves out, so that drawn + folded + hidden is the whole in flows and in bytes.
 */
import { type FlowGraph, type GraphLink, type GraphPeer, isFold } from './flow-graph';
import { isInfrastructure } from './infrastructure';
import { neighbourhood, shortestWays } from './ways';

export interface Focus {
  /** Keep links whose band is elevated or high, or that get no answer. */
  problems?: boolean;
  hideInfrastructure?: boolean;
  /** Hide links below this many bytes. */
  minBytes?: number;
  /** Hide links lighter than this part of all links, in percent: 90 keeps about the heaviest tenth. */
  minPercentile?: number;
  /** Keep what is within `depth` links up- or downstream of this peer. */
  around?: { peer: string; depth: number };
  /** Keep the shortest ways between two peers. */
  path?: { from: string; to: string };
}

/** What is drawn of the whole, for the map's own honesty line. Flows and bytes each add up to the whole. */
export interface Coverage {
  /** Rows of the answer. */
  flows: number;
  /** Matching flows by the server's count; more than `flows` when truncated. */
  total: number;
  truncated: boolean;
  rejected: number;
  /** The whole of DESIGN §4. */
  bytes: number;
  drawnFlows: number;
  drawnBytes: number;
  foldedFlows: number;
  foldedBytes: number;
  hiddenFlows: number;
  hiddenBytes: number;
}

export interface Scene {
  graph: FlowGraph;
  peers: GraphPeer[];
  links: GraphLink[];
  coverage: Coverage;
}

export interface AnswerFacts {
  total: number;
  truncated: boolean;
  rejected: number;
}

export function isProblem(link: GraphLink): boolean {
  return link.handshake.band === 'elevated' || link.handshake.band === 'high' || link.unanswered;
}

/** Whether the reader asked to see a link of this graph; or one that was in it, where that needs no neighbours. */
export function keeper(graph: FlowGraph, focus: Focus): (link: GraphLink) => boolean {
  const near =
    focus.around === undefined ? undefined : neighbourhood(graph, focus.around.peer, focus.around.depth);
  const { path, minPercentile } = focus;
  const ways = path === undefined ? undefined : shortestWays(graph, path.from, path.to);
  const lightest = minPercentile === undefined ? undefined : percentileBytes(graph, minPercentile);
  return (link) => {
    if (near !== undefined && !near.has(link.id)) return false;
    if (ways !== undefined && !ways.has(link.id)) return false;
    if (lightest !== undefined && link.bytes < lightest) return false;
    if (focus.problems === true && !isProblem(link)) return false;
    if (focus.minBytes !== undefined && link.bytes < focus.minBytes) return false;
    if (focus.hideInfrastructure !== true) return true;
    return !touchesInfrastructure(graph, link);
  };
}

/** Order of peers and links follows the graph's. A focus on a peer that is gone shows nothing but says what it hides. */
export function narrow(graph: FlowGraph, focus: Focus, answer: AnswerFacts): Scene {
  const keep = keeper(graph, focus);
  const { path } = focus;
  const coverage: Coverage = {
    flows: graph.wholeFlows,
    total: answer.total,
    truncated: answer.truncated,
    rejected: answer.rejected,
    bytes: graph.wholeBytes,
    drawnFlows: 0,
    drawnBytes: 0,
    foldedFlows: 0,
    foldedBytes: 0,
    hiddenFlows: 0,
    hiddenBytes: 0,
  };
  const links: GraphLink[] = [];
  const seen = new Set<string>();
  for (const link of graph.links.values()) {
    if (!keep(link)) {
      coverage.hiddenFlows += link.count;
      coverage.hiddenBytes += link.share;
      continue;
    }
    links.push(link);
    seen.add(link.from).add(link.to);
    if (isFold(link.from) || isFold(link.to)) {
      coverage.foldedFlows += link.count;
      coverage.foldedBytes += link.share;
    } else {
      coverage.drawnFlows += link.count;
      coverage.drawnBytes += link.share;
    }
  }
  // Who was asked for is shown even where nothing is left of its links.
  for (const asked of [focus.around?.peer, path?.from, path?.to]) if (asked !== undefined) seen.add(asked);
  const peers = [...graph.peers.values()].filter((peer) => seen.has(peer.id));
  return { graph, peers, links, coverage };
}

/** The bytes of the link at this percentile of all links, by nearest rank; 0 for 0 and below. */
function percentileBytes(graph: FlowGraph, percentile: number): number {
  const sorted = [...graph.links.values()].map(({ bytes }) => bytes).sort((a, b) => a - b);
  const rank = Math.ceil((Math.min(100, percentile) / 100) * sorted.length);
  return rank < 1 ? 0 : (sorted[rank - 1] ?? 0);
}

/** Whether a link starts or ends at the cluster's own plumbing. */
export function touchesInfrastructure(graph: FlowGraph, link: GraphLink): boolean {
  return [link.from, link.to].some((id) => {
    const peer = graph.peers.get(id);
    return id.startsWith('fold:infra') || (peer !== undefined && isInfrastructure(peer));
  });
}

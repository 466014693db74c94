/**
 * What a reader can read: the finest of pod, service, namespace whose peers fit the viewport with their names, and
 * whether the cluster's plumbing is folded for it. Decided when asked (on open, on new filters, on a new viewport),
 * never by a poll; leans towards what it decided before.
 */
import type { Flow, Level } from '../flows/flow';
import { buildGraph, type FlowGraph } from './flow-graph';
import { type CellSize, fits } from './layout/packing';
import { groupOf, isBoxed } from './layout/placement';

export interface Grain {
  level: Level;
  foldInfrastructure: boolean;
}

const FROM_FINE: readonly Level[] = ['pod', 'service', 'namespace'];

/** Above this many peers, or links, probes and scrapes bury what one came to see (DESIGN §5). */
const CROWD_PEERS = 100;
const CROWD_LINKS = 250;
/** Host processes have no namespace: among namespaces, more than a few of them are out of proportion. */
const MOST_HOSTS = 3;
/**
 * Names keep their size on the screen. A service's name is still telling in a dense cell at 0.78; a pod's needs room for
 * its workload and its hash end.
 */
const SMALLEST_ZOOM = { pod: 0.95, other: 0.78 };
/** What one already has may be this much over before it is left. */
const PATIENCE = 1.25;

/** The level and folding for this answer and viewport; `current` is kept while it is nearly as good (hysteresis). */
export function chooseGrain(flows: readonly Flow[], viewport: CellSize, current?: Grain): Grain {
  for (const level of FROM_FINE) {
    const foldInfrastructure = chooseFolding(flows, level, current);
    const graph = buildGraph(flows, { level, foldInfrastructure });
    const patience = level === current?.level ? PATIENCE : 1;
    if (isLegible(graph, { w: viewport.w * patience, h: viewport.h * patience }))
      return { level, foldInfrastructure };
  }
  return { level: 'namespace', foldInfrastructure: chooseFolding(flows, 'namespace', current) };
}

/** Whether a crowd at this level asks for folding the plumbing. */
export function chooseFolding(flows: readonly Flow[], level: Level, current?: Grain): boolean {
  const { peers, links } = buildGraph(flows, { level });
  const hosts = [...peers.values()].filter(({ kind }) => kind === 'host').length;
  if (level === 'namespace' && hosts > MOST_HOSTS) return true;
  const leaning = current?.level === level && current.foldInfrastructure ? 1 / PATIENCE : 1;
  return peers.size > CROWD_PEERS * leaning || links.size > CROWD_LINKS * leaning;
}

function isLegible(graph: FlowGraph, room: CellSize): boolean {
  const counts = new Map<string, number>();
  for (const peer of graph.peers.values()) {
    const group = groupOf(peer);
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return fits(
    [...counts].map(([id, count]) => ({ id, count, boxed: isBoxed(id), lean: 0 })),
    room,
    graph.level === 'pod' ? SMALLEST_ZOOM.pod : SMALLEST_ZOOM.other,
  );
}

/**
 * Which level a reader can read: the finest of pod, service, namespace whose peers fit the viewport with their names.
 * Decided when asked (on open, on new filters, on a new viewport), never by a poll; leans towards the level it had.
 */
import type { Flow, Level } from '../flows/flow';
import { buildGraph, type FlowGraph } from './flow-graph';
import { type CellSize, fits } from './layout/packing';
import { groupOf, isBoxed } from './layout/placement';

const FROM_FINE: readonly Level[] = ['pod', 'service', 'namespace'];

/** More links than this on one screen are a hairball whatever the cells: one can no longer follow a line. */
const MOST_LINKS = 260;
/** The level one already has may be this much over before it is left. */
const PATIENCE = 1.25;

/** The level for this answer and viewport; `current` is kept while it is nearly as good (hysteresis). */
export function chooseLevel(flows: readonly Flow[], viewport: CellSize, current?: Level): Level {
  for (const level of FROM_FINE) {
    const patience = level === current ? PATIENCE : 1;
    const room = { w: viewport.w * patience, h: viewport.h * patience };
    if (isLegible(buildGraph(flows, { level }), room, MOST_LINKS * patience)) return level;
  }
  return 'namespace';
}

function isLegible(graph: FlowGraph, room: CellSize, mostLinks: number): boolean {
  if (graph.links.size > mostLinks) return false;
  const counts = new Map<string, number>();
  for (const peer of graph.peers.values()) {
    const group = groupOf(peer);
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return fits(
    [...counts].map(([id, count]) => ({ id, count, boxed: isBoxed(id), lean: 0 })),
    room,
  );
}

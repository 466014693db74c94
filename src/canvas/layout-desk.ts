/**
 * Keeps the placements of this tab: one a level, so that a round trip of levels, a filter or a reload finds every peer
 * where it was. Stored in sessionStorage where that is allowed; without it the desk works and forgets on reload.
 */
import type { Level } from '../flows/flow';
import type { FlowGraph } from '../graph/flow-graph';
import type { Point } from '../graph/layout/cells';
import type { CellSize, PackedGroup } from '../graph/layout/packing';
import { drag, layOut, type Placement, settle } from '../graph/layout/placement';

export interface LayoutDesk {
  /** The placement for this graph: what is known stays, newcomers are slotted in. */
  place(graph: FlowGraph, viewport: CellSize): Placement;
  drag(level: Level, peer: string, to: Point): void;
  /** Forgets positions and drags of a level and packs it anew: only when the reader asks. */
  tidy(graph: FlowGraph, viewport: CellSize): void;
}

const KEY = 'shoal.placements.2';

interface Stored {
  zoom: number;
  generation: number;
  groups: [string, PackedGroup][];
  slots: [string, { group: string; slot: number }][];
  dragged: [string, Point][];
}

/** `scope` tells sources apart: positions of one cluster are not those of another. */
export function createLayoutDesk(scope: string, storage: Storage | undefined): LayoutDesk {
  const key = `${KEY}.${scope}`;
  const placements = read(storage, key);
  const keep = (level: Level, placement: Placement) => {
    if (placements.get(level) === placement) return;
    placements.set(level, placement);
    write(storage, key, placements);
  };
  return {
    place(graph, viewport) {
      const input = { peers: [...graph.peers.values()], links: [...graph.links.values()], viewport };
      const placement = settle(placements.get(graph.level), input);
      if (input.peers.length > 0) keep(graph.level, placement);
      return placement;
    },
    drag(level, peer, to) {
      const placement = placements.get(level);
      if (placement !== undefined) keep(level, drag(placement, peer, to));
    },
    tidy(graph, viewport) {
      keep(
        graph.level,
        layOut({ peers: [...graph.peers.values()], links: [...graph.links.values()], viewport }),
      );
    },
  };
}

function write(storage: Storage | undefined, key: string, placements: ReadonlyMap<Level, Placement>): void {
  const stored: [Level, Stored][] = [...placements].map(
    ([level, { zoom, generation, groups, slots, dragged }]) => [
      level,
      { zoom, generation, groups: [...groups], slots: [...slots], dragged: [...dragged] },
    ],
  );
  try {
    storage?.setItem(key, JSON.stringify(stored));
  } catch {
    // Full or forbidden: the map still stands still for this sitting.
  }
}

function read(storage: Storage | undefined, key: string): Map<Level, Placement> {
  try {
    const text = storage?.getItem(key);
    if (typeof text !== 'string') return new Map();
    const stored = JSON.parse(text) as [Level, Stored][];
    return new Map(
      stored.map(([level, { zoom, generation, groups, slots, dragged }]) => [
        level,
        { zoom, generation, groups: new Map(groups), slots: new Map(slots), dragged: new Map(dragged) },
      ]),
    );
  } catch {
    return new Map();
  }
}

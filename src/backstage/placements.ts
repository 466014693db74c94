/**
 * Keeps the placements of this tab: one a level, so that a round trip of levels, a filter or a reload finds every peer
 * where it was. A worker has no storage: what should outlive it is handed out as text and handed back at the start.
 */
import type { Level } from '../flows/flow';
import type { FlowGraph } from '../graph/flow-graph';
import type { Point } from '../graph/layout/cells';
import type { CellSize, PackedGroup } from '../graph/layout/packing';
import { drag, layOut, type Placement, settle } from '../graph/layout/placement';

export interface Placements {
  /** The placement for this graph: what is known stays, newcomers are slotted in. */
  place(graph: FlowGraph, viewport: CellSize): Placement;
  drag(level: Level, peer: string, to: Point): void;
  /** Forgets positions and drags of a level, so that the next `place` packs it anew: only when the reader asks. */
  tidy(level: Level): void;
}

interface Stored {
  zoom: number;
  generation: number;
  groups: [string, PackedGroup][];
  slots: [string, { group: string; slot: number }][];
  dragged: [string, Point][];
}

/** `stored` is what `keep` was given earlier; anything else is ignored. `keep` is called after each change. */
export function createPlacements(stored: string | undefined, keep: (text: string) => void): Placements {
  const placements = read(stored);
  const generations = new Map<Level, number>();
  const set = (level: Level, placement: Placement) => {
    if (placements.get(level) === placement) return;
    placements.set(level, placement);
    keep(write(placements));
  };
  return {
    place(graph, viewport) {
      const input = { peers: [...graph.peers.values()], links: [...graph.links.values()], viewport };
      const known = placements.get(graph.level);
      const placement =
        known === undefined
          ? layOut(input, undefined, generations.get(graph.level) ?? 0)
          : settle(known, input);
      if (input.peers.length > 0) set(graph.level, placement);
      return placement;
    },
    drag(level, peer, to) {
      const placement = placements.get(level);
      if (placement !== undefined) set(level, drag(placement, peer, to));
    },
    tidy(level) {
      generations.set(level, (placements.get(level)?.generation ?? 0) + 1);
      placements.delete(level);
    },
  };
}

function write(placements: ReadonlyMap<Level, Placement>): string {
  const stored: [Level, Stored][] = [...placements].map(
    ([level, { zoom, generation, groups, slots, dragged }]) => [
      level,
      { zoom, generation, groups: [...groups], slots: [...slots], dragged: [...dragged] },
    ],
  );
  return JSON.stringify(stored);
}

function read(text: string | undefined): Map<Level, Placement> {
  try {
    if (text === undefined) return new Map();
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

/**
 * Keeps the placements of this tab: one a level, so that a round trip of levels, a filter or a reload finds every peer
 * where it was. A worker has no storage: what should outlive it is handed out as text and handed back at the start.
 */
import type { Level } from '../flows/flow';
import type { FlowGraph } from '../graph/flow-graph';
import type { Scene } from '../graph/focus';
import type { Point } from '../graph/layout/cells';
import { layOutLayers } from '../graph/layout/layers';
import type { CellSize, PackedGroup } from '../graph/layout/packing';
import { drag, layingOut, type Placement, settling } from '../graph/layout/placement';
import type { Slot } from '../graph/layout/slotting';
import type { Steps } from '../graph/layout/steps';

export interface Placements {
  /** The placement for this graph, in steps: what is known stays, newcomers are slotted in. Given up, nothing is kept. */
  place(graph: FlowGraph, viewport: CellSize): Steps<Placement>;
  /**
   * Columns around a peer in focus, for what of the graph is left. `view` names the focus: while it is the same,
   * everybody keeps the cell.
   */
  placeAround(view: string, focus: string, scene: Scene, viewport: CellSize): Placement;
  /** The reader put a peer of the placement that is shown somewhere. */
  drag(level: Level, peer: string, to: Point): void;
  /** Forgets positions and drags of a level, so that the next `place` packs it anew: only when the reader asks. */
  tidy(level: Level): void;
}

interface Stored {
  zoom: number;
  generation: number;
  groups: [string, PackedGroup][];
  homes?: [string, PackedGroup][];
  slots: [string, Slot][];
  parked?: [string, Slot][];
  dragged: [string, Point][];
}

/** `stored` is what `keep` was given earlier; anything else is ignored. `keep` is called after each change. */
export function createPlacements(stored: string | undefined, keep: (text: string) => void): Placements {
  const placements = read(stored);
  const generations = new Map<Level, number>();
  let around: { view: string; placement: Placement } | undefined;
  const set = (level: Level, placement: Placement) => {
    if (placements.get(level) === placement) return;
    placements.set(level, placement);
    keep(write(placements));
  };
  return {
    *place(graph, viewport) {
      around = undefined;
      const input = { peers: [...graph.peers.values()], links: [...graph.links.values()], viewport };
      const known = placements.get(graph.level);
      const placement =
        known === undefined
          ? yield* layingOut(input, undefined, generations.get(graph.level) ?? 0)
          : yield* settling(known, input);
      if (input.peers.length > 0) set(graph.level, placement);
      return placement;
    },
    placeAround(view, focus, { peers, links }, viewport) {
      const previous = around?.view === view ? around.placement : undefined;
      const placement = layOutLayers({ peers, links, focus, viewport }, previous);
      around = { view, placement };
      return placement;
    },
    drag(level, peer, to) {
      if (around !== undefined) {
        around = { ...around, placement: drag(around.placement, peer, to) };
        return;
      }
      const placement = placements.get(level);
      if (placement !== undefined) set(level, drag(placement, peer, to));
    },
    tidy(level) {
      if (around !== undefined) {
        around = undefined;
        return;
      }
      generations.set(level, (placements.get(level)?.generation ?? 0) + 1);
      placements.delete(level);
    },
  };
}

function write(placements: ReadonlyMap<Level, Placement>): string {
  const stored: [Level, Stored][] = [...placements].map(([level, placement]) => {
    const { zoom, generation, groups, homes, slots, parked, dragged } = placement;
    return [
      level,
      {
        zoom,
        generation,
        groups: [...groups],
        slots: [...slots],
        dragged: [...dragged],
        ...(homes === undefined ? {} : { homes: [...homes] }),
        ...(parked === undefined ? {} : { parked: [...parked] }),
      },
    ];
  });
  return JSON.stringify(stored);
}

function read(text: string | undefined): Map<Level, Placement> {
  try {
    if (text === undefined) return new Map();
    const stored = JSON.parse(text) as [Level, Stored][];
    return new Map(
      stored.map(([level, { zoom, generation, groups, homes, slots, parked, dragged }]) => [
        level,
        {
          zoom,
          generation,
          groups: new Map(groups),
          slots: new Map(slots),
          dragged: new Map(dragged),
          ...(homes === undefined ? {} : { homes: new Map(homes) }),
          ...(parked === undefined ? {} : { parked: new Map(parked) }),
        },
      ]),
    );
  } catch {
    return new Map();
  }
}

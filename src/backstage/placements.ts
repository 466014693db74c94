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
import type { Departed } from '../graph/overlay';

export interface Placements {
  /**
   * The placement for this graph, in steps: what is known stays, newcomers are slotted in. Given up, nothing is kept.
   * Ends of what departed get a place for this once.
   */
  place(
    graph: FlowGraph,
    viewport: CellSize,
    moment: PlacedMoment,
    departed: readonly Departed[],
  ): Steps<Placement>;
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

/** Whose picture is made. */
export interface PlacedMoment {
  name: string;
  /** An earlier one: everybody stands as they stood then, and the present placement stays as it is. */
  isPast: boolean;
}

/** Peers of all remembered placements: an hour of a busy cluster, some 12 MB. */
const MOST_REMEMBERED = 400_000;

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
  /** As moments were drawn, by level and moment, the oldest first; one object as long as nobody moved. */
  const drawn = new Map<string, Placement>();
  let remembered = 0;
  const remember = (key: string, placement: Placement) => {
    if (drawn.get(key) === placement) return;
    remembered += placement.slots.size - (drawn.get(key)?.slots.size ?? 0);
    drawn.set(key, placement);
    for (const [old, { slots }] of drawn) {
      if (remembered <= MOST_REMEMBERED || old === key) break;
      drawn.delete(old);
      remembered -= slots.size;
    }
  };
  /** What to start from at a past moment: as it stood then, unless the reader had all arranged anew since; drags win. */
  const asThen = (key: string, known: Placement): Placement => {
    const then = drawn.get(key);
    if (then === undefined || then.generation !== known.generation) return known;
    return then.dragged === known.dragged ? then : { ...then, dragged: known.dragged };
  };
  const set = (level: Level, placement: Placement) => {
    if (placements.get(level) === placement) return;
    placements.set(level, placement);
    keep(write(placements));
  };
  return {
    *place(graph, viewport, { name, isPast }, departed) {
      around = undefined;
      const input = { peers: [...graph.peers.values()], links: [...graph.links.values()], viewport };
      const known = placements.get(graph.level);
      const key = `${graph.level} ${name}`;
      const ends = departed.flatMap(({ from, to }) => [from, to]).filter(({ id }) => !graph.peers.has(id));
      const lend = function* (placement: Placement): Steps<Placement> {
        if (ends.length === 0) return placement;
        const peers = [...new Map([...input.peers, ...ends].map((peer) => [peer.id, peer])).values()];
        return yield* settling(placement, { ...input, peers });
      };
      if (known !== undefined && isPast) return yield* lend(yield* settling(asThen(key, known), input));
      const placement =
        known === undefined
          ? yield* layingOut(input, undefined, generations.get(graph.level) ?? 0)
          : yield* settling(known, input);
      if (input.peers.length > 0) {
        set(graph.level, placement);
        remember(key, placement);
      }
      return yield* lend(placement);
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

/**
 * Keeps the placements of this tab: one a level and view (filters, folding, what is expanded), so that a round trip of
 * levels, a detour through filters or a reload finds every peer where it was. A view one has not seen begins as the one
 * before it stands. A worker has no storage: what should outlive it is handed out as text and handed back at the start.
 */
import type { Level } from '../flows/flow';
import type { FlowGraph } from '../graph/flow-graph';
import type { Scene } from '../graph/focus';
import type { Point } from '../graph/layout/cells';
import { layOutLayers } from '../graph/layout/layers';
import type { CellSize, PackedGroup } from '../graph/layout/packing';
import { drag, layingOut, openingView, type Placement, settling } from '../graph/layout/placement';
import type { Slot } from '../graph/layout/slotting';
import type { Steps } from '../graph/layout/steps';
import type { Departed } from '../graph/overlay';

export interface Placements {
  /**
   * The placement for this graph, in steps: what is known stays, newcomers are slotted in. Given up, nothing is kept.
   * Ends of what departed get a place for this once. `view` names filters, folding and what is expanded: each has a
   * placement of its own, because what a detour moves must not stay moved.
   */
  place(
    graph: FlowGraph,
    viewport: CellSize,
    view: string,
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

/** Views remembered beside those that are shown, a level; and their peers, which are written down with every change. */
const MOST_VIEWS = 16;
const MOST_IN_VIEWS = 20_000;

/** The placements of a level. */
interface Shelf {
  /** By view; the one that was shown last is the last. */
  views: Map<string, Placement>;
  /** The highest generation so far: no two layouts from nothing have the same. */
  generation: number;
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
  const shelves = read(stored);
  const shelfOf = (level: Level): Shelf => {
    const known = shelves.get(level);
    if (known !== undefined) return known;
    const made = { views: new Map<string, Placement>(), generation: 0 };
    shelves.set(level, made);
    return made;
  };
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
  const set = (level: Level, view: string, placement: Placement) => {
    const { views } = shelfOf(level);
    const isNews = views.get(view) !== placement || lastOf(views)?.[0] !== view;
    if (!isNews) return;
    views.delete(view);
    views.set(view, placement);
    forgetOld(shelves);
    keep(write(shelves));
  };
  return {
    *place(graph, viewport, view, { name, isPast }, departed) {
      around = undefined;
      const input = { peers: [...graph.peers.values()], links: [...graph.links.values()], viewport };
      const shelf = shelfOf(graph.level);
      const current = lastOf(shelf.views)?.[1];
      const seen = shelf.views.get(view);
      // What the reader dragged stays dragged, whatever the view.
      const known =
        seen === undefined || current === undefined || seen.dragged === current.dragged
          ? (seen ?? current)
          : { ...seen, dragged: current.dragged };
      const key = `${graph.level} ${view} ${name}`;
      const ends = departed.flatMap(({ from, to }) => [from, to]).filter(({ id }) => !graph.peers.has(id));
      const lend = function* (placement: Placement): Steps<Placement> {
        if (ends.length === 0) return placement;
        const peers = [...new Map([...input.peers, ...ends].map((peer) => [peer.id, peer])).values()];
        return yield* settling(placement, { ...input, peers });
      };
      if (known !== undefined && isPast) return yield* lend(yield* settling(asThen(key, known), input));
      let placement: Placement;
      if (known === undefined) placement = yield* layingOut(input, undefined, shelf.generation);
      else {
        placement = yield* seen === undefined ? openingView(known, input) : settling(known, input);
        if (placement.generation !== known.generation)
          placement = { ...placement, generation: ++shelf.generation };
      }
      if (input.peers.length > 0) {
        set(graph.level, view, placement);
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
      const last = lastOf(shelfOf(level).views);
      if (last !== undefined) set(level, last[0], drag(last[1], peer, to));
    },
    tidy(level) {
      if (around !== undefined) {
        around = undefined;
        return;
      }
      const shelf = shelfOf(level);
      shelf.generation++;
      shelf.views.clear();
    },
  };
}

const lastOf = (views: ReadonlyMap<string, Placement>): [view: string, placement: Placement] | undefined =>
  [...views].at(-1);

/** Drops the views that were left longest ago; the last one of each level stays, whatever its size. */
function forgetOld(shelves: ReadonlyMap<Level, Shelf>): void {
  let peers = 0;
  for (const { views } of shelves.values()) {
    const [, ...others] = [...views].reverse();
    for (const [index, [view, { slots }]] of others.entries()) {
      peers += slots.size;
      if (index >= MOST_VIEWS || peers > MOST_IN_VIEWS) views.delete(view);
    }
  }
}

/** Most of what is written down was written down before. */
const texts = new WeakMap<Placement, string>();

function textOf(placement: Placement): string {
  const known = texts.get(placement);
  if (known !== undefined) return known;
  const { zoom, generation, groups, homes, slots, parked, dragged } = placement;
  const stored: Stored = {
    zoom,
    generation,
    groups: [...groups],
    slots: [...slots],
    dragged: [...dragged],
    ...(homes === undefined ? {} : { homes: [...homes] }),
    ...(parked === undefined ? {} : { parked: [...parked] }),
  };
  const text = JSON.stringify(stored);
  texts.set(placement, text);
  return text;
}

function write(shelves: ReadonlyMap<Level, Shelf>): string {
  const levels = [...shelves].map(([level, { views }]) => {
    const all = [...views].map(([view, placement]) => `[${JSON.stringify(view)},${textOf(placement)}]`);
    return `["${level}",[${all.join()}]]`;
  });
  return `[${levels.join()}]`;
}

function read(text: string | undefined): Map<Level, Shelf> {
  try {
    if (text === undefined) return new Map();
    const stored = JSON.parse(text) as [Level, [string, Stored][]][];
    return new Map(
      stored.map(([level, all]) => {
        const views = new Map(all.map(([view, placement]) => [view, toPlacement(placement)]));
        return [level, { views, generation: Math.max(0, ...all.map(([, { generation }]) => generation)) }];
      }),
    );
  } catch {
    return new Map();
  }
}

const toPlacement = ({ zoom, generation, groups, homes, slots, parked, dragged }: Stored): Placement => ({
  zoom,
  generation,
  groups: new Map(groups),
  slots: new Map(slots),
  dragged: new Map(dragged),
  ...(homes === undefined ? {} : { homes: new Map(homes) }),
  ...(parked === undefined ? {} : { parked: new Map(parked) }),
});

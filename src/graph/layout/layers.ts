/**
 * A neighbourhood from left to right: who calls at the left, the peer in focus in the middle, who is called at the
 * right, one column a step. No boxes: order within a column follows the links, so that few cross.
 * Gives a placement like any other; a small change of the neighbourhood keeps everybody's cell.
 */
import type { GraphLink, GraphPeer } from '../flow-graph';
import type { Point } from './cells';
import { type CellSize, enlarge, type PackedGroup } from './packing';
import type { Placement } from './placement';
import type { Slot } from './slotting';

export interface LayersInput {
  peers: readonly GraphPeer[];
  links: readonly GraphLink[];
  /** The peer in the middle. Where it is not among `peers`, all stand in one column. */
  focus: string;
  /** CSS px. */
  viewport: CellSize;
}

/** From roomy to dense: wider than on the map of boxes, because names may carry their namespace. */
const CELLS: readonly CellSize[] = [
  { w: 200, h: 84 },
  { w: 164, h: 74 },
  { w: 130, h: 62 },
  { w: 106, h: 52 },
  { w: 84, h: 46 },
];
/** Between columns links fan out: they need more room than a name does. */
const GAP_PX = 56;
const WIDEST_GAP_PX = 220;
const SWEEPS = 8;

/** Columns by signed distance from the focus. Deterministic whatever the order of the input. */
export function layOutLayers(input: LayersInput, previous?: Placement): Placement {
  const columns = intoColumns(input);
  const kept = previous?.layered === true ? keepCells(columns, previous) : undefined;
  if (kept !== undefined) return kept;
  const ordered = uncross(columns, input.links);
  const counts = [...ordered.values()].map(({ length }) => length);
  const { cell, room, zoom } = sheetFor(counts, input.viewport);
  const groups = arrange(ordered, cell, room);
  const slots = new Map<string, Slot>();
  for (const [layer, peers] of ordered) {
    const id = groupId(layer);
    const group = groups.get(id);
    if (group === undefined) continue;
    const perColumn = Math.ceil(peers.length / group.cols);
    const top = Math.floor((group.rows - perColumn) / 2);
    peers.forEach((peer, index) => {
      const row = top + (index % perColumn);
      slots.set(peer, { group: id, slot: row * group.cols + Math.floor(index / perColumn) });
    });
  }
  return {
    groups,
    slots,
    dragged: previous?.layered === true ? previous.dragged : new Map<string, Point>(),
    zoom,
    generation: (previous?.generation ?? -1) + 1,
    layered: true,
  };
}

const groupId = (layer: number): string => `layer:${layer}`;

/** Peers by their signed distance from the focus, the nearer side first; who is joined to nobody near stands at the end. */
function intoColumns({ peers, links, focus }: LayersInput): Map<number, string[]> {
  const down = walk(focus, links, false);
  const up = walk(focus, links, true);
  const layers = new Map<number, string[]>();
  const ends = Math.max(0, ...down.values()) + 1;
  for (const { id } of [...peers].sort(
    (a, b) => compare(a.namespace ?? '', b.namespace ?? '') || compare(a.id, b.id),
  )) {
    const [after, before] = [down.get(id), up.get(id)];
    const layer =
      after !== undefined && (before === undefined || after <= before)
        ? after
        : before !== undefined
          ? -before
          : down.size + up.size > 2
            ? ends
            : 0;
    const list = layers.get(layer);
    if (list === undefined) layers.set(layer, [id]);
    else list.push(id);
  }
  return new Map([...layers].sort(([a], [b]) => a - b));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function walk(from: string, links: readonly GraphLink[], upstream: boolean): Map<string, number> {
  const next = new Map<string, string[]>();
  for (const link of links) {
    const [here, there] = upstream ? [link.to, link.from] : [link.from, link.to];
    const list = next.get(here);
    if (list === undefined) next.set(here, [there]);
    else list.push(there);
  }
  const reached = new Map([[from, 0]]);
  // A map gives what is added while it is walked, in order: it is its own queue.
  for (const [here, distance] of reached) {
    for (const there of next.get(here) ?? []) if (!reached.has(there)) reached.set(there, distance + 1);
  }
  return reached;
}

/** Everybody's cell, where nobody changed columns and there is a free cell for who is new; else nothing is kept. */
function keepCells(
  columns: ReadonlyMap<number, readonly string[]>,
  previous: Placement,
): Placement | undefined {
  const slots = new Map<string, Slot>();
  let changed = false;
  for (const [layer, peers] of columns) {
    const id = groupId(layer);
    const group = previous.groups.get(id);
    if (group === undefined) return undefined;
    const taken = new Set<number>();
    for (const peer of peers) {
      const slot = previous.slots.get(peer);
      if (slot === undefined) continue;
      if (slot.group !== id) return undefined;
      slots.set(peer, slot);
      taken.add(slot.slot);
    }
    const middle = (group.cols * group.rows) / 2;
    const free = Array.from({ length: group.cols * group.rows }, (_, slot) => slot)
      .filter((slot) => !taken.has(slot))
      .sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b);
    for (const peer of peers) {
      if (slots.has(peer)) continue;
      const slot = free.shift();
      if (slot === undefined) return undefined;
      slots.set(peer, { group: id, slot });
      changed = true;
    }
  }
  if (slots.size === 0) return undefined;
  if (!changed) return previous;
  // Who left keeps its cell until somebody needs it, so that it is found there when it comes back.
  const held = new Set([...slots.values()].map(({ group, slot }) => `${group} ${slot}`));
  for (const [peer, slot] of previous.slots) {
    if (!slots.has(peer) && !held.has(`${slot.group} ${slot.slot}`)) slots.set(peer, slot);
  }
  return { ...previous, slots };
}

/** Orders each column by where its neighbours stand, back and forth. */
function uncross(
  columns: ReadonlyMap<number, readonly string[]>,
  links: readonly GraphLink[],
): Map<number, string[]> {
  const order = new Map([...columns].map(([layer, peers]) => [layer, [...peers]]));
  const rank = new Map<string, number>();
  const note = (peers: readonly string[]) => {
    peers.forEach((peer, index) => {
      rank.set(peer, (index + 0.5) / peers.length);
    });
  };
  for (const peers of order.values()) note(peers);
  const layerOf = new Map(
    [...order].flatMap(([layer, peers]) => peers.map((peer) => [peer, layer] as const)),
  );
  const beside = new Map<string, string[]>();
  const sorted = [...links].sort((a, b) => compare(a.id, b.id));
  for (const { from, to } of sorted) {
    if (layerOf.get(from) === layerOf.get(to) || !layerOf.has(from) || !layerOf.has(to)) continue;
    for (const [a, b] of [
      [from, to],
      [to, from],
    ] as const) {
      const list = beside.get(a);
      if (list === undefined) beside.set(a, [b]);
      else list.push(b);
    }
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const layers = [...order.values()];
    for (const peers of sweep % 2 === 0 ? layers : layers.reverse()) {
      const wish = new Map(peers.map((peer) => [peer, meanRank(peer, beside, rank)]));
      peers.sort(
        (a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0) || (rank.get(a) ?? 0) - (rank.get(b) ?? 0),
      );
      note(peers);
    }
  }
  return order;
}

function meanRank(
  peer: string,
  beside: ReadonlyMap<string, readonly string[]>,
  rank: ReadonlyMap<string, number>,
): number {
  const others = beside.get(peer) ?? [];
  if (others.length === 0) return rank.get(peer) ?? 0.5;
  return others.reduce((sum, other) => sum + (rank.get(other) ?? 0.5), 0) / others.length;
}

const rowsIn = (cell: CellSize, height: number): number => Math.max(1, Math.floor(height / cell.h));

function widthOf(counts: readonly number[], cell: CellSize, height: number): number {
  const rows = rowsIn(cell, height);
  return counts.reduce((sum, count) => sum + Math.ceil(count / rows) * cell.w + GAP_PX, -GAP_PX);
}

/** The roomiest cells in which the columns fit the viewport; else the densest on a larger sheet. */
function sheetFor(
  counts: readonly number[],
  viewport: CellSize,
): { cell: CellSize; room: CellSize; zoom: number } {
  const roomiest = CELLS.find((cell) => widthOf(counts, cell, viewport.h) <= viewport.w);
  if (roomiest !== undefined) return { cell: roomiest, room: viewport, zoom: 1 };
  const cell = CELLS[CELLS.length - 1] ?? { w: 84, h: 46 };
  return { cell, ...enlarge(viewport, (sheet) => widthOf(counts, cell, sheet.h) <= sheet.w) };
}

/** Columns of full height, so that there are free cells above and below for who comes later. */
function arrange(
  columns: ReadonlyMap<number, readonly string[]>,
  cell: CellSize,
  room: CellSize,
): Map<string, PackedGroup> {
  const rows = rowsIn(cell, room.h);
  const tall = { w: cell.w, h: room.h / rows };
  const counts = [...columns.values()].map(({ length }) => length);
  const used = widthOf(counts, cell, room.h) + GAP_PX - GAP_PX * counts.length;
  const gap = counts.length < 2 ? 0 : Math.min(WIDEST_GAP_PX, (room.w - used) / (counts.length - 1));
  let x = (room.w - used - gap * (counts.length - 1)) / 2;
  const groups = new Map<string, PackedGroup>();
  for (const [layer, peers] of columns) {
    const cols = Math.ceil(peers.length / rows);
    groups.set(groupId(layer), {
      x,
      y: 0,
      w: cols * cell.w,
      h: room.h,
      cols,
      rows,
      cell: tall,
      boxed: false,
    });
    x += cols * cell.w + gap;
  }
  return groups;
}

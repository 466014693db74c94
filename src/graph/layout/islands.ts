/**
 * Boxes shown fuller than usual (a namespace expanded, a fold opened) in place of the usual box. Everything else keeps
 * its place but for what the island covers, and gets it back when the island closes: frames are worked out from the
 * homes each time, never from the frames before.
 */
import type { GraphPeer } from '../flow-graph';
import { groupOf, isIsland, usualGroup } from './groups';
import { type CellSize, frameSize, type PackedGroup } from './packing';
import { push } from './pushing';

/** The islands that have somebody to show. */
export function openIslands(peers: readonly GraphPeer[]): Set<string> {
  const open = new Set<string>();
  for (const peer of peers) if (peer.island !== undefined) open.add(groupOf(peer));
  return open;
}

/** The usual frame that an island stands in for. */
export function anchorOf(homes: ReadonlyMap<string, PackedGroup>, island: string): string {
  const [box, alone] = anchorNames(island);
  return homes.has(box) ? box : alone;
}

/** What an island may stand in for: a box, or at the namespace level the lone namespace. */
export function anchorNames(island: string): readonly [box: string, alone: string] {
  const usual = usualGroup(island);
  return [usual, `alone:${usual}`];
}

/** The frames as drawn: homes, less what the open islands stand in for, pushed out of their way. */
export function withIslands(
  homes: ReadonlyMap<string, PackedGroup>,
  open: ReadonlySet<string>,
): ReadonlyMap<string, PackedGroup> {
  const frames = new Map(homes);
  for (const id of homes.keys()) if (isIsland(id) && !open.has(id)) frames.delete(id);
  for (const id of open) {
    const [anchor, island] = [homes.get(anchorOf(homes, id)), frames.get(id)];
    if (anchor !== undefined && island !== undefined) frames.set(id, { ...island, x: anchor.x, y: anchor.y });
  }
  for (const id of open) frames.delete(anchorOf(homes, id));
  for (const id of [...open].sort()) push(frames, id, true);
  return frames;
}

/** Islands are denser than a roomy map: many peers in place of one box. */
const ISLAND_CELLS: readonly CellSize[] = [
  { w: 106, h: 66 },
  { w: 94, h: 58 },
  { w: 84, h: 50 },
];
/** Beyond this part of the viewport an island hides more of the map than it shows. */
const MOST_OF_VIEW = 0.4;
/** A little wider than high, as screens are. */
const ASPECT = 1.4;

/** The cell of an island of `count` peers: no roomier than that of the frame it stands in for. */
export function islandCell(count: number, usual: CellSize, viewport: CellSize): CellSize {
  const most = MOST_OF_VIEW * viewport.w * viewport.h;
  const denser = ISLAND_CELLS.filter((one) => one.w <= usual.w);
  return denser.find((one) => count * one.w * one.h <= most) ?? denser.at(-1) ?? usual;
}

/** A frame for `count` peers in cells of this size, still at the origin. */
export function frameFor(
  count: number,
  cell: CellSize,
  boxed: boolean,
  tight: boolean | undefined,
): PackedGroup {
  const cols = Math.max(1, Math.min(count, Math.round(Math.sqrt((count * ASPECT * cell.h) / cell.w))));
  const rows = Math.max(1, Math.ceil(count / cols));
  const frame = { cols, rows, cell, boxed, ...(tight === undefined ? {} : { tight }) };
  const { w, h } = frameSize(frame);
  return { x: 0, y: 0, w, h, ...frame };
}

const AIR_PX = 22;

/** Where a new group fits: under the column that ends highest. */
export function roomForGroup(groups: readonly PackedGroup[], shape: CellSize): { x: number; y: number } {
  let best = { x: 0, y: Number.POSITIVE_INFINITY };
  for (const { x } of groups) {
    let y = Number.NEGATIVE_INFINITY;
    for (const other of groups) {
      if (other.x < x + shape.w && other.x + other.w > x) y = Math.max(y, other.y + other.h + AIR_PX);
    }
    if (y < best.y || (y === best.y && x < best.x)) best = { x, y };
  }
  return Number.isFinite(best.y) ? best : { x: 0, y: 0 };
}

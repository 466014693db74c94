/**
 * Where every peer stands, and the policy that keeps it there (DESIGN §5 "Still"): who is known keeps its cell,
 * a newcomer gets the free cell of its own box nearest to its neighbours, a full box grows and pushes only what is below.
 * Pure: the previous placement goes in, the next comes out; the reader's drags win over both.
 */
import type { GraphLink, GraphPeer } from '../flow-graph';
import { assignCells, type CellLink, type Point, slotCentre } from './cells';
import { CELL_STEPS, type CellSize, HEADER_PX, PAD_PX, type PackedGroup, pack } from './packing';

export interface Placement {
  groups: ReadonlyMap<string, PackedGroup>;
  slots: ReadonlyMap<string, { group: string; slot: number }>;
  /** Where the reader dragged a peer; centre of its mark. */
  dragged: ReadonlyMap<string, Point>;
  /** The zoom at which the map was made to fit. */
  zoom: number;
  /** Counts how often everything was laid out anew: then the camera must look anew too. */
  generation: number;
}

export interface LayoutInput {
  peers: readonly GraphPeer[];
  links: readonly GraphLink[];
  viewport: CellSize;
}

/** Centre of a peer's mark in map units, or undefined for a peer the placement does not know. */
export function centreOf(placement: Placement, peer: string): Point | undefined {
  const moved = placement.dragged.get(peer);
  if (moved !== undefined) return moved;
  const place = placement.slots.get(peer);
  const group = place === undefined ? undefined : placement.groups.get(place.group);
  return place === undefined || group === undefined ? undefined : slotCentre(group, place.slot);
}

/** The cell a peer's mark and name may fill. */
export function cellOf(placement: Placement, peer: string): CellSize {
  const place = placement.slots.get(peer);
  return (place === undefined ? undefined : placement.groups.get(place.group)?.cell) ?? densest();
}

const densest = (): CellSize => CELL_STEPS[CELL_STEPS.length - 1] ?? { w: 94, h: 58 };

/** A peer's group: its namespace's box, or one of the unboxed groups of those who stand outside. */
export function groupOf(peer: GraphPeer): string {
  if (peer.kind === 'namespace' || peer.kind === 'node') return `alone:${peer.id}`;
  if (peer.namespace !== undefined) return `ns:${peer.namespace}`;
  if (peer.kind === 'external') return peer.out >= peer.in ? 'out:clients' : 'out:servers';
  return peer.kind === 'host' ? 'out:hosts' : 'out:unresolved';
}

export const isBoxed = (group: string): boolean => group.startsWith('ns:');

/** Lays everything out from nothing. */
export function layOut(
  input: LayoutInput,
  dragged: ReadonlyMap<string, Point> = new Map(),
  generation = 0,
): Placement {
  const unordered = new Map<string, GraphPeer[]>();
  for (const peer of input.peers) {
    const id = groupOf(peer);
    const list = unordered.get(id);
    if (list === undefined) unordered.set(id, [peer]);
    else list.push(peer);
  }
  // An answer's order is unspecified: the map must not depend on it.
  const members = new Map([...unordered].sort(([a], [b]) => (a < b ? -1 : 1)));
  const links = weigh(input.links);
  const leans = leanOf(links);
  for (const list of members.values()) {
    list.sort((a, b) => leans.peer(b.id) - leans.peer(a.id) || (a.id < b.id ? -1 : 1));
  }
  const groupIds = new Map(input.peers.map((peer) => [peer.id, groupOf(peer)]));
  const between = trafficBetween(links, groupIds);
  const packing = pack(
    [...members].map(([id, list]) => ({
      id,
      count: list.length,
      boxed: isBoxed(id),
      lean: leans.group(id, list),
    })),
    input.viewport,
    (a, b) => between.get(pairKey(a, b)) ?? 0,
  );
  const cells = assignCells(
    packing.groups,
    new Map([...members].map(([id, list]) => [id, list.map((peer) => peer.id)])),
    links,
  );
  const slots = new Map<string, { group: string; slot: number }>();
  for (const [peer, slot] of cells) slots.set(peer, { group: groupIds.get(peer) ?? '', slot });
  return { groups: packing.groups, slots, dragged, zoom: packing.zoom, generation };
}

/** Measured links shape the map; DNS and its like touch everything and say little about who belongs beside whom. */
function weigh(links: readonly GraphLink[]): CellLink[] {
  return links
    .map(({ from, to, bytes, handshake }) => ({
      from,
      to,
      weight: (handshake.tcp > 0 ? 1 : 0.25) * (1 + Math.log10(1 + bytes)),
    }))
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.to < b.to ? -1 : 1));
}

function leanOf(links: readonly CellLink[]) {
  const sums = new Map<string, { out: number; in: number }>();
  const of = (peer: string) => {
    const known = sums.get(peer);
    if (known !== undefined) return known;
    const made = { out: 0, in: 0 };
    sums.set(peer, made);
    return made;
  };
  for (const { from, to, weight } of links) {
    if (from === to) continue;
    of(from).out += weight;
    of(to).in += weight;
  }
  const ratio = (out: number, received: number) =>
    out + received === 0 ? 0 : (out - received) / (out + received);
  return {
    peer: (id: string) => ratio(of(id).out, of(id).in),
    group: (id: string, peers: readonly GraphPeer[]) => {
      // Those outside frame the map: who calls in stands at the left, who is called at the right.
      if (id === 'out:clients') return 2;
      if (id === 'out:servers') return -2;
      const own = new Set(peers.map((peer) => peer.id));
      let out = 0;
      let received = 0;
      for (const { from, to, weight } of links) {
        if (own.has(from) === own.has(to)) continue;
        if (own.has(from)) out += weight;
        else received += weight;
      }
      return ratio(out, received);
    },
  };
}

const pairKey = (a: string, b: string): string => (a < b ? `${a}\u001f${b}` : `${b}\u001f${a}`);

function trafficBetween(
  links: readonly CellLink[],
  groupIds: ReadonlyMap<string, string>,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { from, to, weight } of links) {
    const a = groupIds.get(from);
    const b = groupIds.get(to);
    if (a === undefined || b === undefined || a === b) continue;
    const key = pairKey(a, b);
    sums.set(key, (sums.get(key) ?? 0) + weight);
  }
  return sums;
}

/**
 * The next placement: everybody known stays; newcomers are slotted in. Starts afresh only when there is nothing to
 * keep, or when newcomers outnumber what the map was made for (a cleared filter), where keeping would scatter them.
 */
export function settle(previous: Placement | undefined, input: LayoutInput): Placement {
  if (previous === undefined || previous.slots.size === 0) return layOut(input, previous?.dragged);
  const newcomers = input.peers.filter((peer) => !isSettled(previous, peer));
  if (newcomers.length === 0) return previous;
  if (newcomers.length > Math.max(12, previous.slots.size)) {
    return layOut(input, previous.dragged, previous.generation + 1);
  }
  const groups = new Map(previous.groups);
  const slots = new Map(previous.slots);
  const present = new Set(input.peers.map((peer) => peer.id));
  const links = weigh(input.links);
  for (const peer of [...newcomers].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const id = groupOf(peer);
    if (!groups.has(id)) groups.set(id, roomForGroup(groups, isBoxed(id)));
    const wish = barycentre(peer.id, links, (other) => centreOf({ ...previous, groups, slots }, other));
    slots.delete(peer.id);
    slots.set(peer.id, { group: id, slot: findSlot(groups, slots, id, wish, present) });
  }
  return { ...previous, groups, slots };
}

/** Who stands outside stays where it is even when it turns from client to server: only a new box asks for a new cell. */
function isSettled(placement: Placement, peer: GraphPeer): boolean {
  const group = placement.slots.get(peer.id)?.group;
  return group !== undefined && (group === groupOf(peer) || !isBoxed(groupOf(peer)));
}

function barycentre(
  peer: string,
  links: readonly CellLink[],
  at: (peer: string) => Point | undefined,
): Point | undefined {
  let weight = 0;
  let x = 0;
  let y = 0;
  for (const link of links) {
    const other = link.from === peer ? link.to : link.to === peer ? link.from : undefined;
    const there = other === undefined || other === peer ? undefined : at(other);
    if (there === undefined) continue;
    weight += link.weight;
    x += there.x * link.weight;
    y += there.y * link.weight;
  }
  return weight === 0 ? undefined : { x: x / weight, y: y / weight };
}

/** A free cell nearest to the wish; else the cell of a peer that left; else the group grows by a row. */
function findSlot(
  groups: Map<string, PackedGroup>,
  slots: Map<string, { group: string; slot: number }>,
  id: string,
  wish: Point | undefined,
  present: ReadonlySet<string>,
): number {
  const group = groups.get(id);
  if (group === undefined) return 0;
  const holders = new Map<number, string>();
  for (const [peer, place] of slots) if (place.group === id) holders.set(place.slot, peer);
  const all = Array.from({ length: group.cols * group.rows }, (_, slot) => slot);
  const nearest = (candidates: number[]): number | undefined => {
    if (wish === undefined) return candidates[0];
    let best: number | undefined;
    let shortest = Number.POSITIVE_INFINITY;
    for (const slot of candidates) {
      const { x, y } = slotCentre(group, slot);
      const distance = Math.hypot(x - wish.x, y - wish.y);
      if (distance < shortest) [best, shortest] = [slot, distance];
    }
    return best;
  };
  const free = nearest(all.filter((slot) => !holders.has(slot)));
  if (free !== undefined) return free;
  const left = nearest(all.filter((slot) => !present.has(holders.get(slot) ?? '')));
  if (left !== undefined) {
    slots.delete(holders.get(left) ?? '');
    return left;
  }
  grow(groups, id);
  return group.cols * group.rows;
}

/** Adds a row to a group and moves down only what would be covered. */
function grow(groups: Map<string, PackedGroup>, id: string): void {
  const group = groups.get(id);
  if (group === undefined) return;
  const grown = { ...group, rows: group.rows + 1, h: group.h + group.cell.h };
  groups.set(id, grown);
  push(groups, id, grown);
}

const AIR_PX = 22;

function push(groups: Map<string, PackedGroup>, by: string, over: PackedGroup): void {
  for (const [id, group] of groups) {
    if (id === by) continue;
    const beside = group.x >= over.x + over.w || group.x + group.w <= over.x;
    const clear = group.y >= over.y + over.h + AIR_PX / 2 || group.y + group.h <= over.y;
    if (beside || clear) continue;
    const moved = { ...group, y: over.y + over.h + AIR_PX };
    groups.set(id, moved);
    push(groups, id, moved);
  }
}

/** Room for a new group of one: under the column that ends highest. */
function roomForGroup(groups: ReadonlyMap<string, PackedGroup>, boxed: boolean): PackedGroup {
  const first = groups.values().next().value;
  const cell = first?.cell ?? densest();
  const w = cell.w + (boxed ? 2 * PAD_PX : 0);
  const h = cell.h + (boxed ? HEADER_PX + PAD_PX : 0);
  let best = { x: 0, y: Number.POSITIVE_INFINITY };
  for (const { x } of groups.values()) {
    let y = Number.NEGATIVE_INFINITY;
    for (const other of groups.values()) {
      if (other.x < x + w && other.x + other.w > x) y = Math.max(y, other.y + other.h + AIR_PX);
    }
    if (y < best.y || (y === best.y && x < best.x)) best = { x, y };
  }
  if (!Number.isFinite(best.y)) best = { x: 0, y: 0 };
  return { ...best, w, h, cols: 1, rows: 1, cell, boxed };
}

/** Remembers where the reader put a peer. */
export function drag(placement: Placement, peer: string, to: Point): Placement {
  return { ...placement, dragged: new Map(placement.dragged).set(peer, to) };
}

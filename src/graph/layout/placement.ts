/**
 * Where every peer stands, and the policy that keeps it there (DESIGN §5 "Still"): who is known keeps its cell,
 * a newcomer gets the free cell of its own box nearest to its neighbours, a full box grows and pushes only what is below.
 * Pure: the previous placement goes in, the next comes out; the reader's drags win over both.
 */
import type { GraphLink, GraphPeer } from '../flow-graph';
import { assignCells, assigningCells, type CellLink, type Point, slotCentre } from './cells';
import { groupOf, isBoxed, isIsland } from './groups';
import {
  anchorNames,
  anchorOf,
  frameFor,
  islandCell,
  openIslands,
  roomForGroup,
  withIslands,
} from './islands';
import { type CellSize, DENSEST_CELL, type PackedGroup, packing } from './packing';
import { openSlotBook, type Slot } from './slotting';
import { finish, type Steps } from './steps';

export interface Placement {
  groups: ReadonlyMap<string, PackedGroup>;
  slots: ReadonlyMap<string, Slot>;
  /**
   * The frames with every box as usual, where some are shown fuller (islands) and pushed others away: collapsing returns
   * to them. Absent where that never happened.
   */
  homes?: ReadonlyMap<string, PackedGroup>;
  /** The cells that peers left when their box was opened or closed, by group and peer: where they return to. */
  parked?: ReadonlyMap<string, Slot>;
  /** Where the reader dragged a peer; centre of its mark. */
  dragged: ReadonlyMap<string, Point>;
  /** The zoom at which the map was made to fit. */
  zoom: number;
  /** Counts how often everything was laid out anew: then the camera must look anew too. */
  generation: number;
  /** Columns around a peer in focus (layers.ts) instead of boxes. */
  layered?: boolean;
}

export interface LayoutInput {
  peers: readonly GraphPeer[];
  links: readonly GraphLink[];
  viewport: CellSize;
}

/** Centre of a peer's mark in map units, or undefined for a peer the placement does not know. */
export function centreOf(
  placement: Pick<Placement, 'groups' | 'slots' | 'dragged'>,
  peer: string,
): Point | undefined {
  const moved = placement.dragged.get(peer);
  if (moved !== undefined) return moved;
  const place = placement.slots.get(peer);
  const group = place === undefined ? undefined : placement.groups.get(place.group);
  return place === undefined || group === undefined ? undefined : slotCentre(group, place.slot);
}

/** The cell a peer's mark and name may fill. */
export function cellOf(placement: Placement, peer: string): CellSize {
  const place = placement.slots.get(peer);
  return (place === undefined ? undefined : placement.groups.get(place.group)?.cell) ?? DENSEST_CELL;
}

/** Lays everything out from nothing. */
export const layOut = (...args: Parameters<typeof layingOut>): Placement => finish(layingOut(...args));

/** The same in steps, for whoever may have to give it up. */
export function* layingOut(
  input: LayoutInput,
  dragged: ReadonlyMap<string, Point> = new Map(),
  generation = 0,
): Steps<Placement> {
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
  const packed = yield* packing(
    [...members].map(([id, list]) => ({
      id,
      count: list.length,
      boxed: isBoxed(id),
      lean: leans.group(id, list),
    })),
    input.viewport,
    (a, b) => between.get(pairKey(a, b)) ?? 0,
  );
  yield;
  const cells = yield* assigningCells(
    packed.groups,
    new Map([...members].map(([id, list]) => [id, list.map((peer) => peer.id)])),
    links,
  );
  const slots = new Map<string, Slot>();
  for (const [peer, slot] of cells) slots.set(peer, { group: groupIds.get(peer) ?? '', slot });
  return { groups: packed.groups, slots, dragged, zoom: packed.zoom, generation };
}

/** Measured links shape the map; DNS and its like touch everything and say little about who belongs beside whom. */
const weightOf = ({ bytes, handshake }: GraphLink): number =>
  (handshake.tcp > 0 ? 1 : 0.25) * (1 + Math.log10(1 + bytes));

function weigh(links: readonly GraphLink[]): CellLink[] {
  return links
    .map((link) => ({ from: link.from, to: link.to, weight: weightOf(link) }))
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
 * The next placement: everybody known stays; newcomers are slotted in, and boxes shown fuller than usual become islands
 * in place. Starts afresh only when there is nothing to keep, or when newcomers outnumber what the map was made for
 * (a cleared filter), where keeping would scatter them.
 */
export const settle = (...args: Parameters<typeof settling>): Placement => finish(settling(...args));

/** The same in steps: only a layout from nothing takes long enough to have several. */
export function* settling(previous: Placement | undefined, input: LayoutInput): Steps<Placement> {
  if (previous === undefined || previous.slots.size === 0) return yield* layingOut(input, previous?.dragged);
  const newcomers = input.peers.filter((peer) => !isSettled(previous, peer));
  const ordinary = newcomers.filter(({ island }) => island === undefined).length;
  if (ordinary > Math.max(12, previous.slots.size)) {
    return yield* layingOut(input, previous.dragged, previous.generation + 1);
  }
  const homes = homesOf(previous);
  const open = openIslands(input.peers);
  if (newcomers.length === 0) {
    const isSame = [...previous.groups.keys()].filter(isIsland).every((id) => open.delete(id));
    if (isSame && open.size === 0) return previous;
    return { ...previous, homes, groups: withIslands(homes, openIslands(input.peers)) };
  }
  const kept: Standing = {
    groups: new Map(homes),
    slots: new Map(previous.slots),
    parked: new Map(previous.parked),
    present: new Set(input.peers.map(({ id }) => id)),
  };
  slotNewcomers(kept, comeBack(kept, newcomers), input);
  const groups = withIslands(kept.groups, open);
  const hadIslands = previous.homes !== undefined || open.size > 0;
  return {
    ...previous,
    groups,
    slots: kept.slots,
    ...(hadIslands ? { homes: kept.groups, parked: kept.parked } : {}),
  };
}

/**
 * The first placement of a view: as the one before it stands, unless what came with it (an opened box, a raised limit)
 * no longer fits so. Then, and only because the reader asked for another view, everything is laid out anew.
 */
export function* openingView(previous: Placement, input: LayoutInput): Steps<Placement> {
  const settled = yield* settling(previous, input);
  if (settled === previous || settled.generation !== previous.generation) return settled;
  const zoom = zoomToFit(settled, input);
  if (zoom >= CRAMPED_ZOOM) return settled;
  const anew = yield* layingOut(input, previous.dragged, previous.generation + 1);
  return zoomToFit(anew, input) < WORTH_IT * zoom ? settled : anew;
}

/** Below this zoom names have to be shortened, and the densest cells begin to lose theirs. */
const CRAMPED_ZOOM = 0.75;
/** A layout that moves everybody must show so much more. */
const WORTH_IT = 1.25;

/** The zoom at which all boxes that somebody stands in fit the viewport, 1 at most. */
function zoomToFit({ groups, slots }: Placement, { peers, viewport }: LayoutInput): number {
  const shown = new Set(peers.map(({ id }) => slots.get(id)?.group ?? ''));
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const id of shown) {
    const frame = groups.get(id);
    if (frame === undefined) continue;
    left = Math.min(left, frame.x);
    top = Math.min(top, frame.y);
    right = Math.max(right, frame.x + frame.w);
    bottom = Math.max(bottom, frame.y + frame.h);
  }
  return left > right ? 1 : Math.min(1, viewport.w / (right - left), viewport.h / (bottom - top));
}

/** The frames where no box is shown fuller than usual: what collapsing returns to. */
const homesOf = (placement: Placement): ReadonlyMap<string, PackedGroup> =>
  placement.homes ?? placement.groups;

/** Who stands outside stays where it is even when it turns from client to server: only a new box asks for a new cell. */
function isSettled(placement: Placement, peer: GraphPeer): boolean {
  const group = placement.slots.get(peer.id)?.group;
  if (group === undefined) return false;
  const wanted = groupOf(peer);
  return group === wanted || !(isBoxed(wanted) || isIsland(wanted) || isIsland(group));
}

interface Standing {
  groups: Map<string, PackedGroup>;
  slots: Map<string, Slot>;
  parked: Map<string, Slot>;
  present: ReadonlySet<string>;
}

const parkingKey = (group: string, peer: string): string => `${group}\u001f${peer}`;

/** Parks the cells that peers leave for another group, and gives back the cells parked there; returns who needs a new one. */
function comeBack(kept: Standing, newcomers: readonly GraphPeer[]): GraphPeer[] {
  const moving = newcomers.filter(({ id }) => kept.slots.has(id));
  if (moving.length === 0 && kept.parked.size === 0) return [...newcomers];
  for (const { id } of moving) {
    const slot = kept.slots.get(id);
    if (slot !== undefined) kept.parked.set(parkingKey(slot.group, id), slot);
    kept.slots.delete(id);
  }
  const holders = new Map([...kept.slots].map(([peer, { group, slot }]) => [`${group} ${slot}`, peer]));
  return newcomers.filter((peer) => {
    const key = parkingKey(groupOf(peer), peer.id);
    const parked = kept.parked.get(key);
    if (parked === undefined) return true;
    kept.parked.delete(key);
    const holder = holders.get(`${parked.group} ${parked.slot}`);
    if (holder !== undefined && kept.present.has(holder)) return true;
    if (holder !== undefined) kept.slots.delete(holder);
    kept.slots.set(peer.id, parked);
    return false;
  });
}

/** One by one into free cells; groups nobody has seen, and islands that were outgrown, are laid out on their own. */
function slotNewcomers(kept: Standing, newcomers: readonly GraphPeer[], input: LayoutInput): void {
  const byGroup = new Map<string, GraphPeer[]>();
  for (const peer of [...newcomers].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const id = groupOf(peer);
    const list = byGroup.get(id);
    if (list === undefined) byGroup.set(id, [peer]);
    else list.push(peer);
  }
  const pulls = pullsOn(newcomers, input.links);
  const wishOf = (peer: string) =>
    barycentre(pulls.get(peer) ?? [], (other) => centreOf({ ...kept, dragged: NOWHERE }, other));
  const single: GraphPeer[] = [];
  for (const [id, peers] of [...byGroup].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const frame = kept.groups.get(id);
    const capacity = frame === undefined ? 0 : frame.cols * frame.rows;
    const own = input.peers.filter((peer) => groupOf(peer) === id);
    if (frame === undefined || (isIsland(id) && own.length > capacity)) {
      layOutIsland(kept, id, own, input);
    } else single.push(...peers);
  }
  if (single.length === 0) return;
  const book = openSlotBook(kept.groups, kept.slots, kept.present);
  for (const peer of single) book.take(peer.id, groupOf(peer), wishOf(peer.id));
}

const NOWHERE: ReadonlyMap<string, Point> = new Map();

/** Lays out one group on its own: an island in place of the box it stands for, or a new box where there is room. */
function layOutIsland(kept: Standing, id: string, peers: readonly GraphPeer[], input: LayoutInput): void {
  const anchor = isIsland(id) ? kept.groups.get(anchorOf(kept.groups, id)) : undefined;
  const usual = [...kept.groups].flatMap(([other, frame]) => (isIsland(other) ? [] : [frame]));
  const { cell, tight } = anchor ?? usual[0] ?? { cell: DENSEST_CELL, tight: true };
  const size = isIsland(id) ? islandCell(peers.length, cell, input.viewport) : cell;
  const shape = frameFor(peers.length, size, isBoxed(id), tight);
  // What an island covers is worked out from the homes, anew each time; a new group goes where it covers nothing, but
  // a box that was open from the start closes where it is.
  const opened = [...kept.groups].find(([other]) => isIsland(other) && anchorNames(other).includes(id))?.[1];
  const { x, y } = anchor ?? opened ?? roomForGroup(usual, shape);
  const frame = { ...shape, x, y };
  kept.groups.set(id, frame);
  const links = weigh(input.links);
  const lean = leanOf(links);
  const members = [...peers]
    .sort((a, b) => lean.peer(b.id) - lean.peer(a.id) || (a.id < b.id ? -1 : 1))
    .map((peer) => peer.id);
  const slots = assignCells(new Map([[id, frame]]), new Map([[id, members]]), links, (peer) =>
    centreOf({ ...kept, dragged: NOWHERE }, peer),
  );
  for (const [peer, slot] of slots) kept.slots.set(peer, { group: id, slot });
}

type Pull = { other: string; weight: number };

/** The links of the newcomers only: a poll has few newcomers and many links. */
function pullsOn(newcomers: readonly GraphPeer[], links: readonly GraphLink[]): Map<string, Pull[]> {
  const pulls = new Map<string, Pull[]>(newcomers.map(({ id }) => [id, []]));
  for (const link of links) {
    const [from, to] = [pulls.get(link.from), pulls.get(link.to)];
    if (link.from === link.to || (from === undefined && to === undefined)) continue;
    const weight = weightOf(link);
    from?.push({ other: link.to, weight });
    to?.push({ other: link.from, weight });
  }
  // An answer's order is unspecified, and sums of fractions depend on it.
  for (const list of pulls.values()) list.sort((a, b) => (a.other < b.other ? -1 : 1));
  return pulls;
}

function barycentre(pulls: readonly Pull[], at: (peer: string) => Point | undefined): Point | undefined {
  let sum = 0;
  let x = 0;
  let y = 0;
  for (const { other, weight } of pulls) {
    const there = at(other);
    if (there === undefined) continue;
    sum += weight;
    x += there.x * weight;
    y += there.y * weight;
  }
  return sum === 0 ? undefined : { x: x / sum, y: y / sum };
}

/** Remembers where the reader put a peer. */
export function drag(placement: Placement, peer: string, to: Point): Placement {
  return { ...placement, dragged: new Map(placement.dragged).set(peer, to) };
}

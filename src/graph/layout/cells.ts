/**
 * Which cell of its group each peer gets: cells cannot overlap, so neither can peers or their names.
 * Starts from clients left, servers right, and swaps while links get shorter. Deterministic; never leaves a group.
 */
import { frameSize, type PackedGroup } from './packing';
import { finish, type Steps } from './steps';

export interface Point {
  x: number;
  y: number;
}

export interface CellLink {
  from: string;
  to: string;
  /** How much a short line matters for this link. */
  weight: number;
}

/** The mark stands in the upper part of its cell; the name has the rest. */
const MARK_AT = 0.4;
/** Every other row is shifted by this part of a cell, so that a straight link does not run through a row of marks. */
const STAGGER = 0.16;

/** Centre of the mark in cell `slot` (row-major) of a group. */
export function slotCentre(group: PackedGroup, slot: number): Point {
  const col = slot % group.cols;
  const row = Math.floor(slot / group.cols);
  const shift = group.cols > 1 && group.straight !== true ? (row % 2 === 0 ? -STAGGER : STAGGER) / 2 : 0;
  const { left, top } = frameSize(group);
  return {
    x: group.x + left + (col + 0.5 + shift) * group.cell.w,
    y: group.y + top + (row + MARK_AT) * group.cell.h,
  };
}

/** Big groups try this many partners a peer instead of all: quality levels off, time does not. */
const PARTNERS = 48;
const PASSES = 6;
/** About 0.3 s of swaps on a slow core for the largest maps. */
const MOST_TRIALS = 1_500_000;

/**
 * Gives each member of each group a slot. `members` keeps the order clients → servers within a group.
 * Returns slot numbers by peer id; slots beyond the number of members stay free for newcomers. `standing` tells where
 * peers of other groups stand that are not to be moved.
 */
export const assignCells = (...args: Parameters<typeof assigningCells>): Map<string, number> =>
  finish(assigningCells(...args));

/** The same in steps of some hundred swaps. */
export function* assigningCells(
  groups: ReadonlyMap<string, PackedGroup>,
  members: ReadonlyMap<string, readonly string[]>,
  links: readonly CellLink[],
  standing: (peer: string) => Point | undefined = () => undefined,
): Steps<Map<string, number>> {
  const slots = new Map<string, number>();
  const at = new Map<string, Point>();
  for (const [id, peers] of members) {
    const group = groups.get(id);
    if (group === undefined) continue;
    columnMajor(peers.length, group).forEach((slot, index) => {
      const peer = peers[index];
      if (peer === undefined) return;
      slots.set(peer, slot);
      at.set(peer, slotCentre(group, slot));
    });
  }
  for (const { from, to } of links) {
    for (const peer of [from, to]) {
      const point = at.has(peer) ? undefined : standing(peer);
      if (point !== undefined) at.set(peer, point);
    }
  }
  const neighbours = adjacency(links, at);
  let trials = 0;
  for (let pass = 0; pass < PASSES; pass++) {
    let improved = false;
    for (const [id, peers] of members) {
      const group = groups.get(id);
      if (group === undefined || group.cols * group.rows < 2) continue;
      const holder: (string | undefined)[] = new Array(group.cols * group.rows).fill(undefined);
      for (const peer of peers) holder[slots.get(peer) ?? 0] = peer;
      const random = sequence(peers.length * 7919 + pass);
      for (const peer of peers) {
        if (trials > MOST_TRIALS) return slots;
        yield;
        const partners = holder.length <= PARTNERS ? holder.length : PARTNERS;
        for (let k = 0; k < partners; k++) {
          const target = holder.length <= PARTNERS ? k : random() % holder.length;
          trials += (neighbours.get(peer)?.length ?? 0) + 1;
          if (trySwap(peer, target, group, holder, slots, at, neighbours)) improved = true;
        }
      }
    }
    if (!improved) break;
  }
  return slots;
}

/** Slots in the order they are filled: column by column, so that the first members stand left. */
function columnMajor(count: number, group: PackedGroup): number[] {
  const order: number[] = [];
  for (let col = 0; col < group.cols; col++) {
    for (let row = 0; row < group.rows; row++) order.push(row * group.cols + col);
  }
  return order.slice(0, Math.max(count, 0));
}

type Neighbours = Map<string, { other: string; weight: number }[]>;

function adjacency(links: readonly CellLink[], at: ReadonlyMap<string, Point>): Neighbours {
  const found: Neighbours = new Map();
  const add = (a: string, b: string, weight: number) => {
    const list = found.get(a);
    if (list === undefined) found.set(a, [{ other: b, weight }]);
    else list.push({ other: b, weight });
  };
  for (const { from, to, weight } of links) {
    if (from === to || !at.has(from) || !at.has(to)) continue;
    add(from, to, weight);
    add(to, from, weight);
  }
  return found;
}

function pull(
  peer: string,
  from: Point,
  except: string | undefined,
  at: ReadonlyMap<string, Point>,
  neighbours: Neighbours,
): number {
  let sum = 0;
  for (const { other, weight } of neighbours.get(peer) ?? []) {
    if (other === except) continue;
    const there = at.get(other);
    if (there !== undefined) sum += weight * Math.hypot(there.x - from.x, there.y - from.y);
  }
  return sum;
}

function trySwap(
  peer: string,
  target: number,
  group: PackedGroup,
  holder: (string | undefined)[],
  slots: Map<string, number>,
  at: Map<string, Point>,
  neighbours: Neighbours,
): boolean {
  const here = slots.get(peer);
  if (here === undefined || here === target) return false;
  const other = holder[target];
  const from = slotCentre(group, here);
  const to = slotCentre(group, target);
  let gain = pull(peer, from, other, at, neighbours) - pull(peer, to, other, at, neighbours);
  if (other !== undefined)
    gain += pull(other, to, peer, at, neighbours) - pull(other, from, peer, at, neighbours);
  // A gain under a pixel is noise of floating point, not a better map.
  if (gain < 1) return false;
  holder[target] = peer;
  holder[here] = other;
  slots.set(peer, target);
  at.set(peer, to);
  if (other !== undefined) {
    slots.set(other, here);
    at.set(other, from);
  }
  return true;
}

/** A small deterministic sequence (Lehmer): the layout must not depend on Math.random. */
function sequence(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state;
  };
}

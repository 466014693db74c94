/**
 * Which cell a newcomer gets in a map that stands: free cells and cells of peers that left; a full group grows.
 * Moves nobody who is there. Mutates the frames and slots it is opened on: the working copy of one settling.
 */
import { type Point, slotCentre } from './cells';
import { isIsland } from './groups';
import { frameSize, type PackedGroup } from './packing';
import { push } from './pushing';

export interface Slot {
  group: string;
  slot: number;
}

export interface SlotBook {
  /** Gives `peer` a cell of `group`, nearest to `wish` where that is known. The group must exist. */
  take(peer: string, group: string, wish: Point | undefined): void;
}

/** `present` are the peers of the graph: cells of others may be taken over. */
export function openSlotBook(
  groups: Map<string, PackedGroup>,
  slots: Map<string, Slot>,
  present: ReadonlySet<string>,
): SlotBook {
  const books = new Map<string, (string | undefined)[]>();
  for (const [peer, { group, slot }] of slots) {
    let book = books.get(group);
    if (book === undefined) {
      book = [];
      books.set(group, book);
    }
    book[slot] = peer;
  }
  const bookOf = (group: string): (string | undefined)[] => {
    const known = books.get(group);
    if (known !== undefined) return known;
    const made: (string | undefined)[] = [];
    books.set(group, made);
    return made;
  };

  return {
    take(peer, group, wish) {
      const frame = groups.get(group);
      if (frame === undefined) return;
      const before = slots.get(peer);
      if (before !== undefined) {
        delete books.get(before.group)?.[before.slot];
        slots.delete(peer);
      }
      const book = bookOf(group);
      const slot = chooseSlot(peer, frame, book, present, wish) ?? makeRoom(groups, group, slots, books);
      const holder = bookOf(group)[slot];
      if (holder !== undefined) slots.delete(holder);
      bookOf(group)[slot] = peer;
      slots.set(peer, { group, slot });
    },
  };
}

/** The cell of a peer of the same workload that left (a rollout changes names, not places); else a free one; else any left. */
function chooseSlot(
  peer: string,
  frame: PackedGroup,
  book: readonly (string | undefined)[],
  present: ReadonlySet<string>,
  wish: Point | undefined,
): number | undefined {
  const workload = workloadOf(peer);
  let best: number | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  for (let slot = 0; slot < frame.cols * frame.rows; slot++) {
    const holder = book[slot];
    if (holder !== undefined && present.has(holder)) continue;
    const rank = holder === undefined ? 1 : workloadOf(holder) === workload ? 0 : 2;
    let distance = 0;
    if (wish !== undefined) {
      const { x, y } = slotCentre(frame, slot);
      distance = Math.hypot(x - wish.x, y - wish.y);
    }
    const cost = rank * FAR_PX + distance;
    if (cost < lowest) [best, lowest] = [slot, cost];
  }
  return best;
}

/** Farther than any two cells of a map: a better rank always beats a shorter way. */
const FAR_PX = 1e7;

/** A pod's id without what changes at a rollout: `pod:shop/cart-7d9f8b6c5-x7k2p` → `pod:shop/cart`. */
export const workloadOf = (peer: string): string => peer.replace(/(-[a-f0-9]{6,10})?-[a-z0-9]{5}$/, '');

/** Adds a column where nobody stands in the way, else a row at the bottom; returns the first new cell. */
function makeRoom(
  groups: Map<string, PackedGroup>,
  id: string,
  slots: Map<string, Slot>,
  books: Map<string, (string | undefined)[]>,
): number {
  const group = groups.get(id);
  if (group === undefined) return 0;
  const taller = sized({ ...group, rows: group.rows + 1 });
  const wider = sized({
    ...group,
    cols: group.cols + 1,
    ...(group.cols === 1 ? { straight: true } : {}),
  });
  // What an island covers is nobody's business here (islands.ts), and it is in nobody's way.
  const usual = new Map([...groups].filter(([other]) => !isIsland(other)));
  const isFree = (frame: PackedGroup) =>
    isIsland(id) || [...usual].every(([other, beside]) => other === id || !touches(frame, beside));
  if (!isFree(taller) && isFree(wider)) {
    groups.set(id, wider);
    const book = books.get(id) ?? [];
    const shifted: (string | undefined)[] = [];
    book.forEach((holder, slot) => {
      if (holder === undefined) return;
      const moved = Math.floor(slot / group.cols) * wider.cols + (slot % group.cols);
      shifted[moved] = holder;
      slots.set(holder, { group: id, slot: moved });
    });
    books.set(id, shifted);
    return group.cols;
  }
  groups.set(id, taller);
  if (usual.has(id)) {
    push(usual.set(id, taller), id);
    for (const [other, frame] of usual) groups.set(other, frame);
  }
  return group.cols * group.rows;
}

const sized = (group: PackedGroup): PackedGroup => {
  const { w, h } = frameSize(group);
  return { ...group, w, h };
};

const touches = (a: PackedGroup, b: PackedGroup): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

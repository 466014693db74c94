/**
 * Links that run together: in a dense picture, many links between the same two groups share most of their way, so that
 * the eye follows one strand from box to box instead of a mesh. Knows frames and who stands in which.
 */
import { isAlone } from './groups';
import type { PackedGroup } from './packing';
import { centreOf, type Placement } from './placement';

/** Two control points of a cubic curve, map units: x1, y1, x2, y2. */
export type Way = readonly [number, number, number, number];

/** With fewer links in the picture each can be followed on its own. */
const DENSE_LINKS = 250;
/** A strand of fewer links says no more than the links. */
const FEWEST_IN_STRAND = 7;
/** How far out of its box a strand is tied, as part of the way to the other box. */
const TIED_AT = 0.18;

/**
 * The way of each link that runs in a strand, by its index; the others are drawn on their own. `together` says which
 * links may: one in trouble must not drown in a strand.
 */
export function bundle(
  links: readonly { from: string; to: string }[],
  placement: Placement,
  together: (index: number) => boolean,
): Map<number, Way> {
  const ways = new Map<number, Way>();
  if (links.length <= DENSE_LINKS || placement.layered === true) return ways;
  const strands = new Map<string, number[]>();
  for (const [index, { from, to }] of links.entries()) {
    const [a, b] = [groupIn(placement, from), groupIn(placement, to)];
    if (a === undefined || b === undefined || a === b || !together(index)) continue;
    const key = a < b ? `${a}\u001f${b}` : `${b}\u001f${a}`;
    const strand = strands.get(key);
    if (strand === undefined) strands.set(key, [index]);
    else strand.push(index);
  }
  for (const [key, strand] of strands) {
    if (strand.length < FEWEST_IN_STRAND) continue;
    const [a = '', b = ''] = key.split('\u001f');
    const [one, other] = [placement.groups.get(a), placement.groups.get(b)];
    if (one === undefined || other === undefined) continue;
    const way = wayBetween(one, other);
    const back: Way = [way[2], way[3], way[0], way[1]];
    for (const index of strand)
      ways.set(index, groupIn(placement, links[index]?.from ?? '') === a ? way : back);
  }
  return ways;
}

/** The group a peer stands in; none for who stands alone, or where the reader put it. */
function groupIn(placement: Placement, peer: string): string | undefined {
  if (placement.dragged.has(peer) || centreOf(placement, peer) === undefined) return undefined;
  const group = placement.slots.get(peer)?.group;
  return group === undefined || isAlone(group) ? undefined : group;
}

function wayBetween(a: PackedGroup, b: PackedGroup): Way {
  const [from, to] = [middle(a), middle(b)];
  const [out, into] = [rim(a, from, to), rim(b, to, from)];
  const [dx, dy] = [into.x - out.x, into.y - out.y];
  return [out.x + dx * TIED_AT, out.y + dy * TIED_AT, into.x - dx * TIED_AT, into.y - dy * TIED_AT];
}

const middle = ({ x, y, w, h }: PackedGroup) => ({ x: x + w / 2, y: y + h / 2 });

/** Where the straight way from the middle of a frame to a point outside leaves the frame. */
function rim(frame: PackedGroup, from: { x: number; y: number }, to: { x: number; y: number }) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const reach = Math.min(
    dx === 0 ? Number.POSITIVE_INFINITY : frame.w / 2 / Math.abs(dx),
    dy === 0 ? Number.POSITIVE_INFINITY : frame.h / 2 / Math.abs(dy),
  );
  const part = Math.min(1, reach);
  return { x: from.x + dx * part, y: from.y + dy * part };
}

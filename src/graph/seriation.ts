/**
 * Seriation: an order in which things that are alike stand side by side. Average-linkage clustering, then the optimal
 * order of its leaves (Bar-Joseph, Gifford and Jaakkola 2001); past a size the greedy one (Gruvaeus and Wainer 1972).
 * Pure, exact and the same for the same input; refuses to know what the things are.
 */
import type { Steps } from './layout/steps';

/** Distances between `count` things, row by row: symmetric, none negative. */
export interface Distances {
  count: number;
  between: Float64Array;
}

/** The optimal order takes time by the cube: 600 things take a quarter of a second. */
const MOST_OPTIMAL = 600;

/** Two clusters made one. Children below `count` are things, from there on earlier merges. */
interface Merge {
  left: number;
  right: number;
}

/** Indices of the things in an order whose neighbours are close. Ties go to the lower index. */
export function* seriate(distances: Distances, mostOptimal = MOST_OPTIMAL): Steps<number[]> {
  const { count } = distances;
  if (count < 3) return Array.from({ length: count }, (_, index) => index);
  const merges = yield* cluster(distances);
  return count <= mostOptimal ? yield* orderOptimally(distances, merges) : joinGreedily(distances, merges);
}

/** How long the way along an order is. */
export function lengthOf({ count, between }: Distances, order: readonly number[]): number {
  let length = 0;
  for (let at = 1; at < order.length; at++)
    length += between[(order[at - 1] ?? 0) * count + (order[at] ?? 0)] ?? 0;
  return length;
}

/** Average linkage by chains of nearest neighbours: quadratic, and the tree is that of the textbook. */
function* cluster({ count, between }: Distances): Steps<Merge[]> {
  const far = Float64Array.from(between);
  const sizes = new Float64Array(count).fill(1);
  /** What stands in a row of the table now: a thing, later the cluster it became. */
  const names = Array.from({ length: count }, (_, index) => index);
  const isThere = new Uint8Array(count).fill(1);
  const merges: Merge[] = [];
  const chain: number[] = [];
  while (merges.length < count - 1) {
    yield;
    if (chain.length === 0) chain.push(isThere.indexOf(1));
    const last = chain.at(-1) ?? 0;
    const before = chain.at(-2);
    // The one before wins a tie, or the chain could run in circles.
    let nearest = before ?? -1;
    let least = before === undefined ? Number.POSITIVE_INFINITY : (far[last * count + before] ?? 0);
    for (let other = 0; other < count; other++) {
      const distance = far[last * count + other] ?? 0;
      if (other !== last && isThere[other] === 1 && distance < least) [nearest, least] = [other, distance];
    }
    if (nearest !== before) {
      chain.push(nearest);
      continue;
    }
    chain.length -= 2;
    const [keep, drop] = last < nearest ? [last, nearest] : [nearest, last];
    const [a, b] = [sizes[keep] ?? 1, sizes[drop] ?? 1];
    for (let other = 0; other < count; other++) {
      if (other === keep || other === drop || isThere[other] === 0) continue;
      const mean = (a * (far[keep * count + other] ?? 0) + b * (far[drop * count + other] ?? 0)) / (a + b);
      far[keep * count + other] = mean;
      far[other * count + keep] = mean;
    }
    isThere[drop] = 0;
    sizes[keep] = a + b;
    merges.push({ left: names[keep] ?? 0, right: names[drop] ?? 0 });
    names[keep] = count + merges.length - 1;
  }
  return merges;
}

/** A cluster's leaves are the places `from` up to `to`; its two parts meet at `middle`. */
interface Span {
  from: number;
  middle: number;
  to: number;
  parts: [Span, Span] | undefined;
}

/** The tree with its leaves in one row: `leaves[place]` is a thing. Parts come before the whole. */
function layOut(count: number, merges: readonly Merge[]): { leaves: number[]; spans: Span[] } {
  const leaves: number[] = [];
  const made: (Span | undefined)[] = [];
  const open = [{ node: count + merges.length - 1, isBack: false }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, isBack } = next;
    const merge = merges[node - count];
    if (merge === undefined) {
      leaves.push(node);
      const from = leaves.length - 1;
      made[node] = { from, middle: from, to: from + 1, parts: undefined };
    } else if (!isBack) {
      open.push(
        { node, isBack: true },
        { node: merge.right, isBack: false },
        { node: merge.left, isBack: false },
      );
    } else {
      const [left, right] = [made[merge.left], made[merge.right]];
      if (left !== undefined && right !== undefined)
        made[node] = { from: left.from, middle: right.from, to: right.to, parts: [left, right] };
    }
  }
  return { leaves, spans: merges.flatMap((_, index) => made[count + index] ?? []) };
}

/** The places that can be the other end when a cluster starts at `place`: those of the other part. */
function opposite(span: Span, place: number): readonly [number, number] {
  if (span.parts === undefined) return [place, place + 1];
  return place < span.middle ? [span.middle, span.to] : [span.from, span.middle];
}

function* orderOptimally({ count, between }: Distances, merges: readonly Merge[]): Steps<number[]> {
  const { leaves, spans } = layOut(count, merges);
  const near = new Float64Array(count * count);
  for (let a = 0; a < count; a++)
    for (let b = 0; b < count; b++)
      near[a * count + b] = between[(leaves[a] ?? 0) * count + (leaves[b] ?? 0)] ?? 0;
  // The shortest way through the smallest cluster that holds both places, from the one to the other.
  const best = new Float64Array(count * count);
  const reach = new Float64Array(count);
  for (const { from, middle, to, parts } of spans) {
    if (parts === undefined) continue;
    const [left, right] = parts;
    for (let first = from; first < middle; first++) {
      yield;
      const [low, high] = opposite(left, first);
      for (let joint = middle; joint < to; joint++) {
        let least = Number.POSITIVE_INFINITY;
        for (let end = low; end < high; end++) {
          const way = (best[first * count + end] ?? 0) + (near[joint * count + end] ?? 0);
          if (way < least) least = way;
        }
        reach[joint] = least;
      }
      for (let last = middle; last < to; last++) {
        const [start, stop] = opposite(right, last);
        let least = Number.POSITIVE_INFINITY;
        for (let joint = start; joint < stop; joint++) {
          const way = (reach[joint] ?? 0) + (best[last * count + joint] ?? 0);
          if (way < least) least = way;
        }
        best[first * count + last] = least;
        best[last * count + first] = least;
      }
    }
  }
  const whole = spans.at(-1);
  return whole === undefined
    ? leaves
    : retrace(whole, { count, near, best }).map((place) => leaves[place] ?? 0);
}

interface Tables {
  count: number;
  near: Float64Array;
  best: Float64Array;
}

/** From the table of lengths to the order itself, as places. */
function retrace(whole: Span, { count, near, best }: Tables): number[] {
  let ends: [number, number] = [whole.from, whole.middle];
  for (let first = whole.from; first < whole.middle; first++)
    for (let last = whole.middle; last < whole.to; last++)
      if ((best[first * count + last] ?? 0) < (best[ends[0] * count + ends[1]] ?? 0)) ends = [first, last];
  const order: number[] = [];
  const open: { span: Span; first: number; last: number }[] = [
    { span: whole, first: ends[0], last: ends[1] },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { span, first, last } = next;
    if (span.parts === undefined) {
      order.push(first);
      continue;
    }
    const [near1, near2] = first < span.middle ? span.parts : [span.parts[1], span.parts[0]];
    const [low, high] = opposite(near1, first);
    const [start, stop] = opposite(near2, last);
    let least = Number.POSITIVE_INFINITY;
    let joint: [number, number] = [low, start];
    for (let end = low; end < high; end++)
      for (let begin = start; begin < stop; begin++) {
        const way =
          (best[first * count + end] ?? 0) +
          (near[end * count + begin] ?? 0) +
          (best[begin * count + last] ?? 0);
        if (way < least) [least, joint] = [way, [end, begin]];
      }
    open.push({ span: near2, first: joint[1], last }, { span: near1, first, last: joint[0] });
  }
  return order;
}

/** At each merge the parts are turned so that the nearest two of their four ends meet. */
function joinGreedily({ count, between }: Distances, merges: readonly Merge[]): number[] {
  const made: number[][] = Array.from({ length: count }, (_, index) => [index]);
  for (const { left, right } of merges) {
    const [a, b] = [made[left] ?? [], made[right] ?? []];
    const far = (x: number | undefined, y: number | undefined) => between[(x ?? 0) * count + (y ?? 0)] ?? 0;
    const ways = [far(a.at(-1), b[0]), far(a.at(-1), b.at(-1)), far(a[0], b[0]), far(a[0], b.at(-1))];
    const best = ways.indexOf(Math.min(...ways));
    made.push([...(best < 2 ? a : [...a].reverse()), ...(best % 2 === 0 ? b : [...b].reverse())]);
  }
  return made.at(-1) ?? [];
}

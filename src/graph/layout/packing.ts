/**
 * Where the groups go: columns from clients (left) to servers (right), packed to the viewport's shape.
 * Knows only group sizes and how much they talk; refuses to know peers (cells.ts) and earlier positions (placement.ts).
 * Deterministic: the same input gives the same columns.
 */

export interface CellSize {
  w: number;
  h: number;
}

export interface PackGroup {
  id: string;
  /** Peers to house. */
  count: number;
  /** Boxed groups draw a frame with a title; the others are only kept together. */
  boxed: boolean;
  /** 1 = only sends requests, -1 = only receives them. */
  lean: number;
}

export interface PackedGroup {
  x: number;
  y: number;
  w: number;
  h: number;
  cols: number;
  rows: number;
  cell: CellSize;
  boxed: boolean;
}

/** Room for a namespace's name above its peers, and air around them. */
export const HEADER_PX = 26;
export const PAD_PX = 10;
/** Wide enough for a link to pass between two boxes and still be followed. */
const COLUMN_GAP_PX = 28;
const SHELF_GAP_PX = 16;
/** Slack is given to gaps and cells only up to here: a map of four peers should not be torn apart. */
const WIDEST_COLUMN_GAP_PX = 150;
const WIDEST_SHELF_GAP_PX = 56;
const MOST_STRETCH = 1.35;

/** From roomy to dense; the densest still fits a 26 px mark above an 11 px name of about a dozen characters. */
export const CELL_STEPS: readonly CellSize[] = [
  { w: 164, h: 92 },
  { w: 142, h: 82 },
  { w: 122, h: 74 },
  { w: 106, h: 66 },
  { w: 94, h: 58 },
];

/**
 * What is tried in turn: roomy cells in airy columns (boxes side by side from clients to servers, about as wide as high);
 * then, where room is short, denser cells, and boxes of any shape in as little width as possible.
 */
const STEPS: readonly (readonly [CellSize, boolean])[] = CELL_STEPS.flatMap((cell, step) =>
  step < 2 ? [[cell, true] as const] : [[cell, true] as const, [cell, false] as const],
);

export interface Packing {
  groups: Map<string, PackedGroup>;
  /** The zoom at which the whole fits the viewport; 1 where it fits as it is. */
  zoom: number;
}

/** `link(a, b)` is how much two groups talk (any non-negative scale). `viewport` in CSS px. */
export function pack(
  groups: readonly PackGroup[],
  viewport: CellSize,
  link: (a: string, b: string) => number,
): Packing {
  if (groups.length === 0) return { groups: new Map(), zoom: 1 };
  const ordered = [...groups].sort((a, b) => b.lean - a.lean || (a.id < b.id ? -1 : 1));
  for (const [cell, airy] of STEPS) {
    const columns = intoColumns(ordered, cell, viewport.h, airy);
    if (columns !== undefined && widthOf(columns, cell, airy) <= viewport.w) {
      return { groups: arrange(columns, cell, viewport, link, airy), zoom: 1 };
    }
  }
  const cell = CELL_STEPS[CELL_STEPS.length - 1] ?? { w: 94, h: 58 };
  // Too much for one screen: look for the largest zoom at which it fits, to within 1 %.
  let low = 0.001;
  let high = 1;
  for (let step = 0; step < 24 && high / low > 1.01; step++) {
    const zoom = Math.sqrt(low * high);
    const columns = intoColumns(ordered, cell, viewport.h / zoom);
    if (columns !== undefined && widthOf(columns, cell) <= viewport.w / zoom) low = zoom;
    else high = zoom;
  }
  const room = { w: viewport.w / low, h: viewport.h / low };
  const columns = intoColumns(ordered, cell, room.h) ?? [ordered];
  return { groups: arrange(columns, cell, room, link), zoom: low };
}

/** Whether the groups fit the viewport at no less than `smallestZoom` in the densest cells that still hold a readable name. */
export function fits(groups: readonly PackGroup[], viewport: CellSize, smallestZoom: number): boolean {
  const cell = CELL_STEPS[CELL_STEPS.length - 1] ?? { w: 94, h: 58 };
  const columns = intoColumns(groups, cell, viewport.h / smallestZoom);
  return columns !== undefined && widthOf(columns, cell) <= viewport.w / smallestZoom;
}

interface Shelf {
  groups: { group: PackGroup; cols: number; rows: number }[];
  cols: number;
  rows: number;
  boxed: boolean;
}

const boxWidth = (cols: number, cell: CellSize, boxed: boolean): number =>
  cols * cell.w + (boxed ? 2 * PAD_PX : 0);
const boxHeight = (rows: number, cell: CellSize, boxed: boolean): number =>
  rows * cell.h + (boxed ? HEADER_PX + PAD_PX : 0);

/** Shelves of a column `m` cells wide: each group as flat as the column allows, small ones side by side. */
function shelvesOf(groups: readonly PackGroup[], m: number): Shelf[] {
  const shelves: Shelf[] = [];
  for (const group of groups) {
    const rows = Math.ceil(group.count / m);
    const cols = Math.ceil(group.count / rows);
    const last = shelves[shelves.length - 1];
    if (last !== undefined && last.cols + cols <= m && rows === last.rows) {
      last.groups.push({ group, cols, rows });
      last.cols += cols;
      last.boxed ||= group.boxed;
    } else shelves.push({ groups: [{ group, cols, rows }], cols, rows, boxed: group.boxed });
  }
  return shelves;
}

const shelfHeight = (shelf: Shelf, cell: CellSize): number => boxHeight(shelf.rows, cell, shelf.boxed);

function shelvesHeight(shelves: readonly Shelf[], cell: CellSize): number {
  return shelves.reduce((sum, shelf) => sum + shelfHeight(shelf, cell) + SHELF_GAP_PX, -SHELF_GAP_PX);
}

function shelfWidth(shelf: Shelf, cell: CellSize): number {
  return shelf.groups.reduce(
    (sum, { cols, group }) => sum + boxWidth(cols, cell, group.boxed) + SHELF_GAP_PX,
    -SHELF_GAP_PX,
  );
}

/** The narrowest shelves that keep a column within `height`, or undefined when even the widest do not. */
function columnOf(
  groups: readonly PackGroup[],
  cell: CellSize,
  height: number,
  airy = false,
): Shelf[] | undefined {
  const most = groups.reduce((sum, group) => sum + group.count, 0);
  const largest = groups.reduce((count, group) => Math.max(count, group.boxed ? group.count : 1), 1);
  // A box of four is two by two, of nine three by three.
  for (
    let m = airy ? Math.ceil(Math.sqrt(largest) * 0.9) : 1;
    m <= most;
    m = m < 12 ? m + 1 : Math.ceil(m * 1.15)
  ) {
    const shelves = shelvesOf(groups, m);
    if (shelvesHeight(shelves, cell) <= height) return shelves;
  }
  return undefined;
}

const columnWidth = (shelves: readonly Shelf[], cell: CellSize): number =>
  Math.max(...shelves.map((shelf) => shelfWidth(shelf, cell)));

// Beyond this many groups a column is never useful to consider: it would be a ribbon.
const MOST_IN_COLUMN = 24;

/**
 * Splits the ordered groups into columns of at most `height` by dynamic programming: with the least total width, or
 * airy with the least sum of squared widths, which prefers several narrow columns to one wide one.
 */
function intoColumns(
  groups: readonly PackGroup[],
  cell: CellSize,
  height: number,
  airy = false,
): PackGroup[][] | undefined {
  const best: { cost: number; from: number }[] = [{ cost: 0, from: 0 }];
  for (let end = 1; end <= groups.length; end++) {
    let found = { cost: Number.POSITIVE_INFINITY, from: -1 };
    for (let start = end - 1; start >= 0 && end - start <= MOST_IN_COLUMN; start--) {
      const before = best[start];
      if (before === undefined || before.cost >= found.cost) continue;
      const shelves = columnOf(groups.slice(start, end), cell, height, airy);
      if (shelves === undefined) break;
      const width = columnWidth(shelves, cell) + (start === 0 ? 0 : COLUMN_GAP_PX);
      const cost = before.cost + (airy ? width ** 2 : width);
      if (cost < found.cost) found = { cost, from: start };
    }
    if (found.from < 0) return undefined;
    best.push(found);
  }
  const columns: PackGroup[][] = [];
  for (let end = groups.length; end > 0; ) {
    const from = best[end]?.from ?? 0;
    columns.unshift(groups.slice(from, end));
    end = from;
  }
  // The height is known to be enough for each: remember it beside the columns.
  heights.set(columns, height);
  return columns;
}

const heights = new WeakMap<PackGroup[][], number>();

function widthOf(columns: PackGroup[][], cell: CellSize, airy = false): number {
  const height = heights.get(columns) ?? Number.POSITIVE_INFINITY;
  return columns.reduce(
    (sum, groups) =>
      sum + columnWidth(columnOf(groups, cell, height, airy) ?? shelvesOf(groups, 1), cell) + COLUMN_GAP_PX,
    -COLUMN_GAP_PX,
  );
}

/** Orders the groups of each column by where their neighbours are, then gives every box its place and its slack. */
function arrange(
  columns: PackGroup[][],
  cell: CellSize,
  room: CellSize,
  link: (a: string, b: string) => number,
  airy = false,
): Map<string, PackedGroup> {
  const height = heights.get(columns) ?? room.h;
  const sorted = uncross(columns, link);
  const shelved = sorted.map((groups, index) => {
    const shelves = columnOf(groups, cell, height, airy);
    return shelves ?? columnOf(columns[index] ?? groups, cell, height, airy) ?? shelvesOf(groups, 1);
  });
  const widths = shelved.map((shelves) => columnWidth(shelves, cell));
  const used = widths.reduce((sum, width) => sum + width, 0);
  const gaps = Math.max(1, columns.length - 1);
  const gap = columns.length === 1 ? 0 : clamp((room.w - used) / gaps, COLUMN_GAP_PX, WIDEST_COLUMN_GAP_PX);
  const stretch = clamp((room.w - gap * (columns.length - 1)) / used, 1, MOST_STRETCH);
  const total = used * stretch + gap * (columns.length - 1);
  const placed = new Map<string, PackedGroup>();
  let x = (room.w - total) / 2;
  shelved.forEach((shelves, index) => {
    const width = (widths[index] ?? 0) * stretch;
    placeColumn(shelves, { w: cell.w * stretch, h: cell.h }, x, width, room.h, placed);
    x += width + gap;
  });
  return placed;
}

function placeColumn(
  shelves: readonly Shelf[],
  cell: CellSize,
  x: number,
  width: number,
  height: number,
  placed: Map<string, PackedGroup>,
): void {
  const rows = shelves.reduce((sum, shelf) => sum + shelf.rows, 0);
  const fixed = shelvesHeight(shelves, { w: cell.w, h: 0 });
  const tall = clamp((height - fixed) / (rows * cell.h), 1, MOST_STRETCH);
  const stretched = { w: cell.w, h: cell.h * tall };
  const used = shelvesHeight(shelves, stretched);
  const spare = Math.max(0, height - used);
  const gap =
    shelves.length < 2
      ? 0
      : Math.min(WIDEST_SHELF_GAP_PX, SHELF_GAP_PX + spare / (shelves.length + 1)) - SHELF_GAP_PX;
  let y = (height - used - gap * (shelves.length - 1)) / 2;
  for (const shelf of shelves) {
    const tallest = shelfHeight(shelf, stretched);
    let left = x + Math.max(0, (width - shelfWidth(shelf, stretched)) / 2);
    for (const { group, cols, rows: own } of shelf.groups) {
      const w = boxWidth(cols, stretched, group.boxed);
      const h = boxHeight(own, stretched, group.boxed);
      placed.set(group.id, { x: left, y, w, h, cols, rows: own, cell: stretched, boxed: group.boxed });
      left += w + SHELF_GAP_PX;
    }
    y += tallest + SHELF_GAP_PX + gap;
  }
}

/** A few barycentre sweeps: each column takes the vertical order of what it talks to. */
function uncross(columns: readonly PackGroup[][], link: (a: string, b: string) => number): PackGroup[][] {
  const order = columns.map((column) => [...column]);
  const rank = new Map<string, number>();
  const note = (column: readonly PackGroup[]) => {
    column.forEach((group, index) => {
      rank.set(group.id, (index + 0.5) / column.length);
    });
  };
  order.forEach(note);
  const all = columns.flat();
  for (let sweep = 0; sweep < 4; sweep++) {
    for (const column of sweep % 2 === 0 ? order : [...order].reverse()) {
      const wish = new Map(column.map((group) => [group.id, wishOf(group, column, all, rank, link)]));
      column.sort((a, b) => (wish.get(a.id) ?? 0) - (wish.get(b.id) ?? 0) || (a.id < b.id ? -1 : 1));
      note(column);
    }
  }
  return order;
}

function wishOf(
  group: PackGroup,
  column: readonly PackGroup[],
  all: readonly PackGroup[],
  rank: ReadonlyMap<string, number>,
  link: (a: string, b: string) => number,
): number {
  let weight = 0;
  let sum = 0;
  for (const other of all) {
    if (column.includes(other)) continue;
    const w = link(group.id, other.id);
    weight += w;
    sum += w * (rank.get(other.id) ?? 0.5);
  }
  return weight === 0 ? (rank.get(group.id) ?? 0.5) : sum / weight;
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

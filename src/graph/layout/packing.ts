/**
 * Where the groups go: columns from clients (left) to servers (right), packed to the viewport's shape.
 * Knows only group sizes and how much they talk; refuses to know peers (cells.ts) and earlier positions (placement.ts).
 * Deterministic: the same input gives the same columns.
 */

import { finish, type Steps } from './steps';

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
  /** Framed tightly: less room for the title and around the peers. */
  tight?: boolean;
  /** Rows stand straight below each other: a box of one column that got a second must not shift the first. */
  straight?: boolean;
}

/** What is not cells: room for a namespace's name above its peers, air around them, and gaps between boxes. */
interface Frame {
  header: number;
  pad: number;
  /** Wide enough for a link to pass between two boxes and still be followed. */
  columnGap: number;
  shelfGap: number;
}

const ROOMY: Frame = { header: 26, pad: 10, columnGap: 28, shelfGap: 16 };
/** A title of 13 px still has 4 px above and below it. */
const TIGHT: Frame = { header: 22, pad: 6, columnGap: 18, shelfGap: 10 };
const frameOf = (tight: boolean | undefined): Frame => (tight === true ? TIGHT : ROOMY);

/** Size of a group's frame and where its first cell begins. Unboxed groups have no frame. */
export function frameSize(group: Pick<PackedGroup, 'cols' | 'rows' | 'cell' | 'boxed' | 'tight'>): {
  w: number;
  h: number;
  left: number;
  top: number;
} {
  const { header, pad } = frameOf(group.tight);
  const [left, top] = group.boxed ? [pad, header] : [0, 0];
  return {
    w: group.cols * group.cell.w + 2 * left,
    h: group.rows * group.cell.h + top + left,
    left,
    top,
  };
}

/** Slack is given to gaps and cells only up to here: a map of four peers should not be torn apart. */
const WIDEST_COLUMN_GAP_PX = 150;
const WIDEST_SHELF_GAP_PX = 56;
const MOST_STRETCH = 1.35;

/** From roomy to dense; the densest still fits a 16 px mark above an 11 px name of about nine characters. */
const CELL_STEPS: readonly CellSize[] = [
  { w: 164, h: 92 },
  { w: 142, h: 82 },
  { w: 122, h: 74 },
  { w: 106, h: 66 },
  { w: 94, h: 58 },
  // Flatter, not narrower: a pod's name needs its width longest.
  { w: 84, h: 50 },
  { w: 84, h: 45 },
  { w: 82, h: 41 },
  { w: 70, h: 41 },
];
export const DENSEST_CELL: CellSize = { w: 70, h: 41 };

/** How the columns are made: in cells of which size, airy (boxes about as wide as high) or in as little width as possible. */
interface Step {
  cell: CellSize;
  airy: boolean;
  tight: boolean;
}

/** What is tried in turn: roomy cells in airy columns from clients to servers; where room is short, denser ones, then tight. */
const STEPS: readonly Step[] = CELL_STEPS.flatMap((cell, step): Step[] =>
  step < 2
    ? [{ cell, airy: true, tight: false }]
    : step < 5
      ? [
          { cell, airy: true, tight: false },
          { cell, airy: false, tight: false },
        ]
      : [{ cell, airy: false, tight: true }],
);
const DENSEST: Step = { cell: DENSEST_CELL, airy: false, tight: true };
/** Below the last row a name keeps its height on the screen while its cell shrinks. */
const LAST_NAME_PX = 10;

export interface Packing {
  groups: Map<string, PackedGroup>;
  /** The zoom at which the whole fits the viewport; 1 where it fits as it is. */
  zoom: number;
}

/** Pods are replaced before the old ones go: a free cell in thirty takes them in, where that costs no smaller cells. */
const spareFor = ({ boxed, count }: PackGroup): number =>
  boxed && count >= FEWEST_WITH_SPARE ? Math.ceil(count / 30) : 0;
/** A box of three with an empty fourth looks as if somebody were missing. */
const FEWEST_WITH_SPARE = 5;

/** `link(a, b)` is how much two groups talk (any non-negative scale). `viewport` in CSS px. */
export function* packing(
  groups: readonly PackGroup[],
  viewport: CellSize,
  link: (a: string, b: string) => number,
): Steps<Packing> {
  if (groups.length === 0) return { groups: new Map(), zoom: 1 };
  const ordered = [...groups].sort((a, b) => b.lean - a.lean || (a.id < b.id ? -1 : 1));
  const spacious = ordered.map((group) => ({ ...group, count: group.count + spareFor(group) }));
  for (const step of STEPS) {
    for (const wanted of [spacious, ordered]) {
      yield;
      const columns = intoColumns(wanted, step, viewport.h);
      if (columns !== undefined && widthOf(columns, step) <= viewport.w) {
        return { groups: arrange(columns, step, viewport, link), zoom: 1 };
      }
    }
  }
  const tight = yield* intoSheet(ordered, viewport);
  // Where names are gone anyway, room for growth costs nothing.
  const { columns, room, zoom } = tight.zoom < NAMELESS_ZOOM ? yield* intoSheet(spacious, viewport) : tight;
  return { groups: arrange(columns, DENSEST, room, link), zoom };
}

/** Below this zoom the densest cell holds no name. */
const NAMELESS_ZOOM = 0.7;

function* intoSheet(
  groups: PackGroup[],
  viewport: CellSize,
): Steps<{ columns: Columns; room: CellSize; zoom: number }> {
  const sheet = yield* enlarging(viewport, ({ w, h }) => {
    const columns = intoColumns(groups, DENSEST, h);
    return columns !== undefined && widthOf(columns, DENSEST) <= w;
  });
  const columns = intoColumns(groups, DENSEST, sheet.room.h) ?? { groups: [groups], height: sheet.room.h };
  return { columns, ...sheet };
}

/** Too much for one screen: the smallest sheet of the viewport's shape that `fits`, to within 1 %, and its zoom. */
export const enlarge = (...args: Parameters<typeof enlarging>): { room: CellSize; zoom: number } =>
  finish(enlarging(...args));

function* enlarging(
  viewport: CellSize,
  fits: (sheet: CellSize) => boolean,
): Steps<{ room: CellSize; zoom: number }> {
  const sheetAt = (zoom: number) => ({ w: viewport.w / zoom, h: (viewport.h - LAST_NAME_PX) / zoom });
  let low = 0.001;
  let high = 1;
  for (let step = 0; step < 24 && high / low > 1.01; step++) {
    yield;
    const zoom = Math.sqrt(low * high);
    if (fits(sheetAt(zoom))) low = zoom;
    else high = zoom;
  }
  return { room: sheetAt(low), zoom: low };
}

interface Shelf {
  groups: { group: PackGroup; cols: number; rows: number }[];
  cols: number;
  rows: number;
  boxed: boolean;
}

/** Groups in columns, each of which keeps within the height. */
interface Columns {
  groups: PackGroup[][];
  height: number;
}

type Tightness = Pick<Step, 'cell' | 'tight'>;

const boxWidth = (cols: number, { cell, tight }: Tightness, boxed: boolean): number =>
  cols * cell.w + (boxed ? 2 * frameOf(tight).pad : 0);
const boxHeight = (rows: number, { cell, tight }: Tightness, boxed: boolean): number =>
  rows * cell.h + (boxed ? frameOf(tight).header + frameOf(tight).pad : 0);

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

const shelfHeight = (shelf: Shelf, step: Tightness): number => boxHeight(shelf.rows, step, shelf.boxed);

function shelvesHeight(shelves: readonly Shelf[], step: Tightness): number {
  const { shelfGap } = frameOf(step.tight);
  return shelves.reduce((sum, shelf) => sum + shelfHeight(shelf, step) + shelfGap, -shelfGap);
}

function shelfWidth(shelf: Shelf, step: Tightness): number {
  const { shelfGap } = frameOf(step.tight);
  return shelf.groups.reduce(
    (sum, { cols, group }) => sum + boxWidth(cols, step, group.boxed) + shelfGap,
    -shelfGap,
  );
}

/** The narrowest shelves that keep a column within `height`, or undefined when even the widest do not. */
function columnOf(groups: readonly PackGroup[], step: Step, height: number): Shelf[] | undefined {
  const most = groups.reduce((sum, group) => sum + group.count, 0);
  const largest = groups.reduce((count, group) => Math.max(count, group.boxed ? group.count : 1), 1);
  // A box of four is two by two, of nine three by three.
  for (
    let m = step.airy ? Math.ceil(Math.sqrt(largest) * 0.9) : 1;
    m <= most;
    m = m < 12 ? m + 1 : Math.ceil(m * 1.15)
  ) {
    const shelves = shelvesOf(groups, m);
    if (shelvesHeight(shelves, step) <= height) return shelves;
  }
  return undefined;
}

const columnWidth = (shelves: readonly Shelf[], step: Tightness): number =>
  Math.max(...shelves.map((shelf) => shelfWidth(shelf, step)));

// Beyond this many groups a column is never useful to consider: it would be a ribbon.
const MOST_IN_COLUMN = 24;

/**
 * Splits the ordered groups into columns of at most `height` by dynamic programming: with the least total width, or
 * airy with the least sum of squared widths, which prefers several narrow columns to one wide one.
 */
function intoColumns(groups: readonly PackGroup[], step: Step, height: number): Columns | undefined {
  const { columnGap } = frameOf(step.tight);
  const best: { cost: number; from: number }[] = [{ cost: 0, from: 0 }];
  for (let end = 1; end <= groups.length; end++) {
    let found = { cost: Number.POSITIVE_INFINITY, from: -1 };
    for (let start = end - 1; start >= 0 && end - start <= MOST_IN_COLUMN; start--) {
      const before = best[start];
      if (before === undefined || before.cost >= found.cost) continue;
      const shelves = columnOf(groups.slice(start, end), step, height);
      if (shelves === undefined) break;
      const width = columnWidth(shelves, step) + (start === 0 ? 0 : columnGap);
      const cost = before.cost + (step.airy ? width ** 2 : width);
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
  return { groups: columns, height };
}

function widthOf({ groups, height }: Columns, step: Step): number {
  const { columnGap } = frameOf(step.tight);
  return groups.reduce(
    (sum, column) =>
      sum + columnWidth(columnOf(column, step, height) ?? shelvesOf(column, 1), step) + columnGap,
    -columnGap,
  );
}

/** Orders the groups of each column by where their neighbours are, then gives every box its place and its slack. */
function arrange(
  columns: Columns,
  step: Step,
  room: CellSize,
  link: (a: string, b: string) => number,
): Map<string, PackedGroup> {
  const { columnGap } = frameOf(step.tight);
  const { height, groups: unsorted } = columns;
  // Another order makes other shelves: it must not make the column wider or higher than it was found to be.
  const shelved = uncross(unsorted, link).map((groups, index) => {
    const plain = unsorted[index] ?? groups;
    const known = columnOf(plain, step, height) ?? shelvesOf(plain, 1);
    const sorted = columnOf(groups, step, height);
    return sorted !== undefined && columnWidth(sorted, step) <= columnWidth(known, step) ? sorted : known;
  });
  const widths = shelved.map((shelves) => columnWidth(shelves, step));
  const used = widths.reduce((sum, width) => sum + width, 0);
  const gaps = shelved.length - 1;
  const gap = gaps === 0 ? 0 : clamp((room.w - used) / gaps, columnGap, WIDEST_COLUMN_GAP_PX);
  const stretch = clamp((room.w - gap * gaps) / used, 1, MOST_STRETCH);
  const total = used * stretch + gap * gaps;
  const placed = new Map<string, PackedGroup>();
  let x = (room.w - total) / 2;
  shelved.forEach((shelves, index) => {
    const width = (widths[index] ?? 0) * stretch;
    const cell = { w: step.cell.w * stretch, h: step.cell.h };
    placeColumn(shelves, { cell, tight: step.tight }, { x, w: width, h: room.h }, placed);
    x += width + gap;
  });
  return placed;
}

function placeColumn(
  shelves: readonly Shelf[],
  { cell, tight }: Tightness,
  column: { x: number; w: number; h: number },
  placed: Map<string, PackedGroup>,
): void {
  const { shelfGap } = frameOf(tight);
  const rows = shelves.reduce((sum, shelf) => sum + shelf.rows, 0);
  const fixed = shelvesHeight(shelves, { cell: { w: cell.w, h: 0 }, tight });
  const tall = clamp((column.h - fixed) / (rows * cell.h), 1, MOST_STRETCH);
  const step = { cell: { w: cell.w, h: cell.h * tall }, tight };
  const used = shelvesHeight(shelves, step);
  const spare = Math.max(0, column.h - used);
  const gap =
    shelves.length < 2
      ? 0
      : Math.min(WIDEST_SHELF_GAP_PX, shelfGap + spare / (shelves.length + 1)) - shelfGap;
  let y = (column.h - used - gap * (shelves.length - 1)) / 2;
  for (const shelf of shelves) {
    let left = column.x + Math.max(0, (column.w - shelfWidth(shelf, step)) / 2);
    for (const { group, cols, rows: own } of shelf.groups) {
      const { boxed } = group;
      const frame = { cols, rows: own, cell: step.cell, boxed, tight };
      const { w, h } = frameSize(frame);
      placed.set(group.id, { x: left, y, w, h, ...frame });
      left += w + shelfGap;
    }
    y += shelfHeight(shelf, step) + shelfGap + gap;
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

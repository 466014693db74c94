/**
 * Where the parts of the matrix lie on its canvas: cells, headings, what is in sight and what is under the pointer.
 * CSS px from the canvas's corner. Knows sizes and scrolling; refuses to know colours.
 */
import { elide, type MeasureText, type Rect } from '../graph/layout/labels';
import type { Matrix, MatrixPlace } from '../graph/matrix';

/** Sizes of a cell that the reader can step through, px. */
const CELL_STEPS = [2, 3, 4, 6, 8, 10, 12, 16, 20, 26, 32] as const;
const [SMALLEST, LARGEST] = [CELL_STEPS[0], 32];
/** From here on a row has room for its name: 11 px of text, and one of air. */
const NAMED_CELL = 12;
/** The opening size is among these, so that a peer more or less does not change it. */
const OPENING = CELL_STEPS.filter((step) => step >= NAMED_CELL);

/** Names take no more of the canvas than this, at most and at least px. */
const NAMES_SHARE = 0.3;
const [WIDEST_NAME, NARROWEST_NAME] = [190, 70];
/** Rounded up to this, so that a newcomer's name does not shift the whole matrix. */
const NAME_STEP = 10;
const NAME_AIR = 14;
/** The strip along the names that tells the namespace. */
const STRIP_NAMED = 17;
const STRIP_BARE = 6;

export interface Heads {
  /** Size of both headings, strip and names together. */
  w: number;
  h: number;
  /** Width of the namespaces' strip; 0 without namespaces. */
  strip: number;
  /** Each row has its own name; otherwise its namespace's stands there. */
  named: boolean;
  fontPx: number;
}

export interface MatrixFrame {
  /** Size of the canvas. */
  width: number;
  height: number;
  cell: number;
  count: number;
  heads: Heads;
  scrollX: number;
  scrollY: number;
}

export function sizeHeads(
  { peers, boxes }: Matrix,
  cell: number,
  room: { width: number; height: number },
  measure: MeasureText,
): Heads {
  const named = cell >= NAMED_CELL;
  const fontPx = cell >= 16 ? 12 : 11;
  const strip = boxes.length === 0 ? 0 : named ? STRIP_NAMED : STRIP_BARE;
  const names = named || boxes.length === 0 ? peers : boxes;
  const longest = Math.max(0, ...names.map(({ label }) => measure(label, fontPx)));
  const sizeIn = (side: number): number => {
    const most = Math.max(NARROWEST_NAME, Math.min(WIDEST_NAME, side * NAMES_SHARE));
    const wanted = Math.ceil((longest + NAME_AIR) / NAME_STEP) * NAME_STEP;
    return strip + Math.round(Math.min(most, Math.max(NARROWEST_NAME, wanted)));
  };
  return { w: sizeIn(room.width), h: sizeIn(room.height), strip, named, fontPx };
}

/** Fewer letters than this say nothing of a name. */
const FEWEST_LETTERS = 3;

/** A name cut to its heading; empty where not even a few letters fit. */
export const cutName = (label: string, px: number, fontPx: number, measure: MeasureText): string =>
  elide(label, px, fontPx, measure, FEWEST_LETTERS) ?? '';

/** The size of the whole that is scrolled over. */
export const wholeSize = ({ heads, cell, count }: MatrixFrame): { width: number; height: number } => ({
  width: heads.w + cell * count + 1,
  height: heads.h + cell * count + 1,
});

/** A cell's square. */
export function cellRect({ heads, cell, scrollX, scrollY }: MatrixFrame, row: number, column: number): Rect {
  return { x: heads.w + column * cell - scrollX, y: heads.h + row * cell - scrollY, w: cell, h: cell };
}

export interface InSight {
  /** Rows `top` up to `bottom`, columns `left` up to `right`: all that show at least in part. */
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export function inSight({ width, height, heads, cell, count, scrollX, scrollY }: MatrixFrame): InSight {
  const first = (scroll: number) => Math.max(0, Math.min(count, Math.floor(scroll / cell)));
  const end = (scroll: number, px: number) => Math.max(0, Math.min(count, Math.ceil((scroll + px) / cell)));
  return {
    top: first(scrollY),
    bottom: end(scrollY, Math.max(0, height - heads.h)),
    left: first(scrollX),
    right: end(scrollX, Math.max(0, width - heads.w)),
  };
}

/** What is at a point: a cell, a heading, or nothing (the corner, and past the last peer). */
export function placeAt(frame: MatrixFrame, x: number, y: number): MatrixPlace | undefined {
  const { heads, cell, count, scrollX, scrollY, width, height } = frame;
  if (x < 0 || y < 0 || x >= width || y >= height) return undefined;
  const column = x < heads.w ? undefined : Math.floor((x - heads.w + scrollX) / cell);
  const row = y < heads.h ? undefined : Math.floor((y - heads.h + scrollY) / cell);
  if (row === undefined && column === undefined) return undefined;
  if ((row ?? 0) >= count || (column ?? 0) >= count) return undefined;
  return { ...(row === undefined ? {} : { row }), ...(column === undefined ? {} : { column }) };
}

/** Where to scroll so that a place is in sight: as little as possible, and not at all where it is. */
export function revealing(frame: MatrixFrame, { row, column }: MatrixPlace): { x: number; y: number } {
  const { heads, cell, width, height, scrollX, scrollY } = frame;
  const along = (place: number | undefined, scroll: number, px: number): number => {
    if (place === undefined) return scroll;
    return Math.max((place + 1) * cell - px, Math.min(place * cell, scroll));
  };
  const to = { x: along(column, scrollX, width - heads.w), y: along(row, scrollY, height - heads.h) };
  return { x: Math.max(0, to.x), y: Math.max(0, to.y) };
}

/** The size at which the matrix opens: as large as shows all of it, but never too small for names. */
export function openingCell(fitting: number): number {
  return OPENING.findLast((step) => step <= fitting) ?? NAMED_CELL;
}

/** The largest size, to the px, at which `count` peers fit a canvas. `headsOf` gives the headings at a size. */
export function fittingCell(
  count: number,
  room: { width: number; height: number },
  headsOf: (cell: number) => Heads,
): number {
  for (let cell: number = LARGEST; cell > SMALLEST; cell--) {
    const heads = headsOf(cell);
    if (heads.w + cell * count < room.width && heads.h + cell * count < room.height) return cell;
  }
  return SMALLEST;
}

/** The next size up (1) or down (-1). */
export function stepCell(cell: number, direction: 1 | -1): number {
  return direction === 1
    ? (CELL_STEPS.find((step) => step > cell) ?? LARGEST)
    : (CELL_STEPS.findLast((step) => step < cell) ?? SMALLEST);
}

/** A point of the matrix and where it lies on the canvas: a change of size leaves it there. */
export interface Anchor {
  /** In cells from the first row and column. */
  across: number;
  down: number;
  x: number;
  y: number;
}

export const anchorAt = ({ heads, cell, scrollX, scrollY }: MatrixFrame, x: number, y: number): Anchor => ({
  across: (Math.max(x, heads.w) - heads.w + scrollX) / cell,
  down: (Math.max(y, heads.h) - heads.h + scrollY) / cell,
  x: Math.max(x, heads.w),
  y: Math.max(y, heads.h),
});

/** How to scroll so that an anchor lies where it lay. */
export const scrollTo = ({ heads, cell }: MatrixFrame, { across, down, x, y }: Anchor) => ({
  x: Math.max(0, heads.w + across * cell - x),
  y: Math.max(0, heads.h + down * cell - y),
});

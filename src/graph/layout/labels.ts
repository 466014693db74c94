/**
 * Which names are drawn and how they are shortened. Names never overlap each other or a foreign mark; the important
 * come first. Works in px of the screen at a given zoom; text is measured by the function handed in.
 */

export type MeasureText = (text: string, fontPx: number) => number;

export interface Rect {
  x: number;
  y: number;
  w: number;
  h: number;
}

export const overlaps = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

const ELLIPSIS = '…';
/** What is left of a box's title in the narrowest box. */
const FEWEST_LETTERS = 4;

/**
 * Shortens in the middle so that both the workload and the hash end stay readable: `checkout-7…m4rwb`.
 * Returns undefined when not even `fewest` letters fit in `maxPx`.
 */
export function elide(
  text: string,
  maxPx: number,
  fontPx: number,
  measure: MeasureText,
  fewest = FEWEST_LETTERS,
): string | undefined {
  if (measure(text, fontPx) <= maxPx) return text;
  const letters = [...text];
  let low = fewest;
  let high = letters.length - 1;
  let found: string | undefined;
  while (low <= high) {
    const kept = (low + high) >> 1;
    const candidate = shorten(letters, kept);
    if (measure(candidate, fontPx) <= maxPx) {
      found = candidate;
      low = kept + 1;
    } else high = kept - 1;
  }
  return found;
}

function shorten(letters: readonly string[], kept: number): string {
  const head = Math.ceil(kept * 0.6);
  return `${letters.slice(0, head).join('')}${ELLIPSIS}${letters.slice(letters.length - (kept - head)).join('')}`;
}

/** More rows of cells than a map at the largest zoom has: one number tells a cell. */
const ROWS = 2 ** 20;

/** A grid of rectangles for quick "is this place free" questions. */
export function createOccupancy(cellPx = 96) {
  const cells = new Map<number, { owner: string; rect: Rect }[]>();
  const each = (rect: Rect, visit: (key: number) => boolean | undefined): boolean => {
    for (let cx = Math.floor(rect.x / cellPx); cx <= Math.floor((rect.x + rect.w) / cellPx); cx++) {
      for (let cy = Math.floor(rect.y / cellPx); cy <= Math.floor((rect.y + rect.h) / cellPx); cy++) {
        if (visit(cx * ROWS + cy) === true) return true;
      }
    }
    return false;
  };
  return {
    add(owner: string, rect: Rect): void {
      each(rect, (key) => {
        const list = cells.get(key);
        if (list === undefined) cells.set(key, [{ owner, rect }]);
        else list.push({ owner, rect });
        return false;
      });
    },
    /** Whether `rect` touches nothing that belongs to another owner. */
    isFree(rect: Rect, owner = ''): boolean {
      return !each(rect, (key) =>
        cells.get(key)?.some((one) => one.owner !== owner && overlaps(one.rect, rect)),
      );
    },
  };
}

export type Occupancy = ReturnType<typeof createOccupancy>;

export interface NamedMark {
  id: string;
  /** The name, and what may stand for it where it has no room, from telling to short. */
  texts: readonly string[];
  fontPx: number;
  /** So many letters must be left of it at least. */
  fewest: number;
  /** The mark on the screen. */
  mark: Rect;
  /** Width of the mark's own cell on the screen: within it nothing else can be. */
  cellPx: number;
  importance: number;
}

export interface PlacedLabel {
  text: string;
  rect: Rect;
}

/** Air between a mark and its name, and around a name. */
const GAP_PX = 3;
const AIR_PX = 8;
/** A name may leave its cell up to here when the place is free. */
const WIDEST_PX = 120;
export const lineHeight = (fontPx: number): number => Math.ceil(fontPx * 1.25);

/**
 * Places names under their marks, most important first; ties by id, so that the result is stable. Everybody first gets
 * what fits its own cell, or, where the cell is too narrow for a name, the shortest that says something; only then may
 * names spread into places that stayed free, but not out of `extent`.
 */
export function placeLabels(
  marks: readonly NamedMark[],
  measure: MeasureText,
  taken: Occupancy,
  extent: { left: number; right: number },
): Map<string, PlacedLabel> {
  for (const { id, mark } of marks) taken.add(id, mark);
  const placed = new Map<string, PlacedLabel>();
  const order = [...marks].sort((a, b) => b.importance - a.importance || (a.id < b.id ? -1 : 1));
  const put = ({ id, fontPx, mark }: NamedMark, shown: string | undefined): void => {
    if (shown === undefined || shown === placed.get(id)?.text) return;
    const w = measure(shown, fontPx);
    const rect = { x: mark.x + mark.w / 2 - w / 2, y: mark.y + mark.h + GAP_PX, w, h: lineHeight(fontPx) };
    if (!taken.isFree({ x: rect.x - 2, y: rect.y, w: w + 4, h: rect.h }, id)) return;
    taken.add(id, rect);
    placed.set(id, { text: shown, rect });
  };
  const within = ({ texts, fontPx, fewest }: NamedMark, widest: number): string | undefined =>
    texts.find((text) => measure(text, fontPx) <= widest) ??
    elide(texts[texts.length - 1] ?? '', widest, fontPx, measure, fewest);
  const widestOf = ({ mark }: NamedMark): number => {
    const middle = mark.x + mark.w / 2;
    return Math.min(WIDEST_PX, 2 * Math.min(middle - extent.left, extent.right - middle));
  };
  for (const one of order) {
    put(one, within(one, one.cellPx - AIR_PX));
    // At its turn: a lesser one that has room must not take the place of a greater that has none.
    if (!placed.has(one.id)) put(one, shortest(one, widestOf(one), measure));
  }
  for (const one of order)
    if (placed.get(one.id)?.text !== one.texts[0]) put(one, within(one, widestOf(one)));
  return placed;
}

/** The least that stands for a name, however wide its cell is. */
function shortest(
  { texts, fontPx, fewest }: NamedMark,
  widest: number,
  measure: MeasureText,
): string | undefined {
  const text = texts[texts.length - 1] ?? '';
  const letters = [...text];
  const shown = letters.length <= fewest + 1 ? text : shorten(letters, fewest);
  return measure(shown, fontPx) <= widest ? shown : undefined;
}

/**
 * How far each link bows, so that it does not seem to end at, or start from, a mark it only passes.
 * Knows marks and chords; refuses to move marks: positions are the reader's.
 */
import type { Point } from './cells';

interface Chord {
  id: string;
  from: Point;
  to: Point;
}

/** Bows tried in turn, as parts of the chord: a slight one first, either side, then wider. */
const BOWS = [0.11, -0.11, 0.2, -0.2, 0.3, -0.3];
const NARROWEST_PX = 10;
const WIDEST_PX = 110;
/** Beyond this many links one no longer follows single lines, and the search would cost more than the drawing. */
const MOST_SEARCHED = 600;
/** A line nearer than this to a mark's rim looks as if it touched. */
const CLEAR_PX = 5;
const SAMPLES = 14;

/** Distance of the control point from the chord, map units, one a chord; positive to the left of from → to. */
type ChooseBends = (chords: readonly Chord[], marks: readonly Point[], radius: number) => number[];

/** A chooser that remembers: most polls move no mark, and then only chords that are new are searched. */
export function createBends(): ChooseBends {
  let marked: Float64Array = new Float64Array();
  let known = new Map<string, { ends: readonly number[]; bend: number }>();
  return (chords, marks, radius) => {
    const now = placesOf(marks, radius);
    if (now.length !== marked.length || now.some((value, index) => value !== marked[index])) {
      marked = now;
      known = new Map();
    }
    const lengthOf = ({ from, to }: Chord) => Math.hypot(to.x - from.x, to.y - from.y);
    if (chords.length > MOST_SEARCHED) return chords.map((chord) => plainBend(lengthOf(chord)));
    const clear = radius + CLEAR_PX;
    let grid: Grid | undefined;
    return chords.map((chord) => {
      const ends = [chord.from.x, chord.from.y, chord.to.x, chord.to.y];
      const before = known.get(chord.id);
      // Two that changed places leave the marks as they were.
      if (before?.ends.every((value, index) => value === ends[index]) === true) return before.bend;
      grid ??= gridOf(marks, clear);
      const bend = searchBend(chord, lengthOf(chord), clear, grid);
      known.set(chord.id, { ends, bend });
      return bend;
    });
  };
}

function placesOf(marks: readonly Point[], radius: number): Float64Array {
  const places = new Float64Array(1 + 2 * marks.length);
  places[0] = radius;
  marks.forEach(({ x, y }, index) => {
    places[1 + 2 * index] = x;
    places[2 + 2 * index] = y;
  });
  return places;
}

function searchBend(chord: Chord, length: number, clear: number, grid: Grid): number {
  let best = plainBend(length);
  if (length === 0) return best;
  let fewest = Number.POSITIVE_INFINITY;
  for (const bow of BOWS) {
    const bend = bendFor(bow, length);
    const touched = countTouched(chord, bend, length, clear, grid, fewest);
    if (touched >= fewest) continue;
    [best, fewest] = [bend, touched];
    if (touched === 0) break;
  }
  return best;
}

/** The bow of a link that has nothing to avoid. */
export const plainBend = (length: number): number => bendFor(BOWS[0] ?? 0, length);

const bendFor = (bow: number, length: number): number =>
  Math.sign(bow) * Math.min(WIDEST_PX, Math.max(NARROWEST_PX, Math.abs(bow) * length));

/** More rows of cells than any map has: one number tells a cell. */
const cellKey = (cx: number, cy: number): number => cx * 2 ** 20 + cy;

type Grid = { size: number; cells: Map<number, Point[]> };

function gridOf(marks: readonly Point[], clear: number): Grid {
  const size = Math.max(32, clear * 2);
  const cells = new Map<number, Point[]>();
  for (const mark of marks) {
    const key = cellKey(Math.floor(mark.x / size), Math.floor(mark.y / size));
    const list = cells.get(key);
    if (list === undefined) cells.set(key, [mark]);
    else list.push(mark);
  }
  return { size, cells };
}

/** How many marks other than its own ends the curve comes too near to; no further than `enough`. */
function countTouched(
  { from, to }: Chord,
  bend: number,
  length: number,
  clear: number,
  grid: Grid,
  enough: number,
): number {
  const control = {
    x: (from.x + to.x) / 2 - ((to.y - from.y) / length) * bend,
    y: (from.y + to.y) / 2 + ((to.x - from.x) / length) * bend,
  };
  // Marks met so far: few, and the same one usually several times in a row.
  const touched: Point[] = [];
  const samples = Math.max(SAMPLES, Math.ceil(length / clear));
  for (let step = 1; step < samples; step++) {
    const t = step / samples;
    const x = (1 - t) ** 2 * from.x + 2 * t * (1 - t) * control.x + t ** 2 * to.x;
    const y = (1 - t) ** 2 * from.y + 2 * t * (1 - t) * control.y + t ** 2 * to.y;
    const cx = Math.floor(x / grid.size);
    const cy = Math.floor(y / grid.size);
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        const marks = grid.cells.get(cellKey(cx + dx, cy + dy));
        if (marks === undefined) continue;
        for (const mark of marks) {
          const [ex, ey] = [mark.x - x, mark.y - y];
          if (ex * ex + ey * ey >= clear * clear || isAt(mark, from) || isAt(mark, to)) continue;
          if (!touched.includes(mark)) touched.push(mark);
        }
      }
    }
    // Another bow was better already.
    if (touched.length >= enough) return enough;
  }
  return touched.length;
}

const isAt = (a: Point, b: Point): boolean => a.x === b.x && a.y === b.y;

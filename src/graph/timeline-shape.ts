/**
 * The history as lines and areas: where each sample stands, the rate as an area, the worst p99 on a log scale, its
 * colours by band, breaks and clock marks. Pure; CSS px of a chart of a given size. Refuses to know samples' marks.
 */
import { type Band, bandOf } from '../flows/handshake';
import type { BytesPerSecond, Microseconds } from '../flows/units';

export interface ShapePoint {
  /** Milliseconds since 1970; between breaks they grow. */
  atMs: number;
  /** Why nothing is known of the time before it. */
  gapBefore?: 'gap' | 'epoch' | 'clock';
  bytesPerS?: BytesPerSecond;
  worstP99Us?: Microseconds;
}

export interface TimelineShape {
  /** Where each sample stands. */
  xs: number[];
  /** Areas under the rate, from the sample before to each; one path. */
  rate: string;
  /** The upper end of the rate's scale, which starts at 0. */
  peak: BytesPerSecond;
  /** Lines of the worst p99 by band, the quietest first: a line has the colour of where it leads. */
  p99: { band: Band; path: string }[];
  /** Limits of bands that are within the scale. */
  limits: { y: number; us: Microseconds }[];
  /** Where nothing is known between two samples. */
  breaks: { x: number; kind: NonNullable<ShapePoint['gapBefore']>; forMs: number }[];
  clocks: { x: number; atMs: number }[];
}

export interface ChartSize {
  width: number;
  height: number;
}

/** So many usual intervals fill the chart; before that the samples stand at its right, where the present is. */
const FEWEST_INTERVALS = 60;
/** A night without polls takes no more room than so many intervals, or there would be none for what is known. */
const BREAK_INTERVALS = 4;
/** Air above the highest rate and around the extremes of the p99. */
const HEADROOM = 0.92;
const LIMITS_US = [1_000, 10_000, 100_000, 1_000_000] as Microseconds[];
const BANDS: readonly Band[] = ['excellent', 'good', 'elevated', 'high'];
/** What one reads off a clock, ms. */
const CLOCK_STEPS_MS = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 86_400].map(
  (s) => s * 1000,
);
const CLOCK_ROOM_PX = 70;

/** Times that do not grow where no break is said stand one interval apart. */
export function shapeTimeline(points: readonly ShapePoint[], { width, height }: ChartSize): TimelineShape {
  const usualMs = usualInterval(points);
  const steps = points.map((point, index) => stepOf(points[index - 1], point, usualMs));
  const lengthMs = steps.reduce((sum, step) => sum + step, 0);
  const perMs = width / Math.max(lengthMs, FEWEST_INTERVALS * usualMs);
  let atMs = 0;
  const xs = steps.map((step) => {
    atMs += step;
    return round(width - (lengthMs - atMs) * perMs);
  });
  const peak = Math.max(1, ...points.map(({ bytesPerS }) => bytesPerS ?? 0)) as BytesPerSecond;
  return {
    xs,
    rate: rateArea(points, xs, height, peak),
    peak,
    ...p99Lines(points, xs, height),
    breaks: points.flatMap(({ gapBefore, atMs: at }, index) => {
      const before = points[index - 1];
      if (gapBefore === undefined || before === undefined) return [];
      const x = round(((xs[index - 1] ?? 0) + (xs[index] ?? 0)) / 2);
      return [{ x, kind: gapBefore, forMs: at - before.atMs }];
    }),
    clocks: clockMarks(points, xs, perMs),
  };
}

/** The sample nearest to a place on the chart; -1 without samples. */
export function sampleAtX(xs: readonly number[], x: number): number {
  let closest = -1;
  xs.forEach((at, index) => {
    if (closest < 0 || Math.abs(at - x) < Math.abs((xs[closest] ?? 0) - x)) closest = index;
  });
  return closest;
}

const round = (px: number): number => Math.round(px * 10) / 10;

function usualInterval(points: readonly ShapePoint[]): number {
  const took = points.flatMap(({ atMs, gapBefore }, index) => {
    const before = points[index - 1];
    return before === undefined || gapBefore !== undefined || atMs <= before.atMs ? [] : [atMs - before.atMs];
  });
  return took.sort((a, b) => a - b)[took.length >> 1] ?? 10_000;
}

function stepOf(before: ShapePoint | undefined, point: ShapePoint, usualMs: number): number {
  if (before === undefined) return 0;
  const tookMs = point.atMs - before.atMs;
  if (point.gapBefore !== undefined)
    return point.gapBefore === 'gap' ? Math.min(Math.max(0, tookMs), BREAK_INTERVALS * usualMs) : 2 * usualMs;
  return tookMs > 0 ? tookMs : usualMs;
}

/** A rate is that of the time since the sample before: a step, not a slope. */
function rateArea(
  points: readonly ShapePoint[],
  xs: readonly number[],
  height: number,
  peak: number,
): string {
  let path = '';
  let isOpen = false;
  points.forEach(({ bytesPerS, gapBefore }, index) => {
    const [from, to] = [xs[index - 1], xs[index]];
    const isKnown = bytesPerS !== undefined && gapBefore === undefined && from !== undefined;
    if (isOpen && !isKnown) path += `V${height}Z`;
    if (!isKnown) {
      isOpen = false;
      return;
    }
    if (!isOpen) path += `M${from} ${height}`;
    isOpen = true;
    path += `V${round(height - (bytesPerS / peak) * height * HEADROOM)}H${to}`;
  });
  return isOpen ? `${path}V${height}Z` : path;
}

function p99Lines(
  points: readonly ShapePoint[],
  xs: readonly number[],
  height: number,
): Pick<TimelineShape, 'p99' | 'limits'> {
  const logs = points.flatMap(({ worstP99Us }) =>
    worstP99Us === undefined ? [] : [Math.log10(Math.max(1, worstP99Us))],
  );
  if (logs.length === 0) return { p99: [], limits: [] };
  const high = Math.max(...logs) + 0.25;
  // Two decades at least: a wavering of a few percent is none.
  const low = Math.min(Math.min(...logs) - 0.25, high - 2);
  const yOf = (us: number): number =>
    round(height * (1 - (Math.log10(Math.max(1, us)) - low) / (high - low)));
  const paths = new Map<Band, string>();
  points.forEach(({ worstP99Us, gapBefore }, index) => {
    if (worstP99Us === undefined) return;
    const before = gapBefore === undefined ? points[index - 1]?.worstP99Us : undefined;
    const here = `${xs[index]} ${yOf(worstP99Us)}`;
    // A sample alone is a dot: a line of no length with round ends.
    const from = before === undefined ? here : `${xs[index - 1]} ${yOf(before)}`;
    if (before === undefined && points[index + 1]?.worstP99Us !== undefined && isJoined(points[index + 1]))
      return;
    const band = bandOf(worstP99Us);
    paths.set(band, `${paths.get(band) ?? ''}M${from}L${here}`);
  });
  return {
    p99: BANDS.flatMap((band) => {
      const path = paths.get(band);
      return path === undefined ? [] : [{ band, path }];
    }),
    limits: LIMITS_US.filter((us) => Math.log10(us) > low && Math.log10(us) < high).map((us) => ({
      us,
      y: yOf(us),
    })),
  };
}

const isJoined = (point: ShapePoint | undefined): boolean =>
  point !== undefined && point.gapBefore === undefined;

/** At round times, where samples stand close enough that one can say so; never two on one another. */
function clockMarks(
  points: readonly ShapePoint[],
  xs: readonly number[],
  perMs: number,
): TimelineShape['clocks'] {
  const stepMs = CLOCK_STEPS_MS.find((ms) => ms * perMs >= CLOCK_ROOM_PX) ?? CLOCK_STEPS_MS.at(-1) ?? 0;
  const clocks: TimelineShape['clocks'] = [];
  points.forEach(({ atMs, gapBefore }, index) => {
    const before = points[index - 1];
    if (before === undefined || gapBefore !== undefined) return;
    const first = Math.ceil((before.atMs + 1) / stepMs) * stepMs;
    if (first > atMs) return;
    const x = round((xs[index] ?? 0) - (atMs - first) * perMs);
    if (x - (clocks.at(-1)?.x ?? Number.NEGATIVE_INFINITY) >= CLOCK_ROOM_PX) clocks.push({ x, atMs: first });
  });
  return clocks;
}

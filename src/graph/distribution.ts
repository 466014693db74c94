/**
 * How the flows' handshakes spread: worst p99 per flow, counted over bins of equal width on a log scale.
 * Pure data of the chart and its sentence; refuses to know how bars are drawn, and never averages a percentile.
 */
import type { Flow } from '../flows/flow';
import { BAND_GUIDE, BANDS, type Band, bandOf, flowHandshake, type ServerTrust } from '../flows/handshake';
import { formatCount, formatUs, type Microseconds, microseconds } from '../flows/units';

/** One bar. The first and the last also hold what lies beyond them. */
export interface DistributionBin {
  fromUs: Microseconds;
  toUs: Microseconds;
  /** Where the bar stands on an axis whose unit is one bin. */
  middle: number;
  /** `100 µs – 215 µs`; `under 21.5 µs` and `4.64 s and more` at the ends. */
  range: string;
  band: Band;
  count: number;
}

export interface Distribution {
  bins: DistributionBin[];
  flows: number;
  measured: number;
  byBand: Record<Band, number>;
}

// 10 µs is faster than any sensor's clock is trusted, 10 s longer than two lost SYNs (1 s, then 3 s); three bins a
// decade are as many as 330 px carry, and keep every limit of a band on the boundary of a bin.
const LOWEST_EXPONENT = 1;
const HIGHEST_EXPONENT = 7;
const BINS_PER_DECADE = 3;
const BINS = (HIGHEST_EXPONENT - LOWEST_EXPONENT) * BINS_PER_DECADE;
const LABELLED = [100, 1_000, 10_000, 100_000, 1_000_000];

const boundary = (index: number): number => {
  const exponent = LOWEST_EXPONENT + index / BINS_PER_DECADE;
  // Whole decades exactly: a rounding error here would put a value of 1 ms among the excellent ones.
  return index % BINS_PER_DECADE === 0 ? 10 ** Math.round(exponent) : 10 ** exponent;
};
const BOUNDARIES = Array.from({ length: BINS + 1 }, (_, index) => boundary(index));

/** The distribution of the flows' p99s, by the side that counts; what is not measured is counted, not drawn. */
export function distribute(flows: Iterable<Flow>, trust: ServerTrust): Distribution {
  const counts = new Array<number>(BINS).fill(0);
  const byBand: Record<Band, number> = { excellent: 0, good: 0, elevated: 0, high: 0, unmeasured: 0 };
  let seen = 0;
  for (const flow of flows) {
    seen++;
    const p99Us = flowHandshake(flow, trust)?.p99Us;
    byBand[bandOf(p99Us)]++;
    if (p99Us === undefined) continue;
    const bin = binOf(p99Us);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return {
    bins: counts.map(describeBin),
    flows: seen,
    measured: seen - byBand.unmeasured,
    byBand,
  };
}

/** Where a time stands on the axis whose unit is one bin. */
const axisPosition = (us: number): number =>
  Math.round((Math.log10(us) - LOWEST_EXPONENT) * BINS_PER_DECADE * 1e6) / 1e6;

/** The axis under the bins, whatever they count. */
export const DISTRIBUTION_AXIS = {
  /** Its length, in bins. */
  extent: BINS,
  /** `at` is in bins from the left. */
  ticks: LABELLED.map((us) => ({ at: axisPosition(us), label: formatUs(microseconds(us)) })),
};

/** The bin a time falls in, by comparison rather than by logarithm: limits belong to the bin above, as bands have it. */
function binOf(us: number): number {
  let bin = 0;
  while (bin < BINS - 1 && us >= (BOUNDARIES[bin + 1] ?? Number.POSITIVE_INFINITY)) bin++;
  return bin;
}

function describeBin(count: number, index: number): DistributionBin {
  const fromUs = microseconds(BOUNDARIES[index] ?? 0);
  const toUs = microseconds(BOUNDARIES[index + 1] ?? 0);
  const [from, to] = [sayLimit(fromUs), sayLimit(toUs)];
  const range = index === 0 ? `under ${to}` : index === BINS - 1 ? `${from} and more` : `${from} – ${to}`;
  return { fromUs, toUs, middle: index + 0.5, range, band: bandOf(fromUs), count };
}

/** Three digits, as thirds of a decade are customarily said: 215 µs, 4.64 ms. */
const sayLimit = (us: Microseconds): string => formatUs(microseconds(Number(us.toPrecision(3))));

/** `42 of 73 flows measured: 12 < 1 ms, 3 at 1–10 ms, …`: the chart for those who cannot see it. */
export function describeDistribution(distribution: Distribution): string {
  const { flows, measured, byBand } = distribution;
  const whole = `${formatCount(measured)} of ${formatCount(flows)} ${flows === 1 ? 'flow' : 'flows'} measured`;
  const parts = BANDS.filter((band) => byBand[band] > 0).map(
    (band) => `${formatCount(byBand[band])} ${sayRange(BAND_GUIDE[band].range)}`,
  );
  return parts.length === 0 ? `${whole}.` : `${whole}: ${parts.join(', ')}.`;
}

// The guide writes limits as signs, which screen readers skip.
const sayRange = (range: string): string =>
  range.startsWith('< ')
    ? `below ${range.slice(2)}`
    : range.startsWith('> ')
      ? `above ${range.slice(2)}`
      : `at ${range}`;

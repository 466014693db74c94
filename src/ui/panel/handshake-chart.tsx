/**
 * The spread of handshakes as bars over a log axis, coloured by band. Loaded on demand: it brings recharts.
 * What is counted is graph/distribution's; here is only how it is drawn, and its text for those who do not see it.
 */
import { createContext, memo, type ReactNode, useContext } from 'react';
import {
  Bar,
  BarChart,
  type BarShapeProps,
  ResponsiveContainer,
  Tooltip,
  type TooltipContentProps,
  XAxis,
  YAxis,
} from 'recharts';
import { formatCount } from '../../flows/units';
import {
  DISTRIBUTION_AXIS,
  type Distribution,
  type DistributionBin,
  describeDistribution,
} from '../../graph/distribution';
import styles from './handshake-chart.module.css';

const HEIGHT_PX = 110;
/** Of the tallest bar: what the axis and its labels leave. */
const BARS_PX = 84;
/** One flow among thousands is what one looks for: it must leave a mark. */
const LEAST_PX = 2;
const ROUND_PX = 2;
/** Until the container is measured, so that nothing jumps: the side panel's usual width. */
const FIRST_SIZE = { width: 330, height: HEIGHT_PX };

interface ChartProps {
  distribution: Distribution;
}

export const HandshakeChart = memo(function HandshakeChart({ distribution }: ChartProps): ReactNode {
  const { flows, measured, bins } = distribution;
  if (measured === 0) {
    return (
      <p className={styles.nothing}>
        {flows === 0
          ? 'No flows, so no handshakes to show.'
          : 'No recent handshake was measured: UDP, pooled or old connections, or connects that failed.'}
      </p>
    );
  }
  return (
    <div className={styles.chart}>
      <div role="img" aria-label={describeDistribution(distribution)}>
        <Counted value={withHeights(bins)}>
          <Chart />
        </Counted>
      </div>
      <BinTable bins={bins} />
    </div>
  );
}, isSameSpread);

/** Most polls change no count. */
function isSameSpread(before: ChartProps, after: ChartProps): boolean {
  const { bins } = after.distribution;
  return (
    before.distribution.flows === after.distribution.flows &&
    before.distribution.bins.every(({ count }, index) => count === bins[index]?.count)
  );
}

interface CountedBin extends DistributionBin {
  heightPx: number;
}

/** In whole px. A bin with one flow among thousands still leaves a mark. */
function withHeights(bins: readonly DistributionBin[]): CountedBin[] {
  const most = Math.max(...bins.map(({ count }) => count));
  return bins.map((bin) => ({
    ...bin,
    heightPx: bin.count === 0 ? 0 : Math.max(LEAST_PX, Math.round((BARS_PX * bin.count) / most)),
  }));
}

/** What a poll changes reaches bars and tip past the chart: laid out anew, it would be the dear part of every poll. */
const CountedBins = createContext<readonly CountedBin[]>([]);
const Counted = CountedBins.Provider;

const { extent: BINS, ticks: TICKS } = DISTRIBUTION_AXIS;
const LABELS = new Map(TICKS.map(({ at, label }) => [at, label]));
const PLACES = Array.from({ length: BINS }, (_, index) => ({ index, height: BARS_PX }));

/** Axes, and a place as high as the chart for every bar. */
const Chart = memo(function Chart(): ReactNode {
  return (
    <ResponsiveContainer width="100%" height={HEIGHT_PX} initialDimension={FIRST_SIZE}>
      {/* Its own keyboard layer would make the picture an application; the table beside it is what keys can read. */}
      <BarChart
        data={PLACES}
        accessibilityLayer={false}
        barCategoryGap={1}
        margin={{ top: 4, right: 6, bottom: 0, left: 6 }}
      >
        {/* Two axes of one length: bars stand in bands, labels on the limits between them. */}
        <XAxis xAxisId="bins" dataKey="index" height={0} hide />
        <XAxis
          xAxisId="time"
          type="number"
          dataKey="index"
          domain={[0, BINS]}
          // No bar belongs to this axis: without data it holds its domain only when told to.
          allowDataOverflow
          ticks={TICKS.map(({ at }) => at)}
          tickFormatter={(at: number) => LABELS.get(at) ?? ''}
          interval={0}
          height={22}
          tickSize={4}
          tick={{ className: styles.tick ?? '' }}
          axisLine={{ className: styles.axis ?? '' }}
          tickLine={{ className: styles.axis ?? '' }}
        />
        <YAxis hide domain={[0, BARS_PX]} />
        <Tooltip
          content={BinTooltip}
          cursor={{ className: styles.cursor ?? '' }}
          isAnimationActive={false}
          offset={12}
        />
        <Bar
          xAxisId="bins"
          dataKey="height"
          name="flows"
          shape={(place: BarShapeProps) => <CountedBar {...place} />}
          isAnimationActive={false}
        />
      </BarChart>
    </ResponsiveContainer>
  );
});

/** Stands at the foot of its place, as high as its bin says. */
function CountedBar({ x, y, width, height, payload }: BarShapeProps): ReactNode {
  const bin = useContext(CountedBins)[(payload as { index: number }).index];
  if (bin === undefined || bin.heightPx === 0 || width <= 0) return null;
  const round = Math.min(ROUND_PX, width / 2, bin.heightPx);
  const [left, top, bottom] = [x, y + height - bin.heightPx, y + height];
  const path = `M${left},${bottom}V${top + round}q0,${-round} ${round},${-round}h${width - 2 * round}q${round},0 ${round},${round}V${bottom}Z`;
  return <path d={path} className={styles[bin.band] ?? ''} />;
}

function BinTooltip({ active, payload }: TooltipContentProps): ReactNode {
  const place = payload?.[0]?.payload as { index: number } | undefined;
  const bin = useContext(CountedBins)[place?.index ?? -1];
  if (!active || bin === undefined) return null;
  return (
    <p className={styles.tooltip}>
      <strong>
        {formatCount(bin.count)} {bin.count === 1 ? 'flow' : 'flows'}
      </strong>{' '}
      {bin.range}
    </p>
  );
}

/** The bars that are there, as a table for a screen reader. */
function BinTable({ bins }: { bins: readonly DistributionBin[] }): ReactNode {
  return (
    <div className="visually-hidden">
      <table>
        <caption>Flows by worst handshake p99</caption>
        <thead>
          <tr>
            <th scope="col">p99</th>
            <th scope="col">band</th>
            <th scope="col">flows</th>
          </tr>
        </thead>
        <tbody>
          {bins
            .filter((bin) => bin.count > 0)
            .map((bin) => (
              <tr key={bin.middle}>
                <th scope="row">{bin.range}</th>
                <td>{bin.band}</td>
                <td>{formatCount(bin.count)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

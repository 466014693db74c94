/**
 * The spread of handshakes as bars over a log axis, coloured by band. Loaded on demand: it brings recharts.
 * What is counted is graph/distribution's; here is only how it is drawn, and its text for those who do not see it.
 */
import { memo, type ReactNode, type RefObject, useRef } from 'react';
import {
  Bar,
  BarChart,
  type BarShapeProps,
  Rectangle,
  ResponsiveContainer,
  Tooltip,
  type TooltipContentProps,
  XAxis,
  YAxis,
} from 'recharts';
import { formatCount } from '../../flows/units';
import { type Distribution, type DistributionBin, describeDistribution } from '../../graph/distribution';
import styles from './handshake-chart.module.css';

const HEIGHT_PX = 110;
/** Of the tallest bar: what the axis and its labels leave. */
const BARS_PX = 84;
/** One flow among thousands is what one looks for: it must leave a mark. */
const LEAST_PX = 2;
/** Until the container is measured, so that nothing jumps: the side panel's usual width. */
const FIRST_SIZE = { width: 330, height: HEIGHT_PX };

interface ChartProps {
  distribution: Distribution;
}

export const HandshakeChart = memo(function HandshakeChart({ distribution }: ChartProps): ReactNode {
  const newest = useRef(distribution);
  newest.current = distribution;
  if (distribution.measured === 0) {
    return (
      <p className={styles.nothing}>
        {distribution.flows === 0
          ? 'No flows, so no handshakes to show.'
          : 'No recent handshake was measured: UDP, pooled or old connections, or connects that failed.'}
      </p>
    );
  }
  return (
    <div className={styles.chart}>
      <div role="img" aria-label={describeDistribution(distribution)}>
        <Bars heights={heightsOf(distribution)} distribution={distribution} newest={newest} />
      </div>
      <BinTable bins={distribution.bins} />
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

interface BarsProps extends ChartProps {
  /** Of the bars, px: in the order of the bins. */
  heights: readonly number[];
  /** What the tooltip tells, however long ago the bars were drawn. */
  newest: RefObject<Distribution>;
}

/** In whole px: more flows in all bins alike change no bar. A bin with one flow among thousands still leaves a mark. */
function heightsOf({ bins }: Distribution): number[] {
  const most = Math.max(...bins.map(({ count }) => count));
  return bins.map(({ count }) =>
    count === 0 ? 0 : Math.max(LEAST_PX, Math.round((BARS_PX * count) / most)),
  );
}

/** The bars are the dear part of the panel: they are drawn again only when one has another height. */
const Bars = memo(
  function Bars({ heights, distribution, newest }: BarsProps): ReactNode {
    const { bins, ticks, extent } = distribution;
    const data = bins.map((bin, index) => ({ ...bin, height: heights[index] }));
    const labels = new Map(ticks.map(({ at, label }) => [at, label]));
    return (
      <ResponsiveContainer width="100%" height={HEIGHT_PX} initialDimension={FIRST_SIZE}>
        {/* Its own keyboard layer would make the picture an application; the table beside it is what keys can read. */}
        <BarChart
          data={data}
          accessibilityLayer={false}
          barCategoryGap={1}
          margin={{ top: 4, right: 6, bottom: 0, left: 6 }}
        >
          {/* Two axes of one length: bars stand in bands, labels on the limits between them. */}
          <XAxis xAxisId="bins" dataKey="middle" height={0} hide />
          <XAxis
            xAxisId="time"
            type="number"
            dataKey="middle"
            domain={[0, extent]}
            // No bar belongs to this axis: without data it holds its domain only when told to.
            allowDataOverflow
            ticks={[...labels.keys()]}
            tickFormatter={(at: number) => labels.get(at) ?? ''}
            interval={0}
            height={22}
            tickSize={4}
            tick={{ className: styles.tick ?? '' }}
            axisLine={{ className: styles.axis ?? '' }}
            tickLine={{ className: styles.axis ?? '' }}
          />
          <YAxis hide domain={[0, BARS_PX]} />
          <Tooltip
            content={(props) => <BinTooltip {...props} bins={newest.current.bins} />}
            cursor={{ className: styles.cursor ?? '' }}
            isAnimationActive={false}
            offset={12}
          />
          <Bar xAxisId="bins" dataKey="height" name="flows" shape={BandBar} isAnimationActive={false} />
        </BarChart>
      </ResponsiveContainer>
    );
  },
  (before, after) => before.heights.every((height, index) => height === after.heights[index]),
);

function BandBar(props: BarShapeProps): ReactNode {
  const { band } = props.payload as DistributionBin;
  const { x, y, width, height } = props;
  return (
    <Rectangle
      x={x}
      y={y}
      width={width}
      height={height}
      radius={[2, 2, 0, 0]}
      className={styles[band] ?? ''}
    />
  );
}

function BinTooltip({
  active,
  payload,
  bins,
}: TooltipContentProps & { bins: readonly DistributionBin[] }): ReactNode {
  const drawn = payload?.[0]?.payload as DistributionBin | undefined;
  const bin = bins.find(({ middle }) => middle === drawn?.middle);
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

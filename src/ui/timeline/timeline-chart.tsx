/**
 * The timeline as a chart and a slider in one: pointer and keyboard choose a sample. Knows pixels and keys; what is
 * drawn where is graph/timeline-shape's.
 */
import { type KeyboardEvent, memo, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { TimePoint } from '../../backstage/times';
import { formatBytesPerSecond, formatClock, formatUs } from '../../flows/units';
import { sampleAtX, shapeTimeline } from '../../graph/timeline-shape';
import tip from '../styles/tip.module.css';
import css from './timeline.module.css';
import { sayBreak, sayMark, sayPoint } from './timeline-words';

interface ChartProps {
  points: readonly TimePoint[];
  /** The index of the sample that is shown. */
  shown: number;
  isLive: boolean;
  /** `isDone` when the hand lets go. */
  onScrub(index: number, isDone: boolean): void;
}

/** The lane of marks, the plot, the clock below it, px; together what app.module.css keeps free. */
const LANE = 10;
const PLOT = 40;
const CLOCK = 14;
/** Room for the playhead's knob at both ends, px. */
const MARGIN = 8;
/** Half of a clock with seconds, px: at the edges it is moved inwards rather than cut. */
const CLOCK_HALF = 24;
/** Samples a leap of PageUp or PageDown goes: a minute at 10 s. */
const LEAP = 6;

export const TimelineChart = memo(function TimelineChart({ points, shown, isLive, onScrub }: ChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder) - 2 * MARGIN;
  const [pointed, setPointed] = useState<number>();
  const dragging = useRef(false);
  const shape = useMemo(
    () => (width > 0 ? shapeTimeline(points, { width, height: PLOT }) : undefined),
    [points, width],
  );
  const indexAt = (event: PointerEvent): number => {
    const left = holder.current?.getBoundingClientRect().left ?? 0;
    return sampleAtX(shape?.xs ?? [], event.clientX - left - MARGIN);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = points.length - 1;
    const marked = (step: 1 | -1): number => {
      for (let i = shown + step; i > 0 && i < last; i += step)
        if ((points[i]?.marks.length ?? 0) > 0) return i;
      return step < 0 ? 0 : last;
    };
    const steps: Partial<Record<string, number>> = {
      ArrowLeft: event.shiftKey ? marked(-1) : shown - 1,
      ArrowRight: event.shiftKey ? marked(1) : shown + 1,
      ArrowDown: shown - 1,
      ArrowUp: shown + 1,
      PageDown: shown - LEAP,
      PageUp: shown + LEAP,
      Home: 0,
      End: last,
      ...(isLive ? {} : { Escape: last }),
    };
    const next = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    onScrub(Math.min(last, Math.max(0, next)), true);
  };
  const playhead = shape?.xs[shown];
  return (
    <div
      ref={holder}
      className={css.chart}
      role="slider"
      tabIndex={0}
      aria-label="Moment that is shown"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, points.length - 1)}
      aria-valuenow={Math.max(0, shown)}
      aria-valuetext={sayPoint(points[shown], isLive)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        const index = indexAt(event);
        if (event.button !== 0 || index < 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        dragging.current = true;
        onScrub(index, false);
      }}
      onPointerMove={(event) => {
        const index = indexAt(event);
        setPointed(index < 0 ? undefined : index);
        if (dragging.current) onScrub(index, false);
      }}
      onPointerUp={(event) => {
        if (!dragging.current) return;
        dragging.current = false;
        onScrub(indexAt(event), true);
      }}
      onPointerCancel={() => {
        if (dragging.current) onScrub(shown, true);
        dragging.current = false;
      }}
      onPointerLeave={() => setPointed(undefined)}
    >
      {shape === undefined ? null : (
        <svg width={width + 2 * MARGIN} height={LANE + PLOT + CLOCK} aria-hidden="true">
          <g transform={`translate(${MARGIN} ${LANE})`}>
            {shape.limits.map(({ us, y }) => (
              <g key={us} className={css.limit}>
                <line x1={0} x2={width} y1={y} y2={y} />
                <text x={0} y={y - 2}>
                  {formatUs(us)}
                </text>
              </g>
            ))}
            <path className={css.rate} d={shape.rate} />
            {shape.p99.map(({ band, path }) => (
              <path key={band} className={css.p99} data-band={band} d={path} />
            ))}
            {shape.breaks.map(({ x, kind, forMs }) => (
              <line key={x} className={css.break} data-kind={kind} x1={x} x2={x} y1={-4} y2={PLOT}>
                <title>{sayBreak(kind, forMs)}</title>
              </line>
            ))}
            <line className={css.floor} x1={0} x2={width} y1={PLOT} y2={PLOT} />
            {shape.clocks.map(({ x, atMs }, index) => (
              <text
                // biome-ignore lint/suspicious/noArrayIndexKey: times come again where a recording loops, and places move with every sample.
                key={index}
                className={css.clock}
                x={Math.max(CLOCK_HALF - MARGIN, Math.min(x, width + MARGIN - CLOCK_HALF))}
                y={PLOT + CLOCK - 3}
              >
                {clockLabel(atMs)}
              </text>
            ))}
            <Marks points={points} xs={shape.xs} />
            {playhead === undefined ? null : (
              <g className={css.playhead} data-live={isLive || undefined}>
                {isLive ? null : (
                  <rect
                    className={css.later}
                    x={playhead}
                    y={0}
                    width={Math.max(0, width - playhead)}
                    height={PLOT}
                  />
                )}
                <line x1={playhead} x2={playhead} y1={-4} y2={PLOT} />
                <circle cx={playhead} cy={-4} r={4} />
              </g>
            )}
          </g>
        </svg>
      )}
      {points.length === 1 ? (
        <p className={css.begins}>History begins with this sample; every poll adds one.</p>
      ) : null}
      {pointed === undefined || shape === undefined ? null : (
        <Tip
          points={points}
          index={pointed}
          x={(shape.xs[pointed] ?? 0) + MARGIN}
          width={width + 2 * MARGIN}
        />
      )}
    </div>
  );
});

/** Seconds only where they say something. */
const clockLabel = (atMs: number): string => formatClock(atMs).replace(/:00$/, '');

/** Up for what came, down for what went, a diamond for a change of band; from its middle, relative. */
const SIGNS = {
  appeared: 'm0 -3.2l3.4 5.8h-6.8z',
  returned: 'm0 -3.2l3.4 5.8h-6.8z',
  vanished: 'm0 3.2l3.4 -5.8h-6.8z',
  slower: 'm0 -3.8l3.8 3.8l-3.8 3.8l-3.8 -3.8z',
  faster: 'm0 -3.8l3.8 3.8l-3.8 3.8l-3.8 -3.8z',
} as const;

/** One path a kind: an hour of marks one by one would be hundreds of elements. */
const Marks = memo(function Marks({ points, xs }: { points: readonly TimePoint[]; xs: readonly number[] }) {
  const paths = new Map<keyof typeof SIGNS, string>();
  points.forEach(({ marks }, index) => {
    // The loudest speaks for all of a sample.
    const what = marks[0]?.what;
    if (what === undefined) return;
    paths.set(what, `${paths.get(what) ?? ''}M${(xs[index] ?? 0).toFixed(1)} -5${SIGNS[what]}`);
  });
  return (
    <g className={css.marks}>
      {[...paths].map(([what, d]) => (
        <path key={what} data-mark={what} d={d} />
      ))}
    </g>
  );
});

interface TipProps {
  points: readonly TimePoint[];
  index: number;
  x: number;
  width: number;
}

function Tip({ points, index, x, width }: TipProps) {
  const point = points[index];
  if (point === undefined) return null;
  const { atMs, bytesPerS, worstP99Us, marks, moreMarks, gapBefore } = point;
  const before = points[index - 1];
  return (
    <div
      className={`${tip.tip} ${css.tip}`}
      data-side={x > width / 2 ? 'left' : 'right'}
      style={{ left: x }}
      aria-hidden="true"
    >
      <strong>{formatClock(atMs)} UTC</strong>
      <span>
        {bytesPerS === undefined ? 'rate not known' : formatBytesPerSecond(bytesPerS)} ·{' '}
        {worstP99Us === undefined ? 'nothing measured' : `worst p99 ${formatUs(worstP99Us)}`}
      </span>
      {gapBefore === undefined || before === undefined ? null : (
        <span>before it: {sayBreak(gapBefore, atMs - before.atMs)}</span>
      )}
      {marks.map((mark) => (
        <span key={`${mark.what} ${mark.from} ${mark.to}`}>{sayMark(mark)}</span>
      ))}
      {moreMarks === 0 ? null : <span>and {moreMarks} more</span>}
    </div>
  );
}

function useWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    const observer = new ResizeObserver(() => setWidth(target.clientWidth));
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

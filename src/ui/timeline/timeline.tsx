/**
 * The timeline under the map: what the whole, a peer or a link did in the last hour, and the way back to any of it.
 * Knows which sample the reader points at; the samples come from backstage, their shape from graph/timeline-shape.
 */
import { ChevronDown, ChevronUp, StepBack, StepForward } from 'lucide-react';
import { memo, useCallback, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Backstage, Stage } from '../../backstage/backstage';
import type { Timeline as History, TimePoint } from '../../backstage/times';
import { bandOf } from '../../flows/handshake';
import { formatBytesPerSecond, formatClock, formatUs } from '../../flows/units';
import { goTo, type ViewStore } from '../../view/view-state';
import { Glyph } from '../glyph';
import type { Idle } from '../idle';
import { SaveRecording } from './save-recording';
import css from './timeline.module.css';
import { TimelineChart } from './timeline-chart';
import { standsAt } from './timeline-words';

export interface TimelineProps {
  store: ViewStore;
  backstage: Backstage;
  idle: Idle;
  history: History | undefined;
  stage: Stage | undefined;
  isOpen: boolean;
  /** Flows come from opened files: their last moment is not the present. */
  isOpened: boolean;
  onOpen(isOpen: boolean): void;
  /** Does a change of the view that is no step of the history of its own. */
  amend(change: () => void): void;
}

/** While one drags, the map follows so often at most: browsers refuse to note a new URL much oftener. */
const FOLLOW_MS = 180;

export const Timeline = memo(function Timeline(props: TimelineProps) {
  const { store, idle, history, stage, isOpen, isOpened, onOpen, amend } = props;
  const at = useStore(store, (view) => view.at);
  const width = useStore(store, (view) => view.width);
  const points = history?.points ?? NO_POINTS;
  /** Where the reader's hand is, before the map has followed. */
  const [held, setHeld] = useState<number>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef({ points, amend });
  latest.current = { points, amend };

  const show = useCallback(
    (index: number) => {
      const { points: all, amend: quietly } = latest.current;
      const point = all[index];
      const isLive = point === undefined || index >= all.length - 1;
      const change = () => goTo(store, isLive ? undefined : { atMs: point.atMs, epoch: point.epoch });
      // Leaving the present is a step one can go back from; walking about in the past is not a hundred.
      if (store.getState().at === undefined || isLive) change();
      else quietly(change);
    },
    [store],
  );
  const scrub = useCallback(
    (index: number, isDone: boolean) => {
      setHeld(isDone ? undefined : index);
      clearTimeout(timer.current);
      idle.busy('scrub', !isDone);
      if (isDone) show(index);
      else timer.current = setTimeout(() => show(index), FOLLOW_MS);
    },
    [idle, show],
  );
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      idle.busy('scrub', false);
    },
    [idle],
  );

  const index = held ?? standsAt(points, at, stage?.moment);
  const point = points[index];
  return (
    <section className={css.timeline} aria-label="Timeline" data-past={at !== undefined || undefined}>
      <header className={css.head}>
        <Caption
          point={point}
          isKept={history?.isTooLarge !== true}
          now={at !== undefined || held !== undefined ? undefined : isOpened ? 'Last' : 'Now'}
          of={history?.of}
          stage={stage}
        />
        {history === undefined || history.isStored || history.isTooLarge ? null : (
          <span
            className={css.sitting}
            title="This browser, or the size of the answers, lets nothing be stored"
          >
            History is for this sitting
          </span>
        )}
        <span className={css.tools}>
          <button
            type="button"
            className={css.toggle}
            aria-pressed={width === 'rate'}
            title="Width of links by bytes per second, from what the counters grew by since the sample before"
            onClick={() => store.setState({ width: width === 'rate' ? 'bytes' : 'rate' })}
          >
            Rates
          </button>
          <button
            type="button"
            aria-label="Earlier sample"
            title="Earlier sample (←)"
            disabled={index < 1}
            onClick={() => show(index - 1)}
          >
            <Glyph of={StepBack} size={13} />
          </button>
          <button
            type="button"
            aria-label="Later sample"
            title="Later sample (→)"
            disabled={at === undefined}
            onClick={() => show(index + 1)}
          >
            <Glyph of={StepForward} size={13} />
          </button>
          <SaveRecording backstage={props.backstage} points={points} />
          <button
            type="button"
            aria-expanded={isOpen}
            title={isOpen ? 'Fold the timeline' : 'Open the timeline'}
            aria-label="Timeline chart"
            onClick={() => onOpen(!isOpen)}
          >
            {isOpen ? <Glyph of={ChevronDown} size={14} /> : <Glyph of={ChevronUp} size={14} />}
          </button>
        </span>
      </header>
      {isOpen ? (
        history?.isTooLarge === true ? (
          <p className={css.nothing}>No history is kept of answers this large.</p>
        ) : (
          <TimelineChart points={points} shown={index} isLive={at === undefined} onScrub={scrub} />
        )
      ) : null}
    </section>
  );
});

const NO_POINTS: readonly TimePoint[] = [];

interface CaptionProps {
  point: TimePoint | undefined;
  /** Where no samples are kept there is nothing to tell of them: a dash would say that nothing was measured. */
  isKept: boolean;
  /** Said instead of the clock where the newest sample is shown. */
  now: string | undefined;
  of: string | undefined;
  stage: Stage | undefined;
}

/** The figures of the sample under the hand, or of the newest. */
function Caption({ point, isKept, now, of, stage }: CaptionProps) {
  const p99 = point?.worstP99Us;
  if (!isKept)
    return (
      <p className={css.caption}>
        <strong className={css.time}>{now ?? formatClock(point?.atMs)}</strong>
      </p>
    );
  return (
    <p className={css.caption}>
      <strong className={css.time}>{now ?? formatClock(point?.atMs)}</strong>
      <span>
        <i className={css.rateKey} aria-hidden="true" /> <span className={css.word}>rate </span>
        <strong className={css.value}>{formatBytesPerSecond(point?.bytesPerS)}</strong>
      </span>
      <span>
        <i className={css.p99Key} data-band={bandOf(p99)} aria-hidden="true" />{' '}
        <span className={css.word}>worst </span>
        {'p99 '}
        <strong className={css.value}>{formatUs(p99)}</strong>
      </span>
      {of === undefined ? (
        <span className={css.quiet}>all flows</span>
      ) : (
        <bdi className={css.quiet}>{nameOf(of, stage)}</bdi>
      )}
    </p>
  );
}

/** As the map names it. */
function nameOf(id: string, stage: Stage | undefined): string {
  const { peers = [], links = [] } = stage?.picture ?? {};
  const labelOf = (peer: string | undefined) => peers.find((one) => one.id === peer)?.label;
  const link = links.find((one) => one.id === id);
  if (link !== undefined) return `${labelOf(link.from) ?? link.from} → ${labelOf(link.to) ?? link.to}`;
  return labelOf(id) ?? id;
}

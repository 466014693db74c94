/**
 * Name, where the data comes from, how old it is, how complete; and the controls of the pulse.
 * A status line first: what it says must be true at a glance at 3 a.m.
 */
import {
  CircleHelp,
  ExternalLink,
  MessageCircleQuestion,
  Moon,
  Pause,
  Play,
  RefreshCw,
  Sun,
  SunMoon,
  TriangleAlert,
} from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { type Bytes, formatAge, formatBytes, formatClock, formatCount, formatShare } from '../flows/units';
import type { Coverage } from '../graph/focus';
import { INTERVALS, openPanel, type ThemeChoice, type ViewStore } from '../view/view-state';
import { writeView } from '../view/view-url';
import { Glyph } from './glyph';
import { OpenButton } from './opened-files';
import css from './top-bar.module.css';
import type { Flows } from './use-flows';
import { useNow } from './use-now';
import { useWaiting, type Waiting } from './waiting';

interface TopBarProps {
  store: ViewStore;
  flows: Flows;
  /** Whether what is shown answers the present filters. */
  isCurrent: boolean;
  coverage: Coverage | undefined;
  /** When what is shown was, if that is not the present; ms since 1970. */
  past: number | undefined;
  findings: number | undefined;
  paused: boolean;
  /** Flows come from files that the reader opened. */
  isOpened: boolean;
  onPause(paused: boolean): void;
  onHelp(): void;
  onAsk(): void;
  onFiles(files: File[]): void;
  /** The buttons of sharing. */
  share: ReactNode;
}

const NEXT_THEME: Record<ThemeChoice, ThemeChoice> = { auto: 'light', light: 'dark', dark: 'auto' };
const THEME_ICON = { auto: SunMoon, light: Sun, dark: Moon };

export function TopBar(props: TopBarProps) {
  const { store, flows, isCurrent, coverage, past, findings, paused, isOpened, share } = props;
  const { onPause, onHelp, onAsk, onFiles } = props;
  const isOff = useStore(store, (view) => view.every === 'off');
  const theme = useStore(store, (view) => view.theme);
  const ThemeIcon = THEME_ICON[theme];
  const isEmbedded = useStore(store, (view) => view.embed);
  if (isEmbedded) return <StatusBar {...props} />;
  return (
    <header className={css.bar}>
      <div className={css.name}>
        <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
          <path d="M3 18c5-9 14-12 21-7l5-4c-1 4-1 7 0 11l-5-3c-6 7-14 9-21 3z" fill="currentColor" />
        </svg>
        <h1>Shoal</h1>
      </div>
      {flows.poll?.source === undefined ? null : (
        <span
          className={`${css.chip} ${css.source}`}
          title={`Where the flows come from: ${flows.poll.source}`}
        >
          {flows.poll.source}
        </span>
      )}
      <Pulse
        flows={flows}
        isCurrent={isCurrent}
        paused={paused}
        off={isOff}
        isOpened={isOpened}
        past={past}
      />
      {coverage === undefined ? null : (
        <CoverageChip coverage={coverage} findings={findings} onOpen={() => openPanel(store, 'quality')} />
      )}
      <span className={css.gap} />
      <button
        type="button"
        className={css.ask}
        title="Ask a question (Ctrl K)"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={onAsk}
      >
        <Glyph of={MessageCircleQuestion} size={15} /> Ask
      </button>
      <OpenButton className={css.icon} onFiles={onFiles} />
      <Updates
        store={store}
        waiting={flows.waiting}
        refresh={flows.refresh}
        paused={paused}
        isOpened={isOpened}
        onPause={onPause}
      />
      {share}
      <button
        type="button"
        className={css.icon}
        title={`Theme: ${theme}`}
        aria-label={`Theme: ${theme}. Change to ${NEXT_THEME[theme]}`}
        onClick={() => store.setState({ theme: NEXT_THEME[theme] })}
      >
        <Glyph of={ThemeIcon} size={16} />
      </button>
      <button type="button" className={css.icon} title="Help (?)" aria-label="Help" onClick={onHelp}>
        <Glyph of={CircleHelp} size={16} />
      </button>
    </header>
  );
}

interface UpdatesProps extends Pick<TopBarProps, 'store' | 'paused' | 'isOpened' | 'onPause'> {
  waiting: Waiting;
  refresh(): void;
}

/** Apart, because the figures beside them change with every poll and these do not. */
const Updates = memo(function Updates({ store, waiting, refresh, paused, isOpened, onPause }: UpdatesProps) {
  const every = useStore(store, (view) => view.every);
  const isAsking = useWaiting(waiting) !== undefined;
  return (
    <div className={css.controls} role="group" aria-label="Updates">
      <button
        type="button"
        disabled={isOpened}
        onClick={() => onPause(!paused)}
        aria-pressed={paused}
        title={paused ? 'Resume updates' : 'Pause updates'}
      >
        {paused ? <Glyph of={Play} size={15} /> : <Glyph of={Pause} size={15} />}
        <span className={css.word}>{paused ? 'Resume' : 'Pause'}</span>
      </button>
      <label>
        <span className="visually-hidden">Update every</span>
        <select
          value={every}
          disabled={isOpened}
          title="How often to ask for flows"
          onChange={(event) => {
            const next = INTERVALS.find((interval) => interval === event.target.value);
            if (next !== undefined) store.setState({ every: next });
          }}
        >
          {INTERVALS.map((interval) => (
            <option key={interval} value={interval}>
              {interval === 'off' ? 'off' : interval.replace(/([sm])$/, ' $1')}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        onClick={refresh}
        disabled={isAsking || isOpened}
        title="Ask now"
        aria-label="Refresh"
      >
        <Glyph of={RefreshCw} size={15} className={isAsking ? css.asking : undefined} />
      </button>
    </div>
  );
});

/** Inside another page: only what one must know to believe the map, and the way out to the whole page. */
function StatusBar(props: TopBarProps) {
  const { store, flows, isCurrent, coverage, findings, paused, isOpened, past } = props;
  const view = useStore(store);
  if (view.without.includes('status')) return null;
  const whole = writeView({ ...view, embed: false, without: [] });
  return (
    <div className={css.bar} role="group" aria-label="State of the data" data-embedded>
      <Pulse
        flows={flows}
        isCurrent={isCurrent}
        paused={paused}
        off={view.every === 'off'}
        isOpened={isOpened}
        past={past}
      />
      {coverage === undefined ? null : (
        <CoverageChip coverage={coverage} findings={findings} onOpen={() => openPanel(store, 'quality')} />
      )}
      <span className={css.gap} />
      <a className={css.whole} href={`?${whole}`} target="_blank" rel="noopener noreferrer">
        Open Shoal <Glyph of={ExternalLink} size={13} />
      </a>
    </div>
  );
}

/** An age that ticks by the second makes the browser compose the whole page each second, all day. */
const AGE_EVERY_MS = 5_000;
/** How long a request may take before we say that we wait: small clusters already need seconds. */
const PATIENCE_MS = 2500;

function Pulse({
  flows,
  isCurrent,
  paused,
  off,
  isOpened,
  past,
}: {
  flows: Flows;
  isCurrent: boolean;
  paused: boolean;
  off: boolean;
  isOpened: boolean;
  past: number | undefined;
}) {
  const { poll, problem, waiting } = flows;
  // Beside a notice that counts seconds, the age must not be another.
  const now = useNow(problem === undefined ? AGE_EVERY_MS : undefined);
  // It is drawn once a second: often enough for what is only said after longer.
  const sinceMs = waiting.since();
  const age = poll === undefined ? undefined : formatAge(now - poll.receivedMs);
  const waited = sinceMs === undefined ? 0 : now - sinceMs;
  const patience = waited > PATIENCE_MS ? `waiting ${formatAge(waited)} for an answer` : undefined;
  const state =
    past !== undefined
      ? 'past'
      : problem !== undefined
        ? 'stale'
        : poll !== undefined && !isCurrent
          ? 'waiting'
          : isOpened && poll !== undefined
            ? 'opened'
            : paused
              ? 'paused'
              : off
                ? 'off'
                : poll === undefined
                  ? 'waiting'
                  : 'live';
  const word = {
    past: 'not live',
    stale: poll === undefined ? 'no data' : 'stale',
    opened: 'opened file',
    paused: 'paused',
    off: 'updates off',
    waiting: poll === undefined ? 'loading' : 'previous filters',
    live: 'live',
  }[state];
  const at = poll === undefined ? undefined : new Date(poll.atMs).toISOString();
  return (
    <span className={css.chip} data-pulse={state} title={at === undefined ? undefined : `Sample of ${at}`}>
      <span className={css.dot} data-state={state} aria-hidden="true" />
      <strong>{word}</strong>
      <span className={css.ages}>
        {poll === undefined ? null : (
          <span className={css.quiet}>
            {past !== undefined
              ? `${formatClock(past)} UTC`
              : state === 'opened'
                ? `${formatClock(poll.atMs)} UTC`
                : `updated ${age} ago`}
          </span>
        )}
        {patience === undefined ? null : (
          <span className={css.waiting} role="status" title={patience}>
            {patience}
          </span>
        )}
      </span>
    </span>
  );
}

interface CoverageProps {
  coverage: Coverage;
  /** Findings about the data; undefined before anything was judged. */
  findings: number | undefined;
  onOpen(): void;
}

function CoverageChip({ coverage, findings, onOpen }: CoverageProps) {
  const { flows, total, bytes, hiddenFlows, hiddenBytes, foldedFlows, rejected, truncated } = coverage;
  const parts = [
    hiddenFlows > 0
      ? `hiding ${formatCount(hiddenFlows)} flows, ${formatShare(hiddenBytes, bytes)} of bytes`
      : undefined,
    foldedFlows > 0 ? `${formatCount(foldedFlows)} folded` : undefined,
    rejected > 0 ? `${formatCount(rejected)} unreadable` : undefined,
  ].filter((part) => part !== undefined);
  const told = parts.length === 0 ? 'none hidden' : parts.join(' · ');
  return (
    <button
      type="button"
      className={`${css.chip} ${css.coverage}`}
      title={`${told}. Data quality: how far this can be believed`}
      data-coverage
      data-partial={truncated || undefined}
      onClick={onOpen}
    >
      <span>
        <strong>{formatCount(flows)}</strong> of {formatCount(Math.max(total, flows + rejected))} flows
      </span>
      <span title={`${formatCount(bytes)} B, accounted by the sender`}>
        <strong>{formatBytes(bytes as Bytes)}</strong>
      </span>
      <span className={`${css.quiet} ${css.told}`}>{told}</span>
      {findings === undefined || findings === 0 ? null : (
        <span className={css.doubt}>
          <Glyph of={TriangleAlert} size={13} /> {formatCount(findings)}
          <span className="visually-hidden"> {findings === 1 ? 'finding' : 'findings'} about the data</span>
        </span>
      )}
    </button>
  );
}

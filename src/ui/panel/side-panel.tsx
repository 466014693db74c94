/**
 * The panel beside the map: summary, health, audit, workloads; over them the answer to a question, or the details of
 * what is selected. Tabs by the book; leaving what lies on top closes back to the tab below.
 */
import { type KeyboardEvent, memo, type ReactNode, type RefObject, Suspense, useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { Backstage } from '../../backstage/backstage';
import type { Panels } from '../../backstage/messages';
import type { Summary } from '../../flows/wire';
import { openPanel, PANELS, type PanelName, select, type ViewStore } from '../../view/view-state';
import type { Idle } from '../idle';
import { part } from '../part';
import { Broken, Pending, Region } from '../states';
import { RatesShown } from './rates-shown';
import css from './side-panel.module.css';

const SummaryPanel = part(() => import('./summary-panel').then((module) => module.SummaryPanel));
const LinkDetails = part(() => import('./link-details').then((module) => module.LinkDetails));
const PeerDetails = part(() => import('./peer-details').then((module) => module.PeerDetails));
const HealthPanel = part(() => import('./health-panel').then((module) => module.HealthPanel));
const AuditPanel = part(() => import('./audit-panel').then((module) => module.AuditPanel));
const WorkloadsPanel = part(() => import('./workloads-panel').then((module) => module.WorkloadsPanel));
const ChangesPanel = part(() => import('./changes-panel').then((module) => module.ChangesPanel));
const QualityPanel = part(() => import('./quality-panel').then((module) => module.QualityPanel));
const AnswerPanel = part(() => import('./answer-panel').then((module) => module.AnswerPanel));

const TITLES: Record<Shown, string> = {
  summary: 'Summary',
  health: 'Health',
  audit: 'Audit',
  workloads: 'Workloads',
  changes: 'Changes',
  quality: 'Quality',
  answer: 'Answer',
  peer: 'Peer',
  link: 'Link',
};

/** Why what is selected has no details. */
function sayGone(elsewhere: Panels['elsewhere']): ReactNode {
  if (elsewhere === undefined) return 'What was selected is not in this answer (any more).';
  if (elsewhere.how === 'level')
    return 'What was selected is in this answer, but not at the level that the map shows.';
  return (
    <>
      What was selected is folded into <bdi>{elsewhere.into}</bdi>.
    </>
  );
}

/** A tab's panel, or what lies over them. */
type Shown = PanelName | 'answer' | 'peer' | 'link';

interface SidePanelProps {
  store: ViewStore;
  backstage: Backstage;
  summary: Summary | undefined;
  panels: Panels | undefined;
  /** Why what stands beside the picture could not be made. */
  broke: string | undefined;
  /** `format=raw`: rows that nobody can analyse. */
  isRaw: boolean;
  idle: Idle;
  /** Set when the keyboard asked for the details of what it selected: they take the focus when they are there. */
  arriving: RefObject<boolean>;
  /** Asks for everything anew: what it is compared with has changed. */
  onBaseline(): void;
}

export const SidePanel = memo(function SidePanel({
  store,
  backstage,
  summary,
  panels,
  broke,
  isRaw,
  idle,
  arriving,
  onBaseline,
}: SidePanelProps) {
  const view = useStore(store);
  const { peer: peerId, link: linkId, ask, panel } = view;
  const { selection, selected } = panels ?? {};
  // What is selected may be newer than what came of it: until then the panel keeps what it shows.
  const isTold = selected?.peer === peerId && selected?.link === linkId;
  const peer = peerId === undefined ? undefined : selection?.peer;
  const link = linkId === undefined ? undefined : selection?.link;
  const gone = isTold && (peerId ?? linkId) !== undefined && peer === undefined && link === undefined;
  const shown: Shown =
    peer !== undefined ? 'peer' : link !== undefined ? 'link' : ask !== undefined ? 'answer' : panel;
  const body = useRef<HTMLDivElement>(null);
  const hasDetails = isTold && (peer !== undefined || link !== undefined);
  useEffect(() => {
    if (!hasDetails || !arriving.current) return;
    arriving.current = false;
    body.current?.focus();
  });
  const hadRates = useRef(false);
  if (panels?.figures.bytesPerS !== undefined) hadRates.current = true;
  // Data quality is opened from the status line; it is no tab that one leafs to.
  const tabs = PANELS.filter((name) => name !== 'quality' || panel === 'quality');
  const above: Shown[] = [
    ...(ask === undefined ? [] : ['answer' as const]),
    ...(shown === 'peer' || shown === 'link' ? [shown] : []),
  ];
  const open = (name: Shown) => {
    if (name === 'answer') select(store, {});
    if (name === 'answer' || name === 'peer' || name === 'link') return;
    openPanel(store, name);
  };
  return (
    <aside className={css.panel} aria-label="Details">
      <Tabs names={[...tabs, ...above]} shown={shown} onOpen={open} />
      {gone ? (
        <p className={css.gone} role="status">
          {sayGone(panels?.elsewhere)}{' '}
          <button type="button" onClick={() => select(store, {})}>
            Leave it
          </button>
        </p>
      ) : null}
      <div
        ref={body}
        role="tabpanel"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and not all that it holds can be focused.
        tabIndex={0}
        id={`panel-${shown}`}
        aria-labelledby={`tab-${shown}`}
        data-panel={shown}
        className={css.body}
      >
        {/* Inside the panel, so that another tab is a way out. */}
        <Region keys={[shown]} data={[panels, broke]}>
          {broke === undefined ? null : <Broken message={broke} />}
          <RatesShown value={hadRates.current}>
            <Suspense fallback={<Pending idle={idle} what={TITLES[shown].toLowerCase()} />}>
              {shown === 'summary' ? (
                <SummaryPanel idle={idle} store={store} summary={summary} panels={panels} />
              ) : isRaw && shown !== 'peer' && shown !== 'link' ? (
                <p className={css.note}>
                  Raw rows have no public layout and are not analysed: choose compact or full.
                </p>
              ) : panels === undefined ? (
                <p className={css.note}>Nothing to tell yet: no answer has come.</p>
              ) : panels.isGrouped && (shown === 'audit' || shown === 'workloads') ? (
                <p className={css.note}>
                  The server grouped the rows (aggregate): which pods, services or namespaces they were is no
                  longer in them. Set aggregate to off for this panel.
                </p>
              ) : peer !== undefined ? (
                <PeerDetails store={store} backstage={backstage} details={peer} />
              ) : link !== undefined ? (
                <LinkDetails store={store} link={link} />
              ) : (
                shownPanel(shown, panels, store, backstage, onBaseline)
              )}
            </Suspense>
          </RatesShown>
        </Region>
      </div>
    </aside>
  );
});

/** A panel whose figures are still being made shows nothing for that moment. */
function shownPanel(
  shown: Shown,
  panels: Panels,
  store: ViewStore,
  backstage: Backstage,
  onBaseline: () => void,
): ReactNode {
  const { health, audit, workloads, changes, quality, reply } = panels;
  if (shown === 'health') return <HealthPanel store={store} report={health} />;
  if (shown === 'quality') return <QualityPanel quality={quality} />;
  if (shown === 'audit' && audit !== undefined)
    return <AuditPanel store={store} backstage={backstage} audit={audit} onBaseline={onBaseline} />;
  if (shown === 'changes' && changes !== undefined)
    return <ChangesPanel store={store} backstage={backstage} changes={changes} onReference={onBaseline} />;
  if (shown === 'workloads' && workloads !== undefined)
    return <WorkloadsPanel store={store} workloads={workloads} />;
  if (shown === 'answer' && reply !== undefined) return <AnswerPanel store={store} answer={reply.answer} />;
  return null;
}

interface TabsProps {
  names: readonly Shown[];
  shown: Shown;
  onOpen(name: Shown): void;
}

/** One tab stop; arrows, Home and End walk and open. */
function Tabs({ names, shown, onOpen }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = names.indexOf(shown);
    const steps: Partial<Record<string, number>> = {
      ArrowRight: (at + 1) % names.length,
      ArrowLeft: (at + names.length - 1) % names.length,
      Home: 0,
      End: names.length - 1,
    };
    const next = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
    const name = next === undefined ? undefined : names[next];
    if (name === undefined) return;
    event.preventDefault();
    onOpen(name);
    list.current?.querySelector<HTMLElement>(`#tab-${name}`)?.focus();
  };
  return (
    <div ref={list} className={css.tabs} role="tablist" aria-label="Panel">
      {names.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-selected={shown === name}
          tabIndex={shown === name ? 0 : -1}
          {...(shown === name ? { 'aria-controls': `panel-${name}` } : {})}
          onClick={() => onOpen(name)}
          onKeyDown={onKeyDown}
        >
          {TITLES[name]}
        </button>
      ))}
    </div>
  );
}

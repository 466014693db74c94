/**
 * The panel beside the map: the summary, or the details of what is selected. Tabs by the book; what is selected
 * opens over the summary and closes back to it.
 */
import { lazy, Suspense } from 'react';
import { useStore } from 'zustand';
import type { Panels } from '../backstage/messages';
import { select, type ViewStore } from '../view/view-state';
import type { Idle } from './idle';
import css from './side-panel.module.css';
import { Pending } from './states';
import { SummaryPanel } from './summary-panel';
import type { Flows } from './use-flows';

const LinkDetails = lazy(() => import('./link-details').then((module) => ({ default: module.LinkDetails })));
const PeerDetails = lazy(() => import('./peer-details').then((module) => ({ default: module.PeerDetails })));

interface SidePanelProps {
  store: ViewStore;
  flows: Flows;
  panels: Panels | undefined;
  idle: Idle;
}

export function SidePanel({ store, flows, panels, idle }: SidePanelProps) {
  const peerId = useStore(store, (view) => view.peer);
  const linkId = useStore(store, (view) => view.link);
  const { selection, selected } = panels ?? {};
  // What is selected may be newer than what came of it: until then the panel keeps what it shows.
  const isTold = selected?.peer === peerId && selected?.link === linkId;
  const peer = peerId === undefined ? undefined : selection?.peer;
  const link = linkId === undefined ? undefined : selection?.link;
  const gone = isTold && (peerId ?? linkId) !== undefined && peer === undefined && link === undefined;
  return (
    <aside className={css.panel} aria-label="Details">
      <div className={css.tabs} role="tablist" aria-label="Panel">
        <button
          type="button"
          role="tab"
          id="tab-summary"
          aria-selected={peer === undefined && link === undefined}
          aria-controls="panel-summary"
          onClick={() => select(store, {})}
        >
          Summary
        </button>
        {peer === undefined && link === undefined ? null : (
          <button
            type="button"
            role="tab"
            id="tab-details"
            aria-selected="true"
            aria-controls="panel-details"
          >
            {peer === undefined ? 'Link' : 'Peer'}
          </button>
        )}
      </div>
      {gone ? (
        <p className={css.gone} role="status">
          What was selected is not in this answer (any more).{' '}
          <button type="button" onClick={() => select(store, {})}>
            Leave it
          </button>
        </p>
      ) : null}
      {peer !== undefined ? (
        <div
          role="tabpanel"
          id="panel-details"
          aria-labelledby="tab-details"
          data-panel="peer"
          className={css.body}
        >
          <Suspense fallback={<Pending idle={idle} what="details" />}>
            <PeerDetails store={store} details={peer} />
          </Suspense>
        </div>
      ) : link !== undefined ? (
        <div
          role="tabpanel"
          id="panel-details"
          aria-labelledby="tab-details"
          data-panel="link"
          className={css.body}
        >
          <Suspense fallback={<Pending idle={idle} what="details" />}>
            <LinkDetails store={store} link={link} />
          </Suspense>
        </div>
      ) : (
        <div
          role="tabpanel"
          id="panel-summary"
          aria-labelledby="tab-summary"
          data-panel="summary"
          className={css.body}
        >
          <SummaryPanel idle={idle} store={store} summary={flows.poll?.summary} panels={panels} />
        </div>
      )}
    </aside>
  );
}

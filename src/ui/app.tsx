/**
 * The page: bars on top, map or table in the middle, panel at the side. Holds what no other part should know of:
 * pause, the theme in force, the room for the map. Data comes from use-flows, pictures from use-scene.
 */
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { useStore } from 'zustand';
import { createLayoutDesk } from '../canvas/layout-desk';
import { flowKey } from '../flows/flow';
import { writeQuery } from '../flows/query';
import type { FlowsClient } from '../live/flows-client';
import { select, type ViewStore } from '../view/view-state';
import type { DroppedValue } from '../view/view-url';
import css from './app.module.css';
import { FilterBar } from './filter-bar';
import type { Idle } from './idle';
import { Legend } from './legend';
import { Notices, ProblemNotice } from './notices';
import { linkOfFlow, pickedFlow } from './picked';
import { useRoom } from './room';
import { SidePanel } from './side-panel';
import { AllHidden, EmptyState, LoadingState, Pending, RegionBroke } from './states';
import { TopBar } from './top-bar';
import { useFlows } from './use-flows';
import { useStage } from './use-scene';
import { useShortcuts } from './use-shortcuts';
import { NARROW, useMedia, useTheme } from './use-theme';
import { ViewBar } from './view-bar';

const MapStage = lazy(() => import('./map-stage').then((module) => ({ default: module.MapStage })));
const FlowTable = lazy(() => import('./flow-table').then((module) => ({ default: module.FlowTable })));
const HelpDialog = lazy(() => import('./help-dialog').then((module) => ({ default: module.HelpDialog })));
const RawTable = lazy(() => import('./raw-table').then((module) => ({ default: module.RawTable })));

export interface AppProps {
  store: ViewStore;
  client: FlowsClient;
  idle: Idle;
  storage: Storage | undefined;
  /** Values of the opening URL that could not be used. */
  dropped: DroppedValue[];
  onDropped(listener: (dropped: DroppedValue[]) => void): () => void;
}

export function App({ store, client, idle, storage, dropped, onDropped }: AppProps) {
  const view = useStore(store);
  const theme = useTheme(view.theme);
  const isNarrow = useMedia(NARROW);
  const [paused, setPaused] = useState(false);
  const [helping, setHelping] = useState(false);
  const [pickedKey, setPickedKey] = useState<string>();
  const [unused, setUnused] = useState(dropped);
  const region = useRef<HTMLDivElement>(null);
  const viewport = useRoom(region, isNarrow);
  // `moves` counts every change of positions by the reader, `tidied` only those that set the camera anew.
  const [moves, setMoves] = useState(0);
  const [tidied, setTidied] = useState(0);
  const openHelp = useCallback(() => setHelping(true), []);
  const flows = useFlows(client, view.query, view.every, paused);
  const answer = flows.drawable?.answer;
  // Positions of one cluster are not those of another served on the same port later.
  const source = flows.drawable?.source ?? '';
  const desk = useMemo(() => createLayoutDesk(source, storage), [source, storage]);
  const stage = useStage(answer, view, viewport, desk, moves);

  useEffect(() => onDropped(setUnused), [onDropped]);
  useEffect(() => {
    idle.busy('request', flows.fetching);
    idle.busy('start', false);
  }, [idle, flows.fetching]);
  useShortcuts({ store, openHelp });
  useEffect(() => {
    document.title = flows.poll?.source === undefined ? 'Shoal' : `Shoal · ${flows.poll.source}`;
  }, [flows.poll?.source]);

  const onMoved = useCallback(() => setMoves((count) => count + 1), []);
  const tidy = () => {
    if (stage !== undefined && viewport !== undefined) desk.tidy(stage.graph, viewport);
    onMoved();
    setTidied((count) => count + 1);
  };
  const isRaw = view.query.format === 'raw';
  const isCurrent =
    flows.pollQuery !== undefined &&
    writeQuery(flows.pollQuery).toString() === writeQuery(view.query).toString();
  const isEmpty = isCurrent && answer !== undefined && answer.flows.length === 0 && !isRaw;
  const isAllHidden = stage !== undefined && stage.scene.links.length === 0 && stage.graph.links.size > 0;
  // One row may stand beside several links; a table and its file list it once.
  const scene = stage?.scene;
  const tableFlows = useMemo(
    () => [...new Set(scene?.links.flatMap((link) => [...link.flows, ...link.attached]))],
    [scene],
  );

  const stagePart = (
    <main className={css.stage} aria-label={view.view === 'map' ? 'Map' : 'Table'}>
      <ViewBar store={store} stage={stage} />
      <div ref={region} className={css.region}>
        <ProblemNotice
          store={store}
          flows={flows}
          floating={!isNarrow && view.view === 'map' && flows.drawable !== undefined}
        />
        <ErrorBoundary FallbackComponent={RegionBroke} resetKeys={[answer, view.view]}>
          <Suspense fallback={<Pending idle={idle} what={view.view} />}>
            {view.view === 'map' ? (
              <MapStage
                store={store}
                stage={stage}
                theme={theme}
                idle={idle}
                onDrag={(peer, to) => {
                  if (stage !== undefined) desk.drag(stage.level, peer, to);
                  onMoved();
                }}
                arrangement={tidied}
                onTidy={tidy}
                stale={isRaw && flows.drawable !== undefined ? flows.drawable.receivedMs : undefined}
              />
            ) : isRaw && flows.poll?.raw !== undefined ? (
              <div className={css.table}>
                <RawTable raw={flows.poll.raw} />
              </div>
            ) : stage !== undefined ? (
              <div className={css.table}>
                <FlowTable
                  flows={tableFlows}
                  trust={stage.graph.trust}
                  picked={pickedFlow(stage, view.link, pickedKey)}
                  onPick={(flow) => {
                    setPickedKey(flow === undefined ? undefined : flowKey(flow));
                    select(store, flow === undefined ? {} : optionalLink(linkOfFlow(stage, flow)));
                  }}
                />
              </div>
            ) : null}
          </Suspense>
        </ErrorBoundary>
        {flows.poll === undefined && flows.problem === undefined ? (
          <LoadingState what="flows" sinceMs={flows.waitingSinceMs} />
        ) : null}
        {flows.poll === undefined && flows.problem !== undefined ? (
          <div className={css.center}>
            No flows yet. Shoal keeps asking; the map appears with the first answer.
          </div>
        ) : null}
        {isEmpty ? (
          <EmptyState store={store} summary={flows.poll?.summary} unreadable={answer?.rejects.count ?? 0} />
        ) : null}
        {isAllHidden && !isEmpty && view.view === 'map' ? (
          <AllHidden store={store} flows={stage.graph.wholeFlows} />
        ) : null}
        {isRaw && flows.drawable === undefined && view.view === 'map' ? (
          <div className={css.center} role="status">
            Raw rows have no public layout, so there is nothing to draw.{' '}
            <button type="button" onClick={() => store.setState({ view: 'table' })}>
              Show them as a table
            </button>
          </div>
        ) : null}
      </div>
    </main>
  );
  const sidePart = (
    <ErrorBoundary FallbackComponent={RegionBroke} resetKeys={[answer, view.peer, view.link]}>
      <SidePanel idle={idle} store={store} flows={flows} stage={stage} />
    </ErrorBoundary>
  );

  return (
    <div className={css.page} data-theme-in-force={theme}>
      <TopBar
        store={store}
        flows={flows}
        isCurrent={isCurrent}
        coverage={stage?.scene.coverage}
        paused={paused}
        onPause={setPaused}
        onHelp={() => setHelping(true)}
      />
      <FilterBar store={store} client={client} answer={answer} idle={idle} />
      <Notices store={store} flows={flows} dropped={unused} onDismissDropped={() => setUnused([])} />
      {isNarrow ? (
        <div className={css.narrow}>
          {stagePart}
          {view.view === 'map' ? <Legend theme={theme} /> : null}
          <div className={css.sidePanel}>{sidePart}</div>
        </div>
      ) : (
        <Group className={css.middle} orientation="horizontal" id="middle">
          <Panel id="stage" minSize="320px" className={css.stagePanel}>
            {stagePart}
          </Panel>
          <Separator className={css.separator} aria-label="Resize the side panel" />
          <Panel id="side" defaultSize="30%" minSize="280px" maxSize="60%" className={css.sidePanel}>
            {sidePart}
          </Panel>
        </Group>
      )}
      {helping ? (
        <Suspense fallback={null}>
          <HelpDialog onClose={() => setHelping(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}

const optionalLink = (link: string | undefined): { link?: string } => (link === undefined ? {} : { link });

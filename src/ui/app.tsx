/**
 * The page: bars on top, map or table in the middle, panel at the side. Holds what no other part should know of:
 * pause, the theme in force, the room for the map. Data comes from use-flows, pictures from use-stage.
 */
import { Suspense, useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { Backstage } from '../backstage/backstage';
import { flowKey } from '../flows/flow';
import { writeQuery } from '../flows/query';
import type { PreferenceStore } from '../view/preferences';
import type { ViewStore } from '../view/view-state';
import type { DroppedValue } from '../view/view-url';
import css from './app.module.css';
import { Arrangement } from './arrangement';
import { createTypedAhead } from './ask/typed-ahead';
import { useAnswerView } from './ask/use-answer-view';
import { FilterBar } from './filter-bar';
import type { Idle } from './idle';
import { Layers, loadAskDialog } from './layers';
import { Notices, ProblemNotice } from './notices';
import { DropHint, OpenedNotice } from './opened-files';
import { SidePanel } from './panel/side-panel';
import { part } from './part';
import { useRoom } from './room';
import { ShareButtons } from './share/share-buttons';
import { useShare } from './share/use-share';
import { AwaitingFlows, Broken, Detail, Pending, Region } from './states';
import { TopBar } from './top-bar';
import { useDrop } from './use-drop';
import { useFlows } from './use-flows';
import { MAP_PEERS_ID, useShortcuts } from './use-shortcuts';
import { useStage } from './use-stage';
import { NARROW, useMedia, useTheme } from './use-theme';
import { ViewBar } from './view-bar';
import { createWaiting } from './waiting';

const MapStage = part(() => import('./map-stage').then((module) => module.MapStage));
const MatrixStage = part(() => import('./matrix/matrix-stage').then((module) => module.MatrixStage));
const FlowTable = part(() => import('./flow-table').then((module) => module.FlowTable));
const EmptyState = part(() => import('./empty-state').then((module) => module.EmptyState));
const AllHidden = part(() => import('./empty-state').then((module) => module.AllHidden));
const Announcer = part(() => import('./announcer').then((module) => module.Announcer));
const Timeline = part(() => import('./timeline/timeline').then((module) => module.Timeline));
const NotLive = part(() => import('./timeline/not-live').then((module) => module.NotLive));
const RawTable = part(() => import('./raw-table').then((module) => module.RawTable));
/** Where the map has height to spare for the chart of the timeline. */
const ROOMY = '(min-height: 640px) and (min-width: 761px)';

const STAGE_NAMES = { map: 'Map', matrix: 'Matrix', table: 'Table' } as const;

export interface AppProps {
  store: ViewStore;
  preferences: PreferenceStore;
  backstage: Backstage;
  idle: Idle;
  /** The page is a file with its samples inside: there is no server to go back to. */
  isSnapshot: boolean;
  /** Values of the opening URL that could not be used. */
  dropped: DroppedValue[];
  onDropped(listener: (dropped: DroppedValue[]) => void): () => void;
  /** Does a change of the view that is no step of the history of its own. */
  amend(change: () => void): void;
}

export function App(props: AppProps) {
  const { store, preferences, backstage, idle, isSnapshot, dropped, onDropped, amend } = props;
  const view = useStore(store);
  const theme = useTheme(view.theme);
  const isNarrow = useMedia(NARROW);
  const [paused, setPaused] = useState(false);
  const [helping, setHelping] = useState(0);
  const [asking, setAsking] = useState(0);
  const [unused, setUnused] = useState(dropped);
  const isRoomy = useMedia(ROOMY);
  const [unfolded, setUnfolded] = useState<boolean>();
  const hasChart = unfolded ?? isRoomy;
  const region = useRef<HTMLDivElement>(null);
  const room = useRoom(region);
  // `moves` counts every change of positions by the reader, `tidied` only those that set the camera anew.
  const [moves, setMoves] = useState(0);
  const [tidied, setTidied] = useState(0);
  const [orders, setOrders] = useState(0);
  const orderAnew = useCallback(() => setOrders((count) => count + 1), []);
  const openHelp = useCallback(() => setHelping((times) => times + 1), []);
  const [typed] = useState(() => createTypedAhead(window));
  const openAsk = useCallback(() => {
    typed.begin();
    // Where the palette cannot come, the keys go back to the page.
    loadAskDialog().catch(typed.take);
    setAsking((times) => times + 1);
  }, [typed]);
  // The keyboard opened details on the map; the panel takes the focus when it has them.
  const arriving = useRef(false);
  const onDetails = useCallback(() => {
    arriving.current = true;
  }, []);
  const lookAgain = useCallback(() => setMoves((count) => count + 1), []);
  // The camera's zoom at rest: names are chosen for it.
  const [zoom, setZoom] = useState<number>();
  const { opened, opening } = useSyncExternalStore(backstage.subscribe, backstage.shown);
  const openedNumber = opened?.flows === undefined ? undefined : opened.number;
  const [waiting] = useState(() => createWaiting((busy) => idle.busy('request', busy)));
  const flows = useFlows(backstage, waiting, {
    query: view.query,
    every: view.every,
    paused,
    opened: openedNumber,
  });
  const receipt = flows.drawable;
  const { stage, panels, timeline, broke } = useStage(backstage, view, {
    receipt,
    asked: flows.drawnQuery,
    theme,
    room,
    zoom,
    moves,
    orders,
  });

  const [refused, setRefused] = useState<string>();
  const onFiles = useCallback(
    async (files: File[]) => {
      const { problem, baseline } = await backstage.openFiles(files);
      setRefused(problem);
      if (baseline === true) store.setState({ panel: 'audit' });
      if (problem === undefined) lookAgain();
    },
    [backstage, store, lookAgain],
  );
  const closeFiles = useCallback(() => void backstage.closeFiles().then(lookAgain), [backstage, lookAgain]);
  const isDropping = useDrop(onFiles);

  // Whoever opens the palette types at once: its code must be there already. And all else before the server may be gone.
  const hasPanels = panels !== undefined;
  useEffect(() => {
    if (hasPanels) loadAskDialog().catch(() => undefined);
  }, [hasPanels]);
  useEffect(() => {
    if (hasPanels && receipt !== undefined) backstage.bring();
  }, [hasPanels, receipt, backstage]);

  useEffect(() => onDropped(setUnused), [onDropped]);
  useEffect(() => {
    idle.busy('start', false);
  }, [idle]);
  useShortcuts({ store, preferences, openHelp, openAsk });
  const awaitAnswer = useAnswerView(store, panels?.reply, amend);
  useEffect(() => {
    document.title = flows.poll?.source === undefined ? 'Shoal' : `Shoal · ${flows.poll.source}`;
  }, [flows.poll?.source]);

  const origin = { poll: flows.poll, level: stage?.level, isHeld: openedNumber !== undefined, isSnapshot };
  const share = useShare({ store, backstage, idle, theme, origin });

  const onDrag = useCallback(
    (peer: string, to: { x: number; y: number }) => {
      backstage.drag(peer, to);
      setMoves((count) => count + 1);
    },
    [backstage],
  );
  const tidy = useCallback(() => {
    backstage.tidy();
    setMoves((count) => count + 1);
    setTidied((count) => count + 1);
  }, [backstage]);
  // A server that is there again may send what it did not.
  const reach = [flows.problem === undefined];
  const isRaw = view.query.format === 'raw';
  const isCurrent =
    flows.pollQuery !== undefined &&
    writeQuery(flows.pollQuery).toString() === writeQuery(view.query).toString();
  const isPast = view.at !== undefined && stage?.moment.isPast === true;
  const isEmpty = isCurrent && !isRaw && (isPast ? stage.wholeFlows === 0 : receipt?.counts?.flows === 0);
  const isAllHidden = stage !== undefined && stage.picture.links.length === 0 && stage.wholeLinks > 0;
  const firstFlow = panels?.selection.link?.rows[0];

  const stagePart = (
    <main className={css.stage} aria-label={STAGE_NAMES[view.view]}>
      {view.embed ? null : <ViewBar store={store} stage={stage} />}
      <div ref={region} className={css.region} data-past={isPast || undefined}>
        <ProblemNotice
          store={store}
          flows={flows}
          floating={!isNarrow && view.view !== 'table' && flows.drawable !== undefined}
        />
        {view.at === undefined || stage === undefined ? null : (
          <Detail keys={reach} data={[receipt]} pending={<Pending idle={idle} what="notice" />}>
            <NotLive
              store={store}
              moment={stage.moment}
              history={timeline}
              newestMs={receipt?.atMs}
              isOpened={openedNumber !== undefined}
            />
          </Detail>
        )}
        <Region keys={[...reach, view.view]} data={[receipt, broke]}>
          {broke?.part === 'stage' ? <Broken message={broke.message} /> : null}
          <Suspense fallback={<Pending idle={idle} what={view.view} />}>
            {view.view === 'map' ? (
              <MapStage
                store={store}
                stage={stage}
                theme={theme}
                idle={idle}
                backstage={backstage}
                onDrag={onDrag}
                onZoom={setZoom}
                arrangement={tidied}
                onTidy={tidy}
                onDetails={onDetails}
                stale={isRaw && flows.drawable !== undefined ? flows.drawable.receivedMs : undefined}
              />
            ) : view.view === 'matrix' ? (
              <MatrixStage
                store={store}
                stage={stage}
                theme={theme}
                idle={idle}
                backstage={backstage}
                onOrder={orderAnew}
                stale={isRaw && flows.drawable !== undefined ? flows.drawable.receivedMs : undefined}
              />
            ) : isRaw && flows.poll?.raw !== undefined ? (
              <div className={css.table}>
                <RawTable raw={flows.poll.raw} />
              </div>
            ) : stage !== undefined ? (
              <div className={css.table}>
                <FlowTable
                  backstage={backstage}
                  store={store}
                  version={panels?.version}
                  link={view.link}
                  firstFlow={firstFlow === undefined ? undefined : flowKey(firstFlow)}
                />
              </div>
            ) : null}
          </Suspense>
        </Region>
        {flows.poll === undefined && flows.problem === undefined ? <AwaitingFlows waiting={waiting} /> : null}
        {flows.poll === undefined && flows.problem !== undefined ? (
          <div className={css.center}>
            No flows yet. Shoal keeps asking; the map appears with the first answer.
          </div>
        ) : null}
        <Detail
          keys={[...reach, isEmpty, isAllHidden]}
          data={[receipt]}
          pending={<Pending idle={idle} what="reason" />}
        >
          {isEmpty ? (
            <EmptyState
              store={store}
              summary={flows.poll?.summary}
              unreadable={receipt?.counts?.rejects.count ?? 0}
            />
          ) : null}
          {isAllHidden && !isEmpty && view.view !== 'table' ? (
            <AllHidden store={store} flows={stage.wholeFlows} />
          ) : null}
        </Detail>
        {isRaw && flows.drawable === undefined && view.view !== 'table' ? (
          <div className={css.center} role="status">
            Raw rows have no public layout, so there is nothing to draw.{' '}
            <button type="button" onClick={() => store.setState({ view: 'table' })}>
              Show them as a table
            </button>
          </div>
        ) : null}
      </div>
      {isRaw || view.embed ? null : (
        <Detail
          keys={reach}
          data={[timeline]}
          pending={<div className={css.timelineRoom} data-open={hasChart || undefined} />}
        >
          <Timeline
            store={store}
            backstage={backstage}
            idle={idle}
            history={timeline}
            stage={stage}
            isOpen={hasChart}
            isOpened={openedNumber !== undefined}
            onOpen={setUnfolded}
            amend={amend}
          />
        </Detail>
      )}
    </main>
  );
  const sidePart = (
    <Region keys={[...reach, view.peer, view.link]} data={[receipt]}>
      <SidePanel
        idle={idle}
        store={store}
        backstage={backstage}
        summary={panels === undefined ? flows.poll?.summary : panels.summary}
        panels={panels}
        broke={broke?.part === 'panels' ? broke.message : undefined}
        isRaw={isRaw}
        arriving={arriving}
        onBaseline={lookAgain}
      />
    </Region>
  );

  return (
    <div className={css.page} data-theme-in-force={theme}>
      {view.view === 'map' ? (
        <button
          type="button"
          className={css.skip}
          onClick={() => document.getElementById(MAP_PEERS_ID)?.focus()}
        >
          Skip to the map
        </button>
      ) : null}
      <Detail keys={reach} data={[receipt]}>
        <Announcer
          filters={writeQuery(flows.pollQuery ?? view.query).toString()}
          // Going back in time is the reader's doing, and no news.
          verdict={isPast ? undefined : panels?.health}
          picture={isPast ? undefined : stage?.picture}
          lost={flows.problem?.sentence}
          truncated={flows.poll?.counts?.truncated === true}
        />
      </Detail>
      <TopBar
        store={store}
        flows={flows}
        isCurrent={isCurrent}
        coverage={stage?.picture.coverage}
        past={isPast ? stage.moment.atMs : undefined}
        findings={panels?.quality.findings}
        paused={paused}
        onPause={setPaused}
        onHelp={openHelp}
        onAsk={openAsk}
        isOpened={openedNumber !== undefined}
        onFiles={onFiles}
        share={<ShareButtons share={share} isReady={stage !== undefined} />}
      />
      {view.embed ? null : (
        <FilterBar store={store} backstage={backstage} idle={idle} isOpened={openedNumber !== undefined} />
      )}
      <OpenedNotice
        opened={opened}
        opening={opening}
        onStop={backstage.stopOpening}
        onClose={isSnapshot ? undefined : closeFiles}
      />
      {isDropping ? <DropHint /> : null}
      <Notices
        store={store}
        flows={flows}
        past={isPast ? stage.picture.coverage : undefined}
        dropped={unused}
        onDismissDropped={() => setUnused([])}
        refused={refused}
        onDismissRefused={() => setRefused(undefined)}
      />
      <Arrangement
        store={store}
        picture={stage?.picture}
        view={view}
        theme={theme}
        isNarrow={isNarrow}
        stage={stagePart}
        side={sidePart}
      />
      <Layers
        {...{ store, preferences, backstage, idle, theme, share, asking, helping, typed }}
        nowMs={receipt?.atMs ?? Date.now()}
        onAsked={awaitAnswer}
        onAskClose={() => {
          typed.take();
          setAsking(0);
        }}
        onHelpClose={() => setHelping(0)}
      />
    </div>
  );
}

/**
 * The map on the page: mounts the canvas, hands it pictures, turns its gestures into view changes. Lazy: this chunk
 * brings the engine. Knows room, zoom and selection; refuses to know flows.
 */
import { LayoutGrid, Maximize, Minus, Move, Plus } from 'lucide-react';
import { memo, useCallback, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Backstage, Stage } from '../backstage/backstage';
import { createFlowCanvas, type FlowCanvas } from '../canvas/flow-canvas';
import { isFold } from '../graph/folding';
import type { Picture } from '../graph/marks';
import type { Theme } from '../graph/palette';
import { STEPS } from '../graph/walk';
import { type Chrome, focusOn, select, toggleExpanded, type ViewStore } from '../view/view-state';
import { Glyph } from './glyph';
import type { Idle } from './idle';
import { StageLegend } from './legend';
import { type Hover, MapHover } from './map-hover';
import css from './map-stage.module.css';
import { MapTwin } from './map-twin';
import { MovePad } from './move-pad';
import { projectPicture } from './picture-face';
import { NOTICE_PX, useInsets } from './room';
import { isFramed } from './share/hand-over';
import { StaleBadge } from './stale-badge';
import tools from './styles/tools.module.css';
import { NARROW, useMedia } from './use-theme';

interface MapStageProps {
  backstage: Backstage;
  store: ViewStore;
  stage: Stage | undefined;
  theme: Theme;
  idle: Idle;
  /** Changes when the reader asked to arrange the map anew. */
  arrangement: number;
  /** Set when the map shows an older answer than the page: when that came. */
  stale: number | undefined;
  onDrag(peer: string, to: { x: number; y: number }): void;
  /** The camera came to rest at this zoom, screen px per map unit. */
  onZoom(zoom: number): void;
  onTidy(): void;
  /** The keyboard asked for the details of what it selected: the focus goes there. */
  onDetails(): void;
}

export const MapStage = memo(function MapStage(props: MapStageProps) {
  const { backstage, store, stage, theme, idle, arrangement, stale, onDrag, onZoom, onTidy, onDetails } =
    props;
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<FlowCanvas>(undefined);
  const [hover, setHover] = useState<Hover>();
  const selectedPeer = useStore(store, (view) => view.peer);
  const selectedLink = useStore(store, (view) => view.link);
  const isNarrow = useMedia(NARROW);
  const insets = useInsets();
  const latest = useRef({ onDrag });
  latest.current.onDrag = onDrag;

  const picture = stage?.picture;

  // One engine for the life of the map. Theme changes are told to it; they do not rebuild it.
  const firstTheme = useRef(theme);
  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const made = createFlowCanvas(
      element,
      firstTheme.current,
      {
        // A fold is there to be opened; what it stands for is what one wants to see.
        onSelect: (what) =>
          what.peer !== undefined && isFold(what.peer)
            ? toggleExpanded(store, what.peer)
            : select(store, what),
        onFocus: (peer) => focusOn(store, peer),
        onDrag: (peer, to) => latest.current.onDrag(peer, to),
        onHover: (what, at) =>
          setHover(what.peer === undefined && what.link === undefined ? undefined : { ...what, ...at }),
        onZoomRest: onZoom,
      },
      backstage.paint,
    );
    canvas.current = made;
    idle.drawn = {
      picture() {
        // A picture that came during a gesture is not drawn before its end.
        const drawn = made.shown();
        if (drawn === undefined) return undefined;
        const { left, top } = element.getBoundingClientRect();
        return projectPicture({ picture: drawn, camera: made.camera(), frame: { left, top } });
      },
      whenIdle: () => made.whenIdle(),
    };
    return () => {
      delete idle.drawn;
      canvas.current = undefined;
      made.destroy();
    };
  }, [store, idle, onZoom, backstage]);

  useEffect(() => canvas.current?.setTheme(theme), [theme]);

  // A wider panel or another window makes the map fit anew; a notice that comes or goes does not.
  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    let known = { width: element.clientWidth, window: window.innerHeight, height: element.clientHeight };
    const observer = new ResizeObserver(() => {
      const next = { width: element.clientWidth, window: window.innerHeight, height: element.clientHeight };
      const isOther = next.width !== known.width || next.window !== known.window;
      if (!isOther && Math.abs(next.height - known.height) < NOTICE_PX) return;
      known = next;
      canvas.current?.refit(insets);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [insets]);

  const [isMoving, setMoving] = useState(false);
  const movable = picture?.peers.find(({ id }) => id === selectedPeer);
  const isEmbedded = useStore(store, (view) => view.embed);
  const without = useStore(store, (view) => view.without);
  const lacks = (part: Chrome) => isEmbedded && without.includes(part);
  // In a frame the wheel is the host page's, which the reader scrolls past us; with Ctrl, and in a pinch, it zooms.
  const stageRef = useRef<HTMLDivElement>(null);
  const [isHinting, setHint] = useState(false);
  useEffect(() => {
    const element = stageRef.current;
    if (element === null || !(isEmbedded || isFramed())) return;
    let hinting: ReturnType<typeof setTimeout> | undefined;
    const onWheel = (event: WheelEvent) => {
      clearTimeout(hinting);
      const isZoom = event.ctrlKey || event.metaKey;
      setHint(!isZoom);
      if (isZoom) return;
      event.stopPropagation();
      hinting = setTimeout(setHint, HINT_MS, false);
    };
    element.addEventListener('wheel', onWheel, { capture: true, passive: true });
    return () => {
      clearTimeout(hinting);
      element.removeEventListener('wheel', onWheel, { capture: true });
    };
  }, [isEmbedded]);
  const fitted = useRef<string>(undefined);
  const filtered = useRef<string>(undefined);
  const isWidened = useRef(false);
  const before = useRef<Picture>(undefined);
  const { frame, filters } = stage ?? {};
  useEffect(() => {
    if (picture === undefined) return;
    canvas.current?.show(picture, { from: comingFrom(before.current, picture) });
    before.current = picture;
    // The camera is the reader's: it is set when everything stands elsewhere, never by a refresh.
    const key = `${frame} ${arrangement}`;
    const isElsewhere = fitted.current !== key && picture.peers.length > 0;
    // Nor may what the reader asked for be out of sight: it is fitted in, and the camera comes back from there.
    const isOther = filtered.current !== filters;
    filtered.current = filters;
    const isOut = isOther && canvas.current?.isOverflowing() === true;
    const isBack = isOther && isWidened.current && canvas.current?.isUntouched() === true;
    if (isOther && picture.peers.length > 0) isWidened.current = isOut && !isElsewhere;
    if (isElsewhere || isOut || (isBack && picture.peers.length > 0)) {
      if (isElsewhere) fitted.current = key;
      canvas.current?.fit(insets);
      onZoom(canvas.current?.camera().zoom ?? picture.zoom);
    }
  }, [picture, frame, filters, arrangement, insets, onZoom]);

  const fit = useCallback(() => canvas.current?.fit(insets), [insets]);
  useEffect(() => {
    canvas.current?.select({
      ...(selectedPeer === undefined ? {} : { peer: selectedPeer }),
      ...(selectedLink === undefined ? {} : { link: selectedLink }),
    });
    // Chosen in a list or a box, it may be out of sight; chosen on the map it is not, and nothing moves.
    if (selectedPeer !== undefined) canvas.current?.reveal(selectedPeer);
  }, [selectedPeer, selectedLink]);

  return (
    <div ref={stageRef} className={css.stage}>
      <div ref={holder} className={css.canvas} role="img" aria-label={describe(picture)} />
      {picture === undefined ? null : (
        <MapTwin
          picture={picture}
          canvas={canvas}
          store={store}
          insets={insets}
          onAttend={setHover}
          onDetails={onDetails}
        />
      )}
      {hover === undefined ? null : <MapHover backstage={backstage} hover={hover} />}
      {stale === undefined ? null : <StaleBadge sinceMs={stale} />}
      {isHinting ? (
        <p className={css.wheel} aria-hidden="true">
          <kbd>Ctrl</kbd> + wheel zooms the map
        </p>
      ) : null}
      {lacks('camera') ? null : (
        <>
          {isMoving ? (
            <MovePad
              peer={movable?.label}
              onMove={(direction) => {
                const { x, y } = STEPS[direction];
                if (movable === undefined) canvas.current?.panBy({ x: -x * PAN_STEPS, y: -y * PAN_STEPS });
                else canvas.current?.nudge(movable.id, { x, y });
              }}
            />
          ) : null}
          <div className={`${tools.tools} ${css.camera}`} role="group" aria-label="Camera">
            <button
              type="button"
              aria-label="Zoom in"
              title="Zoom in"
              onClick={() => canvas.current?.zoomBy(1.25)}
            >
              <Glyph of={Plus} size={15} />
            </button>
            <button
              type="button"
              aria-label="Zoom out"
              title="Zoom out"
              onClick={() => canvas.current?.zoomBy(0.8)}
            >
              <Glyph of={Minus} size={15} />
            </button>
            <button
              type="button"
              aria-label="Arrow buttons"
              title="Arrow buttons: move the selected peer, or the map"
              aria-pressed={isMoving}
              onClick={() => setMoving(!isMoving)}
            >
              <Glyph of={Move} size={14} />
            </button>
            <button
              type="button"
              aria-label="Arrange the map anew"
              title="Arrange the map anew"
              onClick={onTidy}
            >
              <Glyph of={LayoutGrid} size={14} />
            </button>
            <button type="button" aria-label="Fit the map" title="Fit the map" onClick={fit}>
              <Glyph of={Maximize} size={14} />
            </button>
          </div>
        </>
      )}
      {isNarrow || lacks('legend') ? null : <StageLegend store={store} theme={theme} picture={picture} />}
    </div>
  );
});

/** Long enough to be read while one scrolls past. */
const HINT_MS = 1_200;

/** A press pans by so many steps of a peer: a part of the map one still recognises. */
const PAN_STEPS = 6;

/**
 * Where newcomers come from: a peer that opened into several stood where they leave from, and a pod that was replaced
 * stood in its namespace too. At another level everything stands elsewhere, and nothing comes from anywhere.
 */
function comingFrom(before: Picture | undefined, after: Picture): Map<string, { x: number; y: number }> {
  const from = new Map<string, { x: number; y: number }>();
  if (before === undefined || before.level !== after.level || before.peers === after.peers) return from;
  const stays = new Set(after.peers.map(({ id }) => id));
  const left = new Map<string, { x: number; y: number }>();
  for (const { id, kind, label, namespace, x, y } of before.peers) {
    const place = kind === 'namespace' ? label : namespace;
    if (place !== undefined && !stays.has(id)) left.set(place, { x, y });
  }
  const known = new Set(before.peers.map(({ id }) => id));
  for (const { id, kind, label, namespace } of after.peers) {
    const place = kind === 'namespace' ? label : namespace;
    const origin = place === undefined || known.has(id) ? undefined : left.get(place);
    if (origin !== undefined) from.set(id, origin);
  }
  return from;
}

function describe(picture: Picture | undefined): string {
  if (picture === undefined) return 'Map, not drawn yet';
  const worst = picture.links.filter((link) => link.band === 'high').length;
  const failed = picture.links.filter((link) => link.unanswered).length;
  const trouble = [
    worst > 0 ? `${worst} with high handshake times` : '',
    failed > 0 ? `${failed} without an answer` : '',
  ].filter(Boolean);
  return `Map at ${picture.level} level: ${picture.peers.length} peers, ${picture.links.length} links${
    trouble.length > 0 ? `, ${trouble.join(', ')}` : ''
  }. The table lists the same flows.`;
}

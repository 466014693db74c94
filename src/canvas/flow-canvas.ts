/**
 * The map: takes pictures, applies what changed, reports gestures. Few marks are elements of Cytoscape; a crowd is
 * painted by us, and Cytoscape keeps camera and gestures. The camera belongs to the reader: it moves on `fit`, on
 * gestures, and nowhere else.
 */
import cytoscape from 'cytoscape';
import type { Picture } from '../graph/marks';
import type { Theme } from '../graph/palette';
import { diffPictures, isEmpty } from '../graph/picture-diff';
import type { Highlight } from '../paint/paint-map';
import { createAttention, panInto, placeOf } from './attention';
import { onNextFrame } from './chunks';
import { type Crowd, createCrowd, type Painter } from './crowd';
import { guardDrawing } from './draw-guard';
import { highlightEngine, patchEngine } from './engine-marks';
import { frameFor, type Insets } from './framing';
import { createGestures, REST_MS } from './gestures';
import { glide } from './glide';
import { listenToPointer, type Point, type Pointed } from './pointing';
import { createRenderLoop } from './render-loop';
import { createSharpness } from './sharpness';
import type { Camera } from './sheet';
import { stylesheet } from './stylesheet';
import { followContainer } from './whereabouts';

export interface CanvasEvents {
  /** A click; nothing given means the background. */
  onSelect(what: { peer?: string; link?: string }): void;
  /** A double click on a peer. */
  onFocus(peer: string): void;
  /** The reader put a peer somewhere; map units. */
  onDrag(peer: string, to: { x: number; y: number }): void;
  onHover(what: { peer?: string; link?: string }, at: { x: number; y: number }): void;
  /** The zoom came to rest at another value than the picture was made for. */
  onZoomRest(zoom: number): void;
}

export interface FlowCanvas {
  /**
   * Draws this instead of what is drawn; waits while a gesture is under way, and a newer picture takes its turn.
   * Newcomers named in `from` glide from there (map units) to their places.
   */
  show(picture: Picture, options?: { from?: ReadonlyMap<string, Point> }): void;
  /** What is drawn, or about to be within the next frames; not yet what waits for a gesture to end. */
  shown(): Picture | undefined;
  setTheme(theme: Theme): void;
  /** Brings everything into view inside the container less `insets`; never enlarges beyond 1:1. */
  fit(insets: Insets): void;
  /** The container changed size: fits anew unless the reader has moved the camera since the last fit. */
  refit(insets: Insets): void;
  /** The reader has not moved the camera since the last fit. */
  isUntouched(): boolean;
  /** It is untouched, and yet a mark is out of the container. */
  isOverflowing(): boolean;
  zoomBy(factor: number): void;
  select(what: { peer?: string; link?: string }): void;
  /** Brings a peer that is out of sight to the middle, keeping the zoom. */
  reveal(peer: string): void;
  /**
   * The keyboard is here: lit as hovering would, brought into the container less `insets`, and `marker` kept over it as
   * the camera moves. Nothing given: it has left the map.
   */
  attend(what: Pointed, marker?: HTMLElement, insets?: Insets): void;
  /** Moves a peer by px of the screen, as dragging it would. */
  nudge(peer: string, by: Point): void;
  /** Moves the camera by px of the screen. */
  panBy(by: Point): void;
  /** Where a peer's mark or the middle of a link is, px of the container. */
  whereIs(what: Pointed): Point | undefined;
  camera(): Camera;
  /** Resolves when nothing is waiting to be drawn and the camera is at rest. */
  whenIdle(): Promise<void>;
  destroy(): void;
}

const MIN_ZOOM = 0.04;
const MAX_ZOOM = 5;

/**
 * From so many links or peers on the map is painted by us, and drawn by the engine again below the smaller number: a map
 * near the limit does not change hands with every poll. At 300 of each, lighting one peer costs the engine 90 ms, us 12.
 */
const CROWD = 150;
const CROWD_NO_MORE = 120;
/** At another zoom a picture with other names is on its way; painting the old one just before would be for nothing. */
const AWAIT_PICTURE_MS = 150;

/** `painter` paints crowds off the page's thread, where there is one. */
export function createFlowCanvas(
  container: HTMLElement,
  theme: Theme,
  events: CanvasEvents,
  painter?: Painter,
): FlowCanvas {
  const loop = createRenderLoop();
  const engine = cytoscape({
    container,
    style: stylesheet(theme),
    layout: { name: 'preset' },
    minZoom: MIN_ZOOM,
    maxZoom: MAX_ZOOM,
    boxSelectionEnabled: false,
    selectionType: 'single',
    autounselectify: true,
  });
  loop.govern(engine);
  guardDrawing(engine);
  const unfollow = followContainer(engine, container);
  const engineCanvases = [...container.querySelectorAll('canvas')];

  let shown: Picture | undefined;
  let waiting: { picture: Picture; from: ReadonlyMap<string, Point> } | undefined;
  let crowd: Crowd | undefined;
  let gliding = 0;
  let selected: Pointed = {};
  let hovered: Pointed = {};
  // Whether the reader moved the camera since it was last fitted.
  let touched = false;

  let sharpening: ReturnType<typeof setTimeout> | undefined;
  const sharpen = () => {
    clearTimeout(sharpening);
    sharpening = undefined;
    crowd?.rest();
  };

  const camera = (): Camera => {
    const { x, y } = engine.pan();
    return { zoom: engine.zoom(), panX: x, panY: y };
  };
  const attention = createAttention();
  const sharpness = createSharpness(engine);
  const gestures = createGestures(engine, {
    start() {
      if (crowd === undefined) sharpness.lower();
      pointer.forget();
    },
    move(byHand) {
      if (byHand) touched = true;
      crowd?.follow(camera());
      attention.place(shown, camera());
    },
    rest() {
      sharpness.restore();
      const zoom = engine.zoom();
      const isOld = shown === undefined || Math.abs(zoom - shown.zoom) > 1e-6;
      if (waiting !== undefined) draw(waiting);
      if (isOld) {
        events.onZoomRest(zoom);
        clearTimeout(sharpening);
        sharpening = setTimeout(sharpen, AWAIT_PICTURE_MS);
      } else crowd?.rest();
      // What was in the reader's hand is no longer.
      if (crowd !== undefined) highlight();
    },
  });
  const pointer = listenToPointer(engine, container, gestures, {
    pick: ({ x, y }) => crowd?.pick(x, y, engine.zoom()) ?? {},
    middleOf: (peer) => shown?.peers.find(({ id }) => id === peer),
    onTap: (what) => events.onSelect(what),
    onDoubleTap: (peer) => events.onFocus(peer),
    onHover(what, at) {
      hovered = what;
      highlight();
      events.onHover(what, at);
    },
    onDrag: (peer, to) => crowd?.highlight({ ...highlightOf({ peer }), dragged: { peer, ...to } }),
    onDrop: drop,
  });
  const onResize = () => crowd?.resize();
  engine.on('resize', onResize);

  function drop(peer: string, to: Point): void {
    const before = shown?.peers.find(({ id }) => id === peer);
    if (shown === undefined || before === undefined || (before.x === to.x && before.y === to.y)) return;
    shown = { ...shown, peers: shown.peers.map((each) => (each === before ? { ...each, ...to } : each)) };
    crowd?.show(shown, theme);
    attention.place(shown, camera());
    events.onDrag(peer, to);
  }

  function highlightOf(what: Pointed): Highlight {
    const { peer, link } = what;
    if (shown === undefined || (peer === undefined && link === undefined)) return { selected };
    const links = shown.links.filter(
      ({ id, from, to }) => id === link || (peer !== undefined && (from === peer || to === peer)),
    );
    const peers = new Set(links.flatMap(({ from, to }) => [from, to]));
    if (peer !== undefined) peers.add(peer);
    return { lit: { peers, links, ...(peer === undefined ? {} : { named: peer }) }, selected };
  }

  function highlight(): void {
    const wanted = highlightOf(stands(hovered) ? hovered : attention.what());
    if (crowd === undefined) highlightEngine(engine, wanted);
    else crowd.highlight(wanted);
  }

  function draw({ picture, from }: { picture: Picture; from: ReadonlyMap<string, Point> }): void {
    waiting = undefined;
    const count = Math.max(picture.links.length, picture.peers.length);
    const isCrowd = count > (crowd === undefined ? CROWD : CROWD_NO_MORE);
    if (isCrowd !== (crowd !== undefined)) {
      // Another hand draws: it starts from nothing.
      crowd?.destroy();
      crowd = isCrowd ? createCrowd(container, camera(), painter) : undefined;
      engine.elements().remove();
      // With nothing on them they would still be cleared and handed to the screen in every frame.
      for (const empty of engineCanvases) empty.style.display = isCrowd ? 'none' : '';
      shown = undefined;
    }
    const diff = diffPictures(shown, picture);
    const rescaled = shown !== undefined && picture.zoom !== shown.zoom;
    const isSame = shown !== undefined && isEmpty(diff) && !rescaled;
    const wasAt = shown === undefined ? undefined : placeOf(shown, hovered);
    shown = picture;
    if (isSame) return;
    // What the pointer was on is gone or stands elsewhere: it is on it no longer, though it did not move.
    const isAt = placeOf(picture, hovered);
    if (stands(hovered) && (isAt?.x !== wasAt?.x || isAt?.y !== wasAt?.y || isAt === undefined))
      pointer.forget();
    if (crowd !== undefined) {
      clearTimeout(sharpening);
      sharpening = undefined;
      crowd.show(picture, theme, true);
    } else patchEngine(engine, picture, diff, rescaled);
    // Looking at every element is for nothing when none stands out.
    if (crowd !== undefined || [hovered, selected, attention.what()].some(stands)) highlight();
    attention.place(picture, camera());
    if (crowd === undefined && from.size > 0) {
      gliding++;
      glide(engine, from).finally(() => {
        gliding--;
      });
    }
  }

  function fitCamera(insets: Insets): void {
    if (waiting !== undefined) draw(waiting);
    if (shown === undefined) return;
    const { clientWidth: width, clientHeight: height } = container;
    const wanted = frameFor(shown, { width, height }, insets, MIN_ZOOM);
    if (wanted === undefined) return;
    const { zoom, panX, panY } = wanted;
    gestures.quietly(() => engine.viewport({ zoom, pan: { x: panX, y: panY } }));
    touched = false;
  }

  const isPending = () =>
    (gestures.isBusy() && !gestures.isHeld()) ||
    sharpening !== undefined ||
    gliding > 0 ||
    crowd?.isBusy() === true;

  return {
    show(picture, { from = NOWHERE } = {}) {
      if (gestures.isBusy() && shown !== undefined) waiting = { picture, from };
      else draw({ picture, from });
    },
    shown: () => shown,
    setTheme(next) {
      if (next === theme) return;
      theme = next;
      engine.style(stylesheet(next));
      if (shown !== undefined) crowd?.show(shown, theme);
    },
    fit: fitCamera,
    refit(insets) {
      engine.resize();
      if (!touched) fitCamera(insets);
    },
    isUntouched: () => !touched,
    isOverflowing() {
      const { clientWidth: width, clientHeight: height } = container;
      const { zoom, panX, panY } = camera();
      return (
        !touched &&
        (waiting?.picture ?? shown)?.peers.some(({ x, y }) => {
          const [left, top] = [x * zoom + panX, y * zoom + panY];
          return left < 0 || top < 0 || left > width || top > height;
        }) === true
      );
    },
    zoomBy(factor) {
      const zoom = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, engine.zoom() * factor));
      engine.zoom({
        level: zoom,
        renderedPosition: { x: container.clientWidth / 2, y: container.clientHeight / 2 },
      });
    },
    select(next) {
      selected = next;
      highlight();
    },
    reveal(peer) {
      const at = shown?.peers.find(({ id }) => id === peer);
      if (at === undefined) return;
      const { zoom, panX, panY } = camera();
      const [x, y] = [at.x * zoom + panX, at.y * zoom + panY];
      const { clientWidth, clientHeight } = container;
      const isInSight = x > 0 && y > 0 && x < clientWidth && y < clientHeight;
      if (!isInSight) engine.pan({ x: panX + clientWidth / 2 - x, y: panY + clientHeight / 2 - y });
    },
    attend(what, marker, insets = NO_INSETS) {
      attention.hold(what, marker);
      highlight();
      const at = shown === undefined ? undefined : placeOf(shown, what);
      if (at === undefined) return;
      const half = (at.size * engine.zoom()) / 2 + NAME_ROOM_PX;
      const { clientWidth, clientHeight } = container;
      const margins = {
        top: insets.top + half,
        right: insets.right + half,
        bottom: insets.bottom + half,
        left: insets.left + half,
      };
      const by = panInto(at, camera(), { width: clientWidth, height: clientHeight }, margins);
      if (by.x !== 0 || by.y !== 0) engine.panBy(by);
      attention.place(shown, camera());
    },
    nudge(peer, by) {
      const at = shown?.peers.find(({ id }) => id === peer);
      if (at === undefined) return;
      const to = { x: at.x + by.x / engine.zoom(), y: at.y + by.y / engine.zoom() };
      engine.getElementById(peer).position(to);
      drop(peer, to);
    },
    panBy: (by) => void engine.panBy(by),
    whereIs(what) {
      const at = shown === undefined ? undefined : placeOf(shown, what);
      const { zoom, panX, panY } = camera();
      return at === undefined ? undefined : { x: at.x * zoom + panX, y: at.y * zoom + panY };
    },
    camera,
    async whenIdle() {
      do {
        while (isPending()) await pause(REST_MS / 2);
        await nextFrame();
        // The engine draws in the frame after it was told; a crowd is painted already.
        if (crowd === undefined) await nextFrame();
      } while (isPending());
    },
    destroy() {
      clearTimeout(sharpening);
      gestures.destroy();
      unfollow();
      pointer.destroy();
      crowd?.destroy();
      loop.destroy();
      engine.destroy();
    },
  };
}

const stands = (what: Pointed): boolean => what.peer !== undefined || what.link !== undefined;

const NO_INSETS: Insets = { top: 0, right: 0, bottom: 0, left: 0 };
/** A name stands below its mark, and a ring around it. */
const NAME_ROOM_PX = 24;
const NOWHERE: ReadonlyMap<string, Point> = new Map();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const nextFrame = (): Promise<void> => new Promise(onNextFrame);

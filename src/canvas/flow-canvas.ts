/**
 * The picture on an engine: the only room that knows Cytoscape. Takes pictures, applies what changed, reports gestures.
 * The camera belongs to the reader: it moves on `fit`, on gestures, and nowhere else.
 * Screen px (widths, fonts) become map units here, by dividing by the zoom whenever the camera comes to rest.
 */
import cytoscape from 'cytoscape';
import type { Rect } from '../graph/layout/labels';
import type { Picture, PictureBox, PictureLink, PicturePeer, PicturePill } from '../graph/marks';
import type { Theme } from '../graph/palette';
import { BOX_TITLE_PX, TITLE_INSET } from '../graph/picture';
import { diffPictures, isEmpty } from '../graph/picture-diff';
import { PILL_PX } from '../graph/pills';
import { guardDrawing } from './draw-guard';
import { stylesheet } from './stylesheet';

interface Camera {
  zoom: number;
  /** Screen px of the map's origin, relative to the container. */
  panX: number;
  panY: number;
}

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
  show(picture: Picture): void;
  setTheme(theme: Theme): void;
  /** Brings everything into view inside the container less `insets`; never enlarges beyond 1:1. */
  fit(insets: Insets): void;
  /** The container changed size: fits anew unless the reader has moved the camera since the last fit. */
  refit(insets: Insets): void;
  zoomBy(factor: number): void;
  select(what: { peer?: string; link?: string }): void;
  /** Brings a peer that is out of sight to the middle, keeping the zoom. */
  reveal(peer: string): void;
  camera(): Camera;
  /** Resolves when nothing is waiting to be drawn and the camera is at rest. */
  whenIdle(): Promise<void>;
  destroy(): void;
}

export interface Insets {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** How long after the last wheel step the camera counts as at rest. */
const REST_MS = 120;
const MIN_ZOOM = 0.04;
const MAX_ZOOM = 5;

export function createFlowCanvas(container: HTMLElement, theme: Theme, events: CanvasEvents): FlowCanvas {
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
  guardDrawing(engine);

  let shown: Picture | undefined;
  let unitZoom = 1;
  let resting: ReturnType<typeof setTimeout> | undefined;

  const atRest = () => {
    resting = undefined;
    const zoom = engine.zoom();
    if (Math.abs(zoom - unitZoom) > 1e-6) events.onZoomRest(zoom);
  };
  // Whether the reader moved the camera since it was last fitted.
  let touched = false;
  let fitting = false;
  engine.on('pan zoom', () => {
    if (!fitting) touched = true;
  });
  engine.on('zoom', () => {
    clearTimeout(resting);
    resting = setTimeout(atRest, REST_MS);
  });

  const what = (target: cytoscape.SingularElementArgument): { peer?: string; link?: string } =>
    target.isNode() ? { peer: target.id() } : { link: target.id() };
  engine.on('tap', (event) => events.onSelect(event.target === engine ? {} : what(event.target)));
  engine.on('dbltap', 'node', (event) => events.onFocus(event.target.id()));
  engine.on('free', 'node', (event) => {
    const { x, y } = event.target.position();
    const before = shown?.peers.find((peer) => peer.id === event.target.id());
    if (before !== undefined && (before.x !== x || before.y !== y))
      events.onDrag(event.target.id(), { x, y });
  });
  engine.on('mouseover', 'node.peer, edge', (event) => {
    light(event.target);
    const at = event.renderedPosition;
    events.onHover(what(event.target), { x: at.x, y: at.y });
  });
  engine.on('mouseout', 'node.peer, edge', () => {
    unlight();
    events.onHover({}, { x: 0, y: 0 });
  });

  function light(target: cytoscape.SingularElementArgument): void {
    engine.batch(() => {
      const links = target.isNode() ? target.connectedEdges() : target;
      const lit = links.union(links.connectedNodes()).union(target);
      engine.elements('.peer, edge').not(lit).addClass('dim');
      lit.addClass('lit');
    });
  }
  function unlight(): void {
    engine.batch(() => {
      engine.elements('.dim, .lit').removeClass('dim lit');
    });
  }

  function show(picture: Picture): void {
    const diff = diffPictures(shown, picture);
    const rescaled = picture.zoom !== unitZoom || shown === undefined;
    if (isEmpty(diff) && !rescaled) {
      shown = picture;
      return;
    }
    unitZoom = picture.zoom;
    engine.batch(() => {
      for (const part of [diff.links, diff.pills, diff.peers, diff.boxes]) {
        for (const id of part.removed) engine.getElementById(id).remove();
      }
      for (const id of diff.boxes.removed) engine.getElementById(titleId(id)).remove();
      engine.add([
        ...diff.boxes.added.flatMap((box) => [boxElement(box), titleElement(box, unitZoom)]),
        ...diff.peers.added.map((peer) => peerElement(peer, unitZoom)),
        ...diff.links.added.map((link) => linkElement(link, unitZoom)),
        ...diff.pills.added.map((pill) => pillElement(pill, unitZoom)),
      ]);
      for (const box of rescaled ? picture.boxes : diff.boxes.changed) {
        update(engine, boxElement(box));
        update(engine, titleElement(box, unitZoom));
      }
      for (const peer of rescaled ? picture.peers : diff.peers.changed)
        update(engine, peerElement(peer, unitZoom));
      for (const pill of rescaled ? picture.pills : diff.pills.changed)
        update(engine, pillElement(pill, unitZoom));
      for (const link of rescaled ? picture.links : diff.links.changed)
        update(engine, linkElement(link, unitZoom));
    });
    shown = picture;
    markSelection();
  }

  let selected: { peer?: string; link?: string } = {};
  function markSelection(): void {
    engine.batch(() => {
      engine.elements('.selected').removeClass('selected');
      const id = selected.peer ?? selected.link;
      if (id !== undefined) engine.getElementById(id).addClass('selected');
    });
  }

  function fitCamera(insets: Insets): void {
    if (shown === undefined) return;
    const width = container.clientWidth - insets.left - insets.right;
    const height = container.clientHeight - insets.top - insets.bottom;
    let bounds = boundsOf(shown, 1);
    if (bounds === undefined || width <= 0 || height <= 0) return;
    const zoomFor = ({ w, h }: Rect) => Math.max(MIN_ZOOM, Math.min(1, width / w, height / h));
    // Names keep their size on the screen, so the smaller the map the more room they need around it.
    bounds = boundsOf(shown, zoomFor(bounds)) ?? bounds;
    const zoom = zoomFor(bounds);
    fitting = true;
    engine.viewport({
      zoom,
      pan: {
        x: insets.left + (width - bounds.w * zoom) / 2 - bounds.x * zoom,
        y: insets.top + (height - bounds.h * zoom) / 2 - bounds.y * zoom,
      },
    });
    fitting = false;
    touched = false;
    clearTimeout(resting);
    atRest();
  }

  return {
    show,
    setTheme(next) {
      engine.style(stylesheet(next));
    },
    fit: fitCamera,
    refit(insets) {
      engine.resize();
      if (!touched) fitCamera(insets);
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
      markSelection();
    },
    reveal(peer) {
      const node = engine.getElementById(peer);
      if (node.empty()) return;
      const { x, y } = node.renderedPosition();
      const isInSight = x > 0 && y > 0 && x < container.clientWidth && y < container.clientHeight;
      if (!isInSight) engine.center(node);
    },
    camera() {
      const { x, y } = engine.pan();
      return { zoom: engine.zoom(), panX: x, panY: y };
    },
    async whenIdle() {
      while (resting !== undefined) await pause(REST_MS / 2);
      await nextFrame();
      await nextFrame();
    },
    destroy() {
      clearTimeout(resting);
      engine.destroy();
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
// A hidden tab gets no frames, but it can be idle all the same.
const nextFrame = (): Promise<void> =>
  document.hidden ? pause(20) : new Promise((resolve) => requestAnimationFrame(() => resolve()));

/** The rectangle that holds boxes, marks and names at a zoom, map units. */
function boundsOf(picture: Picture, zoom: number): Rect | undefined {
  const rects: Rect[] = [
    ...picture.boxes,
    ...picture.peers.map((peer) => {
      const w = Math.max(peer.size, peer.textWidthPx / zoom);
      return { x: peer.x - w / 2, y: peer.y - peer.size / 2, w, h: peer.size + (peer.fontPx * 1.6) / zoom };
    }),
  ];
  if (rects.length === 0) return undefined;
  const x = Math.min(...rects.map((rect) => rect.x));
  const y = Math.min(...rects.map((rect) => rect.y));
  return {
    x,
    y,
    w: Math.max(...rects.map((rect) => rect.x + rect.w)) - x,
    h: Math.max(...rects.map((rect) => rect.y + rect.h)) - y,
  };
}

function update(engine: cytoscape.Core, { data, position, classes }: cytoscape.ElementDefinition): void {
  const element = engine.getElementById(String(data.id));
  if (element.empty()) return;
  element.data(data);
  if (position !== undefined && !element.grabbed()) {
    const { x, y } = element.position();
    if (x !== position.x || y !== position.y) element.position(position);
  }
  // Keep what the reader is doing (dim, lit, selected); replace only what the picture says.
  const transient = ['dim', 'lit', 'selected'].filter((name) => element.hasClass(name));
  element.classes([...String(classes).split(' '), ...transient]);
}

function boxElement(box: PictureBox): cytoscape.ElementDefinition {
  return {
    group: 'nodes',
    data: {
      id: box.id,
      w: box.w,
      h: box.h,
      fill: box.fill,
      stroke: box.stroke,
    },
    position: { x: box.x + box.w / 2, y: box.y + box.h / 2 },
    classes: 'box',
    grabbable: false,
    selectable: false,
  };
}

/** A box's name as a node of its own: the box lies under the links, its name above them. */
function titleElement(box: PictureBox, zoom: number): cytoscape.ElementDefinition {
  return {
    group: 'nodes',
    data: {
      id: titleId(box.id),
      text: box.text ?? '',
      title: box.title,
      fill: box.fill,
      font: BOX_TITLE_PX / zoom,
      halo: 3 / zoom,
    },
    position: {
      x: box.x + (TITLE_INSET + box.textWidthPx / 2) / zoom,
      y: box.y + (TITLE_INSET + BOX_TITLE_PX / 2) / zoom,
    },
    classes: 'title',
    grabbable: false,
    selectable: false,
  };
}

const titleId = (box: string): string => `title ${box}`;

function peerElement(peer: PicturePeer, zoom: number): cytoscape.ElementDefinition {
  const classes = ['peer', peer.kind];
  if (peer.namespace !== undefined) classes.push('boxed');
  if (peer.folded) classes.push('folded');
  return {
    group: 'nodes',
    data: {
      id: peer.id,
      size: peer.size,
      stroke: peer.stroke,
      fill: peer.fill,
      text: peer.text ?? '',
      font: peer.fontPx / zoom,
      gap: 3 / zoom,
      halo: 2 / zoom,
    },
    position: { x: peer.x, y: peer.y },
    classes: classes.join(' '),
  };
}

function linkElement(link: PictureLink, zoom: number): cytoscape.ElementDefinition {
  const w = link.widthPx / zoom;
  return {
    group: 'edges',
    data: {
      id: link.id,
      source: link.from,
      target: link.to,
      w,
      colour: link.colour,
      bend: link.bend,
      opacity: link.opacity,
      arrow: arrowScale(link.widthPx, zoom),
    },
    classes: [link.band, link.unanswered ? 'unanswered' : ''].filter(Boolean).join(' '),
  };
}

/** A node of no size that carries a label: an edge's own label would lie under later edges. */
function pillElement(pill: PicturePill, zoom: number): cytoscape.ElementDefinition {
  return {
    group: 'nodes',
    data: { id: pill.id, text: pill.text, font: PILL_PX / zoom, pad: 4 / zoom },
    position: { x: pill.x, y: pill.y },
    classes: pill.trouble ? 'pill trouble' : 'pill',
    grabbable: false,
    selectable: false,
  };
}

/** Arrow heads of 7 px and a bit more for wide links, whatever the zoom; undoes Cytoscape's own width formula. */
function arrowScale(widthPx: number, zoom: number): number {
  const wanted = (7 + 1.1 * widthPx) / zoom;
  return wanted / Math.max(29, ((13.37 * widthPx) / zoom) ** 0.9);
}

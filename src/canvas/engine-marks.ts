/**
 * A picture of few marks as elements of Cytoscape: what each mark is to the engine, and the patch from one picture to
 * the next. Screen px (widths, fonts) become map units here, by dividing by the picture's zoom.
 */
import type cytoscape from 'cytoscape';
import type { Picture, PictureBox, PictureLink, PicturePeer, PicturePill } from '../graph/marks';
import { BOX_TITLE_PX, TITLE_INSET } from '../graph/picture';
import type { PictureDiff } from '../graph/picture-diff';
import { PILL_PX } from '../graph/pills';
import { headLength } from '../paint/paint-links';
import type { Highlight } from '../paint/paint-map';

/** Brings the engine from what it shows to `picture`; `rescaled` when the zoom it is made for changed as well. */
export function patchEngine(
  engine: cytoscape.Core,
  picture: Picture,
  diff: PictureDiff,
  rescaled: boolean,
): void {
  const { zoom } = picture;
  const peers = new Map(picture.peers.map((peer) => [peer.id, peer]));
  engine.batch(() => {
    for (const part of [diff.links, diff.pills, diff.peers, diff.boxes]) {
      for (const id of part.removed) engine.getElementById(id).remove();
    }
    for (const id of diff.boxes.removed) engine.getElementById(titleId(id)).remove();
    engine.add([
      ...diff.boxes.added.flatMap((box) => [boxElement(box), titleElement(box, zoom)]),
      ...diff.peers.added.map((peer) => peerElement(peer, zoom)),
      ...diff.links.added.map((link) => linkElement(link, peers, zoom)),
      ...diff.pills.added.map((pill) => pillElement(pill, zoom)),
    ]);
    for (const box of rescaled ? picture.boxes : diff.boxes.changed) {
      update(engine, boxElement(box));
      update(engine, titleElement(box, zoom));
    }
    for (const peer of rescaled ? picture.peers : diff.peers.changed) update(engine, peerElement(peer, zoom));
    for (const pill of rescaled ? picture.pills : diff.pills.changed) update(engine, pillElement(pill, zoom));
    for (const link of rescaled ? picture.links : diff.links.changed)
      update(engine, linkElement(link, peers, zoom));
  });
}
/** Lights, dims and selects elements; leaves alone those that are as they should be. */
export function highlightEngine(engine: cytoscape.Core, { lit, selected }: Highlight): void {
  const links = new Set(lit?.links.map(({ id }) => id));
  const isLit = (id: string) => lit !== undefined && (links.has(id) || lit.peers.has(id));
  const chosen = selected.peer ?? selected.link;
  engine.batch(() => {
    for (const element of engine.elements('.peer, edge')) {
      const id = element.id();
      element.toggleClass('lit', isLit(id));
      element.toggleClass('dim', lit !== undefined && !isLit(id));
      element.toggleClass('selected', id === chosen);
    }
  });
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
  if (peer.ghost === true) classes.push('ghost');
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

function linkElement(
  link: PictureLink,
  peers: ReadonlyMap<string, PicturePeer>,
  zoom: number,
): cytoscape.ElementDefinition {
  const w = link.widthPx / zoom;
  const strand = strandOf(link, peers);
  return {
    group: 'edges',
    data: {
      id: link.id,
      source: link.from,
      target: link.to,
      w,
      colour: link.colour,
      dash: link.dash.map((part) => part / zoom).join(' '),
      bend: link.bend,
      distances: strand?.distances ?? link.bend,
      weights: strand?.weights ?? 0.5,
      opacity: link.opacity,
      arrow: arrowScale(link, peers.get(link.to)?.size ?? 0, zoom),
    },
    classes: [link.band, link.dash.length > 0 ? 'dashed' : '', link.unanswered ? 'unanswered' : '']
      .filter(Boolean)
      .join(' '),
  };
}

/** A cubic curve's control points as the engine wants them: beside the chord, and three quarters of the way to each. */
function strandOf(
  { via, from, to }: PictureLink,
  peers: ReadonlyMap<string, PicturePeer>,
): { distances: string; weights: string } | undefined {
  const start = peers.get(from);
  const end = peers.get(to);
  if (via === undefined || start === undefined || end === undefined) return undefined;
  const dx = end.x - start.x;
  const dy = end.y - start.y;
  const squared = dx * dx + dy * dy;
  if (squared === 0) return undefined;
  const points = [
    { x: (via[0] - start.x) * CUBIC_PART, y: (via[1] - start.y) * CUBIC_PART },
    { x: dx + (via[2] - end.x) * CUBIC_PART, y: dy + (via[3] - end.y) * CUBIC_PART },
  ];
  return {
    distances: points.map(({ x, y }) => (y * dx - x * dy) / Math.sqrt(squared)).join(' '),
    weights: points.map(({ x, y }) => (x * dx + y * dy) / squared).join(' '),
  };
}

/** The engine joins two quadratic curves at the middle of their control points: so drawn in, that is the cubic's middle. */
const CUBIC_PART = 0.75;

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

/** Heads as long as our painter draws them; undoes the engine's own formula, of which a head takes three tenths. */
function arrowScale(link: PictureLink, size: number, zoom: number): number {
  const length = headLength(link, size, zoom) / HEAD_PART;
  return length / Math.max(29, ((13.37 * link.widthPx) / zoom) ** 0.9);
}

const HEAD_PART = 0.3;

/**
 * Peers, their boxes and their names as final marks: what of a picture decides whether a map can be read.
 * Knows cells, sizes and which names fit; refuses to know links.
 */
import { type GraphPeer, isFold } from './flow-graph';
import type { Scene } from './focus';
import { isBoxed } from './layout/groups';
import {
  createOccupancy,
  elide,
  type MeasureText,
  type NamedMark,
  type Occupancy,
  placeLabels,
  type Rect,
} from './layout/labels';
import { cellOf, centreOf, type Placement } from './layout/placement';
import type { PictureBox, PicturePeer } from './marks';
import type { Overlay } from './overlay';
import { chooseHues, placeStyle, type Shade, type Theme } from './palette';

export interface PictureInput {
  scene: Scene;
  placement: Placement;
  theme: Theme;
  /** Screen px per map unit: decides which names fit. */
  zoom: number;
  measure: MeasureText;
  /** What is shown over the scene. */
  overlay?: Overlay | undefined;
  /** Where given, links are coloured by how they compare with their siblings instead of by band. */
  shades?: ReadonlyMap<string, Shade> | undefined;
}

export const BOX_TITLE_PX = 13;
/** The mark that suits a cell's height, from the roomiest; a lower cell than the last gets the last. */
const MARKS: readonly { from: number; size: number }[] = [
  { from: 74, size: 28 },
  { from: 57, size: 24 },
  { from: 50, size: 20 },
  { from: 45, size: 18 },
];
const SMALLEST_MARK = 16;
const LABEL_PX = 12;
const DENSE_LABEL_PX = 11;
/** Cells narrower than this hold more letters of the smaller font than of the larger. */
const DENSE_CELL = 125;
/** The widest mark the densest cell can hold, for who stands for many. */
const GROUP_MARK = 1.3;

export interface Marks {
  peers: PicturePeer[];
  boxes: PictureBox[];
  /** What marks, names and titles cover, px of the screen relative to the map's origin. */
  taken: Occupancy;
}

export function composeMarks({ scene, placement, theme, zoom, measure }: PictureInput): Marks {
  const peers: PicturePeer[] = [];
  // From the whole graph: hiding a namespace must not recolour the others.
  const hues = chooseHues([...scene.graph.peers.values()].flatMap(({ namespace }) => namespace ?? []));
  for (const peer of scene.peers) {
    const centre = centreOf(placement, peer.id);
    if (centre === undefined) continue;
    const style = placeStyle(peer.namespace === undefined ? undefined : hues.get(peer.namespace), theme);
    const cell = cellOf(placement, peer.id);
    const size = MARKS.find(({ from }) => cell.h >= from)?.size ?? SMALLEST_MARK;
    peers.push({
      id: peer.id,
      kind: peer.kind,
      label: peer.label,
      ...(peer.namespace === undefined ? {} : { namespace: peer.namespace }),
      x: centre.x,
      y: centre.y,
      size: peer.kind === 'namespace' || peer.kind === 'node' ? size * GROUP_MARK : size,
      stroke: style.stroke,
      fill: style.fill,
      textWidthPx: 0,
      fontPx: cell.w < DENSE_CELL ? DENSE_LABEL_PX : LABEL_PX,
      folded: isFold(peer.id),
      ...(scene.graph.peers.has(peer.id) ? {} : { ghost: true }),
    });
  }
  const boxes = composeBoxes(scene.peers, peers, placement, { hues, theme, zoom, measure });
  const taken = createOccupancy();
  keepTitlesApart(boxes, zoom, taken);
  nameThem(peers, scene.peers, { placement, zoom, measure, taken });
  return { peers, boxes, taken };
}

/** A box is its group's frame, widened to whatever the reader dragged out of it. */
function composeBoxes(
  graphPeers: readonly GraphPeer[],
  peers: readonly PicturePeer[],
  placement: Placement,
  look: { hues: ReadonlyMap<string, number>; theme: Theme; zoom: number; measure: MeasureText },
): PictureBox[] {
  const { hues, theme, zoom, measure } = look;
  const inside = new Map<string, PicturePeer[]>();
  const shown = new Map(peers.map((peer) => [peer.id, peer]));
  for (const { id } of graphPeers) {
    const group = placement.slots.get(id)?.group;
    const peer = shown.get(id);
    if (group === undefined || peer === undefined || !isBoxed(group)) continue;
    const list = inside.get(group);
    if (list === undefined) inside.set(group, [peer]);
    else list.push(peer);
  }
  const boxes: PictureBox[] = [];
  for (const [group, members] of inside) {
    const frame = placement.groups.get(group);
    const namespace = members[0]?.namespace;
    if (frame === undefined || namespace === undefined) continue;
    let { x, y } = frame;
    let right = frame.x + frame.w;
    let bottom = frame.y + frame.h;
    for (const peer of members) {
      const half = cellOf(placement, peer.id).w / 2;
      if (!placement.dragged.has(peer.id)) continue;
      x = Math.min(x, peer.x - half);
      right = Math.max(right, peer.x + half);
      y = Math.min(y, peer.y - peer.size - TITLE_ROOM);
      bottom = Math.max(bottom, peer.y + peer.size * 1.6);
    }
    const w = right - x;
    const style = placeStyle(hues.get(namespace), theme);
    const text = elide(namespace, w * zoom - 1.5 * TITLE_INSET, BOX_TITLE_PX, measure);
    boxes.push({
      // Peers' ids hold no bare slash: a namespace that is a box and, elsewhere, a peer keeps the two apart.
      id: `ns:${namespace}/`,
      label: namespace,
      x,
      y,
      w,
      h: bottom - y,
      ...(text === undefined ? {} : { text }),
      textWidthPx: text === undefined ? 0 : measure(text, BOX_TITLE_PX),
      ...style,
    });
  }
  return boxes;
}

/** Far out a title is higher than its box: of two in one place the larger box keeps its own. */
function keepTitlesApart(boxes: readonly PictureBox[], zoom: number, taken: Occupancy): void {
  for (const box of [...boxes].sort((a, b) => b.w * b.h - a.w * a.h)) {
    if (box.text === undefined) continue;
    const rect = titleRect(box, zoom);
    if (taken.isFree(rect)) {
      taken.add(`title ${box.id}`, rect);
      continue;
    }
    delete box.text;
    box.textWidthPx = 0;
  }
}

const TITLE_ROOM = 22;
/** Where a box's title starts, px of the screen from its left and top. */
export const TITLE_INSET = 8;

/** The title of a box, in px of the screen relative to the map's origin. */
export function titleRect(box: PictureBox, zoom: number): Rect {
  const h = Math.ceil(BOX_TITLE_PX * 1.25);
  return { x: box.x * zoom + TITLE_INSET, y: box.y * zoom + TITLE_INSET - 3, w: box.textWidthPx, h };
}

interface Naming {
  placement: Placement;
  zoom: number;
  measure: MeasureText;
  taken: Occupancy;
}

function nameThem(peers: PicturePeer[], graphPeers: readonly GraphPeer[], naming: Naming): void {
  const { placement, zoom, measure, taken } = naming;
  // Boxes say the namespace once; without boxes each name has to.
  const tellsNamespace =
    placement.layered === true && new Set(peers.map(({ namespace }) => namespace)).size > 1;
  const bytes = new Map(graphPeers.map((peer) => [peer.id, peer.sentBytes + peer.receivedBytes]));
  const marks: NamedMark[] = peers.map((peer) => ({
    id: peer.id,
    texts: wordings(peer, tellsNamespace),
    fontPx: peer.fontPx,
    mark: markRect(peer, zoom),
    cellPx: cellOf(placement, peer.id).w * zoom,
    fewest: peer.kind === 'pod' ? FEWEST_OF_POD : FEWEST_LETTERS,
    // By doublings, so that which names are drawn does not flicker with every poll.
    importance: Math.floor(Math.log2(1 + (bytes.get(peer.id) ?? 0))),
  }));
  const labels = placeLabels(marks, measure, taken, extentOf(placement, zoom));
  for (const peer of peers) {
    const label = labels.get(peer.id);
    if (label === undefined) continue;
    peer.text = label.text;
    peer.textWidthPx = label.rect.w;
  }
}

/** Fewer letters than this say nothing of a name: better none, it is shown on hover. */
const FEWEST_LETTERS = 6;
/** A pod's name is told by its workload and by its hash end. */
const FEWEST_OF_POD = 10;

/** Whole, then what may stand for it: a name without its namespace, a fold without its share of bytes. */
function wordings({ folded, label, namespace }: PicturePeer, tellsNamespace: boolean): string[] {
  if (folded && label.includes(', ')) return [label, label.slice(0, label.indexOf(', '))];
  return tellsNamespace && namespace !== undefined && namespace !== label
    ? [`${namespace}/${label}`, label]
    : [label];
}

/** From the leftmost to the rightmost frame: a name that left it would make the map wider than it was packed. */
function extentOf({ groups }: Placement, zoom: number): { left: number; right: number } {
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  for (const { x, w } of groups.values()) {
    left = Math.min(left, x);
    right = Math.max(right, x + w);
  }
  return { left: left * zoom, right: right * zoom };
}

/** A peer's mark in px of the screen relative to the map's origin. */
export function markRect(peer: Pick<PicturePeer, 'x' | 'y' | 'size'>, zoom: number): Rect {
  const size = peer.size * zoom;
  return { x: peer.x * zoom - size / 2, y: peer.y * zoom - size / 2, w: size, h: size };
}

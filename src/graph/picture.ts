/**
 * The map as final marks: positions, widths in px, colours, names. Pure, before any engine, so the legend, the tables,
 * the accessibility tree and nearly every test read it. Numbers are quantised here: jitter dies before it is styled.
 */
import { type FlowGraph, type GraphLink, type GraphPeer, isFold } from './flow-graph';
import { isProblem, type Scene, touchesInfrastructure } from './focus';
import { chooseBends } from './layout/bends';
import {
  createOccupancy,
  elide,
  type MeasureText,
  type NamedMark,
  type Occupancy,
  placeLabels,
  type Rect,
} from './layout/labels';
import { cellOf, centreOf, isBoxed, type Placement } from './layout/placement';
import type { Picture, PictureBox, PictureLink, PicturePeer } from './marks';
import { bandStyle, chooseHues, placeStyle, type Theme } from './palette';
import { composePills } from './pills';

export interface PictureInput {
  scene: Scene;
  placement: Placement;
  theme: Theme;
  /** Screen px per map unit: decides which names fit. */
  zoom: number;
  measure: MeasureText;
}

const LABEL_PX = 12;
const DENSE_LABEL_PX = 11;
export const BOX_TITLE_PX = 13;
const MARK = 28;
const DENSE_MARK = 24;
/** Cells narrower than this are the dense steps of the packing. */
const DENSE_CELL = 125;

/** 1 KiB → 1 px, 1 GiB → 10 px on a fixed log scale, in quarter px; never rescaled by what else is on screen (§5). */
export function linkWidthPx(bytes: number): number {
  const doublings = Math.log2(Math.max(bytes, 1024)) - 10;
  const width = 1 + (9 * doublings) / 20;
  return Math.min(WIDEST_LINK_PX, Math.round(width * 4) / 4);
}

/** A terabyte would be 14.5 px: wider than half a mark nothing is gained. */
const WIDEST_LINK_PX = 12;

/** Peers that the placement does not know yet, and links to them, are left out: they come with the next placement. */
export function composePicture({ scene, placement, theme, zoom, measure }: PictureInput): Picture {
  const dense = (placement.groups.values().next().value?.cell.w ?? DENSE_CELL) < DENSE_CELL;
  const fontPx = dense ? DENSE_LABEL_PX : LABEL_PX;
  const size = dense ? DENSE_MARK : MARK;
  const peers: PicturePeer[] = [];
  // From the whole graph: hiding a namespace must not recolour the others.
  const hues = chooseHues([...scene.graph.peers.values()].flatMap(({ namespace }) => namespace ?? []));
  for (const peer of scene.peers) {
    const centre = centreOf(placement, peer.id);
    if (centre === undefined) continue;
    const style = placeStyle(peer.namespace === undefined ? undefined : hues.get(peer.namespace), theme);
    peers.push({
      id: peer.id,
      kind: peer.kind,
      label: peer.label,
      ...(peer.namespace === undefined ? {} : { namespace: peer.namespace }),
      x: centre.x,
      y: centre.y,
      size: peer.kind === 'namespace' || peer.kind === 'node' ? size * 1.3 : size,
      stroke: style.stroke,
      fill: style.fill,
      textWidthPx: 0,
      fontPx,
      folded: isFold(peer.id),
    });
  }
  const boxes = composeBoxes({ graphPeers: scene.peers, peers, placement, hues, theme, zoom, measure });
  const taken = createOccupancy();
  for (const box of boxes) {
    if (box.text === undefined) continue;
    taken.add(`title ${box.id}`, titleRect(box, zoom));
  }
  nameThem(peers, scene.peers, placement, zoom, fontPx, measure, taken);
  const links = composeLinks(scene.graph, scene.links, peers, theme);
  const pills = composePills(links, peers, zoom, measure, taken);
  return { level: scene.graph.level, zoom, boxes, peers, links, pills, coverage: scene.coverage };
}

/** A box is its group's frame, widened to whatever the reader dragged out of it. */
function composeBoxes(input: {
  graphPeers: readonly GraphPeer[];
  peers: readonly PicturePeer[];
  placement: Placement;
  hues: ReadonlyMap<string, number>;
  theme: Theme;
  zoom: number;
  measure: MeasureText;
}): PictureBox[] {
  const { graphPeers, peers, placement, hues, theme, zoom, measure } = input;
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
      id: group,
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

const TITLE_ROOM = 22;
/** Where a box's title starts, px of the screen from its left and top. */
export const TITLE_INSET = 8;

/** The title of a box, in px of the screen relative to the map's origin. */
export function titleRect(box: PictureBox, zoom: number): Rect {
  const h = Math.ceil(BOX_TITLE_PX * 1.25);
  return { x: box.x * zoom + TITLE_INSET, y: box.y * zoom + TITLE_INSET - 3, w: box.textWidthPx, h };
}

function nameThem(
  peers: PicturePeer[],
  graphPeers: readonly GraphPeer[],
  placement: Placement,
  zoom: number,
  fontPx: number,
  measure: MeasureText,
  taken: Occupancy,
): void {
  const bytes = new Map(graphPeers.map((peer) => [peer.id, peer.sentBytes + peer.receivedBytes]));
  const marks: NamedMark[] = peers.map((peer) => ({
    id: peer.id,
    text: peer.label,
    mark: markRect(peer, zoom),
    cellPx: cellOf(placement, peer.id).w * zoom,
    // By doublings, so that which names are drawn does not flicker with every poll.
    importance: Math.floor(Math.log2(1 + (bytes.get(peer.id) ?? 0))),
  }));
  const labels = placeLabels(marks, fontPx, measure, taken);
  for (const peer of peers) {
    const label = labels.get(peer.id);
    if (label === undefined) continue;
    peer.text = label.text;
    peer.textWidthPx = label.rect.w;
  }
}

/** A peer's mark in px of the screen relative to the map's origin. */
export function markRect(peer: Pick<PicturePeer, 'x' | 'y' | 'size'>, zoom: number): Rect {
  const size = peer.size * zoom;
  return { x: peer.x * zoom - size / 2, y: peer.y * zoom - size / 2, w: size, h: size };
}

const QUIET_OPACITY = 0.35;

/** In steps, so that one link more or less does not restyle the map. */
function crowdOpacity(links: number): number {
  if (links <= 100) return 1;
  return links <= 250 ? 0.8 : links <= 500 ? 0.6 : 0.45;
}

const SOLID: readonly number[] = [];

function composeLinks(
  graph: FlowGraph,
  graphLinks: readonly GraphLink[],
  peers: readonly PicturePeer[],
  theme: Theme,
): PictureLink[] {
  const at = new Map(peers.map((peer) => [peer.id, peer]));
  const links: PictureLink[] = [];
  for (const link of graphLinks) {
    const from = at.get(link.from);
    const to = at.get(link.to);
    if (from === undefined || to === undefined) continue;
    const { band, worstP99Us } = link.handshake;
    const style = bandStyle(band, theme);
    const quiet = !isProblem(link) && touchesInfrastructure(graph, link);
    links.push({
      id: link.id,
      from: link.from,
      to: link.to,
      bytes: link.bytes,
      widthPx: linkWidthPx(link.bytes),
      colour: style.colour,
      band,
      dash: style.dash ?? SOLID,
      ...(worstP99Us === undefined ? {} : { worstP99Us }),
      flows: link.count,
      bend: 0,
      unanswered: link.unanswered,
      quiet,
      opacity: quiet ? QUIET_OPACITY : isProblem(link) ? 1 : crowdOpacity(graphLinks.length),
    });
  }
  const chords = links.flatMap((link) => {
    const from = at.get(link.from);
    const to = at.get(link.to);
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
  const bends = chooseBends(chords, peers, (peers[0]?.size ?? 0) / 2);
  links.forEach((link, index) => {
    link.bend = bends[index] ?? 0;
  });
  return links;
}

/**
 * A whole picture on a canvas, without any engine, in small steps so that a large one need not hold up the page; and
 * the veil that dims it around what is lit. Knows the order of marks; refuses to know when to paint.
 */
import type { Picture, PictureBox, PictureLink, PicturePeer } from '../graph/marks';
import { SURFACE, type Theme } from '../graph/palette';
import { DIM, INK } from './ink';
import { type Paper, paintLink, type Sketched, sketchLink, sketchLinks } from './paint-links';
import { paintBox, paintBoxLine, paintMark, paintName, paintPill, paintTitle, traceBox } from './paint-marks';

/** A picture with its lines worked out. */
export interface Chart {
  picture: Picture;
  /** From the bottom to the top. */
  links: readonly Sketched[];
  theme: Theme;
}

/** What part of the map a canvas shows: where its corner lies, px of the screen a unit, device px a px. */
export interface Sight {
  zoom: number;
  /** Where the map's origin lies, px from the canvas's corner. */
  originX: number;
  originY: number;
  /** Size of the canvas, px of the screen. */
  width: number;
  height: number;
  ratio: number;
}

export const chartOf = (picture: Picture, theme: Theme): Chart => ({
  picture,
  links: sketchLinks(picture),
  theme,
});

interface Extent {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Names and heads reach beyond their marks: so much farther than its own place a mark is still in sight, px. */
const REACH_PX = 140;

function aim(paper: Paper, sight: Sight): Extent {
  const scale = sight.zoom * sight.ratio;
  paper.setTransform(scale, 0, 0, scale, sight.originX * sight.ratio, sight.originY * sight.ratio);
  const reach = REACH_PX / sight.zoom;
  return {
    left: -sight.originX / sight.zoom - reach,
    top: -sight.originY / sight.zoom - reach,
    right: (sight.width - sight.originX) / sight.zoom + reach,
    bottom: (sight.height - sight.originY) / sight.zoom + reach,
  };
}

const holds = (sight: Extent, { x, y }: { x: number; y: number }): boolean =>
  x >= sight.left && x <= sight.right && y >= sight.top && y <= sight.bottom;

const touches = (sight: Extent, { path }: Sketched): boolean =>
  Math.min(path.x0, path.ax, path.bx, path.tipX) <= sight.right &&
  Math.max(path.x0, path.ax, path.bx, path.tipX) >= sight.left &&
  Math.min(path.y0, path.ay, path.by, path.tipY) <= sight.bottom &&
  Math.max(path.y0, path.ay, path.by, path.tipY) >= sight.top;

function paintGround(paper: Paper, sight: Sight, chart: Chart): void {
  paper.setTransform(1, 0, 0, 1, 0, 0);
  paper.fillStyle = SURFACE[chart.theme];
  paper.fillRect(0, 0, Math.ceil(sight.width * sight.ratio), Math.ceil(sight.height * sight.ratio));
  aim(paper, sight);
  for (const box of chart.picture.boxes) paintBox(paper, box);
}

/** Boxes at once, then the marks with the most traffic first: something to look at while the rest is painted. */
export function* paintFirst(paper: Paper, chart: Chart, sight: Sight): Generator<void> {
  paintGround(paper, sight, chart);
  const bytes = new Map<string, number>();
  for (const link of chart.picture.links)
    for (const end of [link.from, link.to]) bytes.set(end, (bytes.get(end) ?? 0) + link.bytes);
  const seen = aim(paper, sight);
  const peers = chart.picture.peers.filter((peer) => holds(seen, peer));
  for (const peer of peers.sort((a, b) => (bytes.get(b.id) ?? 0) - (bytes.get(a.id) ?? 0))) {
    paintMark(paper, peer, chart.theme);
    yield;
  }
}

/** Everything, a mark a step. `coarse` is for a glance while the camera moves. */
export function* paintChart(paper: Paper, chart: Chart, sight: Sight, coarse = false): Generator<void> {
  const { picture, theme } = chart;
  paintGround(paper, sight, chart);
  const seen = aim(paper, sight);
  for (const link of chart.links) {
    if (!touches(seen, link)) continue;
    paintLink(paper, link, picture.zoom, coarse);
    yield;
  }
  for (const box of picture.boxes) paintTitle(paper, box, picture.zoom);
  const peers = picture.peers.filter((peer) => holds(seen, peer));
  for (const peer of peers) {
    paintMark(paper, peer, theme);
    yield;
  }
  for (const peer of peers) {
    paintName(paper, peer, picture.zoom, theme);
    if (peer.text !== undefined) yield;
  }
  for (const pill of picture.pills) paintPill(paper, pill, picture.zoom, theme);
}

/** What stands out of a chart. */
export interface Highlight {
  /** Peers and links that are lit; nothing given dims nothing. */
  lit?: { peers: ReadonlySet<string>; links: readonly PictureLink[]; named?: string };
  selected: { peer?: string; link?: string };
  /** A peer in the reader's hand, and where it is. */
  dragged?: { peer: string; x: number; y: number };
}

/** The veil over a chart: dims it, and paints again above what is lit, selected or dragged. Clears what was there. */
export function paintVeil(paper: Paper, chart: Chart, sight: Sight, highlight: Highlight): void {
  const { picture, theme } = chart;
  paper.setTransform(1, 0, 0, 1, 0, 0);
  paper.clearRect(0, 0, Math.ceil(sight.width * sight.ratio), Math.ceil(sight.height * sight.ratio));
  aim(paper, sight);
  const { lit, dragged } = highlight;
  const moved = (peer: PicturePeer): PicturePeer =>
    dragged?.peer === peer.id ? { ...peer, x: dragged.x, y: dragged.y } : peer;
  const peers = new Map(picture.peers.map((peer) => [peer.id, moved(peer)]));
  if (lit !== undefined) {
    dimGround(paper, picture.boxes, theme, sight);
    for (const box of picture.boxes) paintBoxLine(paper, box);
  }
  const open = (link: PictureLink): Sketched | undefined => {
    const from = peers.get(link.from);
    const to = peers.get(link.to);
    return from && to && sketchLink({ ...link, opacity: 1 }, from, to, picture.zoom, true);
  };
  const chosen = picture.links.find(({ id }) => id === highlight.selected.link);
  const links = [...(lit?.links ?? []), ...(chosen === undefined ? [] : [chosen])];
  for (const link of links) {
    const sketched = open(link);
    if (sketched === undefined) continue;
    if (link === chosen) paintGlow(paper, sketched, theme, picture.zoom);
    paintLink(paper, sketched, picture.zoom);
  }
  if (lit !== undefined) for (const box of picture.boxes) paintTitle(paper, box, picture.zoom);
  const standing = new Set(lit?.peers ?? []);
  if (highlight.selected.peer !== undefined) standing.add(highlight.selected.peer);
  // The ends of a selected link lie above it, as they do everywhere.
  if (chosen !== undefined) standing.add(chosen.from).add(chosen.to);
  for (const id of standing) {
    const peer = peers.get(id);
    if (peer === undefined) continue;
    const isSelected = id === highlight.selected.peer;
    if (isSelected) paintHalo(paper, peer, theme);
    paintMark(paper, peer, theme, lit?.peers.has(id) === true);
  }
  for (const id of standing) {
    const peer = peers.get(id);
    if (peer === undefined) continue;
    const bold = id === highlight.selected.peer;
    const text = peer.text ?? (bold || id === lit?.named ? peer.label : undefined);
    paintName(paper, peer, picture.zoom, theme, { text, bold });
  }
  if (lit !== undefined || chosen !== undefined)
    for (const pill of picture.pills) paintPill(paper, pill, picture.zoom, theme);
}

/** Each ground is laid thinly over itself, so that boxes keep their colour and only what lies on them fades. */
function dimGround(paper: Paper, boxes: readonly PictureBox[], theme: Theme, sight: Sight): void {
  const { left, top, right, bottom } = aim(paper, sight);
  paper.globalAlpha = 1 - DIM;
  paper.beginPath();
  paper.rect(left, top, right - left, bottom - top);
  for (const box of boxes) traceBox(paper, box);
  paper.fillStyle = SURFACE[theme];
  paper.fill('evenodd');
  for (const box of boxes) {
    paper.beginPath();
    traceBox(paper, box);
    paper.fillStyle = box.fill;
    paper.fill();
  }
  paper.globalAlpha = 1;
}

function paintGlow(paper: Paper, { link, path }: Sketched, theme: Theme, zoom: number): void {
  paper.globalAlpha = 0.35;
  paper.strokeStyle = INK[theme].accent;
  paper.lineWidth = link.widthPx / zoom + 10;
  paper.beginPath();
  paper.moveTo(path.x0, path.y0);
  paper.bezierCurveTo(path.ax, path.ay, path.bx, path.by, path.tipX, path.tipY);
  paper.stroke();
  paper.globalAlpha = 1;
}

function paintHalo(paper: Paper, peer: PicturePeer, theme: Theme): void {
  paper.globalAlpha = 0.28;
  paper.fillStyle = INK[theme].accent;
  paper.beginPath();
  paper.arc(peer.x, peer.y, peer.size / 2 + 7, 0, Math.PI * 2);
  paper.fill();
  paper.globalAlpha = 1;
}

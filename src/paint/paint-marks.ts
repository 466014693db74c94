/**
 * Boxes, peers, names, titles and figures on a canvas whose unit is the map's, as the engine draws them in small maps.
 * Knows how each kind of mark looks; refuses to know what is on screen and what is lit.
 */
import type { PictureBox, PicturePeer, PicturePill } from '../graph/marks';
import { bandStyle, MAP_FONT, SURFACE, type Theme } from '../graph/palette';
import { BOX_TITLE_PX, TITLE_INSET } from '../graph/picture';
import { PILL_PX } from '../graph/pills';
import { GHOST, INK } from './ink';
import type { Paper } from './paint-links';

const BOX_CORNER = 10;
const BOX_LINE_OPACITY = 0.55;
const WHOLE_TURN = Math.PI * 2;
/** Gap between a mark and its name, and halos of names and titles; px of the screen. */
const NAME_GAP_PX = 3;
const NAME_HALO_PX = 2;
const TITLE_HALO_PX = 3;
const PILL_PADDING_PX = 4;

export function traceBox(paper: Paper, box: PictureBox): void {
  paper.roundRect(box.x, box.y, box.w, box.h, Math.min(BOX_CORNER, box.w / 2, box.h / 2));
}

/** The box itself: ground and line. */
export function paintBox(paper: Paper, box: PictureBox): void {
  paper.beginPath();
  traceBox(paper, box);
  paper.fillStyle = box.fill;
  paper.fill();
  paintBoxLine(paper, box);
}

export function paintBoxLine(paper: Paper, box: PictureBox): void {
  paper.beginPath();
  traceBox(paper, box);
  paper.strokeStyle = box.stroke;
  paper.lineWidth = 1;
  paper.globalAlpha = BOX_LINE_OPACITY;
  paper.stroke();
  paper.globalAlpha = 1;
}

/** A box's name, above the links. `zoom` is the picture's, here and below. */
export function paintTitle(paper: Paper, box: PictureBox, zoom: number): void {
  if (box.text === undefined) return;
  paper.font = `bold ${BOX_TITLE_PX / zoom}px ${MAP_FONT}`;
  paper.textAlign = 'left';
  paper.textBaseline = 'middle';
  const x = box.x + TITLE_INSET / zoom;
  const y = box.y + (TITLE_INSET + BOX_TITLE_PX / 2) / zoom;
  writeWithHalo(paper, box.text, x, y, {
    colour: box.title,
    halo: box.fill,
    haloWidth: TITLE_HALO_PX / zoom,
  });
}

/** A peer's mark without its name. `strong` is the wider border of a lit peer. */
export function paintMark(paper: Paper, peer: PicturePeer, theme: Theme, strong = false): void {
  const { quiet } = INK[theme];
  const isGrey = peer.folded || peer.kind === 'host' || peer.kind === 'unresolved';
  paper.fillStyle = peer.namespace === undefined && peer.kind !== 'namespace' ? SURFACE[theme] : peer.fill;
  paper.strokeStyle = isGrey ? quiet : peer.stroke;
  paper.lineWidth = strong ? 3 : isGrey ? 1.5 : 2;
  paper.beginPath();
  traceShape(paper, peer);
  // A globe has no ground of its own; the ground keeps links from shining through.
  paper.fill();
  if (peer.ghost === true) paper.globalAlpha = GHOST;
  paintBorder(paper, peer, theme, strong);
  paper.globalAlpha = 1;
}

function paintBorder(paper: Paper, peer: PicturePeer, theme: Theme, strong: boolean): void {
  const { quiet } = INK[theme];
  if (peer.kind === 'external' && !peer.folded) {
    paintGlobe(paper, peer, strong ? peer.stroke : quiet);
    return;
  }
  if (peer.kind === 'unresolved') paper.setLineDash([4, 2]);
  if (peer.folded) {
    // A double border, as the engine draws it: a line with the ground along its middle.
    paper.lineWidth = strong ? 3 : 2;
  }
  paper.stroke();
  paper.setLineDash([]);
  if (peer.folded) paintPlus(paper, peer, quiet);
  else if (peer.kind === 'unresolved') paintQuestion(paper, peer, quiet);
}

function traceShape(paper: Paper, { kind, x, y, size }: PicturePeer): void {
  const half = size / 2;
  if (kind === 'service') {
    paper.moveTo(x + half, y);
    paper.lineTo(x + half / 2, y + half);
    paper.lineTo(x - half / 2, y + half);
    paper.lineTo(x - half, y);
    paper.lineTo(x - half / 2, y - half);
    paper.lineTo(x + half / 2, y - half);
    paper.closePath();
  } else if (kind === 'namespace' || kind === 'host') {
    paper.roundRect(x - half, y - half, size, size, Math.min(size / 4, 8));
  } else if (kind === 'node') {
    paper.rect(x - half, y - half, size, size);
  } else {
    paper.arc(x, y, half, 0, WHOLE_TURN);
  }
}

/** Signs are drawn on a field of 24 by 24, as wide as the mark. */
function onField(paper: Paper, peer: PicturePeer, colour: string, width: number, draw: () => void): void {
  paper.save();
  paper.translate(peer.x, peer.y);
  paper.scale(peer.size / 24, peer.size / 24);
  paper.strokeStyle = colour;
  paper.fillStyle = colour;
  paper.lineWidth = width;
  paper.lineCap = 'round';
  paper.beginPath();
  draw();
  paper.restore();
}

function paintGlobe(paper: Paper, peer: PicturePeer, colour: string): void {
  onField(paper, peer, colour, 1.4, () => {
    paper.arc(0, 0, 10, 0, WHOLE_TURN);
    paper.moveTo(4.2, 0);
    paper.ellipse(0, 0, 4.2, 10, 0, 0, WHOLE_TURN);
    paper.moveTo(-10, 0);
    paper.lineTo(10, 0);
    paper.stroke();
  });
}

function paintPlus(paper: Paper, peer: PicturePeer, colour: string): void {
  onField(paper, peer, colour, 2, () => {
    paper.moveTo(0, -4);
    paper.lineTo(0, 4);
    paper.moveTo(-4, 0);
    paper.lineTo(4, 0);
    paper.stroke();
  });
}

function paintQuestion(paper: Paper, peer: PicturePeer, colour: string): void {
  onField(paper, peer, colour, 1.8, () => {
    paper.moveTo(-3, -2.6);
    paper.bezierCurveTo(-3, -6.6, 3, -6.6, 3, -2.6);
    paper.bezierCurveTo(3, -0.6, 0, -0.4, 0, 2.1);
    paper.stroke();
    paper.beginPath();
    paper.arc(0, 5.4, 1.1, 0, WHOLE_TURN);
    paper.fill();
  });
}

/** A peer's name below its mark. `text` stands in for the name that had no room. */
export function paintName(
  paper: Paper,
  peer: PicturePeer,
  zoom: number,
  theme: Theme,
  { text = peer.text, bold = false }: { text?: string | undefined; bold?: boolean } = {},
): void {
  if (text === undefined || text === '') return;
  paper.font = `${bold ? 'bold ' : ''}${peer.fontPx / zoom}px ${MAP_FONT}`;
  paper.textAlign = 'center';
  paper.textBaseline = 'bottom';
  const y = peer.y + peer.size / 2 + (NAME_GAP_PX + peer.fontPx * NAME_LINE) / zoom;
  const halo = peer.namespace === undefined ? SURFACE[theme] : peer.fill;
  if (peer.ghost === true) paper.globalAlpha = GHOST;
  writeWithHalo(paper, text, peer.x, y, { colour: INK[theme].text, halo, haloWidth: NAME_HALO_PX / zoom });
  paper.globalAlpha = 1;
}

/** Where the engine puts the foot of a line of text, in font sizes below its top. */
const NAME_LINE = 0.98;

/** A link's figures on a small plate. */
export function paintPill(paper: Paper, pill: PicturePill, zoom: number, theme: Theme): void {
  const ink = INK[theme];
  const font = PILL_PX / zoom;
  const pad = PILL_PADDING_PX / zoom;
  paper.font = `${font}px ${MAP_FONT}`;
  paper.textAlign = 'center';
  paper.textBaseline = 'middle';
  const w = paper.measureText(pill.text).width + 2 * pad;
  const h = font + 2 * pad;
  paper.beginPath();
  paper.roundRect(pill.x - w / 2, pill.y - h / 2, w, h, Math.min(h / 4, 8 / zoom));
  paper.globalAlpha = 0.95;
  paper.fillStyle = ink.pill;
  paper.fill();
  paper.globalAlpha = 1;
  paper.strokeStyle = pill.trouble ? bandStyle('high', theme).colour : ink.pillLine;
  paper.lineWidth = 1;
  paper.stroke();
  paper.fillStyle = ink.text;
  paper.fillText(pill.text, pill.x, pill.y);
}

function writeWithHalo(
  paper: Paper,
  text: string,
  x: number,
  y: number,
  { colour, halo, haloWidth }: { colour: string; halo: string; haloWidth: number },
): void {
  paper.lineJoin = 'round';
  paper.lineWidth = haloWidth * 2;
  paper.strokeStyle = halo;
  paper.globalAlpha = 0.85;
  paper.strokeText(text, x, y);
  paper.lineJoin = 'miter';
  paper.globalAlpha = 1;
  paper.fillStyle = colour;
  paper.fillText(text, x, y);
}

/**
 * The matrix on a canvas: ground, namespaces, marks and what stands out, for what is in sight and nothing else.
 * A mark's colour is the link's, its side the link's width on the fixed scale. Headings are in paint-matrix-heads.
 */
import {
  cellsBetween,
  type Matrix,
  type MatrixBox,
  type MatrixCell,
  type MatrixPlace,
} from '../graph/matrix';
import { bandStyle, SURFACE, type Theme } from '../graph/palette';
import { INK } from './ink';
import { cellRect, type InSight, inSight, type MatrixFrame } from './matrix-frame';
import type { Paper } from './paint-links';

/** The matrix is only ever painted on a real canvas: it cuts and turns what a vector file would have to work out. */
export type Sheet = Paper & Pick<CanvasRenderingContext2D, 'clip' | 'rotate' | 'strokeRect'>;

export interface MatrixScene {
  matrix: Matrix;
  frame: MatrixFrame;
  theme: Theme;
  /** Under the pointer or the keyboard's cursor. */
  lit?: MatrixPlace | undefined;
  selected?: MatrixPlace | undefined;
}

/** From this size on cells have lines between them; smaller ones would be all lines. */
const LINED_CELL = 8;
/** From this size on a mark has room for a sign or for hatching. */
const SIGNED_SIDE = 7;
const HATCHED_SIDE = 4;
/** Widths of links on the map, px: the thinnest and, for a GiB, the widest of the scale. */
const [THINNEST, WIDEST] = [1, 10];
/** The lightest link's mark as part of the heaviest's; in cells of a few px it must still be seen. */
const [LEAST_SIDE, LEAST_SIDE_TINY] = [0.28, 0.7];
const TINY_CELL = 5;

/** Side of a link's mark in a cell of `cell` px, by its width on the map. */
export function markSide(widthPx: number, cell: number): number {
  const most = cell - (cell >= LINED_CELL ? 3 : cell > 3 ? 1 : 0);
  const least = cell < TINY_CELL ? LEAST_SIDE_TINY : LEAST_SIDE;
  const heavy = Math.max(0, Math.min(1, (widthPx - THINNEST) / (WIDEST - THINNEST)));
  return Math.max(1, Math.round(most * (least + (1 - least) * heavy)));
}

/** Everything but the headings. The canvas is cleared. */
export function paintMatrix(paper: Sheet, scene: MatrixScene): void {
  const { frame, theme, matrix, lit, selected } = scene;
  const sight = inSight(frame);
  paper.fillStyle = SURFACE[theme];
  paper.fillRect(0, 0, frame.width, frame.height);
  paper.save();
  paper.beginPath();
  paper.rect(frame.heads.w, frame.heads.h, frame.width - frame.heads.w, frame.height - frame.heads.h);
  paper.clip();
  const boxes = matrix.boxes.filter((box) => touches(sight, box));
  for (const box of boxes) fillBox(paper, frame, box);
  paintLines(paper, frame, sight, theme);
  paintCross(paper, frame, selected, INK[theme].accent, 0.1);
  paintCross(paper, frame, lit, INK[theme].text, 0.07);
  paintMarks(paper, scene, sight);
  for (const box of boxes) strokeBox(paper, frame, box);
  outline(paper, frame, lit, INK[theme].text, 1);
  outline(paper, frame, selected, INK[theme].accent, 2);
  paper.restore();
}

const touches = (sight: InSight, { from, to }: MatrixBox): boolean =>
  from < sight.right && to > sight.left && from < sight.bottom && to > sight.top;

function fillBox(paper: Sheet, frame: MatrixFrame, { from, to, fill }: MatrixBox): void {
  const { x, y } = cellRect(frame, from, from);
  const side = (to - from) * frame.cell;
  paper.fillStyle = fill;
  paper.fillRect(x, y, side, side);
}

function strokeBox(paper: Sheet, frame: MatrixFrame, { from, to, stroke }: MatrixBox): void {
  const { x, y } = cellRect(frame, from, from);
  const side = (to - from) * frame.cell;
  paper.strokeStyle = stroke;
  paper.lineWidth = 1;
  paper.globalAlpha = 0.8;
  paper.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
  paper.globalAlpha = 1;
}

/** Lines between cells, and the diagonal, where a peer meets itself. */
function paintLines(paper: Sheet, frame: MatrixFrame, sight: InSight, theme: Theme): void {
  const { cell, count, heads, width, height } = frame;
  paper.fillStyle = INK[theme].pillLine;
  const corner = cellRect(frame, sight.top, sight.left);
  const far = cellRect(frame, sight.bottom, sight.right);
  const [left, top] = [Math.max(heads.w, corner.x), Math.max(heads.h, corner.y)];
  const [right, bottom] = [Math.min(width, far.x), Math.min(height, far.y)];
  if (cell >= LINED_CELL) {
    paper.globalAlpha = theme === 'light' ? 0.4 : 0.32;
    for (let row = sight.top; row <= sight.bottom; row++)
      paper.fillRect(left, corner.y + (row - sight.top) * cell, right - left, 1);
    for (let column = sight.left; column <= sight.right; column++)
      paper.fillRect(corner.x + (column - sight.left) * cell, top, 1, bottom - top);
  }
  paper.globalAlpha = theme === 'light' ? 0.5 : 0.45;
  const from = Math.max(sight.top, sight.left);
  const to = Math.min(sight.bottom, sight.right, count);
  for (let place = from; place < to; place++) {
    const { x, y } = cellRect(frame, place, place);
    paper.fillRect(x, y, cell, cell);
  }
  paper.globalAlpha = 1;
}

function paintCross(
  paper: Sheet,
  frame: MatrixFrame,
  place: MatrixPlace | undefined,
  colour: string,
  alpha: number,
): void {
  if (place === undefined) return;
  const { cell, width, height } = frame;
  paper.fillStyle = colour;
  paper.globalAlpha = alpha;
  // A band of a px is lost in a large matrix.
  const wide = Math.max(cell, 3);
  const nudge = (cell - wide) / 2;
  if (place.row !== undefined) paper.fillRect(0, cellRect(frame, place.row, 0).y + nudge, width, wide);
  if (place.column !== undefined) paper.fillRect(cellRect(frame, 0, place.column).x + nudge, 0, wide, height);
  paper.globalAlpha = 1;
}

function paintMarks(paper: Sheet, { matrix, frame, theme }: MatrixScene, sight: InSight): void {
  const { cell } = frame;
  const [high, unmeasured] = [bandStyle('high', theme).colour, bandStyle('unmeasured', theme).colour];
  const signed: [MatrixCell, number, number, number][] = [];
  for (let row = sight.top; row < sight.bottom; row++) {
    for (const found of cellsBetween(matrix, row, sight.left, sight.right)) {
      const { link, column } = found;
      const side = markSide(link.widthPx, cell);
      const at = cellRect(frame, row, column);
      const [x, y] = [at.x + Math.ceil((cell + 1 - side) / 2), at.y + Math.ceil((cell + 1 - side) / 2)];
      if (link.colour === unmeasured && side >= HATCHED_SIDE) {
        hatch(paper, x, y, side, unmeasured);
      } else {
        paper.fillStyle = link.colour;
        paper.fillRect(x, y, side, side);
      }
      if (side >= SIGNED_SIDE && (link.unanswered || link.colour === high)) signed.push([found, x, y, side]);
    }
  }
  // The worst carry a sign, for those who cannot tell colours.
  for (const [{ link }, x, y, side] of signed) {
    if (link.unanswered) paintCrossSign(paper, x, y, side, INK[theme].text);
    else paintWarning(paper, x, y, side, '#ffffff');
  }
}

/** A frame with slanted lines: there is traffic, and nobody knows how its handshakes are. */
function hatch(paper: Sheet, x: number, y: number, side: number, colour: string): void {
  paper.strokeStyle = colour;
  paper.lineWidth = 1;
  paper.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
  if (side < SIGNED_SIDE) return;
  paper.beginPath();
  for (let from = 4; from < 2 * side; from += 4) {
    paper.moveTo(x + Math.max(0, from - side), y + Math.min(from, side));
    paper.lineTo(x + Math.min(from, side), y + Math.max(0, from - side));
  }
  paper.stroke();
}

function paintWarning(paper: Sheet, x: number, y: number, side: number, colour: string): void {
  const inset = side * 0.24;
  paper.fillStyle = colour;
  paper.beginPath();
  paper.moveTo(x + side / 2, y + inset);
  paper.lineTo(x + side - inset, y + side - inset);
  paper.lineTo(x + inset, y + side - inset);
  paper.closePath();
  paper.fill();
}

function paintCrossSign(paper: Sheet, x: number, y: number, side: number, colour: string): void {
  const inset = 1.5;
  paper.strokeStyle = colour;
  paper.lineWidth = 1.5;
  paper.beginPath();
  paper.moveTo(x + inset, y + inset);
  paper.lineTo(x + side - inset, y + side - inset);
  paper.moveTo(x + side - inset, y + inset);
  paper.lineTo(x + inset, y + side - inset);
  paper.stroke();
}

function outline(
  paper: Sheet,
  frame: MatrixFrame,
  place: MatrixPlace | undefined,
  colour: string,
  width: number,
): void {
  if (place?.row === undefined || place.column === undefined) return;
  const { x, y, w } = cellRect(frame, place.row, place.column);
  const least = 6;
  const side = Math.max(w, least);
  const nudge = (w - side) / 2;
  paper.strokeStyle = colour;
  paper.lineWidth = width;
  paper.strokeRect(x + nudge + 0.5, y + nudge + 0.5, side, side);
}

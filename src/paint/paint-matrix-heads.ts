/**
 * The headings of the matrix: names of the rows at the left, of the columns standing on end above, each with a strip
 * that tells the namespaces. They stay while the cells scroll. Where rows are too low for names, namespaces are named.
 */
import type { MeasureText } from '../graph/layout/labels';
import type { MatrixBox } from '../graph/matrix';
import { MAP_FONT, SURFACE, type Theme } from '../graph/palette';
import { INK } from './ink';
import { cutName, inSight } from './matrix-frame';
import type { MatrixScene, Sheet } from './paint-matrix';

/** Air between a name and the cells, and before the strip. */
const AIR = 6;
const STRIP_FONT = 11;
/** A lit name in a matrix of low rows is written over the others, this large. */
const LIT_FONT = 12;
/** A namespace's name needs so many px along its rows, and as many from a lit name. */
const LEAST_RUN = 12;
/** Bold letters are wider than those that are measured. */
const BOLD = 1.1;

/** One side: for the columns the canvas is turned, so that both are painted as rows. */
interface Side {
  paper: Sheet;
  scene: MatrixScene;
  measure: MeasureText;
  /** Places in sight. */
  from: number;
  to: number;
  /** Where place 0 begins along this side; what is before `start` or after `end` is covered. */
  origin: number;
  start: number;
  end: number;
  /** Length across: strip and names. */
  depth: number;
  /** The canvas is turned to the left: rows begin at the cells instead of ending there. */
  isTurned: boolean;
  lit: number | undefined;
  selected: number | undefined;
}

/** Both headings and their corner, over whatever was painted there. */
export function paintHeads(paper: Sheet, scene: MatrixScene, measure: MeasureText): void {
  const { frame, theme, lit, selected } = scene;
  const { heads, width, height, scrollX, scrollY } = frame;
  const sight = inSight(frame);
  paper.fillStyle = SURFACE[theme];
  paper.fillRect(0, 0, width, heads.h);
  paper.fillRect(0, 0, heads.w, height);
  const shared = { paper, scene, measure };
  paper.save();
  paper.beginPath();
  paper.rect(0, heads.h, heads.w, height - heads.h);
  paper.clip();
  paintSide({
    ...shared,
    ...{ from: sight.top, to: sight.bottom, origin: heads.h - scrollY, start: heads.h, end: height },
    ...{ depth: heads.w, isTurned: false, lit: lit?.row, selected: selected?.row },
  });
  paper.restore();
  paper.save();
  paper.beginPath();
  paper.rect(heads.w, 0, width - heads.w, heads.h);
  paper.clip();
  // Turned to the left, x runs upwards from the cells and y along the columns.
  paper.translate(0, heads.h);
  paper.rotate(-Math.PI / 2);
  paintSide({
    ...shared,
    ...{ from: sight.left, to: sight.right, origin: heads.w - scrollX, start: heads.w, end: width },
    ...{ depth: heads.h, isTurned: true, lit: lit?.column, selected: selected?.column },
  });
  paper.restore();
  paper.fillStyle = INK[theme].pillLine;
  paper.fillRect(heads.w - 1, 0, 1, height);
  paper.fillRect(0, heads.h - 1, width, 1);
}

function paintSide(side: Side): void {
  const { paper, scene, from, to, depth, isTurned, lit, selected } = side;
  const { frame, matrix, theme } = scene;
  const { heads, cell } = frame;
  paper.textBaseline = 'middle';
  for (const box of matrix.boxes) {
    if (box.to <= from || box.from >= to) continue;
    paintStrip(side, box, isTurned ? depth - heads.strip : 0);
  }
  const write = (text: string, place: number, font: string, colour: string) => {
    paper.font = font;
    paper.fillStyle = colour;
    paper.textAlign = isTurned ? 'left' : 'right';
    paper.fillText(text, isTurned ? AIR : depth - AIR, middleOf(side, place));
  };
  const room = depth - heads.strip - AIR - 3;
  if (heads.named) {
    const ink = INK[theme];
    for (let place = from; place < to; place++) {
      const isLoud = place === lit || place === selected;
      const text = cutName(
        matrix.peers[place]?.label ?? '',
        isLoud ? room / BOLD : room,
        heads.fontPx,
        side.measure,
      );
      if (isLoud) paintLoudGround(side, place, cell);
      const colour = place === selected ? ink.accent : ink.text;
      write(text, place, `${isLoud ? '600 ' : ''}${heads.fontPx}px ${MAP_FONT}`, colour);
    }
    return;
  }
  for (const box of matrix.boxes) {
    const [start, end] = [Math.max(box.from, from), Math.min(box.to, to)];
    const middle = (start + end - 1) / 2;
    const isUnder = [lit, selected].some(
      (place) => place !== undefined && Math.abs(place - middle) * cell < LEAST_RUN + 2,
    );
    if ((end - start) * cell < LEAST_RUN || isUnder) continue;
    const text = cutName(box.label, room, heads.fontPx, side.measure);
    write(text, middle, `${heads.fontPx}px ${MAP_FONT}`, box.title ?? INK[theme].text);
  }
  for (const place of [selected, lit]) {
    if (place === undefined || place < from || place >= to) continue;
    paintLoudGround(side, place, LIT_FONT + 4);
    const colour = place === selected ? INK[theme].accent : INK[theme].text;
    const text = cutName(matrix.peers[place]?.label ?? '', room / BOLD, LIT_FONT, side.measure);
    write(text, place, `600 ${LIT_FONT}px ${MAP_FONT}`, colour);
  }
}

const middleOf = ({ origin, scene }: Side, place: number): number =>
  origin + (place + 0.5) * scene.frame.cell + 0.5;

/** What a lit name stands on, `px` high. */
function paintLoudGround(side: Side, place: number, px: number): void {
  const { paper, scene, depth, isTurned } = side;
  const { theme, frame } = scene;
  const high = Math.max(px, frame.cell);
  paper.fillStyle = litGround(theme);
  const x = isTurned ? 1 : frame.heads.strip;
  paper.fillRect(x, middleOf(side, place) - high / 2, depth - frame.heads.strip - 1, high);
}

const litGround = (theme: Theme): string => (theme === 'light' ? '#e2e7ee' : '#222c3a');

/** A namespace's stretch of the strip, and its name where it fits. `x` is where the strip begins. */
function paintStrip(side: Side, box: MatrixBox, x: number): void {
  const { paper, scene, measure, origin, start, end, isTurned } = side;
  const { frame, theme } = scene;
  const { cell, heads } = frame;
  const from = origin + box.from * cell;
  const to = origin + box.to * cell;
  paper.fillStyle = box.stroke;
  paper.globalAlpha = heads.named ? 0.22 : 0.75;
  paper.fillRect(x, from + 0.5, heads.strip - 1, to - from - 1);
  paper.globalAlpha = 1;
  if (!heads.named) return;
  // In the middle of what of it is in sight, so that it can be read wherever one is.
  const [top, bottom] = [Math.max(from, start), Math.min(to, end)];
  const text = cutName(box.label, bottom - top - AIR, STRIP_FONT, measure);
  if (text === '') return;
  paper.save();
  paper.translate(x + heads.strip / 2, (top + bottom) / 2);
  paper.rotate(isTurned ? Math.PI / 2 : -Math.PI / 2);
  paper.font = `600 ${STRIP_FONT}px ${MAP_FONT}`;
  paper.fillStyle = box.title ?? INK[theme].text;
  paper.textAlign = 'center';
  paper.fillText(text, 0, 0.5);
  paper.restore();
}

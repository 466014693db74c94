/**
 * A card on paper: the map in its room, the report's words around it. Paints on anything that draws like a canvas, in
 * small steps, and refuses to know what the paper becomes.
 */
import type { Rect } from '../graph/layout/labels';
import { bandStyle, MAP_FONT, type Theme } from '../graph/palette';
import { linkWidthPx } from '../graph/picture';
import type { Still } from '../graph/still';
import { INK } from '../paint/ink';
import type { Paper } from '../paint/paint-links';
import { chartOf, paintChart, type Sight } from '../paint/paint-map';
import { type CardLayout, type CardText, MAP_SCALE } from './card-layout';

const PLATE_CORNER = 10;
const SWATCH_LINE_PX = 5;

/** A mark a step; the paper must be as large as the layout says, in device px. */
export function* paintCard(paper: Paper, layout: CardLayout, still: Still, theme: Theme): Generator<void> {
  const { size, map } = layout;
  const sight: Sight = { ...placeMap(still, map), width: size.w, height: size.h, ratio: size.ratio };
  yield* paintChart(paper, chartOf(still.picture, theme), sight);
  paper.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
  const ink = INK[theme];
  for (const plate of layout.plates) {
    paper.beginPath();
    paper.roundRect(plate.x, plate.y, plate.w, plate.h, PLATE_CORNER);
    paper.fillStyle = ink.pill;
    paper.fill();
    paper.strokeStyle = ink.pillLine;
    paper.lineWidth = 1;
    paper.stroke();
  }
  for (const { band, x, y, w } of layout.swatches) {
    const { colour, dash = [] } = bandStyle(band, theme);
    paper.strokeStyle = colour;
    paper.lineWidth = SWATCH_LINE_PX;
    paper.setLineDash([...dash]);
    paper.beginPath();
    paper.moveTo(x, y);
    paper.lineTo(x + w, y);
    paper.stroke();
    paper.setLineDash([]);
  }
  paintRamp(paper, layout.ramp, ink.quiet);
  for (const text of layout.texts) writeText(paper, text, ink);
  yield;
}

/** In the middle of its room, all of it, names no smaller than they must be. */
function placeMap({ picture, bounds }: Still, room: Rect): Pick<Sight, 'zoom' | 'originX' | 'originY'> {
  const zoom = picture.zoom * MAP_SCALE;
  if (bounds === undefined) return { zoom, originX: room.x, originY: room.y };
  return {
    zoom,
    originX: room.x + (room.w - bounds.w * zoom) / 2 - bounds.x * zoom,
    originY: room.y + Math.max(0, (room.h - bounds.h * zoom) / 2) - bounds.y * zoom,
  };
}

/** From the width of a KiB to that of a GiB. */
function paintRamp(paper: Paper, { x, y, w, h }: Rect, colour: string): void {
  const middle = y + h / 2;
  const [thin, thick] = [linkWidthPx(2 ** 10) / 2, linkWidthPx(2 ** 30) / 2];
  paper.beginPath();
  paper.moveTo(x, middle - thin);
  paper.lineTo(x + w, middle - thick);
  paper.lineTo(x + w, middle + thick);
  paper.lineTo(x, middle + thin);
  paper.closePath();
  paper.fillStyle = colour;
  paper.fill();
}

function writeText(
  paper: Paper,
  { text, fontPx, bold, tone, rect }: CardText,
  ink: (typeof INK)[Theme],
): void {
  paper.font = `${bold ? 'bold ' : ''}${fontPx}px ${MAP_FONT}`;
  paper.textAlign = 'left';
  paper.textBaseline = 'middle';
  paper.fillStyle = ink[tone];
  paper.fillText(text, rect.x, rect.y + rect.h / 2);
}

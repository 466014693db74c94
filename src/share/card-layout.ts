/**
 * Where everything stands on a card: lines of text around a room for the map. Pure: text is measured by a function
 * handed in, so the same report and size give the same card in every window. Refuses to know how it is painted.
 */
import type { Band } from '../flows/handshake';
import { elide, type MeasureText, type Rect } from '../graph/layout/labels';
import type { CellSize } from '../graph/layout/packing';
import type { Report, ReportLink } from './report';
import { linkFigures, wordReport } from './report-words';

/** Size of a card: CSS px, device px a CSS px, and what the reader must hear of it. */
export interface CardSize extends CellSize {
  ratio: number;
  /** Why it is not what was asked for. */
  note?: string;
}

/** The chat card: what a channel shows without cutting, sharp on a dense screen. */
const CHAT: CellSize = { w: 1600, h: 900 };
const RATIO = 2;
/** Past 16,384 px a canvas fails without a word (DESIGN §9); half of that still opens everywhere. */
export const MOST_PX = 8000;
export const CHAT_PX = CHAT.w * RATIO;

/** A card so many device px wide, 16:9; a wider one holds a larger map, its text does not grow. */
export function cardSize(widthPx: number): CardSize {
  const px = Math.round(Math.min(MOST_PX, Math.max(CHAT_PX, widthPx)));
  const w = px / RATIO;
  const size: CardSize = { w, h: Math.round((w * CHAT.h) / CHAT.w), ratio: RATIO };
  if (widthPx > MOST_PX)
    size.note = `${widthPx} px were asked for; the picture was capped at ${MOST_PX} px, because browsers fail to draw much larger ones.`;
  if (widthPx < CHAT_PX)
    size.note = `${widthPx} px were asked for; below ${CHAT_PX} px its text could not be read, so it has those.`;
  return size;
}

export interface CardText {
  text: string;
  fontPx: number;
  bold: boolean;
  tone: 'text' | 'quiet' | 'accent';
  /** Left and top of the line's own rectangle, CSS px of the card. */
  rect: Rect;
}

/** A piece of line in a band's colour and dash. */
export interface CardSwatch {
  band: Band;
  x: number;
  y: number;
  w: number;
}

export interface CardLayout {
  size: CardSize;
  texts: CardText[];
  swatches: CardSwatch[];
  /** The plates under the texts at the side. */
  plates: Rect[];
  /** Where the map's scale of widths is drawn. */
  ramp: Rect;
  /** Room for the map, CSS px of the card. */
  map: Rect;
}

/** No text on a card is smaller, CSS px (the issue's own figure). */
export const LEAST_PX = 14;
/** The map's smallest names are 11 px; drawn so much larger they are no smaller than any other text of the card. */
export const MAP_SCALE = 1.28;

const MARGIN = 32;
const SIDE_W = 420;
const PAD = 18;
const GAP = 16;
const TITLE_PX = 30;
const LINE_PX = 16;
const SMALL_PX = 15;
const SWATCH_W = 40;
/** Beside these there is room for the legend and five links. */
const MOST_VERDICT_LINES = 8;
const MOST_FACT_LINES = 2;

const lineOf = (fontPx: number): number => Math.ceil(fontPx * 1.4);

/** The room that a map has on a card of this size: what its layout is made for, CSS px before MAP_SCALE. */
export function mapRoom(size: CardSize): CellSize {
  const { w, h } = roomOn(size);
  return { w: Math.floor(w / MAP_SCALE), h: Math.floor(h / MAP_SCALE) };
}

/** Below the head, left of the side; the head has as many lines as it can ever have. */
function roomOn({ w, h }: CardSize): Rect {
  const top = MARGIN + lineOf(TITLE_PX) + (1 + 2 * MOST_FACT_LINES) * lineOf(LINE_PX) + GAP / 2;
  const bottom = h - MARGIN - lineOf(LEAST_PX) - GAP / 2;
  return { x: MARGIN, y: top, w: w - 2 * MARGIN - SIDE_W - GAP, h: bottom - top };
}

export function layOutCard(report: Report, size: CardSize, measure: MeasureText): CardLayout {
  const words = wordReport(report);
  const layout: CardLayout = {
    size,
    texts: [],
    swatches: [],
    plates: [],
    ramp: { x: 0, y: 0, w: 0, h: 0 },
    map: roomOn(size),
  };
  const write = (
    text: string,
    at: { x: number; y: number; w: number },
    style: { fontPx?: number; bold?: boolean; tone?: CardText['tone']; lines?: number; end?: boolean } = {},
  ): number => {
    const { fontPx = LINE_PX, bold = false, tone = 'text', lines = 1, end = false } = style;
    // Bold letters are wider than what the map's font is measured by.
    const widest = bold ? at.w / BOLDER : at.w;
    const wrapped = wrap(text, widest, fontPx, lines, measure);
    wrapped.forEach((line, index) => {
      const w = Math.min(at.w, measure(line, fontPx) * (bold ? BOLDER : 1));
      const y = at.y + index * lineOf(fontPx);
      layout.texts.push({
        text: line,
        fontPx,
        bold,
        tone,
        rect: { x: end ? at.x + at.w - w : at.x, y, w, h: lineOf(fontPx) },
      });
    });
    return at.y + wrapped.length * lineOf(fontPx);
  };

  const head = { x: MARGIN, w: size.w - 2 * MARGIN - SIDE_W - GAP };
  let y = write(words.title, { ...head, y: MARGIN }, { fontPx: TITLE_PX, bold: true });
  const redacted = report.redacted ? ' · names and addresses are replaced' : '';
  y = write(`${words.time} · ${words.source}${redacted}`, { ...head, y }, { tone: 'quiet' });
  y = write(words.filters, { ...head, y }, { tone: 'quiet', lines: MOST_FACT_LINES });
  write(`${words.coverage} · ${words.drawn}`, { ...head, y }, { lines: MOST_FACT_LINES });

  writeSide(layout, report, write, measure);
  if (report.link !== undefined) {
    const foot = size.h - MARGIN - lineOf(LEAST_PX) + 4;
    write(report.link, { ...head, y: foot }, { fontPx: LEAST_PX, tone: 'quiet' });
  }
  return layout;
}

/** How much wider bold letters are than regular ones, at most, in the fonts of the map. */
const BOLDER = 1.12;

type Write = (
  text: string,
  at: { x: number; y: number; w: number },
  style?: { fontPx?: number; bold?: boolean; tone?: CardText['tone']; lines?: number; end?: boolean },
) => number;

/** The plates at the right: health, legend, the heaviest links. */
function writeSide(layout: CardLayout, report: Report, write: Write, measure: MeasureText): void {
  const words = wordReport(report);
  const { size } = layout;
  const left = size.w - MARGIN - SIDE_W;
  const inner = { x: left + PAD, w: SIDE_W - 2 * PAD };
  const { w, x } = inner;
  const mark = { x: left, w: SIDE_W, y: MARGIN };
  let top = write(words.version, mark, { bold: true, tone: 'accent', end: true }) + GAP / 2;
  const plate = (draw: (y: number) => number): void => {
    const bottom = draw(top + PAD) + PAD;
    layout.plates.push({ x: left, y: top, w: SIDE_W, h: bottom - top });
    top = bottom + GAP;
  };
  plate((y) => write(words.verdict, { ...inner, y }, { lines: MOST_VERDICT_LINES }));
  plate((from) => {
    let y = write(words.legendTitle, { ...inner, y: from }, { bold: true });
    for (const { band, label, links } of report.legend) {
      layout.swatches.push({ band, x: inner.x, y: y + lineOf(SMALL_PX) / 2, w: SWATCH_W });
      const at = { x: inner.x + SWATCH_W + 10, y, w: inner.w - SWATCH_W - 10 };
      write(String(links), { ...at, x: at.x + at.w - COUNT_W, w: COUNT_W }, { fontPx: SMALL_PX, end: true });
      y = write(label, { ...at, w: at.w - COUNT_W - 6 }, { fontPx: SMALL_PX });
    }
    layout.ramp = { x: inner.x, y: y + lineOf(SMALL_PX) / 2 - RAMP_H / 2, w: SWATCH_W, h: RAMP_H };
    return write(
      words.width,
      { x: inner.x + SWATCH_W + 10, y, w: inner.w - SWATCH_W - 10 },
      { fontPx: SMALL_PX, lines: 2 },
    );
  });
  plate((from) => {
    let y = write(words.topTitle, { ...inner, y: from }, { bold: true });
    for (const link of report.topLinks) {
      y = write(endsIn(link, w, measure), { x, w, y: y + 3 }, { fontPx: SMALL_PX });
      y = write(linkFigures(link), { ...inner, y }, { fontPx: SMALL_PX, tone: 'quiet' });
    }
    return y;
  });
}

const ARROW = ' → ';

/** Both ends in one line; of two long names each loses its middle, a short one keeps the room it needs. */
function endsIn({ from, to }: ReportLink, widthPx: number, measure: MeasureText): string {
  const room = widthPx - measure(ARROW, SMALL_PX);
  const [a, b] = [measure(from, SMALL_PX), measure(to, SMALL_PX)];
  const cut = (name: string, most: number): string => elide(name, most, SMALL_PX, measure) ?? '…';
  if (a + b <= room) return `${from}${ARROW}${to}`;
  return `${cut(from, Math.max(room / 2, room - b))}${ARROW}${cut(to, Math.max(room / 2, room - a))}`;
}

/** Room for a number of links. */
const COUNT_W = 64;
/** As high as the heaviest link of its scale is wide. */
const RAMP_H = 10;

/** Broken at spaces into at most so many lines; what has no room ends in an ellipsis, a long name loses its middle. */
export function wrap(
  text: string,
  widthPx: number,
  fontPx: number,
  most: number,
  measure: MeasureText,
): string[] {
  const fits = (line: string): boolean => measure(line, fontPx) <= widthPx;
  const words = text.split(/\s+/u).filter((word) => word !== '');
  const lines: string[] = [];
  let line = '';
  while (words.length > 0) {
    const word = words[0] ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      words.shift();
    } else if (lines.length + 1 === most) {
      // The last line says as much of the rest as it can, and that there was more.
      lines.push(elide([line, ...words].join(' ').trim(), widthPx, fontPx, measure, 1) ?? '…');
      return lines;
    } else if (line === '') {
      lines.push(elide(word, widthPx, fontPx, measure, 1) ?? '…');
      words.shift();
    } else {
      lines.push(line);
      line = '';
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}

/**
 * The card as a PNG: asks backstage for report and picture, paints them on a canvas that nobody sees, and puts the same
 * facts into the file as text. Loaded when somebody shares.
 */
import type { Backstage } from '../../backstage/backstage';
import type { Theme } from '../../graph/palette';
import { MAP_FONT } from '../../graph/palette';
import { type CardSize, cardSize, layOutCard, mapRoom } from '../../share/card-layout';
import { cardSvg } from '../../share/card-svg';
import { paintCard } from '../../share/paint-card';
import { withTexts } from '../../share/png-text';
import type { Report } from '../../share/report';
import { reportLines, wordReport } from '../../share/report-words';

export interface CardChoice {
  /** Device px. */
  widthPx: number;
  theme: Theme;
  redact: boolean;
}

export interface Card {
  file: Blob;
  report: Report;
  size: CardSize;
}

export interface CardSource {
  backstage: Backstage;
  link: string;
}

/** Painting holds the page up for no longer at a time, ms. */
const SLICE_MS = 24;

/** Rejects with a sentence for the reader when there is nothing to draw or the browser cannot. */
export async function drawCard(source: CardSource, choice: CardChoice): Promise<Card> {
  const wanted = cardSize(choice.widthPx);
  const made = await paintAt(source, wanted, choice);
  if (made !== undefined) return made;
  // A browser that has no memory for so large a canvas has it for the usual one.
  const usual = cardSize(0);
  const smaller = await paintAt(source, usual, choice);
  if (smaller === undefined) throw new Error('This browser could not draw the picture.');
  const { note: _note, ...size } = usual;
  const note = `This browser could not draw ${wanted.w * wanted.ratio} px; the picture has ${usual.w * usual.ratio} px.`;
  return { ...smaller, size: { ...size, note } };
}

async function paintAt(source: CardSource, size: CardSize, choice: CardChoice): Promise<Card | undefined> {
  const { report, still } = await askParts(source, size, choice);
  const canvas = document.createElement('canvas');
  canvas.width = size.w * size.ratio;
  canvas.height = size.h * size.ratio;
  const paper = canvas.getContext('2d');
  if (paper === null) return undefined;
  const layout = layOutCard(report, size, measureOn(paper));
  let since = performance.now();
  for (const _mark of paintCard(paper, layout, still, choice.theme)) {
    if (performance.now() - since < SLICE_MS) continue;
    await new Promise((resolve) => setTimeout(resolve));
    since = performance.now();
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) return undefined;
  const texts = textsOf(report);
  const parts = withTexts(new Uint8Array(await blob.arrayBuffer()), texts);
  return { file: new Blob(parts, { type: 'image/png' }), report, size };
}

async function askParts(
  { backstage, link }: CardSource,
  size: CardSize,
  { theme, redact }: Pick<CardChoice, 'theme' | 'redact'>,
) {
  const parts = await backstage.ask('card', {
    room: mapRoom(size),
    theme,
    nowMs: Date.now(),
    version: import.meta.env.SHOAL_VERSION,
    redact,
    ...(redact || link === '' ? {} : { link }),
  });
  if (parts === undefined) throw new Error('There is no map to share yet.');
  return parts;
}

/** The report alone, for what is text. */
export async function askReport(source: CardSource, redact: boolean): Promise<Report> {
  return (await askParts(source, cardSize(0), { theme: 'light', redact })).report;
}

/** The card as a vector file. */
export async function drawSvg(source: CardSource, choice: CardChoice): Promise<Card> {
  const size = cardSize(choice.widthPx);
  const { report, still } = await askParts(source, size, choice);
  const paper = document.createElement('canvas').getContext('2d');
  if (paper === null) throw new Error('This browser could not draw the picture.');
  const measure = measureOn(paper);
  const text = cardSvg(report, layOutCard(report, size, measure), still, choice.theme, measure);
  return { file: new Blob([text], { type: 'image/svg+xml' }), report, size };
}

/** The facts of the card for who cannot see it, and for programs. */
const textsOf = (report: Report): [string, string][] => [
  ['Title', wordReport(report).title],
  ['Description', reportLines(report).join('\n')],
  ['Software', `Shoal ${report.version}`],
  ['Shoal', JSON.stringify(report)],
];

const measureOn =
  (paper: CanvasRenderingContext2D) =>
  (text: string, fontPx: number): number => {
    paper.font = `${fontPx}px ${MAP_FONT}`;
    return paper.measureText(text).width;
  };

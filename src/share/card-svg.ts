/**
 * The card as a vector file: the map with its facts around it, text as text, and the facts inside as its description. Pure;
 * painted by the same hand as the PNG, so the two cannot disagree.
 */
import type { MeasureText } from '../graph/layout/labels';
import { MAP_FONT, type Theme } from '../graph/palette';
import type { Still } from '../graph/still';
import type { CardLayout } from './card-layout';
import { paintCard } from './paint-card';
import type { Report } from './report';
import { reportLines, wordReport } from './report-words';
import { createSvgPaper, escapeXml } from './svg-paper';

/** `layout` is of the same report; its ratio does not matter. */
export function cardSvg(
  report: Report,
  layout: CardLayout,
  still: Still,
  theme: Theme,
  measure: MeasureText,
): string {
  const { w, h } = layout.size;
  const { paper, elements } = createSvgPaper(measure);
  const steps = paintCard(paper, { ...layout, size: { ...layout.size, ratio: 1 } }, still, theme);
  while (steps.next().done !== true);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img" font-family="${escapeXml(MAP_FONT)}" xml:space="preserve">`,
    `<title>${escapeXml(wordReport(report).title)}</title>`,
    `<desc>${escapeXml(reportLines(report).join('\n'))}</desc>`,
    elements(),
    '</svg>\n',
  ].join('\n');
}

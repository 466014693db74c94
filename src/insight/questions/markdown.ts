/**
 * An answer as Markdown for a ticket or a channel. Names are the cluster's and may be hostile: whatever could be read as
 * Markdown or HTML is escaped. Pure; refuses to know where it is pasted.
 */
import type { QuestionAnswer } from './answer';
import { formatCell } from './wording';

/** A ticket is no database: the rest is counted, and the link has it. */
const MOST_ROWS = 50;

/** Ends with a line break. `link` is the page that shows it, where there is one. */
export function toMarkdown(answer: QuestionAnswer, link?: string): string {
  const { columns, rows, figures, unknowns } = answer;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const parts = [`**${escapeText(answer.question)}**`, escapeText(answer.sentence)];
  if (figures.length > 0) {
    parts.push(
      figures
        .map(({ label, value, unit }) => `- ${escapeText(label)}: ${escapeText(formatCell(value, unit))}`)
        .join('\n'),
    );
  }
  if (columns.length > 0 && rows.length > 0) {
    const shown = rows.slice(0, MOST_ROWS);
    const table = [
      line(columns.map(({ header }) => escapeText(header))),
      line(columns.map(({ align }) => (align === 'end' ? '---:' : '---'))),
      ...shown.map(({ cells }) =>
        line(columns.map(({ unit }, i) => escapeText(formatCell(cells[i] ?? null, unit)))),
      ),
    ];
    parts.push(table.join('\n'));
    if (rows.length > shown.length) parts.push(`${rows.length - shown.length} more rows are not shown.`);
  }
  if (unknowns.length > 0) {
    parts.push(['Not known:', ...unknowns.map((sentence) => `- ${escapeText(sentence)}`)].join('\n'));
  }
  if (link !== undefined) parts.push(`<${link.replace(/[<>\s]/g, encodeURIComponent)}>`);
  return `${parts.join('\n\n')}\n`;
}

/**
 * Text that reads as itself in Markdown, in one line and in one cell: marks are escaped, line breaks and other controls
 * become spaces, and what turns the writing around is dropped.
 */
export function escapeText(text: string): string {
  return (
    text
      .replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, '')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed
      .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
      .replace(/[\\`*_{}[\]<>|~#@&!]/g, '\\$&')
      // A bare address would become a link of somebody else's choosing.
      .replace(/\b(https?|ftp):\/\//gi, '$1:\\/\\/')
      .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}\\.`)
      // At the start of a line these make a list, a heading's rule or a number of a list.
      .replace(/^\s*(?:[-+=]|\d+(?=[.)](?:\s|$)))/, (mark) =>
        /\d/.test(mark) ? `${mark}\\` : `\\${mark.trimStart()}`,
      )
  );
}

/**
 * A report as Markdown for a ticket: summary, top talkers, problems, traffic across namespaces. Whatever could be read as
 * markup is escaped; refuses to know where it is pasted.
 */
import { type Bytes, formatBytes, formatCount, formatUs, type Microseconds } from '../flows/units';
import { escapeText } from '../insight/questions/markdown';
import type { Report, ReportLink } from './report';
import { linkBytes, linkHealth, wordReport } from './report-words';

/** Ends with a line break. */
export function reportMarkdown(report: Report): string {
  const words = wordReport(report);
  const { link, redacted } = report;
  const parts = [
    `## ${escapeText(words.title)}`,
    [words.verdict, words.time, words.source, words.filters, words.coverage, words.drawn, ...reported(report)]
      .map((line) => `- ${escapeText(line)}`)
      .join('\n'),
    `### ${escapeText(words.topTitle)}`,
    ...table(LINK_HEADS, report.topLinks.map(linkCells)),
    '### Problems',
    ...(report.problems.length === 0
      ? ['No link is elevated, high or without an answer.']
      : table(LINK_HEADS, report.problems.map(linkCells))),
    ...more(report.problemsTotal - report.problems.length, 'problems'),
    '### Across namespaces',
    ...(report.crossNamespace.length === 0
      ? ['No flow of this map crosses namespaces.']
      : table(
          ['From', 'To', '>Flows', '>Bytes', '>Worst p99'],
          report.crossNamespace.map(({ from, to, flows, bytes, worstP99Us }) => [
            from,
            to,
            formatCount(flows),
            formatBytes(bytes as Bytes),
            formatUs(worstP99Us as Microseconds | undefined),
          ]),
        )),
    ...more(report.crossNamespaceTotal - report.crossNamespace.length, 'pairs of namespaces'),
    [
      escapeText(words.version),
      ...(redacted ? ['names and addresses are replaced'] : []),
      ...(link === undefined ? [] : [`<${link.replace(/[<>\s]/g, encodeURIComponent)}>`]),
    ].join(' · '),
  ];
  return `${parts.join('\n\n')}\n`;
}

const LINK_HEADS = ['From', 'To', '>Bytes', '>Flows', 'Handshake', 'Band'];

const linkCells = (link: ReportLink): string[] => [
  link.from,
  link.to,
  linkBytes(link),
  formatCount(link.flows),
  linkHealth(link),
  link.band,
];

/** A head that starts with `>` is of a column of numbers. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    [
      line(heads.map((head) => head.replace('>', ''))),
      line(heads.map((head) => (head.startsWith('>') ? '---:' : '---'))),
      ...rows.map((cells) => line(cells.map(escapeText))),
    ].join('\n'),
  ];
}

const more = (count: number, what: string): string[] =>
  count > 0 ? [`${formatCount(count)} more ${what} are not listed.`] : [];

function reported({ reported: whole }: Report): string[] {
  if (whole?.totalFlows === undefined) return [];
  const { totalFlows, tcpFlows, udpFlows, totalBytes } = whole;
  return [
    `Kubeshark reports of the whole cluster: ${formatCount(totalFlows)} flows (${formatCount(tcpFlows)} TCP, ${formatCount(udpFlows)} UDP), ${formatBytes(totalBytes as Bytes | undefined)} as it counts them`,
  ];
}

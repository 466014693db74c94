/**
 * A report in words: the same sentences on a card, in its hidden text and in a ticket. Pure; knows no layout and no
 * markup. Names in the words are the cluster's own and hostile.
 */
import type { Parameter } from '../flows/query';
import {
  type Bytes,
  formatAge,
  formatBytes,
  formatCount,
  formatMoment,
  formatShare,
  formatUs,
  type Microseconds,
} from '../flows/units';
import { listing, plural } from '../insight/questions/wording';
import type { Report, ReportLink } from './report';

export interface ReportWords {
  title: string;
  source: string;
  filters: string;
  time: string;
  /** Rows and bytes that came; what is drawn of them, folded or hidden. */
  coverage: string;
  drawn: string;
  verdict: string;
  legendTitle: string;
  /** What a link's width says. */
  width: string;
  topTitle: string;
  version: string;
}

export function wordReport(report: Report): ReportWords {
  return {
    title: `${subject(report)}, ${LEVEL[report.level]}`,
    source: `Source: ${report.source ?? 'not named by the server'}`,
    filters: `Filters: ${[...filterWords(report), ...narrowingWords(report)].join(' · ') || 'none'}`,
    time: `${formatMoment(Date.parse(report.at))} · ${formatAge(report.ageMs)} old`,
    coverage: coverageWords(report),
    drawn: drawnWords(report),
    verdict:
      report.verdict === undefined
        ? 'Health: not judged, the rows are grouped by the server'
        : `Health: ${report.verdict.sentence}`,
    legendTitle: report.colour === 'band' ? 'Worst TCP handshake p99' : 'Handshake, against siblings',
    width: 'Width: bytes, 1 KiB is 1 px, 1 GiB is 10 px, log scale',
    topTitle:
      report.topLinks.length === 0 ? 'No links' : `Top ${plural(report.topLinks.length, 'link')} by bytes`,
    version: `Shoal ${report.version}`,
  };
}

const LEVEL: Record<Report['level'], string> = {
  namespace: 'by namespace',
  service: 'by service',
  pod: 'by pod',
  node: 'by node',
};

function subject({ filters, narrowing }: Report): string {
  if (narrowing.path !== undefined) return `${narrowing.path.from} to ${narrowing.path.to}`;
  if (narrowing.focus !== undefined) return `Around ${narrowing.focus.peer}`;
  const named = filters.filter(({ parameter }) => NAMING.has(parameter)).map(wordFilter);
  const text = listing(named);
  return text === '' ? 'Whole cluster' : text.charAt(0).toUpperCase() + text.slice(1);
}

const NAMING: ReadonlySet<Parameter> = new Set<Parameter>(['ip', 'ns', 'pod', 'svc']);

const filterWords = ({ filters }: Report): string[] =>
  filters.filter(({ parameter }) => parameter !== 'format').map(wordFilter);

function wordFilter({ parameter, value }: Report['filters'][number]): string {
  switch (parameter) {
    case 'ns':
      return `namespace ${value}`;
    case 'pod':
      return `pod ${value}`;
    case 'svc':
      return `service ${value}`;
    case 'ip':
      return `address ${value}`;
    case 'l4proto':
      return `${value.toUpperCase()} only`;
    case 'aggregate':
      return `grouped by ${value} on the server`;
    case 'limit':
      return `at most ${plural(Number(value), 'flow')}`;
    case 'format':
      return `format ${value}`;
  }
}

function narrowingWords({ narrowing }: Report): string[] {
  const { focus, path, problems, hide, minBytes, percentile, expand } = narrowing;
  return [
    path === undefined ? undefined : `shortest ways from ${path.from} to ${path.to}`,
    focus === undefined ? undefined : `within ${plural(focus.depth, 'step')} of ${focus.peer}`,
    problems ? 'only problems' : undefined,
    hide === 'infra' ? 'infrastructure hidden' : hide === 'none' ? 'infrastructure shown' : undefined,
    minBytes > 0 ? `links from ${formatBytes(minBytes as Bytes)}` : undefined,
    percentile === undefined ? undefined : `links from the ${percentile}th percentile of bytes`,
    expand.length === 0 ? undefined : `${plural(expand.length, 'box', 'boxes')} opened`,
  ].filter((word) => word !== undefined);
}

function coverageWords({ counts }: Report): string {
  const { flows, total, truncated, rejected, bytes } = counts;
  const parts = [
    `${formatCount(flows)} of ${plural(Math.max(total, flows + rejected), 'flow')}`,
    formatBytes(bytes as Bytes),
    truncated ? 'truncated: the rest was not sent' : 'not truncated',
    ...(rejected === 0 ? [] : [`${plural(rejected, 'row')} unreadable`]),
  ];
  return parts.join(' · ');
}

function drawnWords({ counts }: Report): string {
  const { peers, links, hiddenFlows, hiddenBytes, foldedFlows, foldedBytes, bytes } = counts;
  const share = (part: number): string => `${formatShare(part, bytes)} of bytes`;
  return [
    `${plural(peers, 'peer')}, ${plural(links, 'link')} drawn`,
    hiddenFlows === 0 ? 'nothing hidden' : `hiding ${plural(hiddenFlows, 'flow')}, ${share(hiddenBytes)}`,
    ...(foldedFlows === 0 ? [] : [`folded ${plural(foldedFlows, 'flow')}, ${share(foldedBytes)}`]),
  ].join(' · ');
}

/** `12.5 MiB`, and how its handshakes are. */
export const linkBytes = ({ bytes }: ReportLink): string => formatBytes(bytes as Bytes);
export const linkHealth = ({ worstP99Us, unanswered }: ReportLink): string =>
  unanswered
    ? 'no answer'
    : worstP99Us === undefined
      ? 'no recent handshake'
      : `p99 ${formatUs(worstP99Us as Microseconds)}`;

export const linkFigures = (link: ReportLink): string => `${linkBytes(link)} · ${linkHealth(link)}`;

/** Every fact of the card, a line each, as drawn: what a picture says to who cannot see it. */
export function reportLines(report: Report): string[] {
  const words = wordReport(report);
  return [
    words.title,
    words.source,
    words.filters,
    words.time,
    words.coverage,
    words.drawn,
    words.verdict,
    words.legendTitle,
    ...report.legend.map(({ label, links }) => `${label}: ${plural(links, 'link')}`),
    words.width,
    words.topTitle,
    ...report.topLinks.flatMap((link) => [`${link.from} → ${link.to}`, linkFigures(link)]),
    ...(report.redacted ? ['Names and addresses are replaced.'] : []),
    ...(report.link === undefined ? [] : [report.link]),
    words.version,
  ];
}

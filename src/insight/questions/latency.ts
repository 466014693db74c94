/**
 * What handshakes say: questions 13 and 14, and across zones 15 and 17. A flow's own percentiles are never averaged;
 * "typical" is the median over flows of their p50s, and "worst" the largest p99.
 */
import type { Flow } from '../../flows/flow';
import { type FlowHandshake, flowHandshake } from '../../flows/handshake';
import { identify } from '../../flows/identity';
import { flowPlace } from '../../graph/flow-place';
import { auditLink } from '../audit';
import { byText } from '../audit-group';
import { type Finding, numberColumn, type Subject, textColumn } from './answer';
import type { QuestionFacts } from './facts';
import { targetOf } from './subjects';
import { bandWithRange, listing, nameOf, plural, usText } from './wording';

interface Measured {
  flow: Flow;
  seen: FlowHandshake;
}

/** TCP flows that speak for themselves: not those whose client already speaks for them. */
const tcpFlows = ({ flows, farHalves }: QuestionFacts): Flow[] =>
  flows.filter((flow) => flow.proto === 'tcp' && !farHalves.has(flow));

function measuredAmong(flows: readonly Flow[], facts: QuestionFacts): Measured[] {
  return flows.flatMap((flow) => {
    const seen = flowHandshake(flow, facts.trust);
    return seen === undefined ? [] : [{ flow, seen }];
  });
}

const unmeasuredNote = (count: number): string[] =>
  count === 0
    ? []
    : [
        `${plural(count, 'TCP flow has', 'TCP flows have')} no recent handshake: not measured, which does not mean fast.`,
      ];

/** 13. TCP flows with handshake times over N ms: their p99. */
export function slowerThan(subject: Subject, facts: QuestionFacts): Finding {
  const limitMs = subject.milliseconds ?? 10;
  const flows = tcpFlows(facts);
  const measured = measuredAmong(flows, facts).filter(({ seen }) => seen.p99Us !== undefined);
  const slow = measured
    .filter(({ seen }) => (seen.p99Us ?? 0) > limitMs * 1000)
    .map((one) => ({ ...one, from: identify(one.flow.client, 'pod'), to: identify(one.flow.server, 'pod') }))
    .sort(
      (a, b) =>
        (b.seen.p99Us ?? 0) - (a.seen.p99Us ?? 0) || byText(a.from.id, b.from.id) || byText(a.to.id, b.to.id),
    );
  const worst = slow[0];
  return {
    sentence:
      measured.length === 0
        ? 'No TCP flow of this answer has a recent handshake.'
        : `${slow.length} of ${plural(measured.length, 'measured TCP flow')} ${slow.length === 1 ? 'has' : 'have'} a handshake p99 over ${limitMs} ms${worst === undefined ? '' : `; the worst is ${nameOf(worst.from)} to ${nameOf(worst.to)} with ${usText(worst.seen.p99Us)}`}.`,
    figures: [
      { label: `Flows over ${limitMs} ms`, unit: 'count', value: slow.length },
      { label: 'Measured TCP flows', unit: 'count', value: measured.length },
      { label: 'TCP flows', unit: 'count', value: flows.length },
      { label: 'Worst p99', unit: 'us', value: worst?.seen.p99Us ?? null },
    ],
    columns: [
      textColumn('Client'),
      textColumn('Server'),
      textColumn('Port'),
      numberColumn('p50', 'us'),
      numberColumn('p99', 'us'),
      textColumn('Seen by'),
    ],
    rows: slow.map(({ flow, seen, from, to }) => ({
      cells: [
        nameOf(from),
        nameOf(to),
        `${flow.server.port ?? '?'}/tcp`,
        seen.p50Us ?? null,
        seen.p99Us ?? null,
        seen.side,
      ],
      select: { link: `${from.id}>${to.id}` },
    })),
    view: {
      query: { l4proto: 'tcp' },
      level: 'pod',
      // From 10 ms on "only problems" keeps at least these; below it would hide what was asked for.
      ...(limitMs >= 10 ? { problems: true } : {}),
      colour: 'band',
      panel: 'health',
    },
    unknowns: unmeasuredNote(flows.length - measured.length),
  };
}

/** 14. Connections with elevated latency: the contract's bands elevated and high. */
export function elevated(_subject: Subject, facts: QuestionFacts): Finding {
  const graph = facts.graphAt('service');
  const links = [...graph.links.values()];
  const measured = links.filter(({ handshake }) => handshake.worstP99Us !== undefined);
  const slow = measured
    .filter(({ handshake }) => handshake.band === 'elevated' || handshake.band === 'high')
    .sort((a, b) => (b.handshake.worstP99Us ?? 0) - (a.handshake.worstP99Us ?? 0) || byText(a.id, b.id));
  const high = slow.filter(({ handshake }) => handshake.band === 'high').length;
  const silent = links.filter(({ unanswered }) => unanswered).length;
  const unmeasured = links.filter(
    ({ handshake, unanswered }) => handshake.band === 'unmeasured' && handshake.tcp > 0 && !unanswered,
  ).length;
  return {
    sentence:
      measured.length === 0
        ? 'No link of this answer has a recent handshake.'
        : slow.length === 0
          ? `None of ${plural(measured.length, 'measured link')} is elevated or worse.`
          : `${slow.length} of ${plural(measured.length, 'measured link')} ${slow.length === 1 ? 'is' : 'are'} slow: ${slow.length - high} ${bandWithRange('elevated')} and ${high} ${bandWithRange('high')}.`,
    figures: [
      { label: 'Elevated', unit: 'count', value: slow.length - high },
      { label: 'High', unit: 'count', value: high },
      { label: 'Measured links', unit: 'count', value: measured.length },
    ],
    columns: [
      textColumn('From'),
      textColumn('To'),
      textColumn('Ports'),
      numberColumn('Worst p99', 'us'),
      textColumn('Flow'),
      numberColumn('Lowest p50', 'us'),
      numberColumn('Highest p50', 'us'),
      textColumn('Handshake'),
    ],
    rows: slow.map((link) => {
      const { from, to, ports } = auditLink(graph, link);
      const { worstP99Us, p50LowUs, p50HighUs, band, tcp } = link.handshake;
      return {
        cells: [
          nameOf(from),
          nameOf(to),
          ports,
          worstP99Us ?? null,
          `${flowPlace(link) ?? '?'} of ${tcp}`,
          p50LowUs ?? null,
          p50HighUs ?? null,
          band,
        ],
        select: { link: link.id },
      };
    }),
    view: { query: {}, level: 'service', problems: true, colour: 'band', panel: 'health' },
    unknowns: [
      ...(unmeasured === 0
        ? []
        : [
            `${plural(unmeasured, 'TCP link has', 'TCP links have')} no recent handshake: not measured, which does not mean fast.`,
          ]),
      ...(silent === 0
        ? []
        : [`${plural(silent, 'link gets', 'links get')} no answer at all, which no handshake time shows.`]),
    ],
  };
}

/** Flows that go between the same two zones. */
interface ZonePair {
  from: string;
  to: string;
  way: 'same node' | 'same zone' | 'across zones';
  flows: number;
  measured: number;
  p50s: number[];
  worstP99Us: number | undefined;
}

interface ZoneReading {
  pairs: ZonePair[];
  /** Flows of which at least one end is in no known zone. */
  unknown: number;
}

function byZones(flows: readonly Flow[], facts: QuestionFacts): ZoneReading {
  const pairs = new Map<string, ZonePair>();
  let unknown = 0;
  for (const flow of flows) {
    const from = facts.zones.get(flow.client.node ?? '');
    const to = facts.zones.get(flow.server.node ?? '');
    if (from === undefined || to === undefined) {
      unknown++;
      continue;
    }
    // What never leaves its node says nothing about distances: it would make every other path look dear.
    const way =
      from !== to ? 'across zones' : flow.client.node === flow.server.node ? 'same node' : 'same zone';
    const key = [from, to, way].join('\u001f');
    const pair = pairs.get(key) ?? { from, to, way, flows: 0, measured: 0, p50s: [], worstP99Us: undefined };
    pairs.set(key, pair);
    pair.flows++;
    const seen = flowHandshake(flow, facts.trust);
    if (seen?.p50Us === undefined && seen?.p99Us === undefined) continue;
    pair.measured++;
    if (seen.p50Us !== undefined) pair.p50s.push(seen.p50Us);
    pair.worstP99Us = Math.max(pair.worstP99Us ?? 0, seen.p99Us ?? 0) || undefined;
  }
  const sorted = [...pairs.values()].sort(
    (a, b) => byText(a.from, b.from) || byText(a.to, b.to) || byText(a.way, b.way),
  );
  return { pairs: sorted, unknown };
}

/** The middle of the values, between the two middle ones of an even count; undefined for none. */
function medianOf(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  if (upper === undefined || sorted.length % 2 === 1) return upper;
  return ((sorted[(sorted.length >> 1) - 1] ?? upper) + upper) / 2;
}

const ZONE_COLUMNS = [
  textColumn('Client zone'),
  textColumn('Server zone'),
  textColumn('Path'),
  numberColumn('TCP flows', 'count'),
  numberColumn('Measured', 'count'),
  numberColumn('Lowest p50', 'us'),
  numberColumn('Typical p50', 'us'),
  numberColumn('Highest p50', 'us'),
  numberColumn('Worst p99', 'us'),
];

/** What zones cost: the typical p50 of flows that cross, against those between nodes of one zone. */
function zoneFinding(
  flows: readonly Flow[],
  facts: QuestionFacts,
  to: string,
): Pick<Finding, 'sentence' | 'figures' | 'columns' | 'rows' | 'unknowns'> {
  const { pairs, unknown } = byZones(flows, facts);
  const p50s = (way: ZonePair['way']) =>
    pairs.filter((pair) => pair.way === way).flatMap((pair) => pair.p50s);
  const [crossing, staying] = [p50s('across zones'), p50s('same zone')];
  const [far, near] = [medianOf(crossing), medianOf(staying)];
  return {
    sentence: zoneSentence(
      to,
      { far, near, crossing: crossing.length, staying: staying.length },
      facts.zones.size > 0,
    ),
    figures: [
      { label: 'Typical p50 across zones', unit: 'us', value: far ?? null },
      { label: 'Typical p50 between nodes of a zone', unit: 'us', value: near ?? null },
      { label: 'Penalty', unit: 'us', value: far === undefined || near === undefined ? null : far - near },
      { label: 'Flows across zones', unit: 'count', value: crossing.length },
      { label: 'Flows between nodes of a zone', unit: 'count', value: staying.length },
    ],
    columns: ZONE_COLUMNS,
    rows: pairs.map((pair) => ({
      cells: [
        pair.from,
        pair.to,
        pair.way,
        pair.flows,
        pair.measured,
        pair.p50s.length === 0 ? null : Math.min(...pair.p50s),
        medianOf(pair.p50s) ?? null,
        pair.p50s.length === 0 ? null : Math.max(...pair.p50s),
        pair.worstP99Us ?? null,
      ],
    })),
    unknowns: [
      ...zoneUnknowns(flows, facts, unknown),
      ...unmeasuredNote(flows.length - unknown - pairs.reduce((n, { measured }) => n + measured, 0)),
    ],
  };
}

function zoneSentence(
  to: string,
  {
    far,
    near,
    crossing,
    staying,
  }: { far: number | undefined; near: number | undefined; crossing: number; staying: number },
  hasZones: boolean,
): string {
  if (!hasZones) return 'Zones are not known: without an inventory nothing can be said about them.';
  if (far === undefined && near === undefined)
    return `No connection${to} between nodes of known zones was measured.`;
  if (far === undefined)
    return `No measured connection${to} crosses zones; between nodes of a zone the typical p50 is ${usText(near)} (${plural(staying, 'flow')}).`;
  if (near === undefined)
    return `Every measured connection${to} between nodes crosses zones, with a typical p50 of ${usText(far)} (${plural(crossing, 'flow')}): there is none within a zone to compare with.`;
  const difference =
    far > near ? `${usText(far - near)} more` : far < near ? `${usText(near - far)} less` : 'the same';
  return `Across zones a connection${to} takes ${usText(far)} at the typical p50 (${plural(crossing, 'flow')}), between nodes of a zone ${usText(near)} (${plural(staying, 'flow')}): ${difference}.`;
}

/** Which nodes' zones are missing, and how many flows that leaves out. */
export function zoneUnknowns(flows: readonly Flow[], facts: QuestionFacts, unknown: number): string[] {
  if (facts.zones.size === 0) {
    return ['Zones come from the inventory: start the server with --inventory FILE.'];
  }
  if (unknown === 0) return [];
  const nodes = new Set<string>();
  for (const { client, server } of flows) {
    for (const { node } of [client, server])
      if (node !== undefined && !facts.zones.has(node)) nodes.add(node);
  }
  const missing =
    nodes.size === 0
      ? ''
      : ` The zones of ${plural(nodes.size, 'node')} are unknown: ${listing([...nodes].sort())}.`;
  return [
    `${plural(unknown, 'flow has', 'flows have')} an end in no known zone and ${unknown === 1 ? 'is' : 'are'} not compared.${missing}`,
  ];
}

/** 15. Handshakes compared across zones. */
export function acrossZones(_subject: Subject, facts: QuestionFacts): Finding {
  return {
    ...zoneFinding(tcpFlows(facts), facts, ''),
    view: { query: { l4proto: 'tcp' }, level: 'node', colour: 'band', panel: 'health' },
  };
}

/** 17. The penalty of cross-zone connections to X. */
export function zonePenalty(subject: Subject, facts: QuestionFacts): Finding {
  const target = targetOf(subject, facts);
  const flows = target === undefined ? [] : tcpFlows(facts).filter(target.isServer);
  return {
    ...zoneFinding(flows, facts, target === undefined ? '' : ` to ${target.name}`),
    view: { ...(target?.view ?? { query: {}, level: 'service' }), colour: 'relative', panel: 'health' },
  };
}

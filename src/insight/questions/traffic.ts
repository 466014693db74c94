/** How much goes where: questions 4, 6, 7, 8 and 9. Bytes and packets are the sender's; rates come from polls or not at all. */

import { canonicalIp } from '../../flows/address';
import { flowKey } from '../../flows/flow';
import { endpointKind, identify } from '../../flows/identity';
import { linkVolume, volumeSum } from '../../flows/volume';
import { type AuditLink, auditFlows, auditLink } from '../audit';
import { byText } from '../audit-group';
import { compareBaseline } from '../baseline';
import type { NamedLink } from '../baseline-names';
import { type AnswerRow, type Finding, numberColumn, type Subject, textColumn } from './answer';
import type { QuestionFacts } from './facts';
import { bytesText, formatCell, listing, nameOf, plural, shareText, stateOf } from './wording';

/** "Top 10" is the contract's own number. */
const TOP = 10;

const NO_RATES = 'Rates need two polls of the same source: ranked by what was counted so far instead.';

/** 4. All cross-namespace traffic. */
export function crossNamespace(_subject: Subject, facts: QuestionFacts): Finding {
  const { crossNamespace: links, withoutNamespace } = auditFlows(facts.flows, facts.sensitive, facts.graphAt);
  const graph = facts.graphAt('service');
  const bytes = sum(links.map((link) => link.bytes));
  const flows = sum(links.map((link) => link.flows));
  const share = sum(links.map(({ id }) => graph.links.get(id)?.share ?? 0));
  const pairs = new Set(links.map(({ from, to }) => `${from.namespace}>${to.namespace}`)).size;
  return {
    sentence:
      links.length === 0
        ? 'No link between two known namespaces is among these flows.'
        : `${plural(links.length, 'link')} between ${plural(pairs, 'pair')} of namespaces carry ${bytesText(bytes)} in ${plural(flows, 'flow')}${ofAll(share, graph.wholeBytes)}.`,
    figures: [
      { label: 'Links', unit: 'count', value: links.length },
      { label: 'Pairs of namespaces', unit: 'count', value: pairs },
      { label: 'Flows', unit: 'count', value: flows },
      { label: 'Bytes', unit: 'bytes', value: bytes },
    ],
    columns: [
      textColumn('From'),
      textColumn('From namespace'),
      textColumn('To'),
      textColumn('To namespace'),
      textColumn('Ports'),
      numberColumn('Flows', 'count'),
      numberColumn('Bytes', 'bytes'),
      numberColumn('Worst p99', 'us'),
      textColumn('Handshake'),
    ],
    rows: links.map((link) => ({
      cells: [
        link.from.label,
        link.from.namespace ?? null,
        link.to.label,
        link.to.namespace ?? null,
        link.ports,
        link.flows,
        link.bytes,
        link.worstP99Us ?? null,
        stateOf(link),
      ],
      select: { link: link.id },
    })),
    view: { query: {}, level: 'service', panel: 'audit' },
    unknowns:
      withoutNamespace === 0
        ? []
        : [
            `${plural(withoutNamespace, 'link ends', 'links end')} at a peer without a namespace (a host process or an address) and ${withoutNamespace === 1 ? 'is' : 'are'} not counted.`,
          ],
  };
}

/** 6. Unexpected connections to sensitive namespaces: all of them, but for what a baseline holds and for DNS. */
export function sensitive(_subject: Subject, facts: QuestionFacts): Finding {
  const audit = auditFlows(facts.flows, facts.sensitive, facts.graphAt);
  const patterns = facts.sensitive.join(', ');
  const comparison =
    facts.baseline === undefined ? undefined : compareBaseline(facts.baseline, facts.flows, true);
  const added = new Set(comparison?.added.flatMap(linkIds));
  const allowed = new Set(comparison?.allowed.flatMap(({ link }) => linkIds(link)));
  const links = audit.sensitive
    .map((link) => ({ link, state: expectation(link, comparison !== undefined, added, allowed) }))
    .sort((a, b) => Number(b.state.unexpected) - Number(a.state.unexpected));
  const unexpected = links.filter(({ state }) => state.unexpected);
  const spaces = audit.sensitiveNamespaces;
  const sources = [...new Set(unexpected.map(({ link }) => nameOf(link.from)))];
  return {
    sentence:
      spaces.length === 0
        ? `No namespace in these flows matches ${patterns}.`
        : unexpected.length === 0
          ? `No: all ${plural(links.length, 'connection')} into ${listing(spaces)} ${comparison === undefined ? 'are DNS lookups' : 'are in the baseline, allowed, or DNS lookups'}.`
          : `${plural(unexpected.length, 'connection')} into ${listing(spaces)} ${unexpected.length === 1 ? 'is' : 'are'} ${comparison === undefined ? 'from outside and not DNS' : 'not in the baseline'}: from ${listing(sources)}.`,
    figures: [
      { label: 'Sensitive namespaces', unit: 'count', value: spaces.length },
      { label: 'Connections', unit: 'count', value: links.length },
      { label: 'Unexpected', unit: 'count', value: unexpected.length },
    ],
    columns: [
      textColumn('From'),
      textColumn('From namespace'),
      textColumn('To'),
      textColumn('To namespace'),
      textColumn('Ports'),
      numberColumn('Flows', 'count'),
      numberColumn('Bytes', 'bytes'),
      textColumn('Expected'),
    ],
    rows: links.map(({ link, state }) => ({
      cells: [
        nameOf(link.from),
        link.from.namespace ?? null,
        link.to.label,
        link.to.namespace ?? null,
        link.ports,
        link.flows,
        link.bytes,
        state.word,
      ],
      select: { link: link.id },
    })),
    view: { query: {}, level: 'service', panel: 'audit' },
    unknowns:
      comparison === undefined
        ? [
            'What is expected is not known without a baseline: every connection from outside that is no DNS lookup is listed.',
          ]
        : [],
  };
}

const linkIds = ({ flows }: NamedLink): string[] =>
  flows.map(({ client, server }) => `${identify(client, 'service').id}>${identify(server, 'service').id}`);

interface Expectation {
  word: string;
  unexpected: boolean;
}

function expectation(
  link: AuditLink,
  isCompared: boolean,
  added: ReadonlySet<string>,
  allowed: ReadonlySet<string>,
): Expectation {
  if (added.has(link.id)) return { word: 'new', unexpected: true };
  if (isCompared) return { word: allowed.has(link.id) ? 'allowed' : 'in the baseline', unexpected: false };
  // Every pod of a cluster looks names up; that is not what an auditor looks for.
  if (link.to.namespace === 'kube-system' && /^53\/(udp|tcp)(, 53\/(udp|tcp))?$/.test(link.ports)) {
    return { word: 'DNS', unexpected: false };
  }
  return { word: 'not known', unexpected: true };
}

/** 7. Which connections use the most bandwidth? */
export function mostBandwidth(_subject: Subject, facts: QuestionFacts): Finding {
  const graph = facts.graphAt('service');
  const links = [...graph.links.values()].map((link) => {
    const rates = link.flows.flatMap((flow) => facts.rates?.get(flowKey(flow)) ?? []);
    return {
      link,
      audit: auditLink(graph, link),
      rate: rates.length === 0 ? null : sum(rates.map(({ bytesPerS }) => bytesPerS)),
    };
  });
  const hasRates = links.some(({ rate }) => rate !== null);
  links.sort(
    (a, b) =>
      (hasRates ? (b.rate ?? -1) - (a.rate ?? -1) : 0) ||
      b.link.bytes - a.link.bytes ||
      byText(a.link.id, b.link.id),
  );
  const top = links.slice(0, TOP);
  const first = top[0];
  const least = Math.min(...top.map(({ link }) => link.bytes));
  const share = sum(top.map(({ link }) => link.share));
  return {
    sentence:
      first === undefined || (!hasRates && first.link.bytes === 0)
        ? 'No flow of this answer counts bytes.'
        : `${nameOf(first.audit.from)} to ${nameOf(first.audit.to)} ${hasRates ? 'moves' : 'has moved'} the most, ${hasRates ? formatCell(first.rate, 'bytes/s') : bytesText(first.link.bytes)}${ofTop(top.length, share, graph.wholeBytes)}.`,
    figures: [
      { label: 'Most bytes on one link', unit: 'bytes', value: first?.link.bytes ?? null },
      { label: 'Links', unit: 'count', value: links.length },
    ],
    columns: [
      textColumn('From'),
      textColumn('To'),
      textColumn('Ports'),
      ...(hasRates ? [numberColumn('Rate', 'bytes/s')] : []),
      numberColumn('Bytes', 'bytes'),
      numberColumn('Share', 'share'),
    ],
    rows: top.map(({ link, audit, rate }) => ({
      cells: [
        nameOf(audit.from),
        nameOf(audit.to),
        audit.ports,
        ...(hasRates ? [rate] : []),
        link.bytes,
        graph.wholeBytes > 0 ? link.share / graph.wholeBytes : null,
      ],
      select: { link: link.id },
    })),
    view: {
      query: {},
      level: 'service',
      panel: 'summary',
      // By bytes the threshold leaves exactly these links on the map; by rate it would leave others.
      ...(hasRates || first === undefined ? {} : { min: least }),
    },
    unknowns: hasRates ? [] : [NO_RATES],
  };
}

/** 8. Top 10 flows by packet rate. */
export function mostPackets(_subject: Subject, facts: QuestionFacts): Finding {
  const rows = facts.flows
    .filter((flow) => !facts.farHalves.has(flow))
    .map((flow) => ({
      flow,
      key: flowKey(flow),
      packets: volumeSum(linkVolume([flow], 'packets')),
      bytes: volumeSum(linkVolume([flow], 'bytes')),
      rate: facts.rates?.get(flowKey(flow))?.packetsPerS ?? null,
      from: identify(flow.client, 'pod'),
      to: identify(flow.server, 'pod'),
    }));
  const hasRates = rows.some(({ rate }) => rate !== null);
  rows.sort(
    (a, b) =>
      (hasRates ? (b.rate ?? -1) - (a.rate ?? -1) : 0) || b.packets - a.packets || byText(a.key, b.key),
  );
  const top = rows.slice(0, TOP);
  const first = top[0];
  return {
    sentence:
      first === undefined || (!hasRates && first.packets === 0)
        ? 'No flow of this answer counts packets.'
        : `${nameOf(first.from)} to ${nameOf(first.to)} has ${hasRates ? `the highest packet rate, ${formatCell(first.rate, 'packets/s')}` : `sent and received the most so far, ${plural(first.packets, 'packet')}`}.`,
    figures: [
      { label: 'Most packets on one flow', unit: 'packets', value: first?.packets ?? null },
      { label: 'Flows', unit: 'count', value: rows.length },
    ],
    columns: [
      textColumn('Client'),
      textColumn('Server'),
      textColumn('Port'),
      ...(hasRates ? [numberColumn('Packet rate', 'packets/s')] : []),
      numberColumn('Packets', 'packets'),
      numberColumn('Bytes', 'bytes'),
    ],
    rows: top.map(
      ({ flow, from, to, packets, bytes, rate }): AnswerRow => ({
        cells: [
          nameOf(from),
          nameOf(to),
          `${flow.server.port ?? '?'}/${flow.proto}`,
          ...(hasRates ? [rate] : []),
          packets,
          bytes,
        ],
        select: { link: `${from.id}>${to.id}` },
      }),
    ),
    view: { query: {}, level: 'pod', panel: 'summary' },
    unknowns: hasRates ? [] : [NO_RATES],
  };
}

/** 9. How much traffic is going to external IPs, and which? */
export function external(_subject: Subject, facts: QuestionFacts): Finding {
  const { egress, unnamed } = auditFlows(facts.flows, facts.sensitive, facts.graphAt);
  const sent = sum(egress.map((row) => row.sentBytes));
  const received = sum(egress.map((row) => row.receivedBytes));
  const addresses = [...new Set(egress.map(({ address }) => address))];
  const incoming = facts.flows.filter(({ client }) => endpointKind(client) === 'external');
  const replies = linkVolume(incoming, 'bytes').backward;
  const callers = new Set(incoming.map(({ client }) => canonicalIp(client.ip ?? '')));
  const doubtful = [...new Set(unnamed.map(({ address }) => address))];
  return {
    sentence:
      egress.length === 0
        ? 'No connection to an external address is among these flows.'
        : `${bytesText(sent)} went out to ${plural(addresses.length, 'external address', 'external addresses')} (${listing(addresses)}) and ${bytesText(received)} came back.`,
    figures: [
      { label: 'External addresses', unit: 'count', value: addresses.length },
      { label: 'Sent', unit: 'bytes', value: sent },
      { label: 'Received', unit: 'bytes', value: received },
      { label: 'Replies to external clients', unit: 'bytes', value: replies },
    ],
    columns: [
      textColumn('From'),
      textColumn('Address'),
      textColumn('Port'),
      numberColumn('Flows', 'count'),
      numberColumn('Sent', 'bytes'),
      numberColumn('Received', 'bytes'),
      numberColumn('Worst p99', 'us'),
      textColumn('Handshake'),
    ],
    rows: egress.map((row) => ({
      cells: [
        nameOf(row.from),
        row.address,
        `${row.port ?? '?'}/${row.proto}`,
        row.flows,
        row.sentBytes,
        row.receivedBytes,
        row.worstP99Us ?? null,
        stateOf(row),
      ],
      select: { link: row.link },
    })),
    view: { query: {}, level: 'service', panel: 'audit' },
    unknowns: [
      ...(callers.size === 0
        ? []
        : [
            `Not counted as egress: ${bytesText(replies)} of replies to ${plural(callers.size, 'external client that connects', 'external clients that connect')} in.`,
          ]),
      ...(doubtful.length === 0
        ? []
        : [
            `Nobody names the private ${doubtful.length === 1 ? 'address' : 'addresses'} ${listing(doubtful)}: inside or outside is not known.`,
          ]),
    ],
  };
}

/** `, 54 % of all bytes`; nothing where nothing of it counts towards the whole. */
const ofAll = (share: number, whole: number): string =>
  share > 0 ? `, ${shareText(share, whole)} of all bytes` : '';
const ofTop = (links: number, share: number, whole: number): string =>
  share > 0 ? `; the first ${plural(links, 'link')} carry ${shareText(share, whole)} of all bytes` : '';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

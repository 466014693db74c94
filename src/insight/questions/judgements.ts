/**
 * Questions that ask for a judgement (16, 18, 19, 20) and what changed (24). The evidence is ours; the verdict is
 * handed in (facts.ts) and never made up here: without one the sentence says what was measured and no more.
 */
import type { Endpoint, Flow } from '../../flows/flow';
import { flowHandshake } from '../../flows/handshake';
import { identify } from '../../flows/identity';
import { linkVolume } from '../../flows/volume';
import type { GraphLink } from '../../graph/flow-graph';
import { flowPlace } from '../../graph/flow-place';
import { auditLink } from '../audit';
import { byText } from '../audit-group';
import { partyOf } from '../baseline-names';
import { type AnswerRow, type Finding, numberColumn, type Subject, textColumn } from './answer';
import type { Change, Judgement, QuestionFacts } from './facts';
import { targetOf } from './subjects';
import { listing, nameOf, plural, stateOf, usText } from './wording';

const NO_VERDICT = 'No verdict was made on this answer: these are the measurements alone.';
const ONLY_HANDSHAKES =
  'A handshake times the path and not the work: how long requests take is not in flows.';

const LINK_COLUMNS = [
  textColumn('From'),
  textColumn('To'),
  textColumn('Ports'),
  numberColumn('Worst p99', 'us'),
  textColumn('Flow'),
  numberColumn('Lowest p50', 'us'),
  numberColumn('Highest p50', 'us'),
  textColumn('Handshake'),
];

function linkRows(links: readonly GraphLink[], level: 'service' | 'pod', facts: QuestionFacts): AnswerRow[] {
  const graph = facts.graphAt(level);
  return [...links]
    .sort((a, b) => (b.handshake.worstP99Us ?? -1) - (a.handshake.worstP99Us ?? -1) || byText(a.id, b.id))
    .map((link) => {
      const { from, to, ports } = auditLink(graph, link);
      const { worstP99Us, p50LowUs, p50HighUs, band, tcp } = link.handshake;
      return {
        cells: [
          nameOf(from),
          nameOf(to),
          ports,
          worstP99Us ?? null,
          tcp === 0 ? null : `${flowPlace(link) ?? '?'} of ${tcp}`,
          p50LowUs ?? null,
          p50HighUs ?? null,
          stateOf({ unanswered: link.unanswered, band }),
        ],
        select: { link: link.id },
      };
    });
}

/** A finding of our evidence with the verdict on it, where there is one. */
function judged(plain: Finding, verdict: Judgement | undefined): Finding {
  if (verdict === undefined) return { ...plain, unknowns: [...plain.unknowns, NO_VERDICT] };
  return {
    ...plain,
    sentence: verdict.sentence,
    figures: verdict.figures ?? plain.figures,
    ...(verdict.columns === undefined || verdict.rows === undefined
      ? {}
      : { columns: verdict.columns, rows: verdict.rows }),
    unknowns: [...plain.unknowns, ...(verdict.unknowns ?? [])],
  };
}

const levelOf = (level: string): 'service' | 'pod' => (level === 'pod' ? 'pod' : 'service');

/** Links of a target at its level. */
function linksOf(subject: Subject, facts: QuestionFacts): { links: GraphLink[]; level: 'service' | 'pod' } {
  const target = targetOf(subject, facts);
  const level = levelOf(target?.view.level ?? 'service');
  const links = [...facts.graphAt(level).links.values()].filter(
    ({ from, to }) => to === subject.peer || from === subject.peer,
  );
  return { links, level };
}

const worstOf = (links: readonly GraphLink[]): number | undefined => {
  const known = links.flatMap(({ handshake }) => handshake.worstP99Us ?? []);
  return known.length === 0 ? undefined : Math.max(...known);
};

/** 16. X is slow: network or application? */
export function slowPeer(subject: Subject, facts: QuestionFacts): Finding {
  const target = targetOf(subject, facts);
  const { links, level } = linksOf(subject, facts);
  const worst = worstOf(links);
  const name = target?.name ?? 'it';
  return judged(
    {
      sentence:
        worst === undefined
          ? `None of ${plural(links.length, 'link')} of ${name} has a recent handshake.`
          : `The worst handshake p99 on ${plural(links.length, 'link')} of ${name} is ${usText(worst)}.`,
      figures: [
        { label: 'Links', unit: 'count', value: links.length },
        { label: 'Worst p99', unit: 'us', value: worst ?? null },
      ],
      columns: LINK_COLUMNS,
      rows: linkRows(links, level, facts),
      view: { ...(target?.view ?? { query: {}, level }), colour: 'band', panel: 'health' },
      unknowns: [ONLY_HANDSHAKES],
    },
    subject.peer === undefined ? undefined : facts.diagnosis?.slow?.(subject.peer),
  );
}

/** 18. Intermittent timeouts to X: flows whose p99 is far from their p50, and those nobody answers. */
export function timeoutsTo(subject: Subject, facts: QuestionFacts): Finding {
  const target = targetOf(subject, facts);
  const flows = facts.flows.filter(
    (flow) => flow.proto === 'tcp' && !facts.farHalves.has(flow) && target?.isServer(flow) === true,
  );
  const rows = flows
    .map((flow) => ({ ...pairOf(flow), seen: flowHandshake(flow, facts.trust) }))
    .map((one) => ({ ...one, spread: spreadOf(one.seen) }))
    .sort((a, b) => (b.spread ?? -1) - (a.spread ?? -1) || byText(a.link, b.link));
  const widest = rows[0]?.spread;
  // By rows: a client whose other ports are answered, or were a minute ago, still gets no answer on this one.
  const failing = new Set(
    rows.filter(({ flow, seen }) => seen === undefined && isUnheard(flow)).map(({ client }) => client),
  ).size;
  const name = target?.name ?? 'it';
  return judged(
    {
      sentence: `${widest === undefined ? `No TCP flow to ${name} has both a p50 and a p99` : `On ${plural(flows.length, 'TCP flow')} to ${name} the p99 is at most ${Math.round(widest * 10) / 10} times the p50`}${failing === 0 ? '' : `; ${plural(failing, 'client gets', 'clients get')} no answer`}.`,
      figures: [
        { label: 'TCP flows', unit: 'count', value: flows.length },
        { label: 'Widest p99 over p50', unit: 'times', value: widest ?? null },
        { label: 'Clients without an answer', unit: 'count', value: failing },
      ],
      columns: [
        textColumn('Client'),
        textColumn('Client node'),
        textColumn('Server'),
        textColumn('Server node'),
        numberColumn('p50', 'us'),
        numberColumn('p99', 'us'),
        numberColumn('p99 over p50', 'times'),
      ],
      rows: rows.map(({ flow, from, to, link, seen, spread }) => ({
        cells: [
          from,
          flow.client.node ?? null,
          to,
          flow.server.node ?? null,
          seen?.p50Us ?? null,
          seen?.p99Us ?? null,
          spread ?? null,
        ],
        // Rows are pods; what the map shows of a service is the service.
        select: { link: target?.view.level === 'pod' ? link : serviceLink(flow) },
      })),
      view: { ...(target?.view ?? { query: {}, level: 'service' }), colour: 'band', panel: 'health' },
      unknowns: [
        'Percentiles cover the last two minutes, and connects that failed have none.',
        ONLY_HANDSHAKES,
      ],
    },
    subject.peer === undefined ? undefined : facts.diagnosis?.timeouts?.(subject.peer),
  );
}

const serviceLink = ({ client, server }: Flow): string =>
  `${identify(client, 'service').id}>${identify(server, 'service').id}`;

function pairOf(flow: Flow) {
  const [from, to] = [identify(flow.client, 'pod'), identify(flow.server, 'pod')];
  return { flow, client: from.id, from: nameOf(from), to: nameOf(to), link: `${from.id}>${to.id}` };
}

/** Packets left and none came back. */
function isUnheard(flow: Flow): boolean {
  const { forward, backward } = linkVolume([flow], 'packets');
  return forward > 0 && backward === 0;
}

const spreadOf = (seen: ReturnType<typeof flowHandshake>): number | undefined =>
  seen?.p50Us === undefined || seen.p99Us === undefined || seen.p50Us <= 0
    ? undefined
    : seen.p99Us / seen.p50Us;

/** 19. Congested paths, and when. */
export function congestedPaths(_subject: Subject, facts: QuestionFacts): Finding {
  const links = [...facts.graphAt('service').links.values()].filter(
    ({ handshake }) => handshake.band === 'elevated' || handshake.band === 'high',
  );
  return judged(
    {
      sentence: `${plural(links.length, 'link')} ${links.length === 1 ? 'has' : 'have'} an elevated or high p99 at this moment; whether that is congestion shows only over time.`,
      figures: [{ label: 'Elevated or high now', unit: 'count', value: links.length }],
      columns: LINK_COLUMNS,
      rows: linkRows(links, 'service', facts),
      view: { query: {}, level: 'service', problems: true, colour: 'band', panel: 'health' },
      unknowns: ['One answer knows the last two minutes: peak hours need history that covers them.'],
    },
    facts.diagnosis?.congested?.(),
  );
}

/** 20. Pod X against its sister replicas, server by server. */
export function slowReplica(subject: Subject, facts: QuestionFacts): Finding {
  const own = facts.flows.find((flow) =>
    [flow.client, flow.server].some((end) => isPodCalled(end, subject.peer)),
  );
  const pod = [own?.client, own?.server].find((end) => end !== undefined && isPodCalled(end, subject.peer));
  // Sisters are of one service, or of one workload where no service is named.
  const family = pod === undefined ? undefined : partyOf(pod);
  const servers = new Set(
    facts.flows
      .filter(({ client }) => isPodCalled(client, subject.peer))
      .map(({ server }) => identify(server, 'service').id),
  );
  const flows = facts.flows.filter(
    (flow) =>
      flow.proto === 'tcp' &&
      !facts.farHalves.has(flow) &&
      flow.client.pod !== undefined &&
      partyOf(flow.client) === family &&
      servers.has(identify(flow.server, 'service').id),
  );
  const rows = flows
    .map((flow) => ({
      ...pairOf(flow),
      seen: flowHandshake(flow, facts.trust),
      server: identify(flow.server, 'service'),
    }))
    .sort(
      (a, b) =>
        byText(a.server.id, b.server.id) ||
        (b.seen?.p50Us ?? -1) - (a.seen?.p50Us ?? -1) ||
        byText(a.link, b.link),
    );
  const sisters = new Set(
    flows.map(({ client }) => identify(client, 'pod').id).filter((id) => id !== subject.peer),
  );
  const name = pod === undefined ? (subject.peer ?? 'it') : nameOf(identify(pod, 'pod'));
  return judged(
    {
      sentence:
        pod?.pod === undefined
          ? `No flow of this answer names the pod ${name}.`
          : sisters.size === 0
            ? `${name} has no sister that connects to the same servers: there is nothing to compare with.`
            : `${name} is compared with ${plural(sisters.size, 'sister')} on ${plural(servers.size, 'server')}.`,
      figures: [
        { label: 'Sisters', unit: 'count', value: sisters.size },
        { label: 'Servers', unit: 'count', value: servers.size },
      ],
      columns: [
        textColumn('Server'),
        textColumn('Client'),
        textColumn('Client node'),
        textColumn('Server pod'),
        textColumn('Server node'),
        numberColumn('p50', 'us'),
        numberColumn('p99', 'us'),
      ],
      rows: rows.map(({ flow, server, from, to, link, seen }) => ({
        cells: [
          nameOf(server),
          from,
          flow.client.node ?? null,
          to,
          flow.server.node ?? null,
          seen?.p50Us ?? null,
          seen?.p99Us ?? null,
        ],
        select: { link },
      })),
      view: {
        query: {},
        level: 'pod',
        ...(pod === undefined || subject.peer === undefined ? {} : { focus: subject.peer, depth: 1 }),
        colour: 'relative',
        panel: 'health',
      },
      unknowns: [ONLY_HANDSHAKES],
    },
    subject.peer === undefined ? undefined : facts.diagnosis?.replica?.(subject.peer),
  );
}

const isPodCalled = (end: Endpoint, id: string | undefined): boolean =>
  end.pod !== undefined && identify(end, 'pod').id === id;

const WORDS: Record<Change['what'], string> = {
  new: 'new',
  gone: 'gone',
  slower: 'slower',
  faster: 'faster',
  more: 'more traffic',
  less: 'less traffic',
};

/** 24. What changed since T? */
export function changedSince(subject: Subject, facts: QuestionFacts): Finding {
  const { since } = subject;
  const changes = since === undefined ? undefined : facts.changes?.(since);
  const iso =
    since === undefined || Number.isNaN(new Date(since).getTime())
      ? undefined
      : new Date(since).toISOString();
  const kinds = (Object.keys(WORDS) as Change['what'][]).flatMap((what) => {
    const count = changes?.filter((change) => change.what === what).length ?? 0;
    return count === 0 ? [] : [{ what, count }];
  });
  const latency = changes?.filter(({ what }) => what === 'slower' || what === 'faster') ?? [];
  return {
    sentence:
      changes === undefined
        ? `What changed since ${iso ?? 'then'} is not known: the history kept here does not reach back so far.`
        : changes.length === 0
          ? `Nothing changed since ${iso ?? 'then'} that counts as a change.`
          : `Since ${iso ?? 'then'}: ${listing(kinds.map(({ what, count }) => `${plural(count, 'link')} ${WORDS[what]}`))}.`,
    figures: kinds.map(({ what, count }) => ({ label: WORDS[what], unit: 'count', value: count })),
    columns: [
      textColumn('Change'),
      textColumn('From'),
      textColumn('To'),
      ...(latency.length === 0 ? [] : [numberColumn('p99 before', 'us'), numberColumn('p99 after', 'us')]),
      ...(changes?.some(({ what }) => what === 'more' || what === 'less') === true
        ? [numberColumn('Rate before', 'bytes/s'), numberColumn('Rate after', 'bytes/s')]
        : []),
    ],
    rows: changeRows(changes ?? []),
    view: { query: {}, level: 'service', panel: 'summary', ...(iso === undefined ? {} : { compare: iso }) },
    unknowns: changes === undefined ? ['History is kept only while this page polls.'] : [],
  };
}

function changeRows(changes: readonly Change[]): AnswerRow[] {
  const isLatency = ({ what }: Change) => what === 'slower' || what === 'faster';
  const isVolume = ({ what }: Change) => what === 'more' || what === 'less';
  const pair = (change: Change, applies: boolean) =>
    applies ? [change.before ?? null, change.after ?? null] : [null, null];
  return changes.map((change) => ({
    cells: [
      WORDS[change.what],
      change.from,
      change.to,
      ...(changes.some(isLatency) ? pair(change, isLatency(change)) : []),
      ...(changes.some(isVolume) ? pair(change, isVolume(change)) : []),
    ],
    select: { link: change.link },
  }));
}

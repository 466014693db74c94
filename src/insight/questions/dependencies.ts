/**
 * Who depends on whom: questions 1, 2, 3, 5 and 12. A link is counted once, by services, whoever saw it; what a peer
 * talks to is what it opens connections to, never who answers.
 */
import type { Flow } from '../../flows/flow';
import { endpointKind, type Identity, identify } from '../../flows/identity';
import type { GraphLink } from '../../graph/flow-graph';
import { byText, groupFlows, measureGroup, portsOf } from '../audit-group';
import { type AnswerRow, type Finding, numberColumn, type Subject, textColumn } from './answer';
import type { QuestionFacts } from './facts';
import { isPod, type Target, targetOf } from './subjects';
import { bytesText, listing, nameOf, plural, stateOf } from './wording';

const NO_SUBJECT: Finding = {
  sentence: 'This question needs a subject: a peer, a namespace or a port.',
  figures: [],
  columns: [],
  rows: [],
  view: { query: {}, level: 'service' },
  unknowns: [],
};

/** The peers at one end of a target's flows, heaviest first. */
interface Side {
  rows: AnswerRow[];
  names: string[];
  kinds: Identity['kind'][];
  flows: number;
  bytes: number;
  unanswered: number;
}

const SIDE_COLUMNS = [
  textColumn('Namespace'),
  textColumn('Ports'),
  numberColumn('Flows', 'count'),
  numberColumn('Bytes', 'bytes'),
  numberColumn('Worst p99', 'us'),
  textColumn('Handshake'),
];

/** `other` says whose row a flow is; flows without one are left out. */
function sideOf(
  flows: readonly Flow[],
  other: (flow: Flow) => Identity | undefined,
  facts: QuestionFacts,
): Side {
  const groups = [...groupFlows(flows, (flow) => other(flow)?.id)].flatMap(([id, group]) => {
    const first = group[0];
    const peer = first === undefined ? undefined : other(first);
    return peer === undefined ? [] : [{ id, peer, group, sums: measureGroup(group, facts.trust) }];
  });
  groups.sort((a, b) => b.sums.bytes - a.sums.bytes || byText(a.id, b.id));
  return {
    rows: groups.map(({ id, peer, group, sums }) => ({
      cells: [
        peer.kind === 'host' ? nameOf(peer) : peer.label,
        peer.namespace ?? null,
        portsOf(group),
        sums.flows,
        sums.bytes,
        sums.worstP99Us ?? null,
        stateOf(sums),
      ],
      select: { peer: id },
    })),
    names: groups.map(({ peer }) => nameOf(peer)),
    kinds: groups.map(({ peer }) => peer.kind),
    flows: groups.reduce((sum, { sums }) => sum + sums.flows, 0),
    bytes: groups.reduce((sum, { sums }) => sum + sums.bytes, 0),
    unanswered: groups.filter(({ sums }) => sums.unanswered).length,
  };
}

const countKind = ({ kinds }: Side, ...wanted: Identity['kind'][]): number =>
  kinds.filter((kind) => wanted.includes(kind)).length;

/** Where the map shows a target whose rows are services. */
const viewOf = (target: Target): Finding['view'] => ({ ...target.view, panel: 'summary' });

const unseen = (target: Target): string[] =>
  target.isPresent ? [] : [`No flow of this answer names ${target.name}: it may be idle, or not captured.`];

/** 1. What services does X depend on? */
export function dependsOn(subject: Subject, facts: QuestionFacts): Finding {
  const target = targetOf(subject, facts);
  if (target === undefined) return NO_SUBJECT;
  const flows = facts.flows.filter(target.isClient);
  const side = sideOf(flows, ({ server }) => identify(server, 'service'), facts);
  const services = countKind(side, 'service');
  const outside = countKind(side, 'external');
  const others = side.rows.length - services - outside;
  const parts = [
    ...(services > 0 ? [plural(services, 'service')] : []),
    ...(outside > 0 ? [plural(outside, 'external address', 'external addresses')] : []),
    ...(others > 0 ? [plural(others, 'other peer')] : []),
  ];
  const named = side.names.length === 0 ? '' : `: ${listing(side.names)}`;
  return {
    sentence:
      side.rows.length === 0
        ? `No flow of this answer shows ${target.name} opening a connection.`
        : `${target.name} opens connections to ${listing(parts)}${named}.`,
    figures: [
      { label: 'Services', unit: 'count', value: services },
      { label: 'External addresses', unit: 'count', value: outside },
      { label: 'Other peers', unit: 'count', value: others },
      { label: 'Flows', unit: 'count', value: side.flows },
      { label: 'Bytes', unit: 'bytes', value: side.bytes },
    ],
    columns: [textColumn('Depends on'), ...SIDE_COLUMNS],
    rows: side.rows,
    view: viewOf(target),
    unknowns: [...unseen(target), ...unansweredNote(side)],
  };
}

const unansweredNote = ({ unanswered }: Side): string[] =>
  unanswered === 0
    ? []
    : [
        `${plural(unanswered, 'peer')} never answered: whether it is needed cannot be told from attempts alone.`,
      ];

/** 2. A dependency graph for X: links reached walking only down and only up. */
export function dependencyGraph(subject: Subject, facts: QuestionFacts): Finding {
  const target = subject.peer === undefined ? undefined : targetOf(subject, facts);
  const depth = subject.depth ?? 2;
  if (target === undefined || subject.peer === undefined) return NO_SUBJECT;
  const graph = facts.graphAt(target.view.level);
  const walks = (['downstream', 'upstream'] as const).map((direction) => ({
    direction,
    steps: walk([...graph.links.values()], subject.peer ?? '', depth, direction === 'downstream'),
  }));
  const name = (id: string): string => {
    const peer = graph.peers.get(id);
    return peer === undefined ? id : nameOf(peer);
  };
  const rows = walks.flatMap(({ direction, steps }) =>
    steps.map(({ link, step }) => ({
      cells: [
        direction,
        step,
        name(link.from),
        name(link.to),
        portsOf(link.flows),
        link.count,
        link.bytes,
        link.handshake.worstP99Us ?? null,
        stateOf({ unanswered: link.unanswered, band: link.handshake.band }),
      ],
      select: { link: link.id },
    })),
  );
  const [down, up] = walks.map(({ direction, steps }) => {
    const far = steps.map(({ link }) => (direction === 'downstream' ? link.to : link.from));
    return new Set(far.filter((id) => id !== subject.peer)).size;
  });
  return {
    sentence: `Within ${plural(depth, 'hop')}, ${target.name} reaches ${plural(down ?? 0, 'peer')} downstream, and ${plural(up ?? 0, 'peer')} upstream ${up === 1 ? 'reaches' : 'reach'} it.`,
    figures: [
      { label: 'Peers downstream', unit: 'count', value: down ?? 0 },
      { label: 'Peers upstream', unit: 'count', value: up ?? 0 },
      { label: 'Links', unit: 'count', value: new Set(rows.map(({ select }) => select.link)).size },
    ],
    columns: [
      textColumn('Direction'),
      numberColumn('Hop', 'count'),
      textColumn('From'),
      textColumn('To'),
      textColumn('Ports'),
      numberColumn('Flows', 'count'),
      numberColumn('Bytes', 'bytes'),
      numberColumn('Worst p99', 'us'),
      textColumn('Handshake'),
    ],
    rows,
    view: { ...viewOf(target), depth },
    unknowns: [
      ...unseen(target),
      'A path of links is no path of requests: that one link follows from another cannot be seen in flows.',
    ],
  };
}

/** Links by the hop at which they are first reached; within a hop the heaviest first. */
function walk(
  links: readonly GraphLink[],
  start: string,
  depth: number,
  downstream: boolean,
): { link: GraphLink; step: number }[] {
  const found = new Map<string, { link: GraphLink; step: number }>();
  const visited = new Set([start]);
  let front = new Set([start]);
  for (let step = 1; step <= depth && front.size > 0; step++) {
    const next = new Set<string>();
    for (const link of links) {
      const [here, there] = downstream ? [link.from, link.to] : [link.to, link.from];
      if (!front.has(here)) continue;
      if (!found.has(link.id)) found.set(link.id, { link, step });
      if (!visited.has(there)) next.add(there);
      visited.add(there);
    }
    front = next;
  }
  return [...found.values()].sort(
    (a, b) => a.step - b.step || b.link.bytes - a.link.bytes || byText(a.link.id, b.link.id),
  );
}

/** 3. Which pods communicate with X? Those that open connections to it. */
export function podsTalkingTo(subject: Subject, facts: QuestionFacts): Finding {
  const target = targetOf(subject, facts);
  if (target === undefined) return NO_SUBJECT;
  const flows = facts.flows.filter(target.isServer);
  const pods = sideOf(
    flows.filter(({ client }) => isPod(client)),
    ({ client }) => identify(client, 'pod'),
    facts,
  );
  const others = sideOf(
    flows.filter(({ client }) => !isPod(client)),
    ({ client }) => identify(client, 'pod'),
    facts,
  );
  const count = pods.rows.length;
  const named = count === 0 ? '' : `: ${listing(pods.names)}`;
  return {
    sentence: `${count === 0 ? 'No pod opens' : `${plural(count, 'pod')} ${count === 1 ? 'opens' : 'open'}`} connections to ${target.name}${named}.`,
    figures: [
      { label: 'Pods', unit: 'count', value: count },
      { label: 'Other peers', unit: 'count', value: others.rows.length },
      { label: 'Flows', unit: 'count', value: pods.flows },
      { label: 'Bytes', unit: 'bytes', value: pods.bytes },
    ],
    columns: [textColumn('Pod'), ...SIDE_COLUMNS],
    rows: pods.rows,
    // Pods are told apart at pod level only, where a service is no peer to focus on: its filter shows them.
    view: {
      query: podsQuery(subject, target, facts),
      level: 'pod',
      panel: 'summary',
      ...podFocus(subject, target),
    },
    unknowns: [
      ...unseen(target),
      ...(others.rows.length === 0
        ? []
        : [
            `Not counted, because they are no pods: ${listing(others.names)}${others.kinds.includes('host') ? '; a host-network pod may stand behind a host process' : ''}.`,
          ]),
    ],
  };
}

function podsQuery(subject: Subject, target: Target, facts: QuestionFacts): Finding['view']['query'] {
  if (subject.namespace !== undefined) return { ns: subject.namespace };
  const peer = subject.peer === undefined ? undefined : facts.graphAt('service').peers.get(subject.peer);
  if (peer?.kind !== 'service') return target.view.query;
  return { ...(peer.namespace === undefined ? {} : { ns: peer.namespace }), svc: peer.label };
}

const podFocus = (subject: Subject, target: Target): Pick<Finding['view'], 'focus' | 'depth'> =>
  subject.peer?.startsWith('pod:') && target.view.focus !== undefined
    ? { focus: target.view.focus, depth: 1 }
    : {};

/** 5. What's connecting to X? */
export function connectingTo(subject: Subject, facts: QuestionFacts): Finding {
  const target = targetOf(subject, facts);
  if (target === undefined) return NO_SUBJECT;
  const side = clientsOf(target, facts);
  const named = side.names.length === 0 ? '' : `: ${listing(side.names)}`;
  const outside = countKind(side, 'external');
  return {
    sentence:
      side.rows.length === 0
        ? `Nothing connects to ${target.name} in the flows loaded.`
        : `${plural(side.rows.length, 'peer')} ${side.rows.length === 1 ? 'connects' : 'connect'} to ${target.name}${named}; together ${plural(side.flows, 'flow')}, ${bytesText(side.bytes)}.`,
    figures: [
      { label: 'Peers', unit: 'count', value: side.rows.length },
      { label: 'External addresses', unit: 'count', value: outside },
      { label: 'Flows', unit: 'count', value: side.flows },
      { label: 'Bytes', unit: 'bytes', value: side.bytes },
    ],
    columns: [textColumn('Client'), ...SIDE_COLUMNS],
    rows: side.rows,
    view: { ...target.view, panel: 'audit' },
    unknowns: [...unseen(target), ...unnamedNote(target, facts)],
  };
}

/** 12. Is X receiving any connections? */
export function isReceiving(subject: Subject, facts: QuestionFacts): Finding {
  const target = targetOf(subject, facts);
  if (target === undefined) return NO_SUBJECT;
  const side = clientsOf(target, facts);
  const answered = side.rows.length - side.unanswered;
  const sentence =
    side.rows.length === 0
      ? `No: none of the ${plural(facts.flows.length, 'flow')} loaded goes to ${target.name}.`
      : answered === 0
        ? `No: ${plural(side.rows.length, 'peer')} ${side.rows.length === 1 ? 'tries' : 'try'} to reach ${target.name}, and it never answers.`
        : `Yes: ${plural(side.rows.length, 'peer')} ${side.rows.length === 1 ? 'connects' : 'connect'} to ${target.name} (${listing(side.names)}), in ${plural(side.flows, 'flow')} with ${bytesText(side.bytes)}.`;
  return {
    sentence,
    figures: [
      { label: 'Receiving', unit: 'text', value: answered > 0 ? 'yes' : 'no' },
      { label: 'Peers', unit: 'count', value: side.rows.length },
      { label: 'Flows', unit: 'count', value: side.flows },
      { label: 'Bytes', unit: 'bytes', value: side.bytes },
    ],
    columns: [textColumn('Client'), ...SIDE_COLUMNS],
    rows: side.rows,
    view: { ...target.view, panel: 'workloads' },
    unknowns: unseen(target),
  };
}

const clientsOf = (target: Target, facts: QuestionFacts): Side =>
  sideOf(facts.flows.filter(target.isServer), ({ client }) => identify(client, 'service'), facts);

function unnamedNote(target: Target, facts: QuestionFacts): string[] {
  const unnamed = new Set(
    facts.flows
      .filter((flow) => target.isServer(flow) && endpointKind(flow.client) === 'unresolved')
      .map(({ client }) => client.ip ?? 'unknown'),
  );
  return unnamed.size === 0
    ? []
    : [`${plural(unnamed.size, 'client has', 'clients have')} an address that nobody names.`];
}

/**
 * Question 21: does the data of a namespace stay in a zone? Every flow with an end in the namespace is judged by where
 * both of its ends run; what cannot be placed is said, never counted as staying.
 */
import type { Endpoint, Flow } from '../../flows/flow';
import { endpointKind, identify } from '../../flows/identity';
import { byText, groupFlows, measureGroup, portsOf } from '../audit-group';
import { type Finding, numberColumn, type Subject, textColumn } from './answer';
import type { QuestionFacts } from './facts';
import { zoneUnknowns } from './latency';
import { bytesText, nameOf, shareText } from './wording';

const OUTSIDE = 'outside the cluster';
const UNKNOWN_ZONE = 'unknown';

type State = 'leaves' | 'unknown' | 'stays';
const STATES: readonly State[] = ['leaves', 'unknown', 'stays'];

/** 21. Is the data of namespace N staying within zone Z? Without a zone: the one most of its flows are in. */
export function staysInZone(subject: Subject, facts: QuestionFacts): Finding {
  const { namespace = '' } = subject;
  const flows = facts.flows.filter(
    ({ client, server }) => client.ns === namespace || server.ns === namespace,
  );
  const zoneOf = (end: Endpoint): string =>
    endpointKind(end) === 'external' ? OUTSIDE : (facts.zones.get(end.node ?? '') ?? UNKNOWN_ZONE);
  const zone = subject.zone ?? usualZone(flows, namespace, facts) ?? UNKNOWN_ZONE;
  const stateOf = (flow: Flow): State => {
    const zones = [zoneOf(flow.client), zoneOf(flow.server)];
    if (zones.some((one) => one !== zone && one !== UNKNOWN_ZONE)) return 'leaves';
    return zones.includes(UNKNOWN_ZONE) ? 'unknown' : 'stays';
  };
  // An address row has no node: where the pods behind it are among the rows, they say where the traffic went.
  const placed = flows.filter((flow) => !facts.nearHalves.has(flow));
  const groups = [
    ...groupFlows(placed, (flow) =>
      [
        identify(flow.client, 'service').id,
        identify(flow.server, 'service').id,
        zoneOf(flow.client),
        zoneOf(flow.server),
      ].join('\u001f'),
    ).values(),
  ].flatMap((group) => {
    const first = group[0];
    if (first === undefined) return [];
    const ends = { from: identify(first.client, 'service'), to: identify(first.server, 'service') };
    return [
      {
        ...ends,
        state: stateOf(first),
        zones: [zoneOf(first.client), zoneOf(first.server)],
        group,
        sums: measureGroup(group, facts.trust),
      },
    ];
  });
  groups.sort(
    (a, b) =>
      STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
      b.sums.bytes - a.sums.bytes ||
      byText(a.from.id, b.from.id) ||
      byText(a.to.id, b.to.id) ||
      byText(a.zones.join(), b.zones.join()),
  );
  const bytes = Object.fromEntries(
    STATES.map((state) => [
      state,
      groups.filter((group) => group.state === state).reduce((total, { sums }) => total + sums.bytes, 0),
    ]),
  ) as Record<State, number>;
  const whole = bytes.leaves + bytes.unknown + bytes.stays;
  const unplaced = groups
    .filter(({ state }) => state === 'unknown')
    .reduce((n, { sums }) => n + sums.flows, 0);
  return {
    sentence: sentenceOf(namespace, zone, bytes, whole, flows.length),
    figures: [
      { label: 'Zone', unit: 'text', value: zone },
      { label: 'Stays', unit: 'bytes', value: bytes.stays },
      { label: 'Leaves', unit: 'bytes', value: bytes.leaves },
      { label: 'Not known', unit: 'bytes', value: bytes.unknown },
    ],
    columns: [
      textColumn('From'),
      textColumn('To'),
      textColumn('Ports'),
      textColumn('Client zone'),
      textColumn('Server zone'),
      numberColumn('Flows', 'count'),
      numberColumn('Bytes', 'bytes'),
      textColumn('Data'),
    ],
    rows: groups.map(({ from, to, state, zones, group, sums }) => ({
      cells: [nameOf(from), nameOf(to), portsOf(group), ...zones, sums.flows, sums.bytes, state],
      select: { link: `${from.id}>${to.id}` },
    })),
    view: { query: { ns: namespace }, level: 'service', panel: 'audit' },
    unknowns: [
      ...zoneUnknowns(placed, facts, unplaced),
      'Only traffic is judged: where volumes and backups lie cannot be seen in flows.',
    ],
  };
}

function sentenceOf(
  namespace: string,
  zone: string,
  bytes: Record<State, number>,
  whole: number,
  flows: number,
): string {
  if (flows === 0) return `No flow of this answer has an end in namespace ${namespace}.`;
  if (zone === UNKNOWN_ZONE)
    return `Whether the data of namespace ${namespace} stays in a zone is not known: no zone of its nodes is.`;
  const rest = bytes.unknown === 0 ? '' : ` For ${bytesText(bytes.unknown)} it is not known.`;
  if (bytes.leaves === 0) {
    return `${bytes.unknown === 0 ? 'Yes' : 'As far as known'}: ${bytesText(bytes.stays)} of namespace ${namespace} ${bytes.unknown === 0 ? 'all stay' : 'stay'} in ${zone}.${rest}`;
  }
  return `No: ${bytesText(bytes.leaves)} of namespace ${namespace} (${shareText(bytes.leaves, whole)}) go to or come from outside ${zone}; ${bytesText(bytes.stays)} stay.${rest}`;
}

/** The zone that most ends of the namespace are in; the first by name of equals. */
function usualZone(flows: readonly Flow[], namespace: string, facts: QuestionFacts): string | undefined {
  const counts = new Map<string, number>();
  for (const { client, server } of flows) {
    for (const end of [client, server]) {
      const zone = end.ns === namespace ? facts.zones.get(end.node ?? '') : undefined;
      if (zone !== undefined) counts.set(zone, (counts.get(zone) ?? 0) + 1);
    }
  }
  return [...counts].sort((a, b) => b[1] - a[1] || byText(a[0], b[0]))[0]?.[0];
}

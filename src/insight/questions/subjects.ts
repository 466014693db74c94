/**
 * What a question may be about: peers, namespaces, ports and zones, found by typing part of a name; and the test that
 * says which ends of flows a chosen subject is. Knows names; refuses to know what is asked of them.
 */
import type { Endpoint, Flow } from '../../flows/flow';
import { endpointKind, type Identity, identify, type PeerKind } from '../../flows/identity';
import type { Query } from '../../flows/query';
import { byText } from '../audit-group';
import type { AnswerView, Subject, SubjectKind } from './answer';
import type { QuestionFacts } from './facts';
import { nameOf } from './wording';

export interface FoundSubject {
  /** To be handed back as it is. */
  subject: Subject;
  kind: PeerKind | 'port' | 'zone';
  /** Hostile input, to be shown as text. */
  label: string;
  namespace?: string;
  /** Known from the inventory alone: no flow names it. */
  silent: boolean;
}

/** As many as one reads in a list; typing on narrows it. */
const MOST_FOUND = 12;
// Among equally good matches a service is what one asks about most, an address least.
const ORDER: readonly FoundSubject['kind'][] = [
  'service',
  'namespace',
  'pod',
  'port',
  'zone',
  'external',
  'host',
  'unresolved',
  'node',
];

/** What each kind of subject may be found as; a question that takes several takes any of theirs. */
const FOUND_AS: Record<SubjectKind, readonly FoundSubject['kind'][]> = {
  none: [],
  peer: ['service', 'pod', 'external', 'host', 'unresolved', 'node'],
  namespace: ['namespace'],
  port: ['port'],
  'namespace+zone': ['namespace', 'zone'],
  milliseconds: [],
  time: [],
};

/**
 * Best first: exact names, then beginnings, then parts. An empty text finds nothing. `takes` is the question's: without
 * it everything is found.
 */
export function findSubjects(
  text: string,
  facts: QuestionFacts,
  takes: readonly SubjectKind[] = ['peer', 'port', 'namespace+zone'],
): FoundSubject[] {
  const kinds = takes.flatMap((kind) => FOUND_AS[kind]);
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [];
  const rank = ({ label, namespace }: FoundSubject): number => {
    const name = label.toLowerCase();
    const full = namespace === undefined ? name : `${namespace.toLowerCase()}/${name}`;
    if (name === wanted || full === wanted) return 0;
    if (name.startsWith(wanted) || full.startsWith(wanted)) return 1;
    return name.includes(wanted) || full.includes(wanted) ? 2 : 3;
  };
  return allSubjects(facts)
    .filter(({ kind }) => kinds.includes(kind))
    .map((found) => ({ found, rank: rank(found) }))
    .filter((entry) => entry.rank < 3)
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        Number(a.found.silent) - Number(b.found.silent) ||
        ORDER.indexOf(a.found.kind) - ORDER.indexOf(b.found.kind) ||
        byText(a.found.label, b.found.label) ||
        byText(a.found.namespace ?? '', b.found.namespace ?? ''),
    )
    .slice(0, MOST_FOUND)
    .map(({ found }) => found);
}

function allSubjects(facts: QuestionFacts): FoundSubject[] {
  const found = new Map<string, FoundSubject>();
  const add = (id: string, entry: FoundSubject) => {
    if (!found.has(id)) found.set(id, entry);
  };
  const addPeer = (peer: Identity, silent: boolean) => {
    const { id, kind, label, namespace } = peer;
    const subject = kind === 'namespace' ? { namespace: label } : { peer: id };
    add(id, {
      subject,
      kind,
      label,
      silent,
      ...(namespace === undefined || kind === 'namespace' ? {} : { namespace }),
    });
  };
  for (const level of ['service', 'pod', 'namespace'] as const) {
    for (const peer of facts.graphAt(level).peers.values()) addPeer(peer, false);
  }
  for (const { server } of facts.flows) {
    if (server.port === undefined) continue;
    add(`port ${server.port}`, {
      subject: { port: server.port },
      kind: 'port',
      label: String(server.port),
      silent: false,
    });
  }
  for (const { ns, name } of facts.inventory?.services ?? [])
    addPeer(identify({ ns, svc: name }, 'service'), true);
  for (const { ns, name } of facts.inventory?.pods ?? []) addPeer(identify({ ns, pod: name }, 'pod'), true);
  for (const zone of facts.zones.values()) {
    add(`zone ${zone}`, { subject: { zone }, kind: 'zone', label: zone, silent: false });
  }
  return [...found.values()];
}

/** A subject that flows can be tested for. */
export interface Target {
  /** `shop/cart`, `namespace shop`, `port 6379`. */
  name: string;
  isServer: (flow: Flow) => boolean;
  isClient: (flow: Flow) => boolean;
  /** How the map shows it. */
  view: Pick<AnswerView, 'query' | 'level' | 'focus' | 'depth'>;
  /** Named in a flow of this answer. */
  isPresent: boolean;
}

/** Peer, namespace or port, whichever the subject holds; undefined where it holds none of them. */
export function targetOf(subject: Subject, facts: QuestionFacts): Target | undefined {
  if (subject.peer !== undefined) return peerTarget(subject.peer, facts);
  if (subject.namespace !== undefined) return namespaceTarget(subject.namespace, facts);
  if (subject.port === undefined) return undefined;
  const { port } = subject;
  const isServer = ({ server }: Flow) => server.port === port;
  return {
    name: `port ${port}`,
    isServer,
    isClient: () => false,
    view: { query: {}, level: 'service' },
    isPresent: facts.flows.some(isServer),
  };
}

function peerTarget(id: string, facts: QuestionFacts): Target {
  // Pods of a service are the service; a pod asked for by name is itself alone.
  const level = facts.graphAt('service').peers.has(id) || !id.startsWith('pod:') ? 'service' : 'pod';
  const is = (end: Endpoint) => identify(end, level).id === id;
  const peer = facts.graphAt(level).peers.get(id) ?? silentPeer(id, facts);
  return {
    name: peer === undefined ? id : nameOf(peer),
    isServer: ({ server }) => is(server),
    isClient: ({ client }) => is(client),
    // Where rows are missing, asking for this peer alone brings more of them; otherwise a filter would only take
    // away what the next question is about.
    view: { query: facts.answer.truncated ? filterOf(peer) : {}, level, focus: id, depth: 1 },
    isPresent: facts.graphAt(level).peers.has(id),
  };
}

function silentPeer(id: string, facts: QuestionFacts): Identity | undefined {
  const candidates = [
    ...(facts.inventory?.services ?? []).map(({ ns, name }) => identify({ ns, svc: name }, 'service')),
    ...(facts.inventory?.pods ?? []).map(({ ns, name }) => identify({ ns, pod: name }, 'pod')),
  ];
  return candidates.find((peer) => peer.id === id);
}

function namespaceTarget(namespace: string, facts: QuestionFacts): Target {
  const is = (end: Endpoint) => end.ns === namespace;
  return {
    name: `namespace ${namespace}`,
    isServer: ({ client, server }) => is(server) && !is(client),
    isClient: ({ client, server }) => is(client) && !is(server),
    view: { query: {}, level: 'namespace', focus: identify({ ns: namespace }, 'namespace').id, depth: 1 },
    isPresent: facts.flows.some(({ client, server }) => is(client) || is(server)),
  };
}

/** The parameters that ask for a peer's flows alone; none where the API has none for its kind. */
function filterOf(peer: Pick<Identity, 'kind' | 'label' | 'namespace'> | undefined): Query {
  if (peer === undefined) return {};
  const ns = peer.namespace === undefined ? {} : { ns: peer.namespace };
  switch (peer.kind) {
    case 'service':
      return { ...ns, svc: peer.label };
    case 'pod':
      return { ...ns, pod: peer.label };
    case 'external':
      return { ip: peer.label };
    default:
      return {};
  }
}

/** Whether an end is a pod: what the questions about pods count. */
export const isPod = (end: Endpoint): boolean => endpointKind(end) === 'pod';

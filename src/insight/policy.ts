/**
 * NetworkPolicies for one namespace that allow what was seen and nothing else, with the evidence of every rule. Pure;
 * knows the objects of networking.k8s.io/v1, refuses to know YAML (share/policy-yaml.ts). A suggestion to be read, not
 * to be applied unread: what was not seen while somebody looked is refused.
 */
import type { Flow } from '../flows/flow';
import { type ServerTrust, serverTrust } from '../flows/handshake';
import { type Bytes, formatBytes, formatCount, formatUs, type Microseconds } from '../flows/units';
import { findHalves } from '../flows/volume';
import type { InventoryFacts } from './activity-inventory';
import { byText, measureGroup, portsOf } from './audit-group';
import { partyOf, workloadOf } from './baseline-names';
import { createPartners, DNS_LABEL, type Partner, type PolicyPeer, type Target } from './policy-peers';
import { type LabelSelector, selectWorkload } from './policy-selectors';

export interface PolicyPort {
  protocol: 'TCP' | 'UDP';
  port?: number;
}

export interface NetworkPolicy {
  apiVersion: 'networking.k8s.io/v1';
  kind: 'NetworkPolicy';
  metadata: { name: string; namespace: string };
  spec: {
    podSelector: LabelSelector;
    policyTypes: ('Ingress' | 'Egress')[];
    ingress: { from: PolicyPeer[]; ports: PolicyPort[] }[];
    egress: { to: PolicyPeer[]; ports: PolicyPort[] }[];
  };
}

export interface SuggestedPolicy {
  policy: NetworkPolicy;
  /** About the whole policy, a sentence each. Names in notes are hostile input. */
  notes: string[];
  /** The evidence of each rule, in the order of the rules. */
  ingressNotes: string[][];
  egressNotes: string[][];
}

export type PolicySuggestion =
  | { namespace: string; notes: string[]; policies: SuggestedPolicy[] }
  | { problem: string };

/** An empty egress refuses lookups too: what most people would want to add, ready to be pasted. */
const NO_EGRESS =
  'No rule for what goes out: nothing may, not even a DNS lookup. To allow lookups: egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}], ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]}]';

const HIGHEST_PORT = 65_535;

type Direction = 'ingress' | 'egress';

/** The workloads that one policy selects, and their flows by partner. */
interface Draft {
  labels: Record<string, string> | undefined;
  workloads: Set<string>;
  notes: Set<string>;
  ingress: Map<string, Rule>;
  egress: Map<string, Rule>;
}

interface Rule {
  peer: PolicyPeer;
  notes: Set<string>;
  /** By the lasting name of who was seen. */
  seen: Map<string, Flow[]>;
  ports: Map<string, PolicyPort>;
}

/** One policy a workload of the namespace that was seen; a sentence where no policy can be written. */
export function suggestPolicies(
  namespace: string,
  flows: readonly Flow[],
  inventory?: InventoryFacts,
): PolicySuggestion {
  if (!DNS_LABEL.test(namespace)) {
    return { problem: `No policy can be written: ${JSON.stringify(namespace)} is no name of a namespace.` };
  }
  const { near } = findHalves(flows);
  const touching = flows.filter(
    (flow) => !near.has(flow) && (flow.client.ns === namespace || flow.server.ns === namespace),
  );
  if (touching.length === 0) {
    return { problem: `No policy can be suggested: no flow has an end in namespace ${namespace}.` };
  }
  const trust = serverTrust(flows);
  const partners = createPartners(namespace, flows, inventory);
  const drafts = new Map<string, Draft>();
  const loose = new Set<string>();
  for (const flow of touching) {
    if (measureGroup([flow], trust).unanswered) {
      loose.add(
        `Seen, but never answered, and not allowed: ${partyOf(flow.client)} to ${partyOf(flow.server)} ${portsOf([flow])}.`,
      );
      continue;
    }
    if (flow.server.ns === namespace) draftSide(flow, 'ingress');
    if (flow.client.ns === namespace) draftSide(flow, 'egress');
  }

  function draftSide(flow: Flow, direction: Direction): void {
    const [own, other] = direction === 'ingress' ? [flow.server, flow.client] : [flow.client, flow.server];
    const targets = partners.targets(own, flow.proto);
    if (typeof targets === 'string') loose.add(targets);
    else {
      const partner = partners.partner(other, own, flow.proto);
      for (const target of targets) addRule(draftOf(target.workload), direction, flow, partner, target);
    }
  }

  function draftOf(workload: string): Draft {
    const { labels, broad } = selectWorkload(namespace, workload, inventory);
    const key = labels === undefined ? '' : JSON.stringify(labels);
    const draft = drafts.get(key) ?? {
      labels,
      workloads: new Set<string>(),
      notes: new Set<string>(),
      ingress: new Map<string, Rule>(),
      egress: new Map<string, Rule>(),
    };
    drafts.set(key, draft);
    draft.workloads.add(workload);
    if (broad !== undefined) {
      draft.notes.add(
        inventory === undefined
          ? 'Applies to every pod of the namespace.'
          : `Applies to every pod of the namespace: ${workload} cannot be selected alone, because ${broad}.`,
      );
    }
    return draft;
  }

  const names = new Set<string>();
  const policies = [...drafts.values()]
    .sort((a, b) => byText(titleOf(a), titleOf(b)))
    .map((draft) => finish(namespace, draft, nameFor(titleOf(draft), names), trust));
  return { namespace, notes: [...generalNotes(namespace, flows, inventory), ...[...loose].sort()], policies };
}

function addRule(draft: Draft, direction: Direction, flow: Flow, partner: Partner, target: Target): void {
  if (partner.peer === undefined) {
    draft.notes.add(partner.note);
    return;
  }
  const port = direction === 'ingress' ? target.port : (partner.port ?? flow.server.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= HIGHEST_PORT)) {
    draft.notes.add(`Not allowed: ${port} is no port, on which ${partyOf(flow.client)} was seen.`);
    return;
  }
  for (const peer of partner.peer) {
    const key = JSON.stringify(peer);
    const rule = draft[direction].get(key) ?? { peer, notes: new Set(), seen: new Map(), ports: new Map() };
    draft[direction].set(key, rule);
    for (const note of partner.notes) rule.notes.add(note);
    if (direction === 'ingress' && target.note !== undefined) rule.notes.add(target.note);
    const protocol = flow.proto === 'tcp' ? 'TCP' : 'UDP';
    rule.ports.set(`${port ?? ''}/${protocol}`, port === undefined ? { protocol } : { protocol, port });
    if (port === undefined) rule.notes.add(`A row carries no port: every ${protocol} port is allowed here.`);
    const who = `${partyOf(flow.client)} to ${partyOf(flow.server)}`;
    const known = rule.seen.get(who);
    if (known === undefined) rule.seen.set(who, [flow]);
    else known.push(flow);
  }
}

const titleOf = ({ labels, workloads }: Draft): string =>
  labels === undefined ? 'namespace' : ([...workloads].sort()[0] ?? 'pods');

/** A name the API server accepts, and no other policy of this file has. */
function nameFor(title: string, taken: Set<string>): string {
  const plain = `shoal-${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`.slice(0, 58).replace(/-+$/, '');
  let name = plain;
  for (let n = 2; taken.has(name); n++) name = `${plain}-${n}`;
  taken.add(name);
  return name;
}

function finish(namespace: string, draft: Draft, name: string, trust: ServerTrust): SuggestedPolicy {
  const order = (rules: ReadonlyMap<string, Rule>) =>
    [...rules].sort(([a], [b]) => byText(a, b)).map(([, rule]) => rule);
  const [ingress, egress] = [order(draft.ingress), order(draft.egress)];
  return {
    policy: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name, namespace },
      spec: {
        podSelector: draft.labels === undefined ? {} : { matchLabels: draft.labels },
        policyTypes: ['Ingress', 'Egress'],
        ingress: ingress.map((rule) => ({ from: [rule.peer], ports: portList(rule) })),
        egress: egress.map((rule) => ({ to: [rule.peer], ports: portList(rule) })),
      },
    },
    notes: [
      `For ${[...draft.workloads].sort().join(', ')}.`,
      ...[...draft.notes].sort(),
      ...(ingress.length === 0 ? ['No rule for what comes in: nothing may.'] : []),
      ...(egress.length === 0 ? [NO_EGRESS] : []),
    ],
    ingressNotes: ingress.map((rule) => evidence(rule, trust)),
    egressNotes: egress.map((rule) => evidence(rule, trust)),
  };
}

const portList = ({ ports }: Rule): PolicyPort[] =>
  [...ports.values()].sort((a, b) => (a.port ?? 0) - (b.port ?? 0) || byText(a.protocol, b.protocol));

/** What was seen, a line each, then what must be known about the rule. */
function evidence({ seen, notes, ports }: Rule, trust: ServerTrust): string[] {
  const lines = [...seen]
    .sort(([a], [b]) => byText(a, b))
    .map(([who, flows]) => {
      const { flows: count, bytes, worstP99Us } = measureGroup(flows, trust);
      const handshake =
        worstP99Us === undefined ? '' : `, worst handshake p99 ${formatUs(worstP99Us as Microseconds)}`;
      return `Seen: ${who} ${portsOf(flows)}, ${formatCount(count)} ${count === 1 ? 'flow' : 'flows'}, ${formatBytes(bytes as Bytes)}${handshake}.`;
    });
  const onlyUdpDns = ports.has('53/UDP') && !ports.has('53/TCP');
  return [
    ...lines,
    ...[...notes].sort(),
    ...(onlyUdpDns
      ? ['DNS falls back to TCP 53 for long answers; that was not seen and is not allowed.']
      : []),
  ];
}

function generalNotes(
  namespace: string,
  flows: readonly Flow[],
  inventory: InventoryFacts | undefined,
): string[] {
  const notes = [
    `Suggested from ${formatCount(flows.length)} flows. What was not among them is refused: read this before applying it.`,
  ];
  if (inventory === undefined) {
    notes.push(
      'No inventory was given: pods could not be told apart by labels, so rules name whole namespaces.',
    );
    return notes;
  }
  const seen = new Set<string>();
  for (const { client, server } of flows) {
    for (const { ns, pod, node } of [client, server])
      if (ns === namespace && pod !== undefined) seen.add(workloadOf(pod, node));
  }
  const silent = new Set(
    inventory.pods
      .filter(({ ns, phase }) => ns === namespace && (phase === undefined || phase === 'Running'))
      .map(({ name, node }) => workloadOf(name, node))
      .filter((workload) => !seen.has(workload)),
  );
  if (silent.size > 0)
    notes.push(`In no flow, and therefore without a policy of its own: ${[...silent].sort().join(', ')}.`);
  return notes;
}

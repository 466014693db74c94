/**
 * Whom a NetworkPolicy means: the end of a flow as pods, namespace or address block, or the reason why it cannot be
 * written down. Knows what policies can and cannot name (host network, service addresses, the pods' own node).
 */
import { addressClass, canonicalIp } from '../flows/address';
import type { Endpoint, Flow, Proto } from '../flows/flow';
import { endpointKind } from '../flows/identity';
import type { InventoryFacts, PodFacts, ServiceFacts } from './activity-inventory';
import { partyOf, workloadOf } from './baseline-names';
import { hasLabels, type LabelSelector, selectWorkload } from './policy-selectors';

export interface PolicyPeer {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: { cidr: string };
}

/** The other end: peers with what must be said of them, or a note that says why there is none. */
export type Partner =
  | { peer: PolicyPeer[]; notes: string[]; port?: number }
  | { peer?: undefined; note: string };

/** Workloads of the namespace that a flow is about, with the port they serve it on. */
export interface Target {
  workload: string;
  port?: number;
  /** What must be said of the rule. */
  note?: string;
}

/** What the API server accepts as the name of a namespace. */
export const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Kubernetes itself puts this label on every namespace. */
const NAMESPACE_LABEL = 'kubernetes.io/metadata.name';

export interface Partners {
  targets(own: Endpoint, proto: Proto): Target[] | string;
  partner(other: Endpoint, own: Endpoint, proto: Proto): Partner;
}

const portGuess = (end: Endpoint): string =>
  `The port is the service’s: the pods of ${partyOf(end)} may serve it on another one.`;

/** Prepared once for an answer; pure. */
export function createPartners(
  namespace: string,
  flows: readonly Flow[],
  inventory: InventoryFacts | undefined,
): Partners {
  const hostAddresses = new Set<string>();
  const podsOfService = new Map<string, Set<string>>();
  for (const { client, server } of flows) {
    for (const end of [client, server]) {
      if (endpointKind(end) === 'host' && end.ip !== undefined) hostAddresses.add(canonicalIp(end.ip));
      if (end.pod === undefined || end.svc === undefined) continue;
      const key = `${end.ns ?? ''}/${end.svc}`;
      podsOfService.set(key, (podsOfService.get(key) ?? new Set()).add(workloadOf(end.pod, end.node)));
    }
  }
  const podFacts = new Map<string, PodFacts>(inventory?.pods.map((pod) => [`${pod.ns}/${pod.name}`, pod]));
  const isHostNetwork = ({ ns, pod, ip }: Endpoint): boolean =>
    podFacts.get(`${ns ?? ''}/${pod ?? ''}`)?.hostNetwork ??
    (ip !== undefined && hostAddresses.has(canonicalIp(ip)));

  /** The workloads behind a service's address, and the port they serve it on. */
  function behind(end: Endpoint, proto: Proto): { workloads: string[]; port?: number; guessed: boolean } {
    const facts = inventory?.services.find(({ ns, name }) => ns === end.ns && name === end.svc);
    const selected = podsSelectedBy(facts, inventory);
    const workloads =
      selected.length > 0 ? selected : [...(podsOfService.get(`${end.ns ?? ''}/${end.svc ?? ''}`) ?? [])];
    const entry = facts?.ports.find(({ port, proto: served }) => port === end.port && served === proto);
    const target = typeof entry?.target === 'number' ? entry.target : undefined;
    const port = target ?? end.port;
    return {
      workloads: [...new Set(workloads)].sort(),
      guessed: target === undefined,
      ...(port === undefined ? {} : { port }),
    };
  }

  function podPeer(ns: string | undefined, workload: string): { peer?: PolicyPeer; note?: string } {
    if (ns === undefined) return { note: `Not allowed: ${workload} is a pod of an unknown namespace.` };
    // One name that the API server refuses would make it refuse the whole file.
    if (!DNS_LABEL.test(ns)) return { note: `Not allowed: ${JSON.stringify(ns)} is no name of a namespace.` };
    const { labels, broad } = selectWorkload(ns, workload, inventory);
    const isOwn = ns === namespace;
    const peer: PolicyPeer = {
      ...(isOwn ? {} : { namespaceSelector: { matchLabels: { [NAMESPACE_LABEL]: ns } } }),
      ...(labels !== undefined ? { podSelector: { matchLabels: labels } } : isOwn ? { podSelector: {} } : {}),
    };
    return broad === undefined
      ? { peer }
      : {
          peer,
          note: `Every pod of namespace ${ns} is allowed${inventory === undefined ? ', not only those seen' : `: ${workload} cannot be told apart, because ${broad}`}.`,
        };
  }

  function block(end: Endpoint, note?: string): Partner {
    if (end.ip === undefined || addressClass(end.ip) === 'unreadable') {
      return { note: `Not allowed: ${partyOf(end)} has no address that a rule could name.` };
    }
    const ip = canonicalIp(end.ip);
    return {
      peer: [{ ipBlock: { cidr: `${ip}/${ip.includes(':') ? 128 : 32}` } }],
      notes: note === undefined ? [] : [note],
    };
  }

  return {
    targets(own, proto) {
      if (own.pod !== undefined) {
        if (isHostNetwork(own)) return `No policy applies to ${partyOf(own)}: it uses its node’s network.`;
        return [
          { workload: workloadOf(own.pod, own.node), ...(own.port === undefined ? {} : { port: own.port }) },
        ];
      }
      if (own.svc === undefined) return `Nothing is known of ${partyOf(own)} that a policy could select.`;
      const { workloads, port, guessed } = behind(own, proto);
      if (workloads.length === 0)
        return `No pod behind the service ${partyOf(own)} is known: its traffic is not allowed.`;
      return workloads.map((workload) => ({
        workload,
        ...(port === undefined ? {} : { port }),
        ...(guessed ? { note: portGuess(own) } : {}),
      }));
    },
    partner(other, own, proto) {
      const kind = endpointKind(other);
      if (kind === 'host' || (kind === 'pod' && isHostNetwork(other))) {
        if (other.node !== undefined && other.node === own.node) {
          return {
            note: `Needs no rule: ${partyOf(other)} on the pods’ own node (probes, for one) is always allowed.`,
          };
        }
        return block(
          other,
          `The node ${other.node ?? ''} itself, for ${partyOf(other)}: selectors do not reach the host’s network.`,
        );
      }
      if (kind === 'pod') {
        const { peer, note } = podPeer(other.ns, workloadOf(other.pod ?? '', other.node));
        return peer === undefined
          ? { note: note ?? '' }
          : { peer: [peer], notes: note === undefined ? [] : [note] };
      }
      if (kind === 'service') {
        const { workloads, port, guessed } = behind(other, proto);
        const found = workloads.map((workload) => podPeer(other.ns, workload));
        const peers = found.flatMap(({ peer }) => peer ?? []);
        if (peers.length === 0) {
          return {
            note: `Not allowed: the pods behind the service ${partyOf(other)} are not known, and policies do not reach service addresses.`,
          };
        }
        return {
          peer: peers,
          notes: [...found.flatMap(({ note }) => note ?? []), ...(guessed ? [portGuess(other)] : [])],
          ...(port === undefined ? {} : { port }),
        };
      }
      return kind === 'external'
        ? block(other)
        : block(
            other,
            `Nobody names the address ${partyOf(other)}: if it is a pod’s, this rule may not match it.`,
          );
    },
  };
}

function podsSelectedBy(service: ServiceFacts | undefined, inventory: InventoryFacts | undefined): string[] {
  const { selector } = service ?? {};
  if (service === undefined || selector === undefined) return [];
  return (inventory?.pods ?? [])
    .filter((pod) => pod.ns === service.ns && hasLabels(pod, selector))
    .map(({ name, node }) => workloadOf(name, node));
}

/**
 * Names that outlive pods: what a link is called in a baseline and which workload a pod is of. A rollout, a new
 * replica or a new node gives the same names. Knows naming habits of Kubernetes; refuses to know volumes and levels.
 */
import { canonicalIp } from '../flows/address';
import type { Endpoint, Flow, Proto } from '../flows/flow';
import { endpointKind } from '../flows/identity';
import { isAddressHalf, isPodHalf } from '../flows/volume';

/** A link as a person would write it down: `shop/cart` to `data/redis-master`, 6379, tcp. */
export interface LinkName {
  from: string;
  to: string;
  proto: Proto;
  /** Absent where the rows carry none, as aggregated answers do. */
  port?: number;
}

// The alphabet of Kubernetes' random suffixes: no vowels, so that no hash spells a word (and no word is a hash).
const RANDOM = 'bcdfghjklmnpqrstvwxz2456789';
const ENDINGS = [
  // Deployment: the template's hash, then five random characters.
  new RegExp(`-[${RANDOM}\\d]{5,10}-[${RANDOM}]{5}$`),
  // CronJob: the scheduled minute, then five random characters.
  new RegExp(`-\\d{8,11}-[${RANDOM}]{5}$`),
  // DaemonSet, Job, or a bare ReplicaSet.
  new RegExp(`-[${RANDOM}\\d]{5}$`),
  // StatefulSet: the ordinal.
  /-\d{1,5}$/,
];

/** The workload a pod's name speaks of; the whole name where no ending is recognised. `node` strips a static pod's. */
export function workloadOf(pod: string, node?: string): string {
  if (node !== undefined && pod.endsWith(`-${node}`) && pod.length > node.length + 1) {
    return pod.slice(0, -node.length - 1);
  }
  const ending = ENDINGS.find((pattern) => pattern.test(pod));
  const name = ending === undefined ? pod : pod.replace(ending, '');
  return name === '' ? pod : name;
}

/** Every host process is called so: which node a kubelet is on says nothing that a new node should raise. */
const HOST = 'host';

/**
 * What an end is called: `ns/service`, `ns/workload`, `host`, or an address. A service wins over its pods; a pod's own
 * address is never part of a name.
 */
export function partyOf(end: Endpoint): string {
  const place = `${plain(end.ns ?? '')}/`;
  switch (endpointKind(end)) {
    case 'pod':
    case 'service':
      return place + plain(end.svc ?? workloadOf(end.pod ?? '', end.node));
    case 'host':
      return HOST;
    default:
      if (end.ip !== undefined) return plain(canonicalIp(end.ip));
      return end.ns === undefined ? 'unknown' : place;
  }
}

// Kubernetes names hold none of these: a hostile name cannot pose as another party, nor as a pattern.
const plain = (name: string): string =>
  name.replace(/[%/>*\s]/g, (c) => (c === '*' ? '%2A' : encodeURIComponent(c)));

/** One text for one link, for maps and sets. */
export const linkKey = ({ from, to, proto, port }: LinkName): string =>
  `${from}>${to} ${port ?? ''}/${proto}`;

/** A link with the flows that make it. */
export interface NamedLink extends LinkName {
  flows: Flow[];
  /** NAT splits some traffic: `near` was seen by its client at a service's address, `far` by the pod behind it. */
  half?: 'near' | 'far';
}

/** The links of an answer by their lasting names, both halves of split traffic among them. */
export function nameLinks(flows: readonly Flow[]): Map<string, NamedLink> {
  const links = new Map<string, NamedLink>();
  for (const flow of flows) {
    const { port } = flow.server;
    const name: LinkName = {
      from: partyOf(flow.client),
      to: partyOf(flow.server),
      proto: flow.proto,
      ...(port === undefined ? {} : { port }),
    };
    const key = linkKey(name);
    const known = links.get(key);
    if (known === undefined) links.set(key, { ...name, flows: [flow] });
    else known.flows.push(flow);
  }
  for (const link of links.values()) {
    if (link.flows.every(isAddressHalf)) link.half = 'near';
    else if (link.flows.every((flow) => isPodHalf(flow) && flow.server.svc !== undefined)) link.half = 'far';
  }
  return links;
}

/** What the two halves of one traffic share; their ports differ (80 before NAT, 8080 behind it). */
export const pairKey = ({ from, to, proto }: LinkName): string => `${from}>${to}/${proto}`;

/** One link for one traffic: a near half is left out where its far half, with the port really served, is in the list. */
export function foldHalves(links: readonly NamedLink[]): NamedLink[] {
  const far = new Set(links.filter(({ half }) => half === 'far').map(pairKey));
  return links.filter((link) => link.half !== 'near' || !far.has(pairKey(link)));
}

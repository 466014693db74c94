/**
 * What an inventory says that questions, activity and policies need: which pods and services exist, how pods are
 * labelled, which zone a node is in. Reads the JSON of kubectl tolerantly; refuses to know flows.
 */

/** A pod that exists. Every name is the cluster's: hostile input, to be shown as text. */
export interface PodFacts {
  ns: string;
  name: string;
  node?: string;
  /** `Running`, `Succeeded`, …; absent where the inventory does not say. */
  phase?: string;
  labels: Readonly<Record<string, string>>;
  /** Shares its node's address: no policy selects it, and its traffic may be told under the node's name. */
  hostNetwork: boolean;
  ips: readonly string[];
}

interface ServicePort {
  port: number;
  /** A number, or the name of a container's port; absent means the same as `port`. */
  target?: number | string;
  proto: string;
}

export interface ServiceFacts {
  ns: string;
  name: string;
  selector?: Readonly<Record<string, string>>;
  ports: readonly ServicePort[];
}

export interface InventoryFacts {
  pods: readonly PodFacts[];
  services: readonly ServiceFacts[];
  /** Zone by node name; a node without the zone's label is absent. */
  zones: ReadonlyMap<string, string>;
}

/** The well-known label, and its name before Kubernetes 1.17 that older clusters still carry. */
const ZONE_LABELS = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'];

type Fields = Record<string, unknown>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** What is no pod, service or node, or has no name, is passed over; anything that is no list of items gives no facts. */
export function readInventoryFacts(json: unknown): InventoryFacts {
  const pods: PodFacts[] = [];
  const services: ServiceFacts[] = [];
  const zones = new Map<string, string>();
  for (const item of listOf(Array.isArray(json) ? json : fieldsOf(json).items)) {
    const { kind, metadata, spec, status } = fieldsOf(item);
    const { name: rawName, namespace, labels: rawLabels } = fieldsOf(metadata);
    const name = textOf(rawName);
    if (name === undefined) continue;
    const labels = readLabels(rawLabels);
    const ns = textOf(namespace) ?? '';
    if (kind === 'Node') {
      const zone = ZONE_LABELS.map((label) => labels[label]).find((value) => value !== undefined);
      if (zone !== undefined) zones.set(name, zone);
    } else if (kind === 'Pod') pods.push(readPod(ns, name, labels, fieldsOf(spec), fieldsOf(status)));
    else if (kind === 'Service') services.push(readService(ns, name, fieldsOf(spec)));
  }
  return { pods, services, zones };
}

/** Both inventories; of two entries with the same name the later one's counts. */
export function mergeFacts(earlier: InventoryFacts, later: InventoryFacts): InventoryFacts {
  const named = <T extends { ns: string; name: string }>(first: readonly T[], second: readonly T[]): T[] => [
    ...new Map([...first, ...second].map((entry) => [`${entry.ns}/${entry.name}`, entry])).values(),
  ];
  return {
    pods: named(earlier.pods, later.pods),
    services: named(earlier.services, later.services),
    zones: new Map([...earlier.zones, ...later.zones]),
  };
}

function readPod(
  ns: string,
  name: string,
  labels: Record<string, string>,
  spec: Fields,
  status: Fields,
): PodFacts {
  const node = textOf(spec.nodeName);
  const phase = textOf(status.phase);
  const ips = [status.podIP, ...listOf(status.podIPs).map((entry) => fieldsOf(entry).ip)].flatMap(
    (ip) => textOf(ip) ?? [],
  );
  return {
    ns,
    name,
    labels,
    hostNetwork: spec.hostNetwork === true,
    ips: [...new Set(ips)],
    ...(node === undefined ? {} : { node }),
    ...(phase === undefined ? {} : { phase }),
  };
}

function readService(ns: string, name: string, spec: Fields): ServiceFacts {
  const selector = readLabels(spec.selector);
  const ports = listOf(spec.ports).flatMap((entry): ServicePort[] => {
    const { port, targetPort, protocol } = fieldsOf(entry);
    if (typeof port !== 'number') return [];
    const target =
      typeof targetPort === 'number' || typeof targetPort === 'string' ? { target: targetPort } : {};
    return [{ port, proto: (textOf(protocol) ?? 'TCP').toLowerCase(), ...target }];
  });
  return { ns, name, ports, ...(Object.keys(selector).length === 0 ? {} : { selector }) };
}

function readLabels(value: unknown): Record<string, string> {
  // A label may be called `__proto__`: entries are defined, never assigned.
  return Object.fromEntries(
    Object.entries(fieldsOf(value)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

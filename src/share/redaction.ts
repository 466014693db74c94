/**
 * Names and addresses replaced by pseudonyms that are the same throughout one export: in flows, in a scene, in sentences.
 * Pure. Knows what of a flow is a name; numbers, ports and times stay as they are. A pseudonym never holds a real name.
 */
import { addressClass, canonicalIp } from '../flows/address';
import type { Endpoint, Flow } from '../flows/flow';
import type { Query } from '../flows/query';
import type { Summary } from '../flows/wire';
import { type GraphPeer, isFold } from '../graph/flow-graph';
import type { Scene } from '../graph/focus';
import { isInfrastructure } from '../graph/infrastructure';
import type { Narrowing } from '../graph/narrowing';
import { workloadOf } from '../insight/baseline-names';

export interface Redactor {
  /** The same object for the same flow. */
  flow(flow: Flow): Flow;
  /** A scene of the very flows that were given; `view` is what it was narrowed by, in its new names. */
  scene(scene: Scene, view: Narrowing): { scene: Scene; view: Narrowing; links: ReadonlyMap<string, string> };
  /** A sentence that may hold names of the flows. */
  text(text: string): string;
  query(query: Query): Query;
  /** Counts stay; what it lists by name is replaced. */
  summary(summary: Summary): Summary;
  /** Where flows come from, without host, file or scenario. */
  source(source: string): string;
  node(name: string): string;
  zone(name: string): string;
}

/** Stands for what is no name of the flows, such as a part of one. */
const REPLACED = '(replaced)';
/** A recording with one-letter names leaves no word without one: then the next best is taken. */
const MOST_TRIES = 10_000;
/** Shorter names are in every word, and tell nobody anything there. */
const FEWEST_LETTERS = 3;

/** `zones` are those of the inventory, which sentences name. */
export function createRedactor(flows: readonly Flow[], zones: Iterable<string> = []): Redactor {
  const real = new Set<string>();
  for (const { client, server } of flows)
    for (const end of [client, server])
      for (const name of [end.ip, end.pod, end.ns, end.svc, end.node, end.containerId])
        if (name !== undefined && name.length >= FEWEST_LETTERS) real.add(name.toLowerCase());
  for (const zone of zones) real.add(zone.toLowerCase());

  const given = new Map<string, string>();
  const counters = new Map<string, number>();
  /** By kind and name; `make` gives the candidate of a number. */
  const give = (kind: string, name: string, make: (number: number) => string): string => {
    const key = `${kind} ${name}`;
    const known = given.get(key);
    if (known !== undefined) return known;
    let number = counters.get(kind) ?? 0;
    let candidate: string;
    let tries = 0;
    do candidate = make(++number);
    while (++tries < MOST_TRIES && holdsAny(candidate, real));
    counters.set(kind, number);
    given.set(key, candidate);
    return candidate;
  };
  const names = {
    // A map folds its plumbing by its namespaces' names; this one is as good and tells no more.
    namespace: (name: string) =>
      give('namespace', name, (number) =>
        isInfrastructure({ kind: 'namespace', label: name, namespace: name })
          ? `kube-namespace-${number}`
          : `namespace-${number}`,
      ),
    service: (name: string) => give('service', name, (number) => `service-${number}`),
    node: (name: string) => give('node', name, (number) => `machine-${number}`),
    zone: (name: string) => give('zone', name, (number) => `zone-${number}`),
    container: (name: string) => give('container', name, (number) => `container-${number}`),
    workload: (name: string): string => give('workload', name, (number) => `pod-${number}`),
    /** Replicas stay replicas. */
    pod: (name: string): string => {
      const workload = names.workload(workloadOf(name));
      return give(`pod of ${workload}`, name, (number) => `${workload}-${number}`);
    },
    /** Documentation for what is outside, a private range for the rest: nobody's, and still addresses. */
    address: (ip: string) => {
      const text = canonicalIp(ip);
      if (addressClass(ip) === 'unreadable') return give('text', text, (number) => `address-${number}`);
      if (addressClass(ip) === 'private')
        return give('inside', text, (number) => `fd00::${number.toString(16)}`);
      // Networks stay networks: what is folded together on a map stays together.
      const network = give('network', networkOf(text), (number) => `2001:db8:${number.toString(16)}`);
      return give(`in ${network}`, text, (number) => `${network}::${number.toString(16)}`);
    },
  };

  const endpoint = (end: Endpoint): Endpoint => ({
    ...end,
    ...(end.ip === undefined ? {} : { ip: names.address(end.ip) }),
    ...(end.pod === undefined ? {} : { pod: names.pod(end.pod) }),
    ...(end.ns === undefined ? {} : { ns: names.namespace(end.ns) }),
    ...(end.svc === undefined ? {} : { svc: names.service(end.svc) }),
    ...(end.node === undefined ? {} : { node: names.node(end.node) }),
    ...(end.containerId === undefined ? {} : { containerId: names.container(end.containerId) }),
  });
  const redacted = new WeakMap<Flow, Flow>();
  const flow = (one: Flow): Flow => {
    const known = redacted.get(one);
    if (known !== undefined) return known;
    const made: Flow = { ...one, client: endpoint(one.client), server: endpoint(one.server) };
    redacted.set(one, made);
    return made;
  };
  // In the order of the answer, so that the same answer gives the same pseudonyms whatever is asked for first.
  for (const one of flows) flow(one);
  for (const zone of zones) names.zone(zone);

  /** Every name that is known, the longest first: a pod's name holds its service's. */
  let pattern: RegExp | undefined;
  const words = new Map<string, string>();
  const text = (sentence: string): string => {
    if (pattern === undefined) {
      const put = (name: string | undefined, as: (name: string) => string) => {
        if (name !== undefined && name !== '' && !words.has(name)) words.set(name, as(name));
      };
      for (const { client, server } of flows)
        for (const end of [client, server]) {
          put(end.pod, names.pod);
          put(end.svc, names.service);
          put(end.pod === undefined ? undefined : workloadOf(end.pod), names.workload);
          put(end.node, names.node);
          put(end.ns, names.namespace);
          put(end.ip, names.address);
          if (end.ip !== undefined) put(canonicalIp(end.ip), names.address);
          put(end.containerId, names.container);
        }
      for (const zone of zones) put(zone, names.zone);
      const known = [...words.keys()].sort((a, b) => b.length - a.length).map(escapePattern);
      // A name is no part of a longer word, except where it ends a list or a sentence.
      pattern = new RegExp([...known.map((name) => `(?<![\\w-])${name}(?![\\w-])`), NETWORK].join('|'), 'gu');
    }
    return sentence.replace(pattern, (name) => words.get(name) ?? REPLACED);
  };

  /** A summary names pods that the flows may not have. */
  const nameOf = (name: string): string => {
    text('');
    return words.get(name) ?? names.pod(name);
  };
  const talker = <T extends { clientPod: string; serverPod: string }>(one: T): T => ({
    ...one,
    clientPod: nameOf(one.clientPod),
    serverPod: nameOf(one.serverPod),
  });

  const peer = (one: GraphPeer, id: string): GraphPeer => ({
    ...one,
    id,
    label: labelOf(one),
    ...(one.namespace === undefined ? {} : { namespace: names.namespace(one.namespace) }),
  });
  function labelOf({ id, kind, label }: GraphPeer): string {
    if (isFold(id)) return text(label);
    switch (kind) {
      case 'pod':
        return names.pod(label);
      case 'service':
        return names.service(label);
      case 'namespace':
        return names.namespace(label);
      case 'node':
        return names.node(label);
      case 'host':
        // A node, or where that is not known an address or the number of a cgroup.
        return addressClass(label) === 'unreadable'
          ? (given.get(`node ${label}`) ?? text(label))
          : names.address(label);
      default:
        return label === 'unknown' ? label : names.address(label);
    }
  }

  return {
    flow,
    text,
    node: names.node,
    zone: names.zone,
    scene(scene, view) {
      const ids = new Map<string, string>();
      for (const id of scene.graph.peers.keys()) {
        const fold = /^fold:infra/.test(id) ? 'fold:infra:' : isFold(id) ? 'fold:' : '';
        ids.set(id, `${fold}peer-${ids.size + 1}`);
      }
      const idOf = (id: string): string => ids.get(id) ?? REPLACED;
      const peers = new Map([...scene.graph.peers].map(([id, one]) => [id, peer(one, idOf(id))]));
      const links = new Map(
        [...scene.graph.links.values()].map((link) => {
          const [from, to] = [idOf(link.from), idOf(link.to)];
          const { worst: _worst, ...handshake } = link.handshake;
          return [
            link.id,
            {
              ...link,
              id: `${from}>${to}`,
              from,
              to,
              flows: link.flows.map(flow),
              attached: link.attached.map(flow),
              spoken: link.spoken.map(flow),
              handshake,
            },
          ];
        }),
      );
      const { focus, path } = view;
      return {
        scene: {
          graph: {
            ...scene.graph,
            peers: new Map([...peers.values()].map((one) => [one.id, one])),
            links: new Map([...links.values()].map((link) => [link.id, link])),
          },
          peers: scene.peers.flatMap(({ id }) => peers.get(id) ?? []),
          links: scene.links.flatMap(({ id }) => links.get(id) ?? []),
          coverage: scene.coverage,
        },
        view: {
          ...view,
          ...(focus === undefined ? {} : { focus: { ...focus, peer: idOf(focus.peer) } }),
          ...(path === undefined ? {} : { path: { from: idOf(path.from), to: idOf(path.to) } }),
          expand: view.expand.map((what) => given.get(`namespace ${what}`) ?? REPLACED),
        },
        links: new Map([...links].map(([id, link]) => [id, link.id])),
      };
    },
    query(query) {
      const { ns, pod, svc, ip, ...rest } = query;
      const known = (kind: string, name: string): string => given.get(`${kind} ${name}`) ?? REPLACED;
      return {
        ...rest,
        ...(ns === undefined ? {} : { ns: known('namespace', ns) }),
        // Parts of names, which are names of nobody.
        ...(pod === undefined ? {} : { pod: REPLACED }),
        ...(svc === undefined ? {} : { svc: known('service', svc) }),
        ...(ip === undefined ? {} : { ip: REPLACED }),
      };
    },
    summary(summary) {
      return {
        ...summary,
        topByBytes: summary.topByBytes.map(talker),
        topByPkts: summary.topByPkts.map(talker),
        byNamespace: summary.byNamespace.map(([name, count]) => [names.namespace(name), count]),
        crossNamespace: summary.crossNamespace.map((one) => ({
          ...one,
          srcNs: names.namespace(one.srcNs),
          dstNs: names.namespace(one.dstNs),
        })),
      };
    },
    source: (source) => SOURCES.find((kind) => source.startsWith(kind)) ?? REPLACED,
  };
}

/** What a label of a source begins with; what follows names a host, a file or a scenario. */
const SOURCES = ['simulated', 'recording', 'pcap', 'capture', 'hub'];

/** Networks and addresses that stand in words without being anybody's: `+3 in 198.51.100.0/24`. */
const NETWORK = '\\b\\d{1,3}(?:\\.\\d{1,3}){3}(?:/\\d+)?|(?:[\\da-f]{0,4}:){2,7}[\\da-f]{0,4}(?:/\\d+)?';

const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** A /24, or a /48: what a map folds by. */
function networkOf(address: string): string {
  const four = /^(\d+\.\d+\.\d+)\.\d+$/.exec(address);
  if (four?.[1] !== undefined) return four[1];
  const [head = ''] = address.split('::');
  return head.split(':').slice(0, 3).join(':');
}

/** Whether any real name stands in a word, upper or lower case. Words are short: all their parts are looked up. */
function holdsAny(word: string, real: ReadonlySet<string>): boolean {
  const lower = word.toLowerCase();
  for (let from = 0; from < lower.length; from++)
    for (let to = from + FEWEST_LETTERS; to <= lower.length; to++)
      if (real.has(lower.slice(from, to))) return true;
  return false;
}

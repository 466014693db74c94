/**
 * What a security reader asks of the traffic: what crosses namespaces, what reaches sensitive ones, what leaves the
 * cluster. Pure; every finding carries its evidence. Knows services, not pods; refuses to judge intent: what is
 * expected is the baseline's to say (baseline.ts).
 */
import { canonicalIp } from '../flows/address';
import type { Flow, Level } from '../flows/flow';
import type { Band } from '../flows/handshake';
import { endpointKind, identify, type PeerKind } from '../flows/identity';
import type { Bytes, Microseconds } from '../flows/units';
import { buildGraph, type FlowGraph, type GraphLink } from '../graph/flow-graph';
import { byText, type Group, groupFlows, measureGroup, portsOf } from './audit-group';
import { anyGlob } from './audit-patterns';

export interface AuditParty {
  /** Peer id at service level. */
  id: string;
  kind: PeerKind;
  /** Hostile input, to be shown as text. */
  label: string;
  namespace?: string;
}

/** A link at service level with what an auditor wants to know of it. */
export interface AuditLink extends Group {
  /** Link id at service level. */
  id: string;
  from: AuditParty;
  to: AuditParty;
  /** `6379/tcp, 9999/tcp`. */
  ports: string;
}

/** One cell of the namespace matrix; the diagonal is what stays inside. */
export interface MatrixCell {
  from: string;
  to: string;
  /** Link id at namespace level. */
  link: string;
  flows: number;
  bytes: Bytes;
  band: Band;
  worstP99Us?: Microseconds;
}

/** One outside address that one peer opens connections to. */
export interface EgressRow extends Group {
  from: AuditParty;
  /** Canonical. */
  address: string;
  port?: number;
  proto: 'tcp' | 'udp';
  /** Link id at service level. */
  link: string;
}

export interface Audit {
  crossNamespace: AuditLink[];
  /** Namespaces of the matrix, in order, and its cells that are not empty. */
  namespaces: string[];
  cells: MatrixCell[];
  /** Links into namespaces that match a pattern, from anywhere else. */
  sensitive: AuditLink[];
  sensitiveNamespaces: string[];
  egress: EgressRow[];
  /** Flows to private addresses that nobody names: neither surely inside nor surely outside. */
  unnamed: EgressRow[];
  /** Links between ends of which at least one has no namespace (host processes, addresses): they cross nothing. */
  withoutNamespace: number;
}

/** Every outside address keeps its own peer: an audit that says "and 40 more" is none. */
const EVERY_EXTERNAL = Number.POSITIVE_INFINITY;

/** Flows grouped at a level with nothing folded: who has such graphs already hands them in. */
export type GraphAt = (level: Level) => FlowGraph;

export const unfolded =
  (flows: readonly Flow[]): GraphAt =>
  (level) =>
    buildGraph(flows, { level, mostExternal: EVERY_EXTERNAL });

/** `sensitive` are namespace patterns with `*`. */
export function auditFlows(
  flows: readonly Flow[],
  sensitive: readonly string[],
  graphAt: GraphAt = unfolded(flows),
): Audit {
  const graph = graphAt('service');
  const isSensitive = anyGlob(sensitive);
  const links = [...graph.links.values()].map((link) => auditLink(graph, link));
  const crossNamespace = links.filter(({ from, to }) => crosses(from, to)).sort(byPlace);
  const reaching = links.filter(
    ({ from, to }) =>
      to.namespace !== undefined && from.namespace !== to.namespace && isSensitive(to.namespace),
  );
  return {
    crossNamespace,
    ...matrixOf(graphAt('namespace')),
    sensitive: reaching.sort(byPlace),
    sensitiveNamespaces: namespacesOf(links).filter(isSensitive),
    egress: leaving(graph, flows, 'external'),
    unnamed: leaving(graph, flows, 'unresolved'),
    withoutNamespace: links.filter(
      ({ from, to }) => from.namespace === undefined || to.namespace === undefined,
    ).length,
  };
}

/** The figures of one link of a service graph, for whoever has the graph already. */
export function auditLink(graph: FlowGraph, link: GraphLink): AuditLink {
  return {
    id: link.id,
    from: partyAt(graph, link.from),
    to: partyAt(graph, link.to),
    ports: portsOf(link.flows),
    ...measureGroup(link.flows, graph.trust),
  };
}

function partyAt(graph: FlowGraph, id: string): AuditParty {
  const peer = graph.peers.get(id);
  if (peer === undefined) return { id, kind: 'unresolved', label: id };
  const { kind, label, namespace } = peer;
  return { id, kind, label, ...(namespace === undefined ? {} : { namespace }) };
}

const crosses = (from: AuditParty, to: AuditParty): boolean =>
  from.namespace !== undefined && to.namespace !== undefined && from.namespace !== to.namespace;

const byPlace = (a: AuditLink, b: AuditLink): number =>
  byText(a.to.namespace ?? '', b.to.namespace ?? '') || b.bytes - a.bytes || byText(a.id, b.id);

const namespacesOf = (links: readonly AuditLink[]): string[] =>
  [...new Set(links.flatMap(({ from, to }) => [from.namespace, to.namespace]))]
    .filter((name) => name !== undefined)
    .sort();

function matrixOf(graph: FlowGraph): Pick<Audit, 'namespaces' | 'cells'> {
  const nameOf = (id: string): string | undefined => {
    const peer = graph.peers.get(id);
    return peer?.kind === 'namespace' ? peer.label : undefined;
  };
  const cells: MatrixCell[] = [];
  for (const link of graph.links.values()) {
    const [from, to] = [nameOf(link.from), nameOf(link.to)];
    if (from === undefined || to === undefined) continue;
    const { band, worstP99Us } = link.handshake;
    cells.push({
      from,
      to,
      link: link.id,
      flows: link.count,
      bytes: link.bytes,
      band,
      ...(worstP99Us === undefined ? {} : { worstP99Us }),
    });
  }
  cells.sort((a, b) => byText(a.from, b.from) || byText(a.to, b.to));
  const namespaces = [...graph.peers.values()].flatMap(({ kind, label }) =>
    kind === 'namespace' ? [label] : [],
  );
  return { namespaces: namespaces.sort(), cells };
}

/** Rows by peer, address, port and protocol, the heaviest first. */
function leaving(graph: FlowGraph, flows: readonly Flow[], kind: 'external' | 'unresolved'): EgressRow[] {
  const out = flows.filter(({ server }) => endpointKind(server) === kind && server.ip !== undefined);
  const groups = groupFlows(out, (flow) =>
    [
      identify(flow.client, 'service').id,
      canonicalIp(flow.server.ip ?? ''),
      flow.server.port ?? '',
      flow.proto,
    ].join('\u001f'),
  );
  const rows = [...groups.values()].flatMap((group): EgressRow[] => {
    const first = group[0];
    if (first === undefined) return [];
    const { client, server, proto } = first;
    const from = identify(client, 'service');
    return [
      {
        from: partyAt(graph, from.id),
        address: canonicalIp(server.ip ?? ''),
        ...(server.port === undefined ? {} : { port: server.port }),
        proto,
        link: `${from.id}>${identify(server, 'service').id}`,
        ...measureGroup(group, graph.trust),
      },
    ];
  });
  return rows.sort((a, b) => b.bytes - a.bytes || byText(a.link, b.link) || (a.port ?? 0) - (b.port ?? 0));
}

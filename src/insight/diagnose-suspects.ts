/**
 * What slow rows may be blamed on, and which rows belong to it: a source, a target, a node, a path, the cluster.
 * Knows names, nodes and zones of single rows; refuses to know which of them are slow (diagnose-scopes.ts).
 */
import type { Who } from './diagnose-observe';

/** What a finding is about: plain data, enough to find its rows again. Ids are those of `identify`. */
export type Culprit =
  /** One pod or process that is slow to what it calls. */
  | { kind: 'source'; peer: string; node?: string }
  /** One service, at one of its ports or all of them, or one pod of it. */
  | { kind: 'target'; peer: string; port?: number; pod?: boolean; node?: string }
  /** Everything that touches a node. */
  | { kind: 'node'; node: string }
  | { kind: 'node-pair'; nodes: readonly [string, string] }
  /** Nodes of one group to nodes of the other, where no inventory names the zones. */
  | { kind: 'node-groups'; groups: readonly [readonly string[], readonly string[]] }
  /** Two zones, or one zone with itself. */
  | { kind: 'zone-pair'; zones: readonly [string, string] }
  | { kind: 'cross-zone' }
  /** Addresses outside, whoever calls them. */
  | { kind: 'outside' }
  /** Between all nodes. */
  | { kind: 'cluster' }
  /** One source and one target: nobody can tell which. */
  | { kind: 'pair'; from: string; to: string };

export type Zones = ReadonlyMap<string, string> | undefined;

/** Names are joined with a character that none of them can hold. */
const SEPARATOR = '\u001f';

const ordered = (a: string, b: string): [string, string] => (a < b ? [a, b] : [b, a]);

/** Whether a row belongs to a culprit; also for rows that were not judged. */
export function isOf(
  culprit: Culprit,
  { client, server, port }: Pick<Who, 'client' | 'server' | 'port'>,
  zones: Zones,
): boolean {
  switch (culprit.kind) {
    case 'source':
      return client.id === culprit.peer;
    case 'target':
      return (
        (culprit.pod === true ? server.id : server.service) === culprit.peer &&
        (culprit.port === undefined || port === culprit.port)
      );
    case 'node':
      return client.node === culprit.node || server.node === culprit.node;
    case 'pair':
      return client.id === culprit.from && server.service === culprit.to;
    case 'outside':
      return server.outside;
    default:
      break;
  }
  if (client.outside || server.outside) return false;
  if (culprit.kind === 'cluster') return client.node === undefined || client.node !== server.node;
  if (client.node === undefined || server.node === undefined) return false;
  if (culprit.kind === 'node-pair') return sameTwo(culprit.nodes, client.node, server.node);
  if (culprit.kind === 'node-groups') {
    const [a, b] = culprit.groups;
    return (
      (a.includes(client.node) && b.includes(server.node)) ||
      (b.includes(client.node) && a.includes(server.node))
    );
  }
  const [from, to] = [zones?.get(client.node), zones?.get(server.node)];
  if (from === undefined || to === undefined) return false;
  if (culprit.kind === 'cross-zone') return from !== to;
  // Within a zone, what stays on a node has not used the zone's network.
  return sameTwo(culprit.zones, from, to) && client.node !== server.node;
}

/**
 * Whether a row may belong to a path or node though it does not say so: an address before NAT does not tell on which
 * node it is answered. `servers` are the services of rows that do belong.
 */
export function couldBe(
  culprit: Culprit,
  { client, server }: Who,
  zones: Zones,
  servers: ReadonlySet<string>,
): boolean {
  if (client.outside || server.outside || (client.node === undefined) === (server.node === undefined))
    return false;
  const node = client.node ?? server.node ?? '';
  switch (culprit.kind) {
    case 'node-pair':
      return culprit.nodes.includes(node);
    case 'node-groups':
      return culprit.groups.some((group) => group.includes(node));
    case 'zone-pair':
      return culprit.zones.includes(zones?.get(node) ?? '');
    case 'node':
    case 'cross-zone':
      return servers.has(server.service);
    default:
      return false;
  }
}

const sameTwo = ([a, b]: readonly [string, string], x: string, y: string): boolean =>
  (a === x && b === y) || (a === y && b === x);

/** What a row may be blamed on, narrowest first; the order breaks ties. */
function culpritsOf({ client, server, port }: Who, zones: Zones): Culprit[] {
  const at = port === undefined ? {} : { port };
  const culprits: Culprit[] = [];
  // The service first: of one pod alone nobody asks which.
  culprits.push({ kind: 'target', peer: server.service, ...at }, { kind: 'target', peer: server.service });
  if (server.id !== server.service)
    culprits.push({
      kind: 'target',
      peer: server.id,
      pod: true,
      ...at,
      ...(server.node === undefined ? {} : { node: server.node }),
    });
  culprits.push({
    kind: 'source',
    peer: client.id,
    ...(client.node === undefined ? {} : { node: client.node }),
  });
  if (client.node !== undefined && server.node !== undefined && client.node !== server.node)
    culprits.push({ kind: 'node-pair', nodes: ordered(client.node, server.node) });
  // A row that says where only one of its ends is would always speak against that end's node.
  if (client.node !== undefined && server.node !== undefined)
    for (const node of new Set([client.node, server.node])) culprits.push({ kind: 'node', node });
  if (server.outside) culprits.push({ kind: 'outside' });
  if (client.outside || server.outside) return culprits;
  const [from, to] = [zones?.get(client.node ?? ''), zones?.get(server.node ?? '')];
  if (from !== undefined && to !== undefined && client.node !== server.node) {
    culprits.push({ kind: 'zone-pair', zones: ordered(from, to) });
    if (from !== to) culprits.push({ kind: 'cross-zone' });
  }
  if (client.node === undefined || client.node !== server.node) culprits.push({ kind: 'cluster' });
  return culprits;
}

export interface Suspect {
  culprit: Culprit;
  key: string;
}

interface Known {
  zones: Zones;
  byWho: WeakMap<Who, readonly Suspect[]>;
  /** One object a culprit and node, however many rows may be blamed on it: a pod of the same name may come back elsewhere. */
  shared: Map<string, Suspect>;
}

const remembered = new WeakMap<object, Known>();

/**
 * What rows may be blamed on, each row looked at once however often it is asked about: for as long as `roster`, whose rows
 * they are, lives and the zones are the same.
 */
export function createSuspects(zones: Zones, roster: object = {}): (who: Who) => readonly Suspect[] {
  let known = remembered.get(roster);
  if (known === undefined || known.zones !== zones) {
    known = { zones, byWho: new WeakMap(), shared: new Map() };
    remembered.set(roster, known);
  }
  const { byWho, shared } = known;
  return (who) => {
    let suspects = byWho.get(who);
    if (suspects === undefined) {
      suspects = culpritsOf(who, zones).map((culprit) => {
        const key = keyOf(culprit);
        const name = 'node' in culprit ? `${key} ${culprit.node}` : key;
        const suspect = shared.get(name) ?? { culprit, key };
        shared.set(name, suspect);
        return suspect;
      });
      byWho.set(who, suspects);
    }
    return suspects;
  };
}

/** A node alone in its zone, and two nodes alone in theirs, are their zones: a distance is likelier than a fault. */
export const RANK: readonly Culprit['kind'][] = [
  ...(['pair', 'target', 'source', 'zone-pair', 'node-pair', 'node'] as const),
  ...(['outside', 'node-groups', 'cross-zone', 'cluster'] as const),
];

/** The same for the same culprit, whatever its optional fields. */
export function keyOf(culprit: Culprit): string {
  switch (culprit.kind) {
    case 'source':
      return `source ${culprit.peer}`;
    case 'target':
      return `target ${culprit.peer} ${culprit.port ?? ''} ${culprit.pod === true ? 'pod' : ''}`;
    case 'node':
      return `node ${culprit.node}`;
    case 'pair':
      return `pair ${culprit.from}${SEPARATOR}${culprit.to}`;
    case 'node-pair':
      return `nodes ${culprit.nodes.join(SEPARATOR)}`;
    case 'node-groups':
      return `groups ${culprit.groups.map((group) => group.join(SEPARATOR)).join(SEPARATOR)}`;
    case 'zone-pair':
      return `zones ${culprit.zones.join(SEPARATOR)}`;
    default:
      return culprit.kind;
  }
}

/** Whether both ends are on one node. */
export const stays = ({ client, server }: Pick<Who, 'client' | 'server'>): boolean =>
  client.node !== undefined && client.node === server.node;

/**
 * Two groups of nodes such that the slow paths run between them and none within: two zones, though nobody says so.
 * Nodes are told apart by walking slow paths alternately; the largest connected part counts.
 */
export function nodeGroups(slowPairs: readonly (readonly [string, string])[]): Culprit | undefined {
  const slow = new Map<string, string[]>();
  for (const [a, b] of slowPairs) {
    slow.set(a, [...(slow.get(a) ?? []), b]);
    slow.set(b, [...(slow.get(b) ?? []), a]);
  }
  let best: [string[], string[]] | undefined;
  const side = new Map<string, 0 | 1>();
  for (const start of slow.keys()) {
    if (side.has(start)) continue;
    const groups: [string[], string[]] = [[], []];
    const open = [start];
    side.set(start, 0);
    let isSplit = true;
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      const own = side.get(node) ?? 0;
      groups[own].push(node);
      for (const other of slow.get(node) ?? []) {
        const known = side.get(other);
        if (known === own) isSplit = false;
        if (known !== undefined) continue;
        side.set(other, own === 0 ? 1 : 0);
        open.push(other);
      }
    }
    const size = groups[0].length + groups[1].length;
    if (isSplit && size > (best === undefined ? 0 : best[0].length + best[1].length)) best = groups;
  }
  // One node against the others is that node.
  if (best === undefined || best[0].length < 2 || best[1].length < 2) return undefined;
  return { kind: 'node-groups', groups: [best[0].sort(), best[1].sort()] };
}

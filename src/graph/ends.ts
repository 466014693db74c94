/**
 * Which peer each end of each flow belongs to at a grouping: level, expanded namespaces, and what is folded.
 * Each distinct end is identified once; a map of a hundred thousand flows has a few thousand ends.
 */
import type { Endpoint, Flow, Level } from '../flows/flow';
import { type Identity, identify } from '../flows/identity';
import { boxOf, createFolding, type Folding } from './folding';
import type { Grouping } from './grouping';

/** The level at which an expanded namespace is shown. */
export const FINER: Record<Level, Level> = { namespace: 'service', service: 'pod', node: 'pod', pod: 'pod' };

export interface Grouped {
  /** The peer of each flow's client and server, by the flow's index. One object a peer. */
  clients: Identity[];
  servers: Identity[];
  /** How many peers each folded peer stands for. */
  sizes: ReadonlyMap<Identity, number>;
  folds: Folding['folds'];
  standing: Folding['standing'];
  /** How the box of a peer is shown fuller than usual; undefined for the usual. */
  islandOf(peer: Identity): string | undefined;
}

/** `shares` is what each flow adds to the whole, by its index. */
export function groupEnds(flows: readonly Flow[], grouping: Grouping, shares: readonly number[]): Grouped {
  const identifier = createIdentifier(grouping);
  const clients: Identity[] = new Array(flows.length);
  const servers: Identity[] = new Array(flows.length);
  for (const [index, { client, server }] of flows.entries()) {
    clients[index] = identifier.of(client);
    servers[index] = identifier.of(server);
  }
  const isFiner = finerTest(grouping);
  const folding = createFolding({
    flows,
    peers: identifier.peers(),
    clients,
    servers,
    shares,
    isFiner,
    grouping,
  });
  const isPlain = folding.sizes.size === 0;
  return {
    clients: isPlain ? clients : clients.map(folding.fold),
    servers: isPlain ? servers : servers.map(folding.fold),
    sizes: folding.sizes,
    folds: folding.folds,
    standing: folding.standing,
    islandOf: (peer) => islandOf(peer, isFiner, folding),
  };
}

function islandOf(
  peer: Identity,
  isFiner: (peer: Identity) => boolean,
  { openedBoxes }: Folding,
): string | undefined {
  const finer = isFiner(peer);
  const fuller = openedBoxes.has(boxOf(peer));
  if (!finer && !fuller) return undefined;
  return finer && fuller ? 'finer+fuller' : finer ? 'finer' : 'fuller';
}

/** Whether a peer lives in a namespace that is shown one level finer. A namespace that stayed a peer is not. */
function finerTest({ level, expanded }: Grouping): (peer: Identity) => boolean {
  if (expanded === undefined || expanded.size === 0 || FINER[level] === level) return () => false;
  return ({ namespace, kind }) => namespace !== undefined && kind !== 'namespace' && expanded.has(namespace);
}

interface Identifier {
  /** The peer of an end; the same object for the same peer. */
  of(end: Endpoint): Identity;
  /** All peers given so far. */
  peers(): Iterable<Identity>;
}

/** Identifies each distinct end once: rows are many, ends few, and a name's identity costs escaping and an address read. */
function createIdentifier({ level, expanded }: Grouping): Identifier {
  const known = new Map<string | undefined, Map<string | undefined, { end: Endpoint; peer: Identity }>>();
  const byId = new Map<string, Identity>();
  const read = (end: Endpoint): Identity => {
    const isFiner = end.ns !== undefined && expanded?.has(end.ns) === true;
    const found = identify(end, isFiner ? FINER[level] : level);
    const peer = byId.get(found.id);
    if (peer !== undefined) return peer;
    byId.set(found.id, found);
    return found;
  };
  return {
    of(end) {
      let own = known.get(end.ns);
      if (own === undefined) {
        own = new Map();
        known.set(end.ns, own);
      }
      const name = end.pod ?? end.ip ?? end.svc ?? end.node;
      const before = own.get(name);
      if (before !== undefined && isSameEnd(before.end, end)) return before.peer;
      const peer = read(end);
      own.set(name, { end, peer });
      return peer;
    },
    peers: () => byId.values(),
  };
}

/** Whether two ends of one namespace agree in all that an identity can depend on. A pod's address says nothing more. */
const isSameEnd = (a: Endpoint, b: Endpoint): boolean =>
  a.pod === b.pod &&
  a.svc === b.svc &&
  a.node === b.node &&
  (a.pod !== undefined || (a.ip === b.ip && a.cgroupId === b.cgroupId));

/** How many peers, links between peers and host processes a grouping gives, without making the graph. */
export function takeCensus(
  flows: readonly Flow[],
  grouping: Grouping,
): { peers: number; links: number; hosts: number } {
  const { clients, servers } = groupEnds(flows, grouping, new Array(flows.length).fill(0));
  const partners = new Map<Identity, Set<Identity>>();
  const peers = new Set<Identity>(servers);
  clients.forEach((client, index) => {
    const server = servers[index];
    if (server === undefined) return;
    const known = partners.get(client);
    if (known === undefined) partners.set(client, new Set([server]));
    else known.add(server);
    peers.add(client);
  });
  let links = 0;
  for (const { size } of partners.values()) links += size;
  let hosts = 0;
  for (const { kind } of peers) if (kind === 'host') hosts++;
  return { peers: peers.size, links, hosts };
}

/**
 * The order of rows and columns of the matrix: namespaces whole, from the busiest, and in each those alike side by side.
 * Alike are peers that call the same servers, are called by the same clients, call each other, or are one workload. Pure.
 */
import { isInfrastructure } from './infrastructure';
import { workloadOf } from './layout/slotting';
import type { Steps } from './layout/steps';
import type { PictureLink, PicturePeer } from './marks';
import { type Distances, seriate } from './seriation';

type Peer = Pick<PicturePeer, 'id' | 'kind' | 'namespace'>;
type Link = Pick<PictureLink, 'from' | 'to'>;

/** Ids of peers in their order, of those that are away too: who comes back finds its own place. */
export type MatrixOrder = readonly string[];

/** Those outside all boxes stand around them: who calls in first, who is called last. Plumbing comes after the rest. */
const RANKS = { clients: 0, boxes: 1, plumbing: 2, hosts: 3, unresolved: 4, servers: 5 } as const;

/** More newcomers than this share make another matrix: then an order of its own serves better than stillness. */
const MOST_NEW = 0.25;
/** Two pods of a workload are as alike as if both called two servers that nobody else calls: replicas stay together. */
const SAME_WORKLOAD = 2;
/** A remembered place for each peer drawn, and this many more; then who is away is forgotten. */
const MOST_AWAY = 200;

/** Peers by id and links by index, so that the same peers give the same order however they came. */
interface Web {
  peers: readonly Peer[];
  indexOf: ReadonlyMap<string, number>;
  /** Features of each peer, sorted: whom it calls, by index; who calls it, past all indices; itself as both; its workload. */
  features: readonly (readonly number[])[];
  /** What having a feature in common says: much when few have it, little when all have it. */
  weights: Float64Array;
  /** Calls made less calls taken. */
  lean: Float64Array;
}

/** All in a fresh order. */
export function* orderPeers(peers: readonly Peer[], links: readonly Link[]): Steps<MatrixOrder> {
  const web = weave(peers, links);
  const groups = groupsOf(web);
  const turned: number[][] = [];
  for (const members of groups.values()) turned.push(callersFirst(web, yield* orderAlike(web, members)));
  const isInBoxes = (members: readonly number[]) => rankOf(web, members) === RANKS.boxes;
  // Plumbing is linked with everybody: it must not decide who stands beside whom.
  const boxes = orderGroups(web, turned.filter(isInBoxes));
  const around = turned.filter((members) => !isInBoxes(members));
  const all = [...boxes, ...around].sort((a, b) => rankOf(web, a) - rankOf(web, b));
  return all.flat().map((index) => web.peers[index]?.id ?? '');
}

/**
 * The known order with newcomers beside whom they are most like in their namespace; nobody else moves. Undefined when
 * too many are new.
 */
export function keepOrder(
  known: MatrixOrder,
  peers: readonly Peer[],
  links: readonly Link[],
): MatrixOrder | undefined {
  const places = new Set(known);
  const newcomers = peers.filter(({ id }) => !places.has(id));
  if (newcomers.length > MOST_NEW * peers.length) return undefined;
  const here = new Set(peers.map(({ id }) => id));
  const isCrowded = known.length > 2 * peers.length + MOST_AWAY;
  if (newcomers.length === 0 && !isCrowded) return known;
  const ids = isCrowded ? known.filter((id) => here.has(id)) : [...known];
  const web = weave(peers, links);
  for (const { id } of newcomers.sort(byId)) ids.splice(placeFor(web, id, ids), 0, id);
  return ids;
}

/** The peers that are drawn, in their order, each namespace in one piece where its first one stands. */
export function inMatrixOrder<P extends Peer>(order: MatrixOrder, peers: readonly P[]): P[] {
  const here = new Map(peers.map((peer) => [peer.id, peer]));
  const runs = new Map<string, P[]>();
  for (const id of order) {
    const peer = here.get(id);
    if (peer === undefined) continue;
    const key = peer.namespace === undefined ? `one ${id}` : groupKey(peer);
    const run = runs.get(key);
    if (run === undefined) runs.set(key, [peer]);
    else run.push(peer);
  }
  return [...runs.values()].flat();
}

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);

function weave(given: readonly Peer[], links: readonly Link[]): Web {
  const peers = [...given].sort(byId);
  const count = peers.length;
  const indexOf = new Map(peers.map(({ id }, index) => [id, index]));
  const sets = peers.map((_, index) => new Set([index, count + index]));
  const workloads = new Map<string, number>();
  peers.forEach(({ id }, index) => {
    const workload = workloadOf(id);
    const feature = workloads.get(workload) ?? 2 * count + workloads.size;
    workloads.set(workload, feature);
    sets[index]?.add(feature);
  });
  const lean = new Float64Array(count);
  for (const { from, to } of links) {
    const [client, server] = [indexOf.get(from), indexOf.get(to)];
    if (client === undefined || server === undefined) continue;
    sets[client]?.add(server);
    sets[server]?.add(count + client);
    if (client === server) continue;
    lean[client] = (lean[client] ?? 0) + 1;
    lean[server] = (lean[server] ?? 0) - 1;
  }
  const owners = new Float64Array(2 * count + workloads.size);
  for (const set of sets) for (const feature of set) owners[feature] = (owners[feature] ?? 0) + 1;
  return {
    peers,
    indexOf,
    features: sets.map((set) => [...set].sort((a, b) => a - b)),
    // As Adamic and Adar weigh a common friend.
    weights: owners.map((many, feature) =>
      feature < 2 * count ? 1 / Math.log2(1 + Math.max(1, many)) : SAME_WORKLOAD,
    ),
    lean,
  };
}

const groupKey = ({ kind, namespace }: Peer): string =>
  kind === 'namespace' || kind === 'node'
    ? 'alone'
    : namespace === undefined
      ? `out ${kind}`
      : `ns ${namespace}`;

function groupsOf(web: Web): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  web.peers.forEach((peer, index) => {
    const side = peer.kind === 'external' && groupKey(peer).startsWith('out') ? sideOf(web, index) : '';
    const key = `${groupKey(peer)}${side}`;
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [index]);
    else members.push(index);
  });
  return groups;
}

const sideOf = (web: Web, index: number): string => ((web.lean[index] ?? 0) >= 0 ? ' clients' : ' servers');

function rankOf(web: Web, members: readonly number[]): number {
  const [first = 0] = members;
  const peer = web.peers[first];
  if (peer === undefined || !groupKey(peer).startsWith('out')) {
    const isPlumbing = peer?.namespace !== undefined && isInfrastructure({ ...peer, kind: 'pod', label: '' });
    return isPlumbing && groupKey(peer) !== 'alone' ? RANKS.plumbing : RANKS.boxes;
  }
  if (peer.kind === 'external') return sideOf(web, first) === ' clients' ? RANKS.clients : RANKS.servers;
  return peer.kind === 'host' ? RANKS.hosts : RANKS.unresolved;
}

/** Members of a group, alike ones side by side. */
function* orderAlike(web: Web, members: readonly number[]): Steps<number[]> {
  const features = members.map((member) => web.features[member] ?? []);
  const order = yield* seriate(distancesOf(features, web.weights));
  return order.map((place) => members[place] ?? 0);
}

/**
 * The busiest group first, then always the one with most links to those before (the maximum adjacency order of Nagamochi
 * and Ibaraki): groups that talk stand together, and one begins to read where most is.
 */
function orderGroups(web: Web, groups: readonly number[][]): number[][] {
  const groupOf = new Map(
    groups.flatMap((members, group) => members.map((member) => [member, group] as const)),
  );
  const between = groups.map(() => new Float64Array(groups.length));
  web.features.forEach((features, client) => {
    const from = groupOf.get(client);
    for (const server of features) {
      const to = server < web.peers.length && server !== client ? groupOf.get(server) : undefined;
      if (from === undefined || to === undefined) continue;
      for (const [one, other] of [
        [from, to],
        [to, from],
      ] as const) {
        const links = between[one];
        if (links !== undefined) links[other] = (links[other] ?? 0) + 1;
      }
    }
  });
  const busy = between.map((links) => links.reduce((sum, many) => sum + many, 0));
  const pull = new Float64Array(groups.length);
  const left = new Set(groups.keys());
  const order: number[][] = [];
  while (left.size > 0) {
    let next = -1;
    for (const group of left) {
      const more = (pull[group] ?? 0) - (pull[next] ?? -1) || (busy[group] ?? 0) - (busy[next] ?? -1);
      if (more > 0) next = group;
    }
    left.delete(next);
    order.push(groups[next] ?? []);
    for (const group of left) pull[group] = (pull[group] ?? 0) + (between[next]?.[group] ?? 0);
  }
  return order;
}

/** The order or its reverse, whichever has more calls going forward: links then lie above the diagonal. */
function callersFirst(web: Web, order: number[]): number[] {
  const places = new Map(order.map((index, place) => [index, place]));
  // How far calls within go forward; without any, how far in front those stand who call others more than they are called.
  let [within, around] = [0, 0];
  order.forEach((index, place) => {
    for (const server of web.features[index] ?? []) within += (places.get(server) ?? place) - place;
    around += (web.lean[index] ?? 0) * (order.length - 1 - 2 * place);
  });
  const isForward = within || around || (order.at(-1) ?? 0) - (order[0] ?? 0);
  return isForward >= 0 ? order : [...order].reverse();
}

/** One less the weighted share of features that two have in common (Jaccard). */
function distancesOf(features: readonly (readonly number[])[], weights: Float64Array): Distances {
  const count = features.length;
  const between = new Float64Array(count * count);
  const totals = features.map((own) => own.reduce((sum, feature) => sum + (weights[feature] ?? 0), 0));
  const owners = new Map<number, number[]>();
  features.forEach((own, index) => {
    for (const feature of own) {
      const list = owners.get(feature);
      if (list === undefined) owners.set(feature, [index]);
      else list.push(index);
    }
  });
  for (const [feature, list] of owners)
    for (const a of list)
      for (const b of list) between[a * count + b] = (between[a * count + b] ?? 0) + (weights[feature] ?? 0);
  for (let a = 0; a < count; a++)
    for (let b = 0; b < count; b++) {
      const common = between[a * count + b] ?? 0;
      const all = (totals[a] ?? 0) + (totals[b] ?? 0) - common;
      between[a * count + b] = a === b || all === 0 ? 0 : Math.max(0, 1 - common / all);
    }
  return { count, between };
}

/** Where in the row of ids a newcomer goes: after whom it is most like in its group, else before those outside. */
function placeFor(web: Web, id: string, ids: readonly string[]): number {
  const own = web.indexOf.get(id);
  const peer = own === undefined ? undefined : web.peers[own];
  if (own === undefined || peer === undefined) return ids.length;
  let best = -1;
  let most = Number.NEGATIVE_INFINITY;
  let end = -1;
  const rank = rankOf(web, [own]);
  ids.forEach((other, place) => {
    const index = web.indexOf.get(other);
    const neighbour = index === undefined ? undefined : web.peers[index];
    if (index === undefined || neighbour === undefined) return;
    if (rankOf(web, [index]) <= rank) end = place;
    if (groupKey(neighbour) !== groupKey(peer)) return;
    const likeness = commonOf(web, own, index);
    if (likeness >= most) [most, best] = [likeness, place];
  });
  return (best >= 0 ? best : end) + 1;
}

function commonOf(web: Web, a: number, b: number): number {
  const theirs = new Set(web.features[b]);
  let [common, all] = [0, 0];
  for (const feature of web.features[a] ?? []) {
    const weight = web.weights[feature] ?? 0;
    all += weight;
    if (theirs.has(feature)) common += weight;
  }
  for (const feature of theirs) all += web.weights[feature] ?? 0;
  return common / Math.max(all - common, Number.MIN_VALUE);
}

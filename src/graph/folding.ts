/**
 * Which peers give up their own mark for one counted peer: plumbing in a crowd, outsiders past a dozen, and the light
 * ones where a box or the whole map could not be read anyway. Fold ids are stable; a fold the reader opened stays open.
 * Weights are ranked by doublings, and who was drawn before stays drawn until somebody is far heavier: a poll must not
 * swap who is folded.
 */
import type { Flow } from '../flows/flow';
import type { Identity } from '../flows/identity';
import type { FoldStanding, Grouping } from './grouping';
import { isInfrastructure } from './infrastructure';
import { foldOutside } from './outside-folds';

const FOLD = 'fold:';

/** Whether a peer stands for several that were folded. */
export const isFold = (peer: string): boolean => peer.startsWith(FOLD);

/** Twelve outside addresses still fit beside the boxes with their names readable (DESIGN §5). */
const MOST_EXTERNAL = 12;
/** A namespace expanded among others: more than this would be more than a screen in the smallest readable cells. */
const MOST_FINER = 120;
/** With more peers than this no screen shows names; the light ones of the largest boxes are counted instead. */
const MOST_PEERS = 1500;
/** Peers a box keeps when all must give: in coarse steps, so that a few peers more or less do not refold every box. */
const CAPS: readonly number[] = [600, 400, 300, 200, 150, 100, 75, 50, 35, 25, 18, 12, 8, 5, 3, 2, 1];

/** What the crowd of before may be off the limit before it is folded otherwise. */
const SLACK = 0.1;
/** Doublings that somebody must be heavier by to take another's mark: with less, a poll would swap them back. */
const LEAD = 1;

/** Where a peer is folded: its namespace, or with its kind among those outside. */
export const boxOf = ({ kind, namespace }: Identity): string =>
  kind === 'namespace' || kind === 'node' ? `${kind}s` : namespace !== undefined ? `ns:${namespace}` : kind;

interface FoldingInput {
  flows: readonly Flow[];
  peers: Iterable<Identity>;
  /** The peer of each flow's client and server, by the flow's index; one object a peer. */
  clients: readonly Identity[];
  servers: readonly Identity[];
  /** What each flow adds to the whole. */
  shares: readonly number[];
  isFiner: (peer: Identity) => boolean;
  grouping: Grouping;
}

export interface Folding {
  /** The peer that is drawn for a peer: itself, or what stands for it. */
  fold: (peer: Identity) => Identity;
  sizes: ReadonlyMap<Identity, number>;
  /** Boxes that show more than usual because a fold of theirs is open. */
  openedBoxes: ReadonlySet<string>;
  /** Who was folded, by id. Undefined when nobody was. */
  folds: Folds | undefined;
  /** For the next folding; undefined where nobody had to give by weight. */
  standing: FoldStanding | undefined;
}

export interface Folds {
  /** The peer that is drawn for one, both by id: itself, or its fold. */
  drawnFor(peer: string): string;
  /** Those that a fold stands for, by id; of a peer itself. */
  membersOf(peer: string): readonly string[];
}

export function createFolding(input: FoldingInput): Folding {
  const { clients, servers, shares, isFiner, grouping } = input;
  const {
    mostExternal = MOST_EXTERNAL,
    mostPeers = MOST_PEERS,
    foldInfrastructure = false,
    opened,
    before,
  } = grouping;
  const peers = [...input.peers];
  // Most maps fold nothing by weight.
  let weighed: Map<Identity, number> | undefined;
  const heaviestFirst = (chosen: Identity[]): Identity[] => {
    weighed ??= weigh(input);
    return rank(chosen, weighed, before?.drawn);
  };
  const kept = new Set<string>();
  /** Those that must give, the lightest; the others keep their marks. */
  const beyond = (chosen: Identity[], most: number): Identity[] => {
    const ranked = heaviestFirst(chosen);
    for (const { id } of ranked.slice(0, most)) kept.add(id);
    return ranked.slice(most);
  };
  const drawn = new Map<Identity, Identity>();
  const sizes = new Map<Identity, number>();
  const openedBoxes = new Set<string>();
  const counted: { fold: Identity; words: string }[] = [];
  const apply = (id: string, kind: Identity['kind'], members: readonly Identity[], words: string): void => {
    const [first] = members;
    if (first === undefined) return;
    if (opened?.has(id) === true) {
      openedBoxes.add(boxOf(first));
      return;
    }
    const inside =
      first.namespace === undefined || kind === 'namespace' ? {} : { namespace: first.namespace };
    const fold: Identity = { id, kind, label: `+${members.length} ${words}`, ...inside };
    for (const member of members) drawn.set(member, fold);
    sizes.set(fold, members.length);
    if (!id.startsWith(`${FOLD}infra`)) counted.push({ fold, words });
  };

  if (foldInfrastructure) {
    for (const [id, members] of gather(peers, infrastructureFold)) {
      // One peer is no crowd: it keeps its name.
      if (members.length < 2) continue;
      const isHost = members[0]?.kind === 'host';
      apply(id, isHost ? 'host' : 'service', members, isHost ? 'host processes' : 'infrastructure');
    }
  }
  const outside = peers.filter(({ kind }) => kind === 'external');
  if (outside.length > mostExternal) {
    for (const { key, members, words } of foldOutside(beyond(outside, mostExternal), input)) {
      apply(`${FOLD}external${key}`, 'external', members, words);
    }
  }
  // What must give for the rest to be drawn at all. Opened folds stay open: the reader asked for it.
  const left = peers.filter((peer) => !drawn.has(peer));
  const boxes = gather(left, boxOf);
  const capOf = (limit: number) => CAPS.find((most) => sumOf(boxes, most) <= limit - sizes.size) ?? 1;
  const was = before?.cap;
  const isCrowded = left.length + sizes.size > mostPeers * (was === undefined ? 1 : 1 - SLACK);
  // As before, while that is neither far too much nor far too little.
  const isStill =
    was !== undefined && capOf(mostPeers * (1 + SLACK)) >= was && capOf(mostPeers * (1 - SLACK)) <= was;
  const cap = isStill ? was : capOf(mostPeers);
  for (const [box, members] of boxes) {
    const most = Math.min(
      isCrowded ? cap : Number.POSITIVE_INFINITY,
      members.some(isFiner) ? MOST_FINER : Number.POSITIVE_INFINITY,
    );
    // A fold takes a place itself, and one for a single peer would only hide its name.
    if (members.length <= most + 1) continue;
    const light = beyond(members, most);
    apply(`${FOLD}more:${box}`, light[0]?.kind ?? 'service', light, 'more');
  }

  if (counted.length > 0) {
    const stoodFor = sumFolds(clients, servers, shares, drawn);
    let whole = 0;
    for (const share of shares) whole += share;
    for (const { fold, words } of counted) {
      fold.label = `+${sizes.get(fold)} ${words}, ${percentWords(stoodFor.get(fold) ?? 0, whole)}`;
    }
  }
  const hasStanding = kept.size > 0 || isCrowded;
  return {
    fold: (peer) => drawn.get(peer) ?? peer,
    sizes,
    openedBoxes,
    folds: drawn.size === 0 ? undefined : foldsOf(drawn),
    standing: hasStanding ? { drawn: kept, ...(isCrowded ? { cap } : {}) } : undefined,
  };
}

/** By id, worked out when first asked: few ever are. */
function foldsOf(drawn: ReadonlyMap<Identity, Identity>): Folds {
  let byMember: Map<string, string> | undefined;
  let byFold: Map<string, string[]> | undefined;
  return {
    drawnFor(peer) {
      byMember ??= new Map([...drawn].map(([member, fold]) => [member.id, fold.id]));
      return byMember.get(peer) ?? peer;
    },
    membersOf(peer) {
      if (byFold === undefined) {
        byFold = new Map();
        for (const [member, { id }] of drawn) {
          const members = byFold.get(id);
          if (members === undefined) byFold.set(id, [member.id]);
          else members.push(member.id);
        }
      }
      return byFold.get(peer) ?? [peer];
    },
  };
}

/** Every peer with the bytes of the flows that end at it. */
function weigh({ clients, servers, shares }: FoldingInput): Map<Identity, number> {
  const weights = new Map<Identity, number>();
  shares.forEach((share, index) => {
    const [client, server] = [clients[index], servers[index]];
    if (client === undefined || server === undefined) return;
    weights.set(client, (weights.get(client) ?? 0) + share);
    if (server !== client) weights.set(server, (weights.get(server) ?? 0) + share);
  });
  return weights;
}

function gather(
  peers: Iterable<Identity>,
  keyOf: (peer: Identity) => string | undefined,
): Map<string, Identity[]> {
  const groups = new Map<string, Identity[]>();
  for (const peer of peers) {
    const key = keyOf(peer);
    if (key === undefined) continue;
    const list = groups.get(key);
    if (list === undefined) groups.set(key, [peer]);
    else list.push(peer);
  }
  return groups;
}

/** Heaviest first by doublings, those of `before` ahead of who leads by little; ties by id. */
function rank(
  peers: readonly Identity[],
  weights: ReadonlyMap<Identity, number>,
  before: ReadonlySet<string> | undefined,
): Identity[] {
  const ranks = new Map<Identity, number>();
  for (const peer of peers) {
    const doublings = Math.floor(Math.log2((weights.get(peer) ?? 0) + 1));
    // Half a doubling more: among equals, too, those of before come first.
    ranks.set(peer, doublings + (before?.has(peer.id) === true ? LEAD + 0.5 : 0));
  }
  return [...peers].sort((a, b) => (ranks.get(b) ?? 0) - (ranks.get(a) ?? 0) || (a.id < b.id ? -1 : 1));
}

function infrastructureFold(peer: Identity): string | undefined {
  if (peer.kind === 'namespace' || peer.kind === 'node' || !isInfrastructure(peer)) return undefined;
  return peer.namespace === undefined ? `${FOLD}infra-hosts` : `${FOLD}infra:${peer.namespace}`;
}

const sumOf = (boxes: ReadonlyMap<string, readonly Identity[]>, most: number): number =>
  [...boxes.values()].reduce((sum, { length }) => sum + (length > most + 1 ? most + 1 : length), 0);

function sumFolds(
  clients: readonly Identity[],
  servers: readonly Identity[],
  shares: readonly number[],
  drawn: ReadonlyMap<Identity, Identity>,
): Map<Identity, number> {
  const sums = new Map<Identity, number>();
  shares.forEach((share, index) => {
    const [client, server] = [clients[index], servers[index]];
    const from = client === undefined ? undefined : drawn.get(client);
    const to = server === undefined ? undefined : drawn.get(server);
    if (from !== undefined) sums.set(from, (sums.get(from) ?? 0) + share);
    if (to !== undefined && to !== from) sums.set(to, (sums.get(to) ?? 0) + share);
  });
  return sums;
}

/** In steps, so that the words do not change with every poll. */
const PERCENTS = [1, 2, 3, 4, 6, 8, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100];

function percentWords(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * part) / whole;
  if (percent < 1) return '< 1 % of bytes';
  const step = PERCENTS.findLast((one) => one <= percent) ?? 1;
  return `${step} % of bytes`;
}

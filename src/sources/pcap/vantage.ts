/**
 * From which end a capture saw its conversations. A capture counts for the pod or node it was taken at, told by the
 * address that most of its packets share; what passed by on its way between others adds nothing. Knows counts and
 * owners of addresses; refuses to know what other captures saw.
 */
import { type AddressBook, PLAIN_NETWORK } from './addresses';
import { isForwarded, type Tally } from './tally';
import { countPackets } from './timeline';

/** One capture's view of one tally, from one of its ends. */
export interface Perspective {
  tally: Tally;
  side: 'client' | 'server';
}

/** What an inventory knows of addresses; undefined where it knows nothing. */
export interface Owners {
  /** The pod or node that has the address, the same text for all of its addresses. */
  ownerOf(address: string): string | undefined;
  /** The node that has the address, or the pod with it. */
  nodeOf(address: string): string | undefined;
  /** Whether this is an address before NAT: nobody is captured there. */
  isService(proto: 'tcp' | 'udp', address: string, port: number): boolean;
}

export interface Vantage {
  perspectives: Perspective[];
  /** Packets of conversations that add nothing. */
  passedBy: number;
  /** Why the whole capture adds nothing, where it does: words to be read after its name and a colon. */
  reason?: string;
}

interface Votes {
  packets: number;
  sent: number;
  fresh: number;
  leaving: number;
  asClient: number;
  /** Connections in which the other end answered slowly, so that this one is near; less the others. */
  near: number;
}

/** Below this share of the packets nobody is what the capture is about. */
const MOST = 0.5;
/** From this share on a capture is about that alone; what is left are other voices on the same wire. */
const NEARLY_ALL = 0.9;
/** Ends that share nearly as many packets are told apart by better evidence than a few packets. */
const NEARLY = 0.9;
/** The shares of packets with an untouched hop limit that say "from here" and "from elsewhere". */
const MOSTLY_FRESH = 0.9;
const HARDLY_FRESH = 0.1;

/**
 * `owners` is what the inventory says, where there is one. `isAlone` says that there is no other capture: then, without an
 * inventory, nothing can be counted twice, and conversations between others count as their client's.
 */
export function takeVantage(
  tallies: readonly Tally[],
  book: AddressBook,
  owners: Owners | undefined,
  isAlone: boolean,
): Vantage {
  const ownerOf = (id: number): string => {
    const text = book.textOf(id);
    return owners?.ownerOf(text) ?? text;
  };
  const { votes, packets } = countVotes(tallies, book, owners, ownerOf);
  const winner = choose(votes);
  const vantage: Vantage = { perspectives: [], passedBy: 0 };
  const share = winner === undefined ? 0 : (votes.get(winner)?.packets ?? 0) / packets;
  // Taken at all interfaces of a node, a capture saw each of its pods at home.
  const node = owners === undefined || share >= NEARLY_ALL ? undefined : findNode(tallies, book, owners);
  const isHome = (id: number): boolean =>
    node === undefined ? ownerOf(id) === winner : owners?.nodeOf(book.textOf(id)) === node;
  if (owners !== undefined && node === undefined && packets > 0) {
    if (winner === undefined || share <= MOST) {
      vantage.reason = 'no address is in most of its packets, so it was taken on the way between others';
    } else if (!isOwned(winner, tallies, book, owners)) {
      vantage.reason = `most of its packets are of ${winner}, which is no pod or node of the inventory`;
    }
  }
  for (const tally of tallies) {
    const sides = vantage.reason === undefined ? sidesOf(tally) : [];
    for (const side of sides) vantage.perspectives.push({ tally, side });
    if (sides.length > 0) continue;
    const { first, second } = countPackets(tally.timeline);
    vantage.passedBy += first + second;
  }
  return vantage;

  function sidesOf(tally: Tally): ('client' | 'server')[] {
    const atClient = isHome(tally.client);
    const atServer = isHome(tally.server);
    if (owners === undefined) {
      if (atClient && atServer) return ['client', 'server'];
      if (atClient) return ['client'];
      if (atServer) return ['server'];
      return isAlone ? [nearerSide(tally)] : [];
    }
    // A tunnel's outside is a node's; whoever speaks inside was not captured at home.
    if (book.networkOf(tally.client) !== PLAIN_NETWORK) return [];
    const sides: ('client' | 'server')[] = [];
    const { first, second } = countPackets(tally.timeline);
    if (atClient && !isForwarded(first, tally.clientFresh)) sides.push('client');
    const isService = owners.isService(tally.proto, book.textOf(tally.server), tally.serverPort);
    if (atServer && !isService && !isForwarded(second, tally.serverFresh)) sides.push('server');
    return sides;
  }
}

/**
 * The node that nearly all packets have an end at, as far as they are in the open. What is mostly tunnels was taken
 * between nodes.
 */
function findNode(tallies: readonly Tally[], book: AddressBook, owners: Owners): string | undefined {
  const byNode = new Map<string, number>();
  let open = 0;
  let tunnelled = 0;
  for (const { client, server, timeline } of tallies) {
    const { first, second } = countPackets(timeline);
    if (book.networkOf(client) !== PLAIN_NETWORK) {
      tunnelled += first + second;
      continue;
    }
    open += first + second;
    for (const node of new Set([client, server].map((id) => owners.nodeOf(book.textOf(id))))) {
      if (node !== undefined) byNode.set(node, (byNode.get(node) ?? 0) + first + second);
    }
  }
  const [best] = [...byNode].sort(([, a], [, b]) => b - a);
  return best !== undefined && open > tunnelled && best[1] >= open * NEARLY_ALL ? best[0] : undefined;
}

/** Of a conversation between others: the client's view, unless the packets say that the server is nearer. */
function nearerSide(tally: Tally): 'client' | 'server' {
  const { first, second } = countPackets(tally.timeline);
  return isForwarded(first, tally.clientFresh) && second > 0 && !isForwarded(second, tally.serverFresh)
    ? 'server'
    : 'client';
}

function isOwned(winner: string, tallies: readonly Tally[], book: AddressBook, owners: Owners): boolean {
  return tallies.some(({ client, server }) =>
    [client, server].some((id) => owners.ownerOf(book.textOf(id)) === winner),
  );
}

function countVotes(
  tallies: readonly Tally[],
  book: AddressBook,
  owners: Owners | undefined,
  ownerOf: (id: number) => string,
): { votes: Map<string, Votes>; packets: number } {
  const votes = new Map<string, Votes>();
  let packets = 0;
  const vote = (owner: string, more: Votes): void => {
    const known = votes.get(owner);
    if (known === undefined) votes.set(owner, more);
    else for (const name of Object.keys(more) as (keyof Votes)[]) known[name] += more[name];
  };
  for (const tally of tallies) {
    const { first, second } = countPackets(tally.timeline);
    packets += first + second;
    const client = ownerOf(tally.client);
    const server = ownerOf(tally.server);
    const near = nearness(tally);
    const both = first + second;
    if (client === server) {
      vote(client, {
        packets: both,
        sent: both,
        fresh: tally.clientFresh + tally.serverFresh,
        leaving: 0,
        asClient: both,
        near: 0,
      });
      continue;
    }
    const { clientFresh, serverFresh, clientLeaving, serverLeaving } = tally;
    vote(client, {
      packets: both,
      sent: first,
      fresh: clientFresh,
      leaving: clientLeaving,
      asClient: both,
      near,
    });
    const serverText = book.textOf(tally.server);
    // A node port is at a node; a service's own address is nowhere.
    const isNowhere =
      owners?.ownerOf(serverText) === undefined &&
      owners?.isService(tally.proto, serverText, tally.serverPort) === true;
    if (isGroup(serverText) || isNowhere) continue;
    vote(server, {
      packets: both,
      sent: second,
      fresh: serverFresh,
      leaving: serverLeaving,
      asClient: 0,
      near: -near,
    });
  }
  return { votes, packets };
}

/** Near the client a SYN-ACK takes the whole way and the ACK none; near the server it is the other way round. */
function nearness({ clientHandshakes, serverHandshakes }: Tally): number {
  let near = 0;
  for (let i = 1; i < clientHandshakes.length && i < serverHandshakes.length; i += 2) {
    const [answer = 0, whole = 0] = [clientHandshakes[i], serverHandshakes[i]];
    near += answer > whole / 2 ? 1 : -1;
  }
  return near;
}

/** Multicast and broadcast are nobody's address. */
const isGroup = (address: string): boolean => /^(22[4-9]|23\d)\.|^ff|^255\.255\.255\.255$/.test(address);

/** Who most packets share; among those who share nearly as many, who they left from. */
function choose(votes: ReadonlyMap<string, Votes>): string | undefined {
  let most = 0;
  for (const { packets } of votes.values()) most = Math.max(most, packets);
  const candidates = [...votes].filter(([, { packets }]) => packets > 0 && packets >= most * NEARLY);
  const freshness = ({ sent, fresh }: Votes): number => {
    if (sent === 0) return 0;
    const share = fresh / sent;
    return share >= MOSTLY_FRESH ? 1 : share <= HARDLY_FRESH ? -1 : 0;
  };
  candidates.sort(
    ([a, left], [b, right]) =>
      Math.sign(right.leaving) - Math.sign(left.leaving) ||
      freshness(right) - freshness(left) ||
      right.packets - left.packets ||
      Math.sign(right.near) - Math.sign(left.near) ||
      right.asClient - left.asClient ||
      (a < b ? -1 : 1),
  );
  return candidates[0]?.[0];
}

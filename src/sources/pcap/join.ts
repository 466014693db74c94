/**
 * Which views are of the same connection. NAT changes addresses and ports on the way, but not initial sequence numbers:
 * by them a client's view of a service address and the pod's own view become one. Where no handshake was captured, and
 * in UDP, which has none, the client's address and port must agree. Knows views; refuses to know names.
 */
import type { AddressBook } from './addresses';
import type { Connection, Tally } from './tally';
import { countPackets } from './timeline';
import type { Owners, Perspective } from './vantage';

/** Whose flow a view belongs to: addresses as each end knows itself. */
export interface Ends {
  client: string;
  server: string;
  serverPort: number;
}

/** Clocks of two nodes may differ; where sequence numbers leave doubt, this much. */
const CLOCKS_APART_US = 5_000_000;

/** The ends of every view, as it saw them. */
export function asSeen(perspectives: readonly Perspective[], book: AddressBook): Map<Perspective, Ends> {
  return new Map(
    perspectives.map((perspective) => {
      const { client, server, serverPort } = perspective.tally;
      return [perspective, { client: book.textOf(client), server: book.textOf(server), serverPort }];
    }),
  );
}

/** Finds views that say the same from the same end: one connection captured twice. */
export function findRepeated(
  perspectives: readonly Perspective[],
  book: AddressBook,
): ReadonlySet<Perspective> {
  const repeated = new Set<Perspective>();
  const known = new Map<string, Perspective[]>();
  for (const perspective of perspectives) {
    const { tally, side } = perspective;
    if (tally.connection === undefined) continue;
    const { client, server, serverPort, connection, proto } = tally;
    const key = [
      side,
      proto,
      book.textOf(client),
      connection.clientPort,
      book.textOf(server),
      serverPort,
    ].join(' ');
    const same = known.get(key);
    if (same === undefined) {
      known.set(key, [perspective]);
      continue;
    }
    const twin = same.find((other) => !repeated.has(other) && saysTheSame(other.tally, tally));
    if (twin !== undefined) {
      const isBetter = total(tally) > total(twin.tally);
      repeated.add(isBetter ? twin : perspective);
    }
    same.push(perspective);
  }
  return repeated;
}

const total = (tally: Tally): number => {
  const { first, second } = countPackets(tally.timeline);
  return first + second;
};

/** Captures of each direction alone complete each other; the same direction at the same time is there twice. */
function saysTheSame(a: Tally, b: Tally): boolean {
  if (a.firstUs > b.lastUs || b.firstUs > a.lastUs) return false;
  const left = countPackets(a.timeline);
  const right = countPackets(b.timeline);
  return (left.first > 0 && right.first > 0) || (left.second > 0 && right.second > 0);
}

/** The ends of every view after all that can be told about NAT. */
export function joinViews(
  perspectives: readonly Perspective[],
  book: AddressBook,
  owners: Owners | undefined,
): Map<Perspective, Ends> {
  const ends = asSeen(perspectives, book);
  const index = indexServers(perspectives, book);
  const claimed = claimDirect(perspectives, index, book);
  for (const perspective of perspectives) {
    const { tally, side } = perspective;
    if (side !== 'client' || tally.connection === undefined) continue;
    const seen = ends.get(perspective);
    const partner =
      bySequence(tally, tally.connection, index, book) ??
      (claimed.clients.has(perspective)
        ? undefined
        : byClientPort(tally, tally.connection, index, claimed.servers, book, owners));
    const other = partner === undefined ? undefined : ends.get(partner);
    if (partner === undefined || seen === undefined || other === undefined) continue;
    const joined = { client: seen.client, server: other.server, serverPort: other.serverPort };
    ends.set(perspective, joined);
    ends.set(partner, joined);
  }
  return ends;
}

interface ServerIndex {
  bySequence: Map<number, Perspective[]>;
  byClient: Map<string, Perspective[]>;
}

const clientKey = (tally: Tally, connection: Connection, book: AddressBook): string =>
  `${tally.proto} ${book.textOf(tally.client)} ${connection.clientPort}`;

function indexServers(perspectives: readonly Perspective[], book: AddressBook): ServerIndex {
  const index: ServerIndex = { bySequence: new Map(), byClient: new Map() };
  for (const perspective of perspectives) {
    const { tally, side } = perspective;
    const { connection } = tally;
    if (side !== 'server' || connection === undefined) continue;
    if (connection.clientSequence >= 0) push(index.bySequence, connection.clientSequence, perspective);
    push(index.byClient, clientKey(tally, connection, book), perspective);
  }
  return index;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

const isAtSameServer = (a: Tally, b: Tally, book: AddressBook): boolean =>
  a.serverPort === b.serverPort && book.textOf(a.server) === book.textOf(b.server);

const isMeanwhile = (a: Tally, b: Tally): boolean =>
  a.firstUs <= b.lastUs + CLOCKS_APART_US && b.firstUs <= a.lastUs + CLOCKS_APART_US;

const apart = (a: Tally, b: Tally): number => Math.abs(a.firstUs - b.firstUs);

/** Views without NAT between them: both call both ends the same, so neither is anybody else's. */
function claimDirect(
  perspectives: readonly Perspective[],
  index: ServerIndex,
  book: AddressBook,
): { clients: ReadonlySet<Perspective>; servers: ReadonlySet<Perspective> } {
  const clients = new Set<Perspective>();
  const servers = new Set<Perspective>();
  for (const perspective of perspectives) {
    const { tally, side } = perspective;
    if (side !== 'client' || tally.connection === undefined) continue;
    for (const server of index.byClient.get(clientKey(tally, tally.connection, book)) ?? []) {
      if (!isAtSameServer(tally, server.tally, book) || !isMeanwhile(tally, server.tally)) continue;
      clients.add(perspective);
      servers.add(server);
    }
  }
  return { clients, servers };
}

/** The server's view with the same initial sequence numbers, the nearest in time if there are several. */
function bySequence(
  tally: Tally,
  connection: Connection,
  index: ServerIndex,
  book: AddressBook,
): Perspective | undefined {
  const { clientSequence, serverSequence, clientPort } = connection;
  if (clientSequence < 0) return undefined;
  const client = book.textOf(tally.client);
  return nearest(tally, index.bySequence.get(clientSequence) ?? [], (other) => {
    const { connection: there } = other;
    if (there === undefined || other.proto !== tally.proto) return false;
    if (serverSequence >= 0 && there.serverSequence >= 0) return serverSequence === there.serverSequence;
    // Refused, or answered only on the way: one number is not enough.
    const isSamePort = there.clientPort === clientPort && book.textOf(other.client) === client;
    return isMeanwhile(tally, other) && (isSamePort || apart(tally, other) <= CLOCKS_APART_US);
  });
}

/** Without a handshake: the server's view of the same client and port at the same time, behind a service's address. */
function byClientPort(
  tally: Tally,
  connection: Connection,
  index: ServerIndex,
  claimed: ReadonlySet<Perspective>,
  book: AddressBook,
  owners: Owners | undefined,
): Perspective | undefined {
  if (owners?.isService(tally.proto, book.textOf(tally.server), tally.serverPort) === false) return undefined;
  const free = (index.byClient.get(clientKey(tally, connection, book)) ?? []).filter(
    (candidate) => !claimed.has(candidate),
  );
  const { signature } = connection;
  // Two numbers that are both known have been compared.
  const isSame = (other: Tally): boolean =>
    isMeanwhile(tally, other) &&
    !(connection.clientSequence >= 0 && (other.connection?.clientSequence ?? -1) >= 0);
  // The same first datagram decides; a capture that began late has another first one.
  return (
    (signature === 0
      ? undefined
      : nearest(tally, free, (other) => isSame(other) && other.connection?.signature === signature)) ??
    nearest(tally, free, isSame)
  );
}

function nearest(
  tally: Tally,
  candidates: readonly Perspective[],
  isPossible: (other: Tally) => boolean,
): Perspective | undefined {
  let best: Perspective | undefined;
  for (const candidate of candidates) {
    if (!isPossible(candidate.tally)) continue;
    if (best === undefined || apart(tally, candidate.tally) < apart(tally, best.tally)) best = candidate;
  }
  return best;
}

/**
 * What one capture counted between a client and a server: one connection, or, where connections need not be told
 * apart any more, all of them to the same port. Knows which end is the client; refuses to know which end was captured.
 */
import type { AddressBook } from './addresses';
import { type Conversation, handshakeOf } from './conversation';
import { appendTimeline, compactTimeline, countPackets, type Timeline, WIDTH } from './timeline';
import { TCP } from './transport';

/** What tells a connection from others after its addresses were changed on the way. */
export interface Connection {
  clientPort: number;
  /** Initial sequence numbers, -1 where unknown. */
  clientSequence: number;
  serverSequence: number;
  /** UDP: the mark of the client's first datagram, 0 where unknown. */
  signature: number;
}

export interface Tally {
  proto: 'tcp' | 'udp';
  client: number;
  server: number;
  serverPort: number;
  firstUs: number;
  lastUs: number;
  /** The client is the first end. */
  timeline: Timeline;
  /** Packets of each end that had passed no router. */
  clientFresh: number;
  serverFresh: number;
  /** Packets of each end that the capture says were sent here, less those it says were received. */
  clientLeaving: number;
  serverLeaving: number;
  /** `[when, how long, when, …]` in µs: handshakes as timed at the client, and at the server. */
  clientHandshakes: number[];
  serverHandshakes: number[];
  /** Absent where several connections are counted together. */
  connection?: Connection;
}

/** Where something was seen to listen. */
export interface Listeners {
  add(proto: 'tcp' | 'udp', address: string, port: number): void;
  has(proto: 'tcp' | 'udp', address: string, port: number): boolean;
}

export function createListeners(): Listeners {
  const known = new Set<string>();
  const keyOf = (proto: string, address: string, port: number): string => `${proto} ${address} ${port}`;
  return {
    add: (proto, address, port) => known.add(keyOf(proto, address, port)),
    has: (proto, address, port) => known.has(keyOf(proto, address, port)),
  };
}

/** The ports Linux gives to clients. */
const FIRST_EPHEMERAL = 32_768;
const LAST_EPHEMERAL = 60_999;
const isEphemeral = (port: number): boolean => port >= FIRST_EPHEMERAL && port <= LAST_EPHEMERAL;

const protoOf = (conversation: Conversation): 'tcp' | 'udp' =>
  conversation.protocol === TCP ? 'tcp' : 'udp';

/** Notes the server of a connection whose handshake was seen; a port that only refused is none. */
export function noteListener(conversation: Conversation, book: AddressBook, listeners: Listeners): void {
  const { isFirstClient, stage } = conversation;
  if (isFirstClient === undefined || stage === 'asked') return;
  const server = isFirstClient ? conversation.second : conversation.first;
  listeners.add('tcp', book.textOf(server), isFirstClient ? conversation.secondPort : conversation.firstPort);
}

/**
 * Which end is the client: who asked; else whoever does not listen, as far as is known; else the one whose port is
 * ephemeral where the other's is not. Else, in TCP, the lower port serves; in UDP the first to speak asks.
 */
function isFirstTheClient(conversation: Conversation, book: AddressBook, listeners: Listeners): boolean {
  const { isFirstClient, first, firstPort, second, secondPort } = conversation;
  if (isFirstClient !== undefined) return isFirstClient;
  const proto = protoOf(conversation);
  const firstListens = listeners.has(proto, book.textOf(first), firstPort);
  const secondListens = listeners.has(proto, book.textOf(second), secondPort);
  if (firstListens !== secondListens) return secondListens;
  if (isEphemeral(firstPort) !== isEphemeral(secondPort)) return isEphemeral(firstPort);
  return proto === 'udp' || firstPort === secondPort || secondPort < firstPort;
}

/** A conversation with its direction. */
export function tallyOf(conversation: Conversation, book: AddressBook, listeners: Listeners): Tally {
  const isForward = isFirstTheClient(conversation, book, listeners);
  const timeline: Timeline = [];
  appendTimeline(timeline, conversation.timeline, !isForward);
  const { client, server } = handshakeOf(conversation);
  const { first, firstPort, second, secondPort, firstFresh, secondFresh, firstLeaving, secondLeaving } =
    conversation;
  return {
    proto: protoOf(conversation),
    client: isForward ? first : second,
    server: isForward ? second : first,
    serverPort: isForward ? secondPort : firstPort,
    firstUs: conversation.firstUs,
    lastUs: conversation.lastUs,
    timeline,
    clientFresh: isForward ? firstFresh : secondFresh,
    serverFresh: isForward ? secondFresh : firstFresh,
    clientLeaving: isForward ? firstLeaving : secondLeaving,
    serverLeaving: isForward ? secondLeaving : firstLeaving,
    clientHandshakes: client === undefined ? [] : [conversation.answeredUs, client],
    serverHandshakes: server === undefined ? [] : [conversation.openedUs, server],
    connection: {
      clientPort: isForward ? firstPort : secondPort,
      clientSequence: conversation.clientSequence,
      serverSequence: conversation.serverSequence,
      // The mark is of whoever spoke first, and only a client's question is known again.
      signature: isForward ? conversation.signature : 0,
    },
  };
}

/** What an address sends that has passed a router was sent by somebody behind it: masquerade, or a path. */
export const isForwarded = (sent: number, fresh: number): boolean => sent > 0 && fresh < sent / 2;

/** A timeline is put in order when so many steps were added to it. */
const COMPACT_EVERY = 256;

/** Tallies of the same client, server and port as one, because nothing will tell their connections apart. */
export function createTallyFold(): { add(tally: Tally): void; all(): Tally[]; size(): number } {
  const folded = new Map<string, { tally: Tally; compactAt: number }>();
  return {
    add(tally) {
      const { first, second } = countPackets(tally.timeline);
      const forwarded = [isForwarded(first, tally.clientFresh), isForwarded(second, tally.serverFresh)];
      // What a node says and what it passes on have the same address, and only the former may count.
      const key = [tally.proto, tally.client, tally.server, tally.serverPort, ...forwarded].join(' ');
      const entry = folded.get(key);
      if (entry === undefined) {
        const { connection: _connection, ...rest } = tally;
        folded.set(key, { tally: rest, compactAt: COMPACT_EVERY * WIDTH });
        return;
      }
      const into = entry.tally;
      appendTimeline(into.timeline, tally.timeline, false);
      if (into.timeline.length >= entry.compactAt) {
        into.timeline = compactTimeline(into.timeline);
        entry.compactAt = into.timeline.length * 2 + COMPACT_EVERY * WIDTH;
      }
      into.firstUs = Math.min(into.firstUs, tally.firstUs);
      into.lastUs = Math.max(into.lastUs, tally.lastUs);
      into.clientFresh += tally.clientFresh;
      into.serverFresh += tally.serverFresh;
      into.clientLeaving += tally.clientLeaving;
      into.serverLeaving += tally.serverLeaving;
      for (const value of tally.clientHandshakes) into.clientHandshakes.push(value);
      for (const value of tally.serverHandshakes) into.serverHandshakes.push(value);
    },
    all: () => [...folded.values()].map(({ tally }) => tally),
    size: () => folded.size,
  };
}

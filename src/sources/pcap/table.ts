/**
 * The conversations of one capture: finds the one a packet belongs to, begins a new one where ports are used again,
 * and hands over those that are over. Knows when a conversation ends; refuses to know what comes of it.
 */
import { type AddressBook, PLAIN_NETWORK } from './addresses';
import {
  type Conversation,
  countSegment,
  createConversation,
  isOtherHalf,
  isOver,
  isRepeated,
  trackTcp,
  UDP_IDLE_US,
} from './conversation';
import { LimitReached, MOST_CONVERSATIONS } from './limits';
import type { Pace } from './timeline';
import { type Segment, TCP, UDP } from './transport';

export interface TableEvents {
  /** Gets each conversation with its first packet. */
  begin: ((conversation: Conversation, segment: Segment) => void) | undefined;
  /** Gets each conversation once it is over. */
  end: (conversation: Conversation) => void;
  /** How many of those are remembered elsewhere, for the limit. */
  kept: () => number;
}

export interface ConversationTable {
  /** Counts a segment. Throws LimitReached when there are too many conversations to remember. */
  add(segment: Segment): void;
  /** Hands over all that is left. */
  finish(): void;
  live(): Iterable<Conversation>;
  /** Packets that were captured at more than one interface, each time after the first. */
  repeated(): number;
}

/** TCP that was silent for so long will not be missed in a table that is full; two hours is its keep-alive. */
const TCP_IDLE_US = 7_200_000_000;
/** A connection that is over still gets its last acknowledgements. */
const LINGER_US = 60_000_000;
/** Looking for what is over costs a walk through all, so the first is not worth it before. */
const FIRST_SWEEP = 32_768;
/** Pairs of addresses and pairs of ports must fit into a number together: 20 bits and 33. */
const MOST_PAIRS = 2 ** 20;
const PORTS = 65_536;
/** Conversations with the same addresses and ports in different tunnels that are looked through for a half. */
const MOST_HALVES = 16;

export function createConversationTable(
  book: AddressBook,
  pace: Pace,
  { begin: tellBegin, end: tellEnd, kept }: TableEvents,
): ConversationTable {
  const pairs = new Map<number, number>();
  const conversations = new Map<number, Conversation>();
  // Of conversations in tunnels: by their ends, whatever the tunnel, and those that go through two tunnels.
  const halves = new Map<string, Conversation[]>();
  const otherKeys = new Map<Conversation, readonly number[]>();
  let sweepAt = FIRST_SWEEP;
  let repeated = 0;
  // Packets come in bursts: the same two ends as before need one lookup less.
  let lastSource = -1;
  let lastTarget = -1;
  let lastPair = -1;

  function pairOf(source: number, target: number): number {
    if (source === lastSource && target === lastTarget) return lastPair;
    // Address numbers stay below 2^18.
    const key = source < target ? source * 2 ** 26 + target : target * 2 ** 26 + source;
    let pair = pairs.get(key);
    if (pair === undefined) {
      if (pairs.size >= MOST_PAIRS) {
        throw new LimitReached(`it holds more than ${MOST_PAIRS.toLocaleString('en')} pairs of addresses`);
      }
      pair = pairs.size;
      pairs.set(key, pair);
    }
    lastSource = source;
    lastTarget = target;
    lastPair = pair;
    return pair;
  }

  const keyOf = ({ source, target, sourcePort, targetPort, protocol }: Segment): number =>
    keyBetween(source, target, sourcePort, targetPort, protocol);

  const keyOfFirst = ({ first, second, firstPort, secondPort, protocol }: Conversation): number =>
    keyBetween(first, second, firstPort, secondPort, protocol);

  function keyBetween(
    source: number,
    target: number,
    sourcePort: number,
    targetPort: number,
    protocol: number,
  ): number {
    const isUp = source < target || (source === target && sourcePort <= targetPort);
    const ports = isUp ? sourcePort * PORTS + targetPort : targetPort * PORTS + sourcePort;
    return pairOf(source, target) * 2 ** 33 + ports * 2 + (protocol === UDP ? 1 : 0);
  }

  /** The conversation in another tunnel whose other direction this packet is. */
  function otherHalf(segment: Segment): Conversation | undefined {
    if (book.networkOf(segment.source) === PLAIN_NETWORK) return undefined;
    const { sourcePort, targetPort } = segment;
    const source = book.textOf(segment.source);
    const target = book.textOf(segment.target);
    return halves
      .get(`${segment.protocol} ${target} ${targetPort} ${source} ${sourcePort}`)
      ?.find((candidate) => isOtherHalf(candidate, segment));
  }

  function rememberHalf(conversation: Conversation): void {
    if (book.networkOf(conversation.first) === PLAIN_NETWORK) return;
    const key = halfKeyOf(conversation);
    const known = halves.get(key) ?? [];
    halves.set(key, [conversation, ...known].slice(0, MOST_HALVES));
  }

  function forgetHalf(conversation: Conversation): void {
    if (halves.size === 0) return;
    const key = halfKeyOf(conversation);
    const left = (halves.get(key) ?? []).filter((other) => other !== conversation);
    if (left.length === 0) halves.delete(key);
    else halves.set(key, left);
  }

  const halfKeyOf = ({ protocol, first, firstPort, second, secondPort }: Conversation): string =>
    `${protocol} ${book.textOf(first)} ${firstPort} ${book.textOf(second)} ${secondPort}`;

  /** Takes a conversation out of the table and hands it over. */
  function end(key: number, conversation: Conversation): void {
    conversations.delete(key);
    const other = otherKeys.get(conversation);
    if (other !== undefined) {
      otherKeys.delete(conversation);
      for (const also of other) conversations.delete(also);
    }
    forgetHalf(conversation);
    tellEnd(conversation);
  }

  function sweep(nowUs: number): void {
    for (const [key, conversation] of conversations) {
      const idleUs = nowUs - conversation.lastUs;
      const limitUs =
        conversation.protocol === UDP ? UDP_IDLE_US : isOver(conversation) ? LINGER_US : TCP_IDLE_US;
      if (idleUs <= limitUs) continue;
      end(key, conversation);
    }
    sweepAt = Math.max(FIRST_SWEEP, conversations.size * 2);
  }

  function begin(key: number, segment: Segment): void {
    if (conversations.size >= sweepAt) sweep(segment.timeUs);
    if (conversations.size + kept() >= MOST_CONVERSATIONS) {
      throw new LimitReached(
        `it holds more than ${MOST_CONVERSATIONS.toLocaleString('en')} conversations that had to be remembered`,
      );
    }
    const conversation = createConversation(segment);
    conversations.set(key, conversation);
    tellBegin?.(conversation, segment);
    isRepeated(conversation, segment, true);
    rememberHalf(conversation);
    if (segment.protocol === TCP) trackTcp(conversation, segment, true);
    countSegment(conversation, segment, true, pace);
  }

  return {
    add(segment) {
      const key = keyOf(segment);
      let conversation = conversations.get(key);
      if (conversation === undefined) {
        conversation = otherHalf(segment);
        if (conversation === undefined) {
          begin(key, segment);
          return;
        }
        conversations.set(key, conversation);
        otherKeys.set(conversation, [keyOfFirst(conversation), key]);
      }
      // In a tunnel of its own the other direction has other numbers for the same addresses: neither is the first.
      const isFirst = conversation.first === segment.source && conversation.firstPort === segment.sourcePort;
      if (isRepeated(conversation, segment, isFirst)) {
        repeated += segment.packets;
        return;
      }
      const isAnother =
        segment.protocol === TCP
          ? trackTcp(conversation, segment, isFirst)
          : segment.timeUs - conversation.lastUs > UDP_IDLE_US;
      if (!isAnother) {
        countSegment(conversation, segment, isFirst, pace);
        return;
      }
      end(key, conversation);
      begin(key, segment);
    },
    finish() {
      for (const [key, conversation] of conversations) end(key, conversation);
    },
    live: () => new Set(conversations.values()),
    repeated: () => repeated,
  };
}

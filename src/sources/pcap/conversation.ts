/**
 * One conversation as one capture saw it: who spoke first, how much was said when, and the TCP handshake with all
 * that can go wrong in it. Knows packets of two ends; refuses to know which end was captured (vantage.ts).
 */
import { addToTimeline, countPackets, type Pace, type Timeline } from './timeline';
import { ACK, FIN, RST, type Segment, SYN, TCP, type UDP } from './transport';

/** `none`: no handshake seen yet. `asked`: a SYN. `answered`: a SYN-ACK. `open`: the client's ACK, or data after it. */
type Stage = 'none' | 'asked' | 'answered' | 'open';

export interface Conversation {
  readonly protocol: typeof TCP | typeof UDP;
  /** The end that sent the first captured packet. */
  readonly first: number;
  readonly firstPort: number;
  readonly second: number;
  readonly secondPort: number;
  readonly firstUs: number;
  lastUs: number;
  timeline: Timeline;
  /** Where each end's packets were captured, -1 before it spoke, and when the last one was. */
  firstInterface: number;
  secondInterface: number;
  firstHeardUs: number;
  secondHeardUs: number;
  /** How many packets of each end had passed no router, as far as their hop limit tells. */
  firstFresh: number;
  secondFresh: number;
  /** Packets of each end that the capture says were sent here, less those it says were received. */
  firstLeaving: number;
  secondLeaving: number;
  /** Which end asked for the connection; undefined where no SYN and no SYN-ACK was seen. */
  isFirstClient: boolean | undefined;
  stage: Stage;
  hasFailed: boolean;
  isReset: boolean;
  firstEnded: boolean;
  secondEnded: boolean;
  /** Initial sequence numbers, -1 where unknown. */
  clientSequence: number;
  serverSequence: number;
  /** Where each end's numbers stood in its first packet, -1 before it spoke: what tells reordering from reuse. */
  firstStart: number;
  secondStart: number;
  /** Times of the first SYN, the first SYN-ACK and the ACK; NaN where not seen. */
  askedUs: number;
  answeredUs: number;
  openedUs: number;
  /** UDP: the mark of the first datagram of the end that spoke first. */
  signature: number;
}

/** UDP has no end: whoever says nothing for so long begins anew. */
export const UDP_IDLE_US = 30_000_000;

export function createConversation(segment: Segment): Conversation {
  return {
    protocol: segment.protocol,
    first: segment.source,
    firstPort: segment.sourcePort,
    second: segment.target,
    secondPort: segment.targetPort,
    firstUs: segment.timeUs,
    lastUs: segment.timeUs,
    timeline: [],
    firstInterface: -1,
    secondInterface: -1,
    firstHeardUs: Number.NEGATIVE_INFINITY,
    secondHeardUs: Number.NEGATIVE_INFINITY,
    firstFresh: 0,
    secondFresh: 0,
    firstLeaving: 0,
    secondLeaving: 0,
    isFirstClient: undefined,
    stage: 'none',
    hasFailed: false,
    isReset: false,
    firstEnded: false,
    secondEnded: false,
    clientSequence: -1,
    serverSequence: -1,
    firstStart: -1,
    secondStart: -1,
    askedUs: Number.NaN,
    answeredUs: Number.NaN,
    openedUs: Number.NaN,
    signature: segment.signature,
  };
}

/** Hop limits that systems start with; a packet that still has one has passed no router. */
const START_LIMITS = new Set([64, 128, 255]);
/** Whoever sets a smaller one means it: multicast, neighbours of a router. */
const SMALL_LIMIT = 32;

const isFresh = (hopLimit: number): boolean => hopLimit <= SMALL_LIMIT || START_LIMITS.has(hopLimit);

/** A packet passes the interfaces of a node in less, however long the queue; who says more elsewhere has moved there. */
const PASSING_US = 100_000;

/** Whether a packet was counted already, at an interface it passed before. */
export function isRepeated(conversation: Conversation, segment: Segment, isFirst: boolean): boolean {
  const { interfaceId, timeUs } = segment;
  const [known, heardUs] = isFirst
    ? [conversation.firstInterface, conversation.firstHeardUs]
    : [conversation.secondInterface, conversation.secondHeardUs];
  if (known !== interfaceId && known >= 0 && timeUs - heardUs <= PASSING_US) return true;
  if (isFirst) {
    conversation.firstInterface = interfaceId;
    conversation.firstHeardUs = timeUs;
  } else {
    conversation.secondInterface = interfaceId;
    conversation.secondHeardUs = timeUs;
  }
  return false;
}

/** Counts a packet of this conversation. */
export function countSegment(
  conversation: Conversation,
  segment: Segment,
  isFirst: boolean,
  pace: Pace,
): void {
  const { packets, isOutgoing } = segment;
  addToTimeline(conversation.timeline, pace, segment.timeUs, isFirst, packets, segment.bytes);
  if (segment.timeUs > conversation.lastUs) conversation.lastUs = segment.timeUs;
  const fresh = isFresh(segment.hopLimit) ? packets : 0;
  const leaving = isOutgoing === undefined ? 0 : isOutgoing ? packets : -packets;
  if (isFirst) {
    conversation.firstFresh += fresh;
    conversation.firstLeaving += leaving;
  } else {
    conversation.secondFresh += fresh;
    conversation.secondLeaving += leaving;
  }
}

/**
 * Whether a packet in another tunnel is the other direction of this conversation: some overlays number their tunnels
 * by sender. So far only one end was heard, the packet is from the other one, and it answers what was said.
 */
export function isOtherHalf(conversation: Conversation, segment: Segment): boolean {
  if (countPackets(conversation.timeline).second > 0) return false;
  if (segment.protocol !== TCP) return segment.timeUs - conversation.lastUs <= UDP_IDLE_US;
  if ((segment.flags & ACK) === 0) return false;
  const heardFrom = conversation.firstStart;
  return heardFrom >= 0 && isWithin(distance(heardFrom, segment.acknowledged));
}

/** What one end may have sent before the other is heard: 4 MiB. A stranger's number falls into it once in a thousand. */
const LARGEST_HALF = 2 ** 22;
const isWithin = (ahead: number): boolean => ahead >= 0 && ahead <= LARGEST_HALF;

const HALF = 2 ** 31;
/** How far `to` lies behind `from` in numbers that come round at 2^32; below 0 when it lies before. */
function distance(from: number, to: number): number {
  const ahead = (to - from) >>> 0;
  return ahead < HALF ? ahead : ahead - 2 ** 32;
}

/** A SYN may carry data (fast open), and then its answer acknowledges more than the SYN. */
const MOST_EARLY_DATA = 65_536;
const acknowledges = (acknowledged: number, sequence: number): boolean => {
  const ahead = distance(sequence, acknowledged);
  return ahead >= 1 && ahead <= MOST_EARLY_DATA;
};

/** Whether nothing more is expected of it: both ends are done, or one has torn it down. */
export const isOver = (conversation: Conversation): boolean =>
  conversation.isReset || (conversation.firstEnded && conversation.secondEnded);

/**
 * Takes note of a TCP packet before it is counted. True when it begins another connection between the same ports;
 * then nothing is noted.
 */
export function trackTcp(conversation: Conversation, segment: Segment, isFirst: boolean): boolean {
  const { flags } = segment;
  if ((flags & (SYN | ACK)) === SYN) {
    if (beginsAnew(conversation, segment, isFirst)) return true;
    noteSyn(conversation, segment, isFirst);
  } else if ((flags & SYN) !== 0) {
    if (answersAnother(conversation, segment, isFirst)) return true;
    noteAnswer(conversation, segment, isFirst);
  } else if (flags !== 0) noteRest(conversation, segment, isFirst);
  if (flags !== 0) {
    if (isFirst && conversation.firstStart < 0) conversation.firstStart = segment.sequence;
    if (!isFirst && conversation.secondStart < 0) conversation.secondStart = segment.sequence;
  }
  return false;
}

/** Whether a SYN belongs to a connection after this one. */
function beginsAnew(conversation: Conversation, { sequence }: Segment, isFirst: boolean): boolean {
  const { stage, isFirstClient, clientSequence, serverSequence } = conversation;
  if (isFirstClient === undefined) {
    // Without any handshake: either it came late, and the sender's numbers go on from it, or it is a new one.
    const start = isFirst ? conversation.firstStart : conversation.secondStart;
    return start >= 0 ? !acknowledges(start, sequence) : conversation.timeline.length > 0;
  }
  const known = isFirst === isFirstClient ? clientSequence : serverSequence;
  // Both ends may ask at once; then the second question is part of the first.
  if (known < 0) return stage !== 'asked' || isOver(conversation);
  if (known !== sequence) return true;
  // The same number again is the same question sent again, unless all had been said: then a capture is repeated.
  return isOver(conversation) && stage === 'open';
}

function noteSyn(conversation: Conversation, { sequence, timeUs }: Segment, isFirst: boolean): void {
  conversation.isFirstClient ??= isFirst;
  if (conversation.isFirstClient !== isFirst) {
    conversation.serverSequence = sequence;
    return;
  }
  conversation.clientSequence = sequence;
  if (conversation.stage === 'none') conversation.stage = 'asked';
  // A refused question asked again is not refused yet.
  if (conversation.stage === 'asked') conversation.hasFailed = conversation.isReset = false;
  // Captured out of order, an earlier one may come later.
  if (!(conversation.askedUs <= timeUs)) conversation.askedUs = timeUs;
}

/** Whether a SYN-ACK belongs to a connection whose SYN was not captured. */
function answersAnother(conversation: Conversation, segment: Segment, isFirst: boolean): boolean {
  const { isFirstClient, stage, timeline } = conversation;
  const { acknowledged, sequence } = segment;
  if (isFirstClient === undefined) {
    const [own, other] = isFirst
      ? [conversation.firstStart, conversation.secondStart]
      : [conversation.secondStart, conversation.firstStart];
    if (own >= 0 && !acknowledges(own, sequence)) return true;
    return timeline.length > 0 && other >= 0 && other !== acknowledged && !acknowledges(other, acknowledged);
  }
  if (isFirst === isFirstClient) return false;
  const isAnswer = conversation.clientSequence < 0 || acknowledges(acknowledged, conversation.clientSequence);
  return !isAnswer && (stage === 'open' || isOver(conversation)) && sequence !== conversation.serverSequence;
}

function noteAnswer(conversation: Conversation, segment: Segment, isFirst: boolean): void {
  const { acknowledged, sequence, timeUs } = segment;
  if (conversation.isFirstClient === undefined) {
    conversation.isFirstClient = !isFirst;
    conversation.clientSequence = (acknowledged - 1) >>> 0;
  }
  if (conversation.isFirstClient === isFirst) {
    // Both asked at once, and the client's own SYN-ACK opens the connection.
    noteOpening(conversation, segment);
    return;
  }
  // An answer to something else, such as an old duplicate.
  if (!acknowledges(acknowledged, conversation.clientSequence)) return;
  if (Number.isNaN(conversation.answeredUs)) conversation.answeredUs = timeUs;
  if (conversation.stage !== 'open') {
    conversation.stage = 'answered';
    conversation.serverSequence = sequence;
  } else if (conversation.serverSequence < 0) conversation.serverSequence = sequence;
}

function noteRest(conversation: Conversation, segment: Segment, isFirst: boolean): void {
  const { flags } = segment;
  const isClient = conversation.isFirstClient === isFirst;
  if ((flags & RST) !== 0) {
    conversation.isReset = true;
    if (conversation.stage === 'asked' || conversation.stage === 'answered') conversation.hasFailed = true;
    return;
  }
  if ((flags & FIN) !== 0) {
    if (isFirst) conversation.firstEnded = true;
    else conversation.secondEnded = true;
  }
  if (isClient && (flags & ACK) !== 0) noteOpening(conversation, segment);
}

/** The client's first acknowledgement, if it is one. */
function noteOpening(conversation: Conversation, { acknowledged, sequence, timeUs }: Segment): void {
  const { stage, serverSequence, clientSequence } = conversation;
  if (stage === 'open' || stage === 'none') return;
  // Where the answers were not captured, the sender's own numbers have to do.
  const opens =
    serverSequence >= 0
      ? distance(serverSequence, acknowledged) >= 1
      : distance(clientSequence, sequence) >= 0;
  if (!opens) return;
  conversation.stage = 'open';
  conversation.openedUs = timeUs;
}

/** Handshake as each end would time it, in µs: undefined where it failed, was not seen, or time ran backwards. */
export function handshakeOf(conversation: Conversation): { client?: number; server?: number } {
  const { hasFailed, askedUs, answeredUs, openedUs } = conversation;
  if (hasFailed) return {};
  const client = answeredUs - askedUs;
  const server = openedUs - askedUs;
  return { ...(client > 0 ? { client } : {}), ...(server > 0 ? { server } : {}) };
}

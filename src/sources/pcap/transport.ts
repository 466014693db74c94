/**
 * TCP and UDP headers, as far as counting and timing need them. Knows ports, flags and sequence numbers; refuses to
 * know what a conversation makes of them (conversation.ts).
 */

export const TCP = 6;
export const UDP = 17;

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

/** One packet of a conversation, reused; with fragments that came before it, several. */
export interface Segment {
  source: number;
  target: number;
  protocol: typeof TCP | typeof UDP;
  sourcePort: number;
  targetPort: number;
  packets: number;
  /** IP total length. */
  bytes: number;
  timeUs: number;
  hopLimit: number;
  /** The interface of the capture, 0 where there is only one. */
  interfaceId: number;
  isOutgoing: boolean | undefined;
  /** TCP: the flags, or 0 where the capture cut them off; UDP: 0. */
  flags: number;
  sequence: number;
  acknowledged: number;
  /** Bytes of payload on the wire. */
  payload: number;
  /** UDP: what the first bytes of the payload add up to, to know a datagram again after its addresses were changed. */
  signature: number;
}

export const createSegment = (): Segment => ({
  source: 0,
  target: 0,
  protocol: TCP,
  sourcePort: 0,
  targetPort: 0,
  packets: 1,
  bytes: 0,
  timeUs: 0,
  hopLimit: 0,
  interfaceId: 0,
  isOutgoing: undefined,
  flags: 0,
  sequence: 0,
  acknowledged: 0,
  payload: 0,
  signature: 0,
});

/** Reads the header from `at`; false when not even the ports were captured. */
export function readTcp(segment: Segment, view: DataView, at: number, end: number, wireEnd: number): boolean {
  if (end - at < 4) return false;
  segment.protocol = TCP;
  segment.sourcePort = view.getUint16(at);
  segment.targetPort = view.getUint16(at + 2);
  segment.signature = 0;
  if (end - at < 14) {
    segment.flags = 0;
    segment.payload = 0;
    return true;
  }
  segment.sequence = view.getUint32(at + 4);
  segment.acknowledged = view.getUint32(at + 8);
  segment.flags = view.getUint8(at + 13);
  segment.payload = Math.max(0, wireEnd - at - (view.getUint8(at + 12) >>> 4) * 4);
  return true;
}

/** A question's name and number stand in its first bytes; more would cost time for nothing. */
const SIGNED_BYTES = 24;

export function readUdp(segment: Segment, view: DataView, at: number, end: number, wireEnd: number): boolean {
  if (end - at < 4) return false;
  segment.protocol = UDP;
  segment.sourcePort = view.getUint16(at);
  segment.targetPort = view.getUint16(at + 2);
  segment.flags = 0;
  segment.payload = Math.max(0, wireEnd - at - 8);
  segment.signature = 0;
  return true;
}

/** The mark of a datagram's payload; 0 where nothing of it was captured. */
export function signatureOf(view: DataView, at: number, end: number, payload: number): number {
  const last = Math.min(end, at + SIGNED_BYTES);
  if (last <= at) return 0;
  let hash = payload | 0;
  for (let i = at; i < last; i++) hash = (Math.imul(hash, 31) + view.getUint8(i)) | 0;
  return hash === 0 ? 1 : hash;
}

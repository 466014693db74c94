/**
 * From a frame to a segment: link layer, IP, tunnels and fragments, transport, in that order and as deep as they are
 * nested. Knows how the layers meet; refuses to know conversations. What cannot be counted is told apart by reason.
 */
import { type AddressBook, PLAIN_NETWORK } from './addresses';
import { createFragments } from './fragments';
import type { Frame } from './frame';
import { createIpPacket, readIp } from './ip';
import { MOST_NESTED } from './limits';
import { CUT, findIp, NOT_IP, STRANGE_LINK } from './link-layer';
import { createSegment, readTcp, readUdp, type Segment, signatureOf, TCP, UDP } from './transport';
import { enterIpTunnel, enterUdpTunnel } from './tunnel';

/** Frames that are no part of a flow, by reason. */
export interface Uncounted {
  /** Whole, but neither TCP nor UDP: ARP, ICMP, spanning tree. */
  others: number;
  /** Cut off before the ports, or with headers that contradict each other. */
  unreadable: number;
  /** Of a link type that is not read. */
  strangeLinks: number;
  /** Fragments whose first part, with the ports, was not captured. */
  orphans: number;
}

export interface Decoder {
  /** The segment in a frame, valid until the next call, or undefined where the frame counts for no flow. */
  decode(frame: Frame): Segment | undefined;
  uncounted(): Uncounted;
}

export function createDecoder(book: AddressBook): Decoder {
  const packet = createIpPacket();
  const segment = createSegment();
  const fragments = createFragments();
  const uncounted = { others: 0, unreadable: 0, strangeLinks: 0 };

  function fail(at: number): undefined {
    if (at === NOT_IP) uncounted.others++;
    else if (at === STRANGE_LINK) uncounted.strangeLinks++;
    else uncounted.unreadable++;
    return undefined;
  }

  function finish(frame: Frame): Segment {
    segment.source = packet.source;
    segment.target = packet.target;
    segment.packets = 1;
    segment.bytes = packet.bytes;
    segment.timeUs = frame.timeUs;
    segment.hopLimit = packet.hopLimit;
    segment.isOutgoing = frame.isOutgoing;
    segment.interfaceId = frame.interfaceId;
    return segment;
  }

  function readLater(frame: Frame): Segment | undefined {
    const ports = fragments.later(packet);
    // One that waits is counted when its first part comes, or as an orphan.
    if (ports === undefined) return undefined;
    segment.protocol = packet.protocol === TCP ? TCP : UDP;
    segment.sourcePort = ports.sourcePort;
    segment.targetPort = ports.targetPort;
    segment.flags = 0;
    segment.payload = 0;
    segment.signature = 0;
    return finish(frame);
  }

  function readSegment(frame: Frame): Segment | undefined {
    const { view } = frame;
    const { at, end, wireEnd } = packet;
    const isRead =
      packet.protocol === TCP
        ? readTcp(segment, view, at, end, wireEnd)
        : readUdp(segment, view, at, end, wireEnd);
    if (!isRead) return fail(CUT);
    if (packet.protocol === UDP) segment.signature = signatureOf(view, at + 8, end, segment.payload);
    finish(frame);
    if (packet.isFragment) {
      const before = fragments.first(packet, {
        sourcePort: segment.sourcePort,
        targetPort: segment.targetPort,
      });
      segment.packets += before?.packets ?? 0;
      segment.bytes += before?.bytes ?? 0;
    }
    return segment;
  }

  return {
    decode(frame) {
      const { view, end } = frame;
      const missing = frame.wireLength - (end - frame.start);
      let at = findIp(frame);
      let network = PLAIN_NETWORK;
      for (let depth = 0; depth < MOST_NESTED; depth++) {
        if (at < 0) return fail(at);
        if (!readIp(packet, view, at, end, missing, network, book)) return fail(CUT);
        if (packet.fragmentOffset > 0) return readLater(frame);
        if (packet.protocol === TCP) return readSegment(frame);
        const inside =
          packet.protocol === UDP
            ? packet.end - packet.at < 8
              ? undefined
              : enterUdpTunnel(view.getUint16(packet.at + 2), view, packet.at + 8, packet.end, network, book)
            : enterIpTunnel(packet, view, network, book);
        if (inside === undefined) {
          if (packet.protocol === UDP) return readSegment(frame);
          if (packet.isFragment) fragments.first(packet, 'uncounted');
          return fail(NOT_IP);
        }
        if (packet.isFragment) fragments.first(packet, 'uncounted');
        ({ at, network } = inside);
      }
      return fail(CUT);
    },
    uncounted: () => ({ ...uncounted, orphans: fragments.orphans() }),
  };
}

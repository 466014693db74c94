/**
 * IP headers: IPv4 with options, IPv6 with its extension headers, and where fragments of a packet belong.
 * Knows lengths and addresses; refuses to know ports, and who the addresses are.
 */
import type { AddressBook } from './addresses';
import { MOST_NESTED } from './limits';

/** What a packet says of itself. Reused from packet to packet. */
export interface IpPacket {
  source: number;
  target: number;
  /** 6 is TCP, 17 UDP; the last one of a chain of IPv6 extension headers. */
  protocol: number;
  /** IP total length: headers and payload, as it was sent, whatever the capture kept of it. */
  bytes: number;
  hopLimit: number;
  /** The payload: from `at` up to `end`, as far as it was captured and belongs to the packet. */
  at: number;
  end: number;
  /** Where the payload would end had all of it been captured. */
  wireEnd: number;
  isFragment: boolean;
  fragmentOffset: number;
  /** Same for all fragments of a packet between two addresses. */
  fragmentId: number;
}

export const createIpPacket = (): IpPacket => ({
  source: 0,
  target: 0,
  protocol: 0,
  bytes: 0,
  hopLimit: 0,
  at: 0,
  end: 0,
  wireEnd: 0,
  isFragment: false,
  fragmentOffset: 0,
  fragmentId: 0,
});

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;
const HOST_IDENTITY = 139;
const SHIM6 = 140;

/**
 * Reads the header at `at` into `packet`; false where it is cut off or contradicts itself. `missing` is how many bytes
 * of the frame were not captured.
 */
export function readIp(
  packet: IpPacket,
  view: DataView,
  at: number,
  end: number,
  missing: number,
  network: number,
  book: AddressBook,
): boolean {
  if (at >= end) return false;
  return view.getUint8(at) >>> 4 === 4
    ? readIpv4(packet, view, at, end, missing, network, book)
    : readIpv6(packet, view, at, end, missing, network, book);
}

function readIpv4(
  packet: IpPacket,
  view: DataView,
  at: number,
  end: number,
  missing: number,
  network: number,
  book: AddressBook,
): boolean {
  if (end - at < 20) return false;
  const headerLength = (view.getUint8(at) & 15) * 4;
  // A sending kernel that leaves cutting to the card writes 0: then the frame knows.
  const length = view.getUint16(at + 2) || end - at + missing;
  if (headerLength < 20 || length < headerLength || end - at < headerLength) return false;
  const flags = view.getUint16(at + 6);
  packet.bytes = length;
  packet.hopLimit = view.getUint8(at + 8);
  packet.protocol = view.getUint8(at + 9);
  packet.source = book.v4(network, view.getUint32(at + 12));
  packet.target = book.v4(network, view.getUint32(at + 16));
  packet.at = at + headerLength;
  packet.wireEnd = at + length;
  packet.end = Math.min(end, packet.wireEnd);
  packet.fragmentOffset = flags & 0x1fff;
  packet.isFragment = (flags & 0x3fff) !== 0;
  packet.fragmentId = view.getUint16(at + 4);
  return true;
}

function readIpv6(
  packet: IpPacket,
  view: DataView,
  at: number,
  end: number,
  missing: number,
  network: number,
  book: AddressBook,
): boolean {
  if (end - at < 40) return false;
  const payload = view.getUint16(at + 4);
  packet.protocol = view.getUint8(at + 6);
  // A payload length of 0 with something behind it is a jumbogram or a packet the card will cut.
  packet.bytes = payload === 0 && packet.protocol !== 59 ? end - at + missing : 40 + payload;
  packet.hopLimit = view.getUint8(at + 7);
  packet.source = book.v6(network, view, at + 8);
  packet.target = book.v6(network, view, at + 24);
  packet.wireEnd = at + packet.bytes;
  packet.end = Math.min(end, packet.wireEnd);
  packet.isFragment = false;
  packet.fragmentOffset = 0;
  packet.fragmentId = 0;
  packet.at = at + 40;
  return readExtensions(packet, view);
}

/** Walks to the transport header, or to the end of what this fragment has of it. */
function readExtensions(packet: IpPacket, view: DataView): boolean {
  for (let depth = 0; depth < MOST_NESTED; depth++) {
    const { at, end } = packet;
    switch (packet.protocol) {
      case HOP_BY_HOP:
      case ROUTING:
      case DESTINATION_OPTIONS:
      case MOBILITY:
      case HOST_IDENTITY:
      case SHIM6:
        if (end - at < 8) return false;
        packet.protocol = view.getUint8(at);
        packet.at = at + 8 + view.getUint8(at + 1) * 8;
        break;
      case AUTHENTICATION:
        if (end - at < 8) return false;
        packet.protocol = view.getUint8(at);
        packet.at = at + 8 + view.getUint8(at + 1) * 4;
        break;
      case FRAGMENT: {
        if (end - at < 8) return false;
        packet.protocol = view.getUint8(at);
        packet.fragmentOffset = view.getUint16(at + 2) >>> 3;
        // Offset 0 and no more to come is a whole packet in a fragment's clothes.
        packet.isFragment = (view.getUint16(at + 2) & 0xfff9) !== 0;
        packet.fragmentId = view.getUint32(at + 4);
        packet.at = at + 8;
        if (packet.fragmentOffset > 0) return true;
        break;
      }
      default:
        return packet.at <= packet.end;
    }
  }
  return false;
}

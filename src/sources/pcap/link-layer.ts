/**
 * From a frame to the IP packet in it: Ethernet, Linux cooked (SLL, SLL2), raw IP and loopback, through VLAN tags
 * (QinQ) and MPLS labels. Knows where headers end; refuses to know what is in the IP packet.
 */
import type { Frame } from './frame';
import { MOST_NESTED } from './limits';

/** A whole frame that holds no IP packet: ARP, spanning tree and the like. */
export const NOT_IP = -1;
/** The captured bytes end before the IP header, or a header contradicts itself. */
export const CUT = -2;
/** The link type is none of ours. */
export const STRANGE_LINK = -3;

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const TRANSPARENT_ETHERNET = 0x6558;
const MPLS = 0x8847;
const MPLS_MULTICAST = 0x8848;
const PPPOE_SESSION = 0x8864;
/** 802.1Q, 802.1ad, and two that switches used for the outer tag before there was a standard. */
const VLAN_TYPES = new Set([0x8100, 0x88a8, 0x9100, 0x9200]);

/** Link types as tcpdump.org numbers them; raw IP has four numbers for historical reasons. */
const ETHERNET = 1;
const NULL_LOOPBACK = 0;
const OPENBSD_LOOPBACK = 108;
const SLL = 113;
const SLL2 = 276;
const RAW_IP = new Set([12, 14, 101, 228, 229]);

/** The packet types of Linux: to us, broadcast, multicast, to somebody else, from us. */
const SENT_BY_US = 4;
const TO_US = 0;

/** Where the IP header of a frame begins, or NOT_IP, CUT or STRANGE_LINK. Notes the direction where SLL tells it. */
export function findIp(frame: Frame): number {
  const { view, start, end, linkType } = frame;
  switch (linkType) {
    case ETHERNET:
      return enterEthernet(view, start, end);
    case SLL:
      if (end - start < 16) return CUT;
      noteDirection(frame, view.getUint16(start));
      return enterEtherType(view.getUint16(start + 14), view, start + 16, end);
    case SLL2:
      if (end - start < 20) return CUT;
      noteDirection(frame, view.getUint8(start + 10));
      frame.interfaceId = view.getUint32(start + 4);
      return enterEtherType(view.getUint16(start), view, start + 20, end);
    case NULL_LOOPBACK:
    case OPENBSD_LOOPBACK:
      // The address family is a number of the host that captured, in its byte order: the version says it better.
      return enterIp(view, start + 4, end);
    default:
      return RAW_IP.has(linkType) ? enterIp(view, start, end) : STRANGE_LINK;
  }
}

function noteDirection(frame: Frame, packetType: number): void {
  frame.isOutgoing = packetType === SENT_BY_US ? true : packetType === TO_US ? false : undefined;
}

function enterEthernet(view: DataView, at: number, end: number): number {
  if (end - at < 14) return CUT;
  return enterEtherType(view.getUint16(at + 12), view, at + 14, end);
}

/** Where the IP header begins behind a header that names its payload by EtherType. */
export function enterEtherType(etherType: number, view: DataView, at: number, end: number): number {
  let type = etherType;
  let next = at;
  for (let depth = 0; depth < MOST_NESTED; depth++) {
    if (type === IPV4 || type === IPV6) return enterIp(view, next, end);
    if (VLAN_TYPES.has(type)) {
      if (end - next < 4) return CUT;
      type = view.getUint16(next + 2);
      next += 4;
    } else if (type === MPLS || type === MPLS_MULTICAST) return enterMpls(view, next, end);
    else if (type === TRANSPARENT_ETHERNET) {
      if (end - next < 14) return CUT;
      type = view.getUint16(next + 12);
      next += 14;
    } else if (type === PPPOE_SESSION) {
      if (end - next < 8) return CUT;
      const protocol = view.getUint16(next + 6);
      return protocol === 0x21 || protocol === 0x57 ? enterIp(view, next + 8, end) : NOT_IP;
    } else return NOT_IP;
  }
  return CUT;
}

/** Labels do not name what they carry: it is IP if its first four bits are 4 or 6, or Ethernet behind a control word. */
export function enterMpls(view: DataView, at: number, end: number): number {
  let next = at;
  for (let depth = 0; depth < MOST_NESTED; depth++) {
    if (end - next < 5) return CUT;
    const isLast = (view.getUint8(next + 2) & 1) === 1;
    next += 4;
    if (!isLast) continue;
    const version = view.getUint8(next) >>> 4;
    if (version === 4 || version === 6) return next;
    return version === 0 ? enterEthernet(view, next + 4, end) : NOT_IP;
  }
  return CUT;
}

function enterIp(view: DataView, at: number, end: number): number {
  if (at >= end) return CUT;
  const version = view.getUint8(at) >>> 4;
  return version === 4 || version === 6 ? at : NOT_IP;
}

/**
 * Tunnels: VXLAN, Geneve, GRE and IP in IP. Knows where the packet inside begins and which network it lives in, so
 * that two tunnels may carry the same addresses; refuses to know what is done with the packet inside.
 */
import type { AddressBook } from './addresses';
import type { IpPacket } from './ip';
import { CUT, enterEtherType, enterMpls, NOT_IP } from './link-layer';

/** Where the inner packet begins, or NOT_IP or CUT; and the number of the network it lives in. */
export interface Inside {
  at: number;
  network: number;
}

const IPV4_IN_IP = 4;
const IPV6_IN_IP = 41;
const GRE = 47;
const MPLS_IN_IP = 137;

/** 4789 is IANA's; 8472 is what Linux took before, and what flannel and Cilium still use. */
const VXLAN_PORTS = new Set([4789, 8472]);
const GENEVE_PORT = 6081;
const ETHERNET_TYPE = 0x6558;

/** Opens a tunnel that is an IP protocol of its own; undefined when the packet is none. */
export function enterIpTunnel(
  packet: IpPacket,
  view: DataView,
  network: number,
  book: AddressBook,
): Inside | undefined {
  const { protocol, at, end } = packet;
  switch (protocol) {
    case IPV4_IN_IP:
    case IPV6_IN_IP:
      // No number tells such tunnels apart, only who they are between.
      return { at: at < end ? at : CUT, network: networkBetween('ip', packet, network, book) };
    case MPLS_IN_IP:
      return { at: enterMpls(view, at, end), network: networkBetween('mpls', packet, network, book) };
    case GRE:
      return enterGre(packet, view, network, book);
    default:
      return undefined;
  }
}

function enterGre(packet: IpPacket, view: DataView, network: number, book: AddressBook): Inside {
  const { at, end } = packet;
  if (end - at < 4) return { at: CUT, network };
  const flags = view.getUint16(at);
  const type = view.getUint16(at + 2);
  // Version 1 is PPTP's, which carries PPP; bit 14 is source routing, which nobody has sent in decades.
  if ((flags & 7) !== 0 || (flags & 0x4000) !== 0) return { at: NOT_IP, network };
  const hasChecksum = (flags & 0x8000) !== 0;
  const hasKey = (flags & 0x2000) !== 0;
  const keyAt = at + (hasChecksum ? 8 : 4);
  const next = keyAt + (hasKey ? 4 : 0) + ((flags & 0x1000) !== 0 ? 4 : 0);
  if (next > end) return { at: CUT, network };
  const inner = hasKey
    ? book.network(`${network}>gre ${view.getUint32(keyAt)}`)
    : networkBetween('gre', packet, network, book);
  return { at: enterEtherType(type, view, next, end), network: inner };
}

const networkBetween = (kind: string, packet: IpPacket, network: number, book: AddressBook): number => {
  const low = Math.min(packet.source, packet.target);
  const high = Math.max(packet.source, packet.target);
  return book.network(`${network}>${kind} ${low} ${high}`);
};

/**
 * Opens a tunnel in a UDP datagram whose payload begins at `at`; undefined when the port is no tunnel's, or when
 * what follows is no tunnel's header, so that it is counted as what it says it is.
 */
export function enterUdpTunnel(
  targetPort: number,
  view: DataView,
  at: number,
  end: number,
  network: number,
  book: AddressBook,
): Inside | undefined {
  if (VXLAN_PORTS.has(targetPort)) {
    if (end - at < 8) return undefined;
    // Without this flag the header has no network and the packet is none of VXLAN's.
    if ((view.getUint8(at) & 0x08) === 0) return undefined;
    const inner = book.network(`${network}>vxlan ${view.getUint32(at + 4) >>> 8}`);
    return { at: enterEtherType(ETHERNET_TYPE, view, at + 8, end), network: inner };
  }
  if (targetPort !== GENEVE_PORT || end - at < 8 || view.getUint8(at) >>> 6 !== 0) return undefined;
  const options = (view.getUint8(at) & 63) * 4;
  const inner = book.network(`${network}>geneve ${view.getUint32(at + 4) >>> 8}`);
  // A control packet carries no traffic of others.
  const isControl = (view.getUint8(at + 1) & 0x80) !== 0;
  const next = at + 8 + options;
  return {
    at: isControl ? NOT_IP : next > end ? CUT : enterEtherType(view.getUint16(at + 2), view, next, end),
    network: inner,
  };
}

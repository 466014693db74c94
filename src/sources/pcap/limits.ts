/**
 * What a capture may claim, and how much of it is remembered. Files come from anywhere: a size or a count in one is
 * never trusted, and whoever runs into a limit is told which. Refuses to know what is being counted.
 */

/** The largest snapshot length of tcpdump; no capture of ours needs more of a packet than its headers. */
export const MOST_PACKET_BYTES = 262_144;

/** As in Wireshark: a block of pcapng that claims more is damage, and skipping it would skip the rest of the file. */
export const MOST_BLOCK_BYTES = 16 * 2 ** 20;

/** Interfaces of one pcapng section; a node with 1,000 pods has about 2,000. */
export const MOST_INTERFACES = 65_536;

/** Addresses of all captures together: ten large clusters, or a scan of four /16 networks. */
export const MOST_ADDRESSES = 2 ** 18;

/** Conversations remembered at once. One takes about 0.5 kB, so this is half a gigabyte. */
export const MOST_CONVERSATIONS = 2 ** 20;

/** Steps of 5 s in which some conversation spoke; past this the steps are made twice as long. */
export const MOST_STEPS = 2 ** 21;

/** Fragmented datagrams waiting for their parts; the oldest goes first. */
export const MOST_DATAGRAMS = 4096;

/** Networks told apart by their tunnel. */
export const MOST_NETWORKS = 65_536;

/** Headers in headers (VLAN tags, MPLS labels, IPv6 extensions, tunnels) before a frame counts as made up. */
export const MOST_NESTED = 32;

/** A limit that a capture ran into; the message names the limit, to be read after the file's name and a colon. */
export class LimitReached extends Error {
  override name = 'LimitReached';
}

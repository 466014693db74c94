/**
 * For tests only: frames, layer by layer, and the files that hold them. Each function puts one header before what it
 * is given. Checksums are left at zero: nothing of ours reads them.
 */

export type Part = Uint8Array | readonly number[];

export function concat(...parts: Part[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export const u16 = (value: number): number[] => [(value >>> 8) & 255, value & 255];
export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];
const u24 = (value: number): number[] => [(value >>> 16) & 255, ...u16(value & 0xffff)];

/** The bytes of an address, 4 or 16 of them. */
function addressBytes(text: string): number[] {
  if (!text.includes(':')) return text.split('.').map(Number);
  const [head = '', tail] = text.split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').flatMap((group) => u16(Number.parseInt(group, 16)));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  return [...before, ...new Array<number>(16 - before.length - after.length).fill(0), ...after];
}

export interface IpOptions {
  hopLimit?: number;
  id?: number;
  /** In bytes, a multiple of 8. */
  offset?: number;
  more?: boolean;
  /** What the header claims instead of the truth. */
  length?: number;
  /** IPv4: bytes of options, a multiple of 4. */
  options?: Part;
}

export function ip(
  from: string,
  to: string,
  protocol: number,
  payload: Part,
  options: IpOptions = {},
): Uint8Array {
  return from.includes(':')
    ? ip6(from, to, protocol, payload, options)
    : ip4(from, to, protocol, payload, options);
}

function ip4(from: string, to: string, protocol: number, payload: Part, options: IpOptions): Uint8Array {
  const { hopLimit = 64, id = 0, offset = 0, more = false, options: extra = [] } = options;
  const length = options.length ?? 20 + extra.length + payload.length;
  const flags = (more ? 0x2000 : 0) | (offset / 8);
  return concat(
    [0x45 + extra.length / 4, 0, ...u16(length), ...u16(id), ...u16(flags), hopLimit, protocol, 0, 0],
    addressBytes(from),
    addressBytes(to),
    extra,
    payload,
  );
}

function ip6(from: string, to: string, protocol: number, payload: Part, options: IpOptions): Uint8Array {
  const { hopLimit = 64, id, offset = 0, more = false } = options;
  const fragment = id === undefined ? [] : [protocol, 0, ...u16(offset | (more ? 1 : 0)), ...u32(id)];
  const length = options.length ?? fragment.length + payload.length;
  const next = id === undefined ? protocol : 44;
  return concat(
    [0x60, 0, 0, 0, ...u16(length), next, hopLimit],
    addressBytes(from),
    addressBytes(to),
    fragment,
    payload,
  );
}

/** An IPv6 extension header of 8 bytes that names `next` as what follows it. */
export const extension = (next: number, payload: Part): Uint8Array =>
  concat([next, 0, 1, 4, 0, 0, 0, 0], payload);

export function tcp(
  fromPort: number,
  toPort: number,
  flags: number,
  sequence: number,
  acknowledged = 0,
  payload: Part = [],
): Uint8Array {
  return concat(
    [...u16(fromPort), ...u16(toPort), ...u32(sequence), ...u32(acknowledged), 0x50, flags],
    [...u16(65_535), 0, 0, 0, 0],
    payload,
  );
}

export const udp = (fromPort: number, toPort: number, payload: Part): Uint8Array =>
  concat([...u16(fromPort), ...u16(toPort), ...u16(8 + payload.length), 0, 0], payload);

const etherTypeOf = (packet: Part): number => ((packet[0] ?? 0) >>> 4 === 6 ? 0x86dd : 0x0800);

const MACS = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
export const ethernet = (packet: Part, etherType = etherTypeOf(packet)): Uint8Array =>
  concat(MACS, u16(etherType), packet);

/** A VLAN tag in an Ethernet frame, behind the addresses; another one around it makes QinQ. */
export const vlan = (frame: Uint8Array, tag: number, etherType = 0x8100): Uint8Array =>
  concat(frame.subarray(0, 12), u16(etherType), u16(tag), frame.subarray(12));

/** Labels before an IP packet, in an Ethernet frame. */
export const mpls = (packet: Part, ...labels: number[]): Uint8Array =>
  ethernet(
    concat(
      ...labels.map((label, i) => [...u24((label << 4) | (i === labels.length - 1 ? 1 : 0)), 64]),
      packet,
    ),
    0x8847,
  );

export const vxlan = (frame: Part, vni: number): Uint8Array => concat([8, 0, 0, 0, ...u24(vni), 0], frame);

export const geneve = (frame: Part, vni: number, options: Part = []): Uint8Array =>
  concat([options.length / 4, 0, ...u16(0x6558), ...u24(vni), 0], options, frame);

export const gre = (packet: Part, key?: number, etherType = etherTypeOf(packet)): Uint8Array =>
  concat(
    [key === undefined ? 0 : 0x20, 0, ...u16(etherType), ...(key === undefined ? [] : u32(key))],
    packet,
  );

/** Linux cooked, versions 1 and 2; `packetType` 0 is to us, 4 from us. */
export const sll = (packet: Part, packetType = 0): Uint8Array =>
  concat([...u16(packetType), 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, ...u16(etherTypeOf(packet))], packet);
export const sll2 = (packet: Part, packetType = 0, interfaceId = 2): Uint8Array =>
  concat(
    [...u16(etherTypeOf(packet)), 0, 0, ...u32(interfaceId), 0, 1, packetType, 6, 2, 0, 0, 0, 0, 1, 0, 0],
    packet,
  );

/** The loopback header of BSD: an address family in the byte order of the host. */
export const loopback = (packet: Part, little = true): Uint8Array => {
  const family = etherTypeOf(packet) === 0x86dd ? 30 : 2;
  return concat(little ? [family, 0, 0, 0] : [0, 0, 0, family], packet);
};

export interface Captured {
  /** Seconds since 1970. */
  at: number;
  /** Nanoseconds to add: a number of seconds as large as today's does not hold them. */
  ns?: number;
  frame: Part;
  /** Bytes that were on the wire, when more than were captured. */
  wireLength?: number;
  /** pcapng only: whether the captured host sent it. */
  isOutgoing?: boolean;
}

export interface FileOptions {
  linkType?: number;
  nanoseconds?: boolean;
  bigEndian?: boolean;
  snapLength?: number;
}

const ordered = (bytes: number[], bigEndian: boolean): number[] => (bigEndian ? bytes : [...bytes].reverse());

export function pcapFile(captured: readonly Captured[], options: FileOptions = {}): Uint8Array<ArrayBuffer> {
  const { linkType = 1, nanoseconds = false, bigEndian = false, snapLength = 262_144 } = options;
  const o16 = (value: number) => ordered(u16(value), bigEndian);
  const o32 = (value: number) => ordered(u32(value), bigEndian);
  const magic = nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4;
  const header = [
    ...o32(magic),
    ...o16(2),
    ...o16(4),
    ...o32(0),
    ...o32(0),
    ...o32(snapLength),
    ...o32(linkType),
  ];
  return concat(
    header,
    ...captured.flatMap(({ at, ns = 0, frame, wireLength = frame.length }) => {
      const kept = Uint8Array.from(frame).subarray(0, snapLength);
      const seconds = Math.floor(at);
      const fraction = nanoseconds
        ? Math.round((at - seconds) * 1e6) * 1000 + ns
        : Math.round((at - seconds) * 1e6);
      return [[...o32(seconds), ...o32(fraction), ...o32(kept.length), ...o32(wireLength)], kept];
    }),
  );
}

/** One block of pcapng with its two lengths. */
export function block(type: number, body: Part, bigEndian = false): Uint8Array {
  const padding = new Uint8Array(-body.length & 3);
  const length = ordered(u32(12 + body.length + padding.length), bigEndian);
  return concat(ordered(u32(type), bigEndian), length, body, padding, length);
}

export function pcapngFile(
  captured: readonly Captured[],
  options: FileOptions = {},
): Uint8Array<ArrayBuffer> {
  const { linkType = 1, nanoseconds = false, bigEndian = false, snapLength = 262_144 } = options;
  const o16 = (value: number) => ordered(u16(value), bigEndian);
  const o32 = (value: number) => ordered(u32(value), bigEndian);
  const resolution = nanoseconds ? [...o16(9), ...o16(1), 9, 0, 0, 0, ...o16(0), ...o16(0)] : [];
  return concat(
    block(
      0x0a0d0d0a,
      [...o32(0x1a2b3c4d), ...o16(1), ...o16(0), ...o32(0xffffffff), ...o32(0xffffffff)],
      bigEndian,
    ),
    block(1, [...o16(linkType), 0, 0, ...o32(snapLength), ...resolution], bigEndian),
    ...captured.map(({ at, ns = 0, frame, wireLength = frame.length, isOutgoing }) => {
      const seconds = Math.floor(at);
      const us = BigInt(seconds) * 1_000_000n + BigInt(Math.round((at - seconds) * 1e6));
      const ticks = nanoseconds ? us * 1000n + BigInt(ns) : us;
      const time = [...o32(Number(ticks >> 32n)), ...o32(Number(ticks & 0xffffffffn))];
      const flags =
        isOutgoing === undefined ? [] : [...o16(2), ...o16(4), ...o32(isOutgoing ? 2 : 1), 0, 0, 0, 0];
      const padding = new Uint8Array(-frame.length & 3);
      const lengths = [...o32(frame.length), ...o32(wireLength)];
      return block(6, concat([...o32(0), ...time, ...lengths], frame, padding, flags), bigEndian);
    }),
  );
}

/** A stream of the bytes in pieces, as a disk or a network would give them. */
export function streamOf(bytes: Uint8Array, pieceLength = bytes.length): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, at + pieceLength));
      at += pieceLength;
    },
  });
}

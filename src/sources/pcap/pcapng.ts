/**
 * Blocks of pcapng: sections, interfaces and the three kinds of packet blocks; all others are passed over. Knows the
 * time resolution of interfaces and the direction some writers note; refuses to know what is in a frame.
 */
import type { Clock, Frame, Step } from './frame';
import { MOST_BLOCK_BYTES, MOST_INTERFACES, MOST_PACKET_BYTES } from './limits';

interface Interface {
  linkType: number;
  snapLength: number;
  ticksPerUs: number;
  /** Seconds to add to every time. */
  offsetS: number;
  /** The tick that `originUs` stands for: later ones are told by their distance, which a number holds exactly. */
  originHigh?: number;
  originLow: number;
  originUs: number;
}

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const OLD_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const OPTION_END = 0;
const OPTION_FLAGS = 2;
const OPTION_RESOLUTION = 9;
const OPTION_OFFSET = 14;
const BYTE_ORDER = 0x1a2b3c4d;
const WORD = 2 ** 32;

/** Blocks whose body is read, and so kept until it is whole; the rest is passed over as it comes. */
const READ = new Set([INTERFACE, OLD_PACKET, SIMPLE_PACKET, ENHANCED_PACKET]);
/** A packet and its options: comments of a few pages. */
const MOST_PACKET_BLOCK_BYTES = MOST_PACKET_BYTES + 65_536;

const tooLong = (what: string, bytes: number, most: number): string =>
  `${what} claims ${bytes.toLocaleString('en')} bytes; the most is ${most.toLocaleString('en')}`;

/** Reads block after block into `frame` and calls `emit` for each packet. */
export function createBlockReader(
  frame: Frame,
  emit: () => void,
  clock: Clock,
): (view: DataView, at: number, end: number) => Step {
  let little = false;
  let interfaces: Interface[] = [];
  // Simple packets have no time: they are as late as the packet before them.
  let lastUs = 0;

  function read(view: DataView, at: number, end: number): Step {
    if (end - at < 12) return { need: 12 };
    const type = view.getUint32(at);
    if (type === SECTION) {
      const order = view.getUint32(at + 8);
      if (order !== BYTE_ORDER && order !== 0x4d3c2b1a) return { problem: 'a section has no byte order' };
      little = order !== BYTE_ORDER;
      interfaces = [];
    }
    const length = view.getUint32(at + 4, little);
    if (length < 12 || length % 4 !== 0) return { problem: `a block claims ${length} bytes` };
    if (length > MOST_BLOCK_BYTES) return { problem: tooLong('a block', length, MOST_BLOCK_BYTES) };
    const kind = little ? view.getUint32(at, true) : type;
    if (!READ.has(kind)) return { take: length };
    if (length > MOST_PACKET_BLOCK_BYTES)
      return { problem: tooLong('a packet block', length, MOST_PACKET_BLOCK_BYTES) };
    if (end - at < length) return { need: length };
    const problem = readBody(kind, view, at + 8, at + length - 4);
    return problem === undefined ? { take: length } : { problem };
  }

  /** Reads the body of a block from `at` up to `end`; gives what is wrong with it. */
  function readBody(type: number, view: DataView, at: number, end: number): string | undefined {
    switch (type) {
      case INTERFACE:
        return addInterface(view, at, end);
      case ENHANCED_PACKET:
      case OLD_PACKET: {
        if (end - at < 20) return 'a packet block is too short';
        // The old block has 16 bits for the interface, and then counts drops.
        const index = type === OLD_PACKET ? view.getUint16(at, little) : view.getUint32(at, little);
        const from = interfaces[index];
        if (from === undefined) return `a packet names interface ${index}, which is not described`;
        const captured = view.getUint32(at + 12, little);
        const timeUs = timeOf(from, view.getUint32(at + 4, little), view.getUint32(at + 8, little), clock);
        if (timeUs === undefined) return 'a packet claims a time before 1970 or after 2106';
        frame.timeUs = timeUs;
        frame.isOutgoing = undefined;
        frame.interfaceId = index;
        const options = at + 20 + captured + (-captured & 3);
        for (const { code, at: value, length } of optionsOf(view, options, end)) {
          if (code === OPTION_FLAGS && length === 4)
            frame.isOutgoing = directionOf(view.getUint32(value, little));
        }
        return packet(view, at + 20, end, captured, view.getUint32(at + 16, little), from);
      }
      case SIMPLE_PACKET: {
        const from = interfaces[0];
        if (end - at < 4 || from === undefined) return 'a simple packet has no interface';
        const wireLength = view.getUint32(at, little);
        frame.timeUs = lastUs;
        frame.isOutgoing = undefined;
        frame.interfaceId = 0;
        const captured = Math.min(wireLength, from.snapLength, end - at - 4);
        return packet(view, at + 4, end, captured, wireLength, from);
      }
      default:
        return undefined;
    }
  }

  function packet(
    view: DataView,
    at: number,
    end: number,
    captured: number,
    wireLength: number,
    from: Interface,
  ): string | undefined {
    if (captured > MOST_PACKET_BYTES) return tooLong('a packet', captured, MOST_PACKET_BYTES);
    if (at + captured > end) return 'a packet is longer than its block';
    frame.view = view;
    frame.start = at;
    frame.end = at + captured;
    frame.wireLength = Math.max(captured, wireLength);
    frame.linkType = from.linkType;
    lastUs = frame.timeUs;
    emit();
    return undefined;
  }

  function addInterface(view: DataView, at: number, end: number): string | undefined {
    if (end - at < 8) return 'an interface block is too short';
    if (interfaces.length >= MOST_INTERFACES) {
      return `it describes more than ${MOST_INTERFACES.toLocaleString('en')} interfaces`;
    }
    const snapLength = view.getUint32(at + 4, little);
    const added: Interface = {
      linkType: view.getUint16(at, little),
      // 0 means no limit.
      snapLength: snapLength === 0 ? MOST_PACKET_BYTES : snapLength,
      ticksPerUs: 1,
      offsetS: 0,
      originLow: 0,
      originUs: 0,
    };
    for (const { code, at: value, length } of optionsOf(view, at + 8, end)) {
      if (code === OPTION_RESOLUTION && length >= 1) {
        const ticks = ticksPerUs(view.getUint8(value));
        if (ticks > MOST_TICKS_PER_US) return 'an interface claims a clock finer than picoseconds';
        added.ticksPerUs = ticks;
      }
      if (code === OPTION_OFFSET && length === 8) added.offsetS = Number(view.getBigInt64(value, little));
    }
    interfaces.push(added);
    return undefined;
  }

  function* optionsOf(view: DataView, from: number, end: number) {
    for (let at = from; at + 4 <= end; ) {
      const code = view.getUint16(at, little);
      const length = view.getUint16(at + 2, little);
      if (code === OPTION_END || at + 4 + length > end) return;
      yield { code, at: at + 4, length };
      at += 4 + length + (-length & 3);
    }
  }

  return read;
}

/** The high bit chooses between powers of 2 and of 10; without the option it is 10^-6. */
const ticksPerUs = (resolution: number): number =>
  (resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution) / 1e6;

/** Of the flags of a packet: 1 is inbound, 2 outbound, the rest says nothing. */
const directionOf = (flags: number): boolean | undefined =>
  (flags & 3) === 2 ? true : (flags & 3) === 1 ? false : undefined;

/** Picoseconds; no clock of a computer is as fine. */
const MOST_TICKS_PER_US = 1e6;
/** Classic pcap cannot say a later second, and no capture is of the future. */
const LAST_S = WORD - 1;

/** Microseconds since the clock's origin, which the first packet sets; undefined for a time that cannot be. */
function timeOf(from: Interface, high: number, low: number, clock: Clock): number | undefined {
  if (from.originHigh === undefined) {
    // Once for an interface, so that it may be slow and exact.
    const ticks = (BigInt(high) << 32n) | BigInt(low);
    const whole = BigInt(Math.round(from.ticksPerUs * 1e6));
    const seconds = Number(ticks / whole) + from.offsetS;
    if (!(seconds >= 0 && seconds <= LAST_S)) return undefined;
    clock.originS ??= seconds;
    from.originHigh = high;
    from.originLow = low;
    from.originUs = (seconds - clock.originS) * 1e6 + Number(ticks % whole) / from.ticksPerUs;
  }
  const timeUs = from.originUs + ((high - from.originHigh) * WORD + (low - from.originLow)) / from.ticksPerUs;
  const seconds = (clock.originS ?? 0) + timeUs / 1e6;
  return seconds >= 0 && seconds <= LAST_S ? timeUs : undefined;
}

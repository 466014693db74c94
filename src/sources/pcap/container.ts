/**
 * The two file formats, fed in chunks of any size: classic pcap (µs and ns) and pcapng, both byte orders. Hands out
 * frames one after the other in one reused object. Knows headers of files and blocks; refuses to know what is in a
 * frame. A file that breaks keeps what came before, and says where it broke.
 */
import type { Clock, Frame, Step } from './frame';
import { MOST_PACKET_BYTES } from './limits';
import { createBlockReader } from './pcapng';

export interface FrameReader {
  /** Takes the next bytes of the file; what it hands out happens meanwhile. Does nothing once `problem` is set. */
  push(chunk: Uint8Array): void;
  /** Says that there is no more. */
  end(): void;
  /** What is wrong with the file, and where: words to be read after its name and a colon. */
  readonly problem: string | undefined;
  readonly frames: number;
}

const NEED_MAGIC: Step = { need: 4 };
const SECTION_HEADER = 0x0a0d0d0a;

export function createFrameReader(onFrame: (frame: Frame) => void, clock: Clock): FrameReader {
  const frame: Frame = {
    view: new DataView(new ArrayBuffer(0)),
    start: 0,
    end: 0,
    wireLength: 0,
    timeUs: 0,
    linkType: 0,
    interfaceId: 0,
    isOutgoing: undefined,
  };
  let frames = 0;
  const emit = (): void => {
    frames++;
    onFrame(frame);
  };

  let read = (view: DataView, at: number, end: number): Step => {
    if (end - at < 4) return NEED_MAGIC;
    const magic = view.getUint32(at);
    if (magic === SECTION_HEADER) {
      read = createBlockReader(frame, emit, clock);
      return { take: 0 };
    }
    return readPcapHeader(view, at, end);
  };

  function readPcapHeader(view: DataView, at: number, end: number): Step {
    const magic = MAGICS.get(view.getUint32(at));
    if (magic === undefined) return { problem: strangerSentence(view.getUint32(at)) };
    if (end - at < 24) return { need: 24 };
    // The upper bits may say whether frames end with a checksum; lengths come from the IP header, so it does not matter.
    frame.linkType = view.getUint32(at + 20, magic.little) & 0xffff;
    read = (v, a, e) => readRecord(v, a, e, magic.little, magic.perUs);
    return { take: 24 };
  }

  function readRecord(view: DataView, at: number, end: number, little: boolean, perUs: number): Step {
    if (end - at < 16) return { need: 16 };
    const captured = view.getUint32(at + 8, little);
    if (captured > MOST_PACKET_BYTES) return { problem: tooLong(captured) };
    if (end - at < 16 + captured) return { need: 16 + captured };
    const seconds = view.getUint32(at, little);
    clock.originS ??= seconds;
    frame.view = view;
    frame.start = at + 16;
    frame.end = at + 16 + captured;
    frame.wireLength = Math.max(captured, view.getUint32(at + 12, little));
    frame.timeUs = (seconds - clock.originS) * 1e6 + view.getUint32(at + 4, little) / perUs;
    emit();
    return { take: 16 + captured };
  }

  return createSteps(
    (view, at, end) => read(view, at, end),
    () => frames,
  );
}

const MAGICS = new Map([
  [0xa1b2c3d4, { little: false, perUs: 1 }],
  [0xd4c3b2a1, { little: true, perUs: 1 }],
  [0xa1b23c4d, { little: false, perUs: 1000 }],
  [0x4d3cb2a1, { little: true, perUs: 1000 }],
]);

/** Other files that end up here, told by their first bytes. */
const STRANGERS = new Map([
  [0x28b52ffd, 'it is zipped with zstd; unzip it first'],
  [0x04224d18, 'it is zipped with lz4; unzip it first'],
  [0xfd377a58, 'it is zipped with xz; unzip it first'],
  [0x504b0304, 'it is a zip archive; take the captures out of it first'],
  [0x34cdb2a1, 'it is of a form of pcap that few tools wrote; convert it with editcap -F pcap'],
  [0xa1b2cd34, 'it is of a form of pcap that few tools wrote; convert it with editcap -F pcap'],
]);

const strangerSentence = (magic: number): string =>
  STRANGERS.get(magic) ??
  'it is neither pcap nor pcapng; other captures can be converted with editcap -F pcap';

const tooLong = (bytes: number): string =>
  `a packet claims ${bytes.toLocaleString('en')} bytes; the most is ${MOST_PACKET_BYTES.toLocaleString('en')}`;

/** Feeds `read` from chunks, keeping what is not whole yet. Nothing longer than the longest block is ever kept. */
function createSteps(
  read: (view: DataView, at: number, end: number) => Step,
  countFrames: () => number,
): FrameReader {
  let rest: Uint8Array = EMPTY;
  let needed = 0;
  // Bytes of a block that nobody reads, and that have not come yet.
  let skipped = 0;
  // Bytes of the file that came before `rest`.
  let offset = 0;
  let problem: string | undefined;
  let isOver = false;

  /** Reads all that is whole in `bytes`; gives what is left. */
  function run(bytes: Uint8Array): Uint8Array {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (problem === undefined) {
      if (at >= bytes.length) break;
      const step = read(view, at, bytes.length);
      if ('problem' in step) problem = `${step.problem} (at byte ${offset + at}, after ${frameCount()})`;
      else if ('take' in step) at += step.take;
      else {
        needed = step.need;
        break;
      }
    }
    offset += at;
    skipped = Math.max(0, at - bytes.length);
    return bytes.subarray(at);
  }

  const frameCount = (): string => {
    const frames = countFrames();
    return `${frames.toLocaleString('en')} ${frames === 1 ? 'packet' : 'packets'}`;
  };

  return {
    push(chunk) {
      if (problem !== undefined || isOver) return;
      let next = chunk;
      if (skipped > 0) {
        next = chunk.subarray(skipped);
        skipped -= Math.min(skipped, chunk.length);
        if (next.length === 0) return;
      } else if (rest.length > 0) {
        next = join(rest, chunk);
        if (next.length < needed) {
          rest = next;
          return;
        }
      }
      const left = run(next);
      // A copy: the chunk's memory belongs to the stream.
      rest = left.length === 0 ? EMPTY : left.slice();
    },
    end() {
      if (isOver || problem !== undefined) return;
      isOver = true;
      if (offset === 0 && rest.length === 0) problem = 'it is empty';
      else if (rest.length > 0 || skipped > 0) {
        problem = `it breaks off at byte ${offset + rest.length - skipped}, after ${frameCount()}`;
      }
    },
    get problem() {
      return problem;
    },
    get frames() {
      return countFrames();
    },
  };
}

const EMPTY = new Uint8Array(0);

function join(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const joined = new Uint8Array(head.length + tail.length);
  joined.set(head);
  joined.set(tail, head.length);
  return joined;
}

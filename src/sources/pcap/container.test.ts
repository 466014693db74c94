import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createAddressBook } from './addresses';
import { createReading, readCapture } from './capture';
import { lines, linesOf, read } from './captured';
import {
  block,
  type Captured,
  concat,
  type FileOptions,
  pcapFile,
  pcapngFile,
  streamOf,
  u16,
  u32,
} from './frames';
import { readCaptures } from './pcap';
import { createListeners } from './tally';
import { framesOf, START } from './trace';

const TRACE = framesOf(
  '0.25 10.0.0.1:40000 > 10.0.0.2:80 S 100\n' +
    '0.25002 10.0.0.2:80 > 10.0.0.1:40000 SA 500 101 ttl=60\n' +
    '0.5 10.0.0.1:40000 > 10.0.0.2:80 A 101 501',
);
const COUNTS = 'tcp 10.0.0.1 > 10.0.0.2:80 client 2/1 80/40';

const formats: [string, (captured: Captured[], options?: FileOptions) => Uint8Array<ArrayBuffer>][] = [
  ['pcap', pcapFile],
  ['pcapng', pcapngFile],
];

describe.each(formats)('%s', (name, write) => {
  test.each([
    ['µs', {}],
    ['µs, big-endian', { bigEndian: true }],
    ['ns', { nanoseconds: true }],
    ['ns, big-endian', { nanoseconds: true, bigEndian: true }],
  ])('%s', async (_, options: FileOptions) => {
    const { ledger } = await read([write(TRACE, options)]);
    const [flow] = ledger.flowsAt(0);
    expect(linesOf({ ledger })).toEqual([`${COUNTS} p50=20`]);
    expect(flow?.clientStats?.timestamp).toBe(new Date(START * 1000 + 500).toISOString());
    expect(ledger.endMs(0)).toBe((START + 5) * 1000);
  });

  test('nanoseconds survive', async () => {
    // 700 and 900 ns: a clock of µs would say 0 or 1, and a number of µs since 1970 is only good to a quarter.
    const [syn, answer] = TRACE as [Captured, Captured];
    const pairs = [700, 900].flatMap((ns, i) => [
      { ...syn, at: START + i * 40, ns: 100 },
      { ...answer, at: START + i * 40, ns: 100 + ns },
    ]);
    const { ledger } = await read([write(pairs, { nanoseconds: true })]);
    expect(ledger.flowsAt(8)[0]?.clientStats?.p50Us).toBe(1);
    const { book, listeners } = { book: createAddressBook(), listeners: createListeners() };
    const reading = createReading({ book, listeners, kept: 'none' });
    const { tallies } = await readCapture(reading, 'x', streamOf(write(pairs, { nanoseconds: true })));
    expect(tallies[0]?.clientHandshakes[1]).toBeCloseTo(0.7, 6);
  });

  test('in pieces of any size, zipped or not', async () => {
    const bytes = write(TRACE);
    for (const file of [bytes, new Uint8Array(gzipSync(bytes))]) {
      for (const piece of [1, 3, 17, 64, 1000]) {
        const captured = await readCaptures([{ name: 'x', open: () => streamOf(file, piece) }], {
          join: true,
        });
        expect(linesOf(captured)).toEqual([`${COUNTS} p50=20`]);
        expect(captured.notes).toEqual([]);
      }
    }
  });

  test('a file that breaks off keeps what was whole, and says where', async () => {
    const bytes = write(TRACE);
    const beforeLast = write(TRACE.slice(0, 2)).length;
    for (const length of [beforeLast + 1, beforeLast + 20, bytes.length - 1]) {
      const { notes, ledger } = await read([bytes.subarray(0, length)]);
      expect(notes).toEqual([`capture 1: it breaks off at byte ${length}, after 2 packets.`]);
      expect(linesOf({ ledger })).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 client 1/1 40/40 p50=20']);
    }
    expect((await read([bytes.subarray(0, beforeLast)])).notes).toEqual([]);
  });

  test('a zipped file that breaks off keeps what can be unzipped', async () => {
    // Random payload, so that the zipped file is long and every part of it holds packets.
    const noise = Array.from({ length: 2000 }, (_, i) =>
      framesOf(
        `${i / 1000} 10.0.0.1:40000 > 10.0.0.2:80 A ${(i * 2654435761) % 2 ** 32} ${(i * 40503) % 2 ** 32}`,
      ),
    ).flat();
    const zipped = gzipSync(write(noise));
    for (const share of [0.3, 0.9]) {
      const { notes, frames } = await read([new Uint8Array(zipped.subarray(0, zipped.length * share))]);
      expect(frames).toBeGreaterThan(2000 * (share - 0.1));
      expect(notes[0]).toMatch(
        /^capture 1: its zipped part is damaged or breaks off \(after [\d,]+ packets\)\.$/,
      );
    }
  });

  test(`a packet that claims more than any has ends the reading of ${name}`, async () => {
    const bytes = write(TRACE.slice(0, 2));
    const claim = u32(1_000_000).reverse();
    const record =
      name === 'pcap'
        ? [...u32(0), ...u32(0), ...claim, ...claim]
        : block(6, concat(new Uint8Array(12), claim, claim, new Uint8Array(100)));
    const { notes, frames } = await read([concat(bytes, record)]);
    expect(frames).toBe(2);
    expect(notes[0]).toBe(
      `capture 1: a packet claims 1,000,000 bytes; the most is 262,144 (at byte ${bytes.length}, after 2 packets).`,
    );
  });
});

describe('pcapng', () => {
  const [section, ...rest] = [pcapngFile([]).subarray(0, 28), pcapngFile(TRACE).subarray(28)] as const;
  const body = rest[0] as Uint8Array;

  test('blocks that are not known are passed over, however long', async () => {
    const long = block(0x0bad, new Uint8Array(700_000));
    expect(
      await lines([concat(section, block(5, [0, 0, 0, 0]), long, body, block(4, [0, 0, 0, 0]))]),
    ).toEqual([`${COUNTS} p50=20`]);
  });

  test('a second section may have another byte order and other interfaces', async () => {
    const later = TRACE.map((frame) => ({ ...frame, at: frame.at + 1 }));
    const both = concat(pcapngFile(TRACE), pcapngFile(later, { bigEndian: true, nanoseconds: true }));
    expect(await lines([both])).toEqual(['tcp 10.0.0.1 > 10.0.0.2:80 client 4/2 160/80 p50=20']);
  });

  test('simple and old packets', async () => {
    const [first, second, third] = TRACE.map(({ frame }) => Uint8Array.from(frame)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const little = (value: number) => u32(value).reverse();
    const interfaces = pcapngFile([]).subarray(28);
    const old = (frame: Uint8Array) =>
      block(
        2,
        concat([0, 0, 0xff, 0xff], little(0), little(0), little(frame.length), little(frame.length), frame),
      );
    const simple = (frame: Uint8Array) => block(3, concat(little(frame.length), frame));
    expect(await lines([concat(section, interfaces, old(first), simple(second), old(third))])).toEqual([
      COUNTS,
    ]);
  });

  test.each([
    ['resolution', [...u16(9).reverse(), ...u16(1).reverse(), 0x80 | 20, 0, 0, 0], 2 ** 20],
    ['resolution of a second', [...u16(9).reverse(), ...u16(1).reverse(), 0, 0, 0, 0], 1],
  ])('%s', async (_, option, perSecond) => {
    const little = (value: number) => u32(value).reverse();
    const frame = Uint8Array.from(TRACE[0]?.frame ?? []);
    const ticks = BigInt(START) * BigInt(perSecond) + BigInt(perSecond * 3);
    const packet = block(
      6,
      concat(
        little(0),
        little(Number(ticks >> 32n)),
        little(Number(ticks & 0xffffffffn)),
        little(frame.length),
        little(frame.length),
        frame,
      ),
    );
    const file = concat(section, block(1, [1, 0, 0, 0, 0, 0, 0, 0, ...option]), packet);
    const { ledger } = await read([file]);
    expect(ledger.flowsAt(0)[0]?.clientStats?.timestamp).toBe(new Date((START + 3) * 1000).toISOString());
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['a block that is too long', block(1, []).fill(0xff, 4, 8), /a block claims 4294967295 bytes/],
    ['a block of nothing', concat([9, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]), /a block claims 0 bytes/],
    [
      'a huge block',
      concat([9, 0, 0, 0], [0, 0, 0, 64], [0, 0, 0, 0]),
      /a block claims 1,073,741,824 bytes; the most is 16,777,216/,
    ],
    [
      'a huge packet block',
      concat([6, 0, 0, 0], [0, 0, 16, 0], [0, 0, 0, 0]),
      /a packet block claims 1,048,576 bytes; the most is 327,680/,
    ],
    [
      'an interface that is not there',
      block(6, concat([7, 0, 0, 0], new Uint8Array(16))),
      /a packet names interface 7, which is not described/,
    ],
    [
      'a time that cannot be',
      block(6, concat([0, 0, 0, 0], [255, 255, 255, 255], new Uint8Array(12))),
      /a packet claims a time before 1970 or after 2106/,
    ],
    [
      'a clock that cannot be',
      block(1, [1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 0, 100, 0, 0, 0]),
      /an interface claims a clock finer than picoseconds/,
    ],
    [
      'a section without a byte order',
      concat([0x0a, 0x0d, 0x0d, 0x0a], [28, 0, 0, 0], new Uint8Array(20)),
      /a section has no byte order/,
    ],
  ])('%s', async (_, bad, sentence) => {
    const { notes, frames } = await read([concat(section, body, bad)]);
    expect(frames).toBe(3);
    expect(notes[0]).toMatch(sentence);
    expect(notes[0]).toMatch(/\(at byte \d+, after 3 packets\)\.$/);
  });
});

describe('what is no capture', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /^capture 1: it is empty\.$/],
    ['two bytes', new Uint8Array([0xd4, 0xc3]), /it breaks off at byte 2, after 0 packets/],
    ['text', new TextEncoder().encode('{"flows": []}'), /it is neither pcap nor pcapng; .* editcap/],
    ['zstd', new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0, 0]), /zipped with zstd; unzip it first/],
    ['a zip archive', new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), /it is a zip archive/],
    [
      'a damaged zip',
      new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0xff]),
      /its zipped part is damaged/,
    ],
    ['a zip of text', new Uint8Array(gzipSync('hello, world')), /neither pcap nor pcapng/],
  ])('%s', async (_, bytes, sentence) => {
    await expect(read([bytes])).rejects.toThrow(sentence);
  });

  test('does not keep others from being read', async () => {
    const { notes, frames } = await read([new TextEncoder().encode('hello'), pcapFile(TRACE)]);
    expect(frames).toBe(3);
    expect(notes).toEqual([expect.stringMatching(/^capture 1: it is neither/)]);
  });

  test('a stream that fails gives its reason', async () => {
    const bytes = pcapFile(TRACE);
    let pulled = 0;
    const failing = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulled++ === 0) controller.enqueue(bytes);
        else controller.error(new Error('the disk is gone'));
      },
    });
    const { notes } = await readCaptures([{ name: 'x', open: () => failing }], { join: true });
    expect(notes).toEqual(['x: it cannot be read to its end (after 3 packets): the disk is gone.']);
  });
});

test('an empty capture is whole: it holds no packet', async () => {
  expect((await read([pcapFile([])])).notes).toEqual(['Nothing in the captures makes a flow.']);
});

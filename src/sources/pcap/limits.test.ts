import { expect, test } from 'vitest';
import { createAddressBook } from './addresses';
import { createReading, readCapture } from './capture';
import { pcapFile, streamOf } from './frames';
import { LimitReached, MOST_ADDRESSES, MOST_CONVERSATIONS, MOST_NETWORKS } from './limits';
import { createConversationTable } from './table';
import { createListeners } from './tally';
import { createPace, STEP_US, WIDTH } from './timeline';
import { framesOf } from './trace';
import { createSegment } from './transport';

const readingOf = () =>
  createReading({ book: createAddressBook(), listeners: createListeners(), kept: 'none' });

test('addresses and tunnels are numbered up to a limit, which is named', () => {
  const book = createAddressBook();
  for (let i = 0; i < MOST_ADDRESSES; i++) book.v4(0, i);
  expect(book.v4(0, 0)).toBe(0);
  expect(() => book.v4(0, MOST_ADDRESSES)).toThrow('it holds more than 262,144 addresses');
  for (let i = 1; i < MOST_NETWORKS; i++) book.network(`vxlan ${i}`);
  expect(() => book.network('one more')).toThrow(LimitReached);
});

test('so are conversations', () => {
  const book = createAddressBook();
  const table = createConversationTable(book, createPace(), {
    begin: undefined,
    end: () => undefined,
    kept: () => MOST_CONVERSATIONS - 1,
  });
  const segment = { ...createSegment(), source: book.v4(0, 1), target: book.v4(0, 2) };
  table.add({ ...segment, sourcePort: 1 });
  table.add({ ...segment, sourcePort: 1 });
  expect(() => table.add({ ...segment, sourcePort: 2 })).toThrow(
    'it holds more than 1,048,576 conversations that had to be remembered',
  );
});

test('a capture that runs into a limit keeps what came before, and says which', async () => {
  const reading = readingOf();
  for (let i = 0; i < MOST_ADDRESSES - 3; i++) reading.book.v4(0, i);
  const hosts = [1, 2, 3, 4].map((i) => `${i} 200.0.0.${i}:5000 > 10.0.0.0:53 udp 9`).join('\n');
  const capture = await readCapture(reading, 'x', streamOf(pcapFile(framesOf(hosts))));
  expect(capture.problem).toBe(
    'it holds more than 262,144 addresses (after 3 packets; what follows is left out)',
  );
  expect(capture.tallies).toHaveLength(2);
});

test('over more steps than can be remembered they become longer, and nothing is lost', async () => {
  const reading = readingOf();
  reading.pace.mostSteps = 64;
  const packets = Array.from({ length: 1000 }, (_, i) => `${i * 5} 10.0.0.1:5000 > 10.0.0.2:53 udp 9`).join(
    '\n',
  );
  const capture = await readCapture(reading, 'x', streamOf(pcapFile(framesOf(packets)), 5000));
  const [tally] = capture.tallies;
  expect(reading.pace.stepUs).toBeGreaterThan(8 * STEP_US);
  expect((tally?.timeline.length ?? 0) / WIDTH).toBeLessThan(150);
  let sum = 0;
  for (let at = 1; at < (tally?.timeline.length ?? 0); at += WIDTH) sum += tally?.timeline[at] ?? 0;
  expect(sum).toBe(1000);
});

test('what is over makes room for what is new', () => {
  const book = createAddressBook();
  const retired: number[] = [];
  const table = createConversationTable(book, createPace(), {
    begin: undefined,
    end: ({ firstPort }) => retired.push(firstPort),
    kept: () => 0,
  });
  const segment = { ...createSegment(), source: book.v4(0, 1), target: book.v4(0, 2), protocol: 17 as const };
  for (let i = 0; i < 50_000; i++) table.add({ ...segment, sourcePort: i + 1, timeUs: i * 10_000 });
  // Half a minute of 100 questions a second is 3,000; the table is looked through once it holds ten times as many.
  expect(retired.length).toBeGreaterThan(29_000);
  table.finish();
  expect(new Set(retired).size).toBe(50_000);
  expect(retired).toHaveLength(50_000);
});

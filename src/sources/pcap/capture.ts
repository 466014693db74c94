/**
 * Reads one capture to its end: bytes → frames → segments → conversations → tallies, within the limits. Knows the
 * order of the layers and what to say of a file that breaks; refuses to know inventories and other captures.
 */
import type { AddressBook } from './addresses';
import { createFrameReader } from './container';
import type { Conversation } from './conversation';
import { createDecoder, type Uncounted } from './decode';
import type { Clock } from './frame';
import { BrokenZip, readUnzipped } from './gunzip';
import { LimitReached } from './limits';
import { createConversationTable } from './table';
import { createTallyFold, type Listeners, noteListener, type Tally, tallyOf } from './tally';
import { compactTimeline, createPace, type Pace, WIDTH } from './timeline';
import { TCP } from './transport';
import { createTwins } from './twins';

/** What several captures share: numbers of addresses, time, known servers. */
export interface Reading {
  book: AddressBook;
  clock: Clock;
  pace: Pace;
  listeners: Listeners;
  /** Which connections are kept apart, because they may have been seen twice: by another capture, or on the way. */
  kept: 'all' | 'twins' | 'none';
  captures: Capture[];
}

export interface Capture {
  name: string;
  frames: number;
  tallies: Tally[];
  /** Conversations without a handshake: which end serves may be told by what comes later. */
  undirected: Conversation[];
  uncounted: Uncounted;
  /** Packets counted once although they were captured at several interfaces. */
  repeated: number;
  /** What is wrong with the file, and where; what came before counts. */
  problem?: string;
}

export const createReading = (parts: Pick<Reading, 'book' | 'listeners' | 'kept'>): Reading => ({
  ...parts,
  clock: { originS: undefined },
  pace: createPace(),
  captures: [],
});

/** A day: a timeline of such steps says little, and the limit of conversations holds as well. */
const LONGEST_STEP_US = 86_400_000_000;

/** Ends the reading of a file whose reader has said what is wrong with it. */
class Stop extends Error {}

/** Reads a capture and adds it to the reading. Never throws for what is in the file. */
export async function readCapture(
  reading: Reading,
  name: string,
  bytes: ReadableStream<Uint8Array>,
): Promise<Capture> {
  const { book, clock, pace, listeners, captures } = reading;
  const twins = reading.kept === 'twins' ? createTwins() : undefined;
  const fold = createTallyFold();
  const capture: Capture = {
    name,
    frames: 0,
    tallies: [],
    undirected: [],
    uncounted: { others: 0, unreadable: 0, strangeLinks: 0, orphans: 0 },
    repeated: 0,
  };
  captures.push(capture);
  let kept = captures.reduce((sum, { tallies, undirected }) => sum + tallies.length + undirected.length, 0);

  function retire(conversation: Conversation): void {
    noteListener(conversation, book, listeners);
    const isTwin = twins?.end(conversation) === true;
    if (conversation.isFirstClient === undefined && conversation.protocol === TCP) {
      capture.undirected.push(conversation);
      kept++;
    } else if (reading.kept === 'all' || isTwin) {
      capture.tallies.push(tallyOf(conversation, book, listeners));
      kept++;
    } else {
      const before = fold.size();
      fold.add(tallyOf(conversation, book, listeners));
      kept += fold.size() - before;
    }
  }

  const decoder = createDecoder(book);
  const table = createConversationTable(book, pace, { begin: twins?.begin, end: retire, kept: () => kept });
  const frames = createFrameReader((frame) => {
    const segment = decoder.decode(frame);
    if (segment !== undefined) table.add(segment);
  }, clock);

  /** Makes room where there are too many steps: what was merged meanwhile may do, else steps become longer. */
  function makeRoom(): void {
    const holders = [
      table.live(),
      fold.all(),
      ...captures.flatMap(({ tallies, undirected }) => [tallies, undirected]),
    ];
    const countSteps = (divisor: number): number => {
      let steps = 0;
      for (const holder of holders) {
        for (const entry of holder) {
          if (divisor > 1) entry.timeline = compactTimeline(entry.timeline, divisor);
          steps += entry.timeline.length / WIDTH;
        }
      }
      return steps;
    };
    pace.steps = countSteps(1);
    while (pace.steps > pace.mostSteps / 2) {
      pace.stepUs *= 2;
      pace.steps = countSteps(2);
      if (pace.stepUs <= LONGEST_STEP_US) continue;
      // No length of a step makes a timeline shorter than one, and trying costs a walk through all of them.
      pace.mostSteps = pace.steps * 2;
      return;
    }
  }

  try {
    await readUnzipped(bytes, (chunk) => {
      frames.push(chunk);
      if (frames.problem !== undefined) throw new Stop();
      if (pace.steps > pace.mostSteps) makeRoom();
    });
    frames.end();
  } catch (error) {
    if (!(error instanceof Stop)) capture.problem = sentenceOf(error, frames.frames);
  }
  if (frames.problem !== undefined) capture.problem ??= frames.problem;
  table.finish();
  capture.frames = frames.frames;
  capture.uncounted = decoder.uncounted();
  capture.repeated = table.repeated();
  for (const tally of fold.all()) capture.tallies.push(tally);
  return capture;
}

function sentenceOf(error: unknown, frames: number): string {
  const after = `after ${frames.toLocaleString('en')} ${frames === 1 ? 'packet' : 'packets'}`;
  if (error instanceof LimitReached) return `${error.message} (${after}; what follows is left out)`;
  if (error instanceof BrokenZip) return `${error.message} (${after})`;
  // What a stream throws is about the file on its way here.
  return `it cannot be read to its end (${after}): ${error instanceof Error ? error.message : String(error)}`;
}

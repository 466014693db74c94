/**
 * Captures as a source: reads files, puts what they saw together, and replays it like a recording in steps of 5 s.
 * Pure over web streams, so it runs in Node and in the page. Refuses to know files and kubectl's JSON; names come from
 * whoever knows them (inventory-names.ts).
 */
import type { Endpoint } from '../../flows/flow';
import type { FlowSource, Sample } from '../source';
import { createAddressBook } from './addresses';
import { type Capture, createReading, readCapture } from './capture';
import { asSeen, type Ends, findRepeated, joinViews } from './join';
import { createLedger, type Ledger } from './ledger';
import { createListeners, tallyOf } from './tally';
import { STEP_US } from './timeline';
import { type Owners, type Perspective, takeVantage, type Vantage } from './vantage';

export interface CaptureFile {
  /** For sentences about it. */
  name: string;
  /** Called once, when it is this file's turn. */
  open(): ReadableStream<Uint8Array>;
}

/** What an inventory says of addresses. */
export interface CaptureNames extends Owners {
  /** Where something listens, by the inventory. */
  listeners: Iterable<{ proto: 'tcp' | 'udp'; address: string; port: number }>;
  nameClient(address: string): Omit<Endpoint, 'ip' | 'port'>;
  nameServer(proto: 'tcp' | 'udp', address: string, port: number): Omit<Endpoint, 'ip' | 'port'>;
}

export interface CaptureOptions {
  names?: CaptureNames;
  /** Whether views from both ends become one flow; without it each stays as it was seen. */
  join: boolean;
  /** Percentiles over so many seconds; without it over the whole capture. */
  windowS?: number;
}

export interface Captured {
  ledger: Ledger;
  stepMs: number;
  /** What was wrong or adds nothing, a sentence each, with the file's name. */
  notes: string[];
  frames: number;
}

/** No file could be read as a capture; the message says why, file by file. */
export class UnreadableCaptures extends Error {
  override name = 'UnreadableCaptures';
}

/** Reads all files, one after the other. Throws UnreadableCaptures when none of them is a capture. */
export async function readCaptures(
  files: readonly CaptureFile[],
  { names, join, windowS }: CaptureOptions,
): Promise<Captured> {
  const book = createAddressBook();
  const listeners = createListeners();
  for (const { proto, address, port } of names?.listeners ?? []) listeners.add(proto, address, port);
  // One capture alone sees a connection twice only where the inventory shows that it is a node's.
  const kept = files.length > 1 ? 'all' : names === undefined ? 'none' : 'twins';
  const reading = createReading({
    book,
    listeners,
    kept,
  });
  for (const { name, open } of files) await readCapture(reading, name, open());
  const { captures, clock, pace } = reading;
  if (captures.every(({ frames, problem }) => frames === 0 && problem !== undefined)) {
    throw new UnreadableCaptures(captures.map(({ name, problem }) => `${name}: ${problem}.`).join(' '));
  }

  const notes: string[] = [];
  const perspectives: Perspective[] = [];
  for (const capture of captures) {
    for (const conversation of capture.undirected)
      capture.tallies.push(tallyOf(conversation, book, listeners));
    capture.undirected.length = 0;
    const vantage = takeVantage(capture.tallies, book, names, captures.length === 1);
    for (const perspective of vantage.perspectives) perspectives.push(perspective);
    notes.push(...notesOn(capture, vantage));
  }
  if (pace.stepUs > STEP_US) {
    notes.push(
      `There is so much in time that samples are ${pace.stepUs / 1e6} s apart, not ${STEP_US / 1e6}.`,
    );
  }
  const repeated = findRepeated(perspectives, book);
  const counted = perspectives.filter((perspective) => !repeated.has(perspective));
  if (repeated.size > 0) {
    notes.push(`${plural(repeated.size, 'connection')} captured twice from the same end counted once.`);
  }
  const ledger = createLedger(counted, join ? joinViews(counted, book, names) : asSeen(counted, book), {
    stepUs: pace.stepUs,
    originS: clock.originS ?? 0,
    windowS,
    nameEnds: (proto, ends) => nameEnds(proto, ends, names),
  });
  if (ledger.span === undefined) notes.push('Nothing in the captures makes a flow.');
  const frames = captures.reduce((sum, capture) => sum + capture.frames, 0);
  return { ledger, stepMs: pace.stepUs / 1000, notes, frames };
}

function nameEnds(
  proto: 'tcp' | 'udp',
  { client, server, serverPort }: Ends,
  names: CaptureNames | undefined,
): { client: Endpoint; server: Endpoint } {
  return {
    client: { ip: client, ...names?.nameClient(client) },
    server: { ip: server, port: serverPort, ...names?.nameServer(proto, server, serverPort) },
  };
}

function notesOn({ name, problem, frames, uncounted, repeated }: Capture, vantage: Vantage): string[] {
  const said: string[] = [];
  if (problem !== undefined) said.push(`${problem}.`);
  if (vantage.reason !== undefined) said.push(`it adds nothing: ${vantage.reason}.`);
  else if (vantage.passedBy > 0) {
    said.push(`${plural(vantage.passedBy, 'packet')} between others, or passed on for others, not counted.`);
  }
  if (repeated > 0) {
    said.push(`${plural(repeated, 'packet')} captured again at another interface, counted once.`);
  }
  if (uncounted.strangeLinks > 0) {
    said.push(
      `${plural(uncounted.strangeLinks, 'frame')} of ${frames.toLocaleString('en')} of a link type that is not read ` +
        '(Ethernet, Linux cooked, raw IP and loopback are).',
    );
  }
  if (uncounted.unreadable > 0) {
    said.push(`${plural(uncounted.unreadable, 'frame')} cut off before the ports, or damaged, not counted.`);
  }
  if (uncounted.orphans > 0) {
    said.push(`${plural(uncounted.orphans, 'fragment')} whose first part is missing, not counted.`);
  }
  return said.map((sentence) => `${name}: ${sentence}`);
}

const plural = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

export interface CaptureReplay {
  /** Text for the status line: `capture pod.pcap`. */
  label: string;
  /** Captured seconds per second, over and over; 0 holds the whole capture. */
  speed: number;
  /** Wall clock at which the replay begins. */
  startMs: number;
}

/** Replays captures. Throws RangeError when `speed` is negative or not finite. */
export function createCaptureSource(
  { ledger, stepMs }: Captured,
  { label, speed, startMs }: CaptureReplay,
): FlowSource {
  if (!(speed >= 0 && Number.isFinite(speed))) throw new RangeError(`speed must be 0 or more, not ${speed}`);
  const { first, last } = ledger.span ?? { first: 0, last: 0 };
  const steps = last - first + 1;
  let current: Sample | undefined;
  let currentStep = -1;
  return {
    label,
    sampleAt(nowMs) {
      const passed = speed === 0 ? steps - 1 : Math.floor((Math.max(0, nowMs - startMs) * speed) / stepMs);
      const epoch = Math.floor(passed / steps);
      const step = first + passed - epoch * steps;
      if (current !== undefined && currentStep === step && current.epoch === epoch) return current;
      currentStep = step;
      current = { atMs: ledger.endMs(step), epoch, flows: ledger.flowsAt(step), rejected: 0 };
      return current;
    },
  };
}

/**
 * Files that the reader opened on the page, read where the flows are kept: captures and recordings become a source of
 * their own, held whole; inventories give names to captures and zones and idle pods to any source. Knows which files
 * go together; what is in them is for sources/ to say. What was open stays open when other files cannot be used.
 */
import type { Query } from '../flows/query';
import { type InventoryFacts, readInventoryFacts } from '../insight/activity-inventory';
import type { PollResult } from '../live/fetch-poll';
import { answerHeld } from '../live/held-poll';
import { type FileKind, sniffFile } from '../sources/file-kind';
import { type Held, holdCaptures, holdRecording, joinRecordings } from '../sources/held';
import { type Inventory, mergeInventories, readInventory } from '../sources/inventory';
import { createInventoryNames } from '../sources/inventory-names';
import { readUnzipped } from '../sources/pcap/gunzip';
import { readCaptures, UnreadableCaptures } from '../sources/pcap/pcap';
import { MOST_HELD_ROWS, readRecording, UnreadableRecording } from '../sources/recording';
import type { FilesReply, OpenedFiles, Opening } from './messages';

/** A source that was opened, as it answers. */
export interface HeldAnswers {
  label: string;
  /** Another number is another source. */
  number: number;
  /** Moments, at least one. */
  count: number;
  /** The answer of one moment, from 0. Throws RangeError where there is none. */
  answer(index: number, query: Query): PollResult;
}

export interface OpenedDesk {
  /** Where flows come from instead of the server. */
  readonly held: HeldAnswers | undefined;
  /** What the reader's inventories say; the same object until others are opened. */
  readonly facts: InventoryFacts | undefined;
  /** Captures or recordings replace those that were open; inventories alone are added to what is open. */
  open(files: readonly File[]): Promise<FilesReply>;
  /** Gives up what is being opened. */
  stop(): void;
  /** Back to the server, without inventories of the reader's. */
  close(): void;
}

/** A page that tells of every piece of a file would be busy telling. */
const TELL_EVERY_MS = 100;

/** Why files could not be used; the message is a sentence or several. */
class Unusable extends Error {
  override name = 'Unusable';
}

interface Read {
  held?: Held;
  captures: readonly File[];
  inventory?: Inventory;
  inventoryNames: string[];
  notes: string[];
}

const NOTHING: Read = { captures: [], inventoryNames: [], notes: [] };

export function createOpenedDesk(tell: (opening: Opening | undefined) => void): OpenedDesk {
  let current: Read = NOTHING;
  let facts: InventoryFacts | undefined;
  let now: OpenedFiles | undefined;
  let number = 0;
  let stopper: AbortController | undefined;

  async function open(files: readonly File[]): Promise<FilesReply> {
    stopper?.abort();
    const mine = new AbortController();
    stopper = mine;
    const watch = watcher(files, mine.signal, tell);
    try {
      const kinds = await sort(files);
      const baseline = kinds.baseline.at(-1);
      const next = await read(kinds, current, watch);
      const text = await baseline?.text();
      if (mine.signal.aborted) return { stopped: true };
      if (next !== current) {
        if (next.inventory !== current.inventory) {
          facts = next.inventory === undefined ? undefined : readInventoryFacts(next.inventory);
        }
        // A baseline alone, or an inventory beside the same flows, is no other source.
        if (next.held !== current.held) number++;
        current = next;
        now = describe(next, number);
      }
      return {
        ...(now === undefined ? {} : { opened: now }),
        ...(text === undefined || baseline === undefined ? {} : { baseline: { name: baseline.name, text } }),
      };
    } catch (error) {
      if (mine.signal.aborted) return { stopped: true };
      if (error instanceof Unusable) return { problem: error.message };
      throw error;
    } finally {
      if (stopper === mine) {
        stopper = undefined;
        tell(undefined);
      }
    }
  }

  return {
    get held() {
      const { held } = current;
      return held === undefined
        ? undefined
        : {
            ...{ label: held.label, count: held.count, number },
            answer: (index: number, query: Query) => answerHeld(held.at(index), held.label, query),
          };
    },
    get facts() {
      return facts;
    },
    open,
    stop: () => stopper?.abort(),
    close() {
      stopper?.abort();
      current = NOTHING;
      facts = undefined;
      now = undefined;
    },
  };
}

type Sorted = Record<FileKind, File[]>;

async function sort(files: readonly File[]): Promise<Sorted> {
  const kinds: Sorted = { capture: [], recording: [], inventory: [], baseline: [], unknown: [] };
  for (const file of files) {
    try {
      kinds[await sniffFile(file)].push(file);
    } catch (error) {
      throw new Unusable(`${file.name} cannot be read: ${messageOf(error)}.`);
    }
  }
  const [stranger] = kinds.unknown;
  if (stranger !== undefined) {
    throw new Unusable(
      `${stranger.name} is nothing that Shoal reads: captures (pcap, pcapng), recordings and saved answers of /mcp/flows, ` +
        'inventories (kubectl get … -o json) and baselines, each also zipped with gzip.',
    );
  }
  if (kinds.capture.length > 0 && kinds.recording.length > 0) {
    throw new Unusable(
      `${kinds.capture[0]?.name} is a capture and ${kinds.recording[0]?.name} a recording: open the one or the other.`,
    );
  }
  return kinds;
}

async function read(kinds: Sorted, before: Read, watch: Watch): Promise<Read> {
  const fresh = kinds.capture.length > 0 || kinds.recording.length > 0;
  if (!fresh && kinds.inventory.length === 0) return before;
  const inventories: Inventory[] = before.inventory === undefined ? [] : [before.inventory];
  for (const file of kinds.inventory) inventories.push(await readOneInventory(file, watch));
  const inventory = kinds.inventory.length === 0 ? before.inventory : mergeInventories(inventories);
  const names = [...new Set([...before.inventoryNames, ...kinds.inventory.map(({ name }) => name)])];
  const base: Read = {
    captures: [],
    inventoryNames: names,
    notes: [],
    ...(inventory === undefined ? {} : { inventory }),
  };
  if (kinds.recording.length > 0) return { ...base, ...(await readRecordings(kinds.recording, watch)) };
  const captures = fresh ? kinds.capture : before.captures;
  // Captures are named while they are read: with another inventory they are read anew.
  if (captures.length > 0) return { ...base, captures, ...(await readAll(captures, inventory, watch)) };
  return { ...base, notes: before.notes, ...(before.held === undefined ? {} : { held: before.held }) };
}

async function readOneInventory(file: File, watch: Watch): Promise<Inventory> {
  try {
    const parts: BlobPart[] = [];
    await readUnzipped(watch(file), (chunk) => parts.push(chunk as Uint8Array<ArrayBuffer>));
    return readInventory(JSON.parse(await new Blob(parts).text()));
  } catch (error) {
    throw new Unusable(`${file.name} is not used as an inventory: ${messageOf(error)}`);
  }
}

async function readRecordings(files: readonly File[], watch: Watch): Promise<Pick<Read, 'held' | 'notes'>> {
  const notes: string[] = [];
  const recordings = [];
  let room = MOST_HELD_ROWS;
  for (const file of files) {
    try {
      const recording = await readRecording(watch(file), file.lastModified, room);
      room -= recording.polls.reduce((sum, { flows }) => sum + flows.length, 0);
      if (recording.problem !== undefined) notes.push(`${file.name}: ${recording.problem}`);
      recordings.push(recording);
    } catch (error) {
      if (!(error instanceof UnreadableRecording)) throw error;
      // One of several that is broken takes nothing away from the others.
      if (files.length === 1) throw new Unusable(`${file.name}: ${error.message}`);
      notes.push(`${file.name}: ${error.message}`);
    }
    if (room <= 0) {
      notes.push(
        `A page holds ${MOST_HELD_ROWS.toLocaleString('en')} rows at most: replay the whole with shoal --recording.`,
      );
      break;
    }
  }
  if (recordings.length === 0) throw new Unusable(notes.join(' '));
  const [first] = files;
  const label = files.length === 1 ? `recording ${first?.name}` : `${files.length} recordings and answers`;
  return { held: holdRecording(joinRecordings(recordings), label), notes };
}

async function readAll(
  files: readonly File[],
  inventory: Inventory | undefined,
  watch: Watch,
): Promise<Pick<Read, 'held' | 'notes'>> {
  const names = inventory === undefined ? undefined : createInventoryNames(inventory);
  try {
    const captured = await readCaptures(
      files.map((file) => ({ name: file.name, open: () => watch(file) })),
      { join: true, ...(names === undefined ? {} : { names }) },
    );
    const [first] = files;
    const label = files.length === 1 ? `capture ${first?.name}` : `${files.length} captures`;
    const notes = [...captured.notes];
    if (names !== undefined && names.conflicts > 0) {
      notes.push(
        `Addresses or ports that the inventory gives to two: ${names.conflicts}. The first one counts.`,
      );
    }
    return { held: holdCaptures(captured, label), notes };
  } catch (error) {
    if (error instanceof UnreadableCaptures) throw new Unusable(error.message);
    throw error;
  }
}

/** The bytes of a file, counted as they are read; they fail when the reader gives up. */
type Watch = (file: File) => ReadableStream<Uint8Array>;

function watcher(
  files: readonly File[],
  signal: AbortSignal,
  tell: (opening: Opening | undefined) => void,
): Watch {
  const allBytes = files.reduce((sum, { size }) => sum + size, 0);
  let readBytes = 0;
  let toldMs = 0;
  return (file) =>
    file.stream().pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        async transform(chunk, controller) {
          signal.throwIfAborted();
          readBytes += chunk.length;
          const nowMs = Date.now();
          if (nowMs - toldMs >= TELL_EVERY_MS) {
            toldMs = nowMs;
            tell({ name: file.name, done: Math.min(readBytes, allBytes), all: allBytes, unit: 'bytes' });
            // Lets "stop" in: reading alone would never let go of the worker.
            await new Promise((resolve) => setTimeout(resolve));
          }
          controller.enqueue(chunk);
        },
      }),
    );
}

function describe({ held, inventory, inventoryNames, notes }: Read, number: number): OpenedFiles {
  const counted = (kind: string) => inventory?.items.filter((item) => item.kind === kind).length ?? 0;
  return {
    number,
    notes,
    ...(held === undefined
      ? {}
      : {
          flows: {
            label: held.label,
            moments: held.count,
            fromMs: held.at(0).atMs,
            toMs: held.at(held.count - 1).atMs,
          },
        }),
    ...(inventory === undefined
      ? {}
      : {
          inventory: {
            names: inventoryNames,
            pods: counted('Pod'),
            nodes: counted('Node'),
            services: counted('Service'),
          },
        }),
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

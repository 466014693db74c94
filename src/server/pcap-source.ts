/**
 * Opens the captures of the command line as a source of flows: files in, sentences about them to the log. Knows
 * files; leaves what is in them to sources/pcap.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { Inventory } from '../sources/inventory';
import { createInventoryNames } from '../sources/inventory-names';
import { createCaptureSource, readCaptures, UnreadableCaptures } from '../sources/pcap/pcap';
import type { FlowSource } from '../sources/source';
import { CannotStart, FILE_PROBLEMS, fileSentence } from './cannot-start';
import type { SourceChoice } from './command-line';

/** Captures are read from end to end: larger pieces are fewer turns of the loop. */
const PIECE_BYTES = 2 ** 20;

/** Rejects with CannotStart when a file cannot be opened, or none of them is a capture. */
export async function openCaptures(
  { files, join, windowS, speed }: Extract<SourceChoice, { kind: 'pcap' }>,
  inventory: Inventory | undefined,
  startMs: number,
  warn: (line: string) => void,
): Promise<FlowSource> {
  // All are looked at before the first is read: reading can take a minute.
  for (const path of files) {
    const stats = await stat(path).catch((error: unknown) => {
      throw new CannotStart(fileSentence(path, error));
    });
    if (stats.isDirectory())
      throw new CannotStart(`${path}: ${FILE_PROBLEMS.EISDIR} Give the captures in it.`);
  }
  const names = inventory === undefined ? undefined : createInventoryNames(inventory);
  if (names !== undefined && names.conflicts > 0) {
    warn(`Addresses or ports that the inventory gives to two: ${names.conflicts}. The first one counts.`);
  }
  const captured = await readCaptures(
    files.map((path) => ({
      name: path,
      open: () =>
        Readable.toWeb(
          createReadStream(path, { highWaterMark: PIECE_BYTES }),
        ) as unknown as ReadableStream<Uint8Array>,
    })),
    { join, ...(names === undefined ? {} : { names }), ...(windowS === undefined ? {} : { windowS }) },
  ).catch((error: unknown) => {
    throw error instanceof UnreadableCaptures ? new CannotStart(error.message) : error;
  });
  for (const note of captured.notes) warn(note);
  const [first = ''] = files;
  const label = files.length === 1 ? `capture ${basename(first)}` : `${files.length} captures`;
  return createCaptureSource(captured, { label, speed, startMs });
}

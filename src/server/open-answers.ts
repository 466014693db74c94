/**
 * From what the command line chose to something that answers: opens files, reads credentials, builds the source.
 * The only place of the server that knows all kinds of sources.
 */
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { type Inventory, mergeInventories, readInventory } from '../sources/inventory';
import { createRecordingSource, readRecording } from '../sources/recording';
import { createSimulatedSource } from '../sources/simulated/simulated';
import type { FlowSource } from '../sources/source';
import type { Answers } from './answers';
import type { Options, SourceChoice } from './command-line';
import { createHub } from './hub';
import { labPath } from './lab';
import { createLineFile } from './line-file';
import { createRecorder, type Recorder } from './recorder';
import { createSourceAnswers } from './source-answers';

/** Something given from outside cannot be used; the message is the sentence for the reader. */
export class CannotStart extends Error {
  override name = 'CannotStart';
}

export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  /** Takes a line for the log. */
  warn: (line: string) => void;
}

/** Opens the chosen source and what goes with it. Rejects with CannotStart when a file cannot be used. */
export async function openAnswers(
  options: Pick<Options, 'source' | 'inventory' | 'record'>,
  { env, warn }: Surroundings,
): Promise<{ answers: Answers; inventory?: Inventory }> {
  const inventory = await openInventory(options);
  const open = await openSource(options.source, env, warn);
  const recorder = options.record === undefined ? undefined : await openRecorder(options.record, warn);
  const answers = open(recorder);
  return inventory === undefined ? { answers } : { answers, inventory };
}

async function openSource(
  choice: SourceChoice,
  env: Surroundings['env'],
  warn: (line: string) => void,
): Promise<(recorder: Recorder | undefined) => Answers> {
  const fromSource = (source: FlowSource) => (recorder: Recorder | undefined) =>
    createSourceAnswers(recorder === undefined ? { source } : { source, recorder });
  const startMs = Date.now();
  switch (choice.kind) {
    case 'simulated': {
      const { kind: _kind, ...rest } = choice;
      return fromSource(createSimulatedSource({ ...rest, startMs }));
    }
    case 'recording': {
      const path = choice.file === 'lab' ? labPath('lab.jsonl.gz') : choice.file;
      const name = choice.file === 'lab' ? 'lab' : basename(path);
      const loadedAtMs = await modifiedAt(path);
      const bytes = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
      const recording = await readRecording(bytes, loadedAtMs).catch((error: unknown) => {
        throw new CannotStart(`${path}: ${messageOf(error)}`);
      });
      if (recording.problem !== undefined) warn(`${path}: ${recording.problem}`);
      return fromSource(
        createRecordingSource(recording, { label: `recording ${name}`, speed: choice.speed, startMs }),
      );
    }
    case 'hub': {
      const token = readCredential(env, 'SHOAL_HUB_TOKEN');
      const licenseKey = readCredential(env, 'SHOAL_LICENSE_KEY');
      const { url, maxAnswerBytes } = choice;
      return (recorder) =>
        createHub({
          url,
          maxAnswerBytes,
          ...(token === undefined ? {} : { token }),
          ...(licenseKey === undefined ? {} : { licenseKey }),
          ...(recorder === undefined ? {} : { recorder }),
        });
    }
  }
}

async function openInventory(options: Pick<Options, 'source' | 'inventory'>): Promise<Inventory | undefined> {
  const { source, inventory } = options;
  const isLab = source.kind === 'recording' && source.file === 'lab';
  const paths = inventory.length === 0 && isLab ? [labPath('lab-inventory.json')] : inventory;
  if (paths.length === 0) return undefined;
  return mergeInventories(await Promise.all(paths.map(readInventoryFile)));
}

async function readInventoryFile(path: string): Promise<Inventory> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new CannotStart(fileSentence(path, error));
  });
  try {
    return readInventory(JSON.parse(text));
  } catch (error) {
    throw new CannotStart(`${path}: ${messageOf(error)}`);
  }
}

async function openRecorder(path: string, warn: (line: string) => void): Promise<Recorder> {
  const file = await createLineFile(path, (error) =>
    warn(`Recording stopped. ${fileSentence(path, error)}`),
  ).catch((error: unknown) => {
    throw new CannotStart(fileSentence(path, error));
  });
  return createRecorder(file);
}

async function modifiedAt(path: string): Promise<number> {
  const stats = await stat(path).catch((error: unknown) => {
    throw new CannotStart(fileSentence(path, error));
  });
  if (stats.isDirectory()) throw new CannotStart(`${path}: ${FILE_PROBLEMS.EISDIR}`);
  return stats.mtimeMs;
}

/** A header can hold visible ASCII only; a value that cannot be one is refused without being shown. */
function readCredential(env: Surroundings['env'], name: string): string | undefined {
  const value = env[name]?.trim();
  if (value === undefined || value === '') return undefined;
  if (!/^[\x20-\x7e]+$/.test(value))
    throw new CannotStart(`${name} holds characters that no header can carry.`);
  return value;
}

const FILE_PROBLEMS: Record<string, string> = {
  ENOENT: 'there is no such file or folder.',
  EACCES: 'it may not be opened.',
  EPERM: 'it may not be opened.',
  EISDIR: 'it is a folder.',
  ENOSPC: 'the disk is full.',
};

function fileSentence(path: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return `${path}: ${(code === undefined ? undefined : FILE_PROBLEMS[code]) ?? messageOf(error)}`;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

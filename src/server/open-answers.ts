/**
 * From what the command line chose to something that answers: opens files, reads credentials, builds the source.
 * The only place of the server that knows all kinds of sources.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { Inventory } from '../sources/inventory';
import { createRecordingSource, readRecording } from '../sources/recording';
import { simulatedInventory } from '../sources/simulated/inventory';
import { createSimulatedSource } from '../sources/simulated/simulated';
import type { FlowSource } from '../sources/source';
import type { Answers } from './answers';
import type { AppOptions } from './app';
import { CannotStart, FILE_PROBLEMS, fileSentence, messageOf } from './cannot-start';
import type { Options, SourceChoice } from './command-line';
import { createHub } from './hub';
import { labPath } from './lab';
import { createLineFile } from './line-file';
import { type OpenInventory, openInventory } from './open-inventory';
import { openCaptures } from './pcap-source';
import { createRecorder, type Recorder } from './recorder';
import { createSourceAnswers } from './source-answers';

export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  /** Takes a line for the log. */
  warn: (line: string) => void;
}

/** A source that is open. */
interface Opened {
  answersWith: (recorder: Recorder | undefined) => Answers;
  /** What the source itself knows; one that is given wins. */
  inventory?: () => Inventory;
}

/** Opens the chosen source and what goes with it. Rejects with CannotStart when a file cannot be used. */
export async function openAnswers(
  options: Pick<Options, 'source' | 'inventory' | 'record'>,
  { env, warn }: Surroundings,
): Promise<Pick<AppOptions, 'answers' | 'inventory' | 'hasInventory'>> {
  const given = await openInventory(inventoryNames(options), { env, warn });
  try {
    // Captures are named when they are opened: what a cluster says until then counts.
    if (options.source.kind === 'pcap') await given?.settled;
    const opened = await openSource(options.source, env, warn, given?.now());
    const recorder = options.record === undefined ? undefined : await openRecorder(options.record, warn);
    const answers = opened.answersWith(recorder);
    return {
      answers: {
        ...answers,
        async destroy() {
          given?.destroy();
          await answers.destroy();
        },
      },
      ...(given === undefined ? ownInventory(opened) : givenInventory(given)),
    };
  } catch (error) {
    given?.destroy();
    throw error;
  }
}

/** As often as flows change: a thousand viewers need no list each. */
const LISTED_FOR_MS = 5000;

/** Makes a list when somebody asks and the last one is old, or from after a clock was set back. */
function remembered(list: (nowMs: number) => Inventory): () => Inventory {
  let last: { atMs: number; inventory: Inventory } | undefined;
  return () => {
    const nowMs = Date.now();
    if (last === undefined || Math.abs(nowMs - last.atMs) >= LISTED_FOR_MS)
      last = { atMs: nowMs, inventory: list(nowMs) };
    return last.inventory;
  };
}

type InventoryOptions = Pick<AppOptions, 'inventory' | 'hasInventory'>;

const ownInventory = ({ inventory }: Opened): InventoryOptions =>
  inventory === undefined ? {} : { inventory };

const givenInventory = ({ now }: OpenInventory): InventoryOptions => ({
  inventory: () => now() ?? { items: [] },
  hasInventory: () => now() !== undefined,
});

/** What to read: the lab brings its own, unless another is given. */
function inventoryNames({ source, inventory }: Pick<Options, 'source' | 'inventory'>): readonly string[] {
  const isLab = source.kind === 'recording' && source.file === 'lab';
  return inventory.length === 0 && isLab ? [labPath('lab-inventory.json')] : inventory;
}

async function openSource(
  choice: SourceChoice,
  env: Surroundings['env'],
  warn: (line: string) => void,
  inventory: Inventory | undefined,
): Promise<Opened> {
  const fromSource = (source: FlowSource): Opened => ({
    answersWith: (recorder) =>
      createSourceAnswers(recorder === undefined ? { source } : { source, recorder }),
  });
  const startMs = Date.now();
  switch (choice.kind) {
    case 'simulated': {
      const { kind: _kind, ...rest } = choice;
      const source = createSimulatedSource({ ...rest, startMs });
      // Pods come and go, so the list is made when somebody asks. Unlike the truth's events it plans nothing ahead.
      return {
        ...fromSource(source),
        inventory: remembered((nowMs) => simulatedInventory(source.truth, nowMs)),
      };
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
    case 'pcap':
      return fromSource(await openCaptures(choice, inventory, startMs, warn));
    case 'hub': {
      const token = readCredential(env, 'SHOAL_HUB_TOKEN');
      const licenseKey = readCredential(env, 'SHOAL_LICENSE_KEY');
      const { url, maxAnswerBytes } = choice;
      return {
        answersWith: (recorder) =>
          createHub({
            url,
            maxAnswerBytes,
            ...(token === undefined ? {} : { token }),
            ...(licenseKey === undefined ? {} : { licenseKey }),
            ...(recorder === undefined ? {} : { recorder }),
          }),
      };
    }
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

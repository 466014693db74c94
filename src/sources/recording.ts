/**
 * A recording as a source: `.jsonl` with a line a poll, or one `/mcp/flows` response; either may be gzipped.
 * Pure, over web streams, so it runs in Node and in the page. Knows the file format and replay in time; refuses to
 * know files and where bytes come from. A line is `{"at": ISO, "flows": <response>, "summary": <response>}`; an
 * `epoch` in it (as --record writes it) is honoured, any other key is ignored.
 */
import type { Flow } from '../flows/flow';
import { decodeAnswer, decodeSummary, readCount, type Summary } from '../flows/wire';
import type { AnswerableSample } from './answer';
import type { FlowSource } from './source';

/** One poll of a recording. */
export interface RecordedPoll {
  atMs: number;
  /** Counters start anew here: the recorded source restarted, or its time ran backwards. */
  restart: boolean;
  flows: Flow[];
  rejected: number;
  /** Flows the recorded answer counted but did not hold. */
  missing: number;
  summary?: Summary;
}

export interface Recording {
  /** At least one, in the order of the file. */
  polls: RecordedPoll[];
  /** What could not be read, and where: a sentence. Absent when the file is whole. */
  problem?: string;
}

/**
 * Rows that a page holds of recordings: about half a gigabyte. The server replays larger ones with all of its memory.
 */
export const MOST_HELD_ROWS = 500_000;

/** Why a file without a single readable poll is none; to be read after the file's name and a colon. */
export class UnreadableRecording extends Error {
  override name = 'UnreadableRecording';
}

// The sensor samples every 5 s, so a poll without a usable time is taken to be that long after the one before.
const SENSOR_PERIOD_MS = 5000;

/**
 * Reads a whole recording. `loadedAtMs` dates a poll that says nothing about its time. A broken line is left out
 * and named in `problem`; a file that breaks off keeps what came before, and so does one of more than `mostFlows` rows.
 * Throws UnreadableRecording when no poll is left.
 */
export async function readRecording(
  bytes: ReadableStream<Uint8Array>,
  loadedAtMs: number,
  mostFlows = Number.POSITIVE_INFINITY,
): Promise<Recording> {
  const polls: RecordedPoll[] = [];
  let rows = 0;
  const broken: string[] = [];
  let lastEpoch: unknown;
  const keep = (json: unknown): void => {
    const poll = readPoll(json, polls.at(-1), loadedAtMs);
    const epoch = (json as Record<string, unknown>).epoch;
    if (polls.length > 0 && epoch !== lastEpoch) poll.restart = true;
    lastEpoch = epoch;
    polls.push(poll);
    rows += poll.flows.length;
  };

  let number = 0;
  // A response printed over many lines has no line that is JSON, so the text is kept until a first line can be read.
  let unread: string[] | undefined = [];
  try {
    for await (const line of readLines(bytes)) {
      number++;
      if (line.trim() === '') continue;
      try {
        keep(JSON.parse(line));
        unread = undefined;
      } catch (error) {
        unread?.push(line);
        broken.push(`line ${number} (${reasonOf(error)})`);
      }
      if (rows > mostFlows) {
        broken.push(`what follows line ${number} (more than ${mostFlows.toLocaleString('en')} rows)`);
        break;
      }
    }
  } catch (error) {
    broken.push(`what follows line ${number} (the file breaks off: ${reasonOf(error)})`);
  }
  if (unread !== undefined && unread.length > 1) {
    try {
      keep(JSON.parse(unread.join('\n')));
      return { polls };
    } catch {
      // Neither a document nor lines; the lines have been named.
    }
  }
  if (polls.length === 0) {
    throw new UnreadableRecording(
      broken.length === 0 ? 'it is empty.' : `nothing in it can be read: ${listBroken(broken)}.`,
    );
  }
  return broken.length === 0 ? { polls } : { polls, problem: `Left out ${listBroken(broken)}.` };
}

// Enough to find the damage; a file of garbage would otherwise make a sentence of a thousand lines.
const MOST_NAMED = 3;
const listBroken = (broken: string[]): string =>
  broken.slice(0, MOST_NAMED).join(', ') +
  (broken.length > MOST_NAMED ? ` and ${broken.length - MOST_NAMED} more` : '');

// V8 quotes the text it could not parse; a sentence needs its beginning at most.
const reasonOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text.replace(/\.$/, '');
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One line as a poll; a bare `/mcp/flows` response counts as a line of its own. Throws with the reason if it is neither. */
function readPoll(json: unknown, before: RecordedPoll | undefined, loadedAtMs: number): RecordedPoll {
  if (!isObject(json)) throw new Error('it is not a JSON object');
  const answer = decodeAnswer(isObject(json.flows) ? json.flows : json);
  const atMs =
    readTime(json.at) ??
    latestTimestamp(answer.flows) ??
    (before === undefined ? loadedAtMs : before.atMs + SENSOR_PERIOD_MS);
  return {
    atMs,
    restart: before !== undefined && atMs <= before.atMs,
    flows: answer.flows,
    rejected: answer.rejects.count,
    missing: Math.max(0, answer.total - answer.flows.length - answer.rejects.count),
    ...readSummary(json.summary),
  };
}

function readSummary(json: unknown): { summary?: Summary } {
  if (!isObject(json)) return {};
  try {
    return { summary: decodeSummary(json) };
  } catch {
    // A summary that is none is as good as absent: it is computed from the flows then.
    return {};
  }
}

function readTime(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : readCount(value);
  // A number too large for a date is no time either.
  return ms === undefined || Number.isNaN(new Date(ms).getTime()) ? undefined : ms;
}

function latestTimestamp(flows: readonly Flow[]): number | undefined {
  let latest: number | undefined;
  for (const { clientStats, serverStats } of flows) {
    for (const stats of [clientStats, serverStats]) {
      const ms = readTime(stats?.timestamp);
      if (ms !== undefined && (latest === undefined || ms > latest)) latest = ms;
    }
  }
  return latest;
}

/** Lines of UTF-8 text, unzipped first where the first two bytes say gzip. Throws where the stream does. */
async function* readLines(bytes: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // A line can have 100 MB: only what is new is searched for its end, and the parts are joined once.
  let parts: string[] = [];
  for await (const chunk of readChunks(await unzipped(bytes))) {
    const [head = '', ...lines] = decoder.decode(chunk, { stream: true }).split('\n');
    parts.push(head);
    for (const line of lines) {
      yield parts.join('');
      parts = [line];
    }
  }
  yield parts.join('') + decoder.decode();
}

async function unzipped(bytes: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const reader = bytes.getReader();
  let head = new Uint8Array();
  while (head.length < 2) {
    const { value, done } = await reader.read();
    if (done) break;
    const joined = new Uint8Array(head.length + value.length);
    joined.set(head);
    joined.set(value, head.length);
    head = joined;
  }
  const all = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      if (head.length > 0) controller.enqueue(head);
    },
    async pull(controller) {
      const { value, done } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  return isGzip ? all.pipeThrough(new DecompressionStream('gzip')) : all;
}

// Streams are async iterable in Node, but not in every browser.
async function* readChunks(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever stops listening lets go of the file.
    await reader.cancel().catch(() => undefined);
  }
}

export interface Replay {
  /** Text for the status line: `recording lab`. */
  label: string;
  /** Recorded seconds per second; 1 is as recorded, 0 holds the last poll. */
  speed: number;
  /** Wall clock at which the first poll is current. */
  startMs: number;
}

/**
 * Replays a recording in wall time × speed, and over again. `atMs` is the recorded time; the epoch grows at each loop
 * and at each restart within the recording. Within one epoch `atMs` grows from poll to poll.
 * Throws RangeError when `speed` is negative or not finite.
 */
export function createRecordingSource(recording: Recording, { label, speed, startMs }: Replay): FlowSource {
  if (!(speed >= 0 && Number.isFinite(speed))) throw new RangeError(`speed must be 0 or more, not ${speed}`);
  const { polls } = recording;
  const startsMs: number[] = [];
  const epochs: number[] = [];
  let lengthMs = 0;
  let stepMs = SENSOR_PERIOD_MS;
  let epoch = 0;
  for (const [i, poll] of polls.entries()) {
    const before = polls[i - 1];
    if (before !== undefined) {
      // Where time runs backwards the step before is the best guess.
      if (poll.atMs > before.atMs) stepMs = poll.atMs - before.atMs;
      lengthMs += stepMs;
    }
    if (poll.restart) epoch++;
    startsMs.push(lengthMs);
    epochs.push(epoch);
  }
  // The last poll is current for as long as the one before was.
  lengthMs += stepMs;
  const epochsPerLoop = epoch + 1;
  const isMoving = speed > 0 && polls.length > 1;

  let current: AnswerableSample | undefined;
  let currentIndex = -1;
  return {
    label,
    sampleAt(nowMs) {
      const positionMs = isMoving ? Math.max(0, nowMs - startMs) * speed : 0;
      const loop = Math.floor(positionMs / lengthMs);
      const index = isMoving ? indexAt(startsMs, positionMs - loop * lengthMs) : polls.length - 1;
      const atEpoch = loop * epochsPerLoop + (epochs[index] ?? 0);
      if (current !== undefined && currentIndex === index && current.epoch === atEpoch) return current;
      const { restart: _restart, ...poll } = polls[index] as RecordedPoll;
      currentIndex = index;
      current = { ...poll, epoch: atEpoch };
      return current;
    },
  };
}

/** The last entry that is not after `positionMs`; entries grow, and the first is 0. */
function indexAt(startsMs: readonly number[], positionMs: number): number {
  let low = 0;
  let high = startsMs.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((startsMs[middle] ?? 0) <= positionMs) low = middle;
    else high = middle - 1;
  }
  return low;
}

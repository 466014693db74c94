/**
 * `--record FILE`: what passes through the server, as lines that `--recording FILE` replays. Knows when a line is due
 * and what is in it; refuses to know files (the writer is handed in).
 *
 * A source writes each sample that somebody asked for, whole and in `full` format, once. A hub writes each answer
 * that passes to a whole list (no filter, no aggregation, not raw), as it came, with the summary that passes next;
 * the line waits for that summary until the next answer or the end.
 */
import { type AnswerableSample, answerQuery, answerSummary } from '../sources/answer';

export interface Recorder {
  sample(sample: AnswerableSample): void;
  /** `answer` is a parsed `/mcp/flows` response to a whole list; times and epochs as in the answer's headers. */
  flowsPassed(answer: unknown, at: string, epoch?: string): void;
  summaryPassed(summary: unknown): void;
  /** Writes what is waiting, and resolves when all is written; what passes later is not recorded. */
  close(): Promise<void>;
}

export interface LineWriter {
  /** Takes one line without its end. Never throws: what fails is its own to report. */
  write(line: string): void;
  close(): Promise<void>;
}

export function createRecorder(writer: LineWriter): Recorder {
  let waiting: Record<string, unknown> | undefined;
  let closed = false;
  const flush = (summary?: unknown) => {
    if (waiting === undefined) return;
    writer.write(JSON.stringify(summary === undefined ? waiting : { ...waiting, summary }));
    waiting = undefined;
  };
  return {
    sample(sample) {
      if (closed) return;
      const { atMs, epoch } = sample;
      const flows = answerQuery(sample, { format: 'full' });
      const at = new Date(atMs).toISOString();
      writer.write(JSON.stringify({ at, epoch, flows, summary: answerSummary(sample) }));
    },
    flowsPassed(answer, at, epoch) {
      flush();
      if (closed) return;
      waiting = { at, ...(epoch === undefined ? {} : { epoch }), flows: answer };
    },
    summaryPassed(summary) {
      flush(summary);
    },
    async close() {
      if (closed) return;
      closed = true;
      flush();
      await writer.close();
    },
  };
}

/** Lines as a gzipped file, one at a time: an hour of a large cluster is hundreds of megabytes of text. */
import { encodeAnswer, encodeSummary } from '../flows/wire';
import type { Found } from './annals';
import type { KeptAnswer } from './answers';
import { late } from './late-code';
import type { Memory } from './memory';

const loadRedaction = late(() => import('../share/redact-recording'));

/** One answer as a line of a recording (DESIGN §7). */
const lineOf = ({ answer, atMs, summary }: KeptAnswer): string =>
  JSON.stringify({
    at: new Date(atMs).toISOString(),
    flows: encodeAnswer(answer, 'full'),
    ...(summary === undefined ? {} : { summary: encodeSummary(summary) }),
  });

/** What is kept of the series; of an answer that is too large to be kept, that answer. */
export async function record(memory: Memory, { series, kept }: Found, redact: boolean): Promise<Blob> {
  const lines = () =>
    memory.moments(series).length > 0 ? memory.recording(series) : [lineOf(kept)][Symbol.iterator]();
  if (!redact) return zipLines(lines());
  const { redactLines } = await loadRedaction();
  return zipLines(redactLines(() => ({ [Symbol.iterator]: lines })));
}

function zipLines(lines: Iterator<string>): Promise<Blob> {
  const encoder = new TextEncoder();
  const text = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const { value, done } = lines.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(`${value}\n`));
    },
  });
  return new Response(text.pipeThrough(new CompressionStream('gzip'))).blob();
}

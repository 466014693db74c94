/** Lines as a gzipped file, one at a time: an hour of a large cluster is hundreds of megabytes of text. */
import { encodeAnswer, encodeSummary } from '../flows/wire';
import type { KeptAnswer } from './answers';

/** One answer as a line of a recording (DESIGN §7). */
export const lineOf = ({ answer, atMs, summary }: KeptAnswer): string =>
  JSON.stringify({
    at: new Date(atMs).toISOString(),
    flows: encodeAnswer(answer, 'full'),
    ...(summary === undefined ? {} : { summary: encodeSummary(summary) }),
  });

export function zipLines(lines: Iterator<string>): Promise<Blob> {
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

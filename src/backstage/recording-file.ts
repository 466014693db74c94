/** Lines as a gzipped file, one at a time: an hour of a large cluster is hundreds of megabytes of text. */

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

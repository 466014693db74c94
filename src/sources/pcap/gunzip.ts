/**
 * Bytes of a file as they are inside: unzipped where the first two say gzip. A zipped file that breaks off gives all
 * that can be unzipped before it fails, which a plain pipe does not promise. Runs on web streams alone.
 */

/** What is wrong with a zipped file; to be read after its name and a colon. */
export class BrokenZip extends Error {
  override name = 'BrokenZip';
}

/** Zipped bytes are fed in pieces of this size, so that little is in flight when they break off. */
const PIECE = 65_536;
/** How long the unzipped end may take to arrive; asked for again as long as something came. */
const SETTLE_MS = 10;

/** Calls `take` with each chunk. Throws what the stream throws, or BrokenZip; what was taken before counts. */
export async function readUnzipped(
  bytes: ReadableStream<Uint8Array>,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  const reader = bytes.getReader();
  try {
    let head = new Uint8Array(0);
    while (head.length < 2) {
      const { value, done } = await reader.read();
      if (done) break;
      const joined = new Uint8Array(head.length + value.length);
      joined.set(head);
      joined.set(value, head.length);
      head = joined;
    }
    if (head[0] === 0x1f && head[1] === 0x8b) await unzip(head, reader, take);
    else {
      if (head.length > 0) take(head);
      for (let next = await reader.read(); !next.done; next = await reader.read()) take(next.value);
    }
  } catch (error) {
    await reader.cancel(error).catch(() => undefined);
    throw error;
  }
}

async function unzip(
  head: Uint8Array<ArrayBuffer>,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  const gzip = new DecompressionStream('gzip');
  const writer = gzip.writable.getWriter();
  const unzipped = gzip.readable.getReader();
  let taken = 0;
  let failure: { error: unknown } | undefined;
  let isDamaged = false;
  const taking = (async () => {
    for (;;) {
      const next = await unzipped.read().catch(() => undefined);
      if (next === undefined) {
        isDamaged = true;
        return;
      }
      if (next.done) return;
      taken++;
      try {
        take(next.value);
      } catch (error) {
        failure = { error };
        await unzipped.cancel().catch(() => undefined);
        return;
      }
    }
  })();

  const feed = async (chunk: Uint8Array): Promise<void> => {
    for (let at = 0; at < chunk.length && failure === undefined && !isDamaged; at += PIECE) {
      await writer.write(chunk.subarray(at, at + PIECE) as Uint8Array<ArrayBuffer>).catch(() => {
        isDamaged = true;
      });
    }
  };
  let broken: unknown;
  try {
    await feed(head);
    while (failure === undefined && !isDamaged) {
      const { value, done } = await reader.read();
      if (done) break;
      await feed(value);
    }
  } catch (error) {
    broken = error;
  }
  for (let before = -1; before !== taken && !isDamaged && failure === undefined; ) {
    before = taken;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
  await writer.close().catch(() => {
    isDamaged = true;
  });
  await taking;
  if (failure !== undefined) throw (failure as { error: unknown }).error;
  if (broken !== undefined) throw broken;
  if (isDamaged) throw new BrokenZip('its zipped part is damaged or breaks off');
}

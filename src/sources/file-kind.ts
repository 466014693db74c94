/**
 * What kind of file somebody opened, by how it begins: names and endings of files are often wrong. Looks no further
 * than the first bytes and reads nothing; whether the file is whole is for its own reader to say.
 */
import { readUnzipped } from './pcap/gunzip';

export type FileKind = 'capture' | 'recording' | 'inventory' | 'baseline' | 'unknown';

/** Enough for the first key of any JSON, however it is indented, and for the magic of any capture. */
const HEAD_BYTES = 64 * 1024;

/** The first four bytes of pcap (µs and ns, both byte orders, and the old patched kinds) and of pcapng. */
const CAPTURES = [...[0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0xa1b2cd34, 0x34cdb2a1], 0x0a0d0d0a];

/** What kubectl and the Kubernetes API begin a list or an object with; no answer of `/mcp/flows` has these keys. */
const INVENTORY = /^[\s[{]*"(?:apiVersion|kind|items|metadata)"\s*:/;
const BASELINE = /^\s*\{[^{}[\]]*"format"\s*:\s*"shoal-baseline"/;

/** The kind of what begins with these bytes, unzipped already. Bytes that are neither a capture nor JSON are unknown. */
export function kindOf(head: Uint8Array): FileKind {
  if (head.length >= 4) {
    const magic = new DataView(head.buffer, head.byteOffset).getUint32(0);
    if (CAPTURES.includes(magic)) return 'capture';
  }
  // A byte order mark is dropped by the decoder; a character that is cut at the end does no harm.
  const text = new TextDecoder().decode(head);
  if (!/^\s*[[{]/.test(text)) return 'unknown';
  if (INVENTORY.test(text)) return 'inventory';
  return BASELINE.test(text) ? 'baseline' : 'recording';
}

/** The kind of a file, zipped or not. Rejects where the file cannot be read at all. */
export async function sniffFile(file: Blob): Promise<FileKind> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    await readUnzipped(file.slice(0, HEAD_BYTES).stream(), (chunk) => {
      if (size < HEAD_BYTES) chunks.push(chunk);
      size += chunk.length;
    });
  } catch (error) {
    // The slice of a zipped file always breaks off; one that gives nothing is none.
    if (size === 0) throw error;
  }
  const head = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    head.set(chunk, at);
    at += chunk.length;
  }
  return kindOf(head);
}

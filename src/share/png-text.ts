/**
 * Text inside a PNG: `iTXt` chunks (PNG specification, 11.3.3.4), uncompressed UTF-8, put right after the header so that
 * readers find them without reading the picture. Knows chunks; refuses to know what the text says.
 */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Signature, and the header chunk: length, name, 13 bytes, checksum. */
const HEAD_BYTES = 8 + 4 + 4 + 13 + 4;

/** The picture with these texts by keyword (1 to 79 Latin letters). Throws for bytes that are no PNG. */
export function withTexts(
  png: Uint8Array,
  texts: readonly (readonly [keyword: string, text: string])[],
): Uint8Array<ArrayBuffer>[] {
  if (png.length < HEAD_BYTES || SIGNATURE.some((byte, at) => png[at] !== byte))
    throw new Error('These bytes are no PNG.');
  return [
    new Uint8Array(png.slice(0, HEAD_BYTES)),
    ...texts.map(([keyword, text]) => textChunk(keyword, text)),
    new Uint8Array(png.slice(HEAD_BYTES)),
  ];
}

function textChunk(keyword: string, text: string): Uint8Array<ArrayBuffer> {
  // Keyword, its end, not compressed, method 0, no language, no translation of the keyword.
  const body = new TextEncoder().encode(`iTXt${keyword}\0\0\0\0\0${text}`);
  const chunk = new Uint8Array(body.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, body.length - 4);
  chunk.set(body, 4);
  view.setUint32(body.length + 4, checksum(body));
  return chunk;
}

/** CRC-32 as PNG has it, over the chunk's name and data. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffff_ffff) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1;
  return value >>> 0;
});

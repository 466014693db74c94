/** What a PNG says of itself, read from its chunks: size, and the texts inside it. */

export interface PngFacts {
  width: number;
  height: number;
  texts: Map<string, string>;
}

/** Throws for bytes that are no PNG. */
export function readPng(bytes: Buffer): PngFacts {
  if (bytes.subarray(1, 4).toString() !== 'PNG') throw new Error('This is no PNG.');
  const texts = new Map<string, string>();
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (bytes.subarray(at + 4, at + 8).toString() === 'iTXt') {
      const keyword = data.subarray(0, data.indexOf(0)).toString('latin1');
      // Two flags, then language and translated keyword, each ended by a zero.
      let from = keyword.length + 3;
      for (let ends = 0; ends < 2; ends++) from = data.indexOf(0, from) + 1;
      texts.set(keyword, data.subarray(from).toString('utf8'));
    }
    at += length + 12;
  }
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), texts };
}

import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { withTexts } from './png-text';

/** The smallest picture: one black pixel. */
function onePixel(): Uint8Array {
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    ...[
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(Buffer.from([0, 0]))),
      chunk('IEND', Buffer.alloc(0)),
    ],
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** Reads it as any reader would: lengths, names, checksums. */
function read(png: Buffer): [name: string, data: Buffer][] {
  const chunks: [string, Buffer][] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    chunks.push([body.subarray(0, 4).toString('latin1'), body.subarray(4)]);
    at += length + 12;
  }
  return chunks;
}

describe('text in a picture', () => {
  it('comes right after the header, in UTF-8, and leaves the rest alone', () => {
    const png = onePixel();
    const text = 'p99 38 µs → “名前” 🐟\nsecond line';
    const out = Buffer.concat(
      withTexts(png, [
        ['Title', 'a'],
        ['Shoal', text],
      ]),
    );
    const chunks = read(out);
    expect(chunks.map(([name]) => name)).toEqual(['IHDR', 'iTXt', 'iTXt', 'IDAT', 'IEND']);
    const [keyword, rest] = (chunks[2]?.[1].toString('utf8') ?? '').split('\0\0\0\0\0');
    expect(keyword).toBe('Shoal');
    expect(rest).toBe(text);
    expect(read(out).filter(([name]) => name !== 'iTXt')).toEqual(read(Buffer.from(png)));
  });

  it('is not put into what is no picture', () => {
    expect(() => withTexts(new Uint8Array(100), [])).toThrow('no PNG');
    expect(() => withTexts(new Uint8Array(3), [])).toThrow('no PNG');
  });
});

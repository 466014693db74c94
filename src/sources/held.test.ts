// Sources that are whole: every moment is there, in the order of time, and files are told by how they begin.
import { describe, expect, it } from 'vitest';
import { sketch } from '../flows/sketch';
import { encodeAnswer } from '../flows/wire';
import { kindOf, sniffFile } from './file-kind';
import { holdRecording, joinRecordings } from './held';
import { readRecording } from './recording';

const flows = sketch('shop/web-1(web) -> shop/cart-1(cart):7070 both 60k/167k 3ms..12ms');
const answer = JSON.stringify(encodeAnswer({ flows, total: 1, truncated: false }, 'full'));
const line = (at: string, epoch?: number) =>
  `{"at":"${at}",${epoch === undefined ? '' : `"epoch":${epoch},`}"flows":${answer}}`;
const recording = (...lines: string[]) => readRecording(new Blob([lines.join('\n')]).stream(), 7);
const text = (content: string) => new TextEncoder().encode(content);
const gzip = async (content: string) =>
  new Response(new Blob([content]).stream().pipeThrough(new CompressionStream('gzip'))).blob();

describe('a held recording', () => {
  it('gives each poll by its place, with an epoch that grows at each restart', async () => {
    const held = holdRecording(
      await recording(
        line('2026-01-01T00:00:00Z', 1),
        line('2026-01-01T00:00:10Z', 1),
        line('2026-01-01T00:00:20Z', 2),
      ),
      'recording x',
    );
    expect(held.count).toBe(3);
    expect([0, 1, 2].map((index) => held.at(index).epoch)).toEqual([0, 0, 1]);
    expect(held.at(1).atMs).toBe(Date.parse('2026-01-01T00:00:10Z'));
    expect(held.at(2).flows).toHaveLength(1);
    expect(() => held.at(3)).toThrow(RangeError);
    expect(() => held.at(-1)).toThrow(RangeError);
  });

  it('of several files follows their times, and begins anew where they overlap', async () => {
    const joined = joinRecordings([
      await recording(line('2026-01-01T00:01:00Z'), line('2026-01-01T00:01:10Z')),
      await recording(line('2026-01-01T00:00:00Z')),
      await recording(line('2026-01-01T00:01:05Z')),
    ]);
    const held = holdRecording(joined, 'x');
    expect([0, 1, 2, 3].map((index) => new Date(held.at(index).atMs).toISOString().slice(14, 19))).toEqual([
      '00:00',
      '01:00',
      '01:10',
      '01:05',
    ]);
    expect([0, 1, 2, 3].map((index) => held.at(index).epoch)).toEqual([0, 0, 0, 1]);
  });

  it('keeps what fits and says what it left out', async () => {
    const lines = Array.from({ length: 5 }, (_, index) => line(`2026-01-01T00:00:0${index}Z`));
    const { polls, problem } = await readRecording(new Blob([lines.join('\n')]).stream(), 7, 2);
    expect(polls).toHaveLength(3);
    expect(problem).toBe('Left out what follows line 3 (more than 2 rows).');
  });
});

describe('a file is told by how it begins', () => {
  it.each([
    ['a capture', new Uint8Array([0xd4, 0xc3, 0xb2, 0xa1, 2, 0]), 'capture'],
    ['a capture of nanoseconds', new Uint8Array([0xa1, 0xb2, 0x3c, 0x4d]), 'capture'],
    ['pcapng', new Uint8Array([0x0a, 0x0d, 0x0d, 0x0a]), 'capture'],
    ['an answer', text(answer), 'recording'],
    ['a recording', text(line('2026-01-01T00:00:00Z')), 'recording'],
    ['a list of kubectl', text('{\n    "apiVersion": "v1",\n    "items": ['), 'inventory'],
    ['a list of the API', text('{"kind":"PodList","apiVersion":"v1"'), 'inventory'],
    ['a bare array of objects', text('[ {"apiVersion": "v1", "kind": "Pod"'), 'inventory'],
    ['a baseline', text('{\n  "format": "shoal-baseline",\n  "version": 1'), 'baseline'],
    ['a baseline whose keys were moved', text('{"version": 1, "format": "shoal-baseline"'), 'baseline'],
    ['JSON after a byte order mark', text(`\ufeff${answer}`), 'recording'],
    ['words', text('hello'), 'unknown'],
    ['nothing', new Uint8Array(), 'unknown'],
    ['three bytes', new Uint8Array([0xd4, 0xc3, 0xb2]), 'unknown'],
  ] as const)('%s', (_what, head, kind) => {
    expect(kindOf(head)).toBe(kind);
  });

  it('through gzip, also where the beginning of a large file is all that is looked at', async () => {
    const large = Array.from({ length: 4000 }, (_, index) =>
      line(`2026-01-01T00:00:00.${index}Z${Math.random()}`),
    );
    expect(await sniffFile(await gzip(large.join('\n')))).toBe('recording');
    expect(await sniffFile(await gzip('{"apiVersion":"v1"}'))).toBe('inventory');
    expect(await sniffFile(new Blob([answer]))).toBe('recording');
    expect(await sniffFile(new Blob([]))).toBe('unknown');
  });
});

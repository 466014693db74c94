import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createRecordingSource, readRecording, UnreadableRecording } from './recording';

const LOADED_MS = 1_000_000;
const T0 = Date.parse('2026-01-01T00:00:00Z');

const flow = (txBytes: number, timestamp?: string) => ({
  proto: 'tcp',
  client: { ip: '10.0.0.1' },
  server: { ip: '10.0.0.2', port: 80 },
  client_stats: { tx_bytes: txBytes, ...(timestamp === undefined ? {} : { timestamp }) },
});
const answer = (...flows: unknown[]) => ({ flows, total: flows.length, truncated: false });
const line = (seconds: number, more: object = {}) =>
  JSON.stringify({ at: new Date(T0 + seconds * 1000).toISOString(), flows: answer(flow(seconds)), ...more });

/** The bytes in chunks that cut lines and characters anywhere. */
function streamOf(content: string | Uint8Array, chunkBytes = 7): ReadableStream<Uint8Array> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + chunkBytes));
      at += chunkBytes;
    },
  });
}
const read = (content: string | Uint8Array) => readRecording(streamOf(content), LOADED_MS);
const times = (recording: { polls: { atMs: number }[] }) =>
  recording.polls.map(({ atMs }) => (atMs - T0) / 1000);

describe('reading', () => {
  test('takes a poll a line, with or without a line end, and ignores blank lines and other keys', async () => {
    const recording = await read(`${line(0, { t: 1, note: 'é' })}\n\n${line(5)}\r\n${line(10)}`);
    expect(times(recording)).toEqual([0, 5, 10]);
    expect(recording.problem).toBeUndefined();
    expect(recording.polls[1]?.flows[0]?.clientStats?.txBytes).toBe(5);
  });

  test('unzips what begins like gzip, whatever it is called', async () => {
    expect(times(await read(gzipSync(`${line(0)}\n${line(5)}\n`)))).toEqual([0, 5]);
  });

  test.each([
    ['on one line', (json: unknown) => JSON.stringify(json)],
    ['on many lines', (json: unknown) => JSON.stringify(json, null, 1)],
    ['zipped', (json: unknown) => gzipSync(JSON.stringify(json, null, 2))],
  ])('takes one response %s, dated by its latest timestamp', async (_name, write) => {
    const response = answer(flow(1, '2026-01-01T00:00:07Z'), flow(2, '2026-01-01T00:00:03Z'));
    const recording = await read(write(response));
    expect(times(recording)).toEqual([7]);
    expect(recording.polls[0]?.flows).toHaveLength(2);
    expect(recording.problem).toBeUndefined();
  });

  test('dates a response without any time by when it was loaded', async () => {
    const recording = await read(JSON.stringify(answer(flow(1))));
    expect(recording.polls[0]?.atMs).toBe(LOADED_MS);
  });

  test.each(['noon', 1e300, -1, null, {}])('goes 5 s on where the time is %j', async (at) => {
    const recording = await read(`${line(0)}\n${line(0, { at })}`);
    expect(times(recording)).toEqual([0, 5]);
  });

  test('takes an answer of no flows, as Go writes it', async () => {
    expect((await read('{"flows":null,"total":0}')).polls[0]?.flows).toEqual([]);
  });

  test('reads the summary, and does without one that is none', async () => {
    const recording = await read(
      `${line(0, { summary: { total_flows: 9 } })}\n${line(5, { summary: { nonsense: 1 } })}\n${line(10, { summary: null })}`,
    );
    expect(recording.polls.map(({ summary }) => summary?.totalFlows)).toEqual([9, undefined, undefined]);
    expect(recording.problem).toBeUndefined();
  });

  test('counts the rows it cannot read, and those that a truncated answer left out', async () => {
    const flows = { flows: [flow(1), 'nonsense'], total: 50, truncated: true };
    const recording = await read(JSON.stringify({ at: '2026-01-01T00:00:00Z', flows }));
    expect(recording.polls[0]).toMatchObject({ rejected: 1, missing: 48 });
  });

  test('leaves out a broken line and says which', async () => {
    const recording = await read(`${line(0)}\n${line(5).slice(0, 40)}\n${line(10)}\n`);
    expect(times(recording)).toEqual([0, 10]);
    expect(recording.problem).toMatch(/^Left out line 2 \(/);
  });

  test('survives a broken first line', async () => {
    const recording = await read(`garbage\n${line(5)}\n${line(10)}\n`);
    expect(times(recording)).toEqual([5, 10]);
    expect(recording.problem).toMatch(/^Left out line 1 \(/);
  });

  test('keeps what came before a file breaks off', async () => {
    // Text that gzip cannot shrink to nothing, so that the first line is out before the end is missed.
    let seed = 1;
    let noise = '';
    while (noise.length < 200_000) {
      seed = (seed * 48_271) % 2_147_483_647;
      noise += seed.toString(36);
    }
    const whole = gzipSync(`${line(0, { noise })}\n${line(5, { noise: [...noise].reverse().join('') })}\n`);
    const broken = whole.subarray(0, Math.floor(whole.length * 0.8));
    const recording = await readRecording(streamOf(broken, 10_000), LOADED_MS);
    expect(times(recording)).toEqual([0]);
    expect(recording.problem).toMatch(/line 1|line 2/);
  });

  test.each([
    ['', /empty/],
    ['\n\n', /empty/],
    ['hello', /line 1/],
    ['{"a": 1}', /no "flows" list/],
    ['7', /not a JSON object/],
  ])('refuses %j with a sentence', async (content, sentence) => {
    await expect(read(content)).rejects.toThrow(UnreadableRecording);
    await expect(read(content)).rejects.toThrow(sentence);
  });

  test('names only the first of many broken lines', async () => {
    await expect(read('x\n'.repeat(1000))).rejects.toThrow(/line 1 .*line 2 .*line 3 .*and 997 more/);
  });
});

describe('replay', () => {
  const START = 5_000_000;
  const replay = async (text: string, speed: number) => {
    const source = createRecordingSource(await read(text), { label: 'recording x', speed, startMs: START });
    return (seconds: number) => {
      const { atMs, epoch } = source.sampleAt(START + seconds * 1000);
      return [(atMs - T0) / 1000, epoch];
    };
  };
  const three = `${line(0)}\n${line(5)}\n${line(20)}\n`;

  test('follows the recorded times, holds the last poll for the last step, and begins a new epoch at each loop', async () => {
    const at = await replay(three, 1);
    expect([0, 4.9, 5, 19.9, 20, 34.9, 35, 40, 70].map(at)).toEqual([
      [0, 0],
      [0, 0],
      [5, 0],
      [5, 0],
      [20, 0],
      [20, 0],
      [0, 1],
      [5, 1],
      [0, 2],
    ]);
  });

  test('runs at its speed', async () => {
    const at = await replay(three, 10);
    expect([0, 0.5, 2, 3.5].map(at)).toEqual([
      [0, 0],
      [5, 0],
      [20, 0],
      [0, 1],
    ]);
  });

  test('at speed 0 holds the last poll for good', async () => {
    const at = await replay(three, 0);
    expect([0, 1, 1e6].map(at)).toEqual([
      [20, 0],
      [20, 0],
      [20, 0],
    ]);
  });

  test('a single poll never loops', async () => {
    const at = await replay(line(5), 1);
    expect([0, 1e6].map(at)).toEqual([
      [5, 0],
      [5, 0],
    ]);
  });

  test('begins a new epoch where the recorded time runs backwards or the recorded epoch changes', async () => {
    const at = await replay(`${line(100)}\n${line(105)}\n${line(0)}\n${line(5)}\n`, 1);
    expect([0, 5, 10, 15, 20].map(at)).toEqual([
      [100, 0],
      [105, 0],
      [0, 1],
      [5, 1],
      [100, 2],
    ]);
    const told = await replay([0, 0, 4, 4].map((epoch, i) => line(i * 5, { epoch })).join('\n'), 1);
    expect([0, 5, 10, 15, 20].map(told)).toEqual([
      [0, 0],
      [5, 0],
      [10, 1],
      [15, 1],
      [0, 2],
    ]);
  });

  test('gives the same sample while nothing changes', async () => {
    const source = createRecordingSource(await read(three), { label: 'x', speed: 1, startMs: START });
    expect(source.sampleAt(START + 1)).toBe(source.sampleAt(START + 2));
    expect(source.sampleAt(START + 1)).not.toHaveProperty('restart');
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses speed %d', async (speed) => {
    const recording = await read(three);
    expect(() => createRecordingSource(recording, { label: 'x', speed, startMs: 0 })).toThrow(RangeError);
  });
});

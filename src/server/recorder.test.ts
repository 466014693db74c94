import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sketch } from '../flows/sketch';
import { createRecordingSource, readRecording } from '../sources/recording';
import { createSimulatedSource } from '../sources/simulated/simulated';
import type { FlowSource, Sample } from '../sources/source';
import { createApp } from './app';
import { createFakeHub, givesJson } from './fake-hub';
import { createHub } from './hub';
import { createLineFile } from './line-file';
import { createRecorder } from './recorder';
import { createSourceAnswers } from './source-answers';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-record-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Lines kept in memory. */
function createLines() {
  const lines: string[] = [];
  return { lines, writer: { write: (line: string) => void lines.push(line), close: async () => undefined } };
}
const replay = async (lines: string[], label = 'replay') =>
  createRecordingSource(await readRecording(new Blob([lines.join('\n')]).stream(), 0), {
    label,
    speed: 1,
    startMs: 0,
  });

const PERIOD_MS = 5000;
const START_MS = Date.parse('2026-01-01T00:00:00Z');
const shop = (k: number) =>
  sketch(`
    shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070   both ${k}k/${2 * k}k 3ms..12ms
    shop/cart-1(cart)@n2 -> data/(redis):6379         c ${k}/7
    shop/pay-1@n3 -> 203.0.113.10:8443                c 20k/75k 124ms..1.2s
    shop/web-1@n1 -> kube-system/dns-1(dns)@n1:53/udp both 800/848`);
/** A sample each 5 s, and a restart at the third. */
const source: FlowSource = {
  label: 'fake',
  sampleAt(nowMs) {
    const tick = Math.floor(nowMs / PERIOD_MS);
    const sample: Sample = {
      atMs: START_MS + tick * PERIOD_MS,
      epoch: tick >= 2 ? 7 : 6,
      flows: shop(tick + 1),
      rejected: 0,
    };
    return sample;
  },
};

const QUESTIONS = ['', 'pod', 'namespace', 'node', 'service'].flatMap((aggregate) =>
  ['compact', 'full', 'raw'].flatMap((format) =>
    ['', '&ns=data', '&l4proto=udp', '&pod=web&limit=1'].map(
      (rest) => `/mcp/flows?aggregate=${aggregate}&format=${format}${rest}`,
    ),
  ),
);

/** What a server says to all questions at several moments. */
async function listen(from: FlowSource, recorder?: ReturnType<typeof createRecorder>) {
  let nowMs = 0;
  const answers = createSourceAnswers({
    source: from,
    now: () => nowMs,
    ...(recorder === undefined ? {} : { recorder }),
  });
  const app = createApp({ answers });
  const heard: unknown[] = [];
  for (; nowMs < 4 * PERIOD_MS; nowMs += PERIOD_MS) {
    for (const question of [...QUESTIONS, '/mcp/flows/summary']) {
      const response = await app.request(question);
      heard.push([nowMs, question, response.headers.get('shoal-at'), await response.json()]);
    }
  }
  await answers.destroy();
  return heard;
}

describe('a source', () => {
  test('recorded and replayed gives equal answers, whatever is asked', async () => {
    const { lines, writer } = createLines();
    const live = await listen(source, createRecorder(writer));
    expect(lines).toHaveLength(4);
    expect(await listen(await replay(lines))).toEqual(live);
  });

  test('that is simulated, too', async () => {
    const { lines, writer } = createLines();
    const live = await listen(
      createSimulatedSource({ startMs: 0, seed: 3, services: 10 }),
      createRecorder(writer),
    );
    expect(await listen(await replay(lines))).toEqual(live);
  });

  test('writes each sample that was asked for once, whole, whatever the question', async () => {
    const { lines, writer } = createLines();
    await listen(source, createRecorder(writer));
    const polls = lines.map(
      (line) => JSON.parse(line) as { at: string; epoch: number; flows: { total: number } },
    );
    expect(polls.map(({ at, epoch, flows }) => [at.slice(17, 19), epoch, flows.total])).toEqual([
      ['00', 6, 4],
      ['05', 6, 4],
      ['10', 7, 4],
      ['15', 7, 4],
    ]);
  });

  test('keeps its restarts when replayed', async () => {
    const { lines, writer } = createLines();
    await listen(source, createRecorder(writer));
    const played = await replay(lines);
    expect([0, 1, 2, 3].map((tick) => played.sampleAt(tick * PERIOD_MS).epoch)).toEqual([0, 0, 1, 1]);
  });
});

describe('a hub', () => {
  const rows = (k: number) => [
    { proto: 'tcp', client: { ip: '10.0.0.1' }, server: { ip: '10.0.0.2', port: k }, extra: k },
  ];

  test('writes whole lists as they came, each with the summary that passed next', async () => {
    let count = 0;
    const hub = await createFakeHub((request, response) =>
      givesJson(
        request.url?.includes('summary') === true
          ? { total_flows: count }
          : { flows: rows(++count), total: 9, truncated: true },
      )(request, response),
    );
    const { lines, writer } = createLines();
    let nowMs = START_MS;
    const answers = createHub({ url: hub.url, recorder: createRecorder(writer), now: () => nowMs });
    const app = createApp({ answers });
    const ask = async (path: string) => {
      await app.request(path);
      nowMs += 1000;
    };
    await ask('/mcp/flows?limit=1000');
    await ask('/mcp/flows?ns=shop');
    await ask('/mcp/flows?format=raw');
    await ask('/mcp/flows?aggregate=pod');
    await ask('/mcp/flows/summary');
    await ask('/mcp/flows?format=full');
    await ask('/mcp/flows');
    await ask('/readyz');
    await answers.destroy();
    await ask('/mcp/flows');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        at: '2026-01-01T00:00:00.000Z',
        flows: { flows: rows(1), total: 9, truncated: true },
        summary: { total_flows: 4 },
      },
      { at: '2026-01-01T00:00:05.000Z', flows: { flows: rows(5), total: 9, truncated: true } },
      { at: '2026-01-01T00:00:06.000Z', flows: { flows: rows(6), total: 9, truncated: true } },
    ]);
    await hub.close();
  });

  test('that is another Shoal is recorded with its times, and replays as it did', async () => {
    const { lines, writer } = createLines();
    let nowMs = 0;
    const far = createApp({ answers: createSourceAnswers({ source, now: () => nowMs }) });
    const hub = await createFakeHub((request, response) => {
      void Promise.resolve(far.request(request.url ?? '')).then(async (reply) => {
        response.writeHead(reply.status, Object.fromEntries(reply.headers));
        response.end(await reply.text());
      });
    });
    const answers = createHub({ url: hub.url, recorder: createRecorder(writer) });
    const near = createApp({ answers });
    for (; nowMs < 4 * PERIOD_MS; nowMs += PERIOD_MS) {
      await near.request('/mcp/flows?format=full');
      await near.request('/mcp/flows/summary');
    }
    await answers.destroy();
    await hub.close();
    expect(await listen(await replay(lines))).toEqual(await listen(source));
  });
});

describe('the file', () => {
  test('is appended to', async () => {
    const path = join(folder, 'a.jsonl');
    writeFileSync(path, 'before\n');
    const file = await createLineFile(path, () => undefined);
    for (let i = 0; i < 100; i++) file.write(`line ${i}`);
    await file.close();
    const lines = readFileSync(path, 'utf8').split('\n');
    expect([lines.length, lines[0], lines[1], lines[100], lines[101]]).toEqual([
      102,
      'before',
      'line 0',
      'line 99',
      '',
    ]);
  });

  test('that cannot be opened is said at once', async () => {
    await expect(createLineFile(join(folder, 'no/such/folder'), () => undefined)).rejects.toThrow(/ENOENT/);
  });

  test.skipIf(process.platform !== 'linux')(
    'that fails later is told once, and the rest goes on',
    async () => {
      const onFailure = vi.fn();
      const file = await createLineFile('/dev/full', onFailure);
      file.write('one');
      file.write('two');
      await file.close();
      expect(onFailure).toHaveBeenCalledOnce();
    },
  );
});

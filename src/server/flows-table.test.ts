// Every filter × aggregation × format × limit on the lab capture, through the HTTP handler, against an oracle that
// reads the recorded JSON in its own words.
import { createReadStream, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRecordingSource, readRecording } from '../sources/recording';
import { createApp } from './app';
import { labPath } from './lab';
import { labLines, truthPath } from './lab-data';
import { createSourceAnswers } from './source-answers';

type Json = Record<string, unknown>;
interface End {
  ip?: string;
  pod?: string;
  ns?: string;
  svc?: string;
  node?: string;
}
interface Row {
  proto: string;
  client: End;
  server: End;
  client_stats?: { tx_bytes?: number };
  server_stats?: { tx_bytes?: number };
  totals: { bytes: number };
}
interface Answer {
  flows: Row[];
  total: number;
  truncated: boolean;
}

async function openLab(path: string) {
  const bytes = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
  const recording = await readRecording(bytes, 0);
  const source = createRecordingSource(recording, { label: 'recording lab', speed: 0, startMs: 0 });
  return createApp({ answers: createSourceAnswers({ source, now: () => 0 }) });
}

let app: Awaited<ReturnType<typeof openLab>>;
beforeAll(async () => {
  app = await openLab(labPath('lab.jsonl.gz'));
});
const rows = (labLines().at(-1)?.flows.flows ?? []) as unknown as Row[];

const FILTERS = {
  l4proto: ['', 'tcp', 'udp'],
  ip: ['', '10.244.2.12', '10.244.0.0/16', '203.0.113.10'],
  ns: ['', 'shop'],
  pod: ['', 'cart'],
  svc: ['', 'redis'],
};
type Filter = keyof typeof FILTERS;
const AGGREGATES = ['', 'pod', 'namespace', 'node', 'service'] as const;
const FORMATS = ['compact', 'full', 'raw'] as const;
const LIMITS = ['', '1', '7', '1000'];

/** All combinations of filters. */
const combinations = Object.entries(FILTERS).reduce<Partial<Record<Filter, string>>[]>(
  (all, [name, values]) => all.flatMap((filters) => values.map((value) => ({ ...filters, [name]: value }))),
  [{}],
);

const oracle: Record<Filter, (row: Row, wanted: string) => boolean> = {
  l4proto: (row, wanted) => row.proto === wanted,
  ip: (row, wanted) =>
    ends(row).some(({ ip }) => (wanted === '10.244.0.0/16' ? ip?.startsWith('10.244.') : ip === wanted)),
  ns: (row, wanted) => ends(row).some(({ ns }) => ns === wanted),
  pod: (row, wanted) => ends(row).some(({ pod }) => pod?.includes(wanted)),
  svc: (row, wanted) => ends(row).some(({ svc }) => svc?.includes(wanted)),
};
const ends = (row: Row) => [row.client, row.server];
const matching = (filters: Partial<Record<Filter, string>>) =>
  rows.filter((row) =>
    (Object.entries(filters) as [Filter, string][]).every(
      ([name, wanted]) => wanted === '' || oracle[name](row, wanted),
    ),
  );

/** The name an end has at a level, or all of it where it has none. */
function nameAt(end: End, level: (typeof AGGREGATES)[number]): unknown {
  const { ns, node, pod, svc } = end;
  if (level === 'namespace') return ns ?? end;
  if (level === 'node') return node ?? end;
  const name = level === 'pod' ? pod : svc;
  return name === undefined ? end : [ns, name];
}
const groupsOf = (kept: Row[], level: (typeof AGGREGATES)[number]) =>
  level === ''
    ? kept.length
    : new Set(kept.map((r) => JSON.stringify([r.proto, nameAt(r.client, level), nameAt(r.server, level)])))
        .size;

const sum = (values: (number | undefined)[]) => values.reduce<number>((all, value) => all + (value ?? 0), 0);
const sentBytes = (list: Row[]) =>
  sum(list.flatMap((r) => [r.client_stats?.tx_bytes, r.server_stats?.tx_bytes]));
const reportedBytes = (list: Row[]) => sum(list.map((row) => row.totals.bytes));

async function ask(parameters: Record<string, string | undefined>): Promise<Answer> {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const response = await app.request(`/mcp/flows?${new URLSearchParams(given)}`);
  if (response.status !== 200) throw new Error(`${response.status} to ${JSON.stringify(given)}`);
  return (await response.json()) as Answer;
}

test('the combinations are not vacuous', () => {
  const counts = combinations.map((filters) => matching(filters).length);
  expect(counts).toHaveLength(96);
  expect(counts.filter((count) => count > 0).length).toBeGreaterThan(40);
  expect(rows).toHaveLength(73);
});

describe.each(AGGREGATES)('aggregate "%s"', (aggregate) => {
  test.each(FORMATS)(
    'format "%s": totals, truncation and bytes are right for all filters and limits',
    async (format) => {
      const wrong: unknown[] = [];
      for (const filters of combinations) {
        const kept = matching(filters);
        const perspectives = sum(kept.flatMap((r) => [r.client_stats && 1, r.server_stats && 1]));
        const total = format === 'raw' ? perspectives : groupsOf(kept, aggregate);
        for (const limit of LIMITS) {
          const most = limit === '' ? total : Math.min(total, Number(limit));
          const answer = await ask({ ...filters, aggregate, format, limit });
          const seen = [answer.total, answer.truncated, answer.flows.length, ...bytesOf(answer, format)];
          const wanted = [total, most < total, most];
          if (limit !== '') seen.length = wanted.length;
          else wanted.push(sentBytes(kept), ...(format === 'raw' ? [] : [reportedBytes(kept)]));
          // One expectation for thousands of cases: each costs more than the answer.
          if (String(seen) !== String(wanted)) wrong.push({ filters, limit, seen, wanted });
        }
      }
      expect(wrong).toEqual([]);
    },
    30_000,
  );
});

/** Bytes sent and, but for raw, bytes as reported. */
function bytesOf({ flows }: Answer, format: string): number[] {
  if (format !== 'raw') return [sentBytes(flows), reportedBytes(flows)];
  return [sum((flows as unknown as Json[]).map((row) => row.bytesSent as number | undefined))];
}

test('without parameters in full format the last line comes back as it was recorded', async () => {
  const line = labLines().at(-1);
  expect(await ask({ format: 'full' })).toEqual(line?.flows);
  expect(await (await app.request('/mcp/flows/summary')).json()).toEqual(line?.summary);
});

const path = truthPath('snapshots.merged.jsonl.gz');
test.skipIf(path === undefined)('the shipped recording is the capture, line by line', () => {
  const text = gunzipSync(readFileSync(path ?? '')).toString('utf8');
  // Only the key `t`, seconds since the start, is left out.
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^(\{"at":"[^"]*",)"t":[\d.]+,/, '$1'));
  const shipped = gunzipSync(readFileSync(labPath('lab.jsonl.gz'))).toString('utf8');
  expect(shipped.trimEnd().split('\n')).toEqual(lines);
});

describe.each(['flows.merged.full.json', 'flows.asseen.full.json', 'flows.merged.compact.json'])(
  '%s',
  (name) => {
    const file = truthPath(name);
    test.skipIf(file === undefined)('a single response is answered as it is', async () => {
      const lab = await openLab(file ?? '');
      const response = await lab.request('/mcp/flows?format=full');
      expect(await response.json()).toEqual(JSON.parse(readFileSync(file ?? '', 'utf8')));
    });
  },
);

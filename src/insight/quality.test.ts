// Each finding on a sketch made for it, and none where there is nothing to find; what is seen between answers is in
// quality-watch.test.ts.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { aggregateFlows } from '../flows/aggregate';
import type { Answer, Flow } from '../flows/flow';
import { AGGREGATES } from '../flows/query';
import { calibrate } from '../flows/rates';
import { sketch } from '../flows/sketch';
import { type Bytes, bytes } from '../flows/units';
import { decodeAnswer } from '../flows/wire';
import { judgeQuality, type QualityInput } from './quality';
import { FACT_IDS, type FactId } from './quality-facts';
import { noteAnswer } from './quality-watch';

const answerOf = (flows: Flow[], rest: Partial<Answer> = {}): Answer => ({
  ...{ flows, total: flows.length, truncated: false, rejects: { count: 0 } },
  ...rest,
});
const judge = (answer: Answer, rest: Partial<QualityInput> = {}) =>
  judgeQuality({
    answer,
    watch: noteAnswer(undefined, { flows: answer.flows, atMs: 0, epoch: '' }),
    ...rest,
  });
const factOf = (quality: ReturnType<typeof judge>, id: FactId) => {
  const fact = quality.facts.find((one) => one.id === id);
  if (fact === undefined) throw new Error(`no fact ${id}`);
  return fact;
};
const findings = (quality: ReturnType<typeof judge>) =>
  quality.facts.filter(({ severity }) => severity !== 'info').map(({ id }) => id);

const CLEAN = `
  shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070         both 60k/167k 3ms..12ms
  shop/cart-1(cart)@n2 -> data/(redis):6379               c 136k/78k 3ms..12ms
  shop/cart-1(cart)@n2 -> data/redis-0(redis)@n1:6379     s 78k/136k 3ms..11ms
  @n1 -> shop/web-1(web)@n1:8080                          both 10k/10k 200us
  shop/web-1(web)@n1 -> 203.0.113.10:443                  c 20k/75k 24ms..31ms
  shop/web-1(web)@n1 -> kube-system/dns-1(dns)@n1:53/udp  both 800/848`;

describe('clean data', () => {
  it('is described without a finding, fact by fact in a fixed order, as plain data', () => {
    const quality = judge(answerOf(sketch(CLEAN)));
    expect(quality).toMatchObject({ findings: 0, worst: 'info' });
    expect(quality.facts.map(({ id }) => id)).toEqual([...FACT_IDS]);
    expect(structuredClone(quality)).toEqual(quality);
    expect(JSON.parse(JSON.stringify(quality))).toEqual(quality);
    for (const { sentence, share } of quality.facts) {
      expect(sentence).toMatch(/^\S.*\.$/);
      expect(sentence).not.toMatch(/undefined|NaN|Infinity/);
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
  });

  it('has its shares said', () => {
    const quality = judge(answerOf(sketch(CLEAN)));
    const shares = Object.fromEntries(quality.facts.map(({ id, value, of }) => [id, [value, of]]));
    expect(shares).toMatchObject({
      'both-ends': [3, 6],
      'client-only': [2, 6],
      'server-only': [1, 6],
      'neither-end': [0, 6],
      halves: [1, 1],
      'no-handshake': [0, 5],
      'server-times': [0, 5],
      unresolved: [0, 6],
      sensors: [0, 2],
    });
  });

  it('may be empty', () => {
    expect(judge(answerOf([]))).toMatchObject({ findings: 0 });
  });
});

describe('a finding', () => {
  const only = (id: FactId, text: string, rest: Partial<QualityInput> = {}, answer: Partial<Answer> = {}) => {
    const quality = judge(answerOf(sketch(text), answer), rest);
    expect(findings(quality)).toEqual([id]);
    return factOf(quality, id);
  };

  it('is a row that nobody counted', () => {
    const fact = only('neither-end', `${CLEAN}\n shop/web-1@n1 -> shop/pay-1@n2:80/udp`);
    expect(fact).toMatchObject({ value: 1, of: 7, example: 'shop/web-1 → shop/pay-1:80' });
    expect(fact.sentence).toContain('as thin as can be');
  });

  it('is a side of zeros, which is a side not seen', () => {
    only('neither-end', `${CLEAN}\n shop/web-1@n1 -> shop/pay-1@n2:80/udp  both 0/0`);
  });

  it('is an answer in which nothing was timed, but not a few old connections', () => {
    const rows = Array.from({ length: 20 }, (_, i) => `shop/web-${i}@n1 -> shop/cart-1@n2:80  both 5k/5k`);
    expect(only('no-handshake', rows.join('\n')).sentence).toContain('No TCP row has a handshake time');
    expect(findings(judge(answerOf(sketch(rows.slice(1).join('\n')))))).toEqual([]);
    const one = 'shop/web-1@n1 -> shop/cart-9@n2:80  both 5k/5k 2ms';
    expect(findings(judge(answerOf(sketch([...rows, one].join('\n')))))).toEqual([]);
  });

  it('is a server that times its sockets: the ratio is said, and how many rows have no other time', () => {
    const fact = only(
      'server-times',
      `shop/web-1@n1 -> shop/cart-1@n3:80  c 5k/5k 45ms s 5k/5k 40us
       shop/web-2@n1 -> shop/cart-1@n3:80  c 5k/5k 45ms s 5k/5k 30us
       shop/web-3@n1 -> shop/cart-1@n3:80  s 5k/5k 35us`,
    );
    expect(fact).toMatchObject({ value: 1, of: 3, example: 'shop/web-3 → shop/cart-1:80' });
    expect(fact.sentence).toContain('1,313× apart in the median');
    expect(fact.sentence).toContain('colour no link');
  });

  it('is a time of the server alone that nothing can check', () => {
    const fact = only(
      'server-times',
      'shop/web-3@n1 -> shop/cart-1@n3:80  s 5k/5k 35us\nshop/web-1@n1 -> shop/a@n3:80 c 5k/5k 1ms',
    );
    expect(fact.sentence).toContain('no row has both to check it by');
  });

  it('is not a server’s time in the far half of traffic whose client speaks', () => {
    const quality = judge(
      answerOf(
        sketch(`shop/cart-1(cart)@n2 -> data/(redis):6379           c 136k/78k 3ms
                shop/cart-1(cart)@n2 -> data/redis-0(redis)@n1:6379 s 78k/136k 30us`),
      ),
    );
    expect(findings(quality)).toEqual([]);
    expect(factOf(quality, 'server-times').value).toBe(0);
  });

  it('is a row that could not be read, with the first of them', () => {
    const rejects = { count: 2, example: { row: 6, reason: 'client is missing' } };
    const fact = only('rejected', CLEAN, {}, { rejects, total: 8 });
    expect(fact).toMatchObject({ severity: 'warn', value: 2, of: 8, example: 'row 7: client is missing' });
    expect(only('rejected', CLEAN, {}, { rejects: { count: 7 }, total: 13 }).severity).toBe('bad');
  });

  it('is a count that JSON cannot hold', () => {
    const flows = sketch(CLEAN);
    const [first] = flows;
    if (first?.clientStats !== undefined) first.clientStats.txBytes = bytes(2 ** 60);
    const quality = judge(answerOf(flows));
    expect(findings(quality)).toEqual(['rounded']);
    expect(factOf(quality, 'rounded').example).toBe('shop/web-1 → shop/cart-1:7070');
  });

  it('is every fifth row to an address that nobody names, and fewer are only said', () => {
    const row = 'shop/web-1@n1 -> 10.9.9.9:80/udp  c 1k/0';
    expect(only('unresolved', `${CLEAN}\n${row}\n${row.replace('9:80', '8:80')}`)).toMatchObject({
      value: 2,
      of: 8,
      example: '10.9.9.9',
    });
    const few = judge(answerOf(sketch(`${CLEAN}\n${row}`)));
    expect(findings(few)).toEqual([]);
    expect(factOf(few, 'unresolved').value).toBe(1);
    expect(factOf(few, 'outside')).toMatchObject({ value: 1, example: '10.9.9.9' });
  });

  it('is not an address that another row names: that one does not count as outside', () => {
    const quality = judge(
      answerOf(
        sketch(`${CLEAN}
          shop/web-1@n1 -> 10.9.9.9:80/udp            c 1k/0
          shop/web-1@n1 -> shop/old-1@n2#10.9.9.9:81/udp  c 1k/0`),
      ),
    );
    expect(factOf(quality, 'outside').value).toBe(0);
  });

  it('is not an answer aggregated by namespace, whose ends have nothing but that', () => {
    const ends = { client: { ns: 'shop' }, server: { ns: 'data' } };
    const quality = judge(answerOf([{ proto: 'udp', ...ends, clientStats: { txBytes: 5 as Bytes } }]));
    expect(factOf(quality, 'unresolved').value).toBe(0);
    expect(findings(quality)).toEqual([]);
  });

  it('is a truncated answer, and a bad one when most is missing', () => {
    const fact = only('truncated', CLEAN, {}, { total: 8, truncated: true });
    expect(fact).toMatchObject({ severity: 'warn', value: 2, of: 8 });
    expect(fact.sentence).toContain('6 of 8 matching rows came');
    expect(only('truncated', CLEAN, {}, { total: 4_812, truncated: true }).severity).toBe('bad');
    expect(only('truncated', CLEAN, {}, { truncated: true }).sentence).toContain('does not say how many');
  });

  it('is two rows of one flow', () => {
    const row = 'shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070  both 60k/167k 3ms..12ms';
    expect(only('duplicates', `${CLEAN}\n${row}`)).toMatchObject({
      value: 1,
      of: 7,
      example: 'shop/web-1 → shop/cart-1:7070',
    });
  });

  it('is a reported rate in another unit than documented', () => {
    const fact = only('rates', CLEAN, { rates: { verdict: 'bytes', ratio: 0.125, pairs: 40 } });
    expect(fact.sentence).toContain('eight times too small');
    const neither = only('rates', CLEAN, { rates: { verdict: 'neither', ratio: 31.4159, pairs: 40 } });
    expect(neither.sentence).toContain('31× what the counters grew by');
    for (const verdict of ['bits', 'unknown'] as const) {
      const quality = judge(answerOf(sketch(CLEAN)), { rates: { verdict, pairs: 9 } });
      expect(findings(quality)).toEqual([]);
    }
  });

  it('says several things at once without one hiding another', () => {
    const quality = judge(
      answerOf(sketch(`${CLEAN}\n shop/web-1@n1 -> shop/pay-1@n2:80/udp`), {
        ...{ total: 90, truncated: true, rejects: { count: 1 } },
      }),
      { rates: { verdict: 'bytes', pairs: 9 } },
    );
    expect(findings(quality)).toEqual(['neither-end', 'rejected', 'truncated', 'rates']);
    expect(quality).toMatchObject({ findings: 4, worst: 'bad' });
  });

  it('repeats a hostile name as it is, in the example only', () => {
    const quality = judge(
      answerOf([{ proto: 'tcp', client: { pod: '<img onerror=x>' }, server: { pod: 'b' } }]),
    );
    expect(factOf(quality, 'neither-end').example).toBe('<img onerror=x> → b');
    expect(quality.facts.some(({ sentence }) => sentence.includes('<img'))).toBe(false);
  });
});

const project = fileURLToPath(new URL('../..', import.meta.url));
const data = path.resolve(project, process.env.SHOAL_DATA ?? '../shared/data');
const truth = path.join(data, 'lab-bands', 'truth');
const present = existsSync(truth);
if (!present)
  console.warn(
    `src/insight/quality.test.ts is skipped in part: no lab-bands/truth under SHOAL_DATA (${data}).`,
  );

it('finds nothing in any poll of the shipped recording, and calibrates its rates to bits', () => {
  const file = path.join(project, 'public', 'recordings', 'lab.jsonl.gz');
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
  const polls = lines.map((line) => {
    const { at, flows } = JSON.parse(line) as { at: string; flows: unknown };
    return { answer: decodeAnswer(flows), atMs: Date.parse(at) };
  });
  let watch: QualityInput['watch'] | undefined;
  for (const { answer, atMs } of polls) {
    watch = noteAnswer(watch, { flows: answer.flows, atMs, epoch: '' });
    expect(findings(judge(answer, { watch }))).toEqual([]);
  }
  expect(polls.length).toBeGreaterThan(10);
  const rates = calibrate(polls.map(({ answer, atMs }) => ({ flows: answer.flows, atMs, epoch: '' })));
  const last = polls.at(-1)?.answer ?? answerOf([]);
  expect(factOf(judge(last, { rates }), 'rates')).toMatchObject({ severity: 'info', value: 0 });
  expect(rates.verdict).toBe('bits');
  for (const level of AGGREGATES)
    expect(findings(judge(answerOf(aggregateFlows(last.flows, level)))), level).toEqual([]);
});

describe.skipIf(!present)('the capture of a real small cluster', () => {
  const read = (name: string): Answer =>
    decodeAnswer(JSON.parse(readFileSync(path.join(truth, name), 'utf8')));

  it.each(['merged.full', 'merged.compact', 'asseen.full', 'asseen.compact'])('is clean as %s', (name) => {
    expect(findings(judge(read(`flows.${name}.json`)))).toEqual([]);
  });

  it('joins the halves of what was not joined', () => {
    const quality = judge(read('flows.asseen.full.json'));
    expect(factOf(quality, 'halves')).toMatchObject({ value: 28, of: 32 });
    expect(factOf(quality, 'both-ends')).toMatchObject({ value: 20, of: 103 });
  });

  it('as the kernel’s sockets see it: the server’s times are not believed, and nothing else is amiss', () => {
    const quality = judge(read('flows.socket-view.full.json'));
    expect(findings(quality)).toEqual(['server-times']);
    expect(factOf(quality, 'server-times')).toMatchObject({ value: 5, of: 64 });
    expect(factOf(quality, 'server-times').sentence).toContain('(19 rows) they are 6.1× apart');
  });
});

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Flow, flowKey } from '../../flows/flow';
import { sketch } from '../../flows/sketch';
import { bytes, microseconds, packets } from '../../flows/units';
import { decodeAnswer } from '../../flows/wire';
import { takeBaseline } from '../baseline';
import type { Subject } from './answer';
import { answerQuestion } from './answer-question';
import { QUESTIONS } from './catalogue';
import { gatherFacts, type QuestionInputs } from './facts';
import { findSubjects } from './subjects';

const factsOf = (flows: readonly Flow[], more: Partial<QuestionInputs> = {}) =>
  gatherFacts({ flows, answer: { total: flows.length, truncated: false, rejected: 0 }, query: {}, ...more });

const FLOWS = sketch(`
  shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:80          both 1k/2k 1ms..2ms
  shop/web-2(web)@n3 -> shop/cart-1(cart)@n2:80          both 1k/2k 40ms..50ms
  shop/cart-1(cart)@n2 -> data/db-0(db)@n1:5432          both 30k/40k 20ms..2s
  shop/web-1(web)@n1 -> kube-system/dns-1(kube-dns)@n1:53/udp  both 100/200
  @n2 -> shop/cart-1(cart)@n2:80                         both 10/20 30us
  shop/web-1(web)@n1 -> kube-system/api-1@n1:443         both 400/500 1ms
  shop/web-1(web)@n1 -> shop/gone-1(gone)@n1:80          c 60/0
`);
const ZONES = new Map([
  ['n1', 'a'],
  ['n2', 'a'],
  ['n3', 'b'],
]);
const cells = (id: number, subject: Subject = {}, more: Partial<QuestionInputs> = {}) =>
  answerQuestion(id, subject, factsOf(FLOWS, more)).rows.map((row) => row.cells);

describe('the catalogue', () => {
  it('has the 24 questions, a slot where a subject is needed and none where not', () => {
    expect(QUESTIONS.map(({ id }) => id)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
    for (const { words, takes } of QUESTIONS) expect(words.includes('{}')).toBe(!takes.includes('none'));
  });

  it('asks in the words of its subject', () => {
    const facts = factsOf(FLOWS);
    const ask = (id: number, subject: Subject) => answerQuestion(id, subject, facts).question;
    expect(ask(1, { peer: 'svc:shop/web' })).toBe('What services does shop/web depend on?');
    expect(ask(5, { port: 80 })).toBe('What’s connecting to port 80?');
    expect(ask(13, { milliseconds: 10 })).toBe('Show me TCP flows with handshake times over 10 ms');
    expect(ask(21, { namespace: 'data', zone: 'a' })).toContain('data (a)');
    expect(ask(24, { since: 0 })).toBe('What changed since 1970-01-01T00:00:00.000Z?');
    expect(() => ask(25, {})).toThrow(RangeError);
  });
});

describe('what is known changes the answer', () => {
  const rates = new Map(FLOWS.map((flow, i) => [flowKey(flow), { bytesPerS: i * 100, packetsPerS: i }]));

  it('7 and 8 rank by rate where there is one, and say so where there is none', () => {
    expect(cells(7)[0]?.slice(0, 2)).toEqual(['shop/cart', 'data/db']);
    expect(answerQuestion(7, {}, factsOf(FLOWS)).unknowns).toContainEqual(
      expect.stringContaining('two polls'),
    );
    expect(cells(7, {}, { rates })[0]?.slice(0, 4)).toEqual(['shop/web', 'shop/gone', '80/tcp', 600]);
    expect(cells(8, {}, { rates })[0]?.[3]).toBe(6);
    expect(answerQuestion(8, {}, factsOf(FLOWS, { rates })).unknowns).toEqual([]);
  });

  it('10 counts those that moved between two polls', () => {
    const still = new Map(FLOWS.map((flow) => [flowKey(flow), { bytesPerS: 0, packetsPerS: 0 }]));
    const one = new Map([...still, [flowKey(FLOWS[2] as Flow), { bytesPerS: 5, packetsPerS: 1 }]]);
    expect(cells(10).length).toBe(7);
    expect(cells(10, {}, { rates: one }).map(([name]) => name)).toEqual(['cart-1', 'db-0']);
  });

  it('6 lists all but DNS without a baseline, and only what is new with one', () => {
    expect(cells(6).map((row) => [row[2], row[7]])).toEqual([
      ['api-1', 'not known'],
      ['kube-dns', 'DNS'],
    ]);
    const baseline = takeBaseline(FLOWS, '2026-01-31T12:00:00Z');
    expect(answerQuestion(6, {}, factsOf(FLOWS, { baseline })).figures.at(-1)?.value).toBe(0);
    const more = [
      ...FLOWS,
      ...sketch('shop/web-1(web)@n1 -> kube-system/dns-1(kube-dns)@n1:9153  both 1k/1k 1ms'),
    ];
    const { sentence, rows } = answerQuestion(6, {}, factsOf(more, { baseline }));
    expect(rows[0]?.cells.slice(2)).toEqual(['kube-dns', 'kube-system', '53/udp, 9153/tcp', 2, 2300, 'new']);
    expect(sentence).toBe('1 connection into kube-system is not in the baseline: from shop/web.');
  });

  it('15 and 17 compare zones, and name the nodes whose zone is missing', () => {
    expect(answerQuestion(15, {}, factsOf(FLOWS)).sentence).toMatch(/^Zones are not known/);
    const answer = answerQuestion(17, { peer: 'svc:shop/cart' }, factsOf(FLOWS, { zones: ZONES }));
    expect(Object.fromEntries(answer.figures.map(({ label, value }) => [label, value]))).toMatchObject({
      'Typical p50 across zones': 40_000,
      'Typical p50 between nodes of a zone': 1_000,
      Penalty: 39_000,
    });
    const { unknowns } = answerQuestion(15, {}, factsOf(FLOWS, { zones: new Map([['n1', 'a']]) }));
    expect(unknowns.join(' ')).toContain('The zones of 2 nodes are unknown: n2 and n3.');
  });

  it('21 says yes only where every end is known', () => {
    const ask = (zones: ReadonlyMap<string, string>) =>
      answerQuestion(21, { namespace: 'data', zone: 'a' }, factsOf(FLOWS, { zones })).sentence;
    expect(ask(ZONES)).toBe('Yes: 68.4 KiB of namespace data all stay in a.');
    expect(ask(new Map([['n1', 'a']]))).toMatch(
      /^As far as known: 0 B of namespace data stay in a\. For 68\.4 KiB it is not known/,
    );
    expect(ask(new Map([...ZONES, ['n2', 'b']]))).toMatch(/^No: 68\.4 KiB of namespace data \(100 %\)/);
  });

  it('22 needs an inventory and says how to give one', () => {
    const answer = answerQuestion(22, {}, factsOf(FLOWS));
    expect(answer.figures[0]?.value).toBeNull();
    expect(answer.unknowns.join()).toContain('--inventory FILE');
  });

  it('16, 18, 19 and 20 give evidence without a verdict, and the verdict where there is one', () => {
    const verdict = { sentence: 'It is the node.', unknowns: ['why'] };
    const diagnosis = {
      slow: () => verdict,
      timeouts: () => verdict,
      congested: () => verdict,
      replica: () => ({ ...verdict, columns: [], rows: [] }),
    };
    for (const id of [16, 18, 19, 20]) {
      const subject = { peer: id === 20 ? 'pod:shop/web-2' : 'svc:shop/cart' };
      const plain = answerQuestion(id, subject, factsOf(FLOWS));
      expect(plain.unknowns.join(), String(id)).toContain('No verdict was made');
      expect(plain.rows.length, String(id)).toBeGreaterThan(0);
      const judged = answerQuestion(id, subject, factsOf(FLOWS, { diagnosis }));
      expect([judged.sentence, judged.unknowns.at(-1)]).toEqual(['It is the node.', 'why']);
      expect(judged.rows.length).toBe(id === 20 ? 0 : plain.rows.length);
    }
    expect(cells(20, { peer: 'pod:shop/web-2' }).map((row) => [row[1], row[5]])).toEqual([
      ['shop/web-2', 40_000],
      ['shop/web-1', 1_000],
    ]);
    const jobs = sketch(`
      batch/etl-28391040-wz5kd@n1 -> data/db-0(db)@n1:5432  both 1k/1k 1ms
      batch/etl-28391041-kk2lp@n3 -> data/db-0(db)@n1:5432  both 1k/1k 40ms
    `);
    expect(
      answerQuestion(20, { peer: 'pod:batch/etl-28391041-kk2lp' }, factsOf(jobs)).figures[0]?.value,
    ).toBe(1);
    expect(cells(18, { peer: 'svc:data/db' })[0]?.at(-1)).toBe(100);
  });

  it('24 says what changed, or that nobody remembers', () => {
    expect(answerQuestion(24, { since: 0 }, factsOf(FLOWS)).sentence).toContain('does not reach back');
    const changes = () => [
      { what: 'new' as const, from: 'shop/web', to: 'data/db', link: 'svc:shop/web>svc:data/db' },
      { what: 'slower' as const, from: 'a', to: 'b', link: 'a>b', before: 1_000, after: 50_000 },
    ];
    const answer = answerQuestion(24, { since: 0 }, factsOf(FLOWS, { changes }));
    expect(answer.sentence).toBe('Since 1970-01-01T00:00:00.000Z: 1 link new and 1 link slower.');
    expect(answer.rows.map((row) => row.cells)).toEqual([
      ['new', 'shop/web', 'data/db', null, null],
      ['slower', 'a', 'b', 1_000, 50_000],
    ]);
    expect(answer.view.compare).toBe('1970-01-01T00:00:00.000Z');
  });

  it('every answer admits what was cut short, rejected or filtered away', () => {
    const answer = answerQuestion(
      11,
      {},
      {
        ...factsOf(FLOWS, { query: { ns: 'shop', limit: 7 } }),
        answer: { total: 900, truncated: true, rejected: 2 },
      },
    );
    expect(answer.unknowns).toEqual([
      'The answer holds 7 of 900 flows; what the others say is not known.',
      '2 rows could not be read.',
      'Only flows that match ns=shop are loaded.',
    ]);
  });

  it('volumes that nobody counted are not called zero', () => {
    const uncounted = FLOWS.map(({ proto, client, server }) => ({ proto, client, server }));
    const { sentence, unknowns } = answerQuestion(7, {}, factsOf(uncounted));
    expect(sentence).toBe('No flow of this answer counts bytes.');
    expect(unknowns[0]).toBe(
      '7 of 7 flows carry no byte counters: their volume is not known and adds nothing.',
    );
    expect(answerQuestion(4, {}, factsOf(uncounted)).sentence).not.toContain('—');
    expect(answerQuestion(13, {}, factsOf(uncounted)).sentence).toBe(
      'No TCP flow of this answer has a recent handshake.',
    );
  });

  it('a cut answer is asked again for the subject alone; a whole one keeps what the next question needs', () => {
    const cut = { ...factsOf(FLOWS), answer: { total: 900, truncated: true, rejected: 0 } };
    expect(answerQuestion(5, { peer: 'svc:shop/cart' }, cut).view.query).toEqual({ ns: 'shop', svc: 'cart' });
    expect(answerQuestion(5, { peer: 'svc:shop/cart' }, factsOf(FLOWS)).view.query).toEqual({});
  });

  it('no answer counts as none, never as fast', () => {
    expect(cells(12, { peer: 'svc:shop/gone' })[0]?.at(-1)).toBe('no answer');
    expect(answerQuestion(12, { peer: 'svc:shop/gone' }, factsOf(FLOWS)).sentence).toMatch(
      /^No: 1 peer tries/,
    );
    expect(answerQuestion(14, {}, factsOf(FLOWS)).unknowns.join()).toContain('1 link gets no answer');
  });
});

describe('subjects by typing', () => {
  const facts = factsOf(FLOWS, {
    zones: ZONES,
    inventory: {
      pods: [{ ns: 'shop', name: 'cart-sleeper', labels: {}, hostNetwork: false, ips: [] }],
      services: [{ ns: 'shop', name: 'cart', ports: [] }],
      zones: ZONES,
    },
  });
  const found = (text: string) => findSubjects(text, facts).map(({ kind, label }) => `${kind} ${label}`);

  it('finds peers, namespaces, ports and zones, the best first', () => {
    expect(found('cart')).toEqual(['service cart', 'pod cart-1', 'pod cart-sleeper']);
    expect(found('SHOP/c')).toEqual(['service cart', 'pod cart-1', 'pod cart-sleeper']);
    expect(found('data')[0]).toBe('namespace data');
    expect(found('5432')).toEqual(['port 5432']);
    expect(found('b')).toContain('zone b');
    expect(findSubjects('a', facts, ['namespace']).map(({ kind }) => kind)).toEqual(['namespace']);
    expect(findSubjects('cart', facts, ['port', 'none'])).toEqual([]);
    expect([found(''), found('  '), found('nobody')]).toEqual([[], [], []]);
  });

  it('gives each as the subject to ask with', () => {
    expect(findSubjects('data', facts)[0]?.subject).toEqual({ namespace: 'data' });
    const [, , silent] = findSubjects('cart', facts);
    expect(silent).toMatchObject({ subject: { peer: 'pod:shop/cart-sleeper' }, silent: true });
    const { sentence, unknowns } = answerQuestion(12, silent?.subject ?? {}, facts);
    expect(sentence).toBe('No: none of the 7 flows loaded goes to shop/cart-sleeper.');
    expect(unknowns.join()).toContain('may be idle');
  });
});

describe('whatever comes', () => {
  const name = fc.constantFrom('a', 'b', '', '|x|', '<img src=x>', '__proto__', 'a\nb');
  const end = fc.record(
    {
      ip: fc.constantFrom('10.0.0.1', '203.0.113.7', '::1', 'nonsense'),
      pod: name,
      ns: name,
      svc: name,
      node: name,
      port: fc.nat(70_000),
    },
    { requiredKeys: [] },
  );
  const stats = fc.record(
    {
      txBytes: fc.nat(1e6).map(bytes),
      rxBytes: fc.nat(1e6).map(bytes),
      txPkts: fc.nat(1e4).map(packets),
      p50Us: fc.nat(1e6).map(microseconds),
      p99Us: fc.nat(1e6).map(microseconds),
    },
    { requiredKeys: [] },
  );
  const flow = fc
    .record(
      {
        proto: fc.constantFrom('tcp' as const, 'udp' as const),
        client: end,
        server: end,
        clientStats: stats,
        serverStats: stats,
      },
      { requiredKeys: ['proto', 'client', 'server'] },
    )
    .map((one) => one as Flow);

  it('every question is answered in plain data, with a cell a column', () => {
    fc.assert(
      fc.property(fc.array(flow, { maxLength: 12 }), end, (flows, who) => {
        const facts = factsOf(flows, { zones: ZONES });
        const subject: Subject = {
          peer: `svc:${who.ns ?? ''}/${who.svc ?? ''}`,
          namespace: who.ns ?? 'a',
          milliseconds: 1,
          since: 0,
        };
        for (const { id } of QUESTIONS) {
          const answer = answerQuestion(id, subject, facts);
          expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
          expect(answer.sentence).toMatch(/\.$/);
          expect(`${answer.sentence}${answer.unknowns.join()}`).not.toMatch(/undefined|NaN|Infinity/);
          for (const row of answer.rows) expect(row.cells).toHaveLength(answer.columns.length);
        }
      }),
      { numRuns: 60 },
    );
  });
});

const truth = path.resolve(
  fileURLToPath(new URL('../../..', import.meta.url)),
  process.env.SHOAL_DATA ?? '../shared/data',
  'lab-bands/truth',
);
const suite = existsSync(truth)
  ? 'halves that nobody joined'
  : 'halves that nobody joined (skipped: set SHOAL_DATA)';

describe.skipIf(!existsSync(truth))(suite, () => {
  const load = (file: string) =>
    factsOf(decodeAnswer(JSON.parse(readFileSync(path.join(truth, file), 'utf8'))).flows);

  it('give the same volumes as joined rows', () => {
    const [joined, split] = [load('flows.merged.full.json'), load('flows.asseen.full.json')];
    for (const [id, subject] of [
      [1, { peer: 'svc:shop/frontend' }],
      [5, { peer: 'svc:shop/catalog' }],
      [9, {}],
    ] as const) {
      const volumes = [joined, split].map((facts) => {
        const { columns, rows } = answerQuestion(id, subject, facts);
        const at = columns.findIndex(({ unit }) => unit === 'bytes');
        return rows.map((row) => [row.cells[0], row.cells[at]]);
      });
      expect(volumes[1], String(id)).toEqual(volumes[0]);
    }
  });
});

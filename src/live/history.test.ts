// History: what was kept comes back, what cannot be known is a break, and memory has an end.
import { describe, expect, it } from 'vitest';
import type { Answer, Level } from '../flows/flow';
import { flowRates, linkRate } from '../flows/rates';
import { sketch } from '../flows/sketch';
import { buildGraph } from '../graph/flow-graph';
import { readRecording } from '../sources/recording';
import { createSimulatedSource } from '../sources/simulated/simulated';
import { createHistory, type History } from './history';

const WEB = 'shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070';
const DB = 'shop/cart-1(cart)@n2 -> data/redis-0(redis)@n1:6379';

const of = (text: string, over: Partial<Answer> = {}): Answer => {
  const flows = sketch(text);
  return { flows, total: flows.length, truncated: false, rejects: { count: 0 }, ...over };
};
const open = (mostSamples = 1_000, mostBytes = 1e8) => createHistory({ mostSamples, mostBytes });
const add = (history: History, seconds: number, answer: Answer | string, epoch = 'a', scope = '') =>
  history.add(typeof answer === 'string' ? of(answer) : answer, { atMs: seconds * 1000, epoch, scope });
const breaks = (history: History) => history.moments().map(({ gapBefore }) => gapBefore ?? '');

describe('what was kept', () => {
  it('comes back by index, by time and as a recording', async () => {
    const history = open();
    const answers = [10, 20, 30].map((n) =>
      of(`${WEB}  both ${n}k/1k 3ms..12ms`, { total: n, truncated: true }),
    );
    answers.forEach((answer, i) => {
      add(history, i * 10, answer);
    });
    expect([0, 1, 2].map((i) => history.at(i))).toStrictEqual(answers);
    expect(history.at(3)).toBeUndefined();
    expect([-99, 4.9, 5, 14, 99].map((s) => history.indexAt(s * 1000))).toEqual([0, 0, 0, 1, 2]);
    expect(history.between(5_000, 10_000)).toEqual({ first: 1, last: 1 });
    expect(history.between(11_000, 19_000)).toBeUndefined();
    const bytes = new Blob([[...history.toRecording({ first: 1, last: 2 })].join('\n')]).stream();
    const { polls, problem } = await readRecording(bytes, 0);
    expect(problem).toBeUndefined();
    expect(polls.map(({ atMs, flows, missing }) => ({ atMs, flows, missing }))).toEqual([
      { atMs: 10_000, flows: answers[1]?.flows, missing: 19 },
      { atMs: 20_000, flows: answers[2]?.flows, missing: 29 },
    ]);
  });

  it('is kept apart by what was asked for', () => {
    const history = open();
    add(history, 0, WEB, 'a', 'ns=shop');
    add(history, 10, DB, 'a', '');
    expect([history.scope, history.moments().length]).toEqual(['', 1]);
    expect(history.moments()[0]?.marks).toEqual([]);
    history.turnTo('ns=shop');
    expect(history.at(0)).toStrictEqual(of(WEB));
    history.turnTo('ns=other');
    expect([history.moments(), history.indexAt(0), history.at(0)]).toEqual([[], -1, undefined]);
  });

  it('does not keep the same moment twice', () => {
    const history = open();
    for (const _ of [1, 2]) add(history, 0, WEB);
    expect(history.state().samples).toBe(1);
    add(history, 0, WEB, 'b');
    expect(history.state().samples).toBe(2);
  });
});

describe('breaks', () => {
  it('are gaps beyond two and a half usual intervals', () => {
    const history = open();
    for (const seconds of [0, 10, 20, 45, 71, 81]) add(history, seconds, WEB);
    expect(breaks(history)).toEqual(['', '', '', '', 'gap', '']);
  });

  it('follow a change of the interval', () => {
    const history = open();
    for (const minutes of [0, 1, 2, 3, 4, 5, 6, 7, 8]) add(history, minutes * 10, WEB);
    for (const minutes of [1, 2, 3, 4, 5, 6]) add(history, 80 + minutes * 60, WEB);
    expect(breaks(history).slice(9)).toEqual(['gap', 'gap', 'gap', 'gap', '', '']);
  });

  it('are new epochs, and clocks that were set back', () => {
    const history = open();
    const flow = (n: number) => `${WEB}  both ${n}k/1k`;
    add(history, 100, flow(1));
    add(history, 110, flow(2), 'b');
    add(history, 50, flow(3), 'b');
    add(history, 60, flow(4), 'b');
    expect(breaks(history)).toEqual(['', 'epoch', 'clock', '']);
    expect(history.moments().map(({ bytesPerS }) => bytesPerS)).toEqual([
      undefined,
      undefined,
      undefined,
      100,
    ]);
    expect(history.moments().flatMap(({ marks }) => marks)).toEqual([]);
    // A time that was there twice is that of its first epoch, or of the one that is named.
    expect([history.indexAt(100_000), history.indexAt(100_000, 'b'), history.indexAt(110_000)]).toEqual([
      0, 1, 1,
    ]);
    expect([history.indexAt(99_000, 'b'), history.indexAt(99_000, 'other')]).toEqual([1, 0]);
  });

  it('let no rate through: not at a moment, not in a series', () => {
    const history = open();
    [0, 10, 20, 300, 310].forEach((seconds, n) => {
      add(history, seconds, `${WEB}  both ${(n + 1) * 100}k/0k`);
    });
    const rates = history.moments().map(({ bytesPerS }) => bytesPerS);
    expect(rates).toEqual([undefined, 10_000, 10_000, undefined, 10_000]);
    const series = [...history.series('svc:shop/web>svc:shop/cart', 'service')];
    expect(series.map(({ bytesPerS }) => bytesPerS)).toEqual(rates);
    expect(series[3]?.gapBefore).toBe('gap');
    // At a moment that has nothing before it, the time after it is what is known.
    expect(history.ratesAt(0)).toEqual(history.ratesAt(1));
    expect(history.ratesAt(3)).toEqual(history.ratesAt(4));
    expect(history.ratesAt(3)).toMatchObject({ sinceMs: 300_000, atMs: 310_000 });
    expect(history.ratesAt(9)).toBeUndefined();
  });
});

describe('marks', () => {
  const marksOf = (...texts: (string | Answer)[]) => {
    const history = open();
    texts.forEach((text, i) => {
      add(history, i * 10, text);
    });
    return history.moments().map(({ marks }) => marks.map(({ what, link }) => `${what} ${link}`));
  };
  const [WEB_LINK, DB_LINK] = ['svc:shop/web>svc:shop/cart', 'svc:shop/cart>svc:data/redis'];

  it('tell links that appeared and that vanished, at the second answer without them', () => {
    expect(marksOf(WEB, `${WEB}\n${DB}`, `${WEB}\n${DB}`, WEB, WEB, WEB)).toEqual([
      [],
      [`appeared ${DB_LINK}`],
      [],
      [],
      [`vanished ${DB_LINK}`],
      [],
    ]);
  });

  it('say nothing of a link that misses one answer, of a rollout, or of what a truncated answer lacks', () => {
    expect(marksOf(`${WEB}\n${DB}`, WEB, `${WEB}\n${DB}`).flat()).toEqual([]);
    expect(marksOf(WEB, WEB.replaceAll('-1', '-2'), WEB.replaceAll('-1', '-2')).flat()).toEqual([]);
    const cut = (text: string) => of(text, { truncated: true });
    expect(marksOf(`${WEB}\n${DB}`, cut(WEB), cut(WEB), cut(WEB), cut(DB)).flat()).toEqual([]);
  });

  it('tell a change of band once, and not a p99 that wavers around a limit', () => {
    const at = (p99: string) => `${WEB}  both 1k/1k ${p99}`;
    expect(marksOf(at('9.9ms'), at('10.1ms'), at('9.8ms'), at('11ms')).flat()).toEqual([]);
    expect(marksOf(at('3ms'), WEB, at('40ms'), at('42ms'), at('4ms'))).toEqual([
      [],
      [],
      [`slower ${WEB_LINK}`],
      [],
      [`faster ${WEB_LINK}`],
    ]);
  });

  it('tell a link that comes back from a new one, and follow lasting names where they are given', () => {
    expect(marksOf(`${WEB}\n${DB}`, WEB, WEB, WEB, `${WEB}\n${DB}`).flat()).toEqual([
      `vanished ${DB_LINK}`,
      `returned ${DB_LINK}`,
    ]);
    const history = createHistory({
      mostBytes: 1e8,
      mostSamples: 9,
      lastingName: ({ id }) => id.replace(/\d+/g, ''),
    });
    for (const n of [1, 2, 3, 4]) add(history, n * 10, `a/job-${n} -> a/db(db):1`);
    expect(history.moments().flatMap(({ marks }) => marks)).toEqual([]);
  });

  it('are capped, and the rest is counted', () => {
    const many = Array.from({ length: 80 }, (_, i) => `a/x${i}(x${i}) -> a/y(y):1`).join('\n');
    const history = open();
    add(history, 0, WEB);
    add(history, 10, many);
    expect(history.moments()[1]).toMatchObject({ links: 80, moreMarks: 30 });
    expect(history.moments()[1]?.marks).toHaveLength(50);
  });
});

describe('memory', () => {
  it('keeps to the number of samples; the oldest of all scopes goes first', () => {
    const history = open(4);
    add(history, 0, WEB, 'a', 'x');
    for (const seconds of [1, 2, 3, 4]) add(history, seconds, `${WEB}  both ${seconds}k/1k`, 'a', 'y');
    expect(history.state()).toMatchObject({ samples: 4, dropped: 1 });
    history.turnTo('x');
    expect(history.moments()).toEqual([]);
    for (const seconds of [5, 6]) add(history, seconds, `${WEB}  both ${seconds}k/1k`, 'a', 'y');
    expect(history.moments().map(({ atMs }) => atMs)).toEqual([3_000, 4_000, 5_000, 6_000]);
    expect(history.at(0)).toStrictEqual(of(`${WEB}  both 3k/1k`));
  });

  it('keeps to its bytes, counts them alike however they came to be shared, and always keeps the newest', () => {
    const many = Array.from({ length: 50 }, (_, i) => `a/x${i} -> a/y:1  both ${i + 1}k/1k`).join('\n');
    const history = open(1_000, 500_000);
    for (let n = 0; n < 600; n++) {
      // Every other answer is the same as the one before, and every tenth brings new names.
      const text = many.replaceAll('/1k', `/${100 + (n >> 1)}k`).replaceAll('y:', `y${Math.floor(n / 10)}:`);
      add(history, n * 10, text);
      expect(history.state().bytes).toBeLessThanOrEqual(500_000);
    }
    const { samples, dropped } = history.state();
    expect(samples).toBeGreaterThan(20);
    expect(dropped).toBe(600 - samples);
    // What is left costs as much as if nothing had ever been before it, but for names that were written down meanwhile.
    const fresh = open();
    history.moments().forEach(({ atMs, epoch }, i) => {
      fresh.add(history.at(i) as Answer, { atMs, epoch, scope: '' });
    });
    expect(fresh.state().bytes).toBeLessThanOrEqual(history.state().bytes);
    const tiny = open(1_000, 1);
    for (const seconds of [0, 10]) add(tiny, seconds, WEB);
    expect(tiny.state().samples).toBe(1);
    expect(() => open(0)).toThrow(RangeError);
  });
});

describe('a series', () => {
  it.each<[Level]>([['pod'], ['service'], ['namespace'], ['node']])(
    'is what the map shows of every link and of some peers, poll after poll, at %s level',
    (level) => {
      const source = createSimulatedSource({ seed: 3, services: 12, startMs: 0, scenario: 'sensor-gap' });
      const history = open();
      const answers = [50, 60, 70, 80].map((seconds) => {
        const { atMs, flows } = source.sampleAt(seconds * 1000);
        const answer = { flows, total: flows.length, truncated: false, rejects: { count: 0 } };
        history.add(answer, { atMs, epoch: '1', scope: '' });
        return { ...answer, atMs, epoch: '1' };
      });
      const graphs = answers.map(({ flows }) =>
        buildGraph(flows, { level, mostExternal: Number.POSITIVE_INFINITY }),
      );
      const ids = [...new Set(graphs.flatMap(({ links }) => [...links.keys()]))];
      for (const id of ids.filter((_, i) => i % (level === 'pod' ? 7 : 3) === 0)) {
        const series = [...history.series(id, level)];
        graphs.forEach((graph, i) => {
          const link = graph.links.get(id);
          const [before, now] = [answers[i - 1], answers[i]];
          const rates = before === undefined || now === undefined ? undefined : flowRates(before, now);
          expect(series[i]).toEqual({
            atMs: now?.atMs,
            listed: link !== undefined,
            bytesPerS: link && rates && linkRate(link, rates)?.bytesPerS,
            worstP99Us: link?.handshake.worstP99Us,
          });
        });
      }
      const peer = [...(graphs[0]?.peers.keys() ?? [])].find((id) => id.includes('cart')) ?? '';
      const links = [...(graphs[3]?.links.values() ?? [])].filter(
        ({ from, to }) => from === peer || to === peer,
      );
      const p99s = links.map(({ handshake }) => handshake.worstP99Us ?? 0);
      if (links.length > 0)
        expect([...history.series(peer, level)][3]?.worstP99Us ?? 0).toBe(Math.max(...p99s));
    },
  );

  it('of an unknown id is listed nowhere', () => {
    const history = open();
    add(history, 0, WEB);
    expect([...history.series('svc:shop/nobody', 'service')]).toEqual([{ atMs: 0, listed: false }]);
  });
});

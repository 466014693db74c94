import { describe, expect, it } from 'vitest';
import type { Flow } from '../flows/flow';
import { sketch } from '../flows/sketch';
import { judgeQuality, type Quality } from './quality';
import { noteAnswer, type QualityWatch, sensorGaps } from './quality-watch';

const START = Date.parse('2025-01-15T10:00:00Z');
const at = (second: number): number => START + second * 1000;

function judge(flows: Flow[], watch: QualityWatch): Quality {
  return judgeQuality({
    answer: { flows, total: flows.length, truncated: false, rejects: { count: 0 } },
    watch,
  });
}
const found = (quality: Quality) =>
  quality.facts
    .filter(({ severity }) => severity !== 'info')
    .map(({ id, example }) => (example === undefined ? id : `${id} ${example}`));

/** Answers one after the other, 10 s apart, and what is found in the last of them. */
function polls(...answers: (Flow[] | string)[]): { watch: QualityWatch; quality: Quality; found: string[] } {
  let watch: QualityWatch | undefined;
  let flows: Flow[] = [];
  answers.forEach((answer, i) => {
    flows = typeof answer === 'string' ? sketch(answer) : answer;
    watch = noteAnswer(watch, { flows, atMs: at(10 * i), epoch: 'a' });
  });
  if (watch === undefined) throw new Error('no answers');
  const quality = judge(flows, watch);
  return { watch, quality, found: found(quality) };
}
const sentence = (quality: Quality, id: string) => quality.facts.find((fact) => fact.id === id)?.sentence;

/** Ten rows between two nodes, as each of the given perspectives has them. */
const rows = (how: string, from = 'n1', to = 'n2') =>
  Array.from(
    { length: 10 },
    (_, i) => `shop/web-${i}-${from}@${from} -> shop/cart-${i}-${to}@${to}:80  ${how}`,
  ).join('\n');
const HOW = 'both 5k/5k 2ms';

describe('a silent sensor', () => {
  const before = `${rows(HOW)}\n${rows(HOW, 'n3', 'n2')}`;
  const gap = `${rows('c 5k/5k 2ms')}\n${rows('c 5k/5k 2ms', 'n3', 'n2')}`;

  it('is found by its node as long as it lasts, with when it was last heard', () => {
    for (const answers of [
      [before, gap],
      [before, gap, gap, gap],
    ]) {
      const seen = polls(...answers);
      expect(seen.found).toEqual(['sensors n2']);
      expect(sentence(seen.quality, 'sensors')).toContain('Nothing was counted on n2 since 10:00:00');
      expect(sentence(seen.quality, 'sensors')).toContain('20 ends there');
    }
    expect(polls(before, gap, before).found).toEqual([]);
    expect(polls(before, gap, before, gap).found).toEqual(['sensors n2']);
  });

  it('is found when its rows are filled with zeros instead', () => {
    const zeros = gap.replaceAll('c 5k/5k 2ms', 'c 5k/5k 2ms s 0/0');
    expect(polls(before, zeros).found).toEqual(['sensors n2']);
  });

  it('is found while a last row of it lingers, however long', () => {
    const lingering = gap.replace('c 5k/5k 2ms', HOW);
    expect(polls(before, lingering, lingering, lingering).found).toEqual(['sensors n2']);
  });

  it('is found when it was silent before we looked, where all ends like its own are heard', () => {
    const seen = polls(`${rows(HOW, 'n1', 'n3')}\n${rows('c 5k/5k 2ms', 'n1', 'n2')}`);
    expect(seen.found).toEqual(['sensors n2']);
    expect(sentence(seen.quality, 'sensors')).toContain('since we look');
  });

  it('is not claimed where the others are silent too: then the answer changed', () => {
    const none = sketch(before).map(
      ({ proto, client: from, server }): Flow => ({ proto, client: from, server }),
    );
    const { watch } = polls(before, none);
    expect(sensorGaps(watch)).toEqual({ gaps: [], nodes: 3 });
  });

  it('is not claimed of a node in no row, of a few rows, or of rows that were always told by the other side', () => {
    expect(polls(before, rows(HOW, 'n1', 'n3')).found).toEqual([]);
    const few = (how: string) => `${rows(HOW, 'n1', 'n3')}\n shop/a@n1 -> shop/b@n2:80  ${how}`;
    expect(polls(few(HOW), few('c 5k/5k 2ms')).found).toEqual([]);
    const halves = `${rows('s 5k/5k', 'n1', 'n2')}\n${rows('c 5k/5k 2ms', 'n1', 'n3')}\n${rows(HOW, 'n3', 'n2')}`;
    expect(sensorGaps(polls(halves, halves).watch).gaps).toEqual([]);
  });

  it('is not claimed of a node never heard where half of the ends like its own are not heard either', () => {
    const half = `${rows(HOW, 'n1', 'n3')}\n${rows('c 5k/5k 2ms', 'n4', 'n3')}`;
    const silent = `${rows('c 5k/5k 2ms', 'n1', 'n2')}\n${rows('c 5k/5k 2ms', 'n4', 'n2')}`;
    expect(polls(`${half}\n${silent}`).found).toEqual([]);
  });

  it('is forgotten with its node', () => {
    let { watch } = polls(before, gap);
    const rest = { flows: sketch(rows(HOW, 'n1', 'n3')), epoch: 'a' };
    watch = noteAnswer(watch, { ...rest, atMs: at(60) });
    expect(watch.nodes.has('n2')).toBe(true);
    watch = noteAnswer(watch, { ...rest, flows: [...rest.flows], atMs: at(3_600) });
    expect([...watch.nodes.keys()].sort()).toEqual(['n1', 'n3']);
  });
});

describe('counters', () => {
  const low = rows('both 1k/1k 2ms');

  it('that fell began anew, and the node is named', () => {
    const half = `${rows(HOW, 'n3', 'n4')}\n${rows('both 9k/9k 2ms')}`;
    const reset = `${rows('c 5k/5k 2ms s 100/100 2ms', 'n3', 'n4')}\n${rows('both 9k/9k 2ms')}`;
    const seen = polls(half, reset);
    expect(seen.found).toEqual(['restarts n4']);
    expect(seen.watch.restarts).toEqual({
      ...{ atMs: at(10), rows: 10, compared: 20 },
      nodes: [{ node: 'n4', sides: 10, compared: 10 }],
    });
    expect(sentence(seen.quality, 'restarts')).toContain(
      'At 10:00:10 the counters of 10 rows on n4 began anew',
    );
  });

  it('are remembered for ten minutes as a finding, later as a fact', () => {
    let { watch } = polls(rows(HOW), low);
    for (const [second, expected] of [
      [400, ['restarts n1']],
      [620, []],
    ] as const) {
      const flows = sketch(low);
      watch = noteAnswer(watch, { flows, atMs: at(second), epoch: 'a' });
      expect(found(judge(flows, watch))).toEqual(expected);
    }
    expect(watch.restarts?.rows).toBe(10);
  });

  it('that rose, stood, appeared, left or came in another order did not', () => {
    expect(polls(low, rows(HOW)).found).toEqual([]);
    expect(polls(low, low).found).toEqual([]);
    expect(polls(rows(HOW), sketch(rows('both 6k/6k 2ms')).reverse()).found).toEqual([]);
    expect(
      polls(
        rows(HOW),
        sketch(low).map((flow) => ({ ...flow, server: { ip: '1.1.1.1' } })),
      ).watch.restarts,
    ).toBe(undefined);
    // A side that is not seen any more, left out or filled with zeros.
    expect(polls(rows(HOW), rows('c 6k/6k 2ms s 0/0')).watch.restarts).toBe(undefined);
  });

  it('of rows that share a key are not compared', () => {
    const twice = (a: string, b: string) =>
      sketch(`shop/a@n1 -> shop/b@n2:80  both ${a}/1k\n shop/a@n1 -> shop/b@n2:80  both ${b}/1k`);
    expect(polls(twice('9k', '1k'), twice('1k', '9k')).watch.restarts).toBe(undefined);
  });

  it('of another epoch have nothing to do with those before', () => {
    const flows = sketch(low);
    const { watch } = polls(rows(HOW));
    const next = noteAnswer(watch, { flows, atMs: at(10), epoch: 'b' });
    expect(found(judge(flows, next))).toEqual([]);
    expect(next.sinceMs).toBe(at(10));
  });
});

describe('the clock', () => {
  const step = (toSecond: number, how: string) => {
    const { watch } = polls(rows(HOW), rows(HOW));
    const flows = sketch(rows(how));
    const next = noteAnswer(watch, { flows, atMs: at(toSecond), epoch: 'a' });
    return { next, quality: judge(flows, next), found: found(judge(flows, next)) };
  };

  it('may not run backwards; an older answer’s smaller counters are no restart', () => {
    const { quality, ...seen } = step(4, 'both 1k/1k 2ms');
    expect(seen.found).toEqual(['clock']);
    expect(sentence(quality, 'clock')).toContain('After the sample of 10:00:10 came one of 10:00:04');
  });

  it('may not stand still while counters move', () => {
    const { quality, ...seen } = step(10, 'both 6k/6k 2ms');
    expect(seen.found).toEqual(['clock']);
    expect(sentence(quality, 'clock')).toContain('stood still');
  });

  it('may stand still with its counters: that is the same sample again', () => {
    expect(step(10, HOW).found).toEqual([]);
    expect(step(20, 'both 6k/6k 2ms').found).toEqual([]);
  });

  it('is not asked twice about the same answer', () => {
    const { watch } = polls(rows(HOW));
    expect(noteAnswer(watch, { flows: watch.latest.flows, atMs: at(0), epoch: 'a' })).toBe(watch);
  });
});

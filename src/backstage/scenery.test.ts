// One reader's sitting, without a page: whatever filters, levels and boxes they try, the map they come back to is the
// one they left, and the level is the one that a fresh page opens at.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Answer } from '../flows/flow';
import { readQuery } from '../flows/query';
import { buildGraph } from '../graph/flow-graph';
import type { MeasureText } from '../graph/layout/labels';
import type { Picture } from '../graph/marks';
import { answerFlows } from '../sources/answer';
import { createSimulatedSource } from '../sources/simulated/simulated';
import type { Look } from './messages';
import { createPlacements } from './placements';
import { createScenery } from './scenery';

const measure: MeasureText = (text, px) => text.length * px * 0.56;
const START_MS = 1_700_000_000_000;
const IS_SWEEP = process.env.SWEEP === '1';
const ROOM = { w: 1040, h: 560 };

const LOOK: Look = {
  answer: 1,
  width: 'bytes',
  ghosts: false,
  scope: 'simulated',
  filters: '',
  panel: 'summary',
  colour: 'band',
  theme: 'dark',
  viewport: ROOM,
  moves: 0,
  hide: 'auto',
  problems: false,
  minBytes: 0,
  expand: [],
};

type Step = Partial<Pick<Look, 'filters' | 'level' | 'expand' | 'hide'>>;

/** A page that is open: its pictures, and what it would have written down. */
function sit(services: number, seed: number, stored?: string) {
  let kept = stored;
  const source = createSimulatedSource({ services, seed, startMs: START_MS });
  const placements = createPlacements(stored, (text) => {
    kept = text;
  });
  const scenery = createScenery(measure, () => placements);
  const answers = new Map<string, Answer>();
  const answerTo = (filters: string, second: number): Answer => {
    const key = `${second} ${filters}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const { query } = readQuery(new URLSearchParams(filters));
    const answered = answerFlows(source.sampleAt(START_MS + second * 1000).flows, query);
    const answer = { ...answered, rejects: { count: 0, reasons: [] } } as unknown as Answer;
    answers.set(key, answer);
    return answer;
  };
  return {
    answerTo,
    kept: () => kept,
    async look(step: Step, second = 30): Promise<Picture> {
      const look = { ...LOOK, ...step };
      const set = await scenery.make(
        answerTo(look.filters, second),
        { name: `live ${second}`, isPast: false },
        look,
        undefined,
        async () => undefined,
        async () => false,
      );
      if (set === undefined) throw new Error('Nobody looked elsewhere, but no picture came.');
      return set.picture;
    },
  };
}

const standing = ({ level, peers, boxes }: Picture) => ({
  level,
  boxes: boxes.map(({ id, x, y, w, h }) => `${id} ${x},${y} ${w}×${h}`).sort(),
  peers: peers.map(({ id, x, y }) => `${id} ${x},${y}`).sort(),
});

/** All of an answer, though nobody could read them. */
const peersOf = ({ flows }: Answer): ReadonlySet<string> => {
  const all = { level: 'service' as const, mostExternal: Infinity, mostPeers: Infinity };
  return new Set(buildGraph(flows, all).peers.keys());
};

// The page's own limit: an answer that is cut short is another answer.
const ALL = 'limit=5000';

it.each<[string, Step[]]>([
  ['a small limit', [{ filters: 'limit=50' }]],
  ['a namespace, and one that is not there', [{ filters: 'ns=shop' }, { filters: 'ns=nosuch' }]],
  ['a service, and one that is not there', [{ filters: 'svc=cart' }, { filters: 'svc=nosuch' }]],
  ['aggregates', ['namespace', 'service', 'pod'].map((by) => ({ filters: `aggregate=${by}` }))],
  ['a protocol, then a namespace', [{ filters: 'l4proto=udp' }, { filters: 'ns=payments' }]],
])('%s: the way back leads to the same map, through a reload too', async (_, detour) => {
  for (const level of [{}, { level: 'service' as const }]) {
    const home = { filters: ALL, ...level };
    const page = sit(40, 3);
    const before = standing(await page.look(home));
    for (const step of detour) await page.look({ ...level, ...step });
    const reloaded = sit(40, 3, page.kept());
    expect(standing(await page.look(home))).toEqual(before);
    expect(standing(await reloaded.look(home)), 'after a reload on the way').toEqual(before);
    expect((await sit(40, 3).look(home)).level, 'a fresh page').toBe(before.level);
  }
});

it('draws one URL at one level, whatever was asked before', async () => {
  for (const filters of ['ns=payments', 'limit=50', 'svc=cart', 'ns=nosuch', 'aggregate=pod']) {
    const page = sit(40, 3);
    await page.look({ filters });
    const { level, peers } = await page.look({ filters: ALL });
    const fresh = await sit(40, 3).look({ filters: ALL });
    expect([filters, level, peers.length]).toEqual([filters, fresh.level, fresh.peers.length]);
  }
});

it('any detour at all leads back to the same map', async () => {
  const step: fc.Arbitrary<Step> = fc.record(
    {
      filters: fc.constantFrom(
        ALL,
        'limit=50',
        'ns=shop',
        'ns=nosuch',
        'svc=a',
        'l4proto=udp',
        'aggregate=pod',
      ),
      level: fc.constantFrom('pod' as const, 'service' as const, 'namespace' as const, 'node' as const),
      expand: fc.constantFrom<Look['expand']>([], ['shop'], ['data', 'payments'], ['fold:infra-hosts']),
      hide: fc.constantFrom('auto' as const, 'infra' as const, 'none' as const),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      step,
      fc.array(step, { maxLength: 6 }),
      async (seed, first, detour) => {
        const page = sit(30, seed);
        const home = { filters: ALL, ...first };
        const before = standing(await page.look(home));
        for (const one of detour) await page.look({ filters: ALL, ...one });
        expect(standing(await page.look(home))).toEqual(before);
      },
    ),
    { numRuns: IS_SWEEP ? 300 : 15 },
  );
});

it('a session that saw the namespaces closed opens them as readable as a fresh one', async () => {
  const open = { filters: ALL, level: 'namespace' as const, expand: ['data', 'payments', 'shop'] };
  const share = ({ peers }: Picture) => peers.filter(({ text }) => text !== undefined).length / peers.length;
  for (const seed of [1, 3]) {
    const page = sit(150, seed);
    const closed = { filters: ALL, level: 'namespace' as const };
    const before = standing(await page.look(closed));
    const here = share(await page.look(open));
    const fresh = share(await sit(150, seed).look(open));
    expect(here, `seed ${seed}`).toBeGreaterThanOrEqual(0.9 * fresh);
    expect(standing(await page.look(closed))).toEqual(before);
  }
});

it.each([
  { services: 40, seed: 3, from: 1, to: 60, step: 5 },
  { services: 150, seed: 3, from: 30, to: 600, step: 30 },
])('$services services: no poll takes the mark of a peer that is there still', async (run) => {
  const { services, seed, from, to, step } = run;
  const page = sit(services, seed);
  const look = { filters: ALL, level: 'service' as const };
  let known = await page.look(look, from);
  const swapped: string[] = [];
  for (let second = from + step; second <= to; second += step) {
    const next = await page.look(look, second);
    const drawn = new Set(next.peers.map(({ id }) => id));
    const there = peersOf(page.answerTo(ALL, second));
    for (const { id } of known.peers)
      if (!drawn.has(id) && there.has(id)) swapped.push(`${id} at ${second} s`);
    known = next;
  }
  expect(swapped).toEqual([]);
});

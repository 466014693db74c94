import { describe, expect, it } from 'vitest';
import { sketch } from '../flows/sketch';
import { buildGraph } from './flow-graph';
import { type Focus, narrow } from './focus';

const FACTS = { total: 0, truncated: false, rejected: 0 };
/** web → api → db and web → cache → db are equally short; web → api → queue → db is longer; log is called by all. */
const graph = buildGraph(
  sketch(`
    s/web@n -> s/api@n:1     c 64k/0 1ms
    s/web@n -> s/cache@n:1   c 32k/0 1ms
    s/api@n -> s/db@n:1      c 16k/0 1ms
    s/cache@n -> s/db@n:1    c 8k/0 1ms
    s/api@n -> s/queue@n:1   c 4k/0 1ms
    s/queue@n -> s/db@n:1    c 2k/0 1ms
    s/web@n -> s/log@n:1     c 1k/0 1ms
    s/alone@n -> s/alone@n:1 c 1k/0 1ms
  `),
  { level: 'pod' },
);
const shown = (focus: Focus): string[] =>
  narrow(graph, focus, FACTS)
    .links.map(({ from, to }) => `${from.slice(6)}>${to.slice(6)}`)
    .sort();
const between = (from: string, to: string): string[] =>
  shown({ path: { from: `pod:s/${from}`, to: `pod:s/${to}` } });

describe('the ways between two peers', () => {
  it('are all of the shortest ones, and none longer', () => {
    expect(between('web', 'db')).toEqual(['api>db', 'cache>db', 'web>api', 'web>cache']);
  });

  it('are found from the server to its client too', () => {
    expect(between('db', 'web')).toEqual(between('web', 'db'));
  });

  it('go by links of any direction where requests join the two neither way', () => {
    expect(between('log', 'queue')).toEqual(['api>queue', 'web>api', 'web>log']);
  });

  it('are none where nothing joins the two; both are shown, and all traffic is told as hidden', () => {
    const { links, peers, coverage } = narrow(
      graph,
      { path: { from: 'pod:s/alone', to: 'pod:s/web' } },
      FACTS,
    );
    expect([links.length, peers.map(({ label }) => label).sort()]).toEqual([0, ['alone', 'web']]);
    expect(coverage).toMatchObject({ hiddenFlows: 8, hiddenBytes: coverage.bytes });
  });

  it('to a peer that is gone are none', () => {
    expect(between('web', 'gone')).toEqual([]);
  });
});

describe('links lighter than a percentile', () => {
  it.each([
    [0, 8],
    [25, 8],
    [30, 6],
    [50, 5],
    [75, 3],
    [100, 1],
  ])('%i leaves %i of eight', (minPercentile, left) => {
    expect(shown({ minPercentile })).toHaveLength(left);
  });

  it('are told as hidden', () => {
    expect(narrow(graph, { minPercentile: 75 }, FACTS).coverage).toMatchObject({
      drawnBytes: 112_000,
      hiddenBytes: 16_000,
    });
  });
});

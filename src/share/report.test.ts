import { describe, expect, it } from 'vitest';
import { sketch } from '../flows/sketch';
import type { Narrowing } from '../graph/narrowing';
import type { Theme } from '../graph/palette';
import { composeScene, composeStill } from '../graph/still';
import { diagnose } from '../insight/diagnose';
import { observe } from '../insight/diagnose-observe';
import { cardSize, LEAST_PX, layOutCard, mapRoom, wrap } from './card-layout';
import { paintCard } from './paint-card';
import { recordPaper } from './paper-recorder';
import { makeReport, type Report, type ReportFacts } from './report';
import { reportMarkdown } from './report-markdown';
import { reportLines } from './report-words';

const measure = (text: string, fontPx: number): number => [...text].length * fontPx * 0.58;
const ALL: Narrowing = { hide: 'auto', problems: false, minBytes: 0, expand: [] };
const AT = Date.UTC(2026, 6, 30, 21, 15, 2);

const FLOWS = sketch(`
  shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070   both 60k/167k 3ms..12ms
  shop/cart-1(cart)@n2 -> data/redis-0(redis)@n1:6379   both 78k/136k 300us..400us
  shop/pay-1@n3 -> 203.0.113.10:8443                c 20k/75k 124ms..1.2s
  shop/pay-1@n3 -> data/gone-0(gone)@n1:9000        c 2k/0
  shop/web-1(web)@n1 -> kube-system/dns-1(dns)@n1:53/udp both 800/848
  batch/etl-1(etl)@n1 -> data/redis-0(redis)@n1:6379 both 900k/2M 2ms..45ms
`);

function report(view: Partial<Narrowing> = {}, more: Partial<ReportFacts> = {}, flows = FLOWS) {
  const whole = { ...ALL, ...view };
  const answer = { flows, total: 4_812, truncated: true, rejects: { count: 2 } };
  const room = mapRoom(cardSize(0));
  const scene = composeScene(answer, whole, room, measure);
  const made = makeReport({
    scene,
    view: whole,
    colour: 'band',
    query: { ns: 'shop', limit: 1000 },
    source: 'recording lab',
    atMs: AT,
    nowMs: AT + 12_000,
    diagnosis: diagnose([observe({ flows, atMs: AT, epoch: 0 })]),
    version: '1.2.3',
    link: 'https://map.example/?ns=shop',
    ...more,
  });
  return { made, scene, room };
}

describe('a report', () => {
  it('holds every fact of the map, as plain data', () => {
    const { made } = report();
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
    expect(made).toMatchObject({
      at: '2026-07-30T21:15:02.000Z',
      ageMs: 12_000,
      source: 'recording lab',
      filters: [
        { parameter: 'ns', value: 'shop' },
        { parameter: 'limit', value: '1000' },
      ],
      counts: { flows: 6, total: 4_812, truncated: true, rejected: 2, links: 6 },
      problemsTotal: 4,
      crossNamespaceTotal: 3,
      link: 'https://map.example/?ns=shop',
    });
    expect(made.topLinks).toHaveLength(5);
    expect(made.topLinks[0]).toMatchObject({ from: 'batch/etl-1', to: 'data/redis-0', worstP99Us: 45_000 });
    expect(made.problems[0]).toMatchObject({ to: 'data/gone-0', unanswered: true });
    expect(made.legend.map(({ links }) => links).reduce((a, b) => a + b)).toBe(made.counts.links);
    expect(made.verdict?.sentence).not.toBe('');
  });

  it('says in words what was chosen, hidden and cut short', () => {
    const { made } = report({ problems: true, minBytes: 2048, hide: 'infra' });
    const text = reportLines(made).join('\n');
    expect(text).toContain('Namespace shop, by pod');
    expect(text).toContain('namespace shop · at most 1,000 flows · only problems · infrastructure hidden');
    expect(text).toContain('links from 2 KiB');
    expect(text).toContain('2026-07-30 21:15:02 UTC · 12 s old');
    expect(text).toContain('6 of 4,812 flows');
    expect(text).toContain('truncated: the rest was not sent');
    expect(text).toContain('2 rows unreadable');
    expect(text).toMatch(/hiding \d+ flows, [<>]? ?\d+ % of bytes/);
    expect(text).toContain('excellent < 1 ms');
    expect(text).toContain('Shoal 1.2.3');
  });

  it('judges nothing where nothing can be judged, and tells no link when redacted', () => {
    const { made } = report({}, { diagnosis: undefined, redacted: true });
    expect(made.verdict).toBeUndefined();
    expect(made.link).toBeUndefined();
    expect(reportLines(made).join('\n')).toContain('Health: not judged');
    expect(reportMarkdown(made)).not.toContain('http');
  });

  it('is Markdown whatever the names are', () => {
    const [flow] = FLOWS;
    if (flow === undefined) throw new Error('no flow');
    const hostile = {
      ...flow,
      client: { ...flow.client, pod: 'a|b](javascript:x)\n# <img src=x>', svc: 'x' },
    };
    const text = reportMarkdown(report({}, {}, [hostile]).made);
    for (const row of text.split('\n').filter((line) => line.startsWith('|'))) {
      expect([5, 7]).toContain(row.split(/(?<!\\)\|/).length - 1);
    }
    expect(text).not.toMatch(/(?<!\\)<img/);
    expect(text).toContain('### Problems');
    expect(text).toContain('### Across namespaces');
    expect(text).toContain('<https://map.example/?ns=shop>');
  });
});

describe('a card', () => {
  const drawn = (made: Report, scene: ReturnType<typeof report>['scene'], theme: Theme, px = 0) => {
    const size = cardSize(px);
    const layout = layOutCard(made, size, measure);
    const still = composeStill({ scene, room: mapRoom(size), theme, measure });
    const recorded = recordPaper(measure);
    for (const _step of paintCard(recorded.paper, layout, still, theme));
    return { layout, texts: recorded.texts() };
  };
  const long = 'x'.repeat(253);
  const [first] = FLOWS;
  const named = (pod: string) =>
    first === undefined ? [] : [{ ...first, client: { ...first.client, pod } }];

  it.each([
    ['usual', report(), 0],
    ['with long names', report({}, {}, [...named(long), ...named(`${long}-2`)]), 0],
    ['with many filters', report({}, { query: { ns: long, pod: long, svc: long, ip: '10.0.0.0/8' } }), 0],
    [
      'with a long verdict',
      report({}, { diagnosis: { ...diagnose([]), sentence: 'a path is long and slow '.repeat(60) } }),
      0,
    ],
    ['of an empty answer', report({}, {}, []), 0],
    ['at 8,000 px', report(), 8000],
  ])('%s: no text smaller than it may be, none over another, none outside', (_, { made, scene }, px) => {
    for (const theme of ['light', 'dark'] as const) {
      const { layout, texts } = drawn(made, scene, theme, px);
      for (const { fontPx, text } of texts)
        expect(fontPx / layout.size.ratio, text).toBeGreaterThanOrEqual(LEAST_PX);
      const { w, h } = layout.size;
      for (const [at, { rect: a, text }] of layout.texts.entries()) {
        expect(a.x >= 0 && a.y >= 0 && a.x + a.w <= w && a.y + a.h <= h, text).toBe(true);
        for (const { rect: b, text: other } of layout.texts.slice(at + 1)) {
          const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
          expect(apart, `${text} / ${other}`).toBe(true);
        }
        const { map } = layout;
        expect(a.x >= map.x + map.w || a.y + a.h <= map.y || a.y >= map.y + map.h, text).toBe(true);
      }
    }
  });

  it('draws every fact of the report', () => {
    const { made, scene } = report();
    const all = drawn(made, scene, 'dark')
      .texts.map(({ text }) => text)
      .join(' ');
    const counts = made.legend.map(({ links }) => String(links));
    for (const line of reportLines(made)) {
      // A line of the legend stands in two pieces: what it is, and how many links.
      const [label = ''] = line.split(/: \d+ links?$/);
      expect(all).toContain(label);
    }
    for (const count of counts) expect(all.split(' ')).toContain(count);
    // The map itself is on it, by its own names.
    expect(all).toContain('etl-1');
    expect(all).toContain('batch');
  });

  it('is 1600 × 900 at 2×, at most 8,000 px wide, and says when it is not what was asked for', () => {
    expect(cardSize(3200)).toEqual({ w: 1600, h: 900, ratio: 2 });
    expect(cardSize(8000)).toEqual({ w: 4000, h: 2250, ratio: 2 });
    expect(cardSize(20_000)).toMatchObject({ w: 4000, note: expect.stringContaining('capped at 8000 px') });
    expect(cardSize(100)).toMatchObject({ w: 1600, note: expect.stringContaining('100 px were asked for') });
  });

  it('wraps at spaces, and says with an ellipsis that there was more', () => {
    const one = (_text: string) => [..._text].length;
    expect(wrap('aa bb cc', 5, 1, 3, one)).toEqual(['aa bb', 'cc']);
    expect(wrap('aa bb cc dd', 5, 1, 1, one)).toEqual([expect.stringContaining('…')]);
    expect(wrap('abcdefghij', 5, 1, 2, one)).toEqual([expect.stringContaining('…')]);
    expect(wrap('', 5, 1, 2, one)).toEqual([]);
  });
});

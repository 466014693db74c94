// What opens can be read: on simulated clusters of every size, in the room that two windows leave for the map.
import { describe, expect, it } from 'vitest';
import type { Flow, Level } from '../flows/flow';
import { buildGraph, type Grouping } from '../graph/flow-graph';
import { type Focus, narrow } from '../graph/focus';
import { lineHeight, type MeasureText, overlaps, type Rect } from '../graph/layout/labels';
import { layOut } from '../graph/layout/placement';
import { chooseFolding, chooseGrain } from '../graph/levels';
import type { Picture } from '../graph/marks';
import { focusOf, groupingOf } from '../graph/narrowing';
import { open } from '../graph/opening';
import { composePicture, markRect, titleRect } from '../graph/picture';
import { createSimulatedSource } from '../sources/simulated/simulated';

/** About the widths of a proportional font: narrow letters half as wide as wide ones. */
const measure: MeasureText = (text, px) => {
  let ems = 0;
  for (const letter of text) ems += 'il.:1-'.includes(letter) ? 0.32 : 0.58;
  return ems * px;
};
/** A window of 1600×900 and one of 1280×720, less bars, banner, timeline, side panel and what lies over the map. */
const ROOMS = { large: { w: 1040, h: 560 }, small: { w: 820, h: 340 } };
type Room = keyof typeof ROOMS;
const IS_SWEEP = process.env.SWEEP === '1';
const SEEDS = IS_SWEEP ? [1, 2, 3, 4, 5] : [1];
/** Beyond this many services, that finer levels cannot be read is only worth the time in a sweep. */
const MOST_FORCED = IS_SWEEP ? 300 : 100;
/** The page's own default. */
const LIMIT = 1000;

const answers = new Map<string, Flow[]>();
function answerOf(services: number, seed: number, limit: number): Flow[] {
  const key = `${services} ${seed}`;
  const startMs = 1_700_000_000_000;
  const whole =
    answers.get(key) ?? createSimulatedSource({ services, seed, startMs }).sampleAt(startMs + 30_000).flows;
  answers.set(key, whole);
  return whole.length <= limit ? whole : whole.slice(0, limit);
}

function draw(flows: readonly Flow[], grouping: Grouping, room: Room, focus: Focus = {}): Picture {
  const viewport = ROOMS[room];
  const graph = buildGraph(flows, grouping);
  const scene = narrow(graph, focus, { total: flows.length, truncated: false, rejected: 0 });
  const placement = layOut({ peers: scene.peers, links: scene.links, viewport });
  const at = (zoom: number) => composePicture({ scene, placement, theme: 'light', zoom, measure });
  return open(at, placement.zoom, viewport);
}

const named = (picture: Picture): number =>
  picture.peers.filter(({ text, fontPx }) => text !== undefined && fontPx >= 11).length /
  picture.peers.length;

const overlapping = (marks: readonly { id: string; rect: Rect }[]): string[] =>
  marks.flatMap((a, i) =>
    marks.slice(i + 1).flatMap((b) => (overlaps(a.rect, b.rect) ? [`${a.id} and ${b.id}`] : [])),
  );

function labelsOf({ peers, zoom }: Picture): { id: string; rect: Rect }[] {
  return peers.flatMap((peer) => {
    if (peer.text === undefined) return [];
    const mark = markRect(peer, zoom);
    const x = mark.x + mark.w / 2 - peer.textWidthPx / 2;
    return [
      { id: peer.id, rect: { x, y: mark.y + mark.h + 3, w: peer.textWidthPx, h: lineHeight(peer.fontPx) } },
    ];
  });
}

/** Peers outside their own box or inside another's. */
function astray({ peers, boxes }: Picture): string[] {
  const isIn = ({ x, y, w, h }: Rect, box: Rect) =>
    x >= box.x && x + w <= box.x + box.w && y >= box.y && y + h <= box.y + box.h;
  return peers.flatMap((peer) => {
    const rect = markRect(peer, 1);
    return boxes
      .filter((box) => (box.label === peer.namespace ? !isIn(rect, box) : overlaps(rect, box)))
      .map((box) => `${peer.id} and ${box.label}`);
  });
}

function expectInOrder(picture: Picture): void {
  const { zoom } = picture;
  expect(overlapping(picture.peers.map((peer) => ({ id: peer.id, rect: markRect(peer, 1) })))).toEqual([]);
  expect(overlapping(picture.boxes.map((box) => ({ id: box.id, rect: box })))).toEqual([]);
  const titles = picture.boxes.map((box) => ({ id: box.id, rect: titleRect(box, zoom) }));
  expect(overlapping([...labelsOf(picture), ...titles.filter(({ rect }) => rect.w > 0)])).toEqual([]);
  expect(astray(picture)).toEqual([]);
}

const FROM_FINE: readonly Level[] = ['pod', 'service', 'namespace'];
const CASES = [20, 100, 300, 1000, 2000].flatMap((services) =>
  [Number.POSITIVE_INFINITY, LIMIT].flatMap((limit) =>
    (['large', 'small'] as const)
      // A hundred thousand flows take a second to group: once, in the smaller room, but for a sweep.
      .filter((room) => IS_SWEEP || services <= 300 || room === 'small')
      .flatMap((room) => SEEDS.map((seed) => ({ services, limit, room, seed }))),
  ),
);

describe.each(CASES)('$services services, at most $limit flows, $room room, seed $seed', (at) => {
  const { services, limit, room, seed } = at;
  const flows = answerOf(services, seed, limit);
  const grain = chooseGrain(flows, ROOMS[room], { measure });

  it('opens at a level where nearly every peer has a name, and nothing overlaps', () => {
    const picture = draw(flows, grain, room);
    expect(named(picture)).toBeGreaterThanOrEqual(0.95);
    expectInOrder(picture);
  });

  it('opens no coarser than that', () => {
    if (services === 20) expect(['pod', 'service']).toContain(grain.level);
    if (services === 100 && room === 'large') expect(grain.level).toBe('service');
    const finer = FROM_FINE.slice(0, FROM_FINE.indexOf(grain.level));
    for (const level of finer) {
      if (services > MOST_FORCED && limit > LIMIT) continue;
      const forced = { level, foldInfrastructure: chooseFolding(flows, level) };
      expect(named(draw(flows, forced, room)), level).toBeLessThan(0.95);
    }
  });
});

describe.each([
  { services: 20, hide: 'infra' },
  { services: 20, hide: 'none' },
  { services: 100, hide: 'infra' },
  { services: 100, hide: 'none' },
] as const)('$services services, hide=$hide', ({ services, hide }) => {
  it.each(['large', 'small'] as const)('opens with a name at nearly every peer in the %s room', (room) => {
    const flows = answerOf(services, 1, Number.POSITIVE_INFINITY);
    const look = { hide, problems: false, minBytes: 0, expand: [] };
    const grain = chooseGrain(flows, ROOMS[room], { measure, mayFold: hide !== 'none' });
    const picture = draw(flows, groupingOf(grain, look), room, focusOf(look));
    expect(picture.peers.length).toBeGreaterThan(10);
    expect(named(picture)).toBeGreaterThanOrEqual(0.95);
    expectInOrder(picture);
  });
});

it('draws a level the reader forced, however small', () => {
  const picture = draw(answerOf(1000, 1, Number.POSITIVE_INFINITY), { level: 'service' }, 'small');
  expect(picture.peers.length).toBeGreaterThan(1400);
  expectInOrder(picture);
});

describe('what was decided before', () => {
  const flows = answerOf(100, 1, Number.POSITIVE_INFINITY);
  const before = { level: 'service', foldInfrastructure: true } as const;

  it('is kept while it is nearly as good, and left when it is not', () => {
    const tight = { w: 720, h: 396 };
    expect(chooseGrain(flows, tight, { measure }).level).toBe('namespace');
    expect(chooseGrain(flows, tight, { current: before, measure })).toEqual(before);
    expect(chooseGrain(flows, { w: 400, h: 300 }, { current: before, measure }).level).toBe('namespace');
  });

  it('does not depend on the order of the answer', () => {
    const reversed = [...flows].reverse();
    expect(chooseGrain(reversed, ROOMS.large, { measure })).toEqual(
      chooseGrain(flows, ROOMS.large, { measure }),
    );
  });
});

/**
 * How one walks a picture without a mouse: its reading order, the nearest peer in a direction, a peer's links from the
 * worst. Pure; positions are map units. Knows where marks stand; refuses to know which keys are pressed.
 */
import type { Picture, PictureLink, PicturePeer } from './marks';

export const DIRECTIONS = ['left', 'right', 'up', 'down'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** How far a press moves a peer, px of the screen: half a mark. */
const STEP_PX = 16;
export const STEPS: Record<Direction, { x: number; y: number }> = {
  left: { x: -STEP_PX, y: 0 },
  right: { x: STEP_PX, y: 0 },
  up: { x: 0, y: -STEP_PX },
  down: { x: 0, y: STEP_PX },
};

interface Area {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Boxes from the top in lines from the left, each with its peers in the same order; who stands outside is a box alone. */
export function readingOrder(picture: Pick<Picture, 'boxes' | 'peers'>): PicturePeer[] {
  const groups = new Map<Area, PicturePeer[]>();
  for (const peer of picture.peers) {
    const box = picture.boxes.find((each) => holds(each, peer)) ?? areaOf(peer);
    const inside = groups.get(box);
    if (inside === undefined) groups.set(box, [peer]);
    else inside.push(peer);
  }
  return inLines([...groups], ([area]) => area).flatMap(([, peers]) => inLines(peers, areaOf));
}

const holds = ({ x, y, w, h }: Area, at: { x: number; y: number }): boolean =>
  at.x >= x && at.x <= x + w && at.y >= y && at.y <= y + h;

const areaOf = ({ x, y, size }: PicturePeer): Area => ({
  x: x - size / 2,
  y: y - size / 2,
  w: size,
  h: size,
});

/** What begins above the middle of a line's first thing is read in that line, from the left. */
function inLines<T>(things: readonly T[], areaFor: (thing: T) => Area): T[] {
  const placed = things.map((thing) => ({ thing, area: areaFor(thing) }));
  placed.sort((a, b) => a.area.y - b.area.y || a.area.x - b.area.x);
  const lines: { until: number; things: typeof placed }[] = [];
  for (const one of placed) {
    const line = lines.at(-1);
    if (line !== undefined && one.area.y < line.until) line.things.push(one);
    else lines.push({ until: one.area.y + one.area.h / 2, things: [one] });
  }
  return lines.flatMap((line) => line.things.sort((a, b) => a.area.x - b.area.x).map(({ thing }) => thing));
}

const AHEAD: Record<Direction, (dx: number, dy: number) => { along: number; aside: number }> = {
  left: (dx, dy) => ({ along: -dx, aside: Math.abs(dy) }),
  right: (dx, dy) => ({ along: dx, aside: Math.abs(dy) }),
  up: (dx, dy) => ({ along: -dy, aside: Math.abs(dx) }),
  down: (dx, dy) => ({ along: dy, aside: Math.abs(dx) }),
};

/** What lies this much less in the direction than beside it is not what the eye calls that way, if anything else is. */
const STRAY = 3;

/**
 * The nearest peer in a direction: within the quarter that faces it, else anywhere ahead, where distance aside counts
 * threefold. Undefined at the rim of the map.
 */
export function nearestPeer(
  peers: readonly PicturePeer[],
  from: PicturePeer,
  direction: Direction,
): PicturePeer | undefined {
  let best: { peer: PicturePeer; isFacing: boolean; cost: number } | undefined;
  for (const peer of peers) {
    const { along, aside } = AHEAD[direction](peer.x - from.x, peer.y - from.y);
    if (along <= 0) continue;
    const isFacing = aside <= along;
    const cost = isFacing ? Math.hypot(along, aside) : along + STRAY * aside;
    if (
      best === undefined ||
      (isFacing && !best.isFacing) ||
      (isFacing === best.isFacing && cost < best.cost)
    )
      best = { peer, isFacing, cost };
  }
  return best?.peer;
}

/** The end of a link that lies farther in a direction; the other one than `from` where neither does. */
export function endTowards(
  link: PictureLink,
  peers: readonly PicturePeer[],
  from: string,
  way: Direction,
): string {
  const start = peers.find(({ id }) => id === link.from);
  const end = peers.find(({ id }) => id === link.to);
  if (start === undefined || end === undefined) return from;
  const { along } = AHEAD[way](end.x - start.x, end.y - start.y);
  if (along === 0) return from === link.from ? link.to : link.from;
  return along > 0 ? link.to : link.from;
}

/** The links of each peer, both ways; a link to itself is there once. Peers without links are absent. */
export function linksByPeer(links: readonly PictureLink[]): ReadonlyMap<string, PictureLink[]> {
  const by = new Map<string, PictureLink[]>();
  for (const link of links) {
    add(by, link.from, link);
    if (link.to !== link.from) add(by, link.to, link);
  }
  return by;
}

function add(by: Map<string, PictureLink[]>, end: string, link: PictureLink): void {
  const known = by.get(end);
  if (known === undefined) by.set(end, [link]);
  else known.push(link);
}

/** The worst p99 first, then those without an answer, then the unmeasured by bytes. Links alone decide, not their order. */
export const fromWorst = (links: readonly PictureLink[]): PictureLink[] => [...links].sort(worseFirst);

/** The first of `fromWorst`; undefined of none. */
export function worstOf(links: readonly PictureLink[]): PictureLink | undefined {
  let worst: PictureLink | undefined;
  for (const link of links) if (worst === undefined || worseFirst(link, worst) < 0) worst = link;
  return worst;
}

const worseFirst = (a: PictureLink, b: PictureLink): number =>
  (b.worstP99Us ?? -1) - (a.worstP99Us ?? -1) ||
  Number(b.unanswered) - Number(a.unanswered) ||
  b.bytes - a.bytes ||
  (a.id < b.id ? -1 : 1);

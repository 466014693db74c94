/**
 * What a reader's hand does on a map: drag it about, wheel in and out. Each step waits until the page has taken it, so
 * that a slow subject gets as many steps as a fast one.
 */

/** A drag's step and how far it goes, px; there and back, so that a tour ends where it began. */
const STEP = 12;
const LEG = 10;
const WHEEL = 100;
const GRID = 10;
/** A drag stays on the map. */
const REACH = STEP * LEG + GRID;

/**
 * Where the map can be held without lighting anything up, CSS px of the page: the spot of Shoal's map, not covered by
 * its buttons or legend, that is farthest from peers and links.
 */
export async function freeSpot(shoal, { frame, peers, links }) {
  const at = new Map(peers.map((peer) => [peer.id, peer]));
  const lines = links.map(({ from, to }) => [at.get(from), at.get(to)]);
  const spots = [];
  for (let x = GRID; x < frame.w - REACH; x += GRID) {
    for (let y = GRID; y < frame.h - REACH; y += GRID) {
      let far = Math.min(...peers.map((peer) => Math.hypot(peer.x - x, peer.y - y) - peer.size / 2));
      for (const [from, to] of lines) far = Math.min(far, distance(x, y, from, to));
      spots.push({ x: frame.x + x, y: frame.y + y, far });
    }
  }
  spots.sort((a, b) => b.far - a.far);
  const found = await shoal.page.evaluate(
    (all) => all.find(({ x, y }) => document.elementFromPoint(x, y)?.closest('main [role=img]')),
    spots,
  );
  if (found === undefined) throw new Error('The map has no free spot.');
  return { x: found.x, y: found.y };
}

/** From a point to a straight line between two. */
function distance(x, y, from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - from.x) * dx + (y - from.y) * dy) / length));
  return Math.hypot(from.x + along * dx - x, from.y + along * dy - y);
}

/** The two peers farthest apart from left to right: what a zoom is read from. */
export function markers({ peers }) {
  const sorted = [...peers].sort((a, b) => a.x - b.x);
  return [sorted[0].id, sorted.at(-1).id];
}

/** Holds the map at `spot`, ready to be dragged; what hovering there lights up is lit before. */
export async function hold(subject, spot) {
  await subject.page.mouse.move(spot.x, spot.y);
  await subject.rest();
  await subject.page.mouse.down();
}

export const letGo = (subject) => subject.page.mouse.up();

/** Drags a held map right, left, down and up again; `during` is called once, far from where it began. */
export async function drag({ page }, spot, during) {
  let { x, y } = spot;
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ]) {
    for (let step = 1; step <= LEG; step++) {
      x += dx * STEP;
      y += dy * STEP;
      await page.mouse.move(x, y);
    }
    if (dx === 1) await during?.();
  }
}

/** How much one notch of the wheel enlarges; throws when it does nothing. */
export async function notchOf(subject, [left, right], spot) {
  const width = async () => (await subject.at(right)).x - (await subject.at(left)).x;
  const before = await width();
  await subject.page.mouse.move(spot.x, spot.y);
  for (let times = 0; times < 2; times++) await subject.page.mouse.wheel(0, -WHEEL);
  await subject.rest();
  const notch = Math.sqrt((await width()) / before);
  await subject.home();
  if (!(notch > 1.001)) throw new Error(`The wheel does not enlarge ${subject.name} (${notch}).`);
  return notch;
}

/** Wheels in by about `factor` (below 1: out) where the mouse is, each notch awaited. */
export async function wheelBy({ page }, notch, factor) {
  const notches = Math.round(Math.log(factor) / Math.log(notch));
  for (let done = 0; done < Math.abs(notches); done++) {
    await page.mouse.wheel(0, -WHEEL * Math.sign(notches));
  }
}

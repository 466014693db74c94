// The map stands still: what the reader has learned to find stays where it is, through every poll, filter, level and
// reload; what the reader moved stays where it was put.
import { expect, test } from './fixtures';
import { moved, type Places, peerOf } from './page';

test('a poll with other bytes moves nobody', async ({ shoal, hub, startShoal }) => {
  hub.line(8);
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url, '?level=namespace');
  const before = await shoal.picture();
  const places = await shoal.places();
  hub.line(-1);
  await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
  await shoal.idle();
  expect((await shoal.picture()).coverage.bytes).toBeGreaterThan(before.coverage.bytes);
  expect(moved(places, await shoal.places())).toEqual([]);
});

test('a newcomer is slotted into its box; only a box that the grown one would cover makes way, downwards', async ({
  shoal,
  hub,
  startShoal,
}) => {
  hub.line(1);
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url, '?level=service');
  const links = (await shoal.picture()).links.length;
  for (const line of [4, 9, -1]) {
    const before = await shoal.picture();
    const places = await shoal.places();
    hub.line(line);
    await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
    await shoal.idle();
    const after = await shoal.picture();
    const now = await shoal.places();
    const was = new Map(before.boxes.map((box) => [box.id, box.box]));
    const grown = after.boxes.filter(({ id, box }) => box.h > (was.get(id)?.h ?? box.h) + 1);
    const wayOf = (id: string) => {
      const [old, recent] = [places.get(id), now.get(id)];
      if (old === undefined || recent === undefined) return 'absent';
      return `${Math.round(recent.x - old.x)},${Math.round(recent.y - old.y)}`;
    };
    for (const { id, box } of before.boxes) {
      const way = wayOf(id);
      if (way === 'absent' || way === '0,0') continue;
      expect(way, `${id} goes down`).toMatch(/^0,[1-9]/);
      const covering = [...grown, ...after.boxes.filter((other) => wayOf(other.id) !== '0,0')].filter(
        (other) => other.id !== id && other.box.x < box.x + box.w && box.x < other.box.x + other.box.w,
      );
      expect(covering.length, `${id} makes way for a box of its column`).toBeGreaterThan(0);
    }
    const boxOf = new Map(before.boxes.map(({ id, label }) => [label, id]));
    for (const { id, namespace } of before.peers) {
      const box = namespace === undefined ? undefined : boxOf.get(namespace);
      if (!now.has(id)) continue;
      // Who stands outside the boxes makes way as they do.
      if (box === undefined) expect(wayOf(id), `${id} goes nowhere but down`).toMatch(/^0,\d+$/);
      else expect(wayOf(id), `${id} keeps its place in its box`).toBe(wayOf(box));
    }
  }
  expect((await shoal.picture()).links.length).toBeGreaterThan(links);
});

test('filters on and off, and every level there and back, leave every peer where it was', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=service');
  const places = await shoal.places();
  await shoal.filter('ns', 'shop');
  const narrowed = await shoal.places();
  expect(narrowed.size).toBeLessThan(places.size);
  expect(moved(narrowed, places)).toEqual([]);
  await shoal.filter('ns', '');
  expect(moved(places, await shoal.places())).toEqual([]);
  for (const level of ['Pod', 'Namespace', 'Node', 'Service']) {
    await shoal.level(level);
    await shoal.idle();
  }
  expect((await shoal.picture()).level).toBe('service');
  expect(moved(places, await shoal.places())).toEqual([]);
});

test('a reload finds every peer where it was', async ({ shoal, lab }) => {
  await shoal.open(lab, '?level=pod');
  const places = await shoal.places();
  await shoal.reload();
  expect(moved(places, await shoal.places())).toEqual([]);
});

test('what the reader dragged stays there through polls and reloads, and nobody else moves', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=service');
  const places = await shoal.places();
  const { id, box } = peerOf(await shoal.picture(), 'memcached');
  const from = { x: box.x + box.w / 2, y: box.y + box.h / 2 };
  await shoal.page.mouse.move(from.x, from.y);
  await shoal.page.mouse.down();
  await shoal.page.mouse.move(from.x + 20, from.y + 14, { steps: 4 });
  await shoal.page.mouse.move(from.x + 40, from.y + 28, { steps: 4 });
  await shoal.page.mouse.up();
  await shoal.idle();
  const peersOnly = (words: string[]) => words.filter((text) => !text.startsWith('ns:'));
  const check = async () => {
    const after = await shoal.places();
    expect(peersOnly(moved(places, after)).map((text) => text.split(' ')[0])).toEqual([id]);
    expect((after.get(id)?.x ?? 0) - (places.get(id)?.x ?? 0)).toBeCloseTo(40, 0);
    expect((after.get(id)?.y ?? 0) - (places.get(id)?.y ?? 0)).toBeCloseTo(28, 0);
  };
  await check();
  await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
  await shoal.idle();
  await check();

  // A reload fits the map anew, so places are compared as the map has them: relative to two that were not dragged.
  const dragged = await shoal.places();
  await shoal.reload();
  const reloaded = await shoal.places();
  const [a, b] = ['svc:shop/cart', 'svc:kube-system/kube-dns'];
  const relative = (all: Places, name: string) => {
    const at = (one: string) => all.get(one) ?? { x: Number.NaN, y: Number.NaN };
    const unit = Math.hypot(at(b).x - at(a).x, at(b).y - at(a).y);
    return [(at(name).x - at(a).x) / unit, (at(name).y - at(a).y) / unit];
  };
  for (const name of dragged.keys()) {
    const [x, y] = relative(reloaded, name);
    const [wasX, wasY] = relative(dragged, name);
    expect(x, name).toBeCloseTo(wasX ?? Number.NaN, 1);
    expect(y, name).toBeCloseTo(wasY ?? Number.NaN, 1);
  }
});

test('only the reader moves the camera: a poll keeps zoom and pan, and “fit” brings everything back', async ({
  shoal,
  hub,
  startShoal,
}) => {
  hub.line(8);
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url, '?level=service');
  const fitted = await shoal.places();
  await shoal.page.getByRole('button', { name: 'Zoom in' }).click();
  await shoal.idle();
  const zoomed = await shoal.places();
  expect(moved(fitted, zoomed).length).toBeGreaterThan(5);
  hub.line(-1);
  await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
  await shoal.idle();
  expect(moved(zoomed, await shoal.places())).toEqual([]);
  await shoal.page.getByRole('button', { name: 'Fit the map' }).click();
  await shoal.idle();
  const { boxes } = await shoal.picture();
  const frame = await shoal.map.boundingBox();
  for (const { id, box } of boxes) {
    expect(box.x, id).toBeGreaterThanOrEqual(frame?.x ?? Number.NaN);
    expect(box.x + box.w, id).toBeLessThanOrEqual((frame?.x ?? 0) + (frame?.width ?? 0));
  }
});

test('the reader can have the map arranged anew, which undoes what was dragged', async ({ shoal, lab }) => {
  await shoal.open(lab, '?level=service');
  const places = await shoal.places();
  const { box } = peerOf(await shoal.picture(), 'memcached');
  await shoal.page.mouse.move(box.x + box.w / 2, box.y + box.h / 2);
  await shoal.page.mouse.down();
  await shoal.page.mouse.move(box.x + 60, box.y + 60, { steps: 5 });
  await shoal.page.mouse.up();
  await shoal.idle();
  expect(moved(places, await shoal.places())).not.toEqual([]);
  await shoal.page.getByRole('button', { name: 'Arrange the map anew' }).click();
  await shoal.idle();
  expect(moved(places, await shoal.places())).toEqual([]);
});

test('a raised limit that brings more than fits is laid out anew, readable also after a reload; going back finds all as it was', async ({
  shoal,
  startShoal,
}) => {
  const { url } = await startShoal('--simulate', '--seed', '3', '--services', '300');
  const { page } = shoal;
  await shoal.open(url, '?every=off');
  const before = await shoal.places();
  const few = (await shoal.picture()).peers.length;
  const expectReadable = async () => {
    const { peers } = await shoal.picture();
    const map = await shoal.map.boundingBox();
    if (map === null) throw new Error('There is no map.');
    expect(peers.length).toBeGreaterThan(few);
    const named = peers.filter(({ labelBox }) => labelBox !== undefined);
    expect(named.length).toBeGreaterThanOrEqual(0.95 * peers.length);
    const out = peers.filter(
      ({ box: { x, y, w, h } }) =>
        x < map.x || y < map.y || x + w > map.x + map.width || y + h > map.y + map.height,
    );
    expect(out).toEqual([]);
  };
  await page.getByRole('button', { name: /^Ask for/ }).click();
  await shoal.idle();
  await expectReadable();
  await shoal.reload();
  await expectReadable();
  await page.goBack();
  await shoal.idle();
  expect(moved(before, await shoal.places())).toEqual([]);
});

test('what a wider filter brings is fitted in, with a camera nobody touched; going back brings the camera back', async ({
  shoal,
  lab,
}) => {
  const { page } = shoal;
  await shoal.open(lab, '?level=service&ns=batch&every=off');
  const before = await shoal.places();
  const few = (await shoal.picture()).peers.length;
  const map = await shoal.map.boundingBox();
  if (map === null) throw new Error('There is no map.');
  await shoal.filter('ns', '');
  const all = (await shoal.picture()).peers;
  expect(all.length).toBeGreaterThan(few);
  expect(all.filter(({ box }) => box.x < map.x || box.x + box.w > map.x + map.width)).toEqual([]);
  expect(all.filter(({ box }) => box.y < map.y || box.y + box.h > map.y + map.height)).toEqual([]);
  await page.goBack();
  await shoal.idle();
  expect(moved(before, await shoal.places())).toEqual([]);
});

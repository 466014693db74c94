// The map stands still: what the reader has learned to find stays where it is, through every poll, filter, level and
// reload; what the reader moved stays where it was put.
import { expect, test } from './fixtures';
import { moved, peerOf } from './page';

test('a poll that brings newcomers and other bytes moves nobody who was there', async ({
  shoal,
  hub,
  startShoal,
}) => {
  hub.line(1);
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url, '?level=service');
  const before = await shoal.picture();
  const places = await shoal.places();
  for (const line of [4, 9, -1]) {
    hub.line(line);
    await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
    await shoal.idle();
    const after = await shoal.places();
    expect(moved(places, after).filter((words) => !words.endsWith('gone'))).toEqual([]);
  }
  const last = await shoal.picture();
  expect(last.coverage.bytes).toBeGreaterThan(before.coverage.bytes);
  expect(last.links.length).toBeGreaterThan(before.links.length);
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
  await shoal.reload();
  await check();
});

test('only the reader moves the camera: a poll keeps zoom and pan, and “fit” brings everything back', async ({
  shoal,
  hub,
  startShoal,
}) => {
  hub.line(3);
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

test('“tidy” arranges anew what was dragged', async ({ shoal, lab }) => {
  await shoal.open(lab, '?level=service');
  const places = await shoal.places();
  const { box } = peerOf(await shoal.picture(), 'memcached');
  await shoal.page.mouse.move(box.x + box.w / 2, box.y + box.h / 2);
  await shoal.page.mouse.down();
  await shoal.page.mouse.move(box.x + 60, box.y + 60, { steps: 5 });
  await shoal.page.mouse.up();
  await shoal.idle();
  expect(moved(places, await shoal.places())).not.toEqual([]);
  await shoal.page.getByRole('button', { name: 'Tidy' }).click();
  await shoal.idle();
  expect(moved(places, await shoal.places())).toEqual([]);
});

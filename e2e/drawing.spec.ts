// What drawing must not cost. Cytoscape re-styles every peer whenever it draws it, unless it is kept from it
// (canvas/draw-guard.ts); on a large map that was each frame's cost twenty times over. A crowd is painted without it.
import { expect, test } from './fixtures';
import type { ShoalPage } from './page';

test('zooming and panning draw the peers anew, and re-style none of them while drawing', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=service');
  await shoal.page.evaluate(() => {
    const holder = document.querySelector('main [role=img]') as unknown as Holder;
    const engine = holder._cyreg.cy;
    const renderer = engine.renderer();
    const counts = { drawn: 0, restyled: 0, frames: 0 };
    window.shoalTestCounts = counts;
    let drawing = false;
    const { drawNode } = renderer;
    renderer.drawNode = function (...args) {
      counts.drawn++;
      drawing = true;
      try {
        return drawNode.apply(this, args);
      } finally {
        drawing = false;
      }
    };
    // updateStyle() is what emits this, once for each element that it touches.
    engine.on('style', 'node, edge', () => {
      if (drawing) counts.restyled++;
    });
    engine.on('render', () => {
      counts.frames++;
    });
  });

  // At every other scale the engine's cached drawings are of no use, so that peers are drawn again.
  for (const name of ['Zoom in', 'Zoom in', 'Zoom out', 'Zoom out']) {
    await shoal.page.getByRole('button', { name }).click();
    await shoal.idle();
  }
  const { from, check } = await cornerOf(shoal, 'shop');
  await shoal.page.mouse.move(from.x, from.y);
  await shoal.page.mouse.down();
  await shoal.page.mouse.move(from.x + 120, from.y + 60, { steps: 20 });
  await shoal.page.mouse.move(from.x + 160, from.y - 40, { steps: 20 });
  await shoal.page.mouse.up();
  await shoal.idle();

  const { drawn, restyled, frames } = await shoal.page.evaluate(() => window.shoalTestCounts);
  // What was drawn once is kept as a picture, by the layer.
  const layers = await shoal.page.evaluate(() => {
    const holder = document.querySelector('main [role=img]') as unknown as Holder;
    const kept = holder._cyreg.cy.renderer().data.lyrTxrCache.layersByLevel;
    return Object.values(kept).flatMap((level) => level ?? []).length;
  });
  expect(layers).toBeGreaterThan(0);
  expect(frames).toBeGreaterThan(5);
  expect(drawn).toBeGreaterThan(10);
  expect(restyled).toBe(0);

  await check(160, -40);
});

test('a map that nobody touches asks for no frames, and wakes for the reader', async ({ shoal, lab }) => {
  await shoal.page.addInitScript(() => {
    const ask = window.requestAnimationFrame.bind(window);
    window.shoalTestFrames = 0;
    window.requestAnimationFrame = (callback) => {
      window.shoalTestFrames++;
      return ask(callback);
    };
  });
  await shoal.open(lab, '?level=service&every=off');
  const frames = () => shoal.page.evaluate(() => window.shoalTestFrames);
  let before = -1;
  await expect
    .poll(async () => {
      const now = await frames();
      const asked = now - before;
      before = now;
      return asked;
    })
    .toBe(0);
  // A poll changes the map's accessible name: left alone, the engine measures and draws 100 ms after that.
  await shoal.map.evaluate((map) => map.setAttribute('aria-label', 'Map, in other words'));
  await shoal.page.waitForTimeout(300);
  expect(await frames()).toBe(before);
  const { from, check } = await cornerOf(shoal, 'shop');
  await shoal.page.mouse.move(from.x, from.y);
  await shoal.page.mouse.down();
  await shoal.page.mouse.move(from.x + 60, from.y - 30, { steps: 8 });
  await shoal.page.mouse.up();
  await shoal.idle();
  expect(await frames()).toBeGreaterThan(before);
  await check(60, -30);
});

test('a drag inside a namespace’s box pans the map', async ({ shoal, lab }) => {
  await shoal.open(lab, '?level=service');
  const { from, check } = await cornerOf(shoal, 'shop');
  await shoal.page.mouse.move(from.x, from.y);
  await shoal.page.mouse.down();
  await shoal.page.mouse.move(from.x + 60, from.y - 30, { steps: 8 });
  await shoal.page.mouse.up();
  await shoal.idle();
  await check(60, -30);
});

test('what a poll brings while the reader pans is drawn when the hand rests', async ({
  shoal,
  hub,
  startShoal,
}) => {
  hub.line(1);
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url, '?level=namespace');
  const before = await shoal.engineLinks();
  const map = await shoal.map.boundingBox();
  if (map === null) throw new Error('There is no map.');
  // At the upper edge of the map, where nothing stands.
  await shoal.page.mouse.move(map.x + map.width / 2, map.y + 4);
  await shoal.page.mouse.down();
  await shoal.page.mouse.move(map.x + map.width / 2 + 40, map.y + 40, { steps: 5 });
  hub.line(-1);
  const answered = shoal.page.waitForEvent('requestfinished', (request) => /\/summary$/.test(request.url()));
  await shoal.updates
    .getByRole('button', { name: 'Refresh' })
    .evaluate((button: HTMLButtonElement) => button.click());
  await answered;
  // The summary is asked for after the flows; the picture is made meanwhile.
  await shoal.page.waitForTimeout(500);
  expect(await shoal.engineLinks()).toEqual(before);
  await shoal.page.mouse.up();
  await shoal.idle();
  expect(await shoal.engineLinks()).not.toEqual(before);
});

test('a crowd is painted without elements of the engine, and answers to the same gestures', async ({
  shoal,
  startShoal,
}) => {
  const { url } = await startShoal('--simulate=zone-slow', '--seed', '3', '--services', '150');
  await shoal.open(url, '?level=pod&limit=5000&every=off');
  const { links, boxes } = await shoal.picture();
  expect(links.length).toBeGreaterThan(150);
  expect(await shoal.engineLinks()).toEqual([]);
  const loud = links.find(({ band }) => band === 'high' || band === 'elevated');
  if (loud === undefined) throw new Error('Nothing in this cluster is slow.');
  const painted = await inkOf(shoal, loud.colour);
  expect(painted.pixels).toBeGreaterThan(100);

  // What is painted moves along with the camera.
  const wide = [...boxes].sort((a, b) => b.box.w * b.box.h - a.box.w * a.box.h)[0];
  const { from, check } = await cornerOf(shoal, wide?.label ?? '');
  await shoal.page.mouse.move(from.x, from.y);
  await shoal.page.mouse.down();
  await shoal.page.mouse.move(from.x + 60, from.y - 30, { steps: 8 });
  await shoal.page.mouse.up();
  await shoal.idle();
  await check(60, -30);
  const after = await inkOf(shoal, loud.colour);
  expect(after.x - painted.x).toBeCloseTo(60, 0);
  expect(after.y - painted.y).toBeCloseTo(-30, 0);

  // Hovering tells, dragging moves one peer, a click opens its details.
  const named = (await shoal.picture()).peers.find(
    // Where nothing floats over the map, and a click selects rather than opens.
    ({ id, box, labelBox }) =>
      labelBox !== undefined && !id.startsWith('fold:') && box.x < 700 && box.y < 600,
  );
  if (named === undefined) throw new Error('No peer has a name.');
  const [x, y] = [named.box.x + named.box.w / 2, named.box.y + named.box.h / 2];
  await shoal.page.mouse.move(x, y);
  await expect(shoal.page.getByText(named.label).first()).toBeVisible();
  const places = await shoal.places();
  await shoal.page.mouse.down();
  await shoal.page.mouse.move(x + 21, y + 13, { steps: 5 });
  await shoal.page.mouse.up();
  await shoal.idle();
  const strayed = [...(await shoal.places())].filter(([id, now]) => {
    const was = places.get(id);
    return was === undefined || Math.hypot(now.x - was.x, now.y - was.y) > 1;
  });
  expect(strayed.map(([id]) => id).filter((id) => !boxes.some((box) => box.id === id))).toEqual([named.id]);
  await shoal.click(named.id);
  expect((await shoal.view()).peer).toBe(named.id);
});

/** How many px of the topmost whole canvas have exactly this colour, and where on the page its corner lies. */
const inkOf = (shoal: ShoalPage, colour: string) =>
  shoal.page.evaluate((hex) => {
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
    const found = { pixels: 0, x: 0, y: 0 };
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>('main [role=img] canvas')) {
      if (canvas.width === 0 || canvas.getBoundingClientRect().width === 0) continue;
      // What was painted elsewhere is shown by a canvas that cannot be read; a copy can.
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
      copy?.drawImage(canvas, 0, 0);
      const { data } = copy?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      let pixels = 0;
      for (let at = 0; at < data.length; at += 4)
        if (data[at] === red && data[at + 1] === green && data[at + 2] === blue && data[at + 3] === 255)
          pixels++;
      const { x, y } = canvas.getBoundingClientRect();
      if (pixels > 0) Object.assign(found, { pixels, x, y });
    }
    return found;
  }, colour);

/** The lower left corner inside a namespace's box, where nobody stands; and a check that all moved by so much. */
async function cornerOf(shoal: ShoalPage, namespace: string) {
  const box = (await shoal.picture()).boxes.find(({ label }) => label === namespace)?.box;
  if (box === undefined) throw new Error(`There is no box of ${namespace}.`);
  const before = await shoal.places();
  return {
    from: { x: box.x + 5, y: box.y + box.h - 5 },
    async check(dx: number, dy: number) {
      const after = await shoal.places();
      const ways = [...before].map(([id, { x, y }]) => {
        const now = after.get(id) ?? { x: Number.NaN, y: Number.NaN };
        return `${Math.round(now.x - x)},${Math.round(now.y - y)}`;
      });
      expect(new Set(ways)).toEqual(new Set([`${dx},${dy}`]));
    },
  };
}

interface Holder {
  _cyreg: {
    cy: {
      renderer(): {
        drawNode(...args: unknown[]): unknown;
        data: { lyrTxrCache: { layersByLevel: Record<string, unknown[] | null> } };
      };
      on(event: 'style', selector: string, then: () => void): void;
      on(event: 'render', then: () => void): void;
    };
  };
}

declare global {
  interface Window {
    shoalTestFrames: number;
    shoalTestCounts: { drawn: number; restyled: number; frames: number };
  }
}

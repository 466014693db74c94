// What the engine must not do: Cytoscape re-styles every peer whenever it draws it, unless it is kept from it
// (canvas/draw-guard.ts); on a large map that was each frame's cost twenty times over.
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
  expect(frames).toBeGreaterThan(5);
  expect(drawn).toBeGreaterThan(10);
  expect(restyled).toBe(0);

  await check(160, -40);
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
      renderer(): { drawNode(...args: unknown[]): unknown };
      on(event: 'style', selector: string, then: () => void): void;
      on(event: 'render', then: () => void): void;
    };
  };
}

declare global {
  interface Window {
    shoalTestCounts: { drawn: number; restyled: number; frames: number };
  }
}

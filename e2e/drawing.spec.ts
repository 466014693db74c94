// What the engine must not do: Cytoscape re-styles every peer whenever it draws it, unless it is kept from it
// (canvas/draw-guard.ts); on a large map that was each frame's cost twenty times over.
import { expect, test } from './fixtures';

test('zooming and panning draw the peers anew, and re-style none of them while drawing', async ({
  shoal,
  lab,
}) => {
  await shoal.open(lab, '?level=service');
  const frame = await shoal.map.boundingBox();
  if (frame === null) throw new Error('There is no map.');
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
  for (const name of ['Zoom in', 'Zoom in', 'Zoom out']) {
    await shoal.page.getByRole('button', { name }).click();
    await shoal.idle();
  }
  // The right edge of the map is background.
  const start = { x: frame.x + frame.width - 4, y: frame.y + frame.height / 2 };
  const places = await shoal.places();
  await shoal.page.mouse.move(start.x, start.y);
  await shoal.page.mouse.down();
  await shoal.page.mouse.move(start.x - 120, start.y + 60, { steps: 20 });
  await shoal.page.mouse.move(start.x - 160, start.y - 40, { steps: 20 });
  await shoal.page.mouse.up();
  await shoal.idle();

  const { drawn, restyled, frames } = await shoal.page.evaluate(() => window.shoalTestCounts);
  expect(frames).toBeGreaterThan(5);
  expect(drawn).toBeGreaterThan(10);
  expect(restyled).toBe(0);

  // It was a pan: everything moved, and by the same way.
  const after = await shoal.places();
  const ways = new Set(
    [...places].map(([id, { x, y }]) => {
      const now = after.get(id) ?? { x: 0, y: 0 };
      return `${Math.round(now.x - x)},${Math.round(now.y - y)}`;
    }),
  );
  expect(ways).toEqual(new Set(['-160,-40']));
});

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

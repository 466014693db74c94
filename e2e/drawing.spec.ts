// What the engine must not do: Cytoscape re-styles every peer on every frame unless it is kept from it (canvas/draw-guard).
import { expect, test } from './fixtures';

test('panning draws frames and re-styles nothing', async ({ shoal, lab }) => {
  await shoal.open(lab, '?level=service');
  const places = await shoal.places();
  const frame = await shoal.map.boundingBox();
  if (frame === null) throw new Error('There is no map.');
  // The corner above the boxes is background.
  const start = { x: frame.x + frame.width - 6, y: frame.y + frame.height / 2 };
  await shoal.page.mouse.move(start.x, start.y);
  await shoal.idle();
  await shoal.page.evaluate(() => {
    const holder = document.querySelector('main [role=img]') as unknown as Holder;
    const engine = holder._cyreg.cy;
    window.shoalTestCounts = { styles: 0, frames: 0 };
    const counts = window.shoalTestCounts;
    // updateStyle() is what emits this, once for each element that it touches.
    engine.on('style', 'node, edge', () => {
      counts.styles++;
    });
    engine.on('render', () => {
      counts.frames++;
    });
  });
  await shoal.page.mouse.down();
  await shoal.page.mouse.move(start.x - 120, start.y + 60, { steps: 20 });
  await shoal.page.mouse.move(start.x - 160, start.y - 40, { steps: 20 });
  const { styles, frames } = await shoal.page.evaluate(() => window.shoalTestCounts);
  await shoal.page.mouse.up();
  await shoal.idle();
  expect(frames).toBeGreaterThan(5);
  expect(styles).toBe(0);
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
      on(event: 'style', selector: string, then: () => void): void;
      on(event: 'render', then: () => void): void;
    };
  };
}

declare global {
  interface Window {
    shoalTestCounts: { styles: number; frames: number };
  }
}

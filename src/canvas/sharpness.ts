/**
 * How many pixels the engine draws for each px of the screen: all while it rests, one while it moves. On a screen of two
 * a panned frame costs four times as much, and nobody reads what moves. A private field of Cytoscape ≤ 3.34.4, which
 * looks at it in every frame; retest at each upgrade.
 */
import type cytoscape from 'cytoscape';

type Renderer = { forcedPixelRatio?: number | null };

export interface Sharpness {
  lower(): void;
  restore(): void;
}

export function createSharpness(engine: cytoscape.Core): Sharpness {
  const renderer = (engine as unknown as { renderer(): Renderer }).renderer();
  return {
    lower() {
      if (window.devicePixelRatio > 1) renderer.forcedPixelRatio = 1;
    },
    restore() {
      if (renderer.forcedPixelRatio == null) return;
      renderer.forcedPixelRatio = null;
      engine.forceRender();
    },
  };
}

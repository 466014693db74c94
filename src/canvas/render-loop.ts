/**
 * Lets Cytoscape's render loop rest. The engine asks for an animation frame at every frame for ever, drawn or not: a page
 * that nobody touches would wake sixty times a second. Here the loop runs while something was asked to be drawn, and for
 * a moment longer, in which the engine refines its cached layers; then it sleeps until the next request.
 *
 * The loop has no handle but one: it ends when a frame finds the renderer destroyed. So one callback that runs just before
 * it says so, and one just after it takes that back: nothing else can run between the two. Retest at each upgrade.
 */
import type cytoscape from 'cytoscape';

interface Renderer {
  destroyed?: boolean;
  styleObserver?: MutationObserver;
  renderLoopStarted?: boolean;
  startRenderLoop?(): void;
  redraw?(...args: unknown[]): unknown;
}

/** Layers are refined in the frames after a drawing; after this long all of it has happened. */
const LINGER_MS = 1200;

export interface RenderLoop {
  /** Takes over the loop that the engine started. */
  govern(engine: cytoscape.Core): void;
  destroy(): void;
}

/** To be made just before the engine: callbacks run in the order in which they were asked for. */
export function createRenderLoop(): RenderLoop {
  let renderer: Renderer | undefined;
  let isOver = false;
  let isRunning = true;
  let isStopping = false;
  let wantedMs = performance.now();

  const before = () => {
    if (isOver) return;
    isStopping = renderer !== undefined && performance.now() - wantedMs > LINGER_MS;
    if (isStopping && renderer !== undefined) renderer.destroyed = true;
    else requestAnimationFrame(before);
  };
  const after = () => {
    if (isOver) return;
    if (!isStopping || renderer === undefined) {
      requestAnimationFrame(after);
      return;
    }
    renderer.destroyed = false;
    isStopping = false;
    isRunning = false;
  };
  const wake = () => {
    wantedMs = performance.now();
    if (isRunning || isOver || renderer === undefined) return;
    isRunning = true;
    requestAnimationFrame(before);
    renderer.renderLoopStarted = false;
    renderer.startRenderLoop?.();
    requestAnimationFrame(after);
  };

  requestAnimationFrame(before);
  return {
    govern(engine) {
      const found = (engine as unknown as { renderer(): Renderer }).renderer();
      const { redraw } = found;
      requestAnimationFrame(after);
      // Any attribute of its container makes the engine measure and redraw, even the accessible name that each poll may
      // change; sizes it learns from its other observer.
      found.styleObserver?.disconnect();
      // An engine with another inner shape keeps its own loop.
      if (redraw === undefined || found.startRenderLoop === undefined) return;
      found.redraw = function (this: unknown, ...args) {
        wake();
        return redraw.apply(this, args);
      };
      renderer = found;
    },
    destroy() {
      isOver = true;
    },
  };
}

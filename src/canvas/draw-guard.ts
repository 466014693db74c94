/**
 * Keeps Cytoscape ≤ 3.34.4 from re-styling every node on every frame.
 * Its drawNode flips a private `backgrounding` flag twice for a node without a loaded background image and calls
 * node.updateStyle() at each flip: 158 ms of CPU a frame at 1,000 peers instead of 8. While a node is being drawn no style
 * can change, so updateStyle is a no-op for just that long. Retest at each upgrade (canvas story in e2e/).
 */
import type cytoscape from 'cytoscape';

type DrawNode = (...args: unknown[]) => unknown;
type Renderer = { drawNode?: DrawNode };
type Restyling = { updateStyle?: (...args: unknown[]) => unknown };

const guarded = new WeakSet<object>();
let drawing = 0;

/** Guards this engine; safe to call once an engine. Leaves an engine with another inner shape as it is. */
export function guardDrawing(engine: cytoscape.Core): void {
  const renderer = (engine as unknown as { renderer(): Renderer }).renderer();
  const drawNode = renderer.drawNode;
  if (drawNode === undefined) return;
  renderer.drawNode = function (this: unknown, ...args) {
    drawing++;
    try {
      return drawNode.apply(this, args);
    } finally {
      drawing--;
    }
  };
  // All collections of all engines share one prototype: guard it once.
  const prototype = Object.getPrototypeOf(engine.collection()) as Restyling & object;
  const updateStyle = prototype.updateStyle;
  if (updateStyle === undefined || guarded.has(prototype)) return;
  guarded.add(prototype);
  prototype.updateStyle = function (this: unknown, ...args) {
    return drawing > 0 ? this : updateStyle.apply(this, args);
  };
}

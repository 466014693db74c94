/**
 * Newcomers that part from where another mark stood: the eye follows a peer that splits into its pods. Only where the
 * reader wants motion and the map is small enough for it.
 */
import type cytoscape from 'cytoscape';
import type { Point } from './pointing';

const GLIDE_MS = 260;
/** With more than so many on the move nobody follows any of them, and frames take too long. */
const MOST_GLIDING = 200;

/** Resolves when all have arrived. Ids that the engine does not know are passed over. */
export async function glide(engine: cytoscape.Core, from: ReadonlyMap<string, Point>): Promise<void> {
  if (from.size > MOST_GLIDING || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  await Promise.all(
    [...from].map(([id, start]) => {
      const node = engine.getElementById(id);
      if (node.empty()) return undefined;
      const position = { ...node.position() };
      node.position({ ...start });
      return node
        .animation({ position, duration: GLIDE_MS, easing: 'ease-out' } as never)
        .play()
        .promise('complete');
    }),
  );
}

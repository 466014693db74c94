/**
 * Keeps Cytoscape's idea of where its container stands true. It measures that once and again when the container or the
 * window changes size, or something scrolls; a notice that pushes the map down changes none of them, and then clicks
 * meet what stood there before. Retest at each upgrade (e2e/reading-the-map.spec.ts).
 */
import type cytoscape from 'cytoscape';

type Renderer = { invalidateContainerClientCoordsCache?: () => void };

/** A pointer on its way need not ask at each move; ms. */
const TRUSTED_MS = 200;

/** Has where the container stands measured anew when a pointer comes, presses or turns its wheel. Returns how to stop. */
export function followContainer(engine: cytoscape.Core, container: HTMLElement): () => void {
  const renderer = (engine as unknown as { renderer(): Renderer }).renderer();
  let askedMs = 0;
  const onPointer = ({ type, timeStamp }: Event) => {
    if (type === 'pointermove' && timeStamp - askedMs < TRUSTED_MS) return;
    askedMs = timeStamp;
    renderer.invalidateContainerClientCoordsCache?.();
  };
  const types = ['pointerenter', 'pointerdown', 'pointermove', 'wheel'] as const;
  for (const type of types) container.addEventListener(type, onPointer, { capture: true, passive: true });
  return () => {
    for (const type of types) container.removeEventListener(type, onPointer, { capture: true });
  };
}

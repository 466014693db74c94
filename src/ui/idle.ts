/**
 * When is the page at rest? Parts that have work pending say so; `whenIdle` waits until none has.
 * Waiting for the next poll does not count; a request under way, an uncommitted filter or a moving camera does.
 */
import type { ViewState } from '../view/view-state';
import { type Placed, projectPicture, type ShoalWindow } from './shoal-window';

export interface Idle {
  /** Marks a named piece of work as pending or done. */
  busy(what: string, pending: boolean): void;
  /** The map as it stands, and a way to wait for it; undefined while no map is mounted. */
  map?: { placed(): Placed | undefined; whenIdle(): Promise<void> };
  /** The same of a matrix, which describes its picture itself. */
  matrix?: { picture(): unknown; whenIdle(): Promise<void> };
  face: ShoalWindow;
}

/** A hidden tab gets no frames. */
const FRAME_MS = 20;

export function createIdle(view: () => ViewState): Idle {
  // The page starts busy: until the first request is under way nothing else would say so.
  const pending = new Set<string>(['start']);
  // Told rather than asked: whoever waits must not cost what it waits for.
  let waiting: (() => void)[] = [];
  const allDone = (): Promise<void> =>
    pending.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
  const idle: Idle = {
    busy(what, isPending) {
      if (isPending) pending.add(what);
      else pending.delete(what);
      if (pending.size > 0) return;
      for (const go of waiting) go();
      waiting = [];
    },
    face: {
      async whenIdle() {
        for (;;) {
          await allDone();
          await idle.map?.whenIdle();
          await idle.matrix?.whenIdle();
          await frame();
          if (pending.size === 0) return;
        }
      },
      picture() {
        if (idle.matrix !== undefined) return idle.matrix.picture() ?? null;
        const placed = idle.map?.placed();
        return placed === undefined ? null : projectPicture(placed);
      },
      view,
    },
  };
  return idle;
}

// A hidden tab gets no frames, but it can be idle all the same.
const frame = (): Promise<void> =>
  new Promise((resolve) => {
    if (document.hidden) setTimeout(resolve, FRAME_MS);
    else requestAnimationFrame(() => resolve());
  });

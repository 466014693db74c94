/**
 * When is the page at rest? Parts that have work pending say so; `whenIdle` waits until none has.
 * Waiting for the next poll does not count; a request under way, an uncommitted filter or a moving camera does.
 */
import type { ViewState } from '../view/view-state';
import type { ShoalWindow } from './shoal-window';

export interface Idle {
  /** Marks a named piece of work as pending or done. */
  busy(what: string, pending: boolean): void;
  /** What is drawn, as `window.shoal` tells it, and a way to wait for it; undefined while nothing that draws is mounted. */
  drawn?: { picture(): unknown; whenIdle(): Promise<void> };
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
          await idle.drawn?.whenIdle();
          await frame();
          await turn();
          if (pending.size === 0) return;
        }
      },
      picture: () => idle.drawn?.picture() ?? null,
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

/** What a finished piece of work left to be drawn is queued by now, and comes first: once to draw it, once for its effects. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(() => setTimeout(resolve)));

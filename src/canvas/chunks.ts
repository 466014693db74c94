/**
 * Long work in slices, one a frame, so that the page answers in between. Newer work replaces what is under way.
 * How much fits into a slice is learnt from how long frames take: painting is paid for after a script has ended, where
 * no clock of the script sees it.
 */
export interface Chunks {
  /**
   * From the next frame on takes the steps that `begin` gives until there are none left, then calls `done`. `gentle` keeps
   * frames short, as while the camera moves.
   */
  run(begin: () => Iterator<void>, done: () => void, gentle?: boolean): void;
  cancel(): void;
  isBusy(): boolean;
}

/** What a frame may take before slices shrink, and below what they grow again; ms. */
const TOO_LONG_MS = 60;
const SHORT_MS = 34;
const TOO_LONG_GENTLY_MS = 30;
/** A step is a mark or a line, about 0.03 ms without a graphics processor. */
const FIRST_STEPS = 500;
const FEWEST_STEPS = 60;
const MOST_STEPS = 2500;
const GENTLE_PART = 0.4;

export function createChunks(): Chunks {
  let size = FIRST_STEPS;
  let run = 0;
  let busy = false;

  return {
    run(begin, done, gentle = false) {
      const mine = ++run;
      busy = true;
      let before: number | undefined;
      let steps: Iterator<void> | undefined;
      const slice = () => {
        if (mine !== run) return;
        const now = performance.now();
        if (before !== undefined) size = adapt(size, now - before, gentle);
        before = now;
        steps ??= begin();
        for (let left = gentle ? size * GENTLE_PART : size; left > 0; left--) {
          if (steps.next().done !== true) continue;
          busy = false;
          done();
          return;
        }
        onNextFrame(slice);
      };
      onNextFrame(slice);
    },
    cancel() {
      run++;
      busy = false;
    },
    isBusy: () => busy,
  };
}

function adapt(size: number, tookMs: number, gentle: boolean): number {
  if (tookMs > (gentle ? TOO_LONG_GENTLY_MS : TOO_LONG_MS)) return Math.max(FEWEST_STEPS, size * 0.6);
  return tookMs < SHORT_MS ? Math.min(MOST_STEPS, size * 1.4) : size;
}

/** A hidden tab gets no frames, but its work goes on all the same. */
export function onNextFrame(then: () => void): void {
  if (document.hidden) setTimeout(then, 20);
  else requestAnimationFrame(() => then());
}

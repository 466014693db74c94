/** Which moments of a long recording are looked at one by one. Pure. */

/** An hour at ten seconds, as history keeps of a live source. */
const MOST_MOMENTS = 360;

/**
 * Indices in rising order, the last always among them: all of `count`, or so many spread evenly over the whole. What is
 * left out is between two that are looked at, so rates over it are still right: counters only grow.
 */
export function momentsToNote(count: number): number[] {
  const most = Math.min(count, MOST_MOMENTS);
  return Array.from({ length: most }, (_, index) =>
    most === 1 ? count - 1 : Math.round((index * (count - 1)) / (most - 1)),
  );
}

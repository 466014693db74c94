/** Drives long work in the worker: in slices, with a breath between them in which messages come in. */
import type { Steps } from '../graph/layout/steps';

/** After so long the worker lets messages in, ms: a newer look should not wait for an older one's work. */
const SLICE_MS = 30;

/** Does the steps, breathing in between; undefined when the breath says that nobody wants the rest. */
export async function drive<T>(steps: Steps<T>, breathe: () => Promise<boolean>): Promise<T | undefined> {
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - since < SLICE_MS) continue;
    if (await breathe()) return undefined;
    since = performance.now();
  }
}

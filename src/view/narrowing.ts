/** The reader's view as what it leaves of an answer. Read by the page and by `shoal card`, so that one URL is one map. */
import type { ViewState } from './view-state';

/** Shaped as the graph takes it (graph/narrowing.ts), which this floor does not know. */
export function narrowingOf(view: ViewState) {
  const { query, level, hide, problems, min, percentile, focus, depth, path, expand } = view;
  // Rows that the server grouped have no other level.
  const fixed = query.aggregate ?? (level === 'auto' ? undefined : level);
  return {
    ...(fixed === undefined ? {} : { level: fixed }),
    hide,
    problems,
    minBytes: min,
    ...(percentile === undefined ? {} : { percentile }),
    ...(focus === undefined
      ? {}
      : path === undefined
        ? { focus: { peer: focus, depth } }
        : { path: { from: focus, to: path } }),
    expand,
  };
}

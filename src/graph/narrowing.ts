/**
 * What the reader chose to see of an answer, as the graph takes it: how flows are grouped, and which links stay. One rule
 * for the map on the screen and for what leaves the page. Pure; refuses to know answers and pixels.
 */
import type { Level } from '../flows/flow';
import type { Focus } from './focus';
import { isFold } from './folding';
import type { Grouping } from './grouping';
import type { Grain } from './levels';

export interface Narrowing {
  /** Undefined leaves the level to us. */
  level?: Level;
  hide: 'auto' | 'infra' | 'none';
  problems: boolean;
  /** Links below so many bytes are hidden. */
  minBytes: number;
  percentile?: number;
  focus?: { peer: string; depth: number };
  path?: { from: string; to: string };
  /** Namespaces shown a level finer and folds opened, sorted. */
  expand: readonly string[];
}

/** The part of it that hides links. */
export function focusOf(view: Narrowing): Focus {
  return {
    problems: view.problems,
    hideInfrastructure: view.hide === 'infra',
    minBytes: view.minBytes,
    ...(view.percentile === undefined ? {} : { minPercentile: view.percentile }),
    ...(view.focus === undefined ? {} : { around: view.focus }),
    ...(view.path === undefined ? {} : { path: view.path }),
  };
}

/**
 * The part of it that groups flows. Where the level was found legible with the plumbing folded, hiding it folds it too:
 * places are kept for what is hidden, and kept one by one they would leave no room for names.
 */
export function groupingOf({ level, foldInfrastructure }: Grain, { hide, expand }: Narrowing): Grouping {
  return {
    level,
    foldInfrastructure: foldInfrastructure && hide !== 'none',
    expanded: new Set(expand.filter((one) => !isFold(one))),
    opened: new Set(expand.filter(isFold)),
  };
}

/** How flows are to be grouped into peers: the reader's level, what is shown finer, and what may fold. */
import type { Level } from '../flows/flow';

export interface Grouping {
  level: Level;
  /** Namespaces shown one level finer than the rest. */
  expanded?: ReadonlySet<string>;
  /** External peers beyond this many fold by port or network. */
  mostExternal?: number;
  /** Fold DNS, probes, scrapes and their like into one counted peer a box. */
  foldInfrastructure?: boolean;
  /** With more peers than this the light ones of the largest boxes fold; infinite: all are shown. */
  mostPeers?: number;
  /** Folds (their ids) whose peers are shown all the same. */
  opened?: ReadonlySet<string>;
  /** How the answer before was folded: a poll swaps nobody for somebody slightly heavier. */
  before?: FoldStanding;
}

/** What the next folding leans towards. */
export interface FoldStanding {
  /** Ids of peers that kept their own mark where others had to give theirs up by weight. */
  drawn: ReadonlySet<string>;
  /** How many peers a box kept, where all had to give. */
  cap?: number;
}

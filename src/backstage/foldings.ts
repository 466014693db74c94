/**
 * Remembers who was folded, for the answers that come next: a poll must not swap who has a mark. One standing a view
 * (source, filters, grouping); moments of the past are folded as they were when they were the present.
 */
import type { FoldStanding } from '../graph/grouping';
import type { PlacedMoment } from './placements';

export interface Foldings {
  /** What to lean towards; undefined where nothing was folded by weight yet. */
  before(view: string, moment: PlacedMoment): FoldStanding | undefined;
  note(view: string, moment: PlacedMoment, standing: FoldStanding | undefined): void;
}

/** More than an hour of polls at 10 s, and more filters than one tries in it. */
const MOST_REMEMBERED = 500;

export function createFoldings(): Foldings {
  const latest = new Map<string, FoldStanding | undefined>();
  const byMoment = new Map<string, FoldStanding | undefined>();
  return {
    before(view, { name, isPast }) {
      const key = `${view}\n${name}`;
      return isPast && byMoment.has(key) ? byMoment.get(key) : latest.get(view);
    },
    note(view, { name, isPast }, standing) {
      const known = latest.get(view);
      // One object for all polls that changed nobody: an hour of them takes the room of one.
      const kept =
        known !== undefined && standing !== undefined && isSame(known, standing) ? known : standing;
      put(byMoment, `${view}\n${name}`, kept);
      if (!isPast) put(latest, view, kept);
    },
  };
}

function put<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST_REMEMBERED && oldest !== undefined) map.delete(oldest);
}

function isSame(a: FoldStanding, b: FoldStanding): boolean {
  if (a.cap !== b.cap || a.drawn.size !== b.drawn.size) return false;
  for (const peer of a.drawn) if (!b.drawn.has(peer)) return false;
  return true;
}

/**
 * Who is to blame for slow rows: the smallest thing whose rows are slow while comparable rows are not.
 * Knows judged rows; refuses to know µs and sentences. Each step takes the thing that explains most slow rows for the
 * fewest good ones, then looks at what is left.
 */
import type { Who } from './diagnose-observe';
import {
  type Culprit,
  couldBe,
  createSuspects,
  isOf,
  nodeGroups,
  RANK,
  stays,
  type Zones,
} from './diagnose-suspects';

export interface JudgedRow {
  row: number;
  who: Who;
  /** Whether it is what is looked for, the opposite of it, or neither. */
  state: 'bad' | 'good' | 'unclear';
}

export interface Blame {
  culprit: Culprit;
  /** Slow rows, those that are well, and all of its rows. */
  bad: readonly JudgedRow[];
  good: number;
  total: number;
  sources: number;
  targets: number;
  /** How likely this would be by chance, given how many of the other rows are slow. */
  chance: number;
}

/** How much evidence it takes to blame something. */
export interface Burden {
  /** How much louder a good row speaks against a thing than a bad one speaks for it. */
  against: number;
  /** Of the judged rows of a thing so many must be bad, and of all its rows so many. */
  leastShare: number;
  leastOfAll: number;
  /** How many rows are bad in a healthy cluster: one in fifty may be slow for its own reasons, few ever lose a SYN. */
  ordinary: number;
}
/** A slow path delays every handshake on it, so a row that is well is a witness; replicas may yet differ a little. */
export const DELAY: Burden = { against: 2, leastShare: 0.7, leastOfAll: 0.3, ordinary: 0.02 };
/** Losing one packet in ten shows in few rows at a time: one without a lost SYN has opened few connections. */
export const LOSS: Burden = { against: 0.2, leastShare: 0.25, leastOfAll: 0.15, ordinary: 0.005 };

/** One in two thousand: a few hundred things are tried at each poll. */
const MOST_CHANCE = 5e-4;
/** More culprits at once than a reader can hold are no diagnosis. */
const MOST_BLAMED = 6;
/** Of things that explain equally much, within this share, the narrower is blamed. */
const AS_GOOD = 0.97;
const LEAST_ROWS = 2;
const LEAST_NODES = 3;

interface Tally {
  culprit: Culprit;
  bad: number;
  good: number;
  total: number;
}

/** A row with the places of its suspects; only what a bad row suspects is one, so a healthy cluster costs nothing. */
interface Suspicion {
  row: JudgedRow;
  suspects: number[];
}

/**
 * Culprits for the bad rows, best explained first, and the bad rows nobody can be blamed for. Rows belong to at most
 * one culprit. `zones` maps nodes to zones; without it groups of nodes stand in for them. `suspectsOf` may be shared by
 * all that is blamed with the same zones.
 */
export function blame(
  rows: readonly JudgedRow[],
  zones: Zones,
  burden: Burden,
  suspectsOf = createSuspects(zones),
): { blamed: Blame[]; unexplained: JudgedRow[] } {
  const culprits: Culprit[] = [];
  const places = new Map<string, number>();
  for (const { state, who } of rows) {
    if (state !== 'bad') continue;
    for (const { culprit, key } of suspectsOf(who)) {
      if (!places.has(key)) places.set(key, culprits.push(culprit) - 1);
    }
  }
  if (culprits.length === 0) return { blamed: [], unexplained: [] };
  let left: Suspicion[] = [];
  for (const row of rows) {
    const suspects: number[] = [];
    for (const { key } of suspectsOf(row.who)) {
      const place = places.get(key);
      if (place !== undefined) suspects.push(place);
    }
    left.push({ row, suspects });
  }
  const blamed: Blame[] = [];
  while (blamed.length < MOST_BLAMED) {
    const best = bestOf(left, culprits, zones, burden);
    if (best === undefined) break;
    blamed.push(best);
    const servers = new Set(best.bad.map(({ who }) => who.server.service));
    left = left.filter(
      ({ row: { state, who } }) =>
        state !== 'bad' || !(isOf(best.culprit, who, zones) || couldBe(best.culprit, who, zones, servers)),
    );
  }
  return { blamed, unexplained: left.flatMap(({ row }) => (row.state === 'bad' ? [row] : [])) };
}

function bestOf(
  suspicions: readonly Suspicion[],
  culprits: readonly Culprit[],
  zones: Zones,
  { against, leastShare, leastOfAll, ordinary }: Burden,
): Blame | undefined {
  const all: Tally = { culprit: { kind: 'cluster' }, bad: 0, good: 0, total: 0 };
  const tallies = culprits.map((culprit): Tally => ({ culprit, bad: 0, good: 0, total: 0 }));
  for (const { row, suspects } of suspicions) {
    count(all, row);
    for (const place of suspects) {
      const tally = tallies[place];
      // What stays on a node never leaves by its interface: fast there is no excuse for slow to others.
      if (tally?.culprit.kind === 'node' && row.state === 'good' && stays(row.who)) continue;
      count(tally, row);
    }
  }
  const groups = zones === undefined ? nodeGroups(slowPairs(tallies, leastShare)) : undefined;
  if (groups !== undefined) {
    const together: Tally = { culprit: groups, bad: 0, good: 0, total: 0 };
    for (const { row } of suspicions) if (isOf(groups, row.who, zones)) count(together, row);
    tallies.push(together);
  }
  const gain = (tally: Tally): number => tally.bad - against * tally.good;
  const rank = (tally: Tally): number => RANK.indexOf(tally.culprit.kind);
  const ranked = tallies
    .filter(
      (tally) =>
        tally.bad >= LEAST_ROWS &&
        tally.bad >= leastShare * (tally.bad + tally.good) &&
        tally.bad >= leastOfAll * tally.total,
    )
    .sort((a, b) => gain(b) - gain(a) || rank(a) - rank(b));
  let best: { blame: Blame; rank: number } | undefined;
  let bestGain = 0;
  for (const tally of ranked) {
    if (best !== undefined && (gain(tally) < bestGain * AS_GOOD || rank(tally) >= best.rank)) continue;
    const chance = chanceOf(tally, all, ordinary);
    if (chance > MOST_CHANCE) continue;
    const found = detailOf(tally, suspicions, zones, chance);
    if (found === undefined) continue;
    if (best === undefined) bestGain = gain(tally);
    best = { blame: found, rank: rank(tally) };
  }
  return best?.blame;
}

const slowPairs = (tallies: readonly Tally[], leastShare: number): (readonly [string, string])[] =>
  tallies.flatMap(({ culprit, bad, good }) =>
    culprit.kind === 'node-pair' && bad >= leastShare * (bad + good) ? [culprit.nodes] : [],
  );

function count(tally: Tally | undefined, { state }: JudgedRow): void {
  if (tally === undefined) return;
  tally.total++;
  if (state === 'bad') tally.bad++;
  else if (state === 'good') tally.good++;
}

/** Chernoff's bound for so many slow rows of a thing, were its rows slow as often as all the others. */
function chanceOf({ bad, good }: Tally, all: Tally, least: number): number {
  const judged = bad + good;
  const others = all.bad + all.good - judged;
  // Of two troubles at once each would excuse the other: at most a third of the others counts as ordinary.
  const ordinary = Math.min(1 / 3, Math.max(least, others > 0 ? (all.bad - bad) / others : 0));
  const share = bad / judged;
  if (share <= ordinary) return 1;
  const term = (p: number, q: number): number => (p === 0 ? 0 : p * Math.log(p / q));
  return Math.exp(-judged * (term(share, ordinary) + term(1 - share, 1 - ordinary)));
}

/** Its rows, when they come from and go to enough sides to blame it rather than what is at the other end. */
function detailOf(
  { culprit, good, total }: Tally,
  suspicions: readonly Suspicion[],
  zones: Zones,
  chance: number,
): Blame | undefined {
  const bad = suspicions.flatMap(({ row }) =>
    row.state === 'bad' && isOf(culprit, row.who, zones) ? [row] : [],
  );
  const sources = new Set(bad.map(({ who }) => who.client.id));
  const targets = new Set(bad.map(({ who }) => who.server.service));
  const nodes = new Set(bad.flatMap(({ who }) => [who.client.node, who.server.node]));
  const blame: Blame = {
    culprit,
    bad,
    good,
    total,
    sources: sources.size,
    targets: targets.size,
    chance,
  };
  switch (culprit.kind) {
    case 'source':
      return targets.size >= 2 ? blame : undefined;
    case 'target':
      return sources.size >= 2 ? blame : undefined;
    case 'node':
      return partsOn(culprit.node, bad).size >= 2 && sources.size >= 2 && targets.size >= 2
        ? blame
        : undefined;
    case 'node-pair':
      return sources.size >= 2 || targets.size >= 2 ? blame : undefined;
    case 'cluster':
      return nodes.size >= LEAST_NODES || (nodes.size === 1 && sources.size >= LEAST_NODES)
        ? blame
        : undefined;
    default:
      return sources.size >= 2 && targets.size >= 2 ? blame : undefined;
  }
}

/** The pods and processes of a node that take part: one alone is a source or a target, not its node. */
function partsOn(node: string, bad: readonly JudgedRow[]): Set<string> {
  const parts = new Set<string>();
  for (const { who } of bad)
    for (const end of [who.client, who.server]) if (end.node === node) parts.add(end.id);
  return parts;
}

/**
 * What is shown over a scene: ghosts of links that stopped, what is different from another moment, rates. Ghosts of the
 * present go on from poll to poll; those of any other picture are found in the history, so that it has the same ones.
 */
import { linkRate } from '../flows/rates';
import type { BytesPerSecond } from '../flows/units';
import type { FlowGraph, GraphLink, GraphPeer } from '../graph/flow-graph';
import { keeper } from '../graph/focus';
import { type Apparition, ghostsAt, type Haunting, haunt } from '../graph/ghosts';
import type { Departed, LinkNote, Overlay } from '../graph/overlay';
import { type CompareLimits, type Comparison, compareMoments, sayBriefly } from '../insight/compare';
import type { Found } from './annals';
import type { Memory } from './memory';
import type { Look } from './messages';
import type { Reference } from './reference';
import type { Ground } from './scenery';

export interface Comparing {
  comparison: Comparison;
  beforeMs: number;
  afterMs: number;
  /** The file that the earlier moment comes from. */
  file?: string;
}

export interface Overlays {
  make(
    found: Found,
    look: Look,
    ground: Ground,
    breathe: () => Promise<boolean>,
  ): Promise<Overlay | undefined>;
  /** The two moments side by side, at the level of the picture; undefined where there are not two. */
  compare(found: Found, look: Look, level: FlowGraph['level']): Comparing | undefined;
  /** All that stopped lately and still fades, whatever the reader hides. */
  ghosts(): readonly Apparition[];
  /** When the next ghost fades a step, ms from now; undefined when none does by itself. */
  nextFadeMs(): number | undefined;
}

/** A fade, and the polls before it that can say what was there. */
const HAUNTED_MS = 75_000;
/** Grouping the answers of a minute anew takes so long that ghosts of larger ones are found from poll to poll only. */
const MOST_REGROUPED_FLOWS = 40_000;

/** `reference` is the recording that the present is compared with while no moment is chosen. */
export function createOverlays(memory: Memory, reference: () => Reference | undefined): Overlays {
  let last: { of: Found['kept']; key: string; isPast: boolean; haunting: Haunting } | undefined;
  let standing: { shown: readonly Apparition[]; nextFadeMs: number | undefined } = NOTHING;
  let compared: { key: string; of: Comparing & { other: FlowGraph } } | undefined;
  /** When an answer was first drawn: a ghost of the present fades by the clock on the wall. */
  const drawnMs = new WeakMap<Found['kept'], number>();

  const glance = ({ kept, series }: Pick<Found, 'kept' | 'series'>, graph: FlowGraph, grouping: string) => ({
    graph,
    atMs: kept.atMs,
    scope: `${series}\n${kept.epoch ?? ''}\n${grouping}`,
    truncated: kept.answer.truncated,
  });

  async function hauntingOf(
    found: Found,
    { graph, grouping, regroup }: Ground,
    breathe: () => Promise<boolean>,
  ): Promise<Haunting | undefined> {
    const { kept, series, moment } = found;
    const key = `${series}\n${grouping}`;
    if (last?.of === kept && last.key === key) return last.haunting;
    let before: Haunting | undefined;
    const goesOn = !moment.isPast && last?.isPast === false && last.key === key && last.of.atMs < kept.atMs;
    if (goesOn) before = last?.haunting;
    else {
      const near = memory
        .moments(series)
        .map(({ atMs, epoch, flows }, index) => ({ atMs, epoch, flows, index }))
        .filter(
          ({ atMs, epoch }) =>
            epoch === (kept.epoch ?? '') && atMs < kept.atMs && atMs >= kept.atMs - HAUNTED_MS,
        );
      const isTooMuch = near.reduce((sum, { flows }) => sum + flows, 0) > MOST_REGROUPED_FLOWS;
      for (const { index } of isTooMuch ? [] : near) {
        const earlier = memory.recall(series, index, kept);
        if (earlier !== undefined)
          before = haunt(before, glance({ kept: earlier, series }, regroup(earlier.answer), grouping));
        if (await breathe()) return undefined;
      }
    }
    const haunting = haunt(before, glance(found, graph, grouping));
    last = { of: kept, key, isPast: moment.isPast, haunting };
    return haunting;
  }

  async function departedOf(
    found: Found,
    ground: Ground,
    breathe: () => Promise<boolean>,
  ): Promise<Departed[]> {
    const haunting = await hauntingOf(found, ground, breathe);
    if (haunting === undefined) return [];
    const { kept, moment } = found;
    const nowMs = Date.now();
    const since = drawnMs.get(kept) ?? nowMs;
    drawnMs.set(kept, since);
    const atMs = moment.isPast ? kept.atMs : kept.atMs + nowMs - since;
    const { ghosts, changesAtMs } = ghostsAt(haunting, atMs);
    standing = {
      shown: ghosts,
      nextFadeMs: moment.isPast || changesAtMs === undefined ? undefined : changesAtMs - atMs,
    };
    const isKept = keeper(ground.graph, ground.focus);
    return ghosts.flatMap(({ ghost: { link, from, to }, opacity }) =>
      isKept(link) ? [{ link, from, to, opacity }] : [],
    );
  }

  /** What is shown beside the last moment of a recording. */
  const comparingWith = (
    { name, atMs, sideOf }: Reference,
    { kept, series, index }: Found,
    { thresholds }: Look,
    level: FlowGraph['level'],
  ): (Comparing & { other: FlowGraph }) | undefined => {
    const key = JSON.stringify([series, name, atMs, kept.atMs, kept.epoch, level, thresholds]);
    if (compared?.key === key) return compared.of;
    const before = sideOf(kept.query, level);
    const after = memory.laterSide(series, index, level);
    if (before === undefined || after === undefined) return undefined;
    const comparison = compareMoments(before, after, thresholds as CompareLimits | undefined);
    compared = {
      key,
      of: { comparison, beforeMs: atMs, afterMs: kept.atMs, file: name, other: before.graph },
    };
    return compared.of;
  };

  const comparingOf = (
    found: Found,
    look: Look,
    level: FlowGraph['level'],
  ): (Comparing & { other: FlowGraph }) | undefined => {
    const { series, index } = found;
    const { compare, thresholds } = look;
    const file = reference();
    if (compare === undefined && file !== undefined) return comparingWith(file, found, look, level);
    if (compare === undefined || index < 0) return undefined;
    const against = memory.indexAt(series, compare.atMs, compare.epoch);
    const moments = memory.moments(series);
    const [first, second] = [Math.min(index, against), Math.max(index, against)];
    const [before, after] = [moments[first], moments[second]];
    if (first < 0 || first === second || before === undefined || after === undefined) return undefined;
    const name = [before, after].map(({ atMs, epoch }) => `${atMs} ${epoch}`);
    const key = JSON.stringify([series, name, level, thresholds, second < moments.length - 1]);
    if (compared?.key === key) return compared.of;
    const made = memory.compare(series, first, second, level, thresholds as CompareLimits | undefined);
    if (made === undefined) return undefined;
    const { comparison } = made;
    const other = against === first ? made.before : made.after;
    compared = { key, of: { comparison, beforeMs: before.atMs, afterMs: after.atMs, other } };
    return compared.of;
  };

  return {
    async make(found, look, ground, breathe) {
      standing = NOTHING;
      const rates = look.width === 'rate' ? ratesOf(memory, found, ground.graph) : undefined;
      const comparing = comparingOf(found, look, ground.graph.level);
      const parts = rates === undefined ? {} : { rates };
      if (comparing !== undefined)
        return { ...overlayOf(comparing.comparison, ground, comparing.other), ...parts };
      const departed = look.ghosts ? await departedOf(found, ground, breathe) : [];
      return departed.length === 0 && rates === undefined ? undefined : { departed, ...parts };
    },
    compare: comparingOf,
    ghosts: () => standing.shown,
    nextFadeMs: () => standing.nextFadeMs,
  };
}

const NOTHING = { shown: [], nextFadeMs: undefined };

/** The first change of a link is the one that matters most; a link of the other moment is drawn with what it was. */
function overlayOf({ changes }: Comparison, { graph }: Ground, other: FlowGraph): Overlay {
  const notes = new Map<string, LinkNote>();
  const departed: Departed[] = [];
  for (const change of changes) {
    for (const id of change.links) {
      if (notes.has(id)) continue;
      notes.set(id, { kind: change.what, text: sayBriefly(change) });
      const link = graph.links.has(id) ? undefined : other.links.get(id);
      const ends = link === undefined ? [] : [peerOf(link.from, graph, other), peerOf(link.to, graph, other)];
      const [from, to] = ends;
      if (link !== undefined && from !== undefined && to !== undefined)
        departed.push({ link, from, to, opacity: 1 });
    }
  }
  return { departed, changes: notes };
}

const peerOf = (id: string, graph: FlowGraph, other: FlowGraph): GraphPeer | undefined =>
  graph.peers.get(id) ?? other.peers.get(id);

function ratesOf(memory: Memory, { series, index }: Found, graph: FlowGraph): Map<string, BytesPerSecond> {
  const rates = memory.rates(series, index);
  const byLink = new Map<string, BytesPerSecond>();
  if (rates === undefined) return byLink;
  const note = (link: GraphLink) => {
    const rate = linkRate(link, rates);
    if (rate !== undefined) byLink.set(link.id, rate.bytesPerS);
  };
  for (const link of graph.links.values()) note(link);
  return byLink;
}

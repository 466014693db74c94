/**
 * Two moments side by side: links that came, went, carry more or less, got slower or faster, each with its figures and
 * a sentence. Pure; says only what both moments know, and says what it could not compare. Refuses to know where the
 * moments come from, and why anything changed (diagnose).
 *
 * What "gone" means: the API lists active flows only, so a link that is not listed stopped or is idle. A link that is
 * listed right beside a moment (`beside`) is neither new nor gone: missing one answer is flicker.
 */
import { bandOf } from '../flows/handshake';
import { linkRate, type Rates } from '../flows/rates';
import {
  type Bytes,
  type BytesPerSecond,
  formatBytes,
  formatBytesPerSecond,
  formatFactor,
  formatUs,
  type Microseconds,
} from '../flows/units';
import type { FlowGraph, GraphLink } from '../graph/flow-graph';
import { workloadOf } from './baseline-names';
import type { Change } from './questions/facts';
import { nameOf, plural } from './questions/wording';

export interface Side {
  /** Nothing folded in it; both sides at the same level. */
  graph: FlowGraph;
  epoch: string;
  /** The answer was cut short: what it lacks may still be there. */
  truncated: boolean;
  /** About this moment; absent where they are not known. */
  rates?: Rates;
  /** The graph of the answer before the earlier moment, or after the later one. */
  beside?: FlowGraph;
}

export interface CompareLimits {
  /** A volume or a p99 changed when it is so many times what it was. */
  factor: number;
  /** And, for volumes, by at least this much: by rate within an epoch, else by bytes. */
  bytesPerS: number;
  bytes: number;
  /** And, for p99s that stay in their band, by at least this much. */
  p99Us: number;
}

/**
 * Twice: less is the breath of any traffic. 10 KiB/s, 64 KiB: below that a probe more or less doubles a link.
 * Half a millisecond: below that a doubling is a busy CPU, not a path.
 */
export const COMPARE_LIMITS: CompareLimits = {
  factor: 2,
  bytesPerS: 10 * 1024,
  bytes: 64 * 1024,
  p99Us: 500,
};

export interface LinkChange extends Change {
  /** Of `before` and `after`; absent where there are none. */
  unit?: 'us' | 'bytes/s' | 'bytes';
  /** All links that it is about: pods without a service are one strand. Ids in the later graph, of `gone` in the earlier. */
  links: string[];
  sentence: string;
}

export interface Comparison {
  /** New first, then gone, slower, faster, more, less; the largest of each first. */
  changes: LinkChange[];
  /** Links that gave answers before and give none now: not slow, failed. Their ids in the later graph. */
  silenced: string[];
  /** What could not be compared, in sentences. */
  unknowns: string[];
}

/** Links that are one to the eye: pods of one workload that have no service come and go under new names. */
interface Strand {
  from: string;
  to: string;
  links: GraphLink[];
  heaviest: GraphLink;
}

interface Ranked extends LinkChange {
  weight: number;
}

const ORDER: readonly Change['what'][] = ['new', 'gone', 'slower', 'faster', 'more', 'less'];

export function compareMoments(
  before: Side,
  after: Side,
  limits: CompareLimits = COMPARE_LIMITS,
): Comparison {
  const [old, now] = [strandsOf(before.graph), strandsOf(after.graph)];
  const besideOld = before.beside === undefined ? undefined : strandsOf(before.beside);
  const besideNow = after.beside === undefined ? undefined : strandsOf(after.beside);
  const changes: Ranked[] = [];
  const silenced: string[] = [];
  for (const [key, strand] of now) {
    const was = old.get(key);
    if (was === undefined) {
      if (!before.truncated && besideOld?.has(key) !== true) changes.push(appeared(strand));
      continue;
    }
    changes.push(...slower(was, strand, limits), ...heavier(was, strand, before, after, limits));
    const isSilent = ({ links }: Strand): boolean => links.every(({ unanswered }) => unanswered);
    if (isSilent(strand) && !isSilent(was)) silenced.push(strand.heaviest.id);
  }
  if (!after.truncated) {
    for (const [key, strand] of old) {
      if (!now.has(key) && besideNow?.has(key) !== true) changes.push(vanished(strand));
    }
  }
  changes.sort((a, b) => ORDER.indexOf(a.what) - ORDER.indexOf(b.what) || b.weight - a.weight);
  return {
    changes: changes.map(({ weight: _weight, ...change }) => change),
    silenced,
    unknowns: unknownsOf(before, after),
  };
}

/** `2 links are new, 1 link is slower.` for a heading. */
export function sayComparison({ changes }: Comparison): string {
  const parts = ORDER.flatMap((what) => {
    const count = changes.filter((change) => change.what === what).length;
    return count === 0 ? [] : [`${plural(count, 'link')} ${count === 1 ? 'is' : 'are'} ${WORDS[what]}`];
  });
  return parts.length === 0 ? 'No link changed by as much as counts as a change.' : `${parts.join(', ')}.`;
}

/** `slower ×12`, `new`: for a place where few words fit. */
export function sayBriefly({ what, before, after }: LinkChange): string {
  const factor =
    before === undefined || after === undefined ? 0 : Math.max(before, after) / Math.min(before, after);
  return Number.isFinite(factor) && factor >= 1 ? `${WORDS[what]} ×${formatFactor(factor)}` : WORDS[what];
}

const WORDS: Record<Change['what'], string> = {
  new: 'new',
  gone: 'gone',
  slower: 'slower',
  faster: 'faster',
  more: 'heavier',
  less: 'lighter',
};

function strandsOf(graph: FlowGraph): Map<string, Strand> {
  const strands = new Map<string, Strand>();
  for (const link of graph.links.values()) {
    const [from, to] = [graph.peers.get(link.from), graph.peers.get(link.to)];
    if (from === undefined || to === undefined) continue;
    const key = lastingName(link, graph);
    const strand = strands.get(key);
    if (strand === undefined) {
      strands.set(key, { from: nameOf(from), to: nameOf(to), links: [link], heaviest: link });
      continue;
    }
    strand.links.push(link);
    if (link.bytes <= strand.heaviest.bytes) continue;
    Object.assign(strand, { from: nameOf(from), to: nameOf(to), heaviest: link });
  }
  return strands;
}

/**
 * What a link is called whichever pods it is made of at the moment: a rollout, or a job's next run, gives the same name.
 * History follows links by it, too.
 */
export function lastingName({ from, to }: GraphLink, graph: FlowGraph): string {
  return `${lastingId(from, graph)}>${lastingId(to, graph)}`;
}

/** At pod level pods are what one looks at; above it a pod without a service stands for its workload. */
function lastingId(id: string, { level, peers }: FlowGraph): string {
  const peer = peers.get(id);
  if (peer?.kind !== 'pod' || level === 'pod') return id;
  // Peers' ids hold no space.
  return `workload ${JSON.stringify([peer.namespace ?? '', workloadOf(peer.label)])}`;
}

const bytesOf = ({ links }: Strand): number => links.reduce((sum, { bytes }) => sum + bytes, 0);
const flowsOf = ({ links }: Strand): number => links.reduce((sum, { count }) => sum + count, 0);

function appeared(strand: Strand): Ranked {
  const bytes = bytesOf(strand);
  return {
    ...changeOf('new', strand, bytes),
    sentence: `${strand.from} → ${strand.to} is new: ${plural(flowsOf(strand), 'flow')}, ${formatBytes(bytes as Bytes)} so far.`,
  };
}

function vanished(strand: Strand): Ranked {
  const bytes = bytesOf(strand);
  return {
    ...changeOf('gone', strand, bytes),
    sentence: `${strand.from} → ${strand.to} is no longer listed: it stopped or is idle. Until then ${plural(flowsOf(strand), 'flow')}, ${formatBytes(bytes as Bytes)}.`,
  };
}

const changeOf = (what: Change['what'], { from, to, heaviest, links }: Strand, weight: number) => ({
  links: links.map(({ id }) => id),
  what,
  from,
  to,
  link: heaviest.id,
  weight,
});

/** The worst p99 of both moments; unmeasured is neither fast nor slow. */
function slower(was: Strand, strand: Strand, limits: CompareLimits): Ranked[] {
  const [before, after] = [worstOf(was), worstOf(strand)];
  if (before === undefined || after === undefined) return [];
  const factor = Math.max(before, after) / Math.min(before, after);
  if (factor < limits.factor) return [];
  const sameBand = bandOf(before) === bandOf(after);
  if (sameBand && Math.abs(after - before) < limits.p99Us) return [];
  const what = after > before ? 'slower' : 'faster';
  const bands = sameBand ? '' : `, ${bandOf(before)} became ${bandOf(after)}`;
  return [
    {
      ...changeOf(what, strand, factor),
      before,
      after,
      unit: 'us',
      sentence: `${strand.from} → ${strand.to} is ${what}: worst p99 ${formatUs(before)} before, ${formatUs(after)} now${bands}.`,
    },
  ];
}

function worstOf({ links }: Strand): Microseconds | undefined {
  let worst: Microseconds | undefined;
  for (const { handshake } of links) {
    const own = handshake.worstP99Us;
    if (own !== undefined && own > (worst ?? 0)) worst = own;
  }
  return worst;
}

/**
 * By rate within an epoch. Counters of one epoch only grow, so there the bytes of two moments say nothing; of two epochs
 * (two recordings, a restart) they are all there is.
 */
function heavier(was: Strand, strand: Strand, before: Side, after: Side, limits: CompareLimits): Ranked[] {
  const sameEpoch = before.epoch === after.epoch;
  const [old, now] = sameEpoch
    ? [rateOf(was, before.rates), rateOf(strand, after.rates)]
    : [whole(bytesOf(was)), whole(bytesOf(strand))];
  if (old === undefined || now === undefined) return [];
  const what = now.least > old.least ? 'more' : 'less';
  // A rate that leaves rows out is at least so much: less than before cannot be told from it, nor more from one before.
  if (!(what === 'more' ? old : now).complete) return [];
  const [low, high] = what === 'more' ? [old.least, now.least] : [now.least, old.least];
  if (high < limits.factor * low || high - low < (sameEpoch ? limits.bytesPerS : limits.bytes)) return [];
  const text = (value: number): string =>
    sameEpoch ? formatBytesPerSecond(value as BytesPerSecond) : formatBytes(value as Bytes);
  return [
    {
      ...changeOf(what, strand, high - low),
      before: old.least,
      after: now.least,
      unit: sameEpoch ? 'bytes/s' : 'bytes',
      sentence: `${strand.from} → ${strand.to} is ${WORDS[what]}: ${text(old.least)} before, ${text(now.least)} now.`,
    },
  ];
}

interface Amount {
  least: number;
  complete: boolean;
}

const whole = (least: number): Amount => ({ least, complete: true });

function rateOf({ links }: Strand, rates: Rates | undefined): Amount | undefined {
  if (rates === undefined) return undefined;
  const amount: Amount = { least: 0, complete: true };
  let known = false;
  for (const link of links) {
    const rate = linkRate(link, rates);
    if (rate === undefined || rate.unknown > 0) amount.complete = false;
    if (rate === undefined) continue;
    known = true;
    amount.least += rate.bytesPerS;
  }
  return known ? amount : undefined;
}

function unknownsOf(before: Side, after: Side): string[] {
  const said: string[] = [];
  if (before.truncated) {
    said.push('The earlier answer was cut short: which links are new since then is not known.');
  }
  if (after.truncated) {
    said.push('The later answer was cut short: which links are gone is not known.');
  }
  if (before.epoch !== after.epoch) {
    said.push(
      'The two moments are of different runs of the source (a restart, or another recording): volumes are compared by counters that may have run for different times.',
    );
  } else if (before.rates === undefined || after.rates === undefined) {
    said.push('Rates are not known at both moments: whether links carry more or less is not compared.');
  }
  return said;
}

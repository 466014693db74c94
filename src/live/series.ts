/**
 * One link or peer through time, read off samples without restoring whole answers: only the flows that concern it.
 * Agrees with the map by construction, as the same graph is built of them. Refuses to know how samples are kept.
 */
import type { Flow, Level } from '../flows/flow';
import { groupHandshake, type ServerTrust } from '../flows/handshake';
import { identify } from '../flows/identity';
import { flowRates, linkRate, type Rates, type Timed } from '../flows/rates';
import type { Roster } from '../flows/roster';
import { restoreFlows, type Sample } from '../flows/sample';
import type { BytesPerSecond, Microseconds } from '../flows/units';
import { findHalves, halfKey, isPodHalf } from '../flows/volume';
import { buildGraph, type GraphLink } from '../graph/flow-graph';
import type { Break } from './moment';

export interface SeriesSample {
  sample: Sample;
  gapBefore?: Break;
  trusted: boolean;
}

export interface SeriesPoint {
  atMs: number;
  gapBefore?: Break;
  /** Whether the answer listed any flow of it: the API lists active flows only. */
  listed: boolean;
  /** Since the point before; absent where that is not known. At least this where some of its flows are new. */
  bytesPerS?: BytesPerSecond;
  /** Absent where nothing was measured. */
  worstP99Us?: Microseconds;
}

/**
 * A point a sample for a link (`from>to`) or a peer, by its id at `level`; a peer's figures are of all its links. An id
 * that no sample knows, and that of a fold, gives points at which it is not listed. One point at a time: a busy peer
 * takes seconds, in which the caller may want to do other things, or stop.
 */
export function* seriesOf(
  samples: readonly SeriesSample[],
  id: string,
  level: Level,
): Generator<SeriesPoint, void, void> {
  const casts = new Map<Roster, Cast>();
  let before: Timed | undefined;
  for (const { sample, gapBefore, trusted } of samples) {
    const { atMs, epoch, roster } = sample;
    const cast = casts.get(roster) ?? createCast(roster, id, level);
    casts.set(roster, cast);
    const flows = restoreFlows(sample, cast);
    const now: Timed = { flows, atMs, epoch };
    const rates = before === undefined || gapBefore !== undefined ? undefined : flowRates(before, now);
    before = now;
    const graph = buildGraph(flows, { level, mostExternal: Number.POSITIVE_INFINITY });
    const links = [...graph.links.values()].filter((link) => isOf(link, id));
    yield {
      atMs,
      ...(gapBefore === undefined ? {} : { gapBefore }),
      listed: links.length > 0,
      ...rateOf(links, rates),
      ...worstOf(links, { ...graph.trust, trusted }),
    };
  }
}

const isOf = ({ id, from, to }: GraphLink, wanted: string): boolean =>
  id === wanted || from === wanted || to === wanted;

type Cast = (number: number) => boolean;

/** Which entries of a roster concern a link or peer, with the other halves of their traffic (volume.ts halfKey). */
function createCast(roster: Roster, id: string, level: Level): Cast {
  const wanted = new Set<number>();
  const byHalf = new Map<string, number[]>();
  const halves = new Set<string>();
  for (let number = 0; number < roster.size; number++) {
    const ends = roster.ends(number);
    const half = halfKey(ends);
    const partners = byHalf.get(half);
    if (partners === undefined) byHalf.set(half, [number]);
    else partners.push(number);
    const [client, server] = [identify(ends.client, level).id, identify(ends.server, level).id];
    if (client === id || server === id || `${client}>${server}` === id) halves.add(half);
  }
  for (const half of halves) for (const number of byHalf.get(half) ?? []) wanted.add(number);
  return (number) => wanted.has(number);
}

function rateOf(links: readonly GraphLink[], rates: Rates | undefined): { bytesPerS?: BytesPerSecond } {
  if (rates === undefined) return {};
  let sum: number | undefined;
  for (const link of links) {
    const rate = linkRate(link, rates);
    if (rate !== undefined) sum = (sum ?? 0) + rate.bytesPerS;
  }
  return sum === undefined ? {} : { bytesPerS: sum as BytesPerSecond };
}

/** With the trust of the whole answer: of a few flows alone it could come out differently. */
function worstOf(links: readonly GraphLink[], trust: ServerTrust): { worstP99Us?: Microseconds } {
  let worst: Microseconds | undefined;
  for (const { flows, spoken } of links) {
    const spokenFor = new Set(spoken.map(halfKey));
    const { far } = findHalves(flows);
    const silent = new Set<Flow>(
      flows.filter((flow) => far.has(flow) || (isPodHalf(flow) && spokenFor.has(halfKey(flow)))),
    );
    const { worstP99Us } = groupHandshake([...flows, ...spoken], trust, silent);
    if (worstP99Us !== undefined && (worst === undefined || worstP99Us > worst)) worst = worstP99Us;
  }
  return worst === undefined ? {} : { worstP99Us: worst };
}

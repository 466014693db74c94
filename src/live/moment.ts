/**
 * What the timeline shows of one answer: light figures, and what came, went or changed its band since the one before.
 * Knows the services' links of consecutive answers; refuses to know how answers are kept (history).
 */
import type { Answer } from '../flows/flow';
import { type Band, bandOf } from '../flows/handshake';
import { flowRates, type Rates, type Timed, wholeRate } from '../flows/rates';
import type { BytesPerSecond, Microseconds } from '../flows/units';
import { buildGraph, type FlowGraph, type GraphLink } from '../graph/flow-graph';

/**
 * Why nothing is known between a moment and the one before it: nobody polled, the source began anew, or its clock was
 * set back.
 */
export type Break = 'gap' | 'epoch' | 'clock';

/** Something happened to a link between services. */
export interface Mark {
  what: 'appeared' | 'returned' | 'vanished' | 'slower' | 'faster';
  /** Its id at service level; where several links bear one lasting name, that of one of them. */
  link: string;
  /** The names of its ends. */
  from: string;
  to: string;
}

export interface Moment {
  /** The sample's own time, milliseconds since 1970. */
  atMs: number;
  epoch: string;
  gapBefore?: Break;
  flows: number;
  total: number;
  truncated: boolean;
  /** The whole of DESIGN §4, in counters: bytes since the sensors began. */
  bytes: number;
  /** Since the moment before; absent where that is not known. At least this where flows are new. */
  bytesPerS?: BytesPerSecond;
  worstP99Us?: Microseconds;
  /** Between services. */
  links: number;
  marks: Mark[];
  /** Marks left out: in an upheaval nobody reads them one by one. */
  moreMarks: number;
}

/** What is known of the links so far, by their lasting name: makes the next moment's marks. */
export type Watch = ReadonlyMap<string, Known>;

/** What a link is called from poll to poll: one name for the pods that a job or a rollout makes one after the other. */
export type LastingName = (link: GraphLink, graph: FlowGraph) => string;

interface Known extends Omit<Mark, 'what'> {
  /** Answers in a row without it. */
  missed: number;
  /** Of when its band was last settled. */
  p99Us?: Microseconds;
}

/** The API lists active flows only, so a quiet link can miss one answer: it vanished when it misses two. */
const MISSED = 2;
/** A link that comes back within so many answers, an hour of 10 s, is not new. */
const FORGOTTEN = 360;
/** A p99 that wavers around a band's limit changes its band at every poll; a real change is a larger one. */
const REAL_CHANGE = 1.5;
const MOST_MARKS = 50;

export interface Seen {
  moment: Moment;
  watch: Watch;
  /** Whether server-side times of this answer may stand in for the clients' (handshake.ts). */
  trusted: boolean;
  /** Since the answer before; undefined where that is not known. */
  rates: Rates | undefined;
}

/** What is known when an answer comes. */
export interface Earlier {
  watch: Watch;
  before: Timed;
  gapBefore?: Break;
}

/** The moment of an answer, and the watch for the next one. What is known from `earlier` is not written to. */
export function lookAt(
  answer: Answer,
  meta: { atMs: number; epoch: string },
  earlier: Earlier | undefined,
  lastingName: LastingName,
): Seen {
  const { flows, total, truncated } = answer;
  const gapBefore = earlier?.gapBefore;
  const graph = buildGraph(flows, { level: 'service', mostExternal: Number.POSITIVE_INFINITY });
  const rates =
    earlier === undefined || gapBefore !== undefined
      ? undefined
      : flowRates(earlier.before, { flows, ...meta });
  const bytesPerS = rates === undefined ? undefined : wholeRate(flows, rates);
  // Counters and names of another epoch are another cluster's for all one knows: nothing in it is a change.
  const known = gapBefore === 'epoch' ? undefined : earlier?.watch;
  const { links, marks } = follow(
    present(graph, (link) => lastingName(link, graph)),
    known,
    truncated,
  );
  let worstP99Us: Microseconds | undefined;
  for (const { handshake } of graph.links.values()) {
    const own = handshake.worstP99Us;
    if (own !== undefined && (worstP99Us === undefined || own > worstP99Us)) worstP99Us = own;
  }
  const moment: Moment = {
    ...meta,
    ...(gapBefore === undefined ? {} : { gapBefore }),
    flows: flows.length,
    total,
    truncated,
    bytes: graph.wholeBytes,
    ...(bytesPerS === undefined ? {} : { bytesPerS }),
    ...(worstP99Us === undefined ? {} : { worstP99Us }),
    links: graph.links.size,
    marks: marks.slice(0, MOST_MARKS),
    moreMarks: Math.max(0, marks.length - MOST_MARKS),
  };
  return { moment, watch: links, trusted: graph.trust.trusted, rates };
}

/** Links by their lasting names, each with its worst p99. */
export type Present = ReadonlyMap<string, Omit<Mark, 'what'> & { p99Us: Microseconds | undefined }>;

function present({ peers, links: all }: FlowGraph, nameOf: (link: GraphLink) => string): Present {
  const links = new Map<string, Omit<Mark, 'what'> & { p99Us: Microseconds | undefined }>();
  const labelOf = (peer: string): string => peers.get(peer)?.label ?? peer;
  for (const link of all.values()) {
    const name = nameOf(link);
    const p99Us = link.handshake.worstP99Us;
    const other = links.get(name);
    if (other === undefined)
      links.set(name, { link: link.id, from: labelOf(link.from), to: labelOf(link.to), p99Us });
    else if (p99Us !== undefined && p99Us > (other.p99Us ?? 0)) other.p99Us = p99Us;
  }
  return links;
}

/**
 * What changed, and what is known then. Without `known` all links are taken note of and none is a change; what a
 * truncated answer lacks has not vanished.
 */
export function follow(
  now: Present,
  known: Watch | undefined,
  truncated: boolean,
): { links: Watch; marks: Mark[] } {
  const links = new Map<string, Known>();
  const marks: Mark[] = [];
  for (const [name, { p99Us: is, ...which }] of now) {
    const before = known?.get(name);
    // A truncated answer holds another part of the links each time.
    if (known !== undefined && before === undefined && !truncated) marks.push({ what: 'appeared', ...which });
    if (before !== undefined && before.missed >= MISSED) marks.push({ what: 'returned', ...which });
    const was = before?.p99Us;
    const settled = was === undefined || is === undefined || !isChange(was, is) ? (was ?? is) : is;
    if (was !== undefined && settled !== undefined && settled !== was)
      marks.push({ what: settled > was ? 'slower' : 'faster', ...which });
    links.set(name, { ...which, missed: 0, ...(settled === undefined ? {} : { p99Us: settled }) });
  }
  for (const [name, before] of known ?? []) {
    if (now.has(name)) continue;
    const missed = truncated ? before.missed : before.missed + 1;
    if (missed === MISSED && before.missed < MISSED) {
      const { link, from, to } = before;
      marks.push({ what: 'vanished', link, from, to });
    }
    if (missed <= FORGOTTEN) links.set(name, { ...before, missed });
  }
  return { links, marks };
}

function isChange(was: Microseconds, is: Microseconds): boolean {
  const bands: [Band, Band] = [bandOf(was), bandOf(is)];
  return bands[0] !== bands[1] && Math.max(was, is) >= REAL_CHANGE * Math.min(was, is);
}

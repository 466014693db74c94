/**
 * What changed so much that somebody who does not look at the map must hear of it: the verdict, links that became worse,
 * data that stopped or is cut short. Pure; figures that merely moved are no news.
 */
import { BANDS, type Band } from '../flows/handshake';
import { formatCount } from '../flows/units';

/** What is compared: one state of the page. */
export interface Situation {
  /** Flows of other filters are another map: their links are not compared. */
  filters: string;
  verdict?: { name: string; sentence: string };
  links: readonly { id: string; from: string; to: string; band: Band; unanswered: boolean }[];
  /** The label of a peer. */
  nameOf(peer: string): string;
  /** Why no fresh data comes. */
  lost?: string;
  truncated: boolean;
}

/** More names than this nobody remembers. */
const MOST_NAMED = 3;

/** Sentences, the gravest first; none where nothing is worth saying. Links that are only in one of the two are no news. */
export function materialChanges(before: Situation, after: Situation): string[] {
  const said: string[] = [];
  if (after.lost !== undefined && before.lost === undefined) said.push(`No fresh data: ${after.lost}`);
  if (after.lost === undefined && before.lost !== undefined) said.push('Fresh data comes again.');
  const { verdict } = after;
  if (verdict !== undefined && before.verdict !== undefined && verdict.name !== before.verdict.name)
    said.push(verdict.sentence);
  if (before.filters === after.filters) said.push(...worseLinks(before, after));
  if (after.truncated && !before.truncated)
    said.push('The answer is cut short: not all matching flows came.');
  return said;
}

/** No answer is worse than any time; what is not measured is neither better nor worse. */
const badness = ({ band, unanswered }: Situation['links'][number]): number =>
  unanswered ? BANDS.length : band === 'unmeasured' ? -1 : BANDS.indexOf(band);

function worseLinks(before: Situation, after: Situation): string[] {
  // The same list is handed on from picture to picture while no band changes.
  if (before.links === after.links) return [];
  const known = new Map(before.links.map((link) => [link.id, badness(link)]));
  const worse = after.links
    .map((link) => ({ link, bad: badness(link), was: known.get(link.id) }))
    .filter(({ bad, was }) => was !== undefined && bad > was && (was >= 0 || bad === BANDS.length))
    .sort((a, b) => b.bad - a.bad);
  if (worse.length === 0) return [];
  const named = worse.slice(0, MOST_NAMED).map(({ link }) => {
    const state = link.unanswered ? 'gets no answer' : `is now ${link.band}`;
    return `${after.nameOf(link.from)} to ${after.nameOf(link.to)} ${state}`;
  });
  const more = worse.length - named.length;
  return [`${named.join('; ')}${more > 0 ? `; and ${formatCount(more)} more links are worse` : ''}.`];
}

/**
 * A baseline: the links somebody looked at and found right, and what has come and gone since. Pure; knows links by
 * their lasting names (baseline-names.ts), refuses to know files (baseline-file.ts) and clocks.
 */
import type { Flow } from '../flows/flow';
import { globMatcher } from './audit-patterns';
import { foldHalves, type LinkName, linkKey, type NamedLink, nameLinks, pairKey } from './baseline-names';

/** Links that may come although they were not there: `*` stands for any part of a name; no port or protocol means any. */
export interface AllowedLink {
  from: string;
  to: string;
  port?: number;
  proto?: 'tcp' | 'udp';
  /** Why; for people. */
  note?: string;
}

export interface Baseline {
  /** ISO 8601. */
  savedAt: string;
  /** Where the links were seen; for people. */
  source?: string;
  links: readonly LinkName[];
  allowed: readonly AllowedLink[];
}

export interface BaselineComparison {
  /** Links that are neither in the baseline nor allowed. */
  added: NamedLink[];
  /** Links of the baseline that are not there now; empty where the answer cannot tell (`goneUnknown`). */
  gone: LinkName[];
  /** Links that are not in the baseline and match one of its patterns. */
  allowed: { link: NamedLink; by: AllowedLink }[];
  /** How many links of the baseline are there now. */
  kept: number;
  /** Why nothing can be said about gone links: the sentence the reader sees. */
  goneUnknown?: string;
}

/** The links of these flows as a baseline, in an order that depends on nothing but their names. */
export function takeBaseline(flows: readonly Flow[], savedAt: string, source?: string): Baseline {
  return {
    savedAt,
    ...(source === undefined ? {} : { source }),
    links: [...nameLinks(flows).values()].map(withoutFlows).sort(byName),
    allowed: [],
  };
}

/** `partial`: the answer was cut short or filtered, so what is missing from it may still be there. */
export function compareBaseline(
  baseline: Baseline,
  flows: readonly Flow[],
  partial: boolean,
): BaselineComparison {
  const known = new Map(baseline.links.map((link) => [linkKey(link), link]));
  const rules = baseline.allowed.map((by) => ({ by, matches: allowedMatcher(by) }));
  const present = nameLinks(flows);
  const unknown = [...present].filter(([key]) => !known.has(key)).map(([, link]) => link);
  const comparison: BaselineComparison = {
    added: [],
    gone: [],
    allowed: [],
    kept: present.size - unknown.length,
  };
  for (const link of foldHalves(unknown).sort(byName)) {
    const rule = rules.find(({ matches }) => matches(link));
    if (rule === undefined) comparison.added.push(link);
    else comparison.allowed.push({ link, by: rule.by });
  }
  if (partial) {
    comparison.goneUnknown =
      'This answer is filtered or cut short: a link that is missing from it may still be there.';
    return comparison;
  }
  // One half of split traffic may be missing from an answer; the link is there while the other half is.
  const halves = new Set([...present.values()].filter(({ half }) => half !== undefined).map(pairKey));
  comparison.gone = [...known.values()]
    .filter((link) => !present.has(linkKey(link)) && !halves.has(pairKey(link)))
    .sort(byName);
  return comparison;
}

/** A test for "this entry allows that link". */
function allowedMatcher(entry: AllowedLink): (link: LinkName) => boolean {
  const from = globMatcher(entry.from);
  const to = globMatcher(entry.to);
  return (link) =>
    from(link.from) &&
    to(link.to) &&
    (entry.port === undefined || entry.port === link.port) &&
    (entry.proto === undefined || entry.proto === link.proto);
}

const withoutFlows = ({ flows: _flows, half: _half, ...name }: NamedLink): LinkName => name;

const byName = (a: LinkName, b: LinkName): number => {
  const [left, right] = [linkKey(a), linkKey(b)];
  return left < right ? -1 : left > right ? 1 : 0;
};

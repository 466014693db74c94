/**
 * Links that appeared while somebody was looking: across namespaces, or out of the cluster. Pure: each answer makes the
 * next sitting. What was there at the first answer is known, and a link is told once, however often it comes and goes.
 */
import type { Flow } from '../flows/flow';
import { endpointKind } from '../flows/identity';
import { foldHalves, type LinkName, linkKey, type NamedLink, nameLinks, pairKey } from './baseline-names';

export interface Appeared extends LinkName {
  kind: 'cross-namespace' | 'egress';
  /** When it was first seen, epoch milliseconds. */
  atMs: number;
  /** The answer was cut short, so the link may have been there before, outside of what was sent. */
  uncertain: boolean;
}

export interface Sitting {
  /** Epoch milliseconds of the first answer. */
  sinceMs: number;
  /** What was asked for: other filters show other links, and those are not new. */
  scope: string;
  /** Links that are not new: by name, and by the halves of split traffic that have not come yet. */
  known: ReadonlySet<string>;
  awaited: ReadonlySet<string>;
  /** Newest last. */
  appeared: readonly Appeared[];
}

export interface Glance {
  flows: readonly Flow[];
  atMs: number;
  /** The filters of this answer, as text. */
  scope: string;
  truncated: boolean;
}

/** The sitting after one more answer. Without one before, or under other filters, everything seen counts as known. */
export function watchLinks(before: Sitting | undefined, { flows, atMs, scope, truncated }: Glance): Sitting {
  const present = nameLinks(flows);
  const known = new Set(before?.known);
  const awaited = new Set(before?.awaited);
  const appeared = [...(before?.appeared ?? [])];
  const fresh = before === undefined || before.scope !== scope;
  const pairs = new Set([...present.values()].map((link) => halfName(link)));
  const unseen = [...present].filter(([key]) => !known.has(key)).map(([, link]) => link);
  for (const link of unseen) known.add(linkKey(link));
  for (const link of foldHalves(unseen)) {
    // The halves of one traffic may come a poll apart: the second one is no second link.
    if (awaited.delete(halfName(link))) continue;
    const other = link.half === undefined ? undefined : halfName(link, OTHER[link.half]);
    if (other !== undefined && !pairs.has(other)) awaited.add(other);
    const kind = fresh ? undefined : kindOf(link);
    if (kind !== undefined) appeared.push({ ...nameOf(link), kind, atMs, uncertain: truncated });
  }
  return { sinceMs: before?.sinceMs ?? atMs, scope, known, awaited, appeared };
}

const OTHER = { near: 'far', far: 'near' } as const;

const halfName = (link: NamedLink, half = link.half): string => `${half ?? 'whole'} ${pairKey(link)}`;

const nameOf = ({ from, to, proto, port }: NamedLink): LinkName => ({
  from,
  to,
  proto,
  ...(port === undefined ? {} : { port }),
});

/** What a link is to an auditor; undefined for one that stays in its namespace or whose ends have none. */
function kindOf({ flows }: NamedLink): Appeared['kind'] | undefined {
  const flow = flows[0];
  if (flow === undefined) return undefined;
  const { client, server } = flow;
  if (endpointKind(server) === 'external') return 'egress';
  return client.ns !== undefined && server.ns !== undefined && client.ns !== server.ns
    ? 'cross-namespace'
    : undefined;
}

/**
 * One replica beside its sisters. Like is compared with like: the way to one pod of a server, from the same distance,
 * measured on the same side; a median over several servers would tell their distances and not the replica. Knows one
 * observation; what makes a replica slow beyond its node it refuses to know.
 */
import { formatUs, type Microseconds, microseconds } from '../flows/units';
import { distanceOf, quantile } from './diagnose-judge';
import type { Observation, Who } from './diagnose-observe';
import { nameOfPeer } from './diagnose-words';

/** One replica beside its sisters on the way to one server. */
export interface ReplicaComparison {
  pod: string;
  node?: string;
  server: string;
  port?: number;
  /** `slower` at the same distance, only `farther` away, or `alike`: not slower, told of the pod asked about alone. */
  is: 'slower' | 'farther' | 'alike';
  p50Us: Microseconds;
  /** Median over the sisters' rows, and how many sisters those are of. */
  sistersP50Us: Microseconds;
  sisters: number;
  factor: number;
  sentence: string;
}

/** A row with a handshake; microseconds, NaN where that percentile was not measured. */
export interface MeasuredRow {
  who: Who;
  p50Us: number;
  p99Us: number;
}

export function measuredRows({ rows, roster, p50Us, p99Us }: Observation): MeasuredRow[] {
  const measured: MeasuredRow[] = [];
  rows.forEach((row, at) => {
    const who = roster.rows[row];
    if (who !== undefined)
      measured.push({ who, p50Us: p50Us[at] ?? Number.NaN, p99Us: p99Us[at] ?? Number.NaN });
  });
  return measured;
}

/** A replica is slower when it takes this many times as long as its sisters, and at least so much longer. */
const SLOWER = 3;
const SLOWER_BY_US = 500;

type Distance = ReturnType<typeof distanceOf>;
/** What is farther than what. Without zones another node may be near or far, so it is neither. */
const REACH: Partial<Record<Distance, number>> = { 'same-node': 0, 'same-zone': 1, 'cross-zone': 2 };
/** Any other node is farther away than one's own. */
const isFarther = (one: Distance, other: Distance): boolean =>
  other === 'same-node' ? one !== other : (REACH[one] ?? 0) > (REACH[other] ?? 2);

/** One row of a replica beside what its sisters take to the same server. */
interface Match {
  is: ReplicaComparison['is'];
  row: MeasuredRow;
  distance: Distance;
  theirs: readonly MeasuredRow[];
  usual: number;
  /** Both go to the same pod of the server. */
  isSamePod: boolean;
}

/**
 * Each family of clients among `rows`, replica beside replica, to each server they share; those slower at the same
 * distance first, then by factor. `asked` is the peer in question: as a pod it gets a line though it is not slower.
 */
export function compareReplicas(
  last: Observation,
  rows: readonly MeasuredRow[],
  asked: string,
): ReplicaComparison[] {
  const all = measuredRows(last).filter(({ p50Us }) => !Number.isNaN(p50Us));
  const families = new Set(rows.map(({ who }) => who.client.family));
  const servers = new Set(rows.map(({ who }) => who.server.service));
  const groups = new Map<string, MeasuredRow[]>();
  for (const row of all) {
    const { client, server, port, side } = row.who;
    if (client.pod === undefined || !families.has(client.family) || !servers.has(server.service)) continue;
    const key = `${client.family}\u001f${server.service}\u001f${port ?? ''}\u001f${side}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const found: ReplicaComparison[] = [];
  for (const group of groups.values()) {
    for (const pod of new Set(group.map(({ who }) => who.client.id))) {
      const own = group.filter(({ who }) => who.client.id === pod);
      const sisters = group.filter(({ who }) => who.client.id !== pod);
      const matches = own.flatMap((row) => matchOf(row, sisters, last) ?? []).sort(worseFirst);
      const [first] = matches;
      if (first === undefined || (first.is === 'alike' && pod !== asked)) continue;
      found.push(tell(first, matches, all));
    }
  }
  found.sort((a, b) => ORDER[a.is] - ORDER[b.is] || b.factor - a.factor);
  // Of a pod that is not slower one line says so, and none beside what is.
  const firstOfAsked = found.find(({ pod }) => pod === asked);
  return found.filter((one) => one.is !== 'alike' || one === firstOfAsked);
}

const ORDER = { slower: 0, farther: 1, alike: 2 } as const;
const factorOf = ({ row, usual }: Match): number => row.p50Us / Math.max(1, usual);
const worseFirst = (a: Match, b: Match): number => ORDER[a.is] - ORDER[b.is] || factorOf(b) - factorOf(a);

function matchOf(row: MeasuredRow, sisters: readonly MeasuredRow[], last: Observation): Match | undefined {
  const distance = distanceOf(row.who, last.zones);
  if (distance === 'unknown') return undefined;
  const same = sisters.filter(({ who }) => who.server.id === row.who.server.id);
  const isSamePod = same.length > 0;
  const others = isSamePod ? same : sisters;
  const alike = others.filter(({ who }) => distanceOf(who, last.zones) === distance);
  const nearer = others.filter(({ who }) => isFarther(distance, distanceOf(who, last.zones)));
  const theirs = alike.length > 0 ? alike : nearer;
  if (theirs.length === 0) return undefined;
  const usual = quantile(
    theirs.map(({ p50Us }) => p50Us),
    0.5,
  );
  const isSlower = row.p50Us >= usual * SLOWER && row.p50Us - usual >= SLOWER_BY_US;
  if (!isSlower && alike.length === 0) return undefined;
  const is = !isSlower ? 'alike' : alike.length > 0 ? 'slower' : 'farther';
  return { is, row, distance, theirs, usual, isSamePod };
}

const us = (value: number): Microseconds => microseconds(Math.round(value));

function tell(match: Match, matches: readonly Match[], all: readonly MeasuredRow[]): ReplicaComparison {
  const { is, row, theirs, usual } = match;
  const { client, server, port } = row.who;
  return {
    pod: client.id,
    ...(client.node === undefined ? {} : { node: client.node }),
    server: server.service,
    ...(port === undefined ? {} : { port }),
    is,
    p50Us: us(row.p50Us),
    sistersP50Us: us(usual),
    sisters: new Set(theirs.map(({ who }) => who.client.id)).size,
    factor: factorOf(match),
    sentence: sentenceOf(match, matches, all),
  };
}

const place = ({ row, isSamePod }: Match): string =>
  nameOfPeer(isSamePod ? row.who.server.id : row.who.server.service);
const spaced = (text: string): string => text.replace('-', ' ');

/** Farther away, on a slow node, or slow by itself: in this order, because a distance needs no fault. */
function sentenceOf(match: Match, matches: readonly Match[], all: readonly MeasuredRow[]): string {
  const { is, row, distance, theirs, usual } = match;
  const name = nameOfPeer(row.who.client.id);
  const alike = matches.find((other) => other.is === 'alike');
  const alikeAt =
    alike?.distance === 'cross-node' ? 'on other nodes (zones are not known)' : 'at the same distance';
  if (is === 'alike') {
    return `${name} is not slower than its sisters ${alikeAt}: ${formatUs(us(row.p50Us))} to ${place(match)}, theirs ${formatUs(us(usual))}.`;
  }
  const said = `${name} takes ${formatUs(us(row.p50Us))} to ${place(match)}, its sister replicas ${formatUs(us(usual))}`;
  if (is === 'farther') {
    const onNode = theirs.filter(({ who }) => who.client.node === who.server.node).length;
    const nearer =
      onNode === theirs.length ? 'same node' : onNode === 0 ? 'same zone' : 'same node or same zone';
    const rest =
      alike === undefined
        ? 'No sister is as far away from it, to compare with.'
        : `It is not slower than its sisters ${alikeAt}: ${formatUs(us(alike.row.p50Us))} to ${place(alike)}, theirs ${formatUs(us(alike.usual))}.`;
    return `${said}: it is farther away from it (${spaced(distance)}, the others ${nearer}). ${rest}`;
  }
  const { client, server } = row.who;
  const isOneNode = theirs.some(({ who }) => who.client.node === client.node);
  if (distance === 'cross-node' && !isOneNode)
    return `${said} from other nodes: zones are not known, so it may be farther away.`;
  // Only the same way counts: what stays on the node is fast on any node.
  const beside = all.filter(
    ({ who }) =>
      client.node !== undefined &&
      who.client.node === client.node &&
      who.client.id !== client.id &&
      who.server.node === server.node &&
      who.side === row.who.side,
  );
  const slowBeside = beside.filter(({ p50Us }) => p50Us >= row.p50Us / SLOWER).length;
  // A server that only some ways to are slow is no fault of the replica's alone.
  if (beside.length === 0 || alike !== undefined) return `${said}, from the same distance.`;
  return slowBeside * 2 > beside.length
    ? `${said}: so do the other pods of ${client.node}, it is the node.`
    : `${said}: the other pods of ${client.node} are fast, it is the pod itself.`;
}

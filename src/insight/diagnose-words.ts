/**
 * A finding in the reader's words: what, on what evidence, and what would make it something else.
 * Knows sentences; adds no fact and does no arithmetic beyond choosing them. Names are hostile: text, never markup.
 */
import { formatAge, formatCount, formatUs } from '../flows/units';
import type { Failure } from './diagnose-failures';
import type { Measured } from './diagnose-finding';
import { NETWORK_US } from './diagnose-judge';
import type { Observation } from './diagnose-observe';
import type { Culprit } from './diagnose-suspects';

interface Sentences {
  sentence: string;
  evidence: string[];
  whatWouldChange: string;
}

/** Ids are made by `identify`; what stands behind the colon is what the cluster calls it. */
export function nameOfPeer(id: string): string {
  const name = id.slice(id.indexOf(':') + 1);
  return id.startsWith('host:') ? `a process of node ${name}` : name.replace(/^\//, '');
}

function nameOf(culprit: Culprit): string {
  switch (culprit.kind) {
    case 'source':
      return nameOfPeer(culprit.peer);
    case 'target':
      return `${nameOfPeer(culprit.peer)}${culprit.port === undefined ? '' : `:${culprit.port}`}`;
    case 'node':
      return `node ${culprit.node}`;
    case 'node-pair':
      return `nodes ${culprit.nodes[0]} and ${culprit.nodes[1]}`;
    case 'node-groups':
      return `${formatCount(culprit.groups[0].length)} nodes (${some(culprit.groups[0])}) and ${formatCount(culprit.groups[1].length)} others (${some(culprit.groups[1])})`;
    case 'zone-pair':
      return culprit.zones[0] === culprit.zones[1]
        ? `the nodes of zone ${culprit.zones[0]}`
        : `zones ${culprit.zones[0]} and ${culprit.zones[1]}`;
    case 'cross-zone':
      return 'zones';
    case 'outside':
      return 'the cluster and the outside';
    case 'cluster':
      return 'all nodes';
    case 'pair':
      return `${nameOfPeer(culprit.from)} and ${nameOfPeer(culprit.to)}`;
  }
}

/** Three names say which group is meant. */
const MOST_NAMES = 3;
const some = (names: readonly string[]): string =>
  names.length <= MOST_NAMES ? names.join(', ') : `${names.slice(0, MOST_NAMES).join(', ')}, …`;

export function sentencesOf(finding: Measured, verdict: string, last: Observation): Sentences {
  return {
    sentence: `${headline(finding, verdict, last)}${progress(finding)}`,
    evidence: evidenceOf(finding, last),
    whatWouldChange: changeOf(finding, verdict),
  };
}

/** "Always" takes more than a window or two of the percentiles. */
const LONG_WATCHED_MS = 180_000;

/** One flow whose like nobody has, and whose own past was no better: a hint. */
const isAlone = ({ flows, comparisons, changed }: Measured): boolean =>
  flows === 1 && comparisons.every((other) => other.with === 'before' && !changed);

function headline(finding: Measured, verdict: string, last: Observation): string {
  const { culprit, signal, p50Us, p99Us, sinceMs } = finding;
  const name = nameOf(culprit);
  const times = `p50 ${formatUs(p50Us)}, p99 ${formatUs(p99Us)}`;
  const lost = signal === 'lost-syns';
  switch (culprit.kind) {
    case 'target':
      return lost
        ? `${name} is overloaded: it loses SYNs, which are sent again after 1, 3 and 7 s (${times}).`
        : `Every connection to ${name} is slow, whoever opens it (${times}).`;
    case 'source':
      return lost
        ? `${name} loses SYNs to whatever it calls (${times}).`
        : `${name} is slow to everything it calls (${times}).`;
    case 'node':
      return lost
        ? `Node ${culprit.node} loses packets: SYNs to and from it are sent again (${times}).`
        : `Node ${culprit.node} is slow to everything (${times}).`;
    case 'cluster':
      return lost
        ? `SYNs are lost everywhere: the cluster network drops packets (${times}).`
        : `Connections between nodes are slow everywhere: the cluster network itself (${times}).`;
    case 'cross-zone':
      return `Paths between zones take ${formatUs(p50Us)} (${times}).`;
    case 'outside':
      return `Everything outside the cluster is slow to reach (${times}).`;
    default:
      if (verdict === 'cross-zone')
        return last.atMs - sinceMs >= LONG_WATCHED_MS
          ? `The path between ${name} is long, as it always was (${times}).`
          : `The path between ${name} has been long since watching began (${times}).`;
      if (lost && isAlone(finding))
        return `The path between ${name} may lose SYNs (one flow, nothing to compare with): ${times}.`;
      return lost
        ? `The path between ${name} loses SYNs (${times}).`
        : `The path between ${name} is slow (${times}).`;
  }
}

function progress({ phase, improvingMs = 0, signal }: Measured): string {
  if (phase === 'improving') {
    const back = signal === 'lost-syns' ? 'p90' : 'p50';
    const how =
      improvingMs >= 1_000
        ? `${back} has been falling back for ${formatAge(improvingMs)}`
        : `${back} falls back`;
    return ` Improving: ${how}, the two-minute window of p99 still holds the incident.`;
  }
  if (phase === 'starting' && signal === 'tail') return ' It has just begun: only the tail shows it so far.';
  return '';
}

function evidenceOf(finding: Measured, last: Observation): string[] {
  const { flows, well, others, sources, targets, comparisons, sinceMs, sinceStart, polls, factor, culprit } =
    finding;
  const rest =
    well > 0
      ? `${plural(well, 'flow')} of it ${well === 1 ? 'is' : 'are'} well`
      : others > 0
        ? 'none of its other flows is well'
        : 'it has no other measured flow';
  const lines = [
    flows === 1
      ? `One flow of one source to one target says so; ${rest}.`
      : `${plural(flows, 'flow')} of ${plural(sources, 'source')} to ${plural(targets, 'target')} agree; ${rest}.`,
  ];
  for (const { with: kind, flows: count, p50Us, p99Us } of comparisons) {
    lines.push(
      kind === 'before'
        ? `The same flows usually: p50 ${formatUs(p50Us)}, p99 ${formatUs(p99Us)}.`
        : `${siblingsOf(culprit)} (${plural(count, 'flow')}): p50 ${formatUs(p50Us)}, p99 ${formatUs(p99Us)}.`,
    );
  }
  if (finding.stayWell > 0)
    lines.push(
      `What stays on the node is fast (${plural(finding.stayWell, 'flow')}): its way out is slow, or it is far away.`,
    );
  if (comparisons.length === 0)
    lines.push('There is nothing like it to compare with, so the contract’s limits decide.');
  else if (factor >= 1.5) lines.push(`That is ${timesWord(factor)} as long.`);
  lines.push(
    sinceStart
      ? `It was so when watching began, ${formatAge(last.atMs - sinceMs)} ago.`
      : `Since ${formatAge(last.atMs - sinceMs)}, in ${plural(polls, 'poll')}.`,
  );
  return lines;
}

const plural = (count: number, word: string): string =>
  `${formatCount(count)} ${word}${count === 1 ? '' : 's'}`;
const timesWord = (factor: number): string =>
  factor >= 10 ? `${formatCount(Math.round(factor))} times` : `${factor.toFixed(1)} times`;

function siblingsOf(culprit: Culprit): string {
  switch (culprit.kind) {
    case 'source':
    case 'pair':
      return 'Other clients of the same servers';
    case 'target':
      return 'The same clients to other servers';
    case 'node':
      return 'Comparable paths that avoid the node';
    default:
      return 'Comparable paths elsewhere';
  }
}

function changeOf({ culprit, signal }: Measured, verdict: string): string {
  switch (culprit.kind) {
    case 'source':
      return culprit.node === undefined
        ? 'Other pods beside it being slow as well would make it their node.'
        : `Other pods on ${culprit.node} being slow as well would make it the node; look there for a full connection table or a throttled interface.`;
    case 'target':
      return signal === 'lost-syns'
        ? 'A median that rises as well would speak for its path instead; its listen queue and its number of replicas come first.'
        : 'Other services on the same nodes being slow as well would make it the node.';
    case 'node':
      return 'One pod of the node doing all of it would make it that pod; the node standing alone in a zone would make it a distance.';
    case 'node-pair':
    case 'node-groups':
      return 'Either end being slow to third nodes as well would make it that node; zones of the nodes would tell a path between zones.';
    case 'zone-pair':
    case 'cross-zone':
      return verdict === 'cross-zone'
        ? 'A shorter time on the same path, earlier or between other zones, would make it an incident.'
        : 'Other pairs of zones being slow as well would make it the zone or the whole network.';
    case 'cluster':
      return 'Any group of paths that stays fast would narrow it down.';
    case 'outside':
      return 'One address alone being slow would make it that address.';
    case 'pair':
      return 'A second client of the server, or a second server of the client, would tell which of the two it is.';
  }
}

const ADVICE: Record<string, string> = {
  fine: 'The network is fine',
  borderline: 'Borderline: some handshakes take 5–10 ms',
};

/** What gets no connection at all, in one clause; empty where nothing fails. */
function failing(failures: readonly Failure[]): string {
  const unanswered = failures.filter(({ kind }) => kind === 'unanswered').length;
  const refused = failures.length - unanswered;
  if (failures.length === 0) return '';
  if (unanswered === 0) return `SYNs to ${plural(refused, 'destination')} are refused`;
  const also = refused === 0 ? '' : `, to ${formatCount(refused)} they are refused`;
  return `SYNs to ${plural(unanswered, 'destination')} get no answer${also}`;
}

/** An incident beside what leads, in one clause. */
function incident(finding: Measured): string {
  const { culprit, signal } = finding;
  const name = nameOf(culprit);
  const isPlace = culprit.kind === 'source' || culprit.kind === 'target' || culprit.kind === 'node';
  const what = isPlace ? name : `the path between ${name}`;
  if (signal !== 'lost-syns') return `${what} is slow`;
  return `${what} ${isAlone(finding) ? 'may lose' : 'loses'} SYNs`;
}

const standingOut = (paths: number): string =>
  paths === 0
    ? ''
    : ` ${plural(paths, 'single path')} ${paths === 1 ? 'stands' : 'stand'} out, without a pattern.`;

/** `findings` worst first, as they stand in the report. */
export function verdictSentence(
  verdict: string,
  findings: readonly (Measured & { sentence: string })[],
  failures: readonly Failure[],
  last: Observation,
): string {
  const first = findings[0];
  if (verdict === 'failed') return failures[0]?.sentence ?? '';
  const failed = failing(failures);
  const measured = plural(last.rows.length, 'flow');
  if (verdict === 'too-little') {
    const cut =
      'Too little evidence: the answer was cut short, and what did not come may be slow. Raise the limit.';
    const few = `Too little evidence: ${measured} of ${formatCount(last.tcp)} over TCP measured a handshake lately.`;
    return last.truncated
      ? `${cut} Of what came ${measured} measured a handshake${failed === '' ? '' : `; ${failed}`}.${standingOut(findings.length)}`
      : few;
  }
  if (verdict === 'fine' || verdict === 'borderline') {
    const part = last.truncated ? ' in the part of the answer that came' : '';
    return `${ADVICE[verdict]}: ${measured} measured${part}. If something is slow, look at the application${failed === '' ? '' : `; but ${failed}`}.${standingOut(findings.length)}`;
  }
  const isLong = (first?.p50Us ?? 0) > NETWORK_US;
  const said = `${first?.sentence ?? ''}${isLong ? ' Over 50 ms is the network, not a distance within a region.' : ''}`;
  if (verdict !== 'cross-zone') return said;
  // A distance is no incident; what is one must not hide below it.
  const worst = findings.slice(1).find(({ signal, changed }) => signal === 'lost-syns' || changed);
  const besides = [worst === undefined ? '' : incident(worst), failed].filter((text) => text !== '');
  return besides.length === 0 ? said : `${said} Besides, ${besides.join('; ')}.`;
}

/**
 * TCP that fails rather than being slow: SYNs without an answer, and SYNs answered by resets. Nobody measures a
 * handshake there, so no p99 shows it. Knows failing rows of a series; refuses to know slow ones.
 */
import { formatCount } from '../flows/units';
import type { FailingRow, FailureKind, Observation, Party, Who } from './diagnose-observe';

export interface Failure {
  kind: FailureKind;
  /** The server as a service, or the address nobody is behind. */
  peer: string;
  port?: number;
  /** Clients by their pod-level ids. */
  clients: string[];
  flows: number;
  /** It began while watching; what always failed is a leftover more often than an incident. */
  isNew: boolean;
  sinceMs: number;
  /** Rows of others to the same port of the same server that do shake hands. */
  answered: number;
  sentence: string;
  whatWouldChange: string;
}

/** SYNs are tried again after 1, 3 and 7 s and by clients that back off; who sent none for so long has stopped. */
const STOPPED_MS = 90_000;
/** A SYN may just have left when the sensor looked. */
const LEAST_POLLS = 2;

/** Failures of the newest poll, those that began while watching first, then by rows. `run` is one epoch, oldest first. */
export function failuresIn(run: readonly [Observation, ...Observation[]]): Failure[] {
  const last = run.at(-1) ?? run[0];
  const groups = new Map<string, { who: Who; kind: FailureKind; rows: FailingRow[] }>();
  const lives = livesOf(run);
  const cutOff = cutOffRows(run, lives);
  for (const failing of [...last.failing, ...cutOff]) {
    const who = last.roster.rows[failing.row];
    if (who === undefined) continue;
    const life = lives.get(rowKey(who, failing.kind));
    if (life === undefined || hasStopped(life, failing, last.atMs)) continue;
    if (run.length >= LEAST_POLLS && life.polls < LEAST_POLLS) continue;
    const key = targetKey(who, failing.kind);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { who, kind: failing.kind, rows: [failing] });
    else group.rows.push(failing);
  }
  return [...groups.values()]
    .map(({ who, kind, rows }) => describe(who, kind, rows, run, lives))
    .sort((a, b) => Number(b.isNew) - Number(a.isNew) || b.flows - a.flows);
}

const rowKey = (who: Who, kind: FailureKind): string => `${kind} ${who.key}`;
const targetKey = (who: Who, kind: FailureKind): string => `${kind} ${who.server.service} ${who.port ?? ''}`;
/** A pod that is replaced goes on failing under another name. */
const familyKey = (who: Who, kind: FailureKind): string => `${targetKey(who, kind)} ${who.client.family}`;

interface Life {
  polls: number;
  sinceMs: number;
  /** What was sent, poll by poll, oldest first. */
  sent: { atMs: number; pkts: number }[];
}

/** How long each row, and each family of clients, has failed. */
function livesOf(run: readonly Observation[]): Map<string, Life> {
  const lives = new Map<string, Life>();
  for (const { atMs, failing, roster } of run) {
    const met = new Set<string>();
    for (const { row, kind, sentPkts } of failing) {
      const who = roster.rows[row];
      if (who === undefined) continue;
      for (const key of [rowKey(who, kind), familyKey(who, kind)]) {
        let life = lives.get(key);
        if (life === undefined) {
          life = { polls: 0, sinceMs: atMs, sent: [] };
          lives.set(key, life);
        }
        if (!met.has(key)) life.polls++;
        met.add(key);
        life.sent.push({ atMs, pkts: sentPkts });
      }
    }
  }
  return lives;
}

/** TCP is answered within a round trip or sent again; a handful of packets in this time without one back is silence. */
const SILENT_MS = 15_000;
const SILENT_PKTS = 3;
/** Beyond, a 32-bit float no longer shows a single packet, and silence cannot be told from a few answers. */
const EXACT_PKTS = 2 ** 24;

/**
 * Rows that were answered once and send on into silence: a policy or a dead path that came after the connection. Their
 * last handshakes stay in the window for two minutes and say nothing. Their lives are added to `lives`.
 */
function cutOffRows(run: readonly [Observation, ...Observation[]], lives: Map<string, Life>): FailingRow[] {
  const last = run.at(-1) ?? run[0];
  const { roster } = last;
  const then = run.findLast(({ atMs }) => last.atMs - atMs >= SILENT_MS);
  if (then === undefined) return [];
  const before = countersOf(then, roster);
  const silent: { row: number; heard: number; failing: FailingRow }[] = [];
  for (const [at, row] of last.counted.entries()) {
    const [sent, heard] = [last.sentPkts[at] ?? 0, last.heardPkts[at] ?? 0];
    if (heard === 0 || Math.max(sent, heard) >= EXACT_PKTS || heard !== before.heard[row]) continue;
    if (sent - (before.sent[row] ?? Number.NaN) >= SILENT_PKTS)
      silent.push({ row, heard, failing: { row, kind: 'unanswered', sentPkts: sent } });
  }
  if (silent.length === 0) return [];
  const history = run.map((one) => ({ atMs: one.atMs, heard: countersOf(one, roster).heard }));
  for (const { row, heard, failing } of silent) {
    const who = roster.rows[row];
    if (who === undefined) continue;
    // Since the first poll after which nothing more was heard.
    const other = history.findLastIndex((one) => (one.heard[row] ?? Number.NaN) !== heard);
    const sinceMs = history[other + 1]?.atMs ?? last.atMs;
    const sent = [{ atMs: last.atMs, pkts: failing.sentPkts }];
    for (const name of [rowKey(who, failing.kind), familyKey(who, failing.kind)])
      if (!lives.has(name)) lives.set(name, { polls: LEAST_POLLS, sinceMs, sent });
  }
  return silent.map(({ failing }) => failing);
}

/** What rows had sent and heard at a poll, by their numbers in `roster`; NaN for rows it did not have. */
function countersOf(
  one: Observation,
  roster: Observation['roster'],
): { sent: Float32Array; heard: Float32Array } {
  const sent = new Float32Array(roster.rows.length).fill(Number.NaN);
  const heard = sent.slice();
  for (const [at, from] of one.counted.entries()) {
    const row = one.roster === roster ? from : (roster.numbers.get(one.roster.rows[from]?.key ?? '') ?? -1);
    if (row < 0) continue;
    sent[row] = one.sentPkts[at] ?? Number.NaN;
    heard[row] = one.heardPkts[at] ?? Number.NaN;
  }
  return { sent, heard };
}

/** A counter that fell began anew: it counts again, so it lives. */
function hasStopped({ sent }: Life, now: FailingRow, atMs: number): boolean {
  const old = sent.findLast((then) => atMs - then.atMs >= STOPPED_MS);
  return old !== undefined && sent.every((then) => then.atMs < old.atMs || then.pkts === now.sentPkts);
}

function describe(
  who: Who,
  kind: FailureKind,
  rows: readonly FailingRow[],
  run: readonly [Observation, ...Observation[]],
  lives: ReadonlyMap<string, Life>,
): Failure {
  const last = run.at(-1) ?? run[0];
  const failing = rows.flatMap(({ row }) => last.roster.rows[row] ?? []);
  const clients = [...new Set(failing.map(({ client }) => client.id))];
  const sinceMs = Math.min(...failing.map((one) => lives.get(familyKey(one, kind))?.sinceMs ?? last.atMs));
  let answered = 0;
  for (const row of last.rows) {
    const other = last.roster.rows[row];
    if (other?.server.service === who.server.service && other.port === who.port) answered++;
  }
  const isNew =
    run.length >= LEAST_POLLS &&
    sinceMs > run[0].atMs &&
    failing.some((one) => wasWatched(one.client, run, lives.get(familyKey(one, kind))?.sinceMs ?? 0));
  const place = `${nameOf(who.server)}${who.port === undefined ? '' : `:${who.port}`}`;
  const first = failing[0]?.client;
  const from =
    clients.length === 1 && first !== undefined ? first.label : `${formatCount(clients.length)} clients`;
  const others =
    answered === 0
      ? 'Nobody else reaches that port either.'
      : `${formatCount(answered)} other flows to that port are answered, so it is not the port that is closed.`;
  return {
    kind,
    peer: who.server.service,
    ...(who.port === undefined ? {} : { port: who.port }),
    clients,
    flows: rows.length,
    isNew,
    sinceMs,
    answered,
    sentence:
      kind === 'unanswered'
        ? `SYNs from ${from} to ${place} get no answer: not slow, dropped. ${others}`
        : `SYNs from ${from} to ${place} are refused: each gets a reset. ${others}`,
    whatWouldChange:
      kind === 'unanswered'
        ? 'A network policy, a firewall or an address that is gone drop in silence; a packet back would show that the path works.'
        : 'Nothing listens on that port, or something on the way rejects; a handshake would show that it listens again.',
  };
}

/** Whether the client's node was heard in the poll before: a sensor that comes back finds old failures, not new ones. */
function wasWatched({ node }: Party, run: readonly Observation[], sinceMs: number): boolean {
  const before = run.findLast(({ atMs }) => atMs < sinceMs);
  if (node === undefined || before === undefined) return before !== undefined;
  return before.counted.some((row) => before.roster.rows[row]?.client.node === node);
}

const nameOf = (party: Party): string =>
  party.svc === undefined ? party.label : `${party.ns === undefined ? '' : `${party.ns}/`}${party.svc}`;

/**
 * The questions people ask of one peer: is X slow because of the network, what causes the timeouts to it, why is one
 * replica slower than its sisters, what do its links across zones cost. Knows the cluster's diagnosis and the peer's
 * own rows; what the application does with an open connection nobody here knows.
 */
import { formatCount, formatUs, type Microseconds, microseconds } from '../flows/units';
import { diagnose, type Finding, type Report, type Verdict } from './diagnose';
import type { Failure } from './diagnose-failures';
import { distanceOf, FINE_US, POSSIBLE_US, quantile } from './diagnose-judge';
import type { Observation, Party, Who } from './diagnose-observe';
import { isOf } from './diagnose-suspects';
import { nameOfPeer } from './diagnose-words';
import { penalties, type ZonePenalty } from './diagnose-zones';

/** One direction of a peer's TCP: what it is asked, or what it asks. Medians over its measured flows; worst of p99. */
export interface Side {
  flows: number;
  p50Us?: Microseconds;
  p99Us?: Microseconds;
}

/** One replica beside its sisters on the way to one server. */
export interface ReplicaComparison {
  pod: string;
  node?: string;
  server: string;
  port?: number;
  p50Us: Microseconds;
  /** Median over the sisters' medians, and how many they are. */
  sistersP50Us: Microseconds;
  sisters: number;
  factor: number;
  sentence: string;
}

export interface SubjectReport {
  peer: string;
  verdict: Verdict;
  sentence: string;
  /** What of the cluster's findings and failures concerns it, worst first. */
  findings: Finding[];
  failures: Failure[];
  asked: Side;
  asks: Side;
  /** Replicas slower than their sisters to the same server, the slowest first; the peer's own, or its clients'. */
  replicas: ReplicaComparison[];
  /** What reaching it from another zone costs. */
  penalties: ZonePenalty[];
}

/** A replica is slower when it takes this many times as long as its sisters, and at least so much longer. */
const SLOWER = 3;
const SLOWER_BY_US = 500;

/** Whether a party is the peer with this id, belongs to its service or namespace, or runs on its node. */
function belongsTo(party: Party, peer: string): boolean {
  return (
    party.id === peer ||
    party.service === peer ||
    (party.ns !== undefined && peer === `ns:${party.ns}`) ||
    (party.node !== undefined && peer === `node:${party.node}`)
  );
}

/**
 * `peer` is an id of `identify` at any level. A peer that no row knows gets `too-little`. `report` is the cluster's,
 * where the caller has it already.
 */
export function diagnoseSubject(
  observations: readonly Observation[],
  peer: string,
  report: Report = diagnose(observations),
): SubjectReport {
  const last = observations.at(-1);
  const rows = last === undefined ? [] : measuredRows(last);
  const asked = rows.filter(({ who }) => belongsTo(who.server, peer));
  const asks = rows.filter(({ who }) => belongsTo(who.client, peer));
  const own = [...new Set([...asked, ...asks])];
  const findings = report.findings.filter(({ culprit }) =>
    own.some(({ who }) => isOf(culprit, who, last?.zones)),
  );
  const failures = report.failures.filter(
    (failure) =>
      failure.peer === peer ||
      failure.clients.includes(peer) ||
      last?.failing.some(({ row }) => {
        const who = last.roster.rows[row];
        return (
          who?.server.service === failure.peer && (belongsTo(who.client, peer) || belongsTo(who.server, peer))
        );
      }) === true,
  );
  const verdict = verdictFor(own, findings, failures);
  return {
    peer,
    verdict,
    sentence: sentenceFor(peer, verdict, own.length, findings, failures),
    findings,
    failures,
    asked: sideOf(asked),
    asks: sideOf(asks),
    replicas: last === undefined ? [] : compareReplicas(last, own),
    penalties: last === undefined ? [] : penalties(last, (who) => belongsTo(who.server, peer)),
  };
}

interface MeasuredRow {
  who: Who;
  p50Us: number;
  p99Us: number;
}

function measuredRows({ rows, roster, p50Us, p99Us }: Observation): MeasuredRow[] {
  const measured: MeasuredRow[] = [];
  rows.forEach((row, at) => {
    const who = roster.rows[row];
    if (who !== undefined)
      measured.push({ who, p50Us: p50Us[at] ?? Number.NaN, p99Us: p99Us[at] ?? Number.NaN });
  });
  return measured;
}

const us = (value: number): Microseconds => microseconds(Math.round(value));
const known = (values: readonly number[]): number[] => values.filter((value) => !Number.isNaN(value));

function sideOf(rows: readonly MeasuredRow[]): Side {
  const p50 = known(rows.map((row) => row.p50Us));
  const p99 = known(rows.map((row) => row.p99Us));
  return {
    flows: rows.length,
    ...(p50.length === 0 ? {} : { p50Us: us(quantile(p50, 0.5)) }),
    ...(p99.length === 0 ? {} : { p99Us: us(p99.reduce((worst, value) => Math.max(worst, value), 0)) }),
  };
}

function verdictFor(
  rows: readonly MeasuredRow[],
  findings: readonly Finding[],
  failures: readonly Failure[],
): Verdict {
  const first = findings[0];
  if (first !== undefined) return first.verdict;
  if (failures.length > 0) return 'failed';
  const inside = rows.filter(({ who }) => !who.client.outside && !who.server.outside);
  const p50 = known(inside.map((row) => row.p50Us));
  if (p50.length === 0) return 'too-little';
  const typical = quantile(p50, 0.5);
  return typical >= FINE_US && typical < POSSIBLE_US ? 'borderline' : 'fine';
}

function sentenceFor(
  peer: string,
  verdict: Verdict,
  rows: number,
  findings: readonly Finding[],
  failures: readonly Failure[],
): string {
  const name = nameOfPeer(peer);
  const count = `${formatCount(rows)} measured flow${rows === 1 ? '' : 's'}`;
  switch (verdict) {
    case 'fine':
      return `The network of ${name} is fine in ${count}: if it is slow, look at the application.`;
    case 'borderline':
      return `The network of ${name} is borderline, 5–10 ms in ${count}: hardly the cause of a timeout.`;
    case 'too-little':
      return `Too little evidence about ${name}: no handshake was measured lately. Pooled connections show none.`;
    case 'failed':
      return failures[0]?.sentence ?? '';
    default:
      return findings[0]?.sentence ?? '';
  }
}

/** Each family of clients among `rows`, replica beside replica, to each server they share. */
function compareReplicas(last: Observation, rows: readonly MeasuredRow[]): ReplicaComparison[] {
  const families = new Set(rows.map(({ who }) => who.client.family));
  const groups = new Map<string, Map<string, MeasuredRow[]>>();
  for (const row of measuredRows(last)) {
    const { client, server, port } = row.who;
    if (client.pod === undefined || Number.isNaN(row.p50Us) || !families.has(client.family)) continue;
    const key = `${client.family}\u001f${server.service}\u001f${port ?? ''}`;
    const pods = groups.get(key) ?? new Map<string, MeasuredRow[]>();
    groups.set(key, pods);
    const own = pods.get(client.id);
    if (own === undefined) pods.set(client.id, [row]);
    else own.push(row);
  }
  const asked = new Set(rows.map(({ who }) => who.server.service));
  const found: ReplicaComparison[] = [];
  for (const pods of groups.values()) {
    const medians = [...pods].map(([pod, own]) => ({ pod, own, p50: median(own) }));
    for (const { pod, own, p50 } of medians) {
      const first = own[0]?.who;
      const sisters = medians.filter((other) => other.pod !== pod);
      if (first === undefined || sisters.length === 0 || !asked.has(first.server.service)) continue;
      const usual = quantile(
        sisters.map((other) => other.p50),
        0.5,
      );
      if (p50 < usual * SLOWER || p50 - usual < SLOWER_BY_US) continue;
      found.push({
        pod,
        ...(first.client.node === undefined ? {} : { node: first.client.node }),
        server: first.server.service,
        ...(first.port === undefined ? {} : { port: first.port }),
        p50Us: us(p50),
        sistersP50Us: us(usual),
        sisters: sisters.length,
        factor: p50 / usual,
        sentence: why(
          pod,
          own,
          sisters.flatMap((other) => other.own),
          p50,
          usual,
          last,
        ),
      });
    }
  }
  return found.sort((a, b) => b.factor - a.factor);
}

const median = (rows: readonly MeasuredRow[]): number =>
  quantile(
    rows.map((row) => row.p50Us),
    0.5,
  );

/** Farther away, on a slow node, or slow by itself: in this order, because a distance needs no fault. */
function why(
  pod: string,
  own: readonly MeasuredRow[],
  sisters: readonly MeasuredRow[],
  p50: number,
  usual: number,
  last: Observation,
): string {
  const who = own[0]?.who;
  const node = who?.client.node;
  const said = `${nameOfPeer(pod)} takes ${formatUs(us(p50))} to ${nameOfPeer(who?.server.service ?? '')}, its sister replicas ${formatUs(us(usual))}`;
  const distance = (row: MeasuredRow): string => distanceOf(row.who, last.zones);
  const theirs = new Set(sisters.map(distance));
  if (own.every((row) => !theirs.has(distance(row)) && distance(row) !== 'same-node')) {
    return `${said}: it is farther away (${own[0] === undefined ? '' : distance(own[0]).replace('-', ' ')}, the others ${[...theirs].map((text) => text.replace('-', ' ')).join(' or ')}).`;
  }
  const beside = measuredRows(last).filter(
    (row) => row.who.client.node === node && row.who.client.id !== pod && !Number.isNaN(row.p50Us),
  );
  const slowBeside = beside.filter((row) => row.p50Us >= p50 / SLOWER).length;
  if (node === undefined || beside.length === 0) return `${said}, from the same distance.`;
  return slowBeside * 2 > beside.length
    ? `${said}: so do the other pods of ${node}, it is the node.`
    : `${said}: the other pods of ${node} are fast, it is the pod itself.`;
}

/**
 * The questions people ask of one peer: is X slow because of the network, what causes the timeouts to it, why is one
 * replica slower than its sisters, what do its links across zones cost. Knows the cluster's diagnosis and the peer's
 * own rows; what the application does with an open connection nobody here knows.
 */
import { formatCount, type Microseconds, microseconds } from '../flows/units';
import { diagnose, type Finding, type Report, type Verdict } from './diagnose';
import type { Failure } from './diagnose-failures';
import { FINE_US, POSSIBLE_US, quantile } from './diagnose-judge';
import type { Observation, Party } from './diagnose-observe';
import { compareReplicas, type MeasuredRow, measuredRows, type ReplicaComparison } from './diagnose-replicas';
import { isOf } from './diagnose-suspects';
import { nameOfPeer } from './diagnose-words';
import { penalties, type ZonePenalty } from './diagnose-zones';

/** One direction of a peer's TCP: what it is asked, or what it asks. Medians over its measured flows; worst of p99. */
export interface Side {
  flows: number;
  p50Us?: Microseconds;
  p99Us?: Microseconds;
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
  /** Replicas slower than their sisters to the same server, or farther away; the peer's own, or its clients'. */
  replicas: ReplicaComparison[];
  /** What reaching it from another zone costs. */
  penalties: ZonePenalty[];
}

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
  const judged = verdictFor(own, findings, failures);
  // What did not come may be slow: nothing that was cut short is called fine.
  const isCut = last?.truncated === true && judged === 'fine';
  const verdict = isCut ? 'too-little' : judged;
  return {
    peer,
    verdict,
    sentence: isCut ? cutShort(peer, own.length) : sentenceFor(peer, verdict, own.length, findings, failures),
    findings,
    failures,
    asked: sideOf(asked),
    asks: sideOf(asks),
    replicas: last === undefined ? [] : compareReplicas(last, own, peer),
    penalties: last === undefined ? [] : penalties(last, (who) => belongsTo(who.server, peer)),
  };
}

const cutShort = (peer: string, rows: number): string =>
  `Too little evidence about ${nameOfPeer(peer)}: the answer was cut short. Raise the limit. Of what came ${formatCount(rows)} measured flow${rows === 1 ? ' is' : 's are'} well.`;

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

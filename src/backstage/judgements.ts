/**
 * The verdicts that questions rest on, made from what was observed of a series: the diagnosis of one peer, the paths
 * that were congested. Words only where insight has none of its own; figures come from there.
 */
import { formatClock, formatUs } from '../flows/units';
import { type CongestedPath, congestedPaths } from '../insight/congested-paths';
import type { Report } from '../insight/diagnose';
import type { Observation } from '../insight/diagnose-observe';
import { diagnoseSubject, type SubjectReport } from '../insight/diagnose-subject';
import { nameOfPeer } from '../insight/diagnose-words';
import { numberColumn, textColumn } from '../insight/questions/answer';
import type { Diagnosis, Judgement } from '../insight/questions/facts';

/** Fewer polls cannot show when a path was congested. */
const LEAST_POLLS = 3;

export function diagnosisFrom(observations: readonly Observation[], report: Report): Diagnosis {
  const subjects = new Map<string, SubjectReport>();
  const about = (peer: string): SubjectReport => {
    const known = subjects.get(peer) ?? diagnoseSubject(observations, peer, report);
    subjects.set(peer, known);
    return known;
  };
  return {
    slow: (peer) => judgementOf(about(peer), report),
    timeouts: (peer) => timeouts(about(peer), report),
    congested: () => congested(observations),
    replica: (pod) => replica(about(pod), report),
  };
}

function judgementOf(subject: SubjectReport, report: Report): Judgement {
  return { sentence: subject.sentence, unknowns: unknownsOf(report) };
}

/** What fails on the way to the peer is the nearest cause of a timeout; else lost SYNs; else its verdict as it is. */
function timeouts(subject: SubjectReport, report: Report): Judgement {
  // What the peer itself cannot reach is another matter, and may have failed for ever.
  const failing = subject.failures.find(({ peer }) => peer === subject.peer);
  const losing = subject.findings.find(({ signal }) => signal === 'lost-syns');
  const cause = failing?.sentence ?? losing?.sentence;
  return { sentence: cause ?? subject.sentence, unknowns: unknownsOf(report) };
}

/** What is wrong with the pod or its node explains more than how far away it is; its clients' sisters explain nothing. */
function replica(subject: SubjectReport, report: Report): Judgement {
  const own = subject.replicas.find(({ pod }) => pod === subject.peer);
  const cause = subject.findings.find(
    ({ culprit }) =>
      (culprit.kind === 'source' && culprit.peer === subject.peer) ||
      (culprit.kind === 'node' && culprit.node === own?.node),
  );
  const sentence =
    own === undefined || own.is !== 'slower' || cause === undefined
      ? (cause ?? own ?? subject).sentence
      : `${nameOfPeer(own.pod)} takes ${formatUs(own.p50Us)} to ${nameOfPeer(own.server)}, its sister replicas ${formatUs(own.sistersP50Us)}. ${cause.sentence}`;
  return { sentence, unknowns: unknownsOf(report) };
}

function congested(observations: readonly Observation[]): Judgement | undefined {
  const last = observations.at(-1);
  const run = observations.filter(({ epoch }) => epoch === last?.epoch);
  if (run.length < LEAST_POLLS) return undefined;
  const paths = congestedPaths(run);
  const [worst] = paths;
  const watched = `${formatClock(run[0]?.atMs)}–${formatClock(last?.atMs)} UTC`;
  const sentence =
    worst === undefined
      ? `No path was congested in ${watched}: no tail rose well above what its path usually takes.`
      : `The path ${nameOf(worst)} was congested ${formatClock(worst.fromMs)}–${formatClock(worst.toMs)} UTC: p99 ${formatUs(worst.peakP99Us)}, usually ${formatUs(worst.usualP99Us)}.`;
  return {
    sentence,
    columns: [
      textColumn('Path'),
      textColumn('From'),
      textColumn('To'),
      numberColumn('Flows', 'count'),
      numberColumn('Usual p99', 'us'),
      numberColumn('Peak p99', 'us'),
    ],
    rows: paths.map((path) => ({
      cells: [
        nameOf(path),
        formatClock(path.fromMs),
        formatClock(path.toMs),
        path.flows,
        path.usualP99Us,
        path.peakP99Us,
      ],
    })),
    unknowns: [`Watched since ${formatClock(run[0]?.atMs)} UTC; what was before is not known.`],
  };
}

const nameOf = ({ between: [a, b], of }: CongestedPath): string => {
  const kind = of === 'zones' ? 'zone' : 'node';
  return a === b ? `within ${kind} ${a}` : `between ${kind}s ${a} and ${b}`;
};

/** A verdict after one poll compares with nothing before. */
const unknownsOf = ({ polls }: Report): string[] =>
  polls < LEAST_POLLS
    ? [`This rests on ${polls} ${polls === 1 ? 'poll' : 'polls'}: how it was before is not known.`]
    : [];

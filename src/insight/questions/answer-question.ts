/**
 * From a question's number and subject to its answer. Knows which answerer is whose and what every answer must admit;
 * the answers themselves are made next door.
 */
import type { Finding, QuestionAnswer, Subject } from './answer';
import { QUESTIONS } from './catalogue';
import { connectingTo, dependencyGraph, dependsOn, isReceiving, podsTalkingTo } from './dependencies';
import { generalUnknowns, type QuestionFacts } from './facts';
import { changedSince, congestedPaths, slowPeer, slowReplica, timeoutsTo } from './judgements';
import { acrossZones, elevated, slowerThan, zonePenalty } from './latency';
import { targetOf } from './subjects';
import { crossNamespace, external, mostBandwidth, mostPackets, sensitive } from './traffic';
import { activeNamespaces, activePods, activeServices, idlePods } from './workloads';
import { staysInZone } from './zone-stay';

type Answerer = (subject: Subject, facts: QuestionFacts) => Finding;

const ANSWERERS: ReadonlyMap<number, Answerer> = new Map<number, Answerer>([
  [1, dependsOn],
  [2, dependencyGraph],
  [3, podsTalkingTo],
  [4, crossNamespace],
  [5, connectingTo],
  [6, sensitive],
  [7, mostBandwidth],
  [8, mostPackets],
  [9, external],
  [10, activePods],
  [11, activeNamespaces],
  [12, isReceiving],
  [13, slowerThan],
  [14, elevated],
  [15, acrossZones],
  [16, slowPeer],
  [17, zonePenalty],
  [18, timeoutsTo],
  [19, congestedPaths],
  [20, slowReplica],
  [21, staysInZone],
  [22, idlePods],
  [23, activeServices],
  [24, changedSince],
]);

/**
 * The answer as plain data. A subject that no flow names gets an answer that says so. Throws a RangeError for a number
 * that is none of the catalogue's.
 */
export function answerQuestion(id: number, subject: Subject, facts: QuestionFacts): QuestionAnswer {
  const question = QUESTIONS.find((one) => one.id === id);
  const answerer = ANSWERERS.get(id);
  if (question === undefined || answerer === undefined) throw new RangeError(`There is no question ${id}.`);
  const finding = answerer(subject, facts);
  return {
    id,
    question: question.words.replace('{}', () => subjectWords(subject, facts)),
    ...finding,
    unknowns: [...generalUnknowns(facts), ...finding.unknowns],
  };
}

function subjectWords(subject: Subject, facts: QuestionFacts): string {
  if (subject.milliseconds !== undefined) return String(subject.milliseconds);
  if (subject.since !== undefined) {
    const at = new Date(subject.since);
    return Number.isNaN(at.getTime()) ? 'then' : at.toISOString();
  }
  if (subject.namespace !== undefined && subject.zone !== undefined)
    return `${subject.namespace} (${subject.zone})`;
  return targetOf(subject, facts)?.name ?? 'it';
}

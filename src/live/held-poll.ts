/**
 * One poll of a source that is held in the page: the answer that the server would have given from it, by the same code
 * and read back by the same reader. Refuses to know which moment is looked at, and where the files came from.
 */
import type { Query } from '../flows/query';
import { decodeAnswer, decodeRaw, decodeSummary } from '../flows/wire';
import { type AnswerableSample, answerQuery, answerSummary } from '../sources/answer';
import type { PollResult } from './fetch-poll';

/** Never fails: what is held was read already. Rows that its files could not give are counted as rejected. */
export function answerHeld(sample: AnswerableSample, label: string, query: Query): PollResult {
  const json = answerQuery(sample, query);
  const read = query.format === 'raw' ? { raw: decodeRaw(json) } : { answer: decodeAnswer(json) };
  const rejects = (read.answer ?? read.raw)?.rejects;
  if (rejects !== undefined) rejects.count += sample.rejected;
  return {
    ...read,
    summary: decodeSummary(answerSummary(sample)),
    atMs: sample.atMs,
    receivedMs: Date.now(),
    epoch: String(sample.epoch),
    source: label,
    offers: [],
  };
}

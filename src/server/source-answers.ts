/**
 * A source of flows behind the API: answers queries from the current sample, each computed once for all who ask.
 * Knows caching; leaves filtering, aggregation and formats to sources/answer.ts.
 */
import { type Query, writeQuery } from '../flows/query';
import { type AnswerableSample, answerQuery, answerSummary } from '../sources/answer';
import type { FlowSource } from '../sources/source';
import type { Answers, Reply } from './answers';
import { type Body, createBody } from './body';
import type { Recorder } from './recorder';

export interface SourceAnswersOptions {
  source: FlowSource;
  /** Milliseconds since 1970; the wall clock unless a test says otherwise. */
  now?: () => number;
  recorder?: Recorder;
}

// Enough for a dozen viewers with a filter each; at 100,000 flows one answer is 70 MB, and then fewer fit.
const MOST_CACHED_BYTES = 128 * 2 ** 20;

export function createSourceAnswers({ source, now = Date.now, recorder }: SourceAnswersOptions): Answers {
  let latestMs = 0;
  let sample: AnswerableSample | undefined;
  // Bodies of the current sample by question, the least recently asked first.
  const cache = new Map<string, Body>();
  let cachedBytes = 0;

  function takeSample(): AnswerableSample {
    // A wall clock can be set back; a source must never see that.
    latestMs = Math.max(latestMs, now());
    const next = source.sampleAt(latestMs);
    if (sample === undefined || next.atMs !== sample.atMs || next.epoch !== sample.epoch) {
      sample = next;
      cache.clear();
      cachedBytes = 0;
      recorder?.sample(sample);
    }
    return sample;
  }

  function reply(question: string, compute: (sample: AnswerableSample) => unknown): Reply {
    const current = takeSample();
    const at = new Date(current.atMs).toISOString();
    const epoch = String(current.epoch);
    let body = cache.get(question);
    if (body === undefined) {
      body = createBody(JSON.stringify(compute(current)), `${at} ${epoch}`);
      cachedBytes += body.bytes.length;
    }
    cache.delete(question);
    cache.set(question, body);
    for (const [oldest, old] of cache) {
      if (cachedBytes <= MOST_CACHED_BYTES || cache.size === 1) break;
      cache.delete(oldest);
      cachedBytes -= old.bytes.length;
    }
    return { ok: true, served: { body, at, epoch, rejected: current.rejected } };
  }

  return {
    label: source.label,
    flows: async (query: Query) =>
      reply(`flows?${writeQuery(query)}`, (current) => answerQuery(current, query)),
    summary: async () => reply('summary', answerSummary),
    ready: async () => undefined,
    destroy: async () => recorder?.close(),
  };
}

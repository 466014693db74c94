/** What makes one series of answers: the same question to the same source. Pure; knows no history. */
import { writeQuery } from '../flows/query';
import type { KeptAnswer } from './answers';

/** Answers to the same question of the same source bear one name; how it is formatted makes no other question. */
export function seriesOf({ query, source, opened }: Pick<KeptAnswer, 'query' | 'source' | 'opened'>): string {
  const { format: _format, ...filters } = query;
  return `${source ?? ''}${opened === undefined ? '' : ` #${opened}`}\n${writeQuery(filters)}`;
}

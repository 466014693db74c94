/**
 * The pulse as React sees it: one query at a time, the last good poll kept through failures, and since when we wait.
 * Knows the query client; refuses to know what an answer means.
 */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef } from 'react';
import type { Backstage } from '../backstage/backstage';
import type { Receipt } from '../backstage/messages';
import { type Query, writeQuery } from '../flows/query';
import { AnswerProblem, type Problem } from '../live/problem';
import { type Every, intervalMs } from '../view/view-state';
import type { Waiting } from './waiting';

export interface Flows {
  /** The newest good poll, even if a later one failed. */
  poll?: Receipt;
  /** The newest poll that had rows to draw: what the map shows while `format=raw` has none. */
  drawable?: Receipt;
  /** The query `drawable` answers. */
  drawnQuery?: Query;
  /** The query `poll` answers; differs from the present one while its answer is awaited or failing. */
  pollQuery?: Query;
  /** Why the present query has no fresh answer. */
  problem?: Problem;
  /** The requests under way. */
  waiting: Waiting;
  refresh(): void;
}

interface Kept {
  poll?: Receipt;
  drawable?: Receipt;
  drawnQuery?: Query;
  query?: Query;
}

interface FlowsOptions {
  query: Query;
  every: Every;
  paused: boolean;
  /** The number of the files that flows come from; what was read does not change, so it is asked for once. */
  opened: number | undefined;
}

export function useFlows(
  backstage: Backstage,
  waiting: Waiting,
  { query, every, paused, opened }: FlowsOptions,
): Flows {
  const interval = paused || opened !== undefined ? undefined : intervalMs(every);
  const key = `${opened ?? ''}?${writeQuery(query)}`;
  const result = useQuery({
    queryKey: ['flows', key],
    queryFn: async ({ signal }) => {
      const end = waiting.begin();
      try {
        return { poll: await backstage.poll(query, signal), query };
      } finally {
        end();
      }
    },
    // That a request began or ended draws nothing: `waiting` tells what is worth it.
    notifyOnChangeProps: ['data', 'error', 'isSuccess', 'isPlaceholderData'],
    refetchInterval: interval ?? false,
    refetchIntervalInBackground: false,
    refetchOnWindowFocus: interval !== undefined,
    refetchOnReconnect: interval !== undefined,
    placeholderData: keepPreviousData,
  });
  const kept = useRef<Kept>({});
  if (result.data !== undefined) {
    const { poll, query: asked } = result.data;
    const drawn = poll.answer === undefined ? kept.current : { drawable: poll, drawnQuery: asked };
    kept.current = {
      poll,
      query: asked,
      ...optional('drawable', drawn.drawable),
      ...optional('drawnQuery', drawn.drawnQuery),
    };
  }
  const { poll, drawable, drawnQuery, query: pollQuery } = kept.current;
  const problem = useStanding(key, result.error, result.isSuccess && !result.isPlaceholderData);
  const { refetch } = result;
  const refresh = useCallback(() => void refetch({ cancelRefetch: false }), [refetch]);
  // The same object while nothing in it changed: the page is drawn for more reasons than polls.
  return useMemo(
    () => ({
      ...optional('poll', poll),
      ...optional('drawable', drawable),
      ...optional('drawnQuery', drawnQuery),
      ...optional('pollQuery', pollQuery),
      ...optional('problem', problem),
      waiting,
      refresh,
    }),
    [poll, drawable, drawnQuery, pollQuery, problem, waiting, refresh],
  );
}

const optional = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });

function problemOf(error: Error): Problem {
  return error instanceof AnswerProblem
    ? error.problem
    : { cause: 'internal', sentence: `Something broke while reading the answer: ${error.message}` };
}

/**
 * The problem of this query until an answer comes: the query client forgets an error as soon as it asks again, and a
 * notice that goes out at every try would look like a recovery.
 */
function useStanding(key: string, error: Error | null, isAnswered: boolean): Problem | undefined {
  const standing = useRef<{ key: string; problem: Problem }>(undefined);
  if (error !== null) standing.current = { key, problem: problemOf(error) };
  else if (isAnswered || standing.current?.key !== key) standing.current = undefined;
  return standing.current?.problem;
}

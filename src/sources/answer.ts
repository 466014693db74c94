/**
 * How a query is answered from a sample: filter, aggregate, limit, format. The only place that knows all four.
 * Pure; refuses to know HTTP, and where the sample came from (source.ts).
 */
import { aggregateFlows } from '../flows/aggregate';
import type { Answer, Flow } from '../flows/flow';
import { matcher } from '../flows/match';
import type { Format, Query } from '../flows/query';
import { summarise } from '../flows/summarise';
import { encodeAnswer, encodeFlow, encodeSummary, type Summary } from '../flows/wire';
import type { Sample } from './source';

type Json = Record<string, unknown>;
export type Answered = Pick<Answer, 'flows' | 'total' | 'truncated'>;

/** A sample that may be a part: a recording can hold a truncated answer. */
export interface AnswerableSample extends Sample {
  /** Flows that were counted where the sample was taken but are not in it. */
  missing?: number;
}

/**
 * The flows a query asks for, in the sample's order. `total` counts after aggregation and before the limit; without
 * `limit` all are given. For `raw` a flow becomes one row per perspective that was seen, and `aggregate` is ignored.
 * Rows in the answer may be the rows handed in: treat them as read-only.
 */
export function answerFlows(flows: readonly Flow[], query: Query, missing = 0): Answered {
  const kept = flows.filter(matcher(query));
  const rows =
    query.format === 'raw'
      ? kept.flatMap(perspectives)
      : query.aggregate === undefined
        ? kept
        : aggregateFlows(kept, query.aggregate);
  const shown = query.limit === undefined || query.limit >= rows.length ? rows : rows.slice(0, query.limit);
  // How many of the missing flows would have matched is not known, so only an unfiltered list adds them to its total.
  const total = rows.length + (isWholeList(query) ? missing : 0);
  return { flows: shown, total, truncated: shown.length < total || missing > 0 };
}

/** Whether a query asks for every flow, row by row: no filter and no aggregation; `limit` and `format` may be set. */
export function isWholeList(query: Query): boolean {
  const { format, limit, aggregate, ...filters } = query;
  return format !== 'raw' && aggregate === undefined && Object.values(filters).every((v) => v === undefined);
}

/** What each end saw, as rows of their own. A flow without any stats was seen by nobody and gives none. */
function perspectives(flow: Flow): Flow[] {
  const { proto, client, server, clientStats, serverStats } = flow;
  const rows: Flow[] = [];
  if (clientStats !== undefined) rows.push({ proto, client, server, clientStats });
  if (serverStats !== undefined) rows.push({ proto, client, server, serverStats });
  return rows;
}

/** An answer in the shape of one of the three formats; `raw` expects rows of one perspective, as answerFlows gives. */
export function encodeAs(answer: Answered, format: Format = 'compact'): Json {
  if (format !== 'raw') return encodeAnswer(answer, format);
  return {
    flows: answer.flows.map(encodeRaw),
    total: answer.total,
    truncated: answer.truncated,
  };
}

/**
 * `IPIPPortEntry` has no public layout; these are the nearest public names. `timeBegin` belongs between them, but no
 * source knows when a flow began, and what is not known is left out.
 */
function encodeRaw(flow: Flow): Json {
  const row = encodeFlow(flow, 'full');
  const stats = flow.clientStats ?? flow.serverStats;
  const atClient = flow.clientStats !== undefined;
  const raw: Json = {
    timeEnd: stats?.timestamp,
    proto: flow.proto,
    localPeer: atClient ? row.client : row.server,
    remotePeer: atClient ? row.server : row.client,
    packetsSent: stats?.txPkts,
    packetsReceived: stats?.rxPkts,
    bytesSent: stats?.txBytes,
    bytesReceived: stats?.rxBytes,
  };
  for (const [name, value] of Object.entries(raw)) if (value === undefined) delete raw[name];
  return raw;
}

/** The response to `/mcp/flows`. */
export function answerQuery(sample: AnswerableSample, query: Query): Json {
  return encodeAs(answerFlows(sample.flows, query, sample.missing), query.format);
}

/** The summary of a sample: as recorded, else computed. */
const summaryOf = (sample: Sample): Summary => sample.summary ?? summarise(sample.flows);

/** The response to `/mcp/flows/summary`. */
export const answerSummary = (sample: Sample): Json => encodeSummary(summaryOf(sample));

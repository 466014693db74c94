/**
 * When a peer was last seen talking: the last answer in which a counter of one of its flows rose. Pure: each answer
 * makes the next record. A flow that is merely listed is not talking: counters stay listed for as long as a sensor lives.
 */
import { type Flow, flowKey } from '../flows/flow';
import { identify } from '../flows/identity';

export interface SeenRecord {
  /** Epoch milliseconds of the first answer: nothing is known of what was before. */
  sinceMs: number;
  /** Last seen talking, epoch milliseconds, by peer id at pod, service and namespace level. */
  lastMs: ReadonlyMap<string, number>;
  /** Counters of the latest answer by flow. */
  counters: ReadonlyMap<string, number>;
}

const LEVELS = ['pod', 'service', 'namespace'] as const;

/**
 * The record after one more answer. The first answer only says who is listed: it marks those whose sensors give a
 * timestamp. A counter that fell is a restart, and a restart talks.
 */
export function noteSeen(before: SeenRecord | undefined, flows: readonly Flow[], atMs: number): SeenRecord {
  const lastMs = new Map(before?.lastMs);
  const counters = new Map<string, number>();
  for (const flow of flows) {
    const key = flowKey(flow);
    const count = counterOf(flow);
    counters.set(key, count);
    const known = before?.counters.get(key);
    const talked = before !== undefined && known !== count ? atMs : stampOf(flow, atMs);
    if (talked === undefined) continue;
    for (const end of [flow.client, flow.server]) {
      for (const level of LEVELS) {
        const { id } = identify(end, level);
        if (talked > (lastMs.get(id) ?? Number.NEGATIVE_INFINITY)) lastMs.set(id, talked);
      }
    }
  }
  return { sinceMs: before?.sinceMs ?? atMs, lastMs, counters };
}

function counterOf({ clientStats, serverStats }: Flow): number {
  let sum = 0;
  for (const stats of [clientStats, serverStats])
    sum += (stats?.txPkts ?? 0) + (stats?.rxPkts ?? 0) + (stats?.txBytes ?? 0) + (stats?.rxBytes ?? 0);
  return sum;
}

/** The sensor's own time of the last packet (`format=full`); a clock ahead of ours says no more than "now". */
function stampOf({ clientStats, serverStats }: Flow, atMs: number): number | undefined {
  let latest: number | undefined;
  for (const stats of [clientStats, serverStats]) {
    const ms = stats?.timestamp === undefined ? Number.NaN : Date.parse(stats.timestamp);
    if (!Number.isNaN(ms) && ms > (latest ?? Number.NEGATIVE_INFINITY)) latest = Math.min(ms, atMs);
  }
  return latest;
}

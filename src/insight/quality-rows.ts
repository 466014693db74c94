/**
 * One pass over the rows of an answer: who counted, what was measured, who has a name. Refuses to say what it means
 * (quality-words.ts) and to compare with other answers (quality-watch.ts).
 */
import type { Endpoint, Flow, Stats } from '../flows/flow';
import { endpointKind } from '../flows/identity';
import { type Halves, isAddressHalf, isSeen, outsideTest } from '../flows/volume';

/** What one pass over the rows finds. */
export interface RowCounts {
  rows: number;
  both: number;
  clientOnly: number;
  serverOnly: number;
  neither: number;
  /** Rows to a service's address that only their client counted. */
  address: number;
  tcp: number;
  /** TCP rows without a time from either end. */
  timeless: number;
  /** TCP rows with a time from the server alone, whose client does not speak for them in another row. */
  serverTimes: number;
  /** Rows with a count that JSON numbers cannot hold exactly. */
  rounded: number;
  unresolved: number;
  /** Distinct unresolved addresses. */
  unresolvedPeers: number;
  /** Rows with an unresolved end that counts as outside the cluster. */
  outside: number;
  examples: { neither?: Flow; serverTimes?: Flow; rounded?: Flow; unresolved?: string; outside?: string };
}

/** Halves as volume.ts findHalves gives them for these flows. */
export function countRows(flows: readonly Flow[], halves: Halves): RowCounts {
  const counts: RowCounts = {
    ...{ rows: flows.length, both: 0, clientOnly: 0, serverOnly: 0, neither: 0, address: 0 },
    ...{ tcp: 0, timeless: 0, serverTimes: 0, rounded: 0, unresolved: 0, unresolvedPeers: 0, outside: 0 },
    examples: {},
  };
  const { examples } = counts;
  const peers = new Set<string>();
  // Asks every row for its names, so only where there is an address to ask about.
  let isOutside: ((end: Endpoint) => boolean) | undefined;
  for (const flow of flows) {
    const { client, server, clientStats, serverStats } = flow;
    const [byClient, byServer] = [isSeen(clientStats), isSeen(serverStats)];
    if (byClient && byServer) counts.both++;
    else if (byClient) counts.clientOnly++;
    else if (byServer) counts.serverOnly++;
    else {
      counts.neither++;
      examples.neither ??= flow;
    }
    if (isAddressHalf(flow)) counts.address++;
    if (flow.proto === 'tcp') {
      counts.tcp++;
      if (!isTimed(clientStats)) {
        if (!isTimed(serverStats)) counts.timeless++;
        else if (!halves.far.has(flow)) {
          counts.serverTimes++;
          examples.serverTimes ??= flow;
        }
      }
    }
    if (isRounded(clientStats) || isRounded(serverStats)) {
      counts.rounded++;
      examples.rounded ??= flow;
    }
    if (!isUnresolved(client) && !isUnresolved(server)) continue;
    const unresolved = [client, server].filter(isUnresolved);
    counts.unresolved++;
    for (const end of unresolved) {
      peers.add(end.ip ?? '');
      examples.unresolved ??= end.ip ?? 'an end without any name or address';
    }
    isOutside ??= outsideTest(flows);
    const outside = unresolved.find(isOutside);
    if (outside === undefined) continue;
    counts.outside++;
    examples.outside ??= outside.ip ?? '';
  }
  counts.unresolvedPeers = peers.size;
  return counts;
}

const isTimed = (stats: Stats | undefined): boolean =>
  (stats?.p50Us ?? stats?.p90Us ?? stats?.p99Us) !== undefined;

const isRounded = (stats: Stats | undefined): boolean =>
  stats !== undefined &&
  Math.max(stats.txBytes ?? 0, stats.rxBytes ?? 0, stats.txPkts ?? 0, stats.rxPkts ?? 0) >
    Number.MAX_SAFE_INTEGER;

/** Ends of an answer aggregated by namespace have nothing but that, and are known by it. */
const isUnresolved = (end: Endpoint): boolean =>
  endpointKind(end) === 'unresolved' && (end.ip !== undefined || end.ns === undefined);

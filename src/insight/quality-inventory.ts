/**
 * Where flows and the inventory say different things of the same end: another node, another address, another pod at the
 * address. Flows are what was seen, so the map goes by them; the reader is told how often the two disagree. Pure; refuses
 * to know which of the two is right.
 */
import { canonicalIp } from '../flows/address';
import type { Endpoint, Flow } from '../flows/flow';
import type { InventoryFacts, PodFacts } from './activity-inventory';

export interface InventoryConflicts {
  /** Ends of flows, each once, that name a pod of the inventory or stand at the address of one. */
  compared: number;
  conflicts: number;
  /** The first one in words: names from the cluster, text only. */
  example?: string;
}

/** Pods that have ended keep their address in the inventory while another already uses it. */
const isOver = ({ phase }: PodFacts): boolean => phase === 'Succeeded' || phase === 'Failed';

/** Compares every end that says both who and where it is; one pass over the rows. */
export function findConflicts(flows: readonly Flow[], { pods }: InventoryFacts): InventoryConflicts {
  const byName = new Map(pods.map((pod) => [`${pod.ns}/${pod.name}`, pod]));
  const byAddress = new Map<string, PodFacts>();
  for (const pod of pods) {
    if (pod.hostNetwork || isOver(pod)) continue;
    for (const ip of pod.ips) byAddress.set(canonicalIp(ip), pod);
  }
  const seen = new Set<string>();
  let compared = 0;
  let conflicts = 0;
  let example: string | undefined;
  for (const { client, server } of flows) {
    for (const end of [client, server]) {
      if (end.pod === undefined) continue;
      const key = [end.ns, end.pod, end.ip, end.node].join('\u001f');
      if (seen.has(key)) continue;
      seen.add(key);
      const name = `${end.ns ?? ''}/${end.pod}`;
      const named = byName.get(name);
      const there = end.ip === undefined ? undefined : byAddress.get(canonicalIp(end.ip));
      if (named === undefined && there === undefined) continue;
      compared++;
      const sentence = disagreement(end, name, named, there);
      if (sentence === undefined) continue;
      conflicts++;
      example ??= sentence;
    }
  }
  return { compared, conflicts, ...(example === undefined ? {} : { example }) };
}

function disagreement(
  end: Endpoint,
  name: string,
  named: PodFacts | undefined,
  there: PodFacts | undefined,
): string | undefined {
  if (there !== undefined && `${there.ns}/${there.name}` !== name) {
    return `${name} at ${end.ip}, where the inventory has ${there.ns}/${there.name}`;
  }
  if (named === undefined) return undefined;
  if (end.node !== undefined && named.node !== undefined && end.node !== named.node) {
    return `${name} on ${end.node}, by the inventory on ${named.node}`;
  }
  const isElsewhere =
    end.ip !== undefined &&
    !named.hostNetwork &&
    named.ips.length > 0 &&
    !named.ips.some((ip) => canonicalIp(ip) === canonicalIp(end.ip ?? ''));
  return isElsewhere ? `${name} at ${end.ip}, by the inventory at ${named.ips.join(', ')}` : undefined;
}

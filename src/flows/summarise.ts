/**
 * `/mcp/flows/summary` as our own server answers it. The contract leaves the rules open; ours: byte and packet
 * figures are `totals` (both ends), a namespace counts every flow that touches it, ends are told apart by address.
 */
import { canonicalIp } from './address';
import type { Endpoint, Flow } from './flow';
import type { Summary, Talker } from './wire';

/** The contract's example shows lists, not lengths; ten is what its prompts ask for ("top 10 flows"). */
const TOP = 10;

export function summarise(flows: Iterable<Flow>): Summary {
  let totalFlows = 0;
  let tcpFlows = 0;
  let totalBytes = 0;
  let totalPkts = 0;
  const clients = new Set<string>();
  const servers = new Set<string>();
  const pairs = new Map<string, { clientPod: string; serverPod: string; bytes: number; pkts: number }>();
  const byNamespace = new Map<string, number>();
  const cross = new Map<string, { srcNs: string; dstNs: string; flows: number; bytes: number }>();
  for (const { proto, client, server, totals } of flows) {
    const bytes = totals?.bytes ?? 0;
    const pkts = totals?.pkts ?? 0;
    totalFlows++;
    if (proto === 'tcp') tcpFlows++;
    totalBytes += bytes;
    totalPkts += pkts;
    clients.add(addressOf(client));
    servers.add(addressOf(server));
    const clientPod = nameOf(client);
    const serverPod = nameOf(server);
    // Two namespaces may each have a redis-0: two talkers, though the contract gives them one name.
    const pairKey = [client.ns, clientPod, server.ns, serverPod].join('\u001f');
    const pair = upsert(pairs, pairKey, () => ({
      clientPod,
      serverPod,
      bytes: 0,
      pkts: 0,
    }));
    pair.bytes += bytes;
    pair.pkts += pkts;
    const [srcNs, dstNs] = [client.ns, server.ns];
    for (const ns of new Set([srcNs, dstNs])) {
      if (ns !== undefined) byNamespace.set(ns, (byNamespace.get(ns) ?? 0) + 1);
    }
    if (srcNs !== undefined && dstNs !== undefined && srcNs !== dstNs) {
      const row = upsert(cross, `${srcNs}\u001f${dstNs}`, () => ({ srcNs, dstNs, flows: 0, bytes: 0 }));
      row.flows++;
      row.bytes += bytes;
    }
  }
  const top = (measure: 'bytes' | 'pkts'): Talker[] =>
    [...pairs.values()]
      .sort((a, b) => b[measure] - a[measure])
      .slice(0, TOP)
      .map(({ clientPod, serverPod, [measure]: value }) => ({ clientPod, serverPod, value }));
  return {
    totalFlows,
    tcpFlows,
    udpFlows: totalFlows - tcpFlows,
    totalBytes,
    totalPkts,
    uniqueClients: clients.size,
    uniqueServers: servers.size,
    topByBytes: top('bytes'),
    topByPkts: top('pkts'),
    byNamespace: [...byNamespace].sort(([a], [b]) => (a < b ? -1 : 1)),
    crossNamespace: [...cross.values()].sort((a, b) => b.bytes - a.bytes),
  };
}

const ipOf = (end: Endpoint): string | undefined => (end.ip === undefined ? undefined : canonicalIp(end.ip));
const addressOf = (end: Endpoint): string => ipOf(end) ?? nameOf(end);

/** `top_by_*` name pods; an end without one is named by its service, address, node or namespace. */
const nameOf = (end: Endpoint): string => end.pod ?? end.svc ?? ipOf(end) ?? end.node ?? end.ns ?? '';

function upsert<V>(map: Map<string, V>, key: string, create: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = create();
  map.set(key, made);
  return made;
}

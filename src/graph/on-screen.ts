/**
 * Our own figures for what is on screen, to stand beside what Kubeshark reports: accounted by the sender, so they
 * differ from `totals` where both ends were seen. Pure; counts only flows whose link is drawn.
 */

import { canonicalIp } from '../flows/address';
import type { Endpoint, Flow } from '../flows/flow';
import { flowHandshake, type GroupHandshake, groupHandshake, type ServerTrust } from '../flows/handshake';
import type { Bytes, Packets } from '../flows/units';
import { findHalves, linkVolume } from '../flows/volume';
import type { Scene } from './focus';

export interface PairFigures {
  from: string;
  to: string;
  flows: number;
  bytes: Bytes;
  packets: Packets;
  handshake: GroupHandshake;
  rows: readonly Flow[];
}

export interface OnScreen {
  flows: readonly Flow[];
  tcp: number;
  udp: number;
  /** Flows with a handshake p99 that counts. */
  measured: number;
  /** Pods or addresses seen as clients, and as servers. */
  clients: number;
  servers: number;
  /** Those asked for, by the names `top_by_*` uses: pod, else service, address or node. */
  talkers: ReadonlyMap<string, PairFigures>;
  crossNamespace: readonly PairFigures[];
  byNamespace: readonly { namespace: string; bytes: Bytes; rows: readonly Flow[] }[];
}

export const talkerKey = (client: string, server: string): string => `${client}\u001f${server}`;

/** `wanted` are keys of talkers (talkerKey): of thousands of pairs a table shows twenty. */
export function figuresOnScreen(scene: Scene, wanted: ReadonlySet<string> = new Set()): OnScreen {
  const flows = [...new Set(scene.links.flatMap((link) => [...link.flows, ...link.attached]))];
  const { trust } = scene.graph;
  const talkers = groupTalkers(flows, trust, wanted);
  const cross = groupPairs(
    flows.filter(
      ({ client, server }) => client.ns !== undefined && server.ns !== undefined && client.ns !== server.ns,
    ),
    trust,
    (end) => end.ns ?? '',
  );
  return {
    flows,
    tcp: flows.filter((flow) => flow.proto === 'tcp').length,
    udp: flows.filter((flow) => flow.proto === 'udp').length,
    measured: flows.filter((flow) => flowHandshake(flow, trust)?.p99Us !== undefined).length,
    clients: new Set(flows.map((flow) => whoIs(flow.client))).size,
    servers: new Set(flows.map((flow) => whoIs(flow.server))).size,
    talkers,
    crossNamespace: [...cross.values()].sort((a, b) => b.bytes - a.bytes || (a.from < b.from ? -1 : 1)),
    byNamespace: namespacesOf(flows),
  };
}

const talkerName = (end: Endpoint): string => end.pod ?? end.svc ?? end.ip ?? end.node ?? end.ns ?? '';

/** `top_by_*` gives names without namespaces: where one name pair stands for several, none of them is the reported one. */
function groupTalkers(
  flows: readonly Flow[],
  trust: ServerTrust,
  wanted: ReadonlySet<string>,
): Map<string, PairFigures> {
  if (wanted.size === 0) return new Map();
  const places = new Map<string, Set<string>>();
  const theirs = flows.filter(({ client, server }) => {
    const key = talkerKey(talkerName(client), talkerName(server));
    if (!wanted.has(key)) return false;
    places.set(key, (places.get(key) ?? new Set()).add(talkerKey(client.ns ?? '', server.ns ?? '')));
    return true;
  });
  const pairs = groupPairs(theirs, trust, talkerName);
  for (const [key, found] of places) if (found.size > 1) pairs.delete(key);
  return pairs;
}

const whoIs = (end: Endpoint): string =>
  end.pod !== undefined
    ? `${end.ns}/${end.pod}`
    : end.ip !== undefined
      ? canonicalIp(end.ip)
      : JSON.stringify(end);

function groupPairs(
  flows: readonly Flow[],
  trust: ServerTrust,
  nameOf: (end: Endpoint) => string,
): Map<string, PairFigures> {
  const groups = new Map<string, { from: string; to: string; flows: Flow[] }>();
  for (const flow of flows) {
    const from = nameOf(flow.client);
    const to = nameOf(flow.server);
    const key = talkerKey(from, to);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { from, to, flows: [flow] });
    else group.flows.push(flow);
  }
  const pairs = new Map<string, PairFigures>();
  for (const [key, { from, to, flows: rows }] of groups) {
    const halves = findHalves(rows);
    const bytes = linkVolume(rows, 'bytes', halves);
    const packets = linkVolume(rows, 'packets', halves);
    pairs.set(key, {
      from,
      to,
      flows: rows.length,
      bytes: (bytes.forward + bytes.backward) as Bytes,
      packets: (packets.forward + packets.backward) as Packets,
      handshake: groupHandshake(rows, trust, halves.far),
      rows,
    });
  }
  return pairs;
}

function namespacesOf(flows: readonly Flow[]): OnScreen['byNamespace'] {
  const touching = new Map<string, Flow[]>();
  for (const flow of flows) {
    for (const ns of new Set([flow.client.ns, flow.server.ns])) {
      if (ns === undefined) continue;
      const list = touching.get(ns);
      if (list === undefined) touching.set(ns, [flow]);
      else list.push(flow);
    }
  }
  return [...touching]
    .map(([namespace, rows]) => {
      const volume = linkVolume(rows, 'bytes');
      return { namespace, bytes: (volume.forward + volume.backward) as Bytes, rows };
    })
    .sort((a, b) => b.bytes - a.bytes || (a.namespace < b.namespace ? -1 : 1));
}

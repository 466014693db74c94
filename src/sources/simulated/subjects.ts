/**
 * Whom an incident happens to: a node, a pair of zones, a service, a pod or a link that shows it clearly, and the
 * lanes it adds or pauses. Knows the cluster and its lanes; refuses to know what the incident does to counters.
 */
import type { Die } from './chance';
import type { Cluster } from './cluster';
import { atAddress, atSlot, exchange, fresh, type Lane, unanswered } from './lane';
import type { Lanes } from './lanes';
import type { Lives } from './lives';
import type { IncidentKind, PeerName, TruthSubject } from './scenarios';
import type { ClusterNode, Slot, Workload } from './workload';

export interface Incident {
  kind: IncidentKind;
  fromS: number;
  toS: number;
  node?: ClusterNode;
  zones?: readonly [number, number];
  workload?: Workload;
  slot?: Slot;
  /** What a slow path adds to every handshake, µs. */
  addUs: number;
  /** Lanes that exist only because of it. */
  added: readonly Lane[];
  /** Lanes that stand still while it lasts. */
  paused: readonly Lane[];
  subject: TruthSubject;
  description: string;
}

interface Choice {
  kind: IncidentKind;
  fromS: number;
  toS: number;
  die: Die;
  cluster: Cluster;
  lanes: Lanes;
  lives: Lives;
}

/** Before and after an incident its own pods stay, for as long as windows and ghosts remember it. */
const CALM_AROUND_S = 180;

export function chooseSubject(choice: Choice): Incident {
  const { kind, fromS, toS } = choice;
  const base = { kind, fromS, toS, addUs: 0, added: [], paused: [] };
  switch (kind) {
    case 'node-bad':
      return { ...base, ...badNode(choice) };
    case 'zone-slow':
      return { ...base, ...slowZones(choice) };
    case 'target-overload':
      return { ...base, ...overloaded(choice) };
    case 'source-slow':
      return { ...base, ...slowSource(choice) };
    case 'new-link':
      return { ...base, ...newLink(choice) };
    case 'new-egress':
      return { ...base, ...newEgress(choice) };
    case 'black-hole':
      return { ...base, ...blackHole(choice) };
    case 'sensor-gap':
    case 'counter-reset':
      return { ...base, ...sensorTrouble(choice) };
  }
}

type Part = Partial<Incident> & Pick<Incident, 'subject' | 'description'>;

const fullName = (workload: Workload): string => `${workload.ns}/${workload.svc ?? workload.name}`;
const serviceName = (workload: Workload): { ns: string; svc: string } => ({
  ns: workload.ns,
  svc: workload.svc ?? workload.name,
});

/** Has no rollout near the incident, so that nothing but the incident changes its links. */
function isCalm({ lives, fromS, toS }: Choice): (workload: Workload) => boolean {
  const endS = Number.isFinite(toS) ? toS : fromS + CALM_AROUND_S;
  const rolled = new Set(lives.rollouts(fromS - CALM_AROUND_S, endS + CALM_AROUND_S).map((r) => r.workload));
  return (workload) => !rolled.has(workload);
}

/** A handshake of it is seen all the time, by its client. */
const isMeasured = (lane: Lane): boolean => lane.rtt !== undefined && !lane.pooled && lane.seen !== 'server';

/** Nodes by how many measured calls touch them, the busiest half: an incident nobody could see is no scenario. */
function busyNode({ die, cluster, lanes }: Choice): ClusterNode {
  const calls = new Map<ClusterNode, number>();
  for (const lane of lanes.all) {
    if (lane.kind !== 'call' || !isMeasured(lane)) continue;
    for (const { node } of [lane.client, lane.server])
      if (node !== undefined) calls.set(node, (calls.get(node) ?? 0) + 1);
  }
  const ranked = [...cluster.nodes].sort((a, b) => (calls.get(b) ?? 0) - (calls.get(a) ?? 0));
  return die.pick(ranked.slice(0, Math.ceil(ranked.length / 2)));
}

function badNode(choice: Choice): Part {
  const node = busyNode(choice);
  return {
    node,
    // Well inside "elevated": the packet queue of an exhausted node, not a lost packet.
    addUs: Math.round(choice.die.between(28_000, 42_000)),
    subject: { node: node.name },
    description: `Node ${node.name} (${node.zone}) goes bad: every handshake to, from and on it is slow.`,
  };
}

function slowZones({ die, cluster }: Choice): Part {
  const [a, b] = die.pick([
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const);
  const zones = [cluster.zones[a] ?? '', cluster.zones[b] ?? ''] as const;
  return {
    zones: [a, b],
    // A detour through another region: elevated, and the same for all.
    addUs: Math.round(die.between(16_000, 24_000)),
    subject: { zones },
    description: `The link between zones ${zones[0]} and ${zones[1]} slows down, in both directions.`,
  };
}

/** Fewer would not tell an overloaded target from a slow client; a small cluster may have no service with as many. */
const MANY_CLIENTS = 5;

function overloaded(choice: Choice): Part {
  const { die, cluster, lanes } = choice;
  const clients = new Map<Workload, Set<Workload>>();
  for (const lane of lanes.all) {
    const [from, to] = [lane.client.slot?.workload, lane.server.slot?.workload];
    if (lane.kind !== 'call' || !isMeasured(lane) || from === undefined || to === undefined || from === to)
      continue;
    const seen = clients.get(to) ?? new Set();
    clients.set(to, seen.add(from));
  }
  const calm = isCalm(choice);
  const ranked = cluster.shop
    .filter(calm)
    .sort((a, b) => (clients.get(b)?.size ?? 0) - (clients.get(a)?.size ?? 0));
  // One of the three most called: many clients suffer at once, which is what tells a target from a source.
  const most = clients.get(ranked[0] as Workload)?.size ?? 0;
  const enough = ranked.filter((w) => (clients.get(w)?.size ?? 0) >= Math.min(most, MANY_CLIENTS));
  const workload = die.pick(enough.slice(0, 3));
  return {
    workload,
    subject: { service: serviceName(workload) },
    description: `${fullName(workload)} is overloaded and drops SYNs: clients try again after 1, 3 and 7 s, the median stays.`,
  };
}

/** Fewer could as well be slow targets. */
const MANY_TARGETS = 3;

function slowSource(choice: Choice): Part {
  const { die, cluster, lanes, lives, fromS } = choice;
  const targets = new Map<Slot, Set<Workload>>();
  for (const { client, server, kind, ...lane } of lanes.all) {
    if (kind !== 'call' || lane.rtt === undefined || lane.pooled) continue;
    const [from, to] = [client.slot, server.slot?.workload];
    if (from === undefined || to === undefined || from.workload === to) continue;
    const seen = targets.get(from) ?? new Set();
    targets.set(from, seen.add(to));
  }
  const calm = isCalm(choice);
  const ranked = cluster.slots
    .filter((slot) => calm(slot.workload) && targets.has(slot))
    .sort((a, b) => score(b) - score(a));
  // A pod with siblings first: only then can one see that it is the pod and not the service.
  function score(slot: Slot): number {
    const many = targets.get(slot)?.size ?? 0;
    return many >= MANY_TARGETS && slot.workload.slots.length > 1 ? 100 + many : many;
  }
  const best = ranked[0] === undefined ? 0 : score(ranked[0]);
  // Nearly as telling as the best, and no more than a handful: a node full of them would be another incident.
  const slot = die.pick(ranked.slice(0, 6).filter((candidate) => score(candidate) >= best - 2));
  const pod = lives.running(slot, fromS);
  return {
    slot,
    addUs: Math.round(die.between(52_000, 70_000)),
    subject: {
      pod: { ns: slot.workload.ns, pod: pod?.name ?? slot.workload.name },
      service: serviceName(slot.workload),
      node: slot.node.name,
    },
    description: `Pod ${slot.workload.ns}/${pod?.name} is slow to everything it calls; its siblings are not.`,
  };
}

const linkKey = (from: Workload, to: Workload): number => from.id * 100_000 + to.id;

function newLink(choice: Choice): Part {
  const { die, cluster, lanes, lives, fromS, toS } = choice;
  const linked = new Set<number>();
  const spaces = new Set<string>();
  for (const { client, server } of lanes.all) {
    const [from, to] = [client.slot?.workload, server.slot?.workload];
    if (from === undefined || to === undefined) continue;
    linked.add(linkKey(from, to));
    spaces.add(`${from.ns}>${to.ns}`);
  }
  for (const { from, to } of cluster.calls) linked.add(linkKey(from, to));
  const calm = isCalm(choice);
  const froms = die.shuffled(cluster.shop.filter((w) => w.role !== 'leaf' && calm(w)));
  const tos = die.shuffled(cluster.shop.filter((w) => (w.role === 'leaf' || w.role === 'middle') && calm(w)));
  const fits = (a: Workload, b: Workload): boolean =>
    a.ns !== b.ns && !linked.has(linkKey(a, b)) && !linked.has(linkKey(b, a));
  const pairs = froms
    .slice(0, 40)
    .flatMap((a) => tos.slice(0, 40).flatMap((b) => (fits(a, b) ? [[a, b] as const] : [])));
  // Two namespaces that never spoke make the clearest news; in a small shop all may have.
  const [from, to] = pairs.find(([a, b]) => !spaces.has(`${a.ns}>${b.ns}`)) ?? pairs[0] ?? [froms[0], tos[0]];
  if (from === undefined || to === undefined) throw new Error('the cluster has no two services to link');
  const [client, server] = [from.slots[0] as Slot, to.slots[0] as Slot];
  const port = to.flavour.port;
  const size = fresh(exchange(die.between(0.8, 3), 500, 2_600));
  const lane = lanes.draft(die, {
    kind: 'call',
    client: atSlot(client),
    server: atSlot(server),
    port,
    size,
    fromS,
    toS,
  });
  return {
    added: [lane],
    subject: {
      link: { from: serviceName(from), to: serviceName(to) },
      flows: [
        { client: podName(lives, client, fromS), server: podName(lives, server, fromS), port, proto: 'tcp' },
      ],
    },
    description: `${fullName(from)} begins to call ${fullName(to)}: a link that did not exist before.`,
  };
}

function newEgress(choice: Choice): Part {
  const { die, cluster, lanes, lives, fromS, toS } = choice;
  const calm = isCalm(choice);
  const inside = cluster.shop.filter((w) => w.role === 'worker' || w.role === 'middle');
  const calmOnes = inside.filter(calm);
  const from = die.pick(calmOnes.length > 0 ? calmOnes : inside);
  const slot = from.slots[0] as Slot;
  // TEST-NET-1, which no other lane uses: the address is as new as the link.
  const ip = `192.0.2.${die.whole(2, 250)}`;
  const size = exchange(die.between(0.8, 2), die.between(30_000, 60_000), 900);
  const rtt = { p50: 41_000, p90: 46_000, p99: 58_000 };
  const lane = lanes.draft(die, {
    kind: 'egress',
    client: atSlot(slot),
    server: atAddress(ip),
    port: 443,
    seen: 'client',
    rtt,
    size,
    fromS,
    toS,
  });
  return {
    added: [lane],
    subject: {
      link: { from: serviceName(from), to: { ip } },
      flows: [{ client: podName(lives, slot, fromS), server: { ip }, port: 443, proto: 'tcp' }],
    },
    description: `${fullName(from)} begins to send to ${ip}, an address outside that nobody used before.`,
  };
}

const podName = (lives: Lives, slot: Slot, atS: number): PeerName => ({
  ns: slot.workload.ns,
  pod: lives.running(slot, atS)?.name ?? slot.workload.name,
});

/** Where the mesh's encrypted port usually is, and no simulated service listens. */
const BLOCKED_PORT = 8443;

function blackHole(choice: Choice): Part {
  const { die, cluster, lanes, lives, fromS, toS } = choice;
  const calm = isCalm(choice);
  const links = new Map<number, Lane[]>();
  for (const lane of lanes.all) {
    const [from, to] = [lane.client.slot?.workload, lane.server.slot?.workload];
    if (lane.kind !== 'call' || from === undefined || to === undefined || from === to) continue;
    const list = links.get(linkKey(from, to));
    if (list === undefined) links.set(linkKey(from, to), [lane]);
    else list.push(lane);
  }
  const candidates = cluster.calls.filter(
    ({ from, to }) => links.has(linkKey(from, to)) && !lanes.heavy.has(from) && from.slots.length <= 4,
  );
  const calmOnes = candidates.filter(({ from, to }) => calm(from) && calm(to) && to.role === 'middle');
  const { from, to } = die.pick(
    calmOnes.length > 0 ? calmOnes : candidates.length > 0 ? candidates : cluster.calls,
  );
  const added = from.slots.map((client, i) =>
    lanes.draft(die, {
      kind: 'stale',
      client: atSlot(client),
      server: atSlot(to.slots[i % to.slots.length] as Slot),
      port: BLOCKED_PORT,
      seen: 'client',
      // Three SYNs in seven seconds, then the client gives up and begins again.
      size: unanswered(die.between(0.12, 0.16)),
      fromS,
      toS,
    }),
  );
  return {
    added,
    paused: links.get(linkKey(from, to)) ?? [],
    subject: {
      link: { from: serviceName(from), to: serviceName(to) },
      flows: added.flatMap(({ client, server }) =>
        client.slot === undefined || server.slot === undefined
          ? []
          : [
              {
                client: podName(lives, client.slot, fromS),
                server: podName(lives, server.slot, fromS),
                port: BLOCKED_PORT,
                proto: 'tcp' as const,
              },
            ],
      ),
    },
    description: `${fullName(from)} moves to port ${BLOCKED_PORT} of ${fullName(to)}, which a network policy drops: SYNs leave, nothing returns.`,
  };
}

function sensorTrouble(choice: Choice): Part {
  const node = busyNode(choice);
  const gap = choice.kind === 'sensor-gap';
  return {
    node,
    subject: { node: node.name },
    description: gap
      ? `The sensor on ${node.name} is not heard: its side of every flow is missing; the other side still counts.`
      : `The sensor on ${node.name} restarts: what it counts begins at zero again.`,
  };
}

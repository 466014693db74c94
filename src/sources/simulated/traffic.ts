/**
 * Every flow at a moment: lanes filled with the pods of that moment, their counters, rates and handshakes.
 * All of it is computed from the moment alone; what is kept between calls can be thrown away and computed again.
 */
import type { Endpoint, Flow, Stats } from '../../flows/flow';
import type { BitsPerSecond, Bytes, Microseconds, Packets, PacketsPerSecond } from '../../flows/units';
import { createDie } from './chance';
import type { Cluster } from './cluster';
import { percentilesAt, WINDOW_S } from './handshakes';
import { type Plan, spellsOf } from './incidents';
import type { Lane, LaneEnd, Percentiles } from './lane';
import type { Lanes } from './lanes';
import { LINGER_S, type Lives, type Pod } from './lives';
import type { Incident } from './subjects';
import { burst, createSwells, SWELLS, TICK_S } from './swell';
import type { ClusterNode } from './workload';

/** The birth of what was always there. */
const ALWAYS_S = Number.NEGATIVE_INFINITY;

export interface Traffic {
  /** Flows at `atS` seconds from the start; `atMs` is that moment on the clock. */
  flowsAt(atS: number, atMs: number): Flow[];
}

/** What of the plan matters at one moment. */
interface Now {
  atS: number;
  atMs: number;
  iso: string;
  /** Incidents that can still be in the window of a handshake digest. */
  recent: Incident[];
  blind: Set<ClusterNode>;
  /** When each restarted sensor began to count anew. */
  resets: Map<ClusterNode, number>;
  paused: Map<Lane, Incident[]>;
  pods: Map<number, readonly (Pod | undefined)[]>;
  /** Carried seconds now and a tick ago, by wave. */
  carried: Float64Array;
  carriedBefore: Float64Array;
}

const NOBODY: readonly undefined[] = [undefined];

export function createTraffic(
  cluster: Cluster,
  lanes: Lanes,
  lives: Lives,
  plan: Plan,
  startMs: number,
): Traffic {
  const swells = createSwells(cluster.seed, startMs);
  // Kubeshark lists flows in no order of meaning: the first thousand of many must not all be of one kind.
  const listed = createDie(cluster.seed).shuffled(lanes.all);
  /** Carried seconds at a lane's start, for the lanes whose pods stay; filled on first use. */
  const carriedAtStart = new Float64Array(lanes.all.length).fill(Number.NaN);
  const podsOf = (end: LaneEnd, now: Now): readonly (Pod | undefined)[] => {
    if (end.slot === undefined) return NOBODY;
    let pods = now.pods.get(end.slot.id);
    if (pods === undefined) {
      pods = lives.visible(end.slot, now.atS);
      now.pods.set(end.slot.id, pods);
    }
    return pods;
  };

  /** Seconds of average traffic from the flow's start to `atS`, a tick that may lie behind or past its life. */
  const progress = (
    lane: Lane,
    salt: number,
    startS: number,
    endS: number,
    atS: number,
    now: Now,
  ): number => {
    let untilS = Math.min(atS, endS);
    if (untilS <= startS) return 0;
    let lost = 0;
    for (const { fromS, toS } of now.paused.get(lane) ?? []) {
      if (untilS <= fromS || toS <= startS) continue;
      if (untilS <= toS) untilS = fromS;
      else lost += swells.carried(lane.swell, toS) - swells.carried(lane.swell, Math.max(fromS, startS));
    }
    if (untilS <= startS) return 0;
    const reached =
      untilS === now.atS
        ? now.carried[lane.swell]
        : untilS === now.atS - TICK_S
          ? now.carriedBefore[lane.swell]
          : swells.carried(lane.swell, untilS);
    return (reached ?? 0) - startOf(lane, startS) - lost + burst(salt, untilS);
  };

  const startOf = (lane: Lane, startS: number): number => {
    if (startS !== -lane.ageS || lane.id >= carriedAtStart.length) return swells.carried(lane.swell, startS);
    const known = carriedAtStart[lane.id] ?? Number.NaN;
    if (!Number.isNaN(known)) return known;
    const computed = swells.carried(lane.swell, startS);
    carriedAtStart[lane.id] = computed;
    return computed;
  };

  const addFlow = (flows: Flow[], lane: Lane, c: Pod | undefined, s: Pod | undefined, now: Now): void => {
    const { atS } = now;
    const startS = Math.max(-lane.ageS, c?.bornS ?? ALWAYS_S, s?.bornS ?? ALWAYS_S, lane.fromS ?? ALWAYS_S);
    const endS = Math.min(c?.diesS ?? Infinity, s?.diesS ?? Infinity, lane.toS ?? Infinity);
    if (startS >= endS || atS <= startS || atS >= endS + LINGER_S) return;
    const isPaused = now.paused
      .get(lane)
      ?.some(({ fromS, toS }) => atS > fromS && atS <= toS && atS >= fromS + LINGER_S);
    if (isPaused === true) return;
    const clientSeen = lane.seen !== 'server' && !isBlind(lane.client, now);
    const serverSeen = lane.seen !== 'client' && !isBlind(lane.server, now);
    if (!clientSeen && !serverSeen) return;

    const salt =
      Math.imul(lane.id + 1, 0x9e3779b1) ^
      Math.imul((c?.generation ?? 0) * 31 + (s?.generation ?? 0) + 1, 0x85ebca77);
    const reached = progress(lane, salt, startS, endS, atS, now);
    const before = progress(lane, salt, startS, endS, atS - TICK_S, now);
    const base = (end: LaneEnd): number => {
      const resetS = end.node === undefined ? undefined : now.resets.get(end.node);
      return resetS === undefined || resetS <= startS ? 0 : progress(lane, salt, startS, endS, resetS, now);
    };
    const seenUs = handshake(lane, startS, Math.min(atS, endS), now);
    const iso = endS < atS ? new Date(now.atMs - (atS - endS) * 1000).toISOString() : now.iso;
    const [client, server] = addressed(lane, c, s);
    const flow: Flow = { proto: lane.proto, client, server };
    let pkts = 0;
    let bytes = 0;
    let pps = 0;
    let bps = 0;
    const count = (stats: Stats): Stats => {
      pkts += (stats.txPkts ?? 0) + (stats.rxPkts ?? 0);
      bytes += (stats.txBytes ?? 0) + (stats.rxBytes ?? 0);
      pps += (stats.txPps ?? 0) + (stats.rxPps ?? 0);
      bps += (stats.txBps ?? 0) + (stats.rxBps ?? 0);
      return stats;
    };
    if (clientSeen)
      flow.clientStats = count(clientView(lane, reached, before, base(lane.client), iso, seenUs));
    if (serverSeen) {
      const view = clientView(lane, reached, before, base(lane.server), iso, seenUs);
      flow.serverStats = count(mirrored(view, serverShare(salt, lane.rtt?.p99 ?? 0)));
    }
    flow.totals = {
      pkts: pkts as Packets,
      bytes: bytes as Bytes,
      pps: tenths(pps) as PacketsPerSecond,
      bps: tenths(bps) as BitsPerSecond,
    };
    flows.push(flow);
  };

  return {
    flowsAt: (atS, atMs) => {
      const now = lookAt(plan.until(atS), atS, atMs);
      for (let n = 0; n < SWELLS; n++) {
        now.carried[n] = swells.carried(n, atS);
        now.carriedBefore[n] = swells.carried(n, atS - TICK_S);
      }
      const flows: Flow[] = [];
      const fill = (lane: Lane): void => {
        const [clients, servers] = [podsOf(lane.client, now), podsOf(lane.server, now)];
        for (const c of clients) for (const s of servers) addFlow(flows, lane, c, s, now);
      };
      for (const lane of listed) fill(lane);
      // A lane an incident added is listed while it lasts and as long as a stopped flow lingers.
      for (const { added, toS } of plan.until(atS))
        if (toS + LINGER_S > atS) for (const lane of added) fill(lane);
      return flows;
    },
  };
}

function serverEnd(pod: Pod, port: number): Endpoint {
  let end = pod.servers.get(port);
  if (end === undefined) {
    const { ip, ...rest } = pod.endpoint;
    end = { ...(ip === undefined ? {} : { ip }), port, ...rest };
    pod.servers.set(port, end);
  }
  return end;
}

function addressed(lane: Lane, c: Pod | undefined, s: Pod | undefined): [Endpoint, Endpoint] {
  const client = c?.endpoint ?? lane.client.fixed ?? {};
  const server = s === undefined ? { ...lane.server.fixed, port: lane.port } : serverEnd(s, lane.port);
  if (lane.address === undefined) return [client, server];
  if (lane.address === 'mapped') return [{ ...client, ip: `::ffff:${client.ip}` }, server];
  return [
    c === undefined ? client : { ...client, ip: c.ip6 },
    s === undefined ? server : { ...server, ip: s.ip6 },
  ];
}

function lookAt(incidents: readonly Incident[], atS: number, atMs: number): Now {
  const now: Now = {
    atS,
    atMs,
    iso: new Date(atMs).toISOString(),
    recent: [],
    blind: new Set(),
    resets: new Map(),
    paused: new Map(),
    pods: new Map(),
    carried: new Float64Array(SWELLS),
    carriedBefore: new Float64Array(SWELLS),
  };
  for (const incident of incidents) {
    const { kind, node, toS, paused } = incident;
    if (toS + WINDOW_S + LINGER_S > atS) now.recent.push(incident);
    if (kind === 'sensor-gap' && node !== undefined && atS <= toS) now.blind.add(node);
    if (kind === 'counter-reset' && node !== undefined) now.resets.set(node, incident.fromS);
    for (const lane of paused) {
      const list = now.paused.get(lane);
      if (list === undefined) now.paused.set(lane, [incident]);
      else list.push(incident);
    }
  }
  return now;
}

const isBlind = (end: LaneEnd, now: Now): boolean => end.node !== undefined && now.blind.has(end.node);

/** Jitter of a healthy path: slow, and smaller than the room lane.ts leaves around the contract's limits. */
const WAVER = 0.025;
/** From one noise value to the next; a digest over two minutes cannot move faster. */
const WAVER_S = 120;

function handshake(lane: Lane, startS: number, atS: number, now: Now): Percentiles | undefined {
  const { rtt } = lane;
  if (rtt === undefined) return undefined;
  // The connections of a pool are opened with the flow: they are measured, and forgotten two minutes later.
  if (lane.pooled && atS > startS + WINDOW_S) return undefined;
  const measuredS = lane.pooled ? Math.min(atS, startS + TICK_S) : atS;
  const step = Math.floor(atS / WAVER_S);
  const part = atS / WAVER_S - step;
  const noise = burst(lane.id, step * TICK_S) * (1 - part) + burst(lane.id, (step + 1) * TICK_S) * part;
  const factor = 1 + WAVER * (2 * noise - 1);
  const healthy = { p50: rtt.p50 * factor, p90: rtt.p90 * factor, p99: rtt.p99 * factor };
  if (now.recent.length === 0) return healthy;
  const spells = spellsOf(lane, now.recent);
  return spells.length === 0 ? healthy : percentilesAt(healthy, spells, startS, measuredS);
}

/**
 * The server times SYN-ACK to ACK: the same round trip, minus what the client's own queue adds. Where that would end up
 * beside one of the contract's limits it is moved to the nearer side, so that the server's band is as still as the client's.
 */
function serverShare(salt: number, p99: number): number {
  const share = 0.86 + 0.12 * burst(salt, -TICK_S);
  const limit = [1_000, 10_000, 100_000].find((us) => Math.abs((p99 * share) / us - 1) < 0.07);
  return limit === undefined ? share : ((p99 * share < limit ? 0.925 : 1.075) * limit) / p99;
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

/** Counters and rates as the client's side sees them. `base` is where a restarted sensor began. */
function clientView(
  lane: Lane,
  reached: number,
  before: number,
  base: number,
  timestamp: string,
  seenUs: Percentiles | undefined,
): Stats {
  const since = lane.perSecond * reached;
  const until = lane.perSecond * Math.max(base, before);
  const from = lane.perSecond * base;
  const at = (exchanges: number, each: number): number => Math.floor(exchanges * each);
  const txPkts = at(since, lane.txPkts);
  const rxPkts = at(since, lane.rxPkts);
  const txBytes = at(since, lane.txBytes);
  const rxBytes = at(since, lane.rxBytes);
  const stats: Stats = {
    txPkts: (txPkts - at(from, lane.txPkts)) as Packets,
    rxPkts: (rxPkts - at(from, lane.rxPkts)) as Packets,
    txBytes: (txBytes - at(from, lane.txBytes)) as Bytes,
    rxBytes: (rxBytes - at(from, lane.rxBytes)) as Bytes,
    txPps: ((txPkts - at(until, lane.txPkts)) / TICK_S) as PacketsPerSecond,
    rxPps: ((rxPkts - at(until, lane.rxPkts)) / TICK_S) as PacketsPerSecond,
    txBps: tenths(((txBytes - at(until, lane.txBytes)) * 8) / TICK_S) as BitsPerSecond,
    rxBps: tenths(((rxBytes - at(until, lane.rxBytes)) * 8) / TICK_S) as BitsPerSecond,
    timestamp,
  };
  if (seenUs !== undefined) {
    stats.p50Us = Math.max(1, Math.round(seenUs.p50)) as Microseconds;
    stats.p90Us = Math.max(stats.p50Us, Math.round(seenUs.p90)) as Microseconds;
    stats.p99Us = Math.max(stats.p90Us, Math.round(seenUs.p99)) as Microseconds;
  }
  return stats;
}

/** A second lost to a retry is lost to both ends: only what the path itself takes differs between them. */
const LONGEST_QUEUE_US = 500_000;

/** The same packets from the other end. */
function mirrored(view: Stats, share: number): Stats {
  const { txPkts, rxPkts, txBytes, rxBytes, txPps, rxPps, txBps, rxBps, timestamp, p50Us, p90Us, p99Us } =
    view;
  const stats = {
    txPkts: rxPkts,
    rxPkts: txPkts,
    txBytes: rxBytes,
    rxBytes: txBytes,
    txPps: rxPps,
    rxPps: txPps,
    txBps: rxBps,
    rxBps: txBps,
    timestamp,
  } as Stats;
  const scaled = (us: number | undefined): Microseconds => {
    const own = us ?? 1;
    return Math.max(1, Math.round(own - Math.min(own, LONGEST_QUEUE_US) * (1 - share))) as Microseconds;
  };
  if (p50Us !== undefined) {
    stats.p50Us = scaled(p50Us);
    stats.p90Us = scaled(p90Us);
    stats.p99Us = scaled(p99Us);
  }
  return stats;
}

/**
 * Pods over time: which pod fills a slot at a moment, when rollouts replace it and when jobs run.
 * Everything is a function of (seed, slot, moment): nothing is remembered between calls but what can be computed again.
 * Moments are seconds since the start of the simulation; what ran before it has a negative birth.
 */
import type { Endpoint } from '../../flows/flow';
import { createDie, hash, unitOf } from './chance';
import type { Cluster } from './cluster';
import { hexId, safeSuffix } from './names';
import type { Slot, Workload } from './workload';

export interface Pod {
  slot: Slot;
  /** Counts the pods that filled this slot; 0 is the one before the first rollout. */
  generation: number;
  name: string;
  ip: string;
  ip6: string;
  bornS: number;
  /** Infinity while nothing is planned to replace it. */
  diesS: number;
  endpoint: Endpoint;
  /** The same as a server, by port; filled by who needs them, so that samples share them. */
  servers: Map<number, Endpoint>;
}

/** A flow is listed for a minute after its last packet; so its pods stay visible that long. */
export const LINGER_S = 60;
/** A rollout replaces its pods one by one within a minute. */
const ROLLOUT_S = 60;
/** The old pod leaves when the new one has been ready for two ticks. */
const SURGE_S = 10;
/** The first rollout comes early enough to be met in a first visit, and clear of the opening incident's start. */
const FIRST_ROLLOUT_S = 100;
/** Rollouts at larger sizes come more often, but never so often that the map cannot settle in between. */
const rolloutEveryS = (size: number): number => (size < 150 ? 240 : size < 800 ? 180 : 120);
/** Old enough to be older than any flow; a pod of a running cluster. */
const LONG_AGO_S = -6 * 3600;

interface Rollout {
  workload: Workload;
  fromS: number;
  toS: number;
}

interface JobRun {
  workload: Workload;
  fromS: number;
  toS: number;
}

export interface Lives {
  /** Pods of the slot that run or have died less than LINGER_S ago. */
  visible(slot: Slot, atS: number): readonly Pod[];
  /** The pod that runs in the slot, the newer one during a handover. */
  running(slot: Slot, atS: number): Pod | undefined;
  /** Slots that can ever hold anything but their first pod. */
  isChanging(slot: Slot): boolean;
  rollouts(fromS: number, toS: number): Rollout[];
  jobRuns(fromS: number, toS: number): JobRun[];
}

/** Without `churn` nothing is replaced and no job runs: the named scenarios change one thing only. */
export function createLives(
  cluster: Cluster,
  startMs: number,
  churn: boolean,
  steady: ReadonlySet<Workload>,
): Lives {
  const { seed } = cluster;
  const pods = new Map<number, Map<number, Pod>>();
  const everyS = rolloutEveryS(cluster.size);
  const order = churn ? rolloutOrder(cluster, steady) : [];
  const turn = new Map(order.map((workload, i) => [workload, i]));
  const cycleS = order.length * everyS;
  const jobs = cluster.workloads.filter((w) => w.kind === 'cronjob');

  const podOf = (slot: Slot, generation: number, bornS: number, diesS: number): Pod => {
    let ofSlot = pods.get(slot.id);
    if (ofSlot === undefined) {
      ofSlot = new Map();
      pods.set(slot.id, ofSlot);
    }
    let pod = ofSlot.get(generation);
    if (pod === undefined) {
      // A long run makes a new pod every few minutes for ever: forget the oldest, they can be made again.
      for (const old of ofSlot.keys()) if (old < generation - 3) ofSlot.delete(old);
      pod = createPod(seed, slot, generation, bornS, diesS, startMs);
      ofSlot.set(generation, pod);
    }
    return pod;
  };

  const forever = (slot: Slot): Pod => podOf(slot, 0, LONG_AGO_S, Number.POSITIVE_INFINITY);

  const rolled = (slot: Slot, index: number, atS: number): Pod[] => {
    const replicas = slot.workload.slots.length;
    const firstS =
      FIRST_ROLLOUT_S + index * everyS + Math.floor((slot.ordinal * ROLLOUT_S) / replicas / 5) * 5;
    const born = (generation: number): number =>
      generation === 0 ? LONG_AGO_S : firstS + (generation - 1) * cycleS;
    const generation = atS < firstS ? 0 : 1 + Math.floor((atS - firstS) / cycleS);
    const current = podOf(slot, generation, born(generation), born(generation + 1) + SURGE_S);
    if (generation === 0 || atS >= current.bornS + SURGE_S + LINGER_S) return [current];
    return [podOf(slot, generation - 1, born(generation - 1), current.bornS + SURGE_S), current];
  };

  const ran = (slot: Slot, atS: number): Pod[] => {
    const { everyS: periodS, offsetS, forS } = jobTimes(seed, slot.workload);
    const latest = Math.floor((atS - offsetS) / periodS);
    const bornS = offsetS + latest * periodS;
    return atS < bornS + forS + LINGER_S ? [podOf(slot, latest, bornS, bornS + forS)] : [];
  };

  const visible = (slot: Slot, atS: number): readonly Pod[] => {
    if (slot.workload.kind === 'cronjob') return churn ? ran(slot, atS) : [];
    const index = turn.get(slot.workload);
    return index === undefined ? [forever(slot)] : rolled(slot, index, atS);
  };

  return {
    visible,
    running: (slot, atS) => visible(slot, atS).findLast((pod) => pod.bornS <= atS && atS < pod.diesS),
    isChanging: (slot) => slot.workload.kind === 'cronjob' || turn.has(slot.workload),
    rollouts: (fromS, toS) => {
      const out: Rollout[] = [];
      if (order.length === 0) return out;
      const first = Math.max(0, Math.ceil((fromS - ROLLOUT_S - FIRST_ROLLOUT_S) / everyS));
      for (let n = first; FIRST_ROLLOUT_S + n * everyS < toS; n++) {
        const workload = order[n % order.length];
        const at = FIRST_ROLLOUT_S + n * everyS;
        if (workload !== undefined) out.push({ workload, fromS: at, toS: at + ROLLOUT_S });
      }
      return out;
    },
    jobRuns: (fromS, toS) => {
      if (!churn) return [];
      return jobs
        .flatMap((workload) => {
          const { everyS: periodS, offsetS, forS } = jobTimes(seed, workload);
          const runs: JobRun[] = [];
          for (let n = Math.ceil((fromS - offsetS - forS) / periodS); offsetS + n * periodS < toS; n++) {
            runs.push({ workload, fromS: offsetS + n * periodS, toS: offsetS + n * periodS + forS });
          }
          return runs;
        })
        .sort((a, b) => a.fromS - b.fromS);
    },
  };
}

/** Stateless services of ordinary size, in an order of their own: hubs and databases are not rolled out in the daytime. */
function rolloutOrder(cluster: Cluster, steady: ReadonlySet<Workload>): Workload[] {
  const fanIn = new Map<Workload, number>();
  for (const { to } of cluster.calls) fanIn.set(to, (fanIn.get(to) ?? 0) + 1);
  const eligible = cluster.shop.filter(
    (w) => w.kind === 'deployment' && w.slots.length <= 4 && (fanIn.get(w) ?? 0) <= 4 && !steady.has(w),
  );
  return createDie(hash(cluster.seed, 0x2011)).shuffled(eligible);
}

/** Every 5 to 10 minutes, for one to two and a half; on the sensor's 5 s grid. */
function jobTimes(seed: number, job: Workload): { everyS: number; offsetS: number; forS: number } {
  const five = (value: number): number => Math.round(value / 5) * 5;
  const everyS = five(300 + 300 * unitOf(seed, job.id, 1));
  return {
    everyS,
    offsetS: five(everyS * unitOf(seed, job.id, 2)),
    forS: five(60 + 90 * unitOf(seed, job.id, 3)),
  };
}

function createPod(
  seed: number,
  slot: Slot,
  generation: number,
  bornS: number,
  diesS: number,
  startMs: number,
): Pod {
  const { workload, node } = slot;
  const [ip, ip6] = workload.hostNetwork
    ? [node.ip, `fd00:10:0:${node.zoneIndex + 1}::${node.ip.split('.')[3] ?? '1'}`]
    : addressOf(slot, generation);
  const name = podName(seed, slot, generation, bornS, startMs);
  const salt = slot.id * 1024 + (generation & 1023);
  const endpoint: Endpoint = {
    ip,
    pod: name,
    ns: workload.ns,
    ...(workload.svc === undefined ? {} : { svc: workload.svc }),
    node: node.name,
    containerId: hexId(seed, salt, 12),
    // Inode numbers of the node's cgroup tree: they repeat across nodes, never on one.
    cgroupId: 4000 + slot.place * 131 + (((generation % 7) + 7) % 7) * 17,
  };
  return { slot, generation, name, ip, ip6, bornS, diesS, endpoint, servers: new Map() };
}

/** Addresses 2..250 of the node's /24, dealt out so that no two slots of a node ever share one. */
function addressOf(slot: Slot, generation: number): [string, string] {
  const { node, place } = slot;
  const rounds = Math.max(2, Math.floor(248 / Math.max(1, node.slots)));
  const host = 2 + place + node.slots * (((generation % rounds) + rounds) % rounds);
  return [
    node.podCidr.replace('0/24', String(host)),
    `fd00:10:${244 + (node.index >> 8)}:${(node.index & 255).toString(16)}::${host.toString(16)}`,
  ];
}

function podName(seed: number, slot: Slot, generation: number, bornS: number, startMs: number): string {
  const { workload, ordinal } = slot;
  const salt = slot.id * 1024 + (generation & 1023);
  switch (workload.kind) {
    case 'statefulset':
      return `${workload.name}-${ordinal}`;
    case 'daemonset':
      return `${workload.name}-${safeSuffix(seed, salt, 5)}`;
    case 'cronjob':
      // A CronJob names its Job by the minute it was scheduled for.
      return `${workload.name}-${Math.floor((startMs / 1000 + bornS) / 60)}-${safeSuffix(seed, salt, 5)}`;
    case 'deployment': {
      const template = safeSuffix(seed ^ 0x5e7, workload.id * 1024 + (generation & 1023), 9);
      return `${workload.name}-${template}-${safeSuffix(seed, salt, 5)}`;
    }
  }
}

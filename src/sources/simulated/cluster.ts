/**
 * The simulated cluster as it stands: zones, nodes, workloads with their replicas and places, and the call graph.
 * Knows what does not change with time; pods come and go in lives.ts, and what they send is lanes.ts.
 */
import { type Call, drawCalls } from './calls';
import { createDie, type Die } from './chance';
import {
  CURATED,
  coinService,
  FLAVOURS,
  type Flavour,
  MORE_NAMESPACES,
  type Role,
  type ServiceName,
} from './names';
import type { ClusterNode, Slot, Workload } from './workload';

export interface Cluster {
  seed: number;
  /** How many services the shop was asked to have; the infrastructure comes on top. */
  size: number;
  zones: readonly string[];
  nodes: ClusterNode[];
  workloads: Workload[];
  shop: Workload[];
  calls: Call[];
  /** Infrastructure by name, for lanes.ts. */
  infra: Record<InfraName, Workload>;
  slots: Slot[];
}

type InfraName =
  | 'coredns'
  | 'kubeProxy'
  | 'metricsServer'
  | 'prometheus'
  | 'grafana'
  | 'nodeExporter'
  | 'statsd'
  | 'logs'
  | 'ingress'
  | 'sharkHub'
  | 'sharkFront'
  | 'sharkWorker';

const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] as const;

/** Of the shop's services 15 % call nothing and about 39 % are called by nobody; proportions.test.ts holds both. */
const LEAF_SHARE = 0.15;
const UNCALLED_SHARE = 0.395;
/** Fronts are called by the ingress only: half of them count, so that either way of counting stays near 39 %. */
const FRONT_SHARE = 0.05;

export function buildCluster(seed: number, size: number): Cluster {
  const die = createDie(seed);
  const workloads: Workload[] = [];
  const add = (ns: string, name: string, role: Role, kind: Workload['kind'], kindOf: Flavour) => {
    const workload: Workload = {
      id: workloads.length,
      ns,
      name,
      svc: name,
      clusterIp: serviceIp(workloads.length),
      role,
      kind,
      flavour: kindOf,
      hostNetwork: false,
      probed: true,
      scraped: true,
      slots: [],
    };
    workloads.push(workload);
    return workload;
  };

  const counts = new Map<Workload, number>();
  const shop = nameServices(die, size).map(([role, { ns, name, flavour }]) =>
    add(ns, name, role, flavour.stateful ? 'statefulset' : 'deployment', flavour),
  );
  const calls = drawCalls(die, shop);
  const fanIn = new Map<Workload, number>();
  for (const { to } of calls) fanIn.set(to, (fanIn.get(to) ?? 0) + 1);
  for (const workload of shop)
    counts.set(workload, drawReplicas(die, workload, fanIn.get(workload) ?? 0, size));
  for (const workload of shop) {
    workload.probed = workload.role === 'leaf' ? die.unit() < 0.4 : die.unit() < 0.92;
    workload.scraped = die.unit() < 0.93;
  }

  trimReplicas(die, counts, size);

  const pods = [...counts.values()].reduce((sum, n) => sum + n, 0);
  const infra = addInfrastructure(add, counts, size, pods);
  addCronJobs(die, add, counts, size);
  const nodes = buildNodes(die, pods);
  const slots = placePods(die, workloads, counts, nodes);
  return { seed, size, zones: ZONES, nodes, workloads, shop, calls, infra, slots };
}

/** 10.96.0.0/16 is what kubeadm gives services; the first sixteen are kept for the API and DNS. */
const serviceIp = (id: number): string => `10.96.${((id + 16) >> 8) & 255}.${(id + 16) & 255}`;

function nameServices(die: Die, size: number): [Exclude<Role, 'infrastructure'>, ServiceName][] {
  const leaf = Math.round(size * LEAF_SHARE);
  const front = Math.max(1, Math.round(size * FRONT_SHARE));
  const worker = Math.round(size * UNCALLED_SHARE - front / 2);
  const wanted = { front, middle: size - leaf - worker - front, leaf, worker };
  // A company that grows adds teams more slowly than services; the first teams stay the biggest.
  const extra = Math.min(MORE_NAMESPACES.length, Math.round(Math.sqrt(size) * 0.9));
  const teams = [
    'shop',
    'payments',
    'search',
    'identity',
    'ml',
    'data',
    'batch',
    ...die.shuffled(MORE_NAMESPACES).slice(0, extra),
  ];
  const weights = teams.map((_, i) => 1 / (i + 1.5) ** 0.9);
  const taken = new Set<string>();
  const named: [Exclude<Role, 'infrastructure'>, ServiceName][] = [];
  for (const role of ['front', 'middle', 'leaf', 'worker'] as const) {
    for (const service of CURATED[role].slice(0, wanted[role])) {
      taken.add(`${service.ns}/${service.name}`);
      named.push([role, service]);
    }
  }
  for (const role of ['front', 'middle', 'leaf', 'worker'] as const) {
    for (let n = CURATED[role].length; n < wanted[role]; n++) {
      const ns = teams[die.weighted(weights)] ?? 'shop';
      named.push([role, coinService(die, role, ns, taken)]);
    }
  }
  return named;
}

/** Replicas are heavy-tailed too, and follow how many call: a hub of forty services does not run on one pod. */
function drawReplicas(die: Die, workload: Workload, fanIn: number, size: number): number {
  // Bigger companies run bigger services; 8 is what a shop of forty has at most.
  const most = Math.round(8 * Math.max(1, size / 40) ** 0.3);
  const drawn = Math.floor(die.heavy(1.12 + 0.3 * Math.log10(Math.max(1, size / 40)), 1.7));
  if (workload.flavour === FLAVOURS.kafka) return 3;
  if (workload.flavour.stateful) return Math.min(3, Math.max(1, drawn));
  const asked = 1 + Math.floor(Math.sqrt(fanIn) * 1.3);
  const least = workload.role === 'worker' ? 1 : Math.min(most, asked);
  return Math.min(workload.role === 'worker' ? Math.ceil(most / 2) : most, Math.max(least, drawn));
}

/**
 * An unlucky draw must not make a small shop's first answer longer than the page's limit: past an average the biggest
 * of those that need not be big give some up. Bigger companies may have bigger averages.
 */
function trimReplicas(die: Die, counts: Map<Workload, number>, size: number): void {
  const most = size * (2.3 + 0.5 * Math.log10(Math.max(1, size / 40)));
  let pods = [...counts.values()].reduce((sum, n) => sum + n, 0);
  // The first middle service is everyone's hub: it keeps what its callers ask for.
  const hub = [...counts.keys()].find((w) => w.role === 'middle');
  const order = die.shuffled([...counts.keys()].filter((w) => !w.flavour.stateful && w !== hub));
  while (pods > most) {
    const before = pods;
    for (const workload of order) {
      const n = counts.get(workload) ?? 1;
      if (n <= 2 || pods <= most) continue;
      counts.set(workload, n - 1);
      pods--;
    }
    if (pods === before) return;
  }
}

type Add = (ns: string, name: string, role: Role, kind: Workload['kind'], flavour: Flavour) => Workload;

const plain = (name: string, port: number, metricsPort = port): Flavour => ({
  name,
  port,
  metricsPort,
  stateful: false,
});

function addInfrastructure(add: Add, counts: Map<Workload, number>, size: number, pods: number) {
  const one = (
    ns: string,
    name: string,
    kind: Workload['kind'],
    flavour: Flavour,
    replicas: number,
  ): Workload => {
    const workload = add(ns, name, 'infrastructure', kind, flavour);
    counts.set(workload, replicas);
    return workload;
  };
  const everywhere = (ns: string, name: string, flavour: Flavour): Workload => {
    const workload = one(ns, name, 'daemonset', flavour, 0);
    workload.hostNetwork = true;
    return workload;
  };
  const infra: Record<InfraName, Workload> = {
    // One in each zone, then in proportion, as its autoscaler does.
    coredns: one(
      'kube-system',
      'coredns',
      'deployment',
      plain('dns', 53, 9153),
      Math.min(12, 3 + Math.floor(pods / 450)),
    ),
    kubeProxy: everywhere('kube-system', 'kube-proxy', plain('kube-proxy', 10249)),
    metricsServer: one('kube-system', 'metrics-server', 'deployment', plain('metrics-server', 10250), 1),
    // A highly available pair from the size where losing the one would be noticed.
    prometheus: one('monitoring', 'prometheus', 'statefulset', plain('prometheus', 9090), size < 150 ? 1 : 2),
    grafana: one('monitoring', 'grafana', 'deployment', plain('grafana', 3000), 1),
    nodeExporter: everywhere('monitoring', 'node-exporter', plain('node-exporter', 9100)),
    statsd: one('monitoring', 'statsd-exporter', 'deployment', plain('statsd', 9125, 9102), 1),
    logs: one('monitoring', 'log-aggregator', 'deployment', plain('syslog', 5140, 9598), 1),
    ingress: one(
      'ingress-nginx',
      'ingress-nginx-controller',
      'deployment',
      plain('ingress', 443, 10254),
      2 + Math.floor(size / 200),
    ),
    sharkHub: one('kubeshark', 'kubeshark-hub', 'deployment', plain('hub', 8898), 1),
    sharkFront: one('kubeshark', 'kubeshark-front', 'deployment', plain('front', 8080), 1),
    sharkWorker: everywhere('kubeshark', 'kubeshark-worker-daemon-set', plain('worker', 48999)),
  };
  infra.coredns.svc = 'kube-dns';
  infra.coredns.clusterIp = '10.96.0.10';
  // Daemon sets that nobody addresses by name have no Service.
  for (const name of ['kubeProxy', 'sharkWorker'] as const) {
    delete infra[name].svc;
    delete infra[name].clusterIp;
    infra[name].probed = false;
  }
  infra.nodeExporter.probed = false;
  infra.sharkFront.scraped = false;
  infra.prometheus.scraped = false;
  return infra;
}

const CRON_JOBS = [
  ['batch', 'db-backup'],
  ['data', 'vacuum-tables'],
  ['payments', 'settle-accounts'],
  ['search', 'rebuild-synonyms'],
  ['shop', 'expire-carts'],
  ['ml', 'nightly-evaluation'],
] as const;

/** A few even in a small shop; past the named ones there is no need for more to show that pods come and go. */
function addCronJobs(die: Die, add: Add, counts: Map<Workload, number>, size: number): void {
  const many = size < 20 ? 1 : size < 150 ? 3 : CRON_JOBS.length;
  for (const [ns, name] of die.shuffled(CRON_JOBS).slice(0, many)) {
    const job = add(ns, name, 'worker', 'cronjob', FLAVOURS.python);
    delete job.svc;
    delete job.clusterIp;
    job.probed = false;
    job.scraped = false;
    counts.set(job, 1);
  }
}

function buildNodes(die: Die, pods: number): ClusterNode[] {
  // 9 nodes for 100 pods, 60 for 1,100, 240 for 6,000: bigger clusters run bigger machines.
  const many = Math.max(3, Math.round(pods ** 0.8 / 4.4));
  const hosts = ZONES.map(() => die.shuffled(Array.from({ length: 235 }, (_, i) => i + 12)));
  return Array.from({ length: many }, (_, index) => {
    const zoneIndex = index % ZONES.length;
    const host = hosts[zoneIndex]?.[Math.floor(index / ZONES.length)] ?? 250;
    return {
      index,
      name: `ip-10-0-${zoneIndex + 1}-${host}`,
      zone: ZONES[zoneIndex] ?? ZONES[0],
      zoneIndex,
      ip: `10.0.${zoneIndex + 1}.${host}`,
      podCidr: `10.${244 + (index >> 8)}.${index & 255}.0/24`,
      slots: 0,
    };
  });
}

function placePods(
  die: Die,
  workloads: readonly Workload[],
  counts: Map<Workload, number>,
  nodes: readonly ClusterNode[],
): Slot[] {
  const slots: Slot[] = [];
  const put = (workload: Workload, node: ClusterNode) => {
    const slot = { id: slots.length, workload, ordinal: workload.slots.length, node, place: node.slots++ };
    workload.slots.push(slot);
    slots.push(slot);
  };
  for (const workload of workloads) {
    if (workload.kind === 'daemonset') {
      for (const node of nodes) put(workload, node);
      continue;
    }
    const first = die.whole(0, nodes.length - 1);
    for (let i = 0; i < (counts.get(workload) ?? 1); i++) {
      // Spread over zones like a topology constraint, and to the emptier of two nodes like a scheduler.
      const a = nodes[(first + i) % nodes.length] as ClusterNode;
      const peers = nodes.filter((node) => node.zoneIndex === a.zoneIndex);
      const b = die.pick(peers);
      put(workload, b.slots < a.slots ? b : a);
    }
  }
  return slots;
}

/**
 * The record of what the simulation truly is and does, for tests and for whoever wants to check a verdict.
 * Knows the plan and the cluster; adds no fact of its own.
 */
import type { Cluster } from './cluster';
import type { Plan } from './incidents';
import type { Lives } from './lives';
import type { ScenarioName, TruthEvent, TruthPod, TruthRecord, TruthSubject } from './scenarios';
import type { Workload } from './workload';

/** A full hour and a round of incidents more. */
const RECORDED_MS = 75 * 60_000;

interface Known {
  scenario: ScenarioName;
  seed: number;
  startMs: number;
  cluster: Cluster;
  lives: Lives;
  plan: Plan;
}

export function createTruth({ scenario, seed, startMs, cluster, lives, plan }: Known): TruthRecord {
  const eventsUntil = (untilMs: number): TruthEvent[] => {
    const untilS = (untilMs - startMs) / 1000;
    const ms = (seconds: number): number => startMs + Math.round(seconds * 1000);
    const events: TruthEvent[] = plan.until(untilS).map(({ kind, fromS, toS, subject, description }) => ({
      kind,
      fromMs: ms(fromS),
      ...(Number.isFinite(toS) ? { toMs: ms(toS) } : {}),
      subject,
      description,
    }));
    for (const { workload, fromS, toS } of lives.rollouts(0, untilS)) {
      events.push({
        kind: 'rollout',
        fromMs: ms(fromS),
        toMs: ms(toS),
        subject: subjectOf(workload),
        description: `${workload.ns}/${workload.name} is rolled out: its pods are replaced one by one.`,
      });
    }
    for (const { workload, fromS, toS } of lives.jobRuns(0, untilS)) {
      events.push({
        kind: 'job',
        fromMs: ms(fromS),
        toMs: ms(toS),
        subject: subjectOf(workload),
        description: `The job ${workload.ns}/${workload.name} runs in a pod of its own.`,
      });
    }
    return events.sort((a, b) => a.fromMs - b.fromMs);
  };
  const name = (w: Workload): { ns: string; svc: string } => ({ ns: w.ns, svc: w.svc ?? w.name });
  let recorded: TruthEvent[] | undefined;
  return {
    scenario,
    seed,
    size: cluster.size,
    startMs,
    zones: cluster.zones,
    nodes: cluster.nodes.map(({ name, zone, ip, podCidr }) => ({ name, zone, ip, podCidr })),
    services: cluster.workloads.flatMap((w) =>
      w.svc === undefined || w.clusterIp === undefined
        ? []
        : [
            {
              ns: w.ns,
              svc: w.svc,
              clusterIp: w.clusterIp,
              port: w.flavour.port,
              role: w.role,
              replicas: w.slots.length,
            },
          ],
    ),
    calls: cluster.calls.map(({ from, to }) => ({ from: name(from), to: name(to) })),
    // Planning an hour ahead is only done for those who ask.
    get events() {
      recorded ??= eventsUntil(startMs + RECORDED_MS);
      return recorded;
    },
    eventsUntil,
    podsAt: (nowMs) => {
      const atS = Math.max(0, (nowMs - startMs) / 1000);
      return cluster.slots.flatMap((slot): TruthPod[] => {
        const pod = lives.running(slot, atS);
        const { workload, node } = slot;
        if (pod === undefined) return [];
        return [
          {
            ns: workload.ns,
            pod: pod.name,
            ip: pod.ip,
            node: node.name,
            zone: node.zone,
            hostNetwork: workload.hostNetwork,
            workload: workload.name,
            ...(workload.svc === undefined ? {} : { svc: workload.svc }),
          },
        ];
      });
    },
  };
}

const subjectOf = ({ ns, name, svc }: Workload): TruthSubject =>
  svc === undefined ? { workload: { ns, name } } : { service: { ns, svc } };

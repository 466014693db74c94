/**
 * Which workload a pod belongs to, and where the workloads that live on a node's own address listen. By owner
 * references, else by the shape of the pod's name. Refuses to know addresses.
 */
import type { Inventory } from './inventory';

type Item = Inventory['items'][number];

/** The letters Kubernetes makes names of: no vowels, and nothing that looks like another. */
const SAFE = 'bcdfghjklmnpqrstvwxz2456789';
/** What a Deployment adds for its template, and what every controller adds for a pod. */
const TEMPLATE_HASH = new RegExp(`-[${SAFE}]{6,10}$`);
const POD_SUFFIX = new RegExp(`-(?:[${SAFE}]{5}|(?=[a-z0-9]*\\d)[a-z0-9]{5})$`);
/** A CronJob numbers its jobs by the minute. */
const JOB_NUMBER = /-\d{8,10}$/;
const ORDINAL = /-\d{1,4}$/;

/** The Deployment, StatefulSet, DaemonSet or CronJob behind a pod; the pod's own name where there is none. */
export function workloadOf({ metadata }: Item): string {
  const { name } = metadata;
  const owners = (metadata as Record<string, unknown>).ownerReferences;
  for (const owner of Array.isArray(owners) ? owners : []) {
    if (typeof owner !== 'object' || owner === null) continue;
    const { kind, name: ownerName } = owner as Record<string, unknown>;
    if (typeof ownerName !== 'string' || ownerName === '') continue;
    if (kind === 'ReplicaSet') return ownerName.replace(TEMPLATE_HASH, '');
    if (kind === 'Job') return ownerName.replace(JOB_NUMBER, '');
    // A static pod belongs to its node, and is called after both.
    if (kind === 'Node') return name.endsWith(`-${ownerName}`) ? name.slice(0, -ownerName.length - 1) : name;
    return ownerName;
  }
  const withoutPod = name.replace(POD_SUFFIX, '');
  if (withoutPod !== name) return withoutPod.replace(TEMPLATE_HASH, '').replace(JOB_NUMBER, '');
  return name.replace(ORDINAL, '');
}

/**
 * Components that share a node's address seldom declare their ports; these are the documented defaults. The name is
 * that of the workload, or a part of it: charts put their release's name before it, static pods their node's behind.
 */
const COMPONENT_PORTS: readonly (readonly [string, readonly number[]])[] = [
  ['kube-apiserver', [6443]],
  ['etcd', [2379, 2380, 2381]],
  ['kube-controller-manager', [10_257]],
  ['kube-scheduler', [10_259]],
  ['kube-proxy', [10_249, 10_256]],
  ['node-exporter', [9100]],
  ['calico-node', [9091, 9099]],
  ['cilium', [4240, 9962]],
  ['konnectivity-agent', [8093]],
  ['node-local-dns', [9253]],
];

/** TCP ports where a workload listens by default when it shares its node's address; none for what is not known. */
export function componentPorts(workload: string): readonly number[] {
  return (
    COMPONENT_PORTS.find(
      ([name]) => workload === name || workload.endsWith(`-${name}`) || workload.startsWith(`${name}-`),
    )?.[1] ?? []
  );
}

/**
 * How a NetworkPolicy can name a workload's pods. Flows carry no labels, so only the inventory can tell pods of one
 * namespace apart; where it cannot, the namespace is named and that is said. Knows labels; refuses to know rules.
 */
import type { InventoryFacts, PodFacts } from './activity-inventory';
import { workloadOf } from './baseline-names';

export interface LabelSelector {
  matchLabels?: Record<string, string>;
}

/** What of a namespace's pods a selector takes. */
export interface Selection {
  /** Absent: every pod of the namespace. */
  labels?: Record<string, string>;
  /** Why every pod had to be named, as the end of a sentence; absent where the selector takes exactly the workload. */
  broad?: string;
}

// Said of one pod or one revision, not of the workload: a rollout changes them.
const PASSING =
  /^(pod-template-hash|controller-revision-hash|pod-template-generation|statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index|(batch\.kubernetes\.io\/)?(job-name|controller-uid|job-completion-index)|helm\.sh\/chart|app\.kubernetes\.io\/(version|managed-by)|.*(version|revision|hash|timestamp|checksum).*)$/;
/** The labels people select by, best first. */
const PREFERRED = [
  'app.kubernetes.io/name',
  'app',
  'k8s-app',
  'name',
  'app.kubernetes.io/instance',
  'app.kubernetes.io/component',
];

// What the API server accepts for a label's key and value; anything else would make the whole file invalid.
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/**
 * The fewest labels that take every pod of the workload and none of another. Several workloads that share all their
 * labels cannot be told apart; then, and without inventory or labels, the whole namespace is the selection.
 */
export function selectWorkload(
  ns: string,
  workload: string,
  inventory: InventoryFacts | undefined,
): Selection {
  if (inventory === undefined) return { broad: 'no inventory was given, and flows carry no labels' };
  const pods = inventory.pods.filter((pod) => pod.ns === ns);
  const own = pods.filter((pod) => workloadName(pod) === workload);
  if (own.length === 0) return { broad: 'the inventory has no such pods' };
  const others = pods.filter((pod) => workloadName(pod) !== workload);
  const shared = sharedLabels(own);
  const chosen: Record<string, string> = {};
  for (const [key, value] of shared) {
    chosen[key] = value;
    if (!others.some((pod) => hasLabels(pod, chosen))) return { labels: leastOf(chosen, others) };
  }
  return { broad: shared.length === 0 ? 'its pods have no labels' : 'other pods have the same labels' };
}

const workloadName = ({ name, node }: PodFacts): string => workloadOf(name, node);

/** Lasting labels that all of the pods have with one value, the usual ones first. */
function sharedLabels(pods: readonly PodFacts[]): [string, string][] {
  return Object.entries(pods[0]?.labels ?? {})
    .filter(([key, value]) => !PASSING.test(key) && LABEL_KEY.test(key) && LABEL_VALUE.test(value))
    .filter(([key, value]) => pods.every(({ labels }) => Object.hasOwn(labels, key) && labels[key] === value))
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function rank(key: string): number {
  const at = PREFERRED.indexOf(key);
  return at < 0 ? PREFERRED.length : at;
}

/** Without the labels that were tried on the way and turned out not to be needed. */
function leastOf(labels: Record<string, string>, others: readonly PodFacts[]): Record<string, string> {
  let least = labels;
  for (const key of Object.keys(labels)) {
    const { [key]: _dropped, ...rest } = least;
    if (Object.keys(rest).length > 0 && !others.some((pod) => hasLabels(pod, rest))) least = rest;
  }
  return least;
}

export const hasLabels = (pod: PodFacts, wanted: Readonly<Record<string, string>>): boolean =>
  Object.entries(wanted).every(([key, value]) => Object.hasOwn(pod.labels, key) && pod.labels[key] === value);

/** The parts a simulated cluster is built of: nodes, workloads and the places their pods take. Only shapes of data. */
import type { Flavour, Role } from './names';

export interface ClusterNode {
  index: number;
  name: string;
  zone: string;
  zoneIndex: number;
  ip: string;
  podCidr: string;
  /** How many replicas live here: pods take their addresses from it. */
  slots: number;
}

export interface Workload {
  id: number;
  ns: string;
  name: string;
  /** The Service in front of it, where there is one. */
  svc?: string;
  clusterIp?: string;
  role: Role;
  kind: 'deployment' | 'statefulset' | 'daemonset' | 'cronjob';
  flavour: Flavour;
  hostNetwork: boolean;
  /** The kubelet opens a connection to it; databases are probed by a command instead. */
  probed: boolean;
  scraped: boolean;
  slots: Slot[];
}

/** A place for one pod of a workload; rollouts and jobs put one pod after the other into it. */
export interface Slot {
  id: number;
  workload: Workload;
  ordinal: number;
  node: ClusterNode;
  /** Its number among the slots of its node. */
  place: number;
}

/**
 * The simulated cluster as kubectl would list it: nodes with their zones, running pods, services. Pods come and go, so
 * the list is of one moment. Knows the truth record; refuses to know flows.
 */
import type { Inventory } from '../inventory';
import type { TruthRecord } from './scenarios';

/** What an inventory needs of the truth. */
type Known = Pick<TruthRecord, 'nodes' | 'services' | 'podsAt'>;

const APP = 'app.kubernetes.io/name';

/** Every cluster has it; it selects no pods. */
const API_SERVER = {
  kind: 'Service',
  metadata: { name: 'kubernetes', namespace: 'default' },
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.96.0.1',
    clusterIPs: ['10.96.0.1'],
    ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
  },
};

/** `nowMs` is milliseconds since 1970. */
export function simulatedInventory(truth: Known, nowMs: number): Inventory {
  return {
    items: [
      ...truth.nodes.map(({ name, zone, ip, podCidr }) => ({
        kind: 'Node',
        metadata: { name, labels: { 'topology.kubernetes.io/zone': zone, 'kubernetes.io/hostname': name } },
        spec: { podCIDR: podCidr, podCIDRs: [podCidr] },
        status: { addresses: [{ type: 'InternalIP', address: ip }] },
      })),
      ...truth.podsAt(nowMs).map(({ ns, pod, ip, node, hostNetwork, workload }) => ({
        kind: 'Pod',
        metadata: { name: pod, namespace: ns, labels: { [APP]: workload } },
        spec: { nodeName: node, ...(hostNetwork ? { hostNetwork } : {}) },
        status: { phase: 'Running', podIP: ip, podIPs: [{ ip }] },
      })),
      ...truth.services.map(({ ns, svc, clusterIp, port }) => ({
        kind: 'Service',
        metadata: { name: svc, namespace: ns },
        spec: {
          type: 'ClusterIP',
          clusterIP: clusterIp,
          clusterIPs: [clusterIp],
          ports: [{ port, protocol: 'TCP' }],
          selector: { [APP]: svc },
        },
      })),
      API_SERVER,
    ],
  };
}

/**
 * Which peers are the cluster's own plumbing rather than somebody's application (DESIGN §5).
 * A rule over names, because the API carries no labels; kept in one place so that it can be read and argued with.
 */
import type { Identity } from '../flows/identity';

const NAMESPACES =
  /^(kube-.+|monitoring|observability|kubeshark|cert-manager|istio-system|linkerd|calico-.+|cilium.*|gatekeeper-system)$/;
const NAMES =
  /^(kube-dns|coredns|node-local-dns|kube-proxy|kube-apiserver|metrics-server|prometheus|node-exporter|kubeshark)/;

/** DNS, kube-system, monitoring, Kubeshark itself, the kubernetes API service and host processes (kubelets). */
export function isInfrastructure(peer: Pick<Identity, 'kind' | 'label' | 'namespace'>): boolean {
  if (peer.kind === 'host') return true;
  if (peer.namespace !== undefined && NAMESPACES.test(peer.namespace)) return true;
  if (peer.namespace === 'default' && peer.kind === 'service' && peer.label === 'kubernetes') return true;
  return (peer.kind === 'pod' || peer.kind === 'service') && NAMES.test(peer.label);
}

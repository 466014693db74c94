/**
 * Who an endpoint is, and which peer it belongs to at a level (DESIGN §4 "Who is it?").
 * Knows addresses and names of one endpoint; refuses to know other rows: no guess is made from a neighbour.
 */
import { addressClass, canonicalIp } from './address';
import type { Endpoint, Level } from './flow';

/** `service` on an endpoint is a service address before NAT (ClusterIP); on a peer, the service with its pods. */
export type PeerKind = 'pod' | 'service' | 'namespace' | 'node' | 'host' | 'external' | 'unresolved';

export interface Identity {
  /** Stable across polls and levels; names are escaped so that no two peers share one. */
  id: string;
  kind: PeerKind;
  /** The name as the cluster gave it: hostile input, to be drawn as text only. */
  label: string;
  namespace?: string;
}

export type EndpointKind = 'pod' | 'service' | 'host' | 'external' | 'unresolved';

/** What the fields of one endpoint say it is. An endpoint with no field at all is unresolved. */
export function endpointKind(end: Endpoint): EndpointKind {
  if (end.pod !== undefined) return 'pod';
  if (end.svc !== undefined) return 'service';
  if (end.cgroupId !== undefined || end.node !== undefined) return 'host';
  if (end.ip !== undefined && addressClass(end.ip) === 'public') return 'external';
  return 'unresolved';
}

/** The peer an endpoint belongs to at `level`; an end that has no such level keeps its own finest identity. */
export function identify(end: Endpoint, level: Level): Identity {
  const ns = end.ns;
  if (level === 'namespace' && ns !== undefined) return namespaceOf(ns);
  if (level === 'node' && end.node !== undefined) {
    return { id: `node:${escapePart(end.node)}`, kind: 'node', label: end.node };
  }
  if (level === 'service' && end.svc !== undefined) return serviceOf(end.svc, ns);
  if (end.pod !== undefined) {
    return {
      id: `pod:${escapePart(ns ?? '')}/${escapePart(end.pod)}`,
      kind: 'pod',
      label: end.pod,
      ...inside(ns),
    };
  }
  if (end.svc !== undefined) return serviceOf(end.svc, ns);
  if (end.node !== undefined) return { id: `host:${escapePart(end.node)}`, kind: 'host', label: end.node };
  if (end.cgroupId !== undefined) {
    // cgroup ids repeat across nodes; the address, where there is one, tells the nodes apart.
    const label = end.ip === undefined ? `cgroup ${end.cgroupId}` : canonicalIp(end.ip);
    return { id: `host:${escapePart(label)}`, kind: 'host', label };
  }
  if (end.ip !== undefined) {
    const text = canonicalIp(end.ip);
    return addressClass(end.ip) === 'public'
      ? { id: `ext:${text}`, kind: 'external', label: text }
      : {
          // With a namespace it lives in that namespace's box, so it is another peer than the bare address.
          id: ns === undefined ? `ip:${escapePart(text)}` : `ip:${escapePart(ns)}/${escapePart(text)}`,
          kind: 'unresolved',
          label: text,
          ...inside(ns),
        };
  }
  // An answer aggregated by namespace carries nothing but `ns`.
  if (ns !== undefined) return namespaceOf(ns);
  return { id: 'ip:', kind: 'unresolved', label: 'unknown' };
}

const inside = (ns: string | undefined): { namespace?: string } =>
  ns === undefined ? {} : { namespace: ns };

const namespaceOf = (ns: string): Identity => ({
  id: `ns:${escapePart(ns)}`,
  kind: 'namespace',
  label: ns,
  namespace: ns,
});

const serviceOf = (svc: string, ns: string | undefined): Identity => ({
  id: `svc:${escapePart(ns ?? '')}/${escapePart(svc)}`,
  kind: 'service',
  label: svc,
  ...inside(ns),
});

// Kubernetes names hold none of these, so real ids stay readable; a hostile name cannot forge another peer's id.
const escapePart = (name: string): string => name.replace(/[%/>]/g, (c) => encodeURIComponent(c));

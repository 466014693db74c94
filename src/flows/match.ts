/**
 * Which flows a query's filters keep. Filters match either side: `pod` and `svc` as substrings, `ns` exactly,
 * `ip` exactly or as CIDR (DESIGN §4). Several filters must all match, each on whichever side it likes.
 */
import { parseAddressRange } from './address';
import type { Endpoint, Flow } from './flow';
import type { Query } from './query';

/** A test for one flow, prepared once for a whole answer. An unreadable `ip` matches nothing. */
export function matcher(query: Query): (flow: Flow) => boolean {
  const tests: ((flow: Flow) => boolean)[] = [];
  const either = (test: (end: Endpoint) => boolean) => {
    tests.push((flow) => test(flow.client) || test(flow.server));
  };
  const { l4proto, ip, ns, pod, svc } = query;
  if (l4proto !== undefined) tests.push((flow) => flow.proto === l4proto);
  if (ip !== undefined) {
    const within = parseAddressRange(ip) ?? (() => false);
    either((end) => end.ip !== undefined && within(end.ip));
  }
  if (ns !== undefined) either((end) => end.ns === ns);
  if (pod !== undefined) either((end) => end.pod?.includes(pod) === true);
  if (svc !== undefined) either((end) => end.svc?.includes(svc) === true);
  return (flow) => tests.every((test) => test(flow));
}

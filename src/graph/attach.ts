/**
 * Below service level a service address and the pods behind it are different peers, but the same traffic: finds the
 * address rows that are to be drawn with the rows of their pods.
 */
import type { Flow } from '../flows/flow';
import { halfKey, isAddressHalf, isPodHalf } from '../flows/volume';

/**
 * Maps each such address row to its pods' rows, both by their index, where the two would otherwise be drawn as two
 * links. `servers` is the peer each row's server belongs to, one object a peer.
 */
export function attachAddressRows(
  flows: readonly Flow[],
  servers: readonly object[],
): Map<number, readonly number[]> {
  const attachments = new Map<number, readonly number[]>();
  const near: number[] = [];
  for (const [index, flow] of flows.entries()) {
    if (isAddressHalf(flow)) near.push(index);
  }
  if (near.length === 0) return attachments;
  const far = new Map<string, number[]>();
  for (const [index, flow] of flows.entries()) {
    if (flow.server.svc === undefined || !isPodHalf(flow)) continue;
    const key = halfKey(flow);
    const list = far.get(key);
    if (list === undefined) far.set(key, [index]);
    else list.push(index);
  }
  if (far.size === 0) return attachments;
  for (const index of near) {
    const flow = flows[index];
    const pods = flow === undefined ? undefined : far.get(halfKey(flow));
    if (pods?.every((pod) => servers[pod] !== servers[index]) === true) attachments.set(index, pods);
  }
  return attachments;
}

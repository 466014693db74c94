/** The X of "flow X of N": which of a link's rows has its worst p99, counted from 1 in the order they are listed. */
import type { GraphLink } from './flow-graph';

export function flowPlace(link: GraphLink): number | undefined {
  const { worst } = link.handshake;
  return worst === undefined ? undefined : [...link.flows, ...link.attached].indexOf(worst) + 1;
}

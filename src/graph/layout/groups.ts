/** Which group a peer stands in: its namespace's box, or one of the unboxed groups of those who stand outside. */
import type { GraphPeer } from '../flow-graph';

/** A group that is shown fuller than usual is another group, so that collapsing finds the usual one untouched. */
const ISLAND = /^island:[a-z+]*:/;

export function groupOf(peer: GraphPeer): string {
  const usual = usualGroupOf(peer);
  return peer.island === undefined ? usual : `island:${peer.island}:${usual}`;
}

function usualGroupOf(peer: GraphPeer): string {
  if (peer.kind === 'namespace' || peer.kind === 'node') return `alone:${peer.id}`;
  if (peer.namespace !== undefined) return `ns:${peer.namespace}`;
  if (peer.kind === 'external') return peer.out >= peer.in ? 'out:clients' : 'out:servers';
  return peer.kind === 'host' ? 'out:hosts' : 'out:unresolved';
}

export const isIsland = (group: string): boolean => ISLAND.test(group);

/** The group that an island stands in for; any other group is its own. */
export const usualGroup = (group: string): string => group.replace(ISLAND, '');

export const isBoxed = (group: string): boolean => usualGroup(group).startsWith('ns:');

/** A namespace or a node on its own: a group of one for ever. */
export const isAlone = (group: string): boolean => group.startsWith('alone:');

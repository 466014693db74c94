/**
 * What a picture may show over its scene: links that stopped, what is different between two moments, rates instead of
 * bytes. Pure; refuses to know how any of it was found.
 */
import type { BytesPerSecond } from '../flows/units';
import type { GraphLink, GraphPeer } from './flow-graph';
import type { Scene } from './focus';
import type { ChangeKind } from './palette';

/** A link that is not in the graph, with its ends, which may be gone with it. */
export interface Departed {
  link: GraphLink;
  from: GraphPeer;
  to: GraphPeer;
  /** 0 to 1. */
  opacity: number;
}

/** A link that is not as it was. */
export interface LinkNote {
  kind: ChangeKind;
  /** A few words for the map. */
  text: string;
}

export interface Overlay {
  departed: readonly Departed[];
  /** By link; where given, links that are not in it recede. */
  changes?: ReadonlyMap<string, LinkNote>;
  /** By link; where given, widths say rates, and who is not in it has none that is known. */
  rates?: ReadonlyMap<string, BytesPerSecond>;
}

/** The scene with what is no longer in it. What counts the scene goes on with the scene itself. */
export function withDeparted(scene: Scene, departed: readonly Departed[]): Scene {
  const known = new Set(scene.links.map(({ id }) => id));
  const added = departed.filter(({ link }) => !known.has(link.id));
  if (added.length === 0) return scene;
  const peers = new Map(scene.peers.map((peer) => [peer.id, peer]));
  for (const { from, to } of added) {
    for (const end of [from, to]) if (!peers.has(end.id)) peers.set(end.id, end);
  }
  return { ...scene, peers: [...peers.values()], links: [...scene.links, ...added.map(({ link }) => link)] };
}

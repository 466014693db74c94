/** What the reader selected: what there is to say of it, and how it can be followed through time. */
import type { Rates } from '../flows/rates';
import { FINER } from '../graph/ends';
import { type FlowGraph, isFold } from '../graph/flow-graph';
import { detailLink, detailPeer } from './figures';
import type { Look, Panels } from './messages';
import type { Subject } from './timeline';

export function selectionOf(
  graph: FlowGraph,
  look: Look,
  rates: Rates | undefined,
): Pick<Panels, 'selected' | 'selection'> {
  const selected = pick(look.peer, look.link);
  const peer = look.peer === undefined ? undefined : detailPeer(graph, look.peer, rates);
  const link = look.link === undefined ? undefined : detailLink(graph, look.link, rates);
  return { selected, selection: pick(peer, link) };
}

const pick = <P, L>(peer: P | undefined, link: L | undefined): { peer?: P; link?: L } => ({
  ...(peer === undefined ? {} : { peer }),
  ...(link === undefined ? {} : { link }),
});

/** At the level at which it can be followed: an opened namespace shows its own a level finer. A fold cannot be. */
export function subjectOf(graph: FlowGraph, { peer, link }: Look): Subject | undefined {
  const id = peer ?? link;
  if (id === undefined || (peer !== undefined && isFold(peer))) return undefined;
  const known = link === undefined ? undefined : graph.links.get(link);
  const ends = known === undefined ? [id] : [known.from, known.to];
  const isFiner = ends.some((end) => graph.peers.get(end)?.island?.startsWith('finer') === true);
  return { id, level: isFiner ? FINER[graph.level] : graph.level };
}

/** What the reader selected: what there is to say of it, and how it can be followed through time. */
import type { Endpoint, Flow, Level } from '../flows/flow';
import { identify } from '../flows/identity';
import type { Rates } from '../flows/rates';
import { FINER } from '../graph/ends';
import { type FlowGraph, isFold } from '../graph/flow-graph';
import { detailLink, detailPeer } from './figures';
import type { Look, Panels } from './messages';
import type { Subject } from './timeline';

export function selectionOf(
  graph: FlowGraph,
  flows: readonly Flow[],
  look: Look,
  rates: Rates | undefined,
): Pick<Panels, 'selected' | 'selection' | 'elsewhere'> {
  const selected = pick(look.peer, look.link);
  const peer = look.peer === undefined ? undefined : detailPeer(graph, look.peer, rates);
  const link = look.link === undefined ? undefined : detailLink(graph, look.link, rates);
  const isMissing =
    (look.peer !== undefined && peer === undefined) || (look.link !== undefined && link === undefined);
  const elsewhere = isMissing ? elsewhereOf(graph, flows, look) : undefined;
  return { selected, selection: pick(peer, link), ...(elsewhere === undefined ? {} : { elsewhere }) };
}

const LEVELS: readonly Level[] = ['namespace', 'service', 'pod', 'node'];

/** Where a selection is that has no mark; undefined when the answer does not have it at all. */
function elsewhereOf(
  graph: FlowGraph,
  flows: readonly Flow[],
  { peer, link = '' }: Look,
): Panels['elsewhere'] {
  const [from = '', to = ''] = peer === undefined ? link.split('>') : [peer, peer];
  const folds = [from, to].map((end) => graph.folds?.drawnFor(end) ?? end);
  if (folds[0] !== from || folds[1] !== to) {
    const into = [...new Set(folds)].find((id) => id !== from && id !== to) ?? '';
    const isThere = peer !== undefined || graph.links.has(folds.join('>'));
    return isThere ? { how: 'folded', into: graph.peers.get(into)?.label ?? into } : undefined;
  }
  const is = (end: Endpoint, id: string) => LEVELS.some((level) => identify(end, level).id === id);
  const isThere = flows.some(({ client, server }) =>
    peer === undefined ? is(client, from) && is(server, to) : is(client, peer) || is(server, peer),
  );
  return isThere ? { how: 'level' } : undefined;
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

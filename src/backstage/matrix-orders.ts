/**
 * The order of the matrix from poll to poll: kept, so that it stands still, until too many peers are new or the reader
 * asks for a fresh one. One order for each source, level and set of peers shown finer; nothing is kept over a reload.
 */
import type { Picture } from '../graph/marks';
import { keepOrder, type MatrixOrder, orderPeers } from '../graph/matrix-order';
import { drive } from './drive';
import type { Look } from './messages';

/** Levels that a reader goes back and forth between, with some namespaces opened or not. */
const MOST_KEPT = 12;

export interface MatrixOrders {
  /** The order for this picture; undefined when the look was outdated before there was one. */
  order(picture: Picture, look: Look, breathe: () => Promise<boolean>): Promise<MatrixOrder | undefined>;
}

export function createMatrixOrders(): MatrixOrders {
  const kept = new Map<string, { order: MatrixOrder; asked: number }>();
  return {
    async order({ level, peers, links }, look, breathe) {
      const asked = look.orders ?? 0;
      const key = [look.scope, level, ...look.expand].join('\n');
      const known = kept.get(key);
      const held =
        known === undefined || known.asked < asked ? undefined : keepOrder(known.order, peers, links);
      const order = held ?? (await drive(orderPeers(peers, links), breathe));
      if (order === undefined) return undefined;
      kept.delete(key);
      kept.set(key, { order, asked });
      for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
      return order;
    },
  };
}

import { describe, expect, it } from 'vitest';
import type { Picture } from '../graph/marks';
import { createMatrixOrders } from './matrix-orders';
import type { Look } from './messages';

const picture = (level: string, ids: readonly string[], links: readonly string[] = []) =>
  ({
    level,
    peers: ids.map((id) => ({ id, kind: 'pod', namespace: 'a' })),
    links: links.map((id) => ({ id, from: id.split('>')[0], to: id.split('>')[1] })),
  }) as unknown as Picture;
const look = (orders: number, rest: Partial<Look> = {}) =>
  ({ scope: 'lab', expand: [], orders, ...rest }) as unknown as Look;
const go = async () => false;

const PODS = ['1', '2', '3', '4', '5', '6', '7', '8'];
const PAIRS = ['1>2', '3>4', '5>6', '7>8'];
/** The same peers, paired otherwise: in a fresh order others stand side by side. */
const OTHERS = ['1>5', '2>6', '3>7', '4>8'];

describe('the order of the matrix from poll to poll', () => {
  it('stands still while links change, until it is asked for anew', async () => {
    const orders = createMatrixOrders();
    const first = await orders.order(picture('pod', PODS, PAIRS), look(0), go);
    expect(await orders.order(picture('pod', PODS, OTHERS), look(0), go)).toEqual(first);
    const fresh = await orders.order(picture('pod', PODS, OTHERS), look(1), go);
    expect(fresh).not.toEqual(first);
    expect([...(fresh ?? [])].sort()).toEqual(PODS);
    expect(await orders.order(picture('pod', PODS, PAIRS), look(1), go)).toEqual(fresh);
  });

  it('is kept for each level, source and set of opened peers, there and back', async () => {
    const orders = createMatrixOrders();
    const pods = await orders.order(picture('pod', PODS, PAIRS), look(0), go);
    await orders.order(picture('service', PODS, OTHERS), look(0), go);
    await orders.order(picture('pod', PODS, OTHERS), look(0, { scope: 'other' }), go);
    await orders.order(picture('pod', PODS, OTHERS), look(0, { expand: ['a'] }), go);
    expect(await orders.order(picture('pod', PODS, OTHERS), look(0), go)).toEqual(pods);
  });
});

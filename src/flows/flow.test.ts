import { expect, it } from 'vitest';
import { flowKey } from './flow';
import { sketch } from './sketch';

const key = (text: string) => sketch(text).map(flowKey)[0];
const ROW = 'shop/web-1(web)@n1#10.0.0.1 -> shop/cart-1(cart)@n2#10.0.0.2:7070';

it('two polls of one flow have one key, whatever was counted', () => {
  expect(key(`${ROW}  c 1/1`)).toBe(key(`${ROW}  both 60k/167k 3ms`));
});

it.each([
  ['protocol', `${ROW}/udp`],
  ['port', ROW.replace('7070', '7071')],
  ["client's address", ROW.replace('#10.0.0.1', '#10.0.0.3')],
  ["client's pod, on a shared address", ROW.replace('web-1', 'web-2')],
  ["client's namespace", ROW.replace('shop/web', 'test/web')],
  ["server's pod", ROW.replace('cart-1', 'cart-2')],
  ["server's service where there is no pod", 'shop/web-1(web)@n1#10.0.0.1 -> shop/(cart)@n2#10.0.0.2:7070'],
])('another %s is another flow', (_, other) => {
  expect(key(other)).not.toBe(key(ROW));
});

it('the service a pod is listed under is no part of its key: selectors change, the flow does not', () => {
  expect(key(ROW.replace('(cart)', '(cart-canary)'))).toBe(key(ROW));
});

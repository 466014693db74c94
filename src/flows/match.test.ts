import { expect, it } from 'vitest';
import { matcher } from './match';
import type { Query } from './query';
import { sketch } from './sketch';

const FLOWS = sketch(`
  shop/web-1(web)@n1#10.0.0.1 -> shop/cart-1(cart)@n2#10.0.0.2:80       c 1/1   // 0
  shop/cart-1(cart)@n2#10.0.0.2 -> data/(redis)#10.96.0.9:6379          c 1/1   // 1
  @n1#192.168.0.1 -> kube-system/dns-1(kube-dns)@n1#fd00::53:53/udp     s 1/1   // 2
  shop/web-1(web)@n1#10.0.0.1 -> 203.0.113.10:443                       c 1/1   // 3
`);

it.each<[Query, number[]]>([
  [{}, [0, 1, 2, 3]],
  [{ l4proto: 'udp' }, [2]],
  [{ ns: 'shop' }, [0, 1, 3]],
  [{ ns: 'sho' }, []],
  [{ ns: 'data' }, [1]],
  [{ pod: 'cart' }, [0, 1]],
  [{ pod: 'CART' }, []],
  [{ svc: 'dns' }, [2]],
  [{ ip: '10.0.0.2' }, [0, 1]],
  [{ ip: '::ffff:10.0.0.2' }, [0, 1]],
  [{ ip: '10.0.0.0/8' }, [0, 1, 3]],
  [{ ip: '0.0.0.0/0' }, [0, 1, 2, 3]],
  [{ ip: 'fd00::/8' }, [2]],
  [{ ip: 'FD00:0::53' }, [2]],
  [{ ip: 'nonsense' }, []],
  // Each filter on whichever side it likes; all of them must match.
  [{ pod: 'web', svc: 'cart' }, [0]],
  [{ ns: 'shop', ip: '203.0.113.0/24', l4proto: 'tcp' }, [3]],
  [{ ns: 'shop', l4proto: 'udp' }, []],
  [{ format: 'raw', aggregate: 'node', limit: 1 }, [0, 1, 2, 3]],
])('%j keeps rows %j', (query, rows) => {
  const keeps = matcher(query);
  expect(FLOWS.flatMap((flow, row) => (keeps(flow) ? [row] : []))).toEqual(rows);
});

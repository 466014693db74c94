import { expect, it } from 'vitest';
import { flowRates } from '../flows/rates';
import { sketch } from '../flows/sketch';
import { bytes, packets } from '../flows/units';
import { buildGraph } from '../graph/flow-graph';
import { narrow } from '../graph/focus';
import { createRowDesk } from './rows';

const FLOWS = sketch(`
  shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070   both 60k/167k 3ms..12ms
  shop/web-1(web)@n1 -> kube-system/dns-1(dns)@n1:53/udp both 800/848
  shop/pay-1(pay)@n3 -> 203.0.113.10:8443           c 20k/75k 124ms..1.2s
  @n1 -> shop/web-1(web)@n1:8080                    c 10k/10k
`);
const deskOf = (flows = FLOWS) =>
  createRowDesk(narrow(buildGraph(flows, { level: 'pod' }), {}, { total: 4, truncated: false, rejected: 0 }));
const ports = (desk: ReturnType<typeof deskOf>, ...how: Parameters<typeof desk.page>) =>
  desk.page(...how).rows.map(({ row }) => row.flow.server.port);

it('hands out rows in the order asked for, a window at a time, and says how many there are', () => {
  const desk = deskOf();
  expect(ports(desk, 'bytes', true, 0, 10)).toEqual([7070, 8443, 8080, 53]);
  expect(ports(desk, 'bytes', false, 0, 10)).toEqual([53, 8080, 8443, 7070]);
  expect(ports(desk, 'bytes', true, 1, 2)).toEqual([8443, 8080]);
  expect(desk.page('bytes', true, 1, 2).total).toBe(4);
  expect(ports(desk, 'bytes', true, 9, 2)).toEqual([]);
});

it('puts what is not known last, whichever way it sorts', () => {
  const desk = deskOf();
  expect(ports(desk, 'p99', true, 0, 10)).toEqual([8443, 7070, 53, 8080]);
  expect(ports(desk, 'p99', false, 0, 10)).toEqual([7070, 8443, 53, 8080]);
});

it('lists a row once though it is drawn with several links, and names a link it is drawn with', () => {
  // The address row belongs to both pods behind the service.
  const desk = deskOf(
    sketch(`
      shop/web-1(web)@n1 -> data/(redis):6379               c 136k/78k 3ms..12ms
      shop/web-1(web)@n1 -> data/redis-0(redis)@n1:6379     s 78k/100k
      shop/web-1(web)@n1 -> data/redis-1(redis)@n2:6379     s 10k/36k
    `),
  );
  const { rows, total } = desk.page('bytes', true, 0, 10);
  expect(total).toBe(3);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(3);
  expect(rows.every(({ link }) => link?.startsWith('pod:shop/web-1>pod:data/redis-'))).toBe(true);
});

it('writes all of them as a file', async () => {
  const text = await (await deskOf().csv()).text();
  expect(text.split('\r\n')).toHaveLength(5);
  expect(text).toContain('203.0.113.10');
});

it('writes what each row grew by since the sample before, also under pseudonyms; nothing for a row that is new', async () => {
  const [first, ...others] = FLOWS;
  if (first?.clientStats === undefined) throw new Error('no flow');
  const grown = {
    ...first,
    clientStats: { ...first.clientStats, txBytes: bytes(61_024), txPkts: packets(8) },
  };
  const earlier = {
    ...first,
    clientStats: { ...first.clientStats, txBytes: bytes(60_000), txPkts: packets(6) },
  };
  const rates = flowRates(
    { flows: [earlier, ...others.slice(1)], atMs: 0, epoch: '' },
    { flows: [grown, ...others], atMs: 2_000, epoch: '' },
  );
  const desk = deskOf([grown, ...others]);
  for (const redacting of [undefined, [grown, ...others]]) {
    const text = await (await desk.csv(redacting, rates)).text();
    const [header = [], ...rows] = text.split('\r\n').map((line) => line.split(','));
    const columns = ['server_port', 'bytes_per_s', 'packets_per_s'].map((name) => header.indexOf(name));
    const cells = rows.map((row) => columns.map((column) => row[column]));
    expect(cells).toContainEqual(['7070', '512', '1']);
    expect(cells).toContainEqual(['53', '', '']);
    expect(cells).toContainEqual(['8443', '0', '0']);
  }
});

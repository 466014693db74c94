import { describe, expect, test } from 'vitest';
import type { Flow } from '../flows/flow';
import { bytes, packets } from '../flows/units';
import { answerFlows, answerQuery, answerSummary, encodeAs, isWholeList } from './answer';

const both: Flow = {
  proto: 'tcp',
  client: { ip: '10.0.0.1', pod: 'web-1', ns: 'shop', svc: 'web', node: 'node-1', cgroupId: 7 },
  server: { ip: '10.0.0.2', port: 6379, pod: 'redis-0', ns: 'data', svc: 'redis', node: 'node-2' },
  clientStats: {
    txPkts: packets(3),
    rxPkts: packets(2),
    txBytes: bytes(300),
    rxBytes: bytes(200),
    timestamp: '2026-01-01T00:00:05.000Z',
  },
  serverStats: { txBytes: bytes(200), rxBytes: bytes(300) },
  totals: { pkts: packets(5), bytes: bytes(1000) },
};
const clientOnly: Flow = {
  proto: 'udp',
  client: { ip: '10.0.0.1', pod: 'web-1', ns: 'shop', svc: 'web' },
  server: { ip: '10.96.0.10', port: 53, svc: 'kube-dns', ns: 'kube-system' },
  clientStats: { txBytes: bytes(10), rxBytes: bytes(90) },
};
const unseen: Flow = { proto: 'tcp', client: { ip: '10.0.0.3' }, server: { ip: '10.0.0.4', port: 1 } };
const flows = [both, clientOnly, unseen];

describe('answerFlows', () => {
  test('without parameters gives everything, in the order of the sample', () => {
    expect(answerFlows(flows, {})).toEqual({ flows, total: 3, truncated: false });
  });

  test('counts before the limit', () => {
    expect(answerFlows(flows, { limit: 2 })).toEqual({
      flows: [both, clientOnly],
      total: 3,
      truncated: true,
    });
    expect(answerFlows(flows, { limit: 3 })).toMatchObject({ total: 3, truncated: false });
    expect(answerFlows(flows, { limit: 1, l4proto: 'udp' })).toMatchObject({ total: 1, truncated: false });
  });

  test('counts after aggregation', () => {
    const twice = [both, { ...both, server: { ...both.server, port: 6380 } }];
    expect(answerFlows(twice, { aggregate: 'pod' })).toMatchObject({ total: 1, truncated: false });
  });

  test('raw gives a row per perspective that was seen, counts those, and ignores aggregate', () => {
    const answer = answerFlows(flows, { format: 'raw', aggregate: 'namespace' });
    expect(answer).toMatchObject({ total: 3, truncated: false });
    expect(answer.flows.map(({ clientStats, serverStats }) => [clientStats, serverStats])).toEqual([
      [both.clientStats, undefined],
      [undefined, both.serverStats],
      [clientOnly.clientStats, undefined],
    ]);
    expect(answerFlows(flows, { format: 'raw', limit: 1 })).toMatchObject({ total: 3, truncated: true });
  });

  test('flows that a truncated recording never held are in the total of a whole list, and every answer is partial', () => {
    expect(answerFlows(flows, {}, 10)).toMatchObject({ total: 13, truncated: true });
    expect(answerFlows(flows, { l4proto: 'udp' }, 10)).toMatchObject({ total: 1, truncated: true });
  });
});

test('a whole list has no filter and no aggregation; limit and format do not matter, unless raw', () => {
  expect(isWholeList({})).toBe(true);
  expect(isWholeList({ limit: 1000, format: 'full' })).toBe(true);
  expect(isWholeList({ ns: 'shop' })).toBe(false);
  expect(isWholeList({ aggregate: 'pod' })).toBe(false);
  expect(isWholeList({ format: 'raw' })).toBe(false);
});

test('raw rows have the nearest public names, from the end that saw them', () => {
  const { flows: rows } = encodeAs(answerFlows([both], { format: 'raw' }), 'raw') as { flows: unknown[] };
  const client = { ip: '10.0.0.1', pod: 'web-1', ns: 'shop', svc: 'web', node: 'node-1', cgroup_id: 7 };
  const server = { ip: '10.0.0.2', port: 6379, pod: 'redis-0', ns: 'data', svc: 'redis', node: 'node-2' };
  expect(rows).toEqual([
    {
      timeEnd: '2026-01-01T00:00:05.000Z',
      proto: 'tcp',
      localPeer: client,
      remotePeer: server,
      packetsSent: 3,
      packetsReceived: 2,
      bytesSent: 300,
      bytesReceived: 200,
    },
    { proto: 'tcp', localPeer: server, remotePeer: client, bytesSent: 200, bytesReceived: 300 },
  ]);
});

test('compact is the default and has neither container nor cgroup', () => {
  const sample = { atMs: 0, epoch: 0, flows, rejected: 0 };
  expect(answerQuery(sample, {})).toEqual(answerQuery(sample, { format: 'compact' }));
  expect(JSON.stringify(answerQuery(sample, {}))).not.toContain('cgroup_id');
  expect(JSON.stringify(answerQuery(sample, { format: 'full' }))).toContain('cgroup_id');
});

test('a summary is as recorded where there is one, else computed', () => {
  const sample = { atMs: 0, epoch: 0, flows, rejected: 0 };
  expect(answerSummary(sample)).toMatchObject({ total_flows: 3, tcp_flows: 2, udp_flows: 1 });
  const summary = { totalFlows: 99, topByBytes: [], topByPkts: [], byNamespace: [], crossNamespace: [] };
  expect(answerSummary({ ...sample, summary })).toMatchObject({ total_flows: 99 });
});

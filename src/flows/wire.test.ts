import { describe, expect, it } from 'vitest';
import {
  decodeAnswer,
  decodeFlow,
  decodeRaw,
  decodeSummary,
  encodeAnswer,
  encodeFlow,
  encodeSummary,
  MalformedAnswer,
} from './wire';

// The contract's own examples, copied from it; of the full one only the two `{ ... }` elisions are removed.
const COMPACT = `{
  "flows": [
    {
      "proto": "tcp",
      "client": {
        "ip": "10.0.0.1",
        "pod": "frontend-abc123",
        "ns": "default",
        "svc": "frontend",
        "node": "node-1"
      },
      "server": {
        "ip": "10.0.0.2",
        "port": 8080,
        "pod": "backend-xyz789",
        "ns": "default",
        "svc": "backend",
        "node": "node-2"
      },
      "client_stats": {
        "tx_pkts": 1000,
        "rx_pkts": 800,
        "tx_bytes": 102400,
        "rx_bytes": 81920,
        "tcp_handshake_p50_us": 1250,
        "tcp_handshake_p90_us": 2100,
        "tcp_handshake_p99_us": 4500
      },
      "server_stats": {
        "tx_pkts": 800,
        "rx_pkts": 1000,
        "tx_bytes": 81920,
        "rx_bytes": 102400,
        "tcp_handshake_p50_us": 1180,
        "tcp_handshake_p90_us": 1950,
        "tcp_handshake_p99_us": 4200
      },
      "totals": {
        "pkts": 3600,
        "bytes": 368640,
        "pps": 100.5,
        "bps": 8388608
      }
    }
  ],
  "total": 42,
  "truncated": false
}`;

const FULL = `{
  "flows": [
    {
      "proto": "tcp",
      "client": {
        "ip": "10.0.0.1",
        "pod": "frontend-abc123",
        "ns": "default",
        "svc": "frontend",
        "node": "node-1",
        "container_id": "abc123def456",
        "cgroup_id": 12345
      },
      "server": {
        "ip": "10.0.0.2",
        "port": 8080,
        "pod": "backend-xyz789",
        "ns": "default",
        "svc": "backend",
        "node": "node-2",
        "container_id": "xyz789ghi012",
        "cgroup_id": 67890
      },
      "client_stats": {
        "tx_pkts": 1000,
        "rx_pkts": 800,
        "tx_bytes": 102400,
        "rx_bytes": 81920,
        "tx_pps": 50.5,
        "rx_pps": 40.2,
        "tx_bps": 4096000,
        "rx_bps": 3276800,
        "timestamp": "2025-01-15T10:30:00Z",
        "tcp_handshake_p50_us": 1250,
        "tcp_handshake_p90_us": 2100,
        "tcp_handshake_p99_us": 4500
      }
    }
  ],
  "total": 42,
  "truncated": false
}`;

const SUMMARY = `{
  "total_flows": 150,
  "tcp_flows": 120,
  "udp_flows": 30,
  "total_bytes": 10485760,
  "total_pkts": 50000,
  "unique_clients": 25,
  "unique_servers": 10,
  "top_by_bytes": [
    {
      "client_pod": "frontend-abc123",
      "server_pod": "backend-xyz789",
      "bytes": 1048576
    }
  ],
  "top_by_pkts": [
    {
      "client_pod": "frontend-abc123",
      "server_pod": "backend-xyz789",
      "pkts": 10000
    }
  ],
  "by_namespace": {
    "default": 50,
    "kube-system": 30,
    "monitoring": 20
  },
  "cross_namespace": [
    {
      "src_ns": "default",
      "dst_ns": "monitoring",
      "flows": 5,
      "bytes": 1024
    }
  ]
}`;

const NETWORK_ISSUE = `{
  "proto": "tcp",
  "client": {
    "pod": "frontend-abc123",
    "ns": "default",
    "node": "node-1"
  },
  "server": {
    "pod": "database-xyz789",
    "ns": "data",
    "node": "node-3"
  },
  "client_stats": {
    "tcp_handshake_p50_us": 45000,
    "tcp_handshake_p90_us": 78000,
    "tcp_handshake_p99_us": 120000
  }
}`;

const pretty = (json: unknown) => JSON.stringify(json, null, 2);
const readOne = (row: unknown) => {
  const flow = decodeFlow(row);
  if (typeof flow === 'string') throw new Error(flow);
  return flow;
};

describe("the contract's examples come back as the same text", () => {
  it('compact', () => {
    const answer = decodeAnswer(JSON.parse(COMPACT));
    // 42 matched and one was sent: partial, whatever `truncated` says.
    expect(answer).toMatchObject({ total: 42, truncated: true, rejects: { count: 0 } });
    expect(pretty(encodeAnswer({ ...answer, truncated: false }, 'compact'))).toBe(COMPACT);
  });

  it('full', () => {
    const answer = decodeAnswer(JSON.parse(FULL));
    expect(answer.flows[0]?.client).toMatchObject({ containerId: 'abc123def456', cgroupId: 12345 });
    expect(pretty(encodeAnswer({ ...answer, truncated: false }, 'full'))).toBe(FULL);
  });

  it('full, answered as compact, leaves out exactly what the contract lists as full only', () => {
    const [row] = decodeAnswer(JSON.parse(FULL)).flows.map((flow) => encodeFlow(flow, 'compact'));
    const { server_stats: _, totals: __, ...compact } = JSON.parse(COMPACT).flows[0];
    expect(row).toEqual(compact);
  });

  it('summary', () => {
    const summary = decodeSummary(JSON.parse(SUMMARY));
    expect(summary.byNamespace[0]).toEqual(['default', 50]);
    expect(pretty(encodeSummary(summary))).toBe(SUMMARY);
  });

  it('the network-issue row, which has neither addresses nor a port nor totals', () => {
    const flow = readOne(JSON.parse(NETWORK_ISSUE));
    expect(flow.clientStats).toEqual({ p50Us: 45_000, p90Us: 78_000, p99Us: 120_000 });
    expect(pretty(encodeFlow(flow, 'full'))).toBe(NETWORK_ISSUE);
  });
});

describe('one field', () => {
  const end = (client: object) => readOne({ proto: 'tcp', client, server: {} }).client;
  const stats = (client_stats: unknown) =>
    readOne({ proto: 'tcp', client: {}, server: {}, client_stats }).clientStats;

  it('empty, null, missing and wrongly typed text are the same absence', () => {
    expect(end({ ip: '', pod: null, svc: 7, node: ['n'], container_id: {} })).toStrictEqual({});
  });

  it('numbers may come as numerals; anything else is absent', () => {
    expect(
      stats({ tx_bytes: '123', rx_bytes: '1.5', tx_pkts: '-1', rx_pkts: '0x10', tx_pps: '+1' }),
    ).toStrictEqual({
      txBytes: 123,
      rxBytes: 1.5,
    });
    expect(
      stats({ tx_bytes: -1, rx_bytes: Number.NaN, tx_pkts: '9'.repeat(400), rx_pkts: true }),
    ).toStrictEqual({});
    expect(stats({ tx_bytes: 0, rx_bytes: 2 ** 60 })).toStrictEqual({ txBytes: 0, rxBytes: 2 ** 60 });
  });

  it('a handshake of zero or less was not measured', () => {
    expect(
      stats({ tcp_handshake_p50_us: 0, tcp_handshake_p90_us: -4, tcp_handshake_p99_us: '12' }),
    ).toStrictEqual({
      p99Us: 12,
    });
  });

  it('a port belongs to the server and is a port', () => {
    const portOf = (port: unknown) => readOne({ proto: 'tcp', client: { port: 1 }, server: { port } });
    expect(portOf(53)).toStrictEqual({ proto: 'tcp', client: {}, server: { port: 53 } });
    expect(portOf('8080').server).toStrictEqual({ port: 8080 });
    for (const bad of [0, 65_536, 1.5, -1, 'http', null]) expect(portOf(bad).server).toStrictEqual({});
  });

  it('cgroup 0 is no cgroup', () => {
    expect(end({ cgroup_id: 0 })).toStrictEqual({});
    expect(end({ cgroup_id: '785' })).toStrictEqual({ cgroupId: 785 });
  });

  it('statistics that are no object are a side that was not seen', () => {
    for (const bad of [null, [], 'x', 4]) {
      const flow = readOne({ proto: 'udp', client: {}, server: {}, server_stats: bad, totals: bad });
      expect(flow).toStrictEqual({ proto: 'udp', client: {}, server: {} });
    }
  });
});

describe('one row', () => {
  const good = { proto: 'tcp', client: {}, server: {} };

  it.each([
    ['the row is not an object', null],
    ['the row is not an object', [good]],
    ['the row is not an object', 'tcp'],
    ['proto is neither "tcp" nor "udp"', { ...good, proto: 'icmp' }],
    ['proto is neither "tcp" nor "udp"', { ...good, proto: 6 }],
    ['client is missing', { ...good, client: null }],
    ['client is missing', { ...good, client: '10.0.0.1' }],
    ['server is missing', { ...good, server: [] }],
  ])('is refused: %s', (reason, row) => {
    expect(decodeFlow(row)).toBe(reason);
  });

  it('is counted when refused, and the first is kept; the answer is not lost', () => {
    const answer = decodeAnswer({ flows: [good, 7, { ...good, proto: 'UDP' }, { proto: 'tcp' }] });
    expect(answer.flows.map((flow) => flow.proto)).toEqual(['tcp', 'udp']);
    expect(answer.rejects).toEqual({ count: 2, example: { row: 1, reason: 'the row is not an object' } });
    expect(answer).toMatchObject({ total: 4, truncated: false });
  });
});

describe('an answer', () => {
  it.each([
    [undefined],
    [null],
    [[]],
    ['<html>'],
    [{}],
    [{ flows: {} }],
    [{ flows: 'none' }],
    [{ error: 'no' }],
  ])('that is none is malformed: %j', (json) => {
    expect(() => decodeAnswer(json)).toThrow(MalformedAnswer);
  });

  it("is empty where Go's nil slice says null", () => {
    expect(decodeAnswer({ flows: null, total: 0, truncated: false })).toEqual({
      flows: [],
      total: 0,
      truncated: false,
      rejects: { count: 0 },
    });
  });

  it('is truncated when it says so or when rows are missing', () => {
    const flows = [{ proto: 'tcp', client: {}, server: {} }];
    expect(decodeAnswer({ flows, total: 1, truncated: true }).truncated).toBe(true);
    expect(decodeAnswer({ flows, total: 2 }).truncated).toBe(true);
    expect(decodeAnswer({ flows, total: 1 }).truncated).toBe(false);
    expect(decodeAnswer({ flows, total: 'many' })).toMatchObject({ total: 1, truncated: false });
  });
});

describe('a raw answer', () => {
  const row = { localPeer: '10.0.0.1:40000', bytesSent: 12 };

  it.each([
    ['under flows', { flows: [row], total: 9, truncated: true }, { total: 9, truncated: true }],
    ['under another name', { when: 'now', entries: [row] }, { total: 1, truncated: false }],
    ['bare', [row], { total: 1, truncated: false }],
  ])('is found %s', (_, json, rest) => {
    expect(decodeRaw(json)).toEqual({ rows: [row], rejects: { count: 0 }, ...rest });
  });

  it('keeps its readable rows', () => {
    expect(decodeRaw([row, 3, row, null])).toMatchObject({
      rows: [row, row],
      total: 4,
      rejects: { count: 2, example: { row: 1 } },
    });
  });

  it('is empty when null, malformed when there is no list', () => {
    expect(decodeRaw({ flows: null })).toMatchObject({ rows: [], total: 0 });
    for (const bad of [null, 4, {}, { flows: 'x' }]) expect(() => decodeRaw(bad)).toThrow(MalformedAnswer);
  });
});

describe('a summary', () => {
  it('is malformed when it has none of the fields', () => {
    for (const bad of [null, [], 'ok', {}, { flows: [] }])
      expect(() => decodeSummary(bad)).toThrow(MalformedAnswer);
  });

  it('keeps what can be read', () => {
    const summary = decodeSummary({
      total_flows: '12',
      tcp_flows: -1,
      top_by_bytes: [null, { client_pod: 'a', bytes: 5 }],
      by_namespace: { shop: 3, broken: 'x' },
      cross_namespace: null,
    });
    expect(summary).toStrictEqual({
      totalFlows: 12,
      topByBytes: [{ clientPod: 'a', serverPod: '', value: 5 }],
      topByPkts: [],
      byNamespace: [['shop', 3]],
      crossNamespace: [],
    });
  });

  it('survives a namespace called __proto__', () => {
    const json = JSON.parse('{"total_flows":1,"by_namespace":{"__proto__":4,"constructor":5}}');
    expect(JSON.stringify(encodeSummary(decodeSummary(json)).by_namespace)).toBe(
      '{"__proto__":4,"constructor":5}',
    );
  });
});

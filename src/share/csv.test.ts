import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../flows/flow';
import type { ServerTrust } from '../flows/handshake';
import { sketch } from '../flows/sketch';
import { decodeFlow } from '../flows/wire';
import type { RawRow } from '../graph/raw-columns';
import { flowsCsv, rawCsv } from './csv';

const UNTRUSTED: ServerTrust = { trusted: false, pairs: 0 };

const parse = (csv: string): string[][] => {
  const { data, errors } = Papa.parse<string[]>(csv);
  expect(errors.filter((error) => error.type !== 'Delimiter')).toEqual([]);
  return data;
};
/** The file's rows as header → text. */
const read = (csv: string): Map<string, string>[] => {
  const [header = [], ...rows] = parse(csv);
  return rows.map((row) => {
    expect(row).toHaveLength(header.length);
    return new Map(header.map((name, i) => [name, row[i] ?? '']));
  });
};
const named = (pod: string): Flow => ({
  proto: 'tcp',
  client: { pod, ns: 'shop' },
  server: { ip: '10.0.0.1', port: 80 },
});

const FORMULAS = [
  '=HYPERLINK("http://x","y")',
  '+1+1',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  ' =1',
  '\n=1',
  "=cmd|'/c calc'!A0\n",
  '=1\nsecond line',
  '＝1+1',
];
const NAMES = [
  'frontend-5c9f-2xkqp',
  '<img src=x onerror=alert(1)>',
  'say "hi", twice',
  'two\nlines\r\nand more',
  '\u202egnp.exe\u202c \u200f',
  '\ufeffmarked',
  'semi;colon,comma\ttab',
  ' spaces around ',
  '__proto__',
  'é 名前 🐟',
  'x'.repeat(253),
];

describe('a file of flows', () => {
  it('has every field of the contract, under its unit', () => {
    const row = {
      proto: 'tcp',
      client: { ip: '10.0.0.1', pod: 'a', ns: 'n', svc: 's', node: 'k', container_id: 'c1', cgroup_id: 12 },
      server: {
        ip: '10.0.0.2',
        port: 80,
        pod: 'b',
        ns: 'm',
        svc: 't',
        node: 'l',
        container_id: 'c2',
        cgroup_id: 67,
      },
      client_stats: {
        ...{
          tx_pkts: 1,
          rx_pkts: 2,
          tx_bytes: 3,
          rx_bytes: 4,
          tx_pps: 5.5,
          rx_pps: 6.5,
          tx_bps: 7,
          rx_bps: 8,
        },
        timestamp: '2025-01-15T10:30:00Z',
        ...{ tcp_handshake_p50_us: 9, tcp_handshake_p90_us: 10, tcp_handshake_p99_us: 11 },
      },
      server_stats: {
        ...{
          tx_pkts: 21,
          rx_pkts: 22,
          tx_bytes: 23,
          rx_bytes: 24,
          tx_pps: 25,
          rx_pps: 26,
          tx_bps: 27,
          rx_bps: 28,
        },
        timestamp: '2025-01-15T10:30:05Z',
        ...{ tcp_handshake_p50_us: 29, tcp_handshake_p90_us: 30, tcp_handshake_p99_us: 31 },
      },
      totals: { pkts: 46, bytes: 54, pps: 100.5, bps: 64 },
    };
    const flow = decodeFlow(row);
    if (typeof flow === 'string') throw new Error(flow);
    const [line] = read(flowsCsv([flow], UNTRUSTED));
    expect(Object.fromEntries(line ?? [])).toEqual({
      ...{ proto: 'tcp', client_ip: '10.0.0.1', client_pod: 'a', client_ns: 'n', client_svc: 's' },
      ...{ client_node: 'k', client_container_id: 'c1', client_cgroup_id: '12' },
      ...{ server_ip: '10.0.0.2', server_port: '80', server_pod: 'b', server_ns: 'm', server_svc: 't' },
      ...{ server_node: 'l', server_container_id: 'c2', server_cgroup_id: '67' },
      // Counted rates are of two answers; one alone has none.
      ...{ bytes_per_s: '', packets_per_s: '' },
      ...{ bytes: '26', packets: '22', p50_us: '9', p99_us: '11', band: 'excellent' },
      ...{ handshake_side: 'client', seen_by: 'both' },
      ...{ client_tx_packets: '1', client_rx_packets: '2', client_tx_bytes: '3', client_rx_bytes: '4' },
      ...{ client_tx_packets_per_s: '5.5', client_rx_packets_per_s: '6.5' },
      ...{ client_tx_bits_per_s: '7', client_rx_bits_per_s: '8' },
      ...{ client_p50_us: '9', client_p90_us: '10', client_p99_us: '11' },
      ...{ client_timestamp: '2025-01-15T10:30:00Z' },
      ...{ server_tx_packets: '21', server_rx_packets: '22', server_tx_bytes: '23', server_rx_bytes: '24' },
      ...{ server_tx_packets_per_s: '25', server_rx_packets_per_s: '26' },
      ...{ server_tx_bits_per_s: '27', server_rx_bits_per_s: '28' },
      ...{ server_p50_us: '29', server_p90_us: '30', server_p99_us: '31' },
      ...{ server_timestamp: '2025-01-15T10:30:05Z' },
      ...{ reported_packets: '46', reported_bytes: '54' },
      ...{ reported_packets_per_s: '100.5', reported_bits_per_s: '64' },
    });
  });

  it('leaves what is not known empty, and an untrusted server without a band', () => {
    const [line] = read(flowsCsv(sketch('a/x -> b/y:80  s 1k/2k 20us..30us'), UNTRUSTED));
    expect(line?.get('client_tx_bytes')).toBe('');
    expect(line?.get('p99_us')).toBe('');
    expect(line?.get('server_p99_us')).toBe('30');
    expect(line?.get('band')).toBe('unmeasured');
    expect(line?.get('bytes')).toBe('3000');
  });

  it('has a header even without a flow', () => {
    expect(parse(flowsCsv([], UNTRUSTED))[0]?.slice(0, 2)).toEqual(['proto', 'client_ip']);
  });

  it('is the same in parts, however many', () => {
    const flows = Array.from({ length: 4_100 }, (_, i) => named(`pod-${i}`));
    const names = read(flowsCsv(flows, UNTRUSTED)).map((row) => row.get('client_pod'));
    expect(names).toEqual(flows.map((flow) => flow.client.pod));
  });

  it.each(NAMES)('keeps the name %j', (name) => {
    expect(
      read(flowsCsv([named(name), named('next')], UNTRUSTED)).map((row) => row.get('client_pod')),
    ).toEqual([name, 'next']);
  });

  it.each(FORMULAS)('makes %j inert', (name) => {
    const [line] = read(flowsCsv([named(name)], UNTRUSTED));
    // The apostrophe is how a spreadsheet is told that the rest is text.
    expect(line?.get('client_pod')).toBe(`'${name}`);
  });
});

describe('a file of raw rows', () => {
  const rows = (json: string): RawRow[] => JSON.parse(json) as RawRow[];

  it('has the discovered columns, nested values as JSON', () => {
    expect(
      parse(rawCsv(rows('[{"a":1,"peer":{"ip":"::1","l":[1,2]}},{"b":"x","a":-2.5},{"c":true}]'))),
    ).toEqual([
      ['a', 'peer', 'b', 'c'],
      ['1', '{"ip":"::1","l":[1,2]}', '', ''],
      ['-2.5', '', 'x', ''],
      ['', '', '', 'true'],
    ]);
  });

  it('takes hostile keys as keys, and makes them inert too', () => {
    expect(parse(rawCsv(rows('[{"__proto__":1,"constructor":"c","=1+1":2},{"toString":3}]')))).toEqual([
      ['__proto__', 'constructor', "'=1+1", 'toString'],
      ['1', 'c', '2', ''],
      ['', '', '', '3'],
    ]);
  });

  it('makes formulas in values inert', () => {
    const [, ...lines] = parse(rawCsv(FORMULAS.map((text) => ({ text, last: 1 }))));
    expect(lines.map(([text]) => text)).toEqual(FORMULAS.map((text) => `'${text}`));
  });

  it('is empty without rows', () => {
    expect(rawCsv([])).toBe('');
  });
});

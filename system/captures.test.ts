/**
 * Our reader of captures against tshark, on captures of others and on made ones: how many frames, which conversations
 * of TCP and UDP, how many packets and IP bytes each end sent. tshark says which headers it saw, innermost last.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { canonicalIp } from '../src/flows/address';
import { createAddressBook } from '../src/sources/pcap/addresses';
import { createReading, readCapture } from '../src/sources/pcap/capture';
import {
  ethernet,
  geneve,
  gre,
  ip,
  loopback,
  mpls,
  pcapFile,
  pcapngFile,
  sll,
  sll2,
  streamOf,
  udp,
  vlan,
  vxlan,
} from '../src/sources/pcap/frames';
import { createListeners, tallyOf } from '../src/sources/pcap/tally';
import { WIDTH } from '../src/sources/pcap/timeline';
import { framesOf } from '../src/sources/pcap/trace';

const root = fileURLToPath(new URL('..', import.meta.url));
const data = resolve(process.env.SHOAL_DATA ?? resolve(root, '../shared/data'));
const folder = mkdtempSync(join(tmpdir(), 'shoal-system-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is said between two ends: packets and bytes by `proto source > target`. */
type Counts = Map<string, { packets: number; bytes: number }>;

interface Found {
  frames: number;
  counts: Counts;
  /** Connections of TCP, ports used again counted again. */
  connections: number;
}

function add(counts: Counts, key: string, packets: number, bytes: number): void {
  const known = counts.get(key);
  if (known === undefined) counts.set(key, { packets, bytes });
  else {
    known.packets += packets;
    known.bytes += bytes;
  }
}

async function ours(path: string): Promise<Found> {
  const bytes = readFileSync(path);
  const book = createAddressBook();
  const listeners = createListeners();
  const reading = createReading({ book, listeners, kept: 'all' });
  const capture = await readCapture(reading, path, streamOf(bytes, 65_536));
  expect(capture.problem).toBeUndefined();
  const counts: Counts = new Map();
  const tallies = [
    ...capture.tallies,
    ...capture.undirected.map((conversation) => tallyOf(conversation, book, listeners)),
  ];
  for (const { proto, client, server, serverPort, connection, timeline } of tallies) {
    const from = `${book.textOf(client)} ${connection?.clientPort}`;
    const to = `${book.textOf(server)} ${serverPort}`;
    for (let at = 0; at < timeline.length; at += WIDTH) {
      const [, sent = 0, sentBytes = 0, got = 0, gotBytes = 0] = timeline.slice(at, at + WIDTH);
      if (sent > 0) add(counts, `${proto} ${from} > ${to}`, sent, sentBytes);
      if (got > 0) add(counts, `${proto} ${to} > ${from}`, got, gotBytes);
    }
  }
  return {
    frames: capture.frames,
    counts,
    connections: tallies.filter(({ proto }) => proto === 'tcp').length,
  };
}

const FIELDS = [
  ...['frame.protocols', 'ip.src', 'ip.dst', 'ip.len', 'ipv6.src', 'ipv6.dst', 'ipv6.plen'],
  ...['tcp.srcport', 'tcp.dstport', 'udp.srcport', 'udp.dstport', 'tcp.stream'],
];

/** The port that Linux took for VXLAN before it had one is another protocol's to tshark, unless told. */
function tshark(path: string): Found {
  const text = execFileSync(
    'tshark',
    [
      '-n',
      '-r',
      path,
      '-d',
      'udp.port==8472,vxlan',
      '-T',
      'fields',
      '-E',
      'occurrence=l',
      ...FIELDS.flatMap((field) => ['-e', field]),
    ],
    { encoding: 'utf8', maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const rows = text.split('\n').slice(0, -1);
  const counts: Counts = new Map();
  const streams = new Set<string>();
  for (const row of rows) {
    const [protocols = '', src4, dst4, len4, src6, dst6, len6, ...rest] = row.split('\t');
    const [tcpFrom, tcpTo, udpFrom, udpTo, stream = ''] = rest;
    const layers = protocols.split(':');
    const isSix = layers.lastIndexOf('ipv6') > layers.lastIndexOf('ip');
    const inside = layers.slice(layers.lastIndexOf(isSix ? 'ipv6' : 'ip'));
    // An error of ICMP quotes the packet it is about.
    if (layers.includes('icmp') || layers.includes('icmpv6')) continue;
    const proto = inside.includes('tcp') ? 'tcp' : inside.includes('udp') ? 'udp' : undefined;
    if (proto === undefined) continue;
    const [from, to] = proto === 'tcp' ? [tcpFrom, tcpTo] : [udpFrom, udpTo];
    const source = canonicalIp((isSix ? src6 : src4) ?? '');
    const target = canonicalIp((isSix ? dst6 : dst4) ?? '');
    add(counts, `${proto} ${source} ${from} > ${target} ${to}`, 1, isSix ? 40 + Number(len6) : Number(len4));
    if (proto === 'tcp') streams.add(stream);
  }
  return { frames: rows.length, counts, connections: streams.size };
}

async function compare(path: string): Promise<void> {
  const [mine, theirs] = [await ours(path), tshark(path)];
  expect(mine.frames).toBe(theirs.frames);
  expect(Object.fromEntries([...mine.counts].sort())).toEqual(Object.fromEntries([...theirs.counts].sort()));
  expect(mine.connections).toBe(theirs.connections);
}

const capturesIn = (path: string): string[] =>
  existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : [];

describe('captures of others', () => {
  test.each(capturesIn(join(data, 'pcap')).map((path) => [basename(path), path]))('%s', (_, path) =>
    compare(path),
  );

  // tshark before 4.2 reads zipped files as well, but not every build of it.
  test.each(capturesIn(join(data, 'lab-bands/pcap')).map((path) => [basename(path), path]))(
    '%s',
    async (name, path) => {
      const plain = join(folder, name.replace(/\.gz$/, ''));
      writeFileSync(plain, gunzipSync(readFileSync(path)));
      await compare(plain);
    },
  );

  test('are there', () => {
    expect(capturesIn(join(data, 'pcap')).length, `no captures in ${data}; set SHOAL_DATA`).toBeGreaterThan(
      0,
    );
  });
});

const TRACE = `
  0 10.0.0.1:40000 > 10.0.0.2:80 S 100
  1 10.0.0.1:40000 > 10.0.0.2:80 S 100
  1.001 10.0.0.2:80 > 10.0.0.1:40000 SA 500 101
  1.002 10.0.0.1:40000 > 10.0.0.2:80 A 101 501 200
  2 10.0.0.1:40000 > 10.0.0.2:80 R 301
  3 10.0.0.1:40000 > 10.0.0.2:80 S 9100
  3.1 10.0.0.2:80 > 10.0.0.1:40000 RA 0 9101
  6 10.0.0.1:40001 > 10.0.0.2:53 udp 30
  6.1 10.0.0.2:53 > 10.0.0.1:40001 udp 60`;
const TRACE_6 = TRACE.replaceAll(/10\.0\.0\.(\d)/g, '[fd00::$1]');
const outer = (protocol: number, payload: Uint8Array) =>
  ethernet(ip('192.168.0.1', '192.168.0.2', protocol, payload));

describe.each([
  ['IPv4', TRACE],
  ['IPv6', TRACE_6],
])('made captures of %s', (version, trace) => {
  test.each<[string, Uint8Array]>([
    ['pcap', pcapFile(framesOf(trace))],
    ['pcap, big-endian, ns', pcapFile(framesOf(trace), { bigEndian: true, nanoseconds: true })],
    ['pcap, cut short', pcapFile(framesOf(trace), { snapLength: 96 })],
    ['pcapng', pcapngFile(framesOf(trace))],
    ['pcapng, big-endian, ns', pcapngFile(framesOf(trace), { bigEndian: true, nanoseconds: true })],
    [
      'SLL',
      pcapFile(
        framesOf(trace, (bytes) => sll(bytes)),
        { linkType: 113 },
      ),
    ],
    [
      'SLL2',
      pcapngFile(
        framesOf(trace, (bytes) => sll2(bytes)),
        { linkType: 276 },
      ),
    ],
    [
      'raw',
      pcapFile(
        framesOf(trace, (bytes) => bytes),
        { linkType: 101 },
      ),
    ],
    [
      'loopback',
      pcapFile(
        framesOf(trace, (bytes) => loopback(bytes)),
        { linkType: 0 },
      ),
    ],
    ['VLAN', pcapFile(framesOf(trace, (bytes) => vlan(ethernet(bytes), 3)))],
    ['QinQ', pcapFile(framesOf(trace, (bytes) => vlan(vlan(ethernet(bytes), 3), 4, 0x88a8)))],
    ['MPLS', pcapFile(framesOf(trace, (bytes) => mpls(bytes, 1000, 1001)))],
    ['VXLAN', pcapFile(framesOf(trace, (bytes) => outer(17, udp(5, 4789, vxlan(ethernet(bytes), 7)))))],
    ['Geneve', pcapFile(framesOf(trace, (bytes) => outer(17, udp(5, 6081, geneve(ethernet(bytes), 7)))))],
    ['GRE', pcapFile(framesOf(trace, (bytes) => outer(47, gre(bytes, 7))))],
    ['IP in IP', pcapFile(framesOf(trace, (bytes) => outer(version === 'IPv6' ? 41 : 4, bytes)))],
  ])('%s', async (name, bytes) => {
    const path = join(folder, `${version} ${name}`);
    writeFileSync(path, bytes);
    await compare(path);
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readInventory } from '../inventory';
import { createInventoryNames } from '../inventory-names';
import { read } from './captured';
import { ethernet, geneve, gre, ip, mpls, pcapFile, pcapngFile, sll, sll2, udp, vlan, vxlan } from './frames';
import { UnreadableCaptures } from './pcap';
import { framesOf } from './trace';

/** The suite takes a few seconds of it, the sweep all. */
const RUNS = process.env.SWEEP === '1' ? 100_000 : 1500;
const SLOWEST_MS = 1000;
/** What 100,000 damaged files may leave behind, beside what the tests' own tools keep. */
const MOST_GROWTH_BYTES = 200 * 2 ** 20;

const TRACE = `
  0 10.0.0.1:40000 > 10.0.0.2:80 S 100
  0.001 10.0.0.2:80 > 10.0.0.1:40000 SA 500 101 ttl=60
  0.002 10.0.0.1:40000 > 10.0.0.2:80 A 101 501 200
  1 10.0.0.1:40000 > 10.0.0.2:80 FA 301 501
  1.1 10.0.0.2:80 > 10.0.0.1:40000 FA 501 302 ttl=60
  6 10.0.0.1:40001 > 10.0.0.2:53 udp 30
  6.1 10.0.0.2:53 > 10.0.0.1:40001 udp 60 ttl=60`;
const TRACE_6 = TRACE.replaceAll(/10\.0\.0\.(\d)/g, '[fd00::$1]');

const outer = (protocol: number, payload: Uint8Array) =>
  ethernet(ip('192.168.0.1', '192.168.0.2', protocol, payload));
const fragments = framesOf('0 10.0.0.1:5 > 10.0.0.2:53 udp 90').flatMap(({ at, frame }) => {
  const datagram = Uint8Array.from(frame).subarray(34);
  return [0, 40, 80].map((offset) => ({
    at,
    frame: ethernet(
      ip('10.0.0.1', '10.0.0.2', 17, datagram.subarray(offset, offset + 40), {
        id: 9,
        offset,
        more: offset < 80,
      }),
    ),
  }));
});

function corpus(): Uint8Array[] {
  const files = [TRACE, TRACE_6].flatMap((trace) => [
    pcapFile(framesOf(trace)),
    pcapngFile(framesOf(trace), { nanoseconds: true }),
    pcapFile(framesOf(trace), { nanoseconds: true, bigEndian: true, snapLength: 60 }),
    pcapngFile(
      framesOf(trace, (bytes) => sll2(bytes)),
      { linkType: 276, bigEndian: true },
    ),
    pcapFile(
      framesOf(trace, (bytes) => sll(bytes)),
      { linkType: 113 },
    ),
    pcapFile(
      framesOf(trace, (bytes) => bytes),
      { linkType: 101 },
    ),
    pcapFile(framesOf(trace, (bytes) => vlan(vlan(mpls(bytes, 1, 2), 3), 4, 0x88a8))),
    pcapFile(framesOf(trace, (bytes) => outer(17, udp(5, 4789, vxlan(ethernet(bytes), 7))))),
    pcapFile(framesOf(trace, (bytes) => outer(17, udp(5, 6081, geneve(ethernet(bytes), 7, [0, 1, 2, 0]))))),
    pcapFile(framesOf(trace, (bytes) => outer(47, gre(bytes, 7)))),
    pcapFile(framesOf(trace, (bytes) => outer(bytes[0] === 0x60 ? 41 : 4, bytes))),
  ]);
  files.push(pcapFile(fragments), new Uint8Array(gzipSync(pcapFile(framesOf(TRACE)))));
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const data = resolve(process.env.SHOAL_DATA ?? resolve(root, '../shared/data'), 'pcap');
  for (const name of existsSync(data) ? readdirSync(data) : []) {
    files.push(new Uint8Array(readFileSync(`${data}/${name}`)).slice(0, 8192));
  }
  return files;
}

const CORPUS = corpus();
const names = createInventoryNames(
  readInventory([
    {
      kind: 'Node',
      metadata: { name: 'n' },
      status: { addresses: [{ type: 'InternalIP', address: '192.168.0.1' }] },
    },
    { kind: 'Pod', metadata: { name: 'p', namespace: 'x' }, status: { podIP: '10.0.0.1', phase: 'Running' } },
    {
      kind: 'Service',
      metadata: { name: 's', namespace: 'x' },
      spec: { clusterIP: '10.0.0.2', ports: [{ port: 80 }] },
    },
  ]),
);

type Mutation = {
  at: number;
  kind: 'set' | 'flip' | 'cut' | 'drop' | 'insert' | 'repeat' | 'word';
  value: number;
};

const mutation: fc.Arbitrary<Mutation> = fc.record({
  // Headers stand at the beginning of a file and of each packet; small numbers hit the first ones.
  at: fc.oneof(fc.nat(80), fc.nat(8192)),
  kind: fc.constantFrom('set', 'flip', 'word', 'word', 'set', 'flip', 'cut', 'drop', 'insert', 'repeat'),
  value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x7fffffff, 0xffffffff, 0x10000)),
});

function mutate(file: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  let bytes = [...file];
  for (const { at: wanted, kind, value } of mutations) {
    if (bytes.length === 0) break;
    const at = wanted % bytes.length;
    if (kind === 'set') bytes[at] = value & 255;
    else if (kind === 'flip') bytes[at] = (bytes[at] ?? 0) ^ (1 << (value & 7));
    else if (kind === 'word') for (const i of [0, 1, 2, 3]) bytes[at + i] = (value >>> (i * 8)) & 255;
    else if (kind === 'cut') bytes = bytes.slice(0, at);
    else if (kind === 'drop') bytes.splice(at, 1 + (value & 31));
    else if (kind === 'insert') bytes.splice(at, 0, ...new Array<number>(1 + (value & 31)).fill(value & 255));
    else bytes = [...bytes, ...bytes.slice(at)].slice(0, 20_000);
  }
  return Uint8Array.from(bytes);
}

test(`${RUNS} damaged captures: none crashes, none hangs, and what is counted is a count`, async () => {
  let slowestMs = 0;
  const heapBefore = process.memoryUsage().heapUsed;
  const file = fc.nat(CORPUS.length - 1).map((index) => CORPUS[index] ?? new Uint8Array());
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(file, fc.array(mutation, { maxLength: 6 })), { minLength: 1, maxLength: 2 }),
      fc.boolean(),
      fc.boolean(),
      async (damaged, isNamed, join) => {
        // Of the processor: a busy machine is no failure.
        const before = process.cpuUsage();
        const files = damaged.map(([bytes, mutations]) => mutate(bytes, mutations));
        try {
          const { ledger } = await read(files, { join, ...(isNamed ? { names } : {}) });
          for (const step of ledger.span === undefined ? [] : [ledger.span.first, ledger.span.last]) {
            expect(Number.isSafeInteger(step)).toBe(true);
            for (const { clientStats, serverStats } of ledger.flowsAt(step)) {
              for (const value of [
                ...Object.values(clientStats ?? {}),
                ...Object.values(serverStats ?? {}),
              ]) {
                expect(typeof value === 'string' || (Number.isFinite(value) && value >= 0)).toBe(true);
              }
            }
          }
        } catch (error) {
          if (!(error instanceof UnreadableCaptures)) throw error;
        }
        const { user, system } = process.cpuUsage(before);
        slowestMs = Math.max(slowestMs, (user + system) / 1000);
      },
    ),
    { numRuns: RUNS },
  );
  expect(slowestMs).toBeLessThan(SLOWEST_MS);
  globalThis.gc?.();
  expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(MOST_GROWTH_BYTES);
  console.info(`${RUNS} damaged captures: slowest ${slowestMs.toFixed(0)} ms`);
}, 1_800_000);

test('a file cut anywhere keeps every packet before the cut', async () => {
  const whole = pcapFile(framesOf(TRACE));
  const ends = framesOf(TRACE).map((_, i, all) => pcapFile(all.slice(0, i + 1)).length);
  for (let length = 24; length <= whole.length; length++) {
    const kept = ends.filter((end) => end <= length).length;
    if (kept === 0) continue;
    expect((await read([whole.subarray(0, length)])).frames).toBe(kept);
  }
});

/**
 * One text notation for traffic, for unit tests, scenarios, e2e and docs. A line a flow:
 *
 *   shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070   both 60k/167k 3ms..12ms
 *   shop/cart-1(cart)@n2 -> data/(redis):6379         c 136k/78k 3ms..12ms      // near half: a service address
 *   shop/cart-1(cart)@n2 -> data/redis-0(redis)@n1:6379   s 78k/136k            // far half: the pod behind it
 *   @n1 -> shop/web-1(web)@n1:8080                    c 10k/10k                 // a host process
 *   shop/pay-1@n3 -> 203.0.113.10:8443                c 20k/75k 124ms..1.2s     // an external address
 *   shop/web-1@n1 -> kube-system/dns-1(dns)@n1:53/udp both 800/848
 *   shop/pay-1@n3 -> [2001:db8::10]:443               c 1k/1k s 1k/1k           // both sides, told apart
 *
 * An end is `ns/pod(svc)@node#ip`, every part optional, or a bare address (IPv6 in brackets). `c`, `s` and `both` give
 * TX/RX as the client saw it, as the server saw it, or mirrored; sizes take k, M, G (decimal); times are p50..p99, or
 * one value for both.
 * Throws an Error naming the line and the part it could not read.
 */
import type { Endpoint, Flow, Stats } from './flow';
import { type Bytes, bytes, type Microseconds, microseconds, type Packets, packets } from './units';

export function sketch(text: string): Flow[] {
  return text
    .split('\n')
    .map((line) => line.replace(/(^|\s)\/\/.*$/, '').trim())
    .filter((line) => line !== '')
    .map(readLine);
}

function readLine(line: string): Flow {
  const [ends, ...rest] = line.split(/\s{2,}|\s+(?=(?:c|s|both)\s+[\d.])/);
  const [from, to] = (ends ?? '').split(/\s*->\s*/);
  if (from === undefined || to === undefined || from === '' || to === '')
    throw new Error(`sketch: no "a -> b" in: ${line}`);
  const target = /^(\[[^\]]*\]|.*?)(?::(\d+))?(?:\/(tcp|udp))?$/.exec(to);
  const [, who = '', port, proto = 'tcp'] = target ?? [];
  const flow: Flow = {
    proto: proto === 'udp' ? 'udp' : 'tcp',
    client: readEnd(from),
    server: readEnd(who),
  };
  if (port !== undefined) flow.server.port = Number(port);
  for (const part of rest) addPerspective(flow, part, line);
  flow.totals = {
    pkts: packets(sum(flow, ['txPkts', 'rxPkts'])),
    bytes: bytes(sum(flow, ['txBytes', 'rxBytes'])),
  };
  return flow;
}

const sum = (flow: Flow, names: readonly (keyof Stats)[]): number =>
  [flow.clientStats, flow.serverStats].reduce(
    (total, stats) => total + names.reduce((part, name) => part + Number(stats?.[name] ?? 0), 0),
    0,
  );

function readEnd(text: string): Endpoint {
  const address = /^\[([\da-f:.]+)\]$/i.exec(text)?.[1] ?? /^[\d.]+$/.exec(text)?.[0];
  if (address !== undefined) return { ip: address };
  const match = /^(?:([^/@#()\s]*)\/)?([^/@#()[\]:\s]*)(?:\(([^)]*)\))?(?:@([^#\s]*))?(?:#(\S*))?$/.exec(
    text,
  );
  if (match === null) throw new Error(`sketch: cannot read the end: ${text}`);
  const [, ns, pod, svc, node, ip] = match;
  return {
    ...(ip ? { ip } : {}),
    ...(pod ? { pod } : {}),
    ...(ns ? { ns } : {}),
    ...(svc ? { svc } : {}),
    ...(node ? { node } : {}),
  };
}

function addPerspective(flow: Flow, part: string, line: string): void {
  const match = /^(c|s|both)\s+(\S+)\/(\S+?)(?:\s+(\S+?)(?:\.\.(\S+))?)?$/.exec(part);
  if (match === null) throw new Error(`sketch: cannot read "${part}" in: ${line}`);
  const [, side, tx = '', rx = '', low, high = low] = match;
  const stats = (out: string, back: string): Stats => ({
    txPkts: readPackets(out),
    rxPkts: readPackets(back),
    txBytes: readSize(out),
    rxBytes: readSize(back),
    ...(low === undefined || high === undefined
      ? {}
      : { p50Us: readTime(low), p90Us: readTime(high), p99Us: readTime(high) }),
  });
  if (side !== 's') flow.clientStats = stats(tx, rx);
  if (side !== 'c') flow.serverStats = side === 'both' ? stats(rx, tx) : stats(tx, rx);
}

const SIZES: Record<string, number> = { '': 1, k: 1e3, M: 1e6, G: 1e9 };
const TIMES: Record<string, number> = { us: 1, µs: 1, ms: 1e3, s: 1e6 };

function readScaled(text: string, scales: Record<string, number>): number {
  const [, digits = '', suffix = ''] = /^([\d.]+)(\D*)$/.exec(text) ?? [];
  const scale = Object.hasOwn(scales, suffix) ? scales[suffix] : undefined;
  if (digits === '' || scale === undefined) throw new Error(`sketch: cannot read the amount: ${text}`);
  return Math.round(Number(digits) * scale);
}

const readSize = (text: string): Bytes => bytes(readScaled(text, SIZES));
const readTime = (text: string): Microseconds => microseconds(readScaled(text, TIMES));
/** A sketch gives no packets; one packet a kilobyte is enough for tests that only need some. */
const readPackets = (text: string): Packets => packets(Math.ceil(readScaled(text, SIZES) / 1000));

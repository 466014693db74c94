import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sketch } from './sketch';

describe('the examples of its own header', () => {
  const header = readFileSync(new URL('./sketch.ts', import.meta.url), 'utf8').split('*/')[0] ?? '';
  const lines = header
    .split('\n')
    .map((line) => line.replace(/^ \* ?/, ''))
    .filter((line) => line.includes(' -> '));

  it('all parse', () => {
    expect(lines.length).toBeGreaterThanOrEqual(7);
    expect(sketch(lines.join('\n'))).toHaveLength(lines.length);
  });

  it('say what they seem to say', () => {
    const flows = sketch(lines.join('\n'));
    expect(flows[0]).toEqual({
      proto: 'tcp',
      client: { ns: 'shop', pod: 'web-1', svc: 'web', node: 'n1' },
      server: { ns: 'shop', pod: 'cart-1', svc: 'cart', node: 'n2', port: 7070 },
      clientStats: {
        txPkts: 60,
        rxPkts: 167,
        txBytes: 60_000,
        rxBytes: 167_000,
        p50Us: 3_000,
        p90Us: 12_000,
        p99Us: 12_000,
      },
      serverStats: {
        txPkts: 167,
        rxPkts: 60,
        txBytes: 167_000,
        rxBytes: 60_000,
        p50Us: 3_000,
        p90Us: 12_000,
        p99Us: 12_000,
      },
      totals: { pkts: 454, bytes: 454_000 },
    });
    const serverOf = (row: number) => flows[row]?.server;
    expect(serverOf(1)).toEqual({ ns: 'data', svc: 'redis', port: 6379 });
    expect(flows[2]).toMatchObject({ serverStats: { txBytes: 78_000, rxBytes: 136_000 } });
    expect(flows[2]).not.toHaveProperty('clientStats');
    expect(flows[3]?.client).toEqual({ node: 'n1' });
    expect(serverOf(4)).toEqual({ ip: '203.0.113.10', port: 8443 });
    expect(flows[4]?.clientStats).toMatchObject({ p50Us: 124_000, p99Us: 1_200_000 });
    expect(flows[5]).toMatchObject({
      proto: 'udp',
      server: { pod: 'dns-1', port: 53 },
      serverStats: { txBytes: 848 },
    });
    expect(serverOf(6)).toEqual({ ip: '2001:db8::10', port: 443 });
    expect(flows[6]).toMatchObject({ clientStats: { txBytes: 1_000 }, serverStats: { txBytes: 1_000 } });
  });
});

it('reads addresses of ends, IPv6 clients, sizes, and skips comments and empty lines', () => {
  const flows = sketch(`
    // nothing here
    [fd00::1] -> a/x#10.0.0.7:80   c 1.5M/2G 250us   // a remark

    10.0.0.1 -> [fd00::2]`);
  expect(flows).toHaveLength(2);
  expect(flows[0]).toMatchObject({
    client: { ip: 'fd00::1' },
    server: { ns: 'a', pod: 'x', ip: '10.0.0.7', port: 80 },
    clientStats: { txBytes: 1_500_000, rxBytes: 2_000_000_000, p50Us: 250, p99Us: 250 },
  });
  expect(flows[1]).toMatchObject({ client: { ip: '10.0.0.1' }, server: { ip: 'fd00::2' } });
});

it.each([
  ['a/x b/y', 'no "a -> b" in: a/x b/y'],
  ['a/x -> ', 'no "a -> b" in: a/x ->'],
  ['-> a/x', 'no "a -> b" in: -> a/x'],
  ['a/x -> b/y:1  c 12', 'cannot read "c 12" in: a/x -> b/y:1'],
  ['a/x -> b/y:1  client 1/2', 'cannot read "client 1/2" in:'],
  ['a/x -> b/y:1  c 12/lots', 'cannot read the amount: lots'],
  ['a/x -> b/y:1  c 12q/1', 'cannot read the amount: 12q'],
  ['a/x -> b/y:1  c 1/1 3min', 'cannot read the amount: 3min'],
  ['a/x -> b/y/z:1', 'cannot read the end: b/y/z'],
  ['fd00::1 -> b/y:1', 'cannot read the end: fd00::1'],
  ['a/x c foo -> b/y:1', 'cannot read the end: a/x c foo'],
])('%s: the error names the part', (text, message) => {
  expect(() => sketch(text)).toThrow(message);
});

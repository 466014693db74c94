import { describe, expect, it } from 'vitest';
import type { Flow } from '../flows/flow';
import { type ServerTrust, serverTrust } from '../flows/handshake';
import { sketch } from '../flows/sketch';
import { linkVolume, volumeSum } from '../flows/volume';
import { endDetails, endName, endPlace, flowRow, flowRows } from './flow-rows';

const UNTRUSTED: ServerTrust = { trusted: false, pairs: 0 };
const TRUSTED: ServerTrust = { trusted: true, pairs: 1 };

const one = (text: string): Flow => {
  const [flow] = sketch(text);
  if (flow === undefined) throw new Error('the sketch has a line');
  return flow;
};

describe('a row', () => {
  it('accounts by the sender, like a link of this one flow', () => {
    const flows = sketch(`
      shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070   both 60k/167k 3ms..12ms
      shop/cart-1(cart)@n2 -> data/(redis):6379         c 136k/78k 3ms..12ms
      shop/cart-1(cart)@n2 -> data/redis-0(redis)@n1:6379   s 78k/136k
    `);
    const rows = flowRows(flows, serverTrust(flows));
    expect(rows.map((row) => row.bytes)).toEqual([227_000, 214_000, 214_000]);
    for (const row of rows) {
      expect(row.bytes).toBe(volumeSum(linkVolume([row.flow], 'bytes')));
      expect(row.packets).toBe(volumeSum(linkVolume([row.flow], 'packets')));
    }
    expect(rows.map((row) => row.perspectives)).toEqual(['both', 'client only', 'server only']);
  });

  it('leads with the client, and lets a trusted server stand in', () => {
    const both = flowRow(one('a/x -> b/y:80  c 1/1 2ms..20ms s 1/1 30us'), TRUSTED);
    expect(both).toMatchObject({ side: 'client', p50Us: 2_000, p99Us: 20_000, band: 'elevated' });
    const server = one('a/x -> b/y:80  s 1/1 2ms..5ms');
    expect(flowRow(server, TRUSTED)).toMatchObject({ side: 'server', p99Us: 5_000, band: 'good' });
    const untrusted = flowRow(server, UNTRUSTED);
    expect(untrusted).toMatchObject({ band: 'unmeasured', serverOnlyP99Us: 5_000 });
    expect(untrusted.p99Us).toBeUndefined();
  });

  it('says nothing where nothing was counted', () => {
    const row = flowRow({ proto: 'udp', client: { ip: '10.0.0.1' }, server: {} }, TRUSTED);
    expect(row).toEqual({
      flow: row.flow,
      band: 'unmeasured',
      perspectives: 'none',
    });
  });
});

describe('an end', () => {
  it('is named by the finest name it has, with its place beside it', () => {
    expect(endName({ pod: 'web-1', ns: 'shop', svc: 'web', node: 'n1' })).toBe('web-1');
    expect(endPlace({ pod: 'web-1', ns: 'shop', node: 'n1' })).toBe('shop / n1');
    expect(endPlace({ node: 'n1' })).toBe('');
    expect(endPlace({ svc: 'redis', ns: 'data' })).toBe('data');
    expect(endName({})).toBe('unknown');
  });

  it('tells everything in its details', () => {
    expect(
      endDetails({ pod: 'web-1', ns: 'shop', ip: '10.0.0.1', port: 80, containerId: 'c1', cgroupId: 7 }),
    ).toBe('pod web-1\nns shop\nip 10.0.0.1\nport 80\ncontainer c1\ncgroup 7');
  });
});

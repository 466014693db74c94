// A replica beside its sisters: like with like, so that a median over several servers accuses nobody.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../flows/flow';
import { sketch } from '../flows/sketch';
import { decodeAnswer } from '../flows/wire';
import { readInventoryFacts } from './activity-inventory';
import { observe } from './diagnose-observe';
import { compareReplicas, measuredRows, type ReplicaComparison } from './diagnose-replicas';

const ZONES = new Map([
  ['n1', 'a'],
  ['n2', 'a'],
  ['n3', 'b'],
]);

function compare(
  flows: readonly Flow[],
  pod: string,
  zones?: ReadonlyMap<string, string>,
): ReplicaComparison[] {
  const last = observe({ flows, atMs: 0, epoch: 1, ...(zones === undefined ? {} : { zones }) });
  const rows = measuredRows(last).filter(({ who }) => who.client.id === pod || who.server.id === pod);
  return compareReplicas(last, rows, pod);
}

const web = (one: string, near: string, far: string) => `
  shop/web-${one} -> shop/db-0(db)@n2:5432  both 9k/9k ${near}
  shop/web-${one} -> shop/db-1(db)@n3:5432  both 9k/9k ${far}`;
const sisters = `${web('0(web)@n2', '40us..60us', '45ms..50ms')}${web('1(web)@n2', '40us..60us', '45ms..50ms')}`;

describe('a replica beside its sisters', () => {
  it('farther away from one server pod, and as fast to the other, is not the pod itself', () => {
    const text = `${sisters}${web('2(web)@n1', '3ms..4ms', '46ms..50ms')}
      shop/x-0(x)@n1 -> shop/y-0(y)@n1:80  both 9k/9k 30us..60us`;
    const [replica, ...rest] = compare(sketch(text), 'pod:shop/web-2', ZONES);
    expect(rest).toEqual([]);
    expect(replica).toMatchObject({ is: 'farther', p50Us: 3_000, sistersP50Us: 40, sisters: 2 });
    expect(replica?.sentence).toContain('farther away from it (same zone, the others same node)');
    expect(replica?.sentence).toContain('not slower than its sisters at the same distance');
    expect(replica?.sentence).not.toContain('itself');
  });

  it('slower to the same pod from the same distance: the pod itself, or its node', () => {
    const slow = web('2(web)@n2', '60ms..70ms', '160ms..190ms');
    const [pod] = compare(sketch(`${sisters}${slow}`), 'pod:shop/web-2', ZONES);
    expect(pod).toMatchObject({ is: 'slower', p50Us: 60_000, sistersP50Us: 40 });
    expect(pod?.sentence).toContain('the other pods of n2 are fast, it is the pod itself');
    const moved = `${sisters}${web('2(web)@n4', '60ms..70ms', '160ms..190ms')}${web('3(web)@n5', '2ms..3ms', '45ms..50ms')}
      shop/x-0(x)@n4 -> shop/db-0(db)@n2:5432  both 9k/9k 61ms..70ms`;
    const zones = new Map([...ZONES, ['n4', 'a'], ['n5', 'a']]);
    const [node] = compare(sketch(moved), 'pod:shop/web-2', zones);
    expect(node?.sentence).toContain('so do the other pods of n4, it is the node');
  });

  it('without zones another node may be farther away', () => {
    const text = `${web('0(web)@n4', '2ms..3ms', '2ms..3ms')}${web('1(web)@n5', '20ms..30ms', '20ms..30ms')}`;
    const [replica] = compare(sketch(text), 'pod:shop/web-1');
    expect(replica?.sentence).toContain('zones are not known, so it may be farther away');
  });

  it('that is not slower gets one line that says so, and its sisters none', () => {
    const found = compare(sketch(sisters), 'pod:shop/web-1', ZONES);
    expect(found).toMatchObject([{ pod: 'pod:shop/web-1', is: 'alike' }]);
    expect(found[0]?.sentence).toContain('is not slower than its sisters at the same distance');
  });

  it('without zones what is alike on other nodes is not called the same distance', () => {
    const text = `${web('0(web)@n4', '2ms..3ms', '2ms..3ms')}${web('1(web)@n5', '2ms..3ms', '2ms..3ms')}`;
    expect(compare(sketch(text), 'pod:shop/web-1')[0]?.sentence).toContain(
      'not slower than its sisters on other nodes (zones are not known)',
    );
  });

  it('the shipped recording: the replica beyond a node boundary is farther away, not sick', () => {
    const folder = fileURLToPath(new URL('../../public/recordings', import.meta.url));
    const lines = gunzipSync(readFileSync(path.join(folder, 'lab.jsonl.gz')))
      .toString()
      .trim()
      .split('\n');
    const { flows } = JSON.parse(lines.at(-1) ?? '') as { flows: unknown };
    const inventory: unknown = JSON.parse(readFileSync(path.join(folder, 'lab-inventory.json'), 'utf8'));
    const zones = readInventoryFacts(inventory).zones;
    const pod = 'pod:shop/frontend-5d8f9c7b6-w7z4m';
    const found = compare(decodeAnswer(flows).flows, pod, zones);
    expect(found.map(({ is }) => is)).not.toContain('slower');
    const replica = found.find((one) => one.pod === pod);
    expect(replica).toMatchObject({ is: 'farther', server: 'svc:shop/catalog' });
    expect(replica?.sentence).toContain('farther away from it (same zone, the others same node)');
    expect(replica?.sentence).toMatch(/not slower than its sisters at the same distance: 45\.\d ms/);
  });
});

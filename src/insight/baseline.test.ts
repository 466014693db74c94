import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../flows/flow';
import { sketch } from '../flows/sketch';
import { decodeAnswer } from '../flows/wire';
import { type Baseline, compareBaseline, takeBaseline } from './baseline';
import { readBaseline, writeBaseline } from './baseline-file';
import { linkKey, partyOf, workloadOf } from './baseline-names';
import { type Sitting, watchLinks } from './baseline-sitting';

const AT = '2026-01-31T12:00:00Z';
const recording = fileURLToPath(new URL('../../public/recordings/lab.jsonl.gz', import.meta.url));
const lab: Flow[][] = gunzipSync(readFileSync(recording))
  .toString()
  .trimEnd()
  .split('\n')
  .map((line) => decodeAnswer((JSON.parse(line) as { flows: unknown }).flows).flows);
const last = lab.at(-1) ?? [];

const names = (links: readonly { from: string; to: string; port?: number }[]) =>
  links.map(({ from, to, port }) => `${from}>${to}:${port}`);
const readBack = (baseline: Baseline): Baseline => {
  const reading = readBaseline(writeBaseline(baseline));
  if ('problem' in reading) throw new Error(reading.problem);
  return reading.baseline;
};

describe('names that outlive pods', () => {
  it.each([
    ['cart-6c5b77d8f-hj8sd', 'cart'],
    ['ingress-nginx-controller-7d4db8-9qtlf', 'ingress-nginx-controller'],
    ['etl-nightly-28391040-wz5kd', 'etl-nightly'],
    ['node-exporter-1xz9k', 'node-exporter'],
    ['kube-proxy-bvxkz', 'kube-proxy'],
    ['redis-master-0', 'redis-master'],
    ['payment-processor-proxy', 'payment-processor-proxy'],
    ['debug-shell', 'debug-shell'],
    ['-0', '-0'],
  ])('%s is of %s', (pod, workload) => {
    expect(workloadOf(pod)).toBe(workload);
  });

  it('a static pod ends with its node', () => {
    expect(workloadOf('kube-apiserver-node-1', 'node-1')).toBe('kube-apiserver');
  });

  it('a hostile name poses as nobody else and as no pattern', () => {
    expect(partyOf({ ns: 'shop/cart', pod: 'x' })).toBe('shop%2Fcart/x');
    expect(partyOf({ ns: 'shop', svc: '*' })).toBe('shop/%2A');
    expect(partyOf({ ns: 'a', pod: 'b>c d' })).toBe('a/b%3Ec%20d');
  });
});

describe('a baseline', () => {
  it('finds nothing new and nothing gone in what it was taken from', () => {
    const baseline = readBack(takeBaseline(last, AT, 'the lab'));
    expect(compareBaseline(baseline, last, false)).toMatchObject({
      added: [],
      gone: [],
      allowed: [],
      kept: baseline.links.length,
    });
    expect(baseline.links.length).toBeGreaterThan(40);
  });

  it('holds no address of a pod', () => {
    expect(writeBaseline(takeBaseline(last, AT))).not.toMatch(/"(from|to)":"10\.244\.\d+\.(?!99")/);
  });

  it('does not take a rollout, a replica or a node for new links', () => {
    const rolled = last.map((flow) => ({
      ...flow,
      client: renewed(flow.client, '9d8f7c6b5', 'zzt4x'),
      server: renewed(flow.server, '9d8f7c6b5', 'zzt4x'),
    }));
    const { added, gone } = compareBaseline(takeBaseline(last, AT), rolled, false);
    expect([names(added), names(gone)]).toEqual([[], []]);
  });

  it('tells one new link once, whichever pods it is between, and one gone link', () => {
    const before = takeBaseline(last, AT);
    const more = [
      ...last,
      ...sketch('shop/cart-6c5b77d8f-hj8sd(cart)@node-2 -> data/minio-0(minio)@node-2:9000  both 1k/1k 1ms'),
    ];
    expect(names(compareBaseline(before, more, false).added)).toEqual(['shop/cart>data/minio:9000']);
    const { gone } = compareBaseline(takeBaseline(more, AT), last, false);
    expect(names(gone)).toEqual(['shop/cart>data/minio:9000']);
  });

  it('allows by pattern, port and protocol', () => {
    const baseline: Baseline = {
      savedAt: AT,
      links: [],
      allowed: [
        { from: '*', to: 'kube-system/kube-*', port: 53, proto: 'udp', note: 'everybody looks names up' },
      ],
    };
    const { allowed, added } = compareBaseline(readBack(baseline), last, false);
    expect(new Set(allowed.map(({ link }) => link.to))).toEqual(new Set(['kube-system/kube-dns']));
    expect(allowed[0]?.by.note).toBe('everybody looks names up');
    expect(names(added)).not.toContain('shop/cart>kube-system/kube-dns:53');
    expect(added.length + allowed.length).toBe(takeBaseline(last, AT).links.length);
  });

  it('says nothing of gone links where the answer is only a part', () => {
    const comparison = compareBaseline(takeBaseline(last, AT), last.slice(0, 3), true);
    expect(comparison.gone).toEqual([]);
    expect(comparison.goneUnknown).toMatch(/filtered or cut short/);
  });

  it('takes the halves of split traffic for one link, and for present while one of them is', () => {
    const [near, far] = [
      sketch('shop/a-0(a)@n1 -> shop/(b):80  c 1k/1k 1ms'),
      sketch('shop/a-0(a)@n1 -> shop/b-0(b)@n2:8080  s 1k/1k'),
    ];
    const nothing = takeBaseline([], AT);
    expect(names(compareBaseline(nothing, [...near, ...far], false).added)).toEqual(['shop/a>shop/b:8080']);
    expect(names(compareBaseline(nothing, near, false).added)).toEqual(['shop/a>shop/b:80']);
    const both = takeBaseline([...near, ...far], AT);
    for (const part of [near, far])
      expect(compareBaseline(both, part, false)).toMatchObject({ added: [], gone: [] });
  });
});

/** The same endpoint after a rollout: another hash, another address, another node; services keep their names. */
function renewed(end: Flow['client'], hash: string, ending: string): Flow['client'] {
  if (end.pod === undefined) return end;
  const pod = /-[a-z\d]+-[a-z\d]{5}$/.test(end.pod)
    ? end.pod.replace(/-[a-z\d]{5,10}-[a-z\d]{5}$/, `-${hash}-${ending}`)
    : end.pod;
  // CronJobs: the minute goes up.
  return {
    ...end,
    pod: pod.replace(/-(\d{8})-.*$/, `-99999999-${ending}`),
    ip: '10.99.0.1',
    node: end.node ?? 'n',
  };
}

describe('a baseline’s file', () => {
  const text = fc.string({ minLength: 1, maxLength: 12 });
  const link = fc.record({
    from: text,
    to: text,
    proto: fc.constantFrom('tcp' as const, 'udp' as const),
    port: fc.integer({ min: 0, max: 65_535 }),
  });

  it('is read as it was written, whatever the names', () => {
    fc.assert(
      fc.property(
        fc.array(link),
        fc.array(fc.record({ from: text, to: text }, { requiredKeys: ['from', 'to'] })),
        (links, allowed) => {
          const baseline = { savedAt: AT, source: 'x', links, allowed };
          expect(readBaseline(writeBaseline(baseline))).toEqual({ baseline });
        },
      ),
      { numRuns: 100 },
    );
  });

  it('has a link a line, for people and for diffs', () => {
    const lines = writeBaseline(takeBaseline(last, AT)).split('\n');
    expect(lines).toContain('    {"from":"shop/cart","to":"data/redis-master","port":6379,"proto":"tcp"},');
  });

  const good = { format: 'shoal-baseline', version: 1, savedAt: AT, links: [] };
  it.each<[string, unknown, RegExp]>([
    ['no JSON', undefined, /not JSON\. Save one with/],
    ['a list', [], /has no "format"/],
    ['another file', { flows: [] }, /has no "format"/],
    ['a newer version', { ...good, version: 2 }, /version is 2 and this Shoal reads 1/],
    ['no date', { ...good, savedAt: 'yesterday' }, /"savedAt" is no date/],
    ['no links', { ...good, links: {} }, /"links" is no list/],
    ['a bad list of allowed', { ...good, allowed: 'all' }, /"allowed" is no list/],
    ['a link of text', { ...good, links: ['a>b'] }, /link 1 is no object/],
    ['a link without an end', { ...good, links: [{ from: 'a', proto: 'tcp' }] }, /link 1 has no "to"/],
    [
      'a bad port',
      { ...good, links: [{ from: 'a', to: 'b', proto: 'tcp', port: 70_000 }] },
      /the port 70000/,
    ],
    ['no protocol', { ...good, links: [{ from: 'a', to: 'b' }] }, /link 1 has no "proto"/],
    [
      'a bad rule',
      { ...good, allowed: [{ from: '*', to: '*', proto: 'icmp' }] },
      /allowed entry 1 has the protocol "icmp"/,
    ],
  ])('%s gives a sentence with cause and fix', (_, json, sentence) => {
    const reading = readBaseline(json === undefined ? '{' : JSON.stringify(json));
    expect('problem' in reading && reading.problem).toMatch(/^This file is no baseline: .+\.$/);
    expect('problem' in reading && reading.problem).toMatch(sentence);
  });
});

describe('a sitting', () => {
  const sit = (answers: readonly Flow[][], scope = () => '', truncated = false): Sitting | undefined =>
    answers.reduce<Sitting | undefined>(
      (before, flows, index) => watchLinks(before, { flows, atMs: index * 5_000, scope: scope(), truncated }),
      undefined,
    );

  it('tells each link that the lab starts while it is watched once, and none twice when the recording loops', () => {
    const once = sit(lab);
    const known = new Set(takeBaseline(lab[0] ?? [], AT).links.map(linkKey));
    const expected = takeBaseline(lab.flat(), AT).links.filter((one) => {
      const [from, to] = [one.from.split('/'), one.to.split('/')];
      const crosses = from.length > 1 && to.length > 1 && from[0] !== to[0];
      return !known.has(linkKey(one)) && (crosses || /^(203\.0\.113|198\.51\.100)\./.test(one.to));
    });
    expect(expected).toHaveLength(5);
    expect(once?.appeared.map(linkKey).sort()).toEqual(expected.map(linkKey).sort());
    expect(sit([...lab, ...lab])?.appeared).toEqual(once?.appeared);
  });

  it('knows kind and time, and that a cut answer proves little', () => {
    const first = sketch('shop/a-0(a)@n1 -> shop/b-0(b)@n2:80  both 1k/1k');
    const more = [
      ...first,
      ...sketch(
        'shop/a-0(a)@n1 -> 203.0.113.9:443  c 1k/1k\nshop/a-0(a)@n1 -> shop/c-0(c)@n2:80  both 1k/1k',
      ),
    ];
    expect(sit([first, more], () => '', true)?.appeared).toEqual([
      {
        from: 'shop/a',
        to: '203.0.113.9',
        proto: 'tcp',
        port: 443,
        kind: 'egress',
        atMs: 5_000,
        uncertain: true,
      },
    ]);
  });

  it('tells halves that come a poll apart once, in either order', () => {
    const other = sketch('x/x-0@n1 -> x/y-0@n1:1  both 1k/1k');
    const near = [...other, ...sketch('shop/a-0(a)@n1 -> data/(b):80  c 1k/1k')];
    const far = [...other, ...sketch('shop/a-0(a)@n1 -> data/b-0(b)@n2:8080  s 1k/1k')];
    for (const answers of [
      [other, near, far],
      [other, far, near],
      [other, near, [...near, ...far], far],
    ]) {
      expect(sit(answers)?.appeared).toHaveLength(1);
    }
    expect(sit([near, far, near])?.appeared).toEqual([]);
  });

  it('takes what other filters show for known', () => {
    const scopes = ['a', 'b', 'b'];
    const all = lab.at(-1) ?? [];
    expect(sit([all.slice(0, 5), all, all], () => scopes.shift() ?? '')?.appeared).toEqual([]);
  });
});

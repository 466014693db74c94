// Every leaf of the contract's decision tree, and what is not one of its leaves, each reached by a sketch made for it.
import { describe, expect, it } from 'vitest';
import type { Flow } from '../flows/flow';
import { sketch } from '../flows/sketch';
import { packets } from '../flows/units';
import { buildGraph } from '../graph/flow-graph';
import { concernedLinks, diagnose, type Report } from './diagnose';
import { type Observation, observe } from './diagnose-observe';

const ZONES = new Map([
  ['n1', 'a'],
  ['n2', 'a'],
  ['n3', 'b'],
  ['n4', 'b'],
  ['n5', 'c'],
  ['n6', 'c'],
]);
const NODES = [...ZONES.keys()];

interface Ends {
  from: string;
  to: string;
  at: string;
  on: string;
}
type Time = (ends: Ends) => string | undefined;

/** Six nodes in three zones; a pod of each of three callers on every node, and servers on each; µs by distance. */
function cluster(time: Time = () => undefined): Flow[] {
  const lines: string[] = [];
  for (const [i, at] of NODES.entries()) {
    lines.push(
      `@${at} -> shop/db-${i}(db)@${at}:5432  c 9k/9k ${time({ from: at, to: 'db', at, on: at }) ?? '30us..60us'}`,
    );
    for (const [c, caller] of ['web', 'cart', 'pay'].entries()) {
      for (const [n, to] of ['db', 'auth', 'stock'].entries()) {
        const k = (i + 2 * n + c + 1) % NODES.length;
        const on = NODES[k] ?? 'n1';
        const usual =
          at === on ? '30us..60us' : ZONES.get(at) === ZONES.get(on) ? '150us..300us' : '700us..1.5ms';
        const told = time({ from: `${caller}-${i}`, to, at, on }) ?? usual;
        lines.push(
          `shop/${caller}-${i}(${caller})@${at} -> shop/${to}-${k}(${to})@${on}:5432  both 9k/9k ${told}`,
        );
      }
    }
  }
  return sketch(lines.join('\n'));
}

const START = Date.UTC(2025, 0, 15, 10, 30);
const EVERY_MS = 5_000;

/** One poll after the other, five seconds apart. */
function watch(polls: readonly Flow[][], zones: ReadonlyMap<string, string> | 'none' = ZONES): Observation[] {
  const kept: Observation[] = [];
  for (const [n, flows] of polls.entries()) {
    const moment = { flows, atMs: START + n * EVERY_MS, epoch: 1 };
    kept.push(observe(zones === 'none' ? moment : { ...moment, zones }, kept.at(-1)));
  }
  return kept;
}

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const WELL = cluster();
/** A minute of health, then three polls of trouble. */
const since = (time: Time, zones?: ReadonlyMap<string, string>): Report =>
  diagnose(watch([...times(12, WELL), ...times(3, cluster(time))], zones));
/** Watching begins in the middle of it. */
const already = (time: Time): Report => diagnose(watch(times(3, cluster(time))));

const SLOW = '42ms..80ms';
const zoneOf = (node: string): string => ZONES.get(node) ?? '';
const between =
  (one: string, other: string) =>
  ({ at, on }: Ends) =>
    [zoneOf(at), zoneOf(on)].sort().join() === [one, other].join();

describe('the decision tree', () => {
  it('fine: below 5 ms it is not the network', () => {
    const report = diagnose(watch(times(5, WELL)));
    expect(report).toMatchObject({ verdict: 'fine', findings: [], failures: [] });
    expect(report.sentence).toContain('look at the application');
    expect(report.penalties[0]).toMatchObject({ p50Us: 700, extraUs: 550 });
  });

  it('borderline: from 5 to 10 ms', () => {
    const between5and10: Time = ({ at, on }) => (at === on ? undefined : '6ms..8ms');
    expect(already(between5and10).verdict).toBe('borderline');
  });

  it('cross-zone: 10–50 ms between zones, as it always was', () => {
    const far: Time = ({ at, on }) => (zoneOf(at) === zoneOf(on) ? undefined : '24ms..28ms');
    const report = already(far);
    expect(report.verdict).toBe('cross-zone');
    expect(report.findings).toHaveLength(1);
    expect(report.penalties[0]?.extraUs).toBeGreaterThan(20_000);
  });

  it.each([
    ['after a minute of health', since],
    ['from the first poll', already],
  ] as const)('one source, one node, one target, one path, everywhere: %s', (_, seen) => {
    expect(seen(({ from }) => (from === 'cart-2' ? SLOW : undefined)).findings).toMatchObject([
      {
        verdict: 'source',
        culprit: { peer: 'pod:shop/cart-2', node: 'n3' },
        sources: 1,
        targets: 3,
        flows: 3,
      },
    ]);
    expect(seen(({ at, on }) => (at === 'n4' || on === 'n4' ? SLOW : undefined)).findings).toMatchObject([
      { verdict: 'node', culprit: { node: 'n4' }, signal: 'slow' },
    ]);
    expect(seen(({ to }) => (to === 'auth' ? SLOW : undefined)).findings).toMatchObject([
      { verdict: 'target', culprit: { peer: 'svc:shop/auth', port: 5432 }, sources: 18, targets: 1 },
    ]);
    expect(seen((ends) => (between('a', 'c')(ends) ? '22ms..40ms' : undefined)).findings).toMatchObject([
      { verdict: 'path', culprit: { zones: ['a', 'c'] } },
    ]);
    expect(seen(({ at, on }) => (at === on ? undefined : '60ms..90ms')).findings).toMatchObject([
      { verdict: 'cluster', culprit: { kind: 'cluster' } },
    ]);
  });

  it('one path between two nodes', () => {
    const { findings } = since(({ at, on }) => ([at, on].sort().join() === 'n1,n4' ? SLOW : undefined));
    expect(findings).toMatchObject([{ verdict: 'path', culprit: { nodes: ['n1', 'n4'] } }]);
  });

  it('without zones a path between zones is one between groups of nodes', () => {
    const kept = watch(
      [
        ...times(12, WELL),
        ...times(
          3,
          cluster((e) => (between('a', 'c')(e) ? SLOW : undefined)),
        ),
      ],
      'none',
    );
    expect(diagnose(kept).findings).toMatchObject([
      {
        verdict: 'path',
        culprit: {
          kind: 'node-groups',
          groups: [
            ['n1', 'n2'],
            ['n5', 'n6'],
          ],
        },
      },
    ]);
  });

  it('an overloaded target: the tail in seconds, the median flat', () => {
    const report = since(({ to }) => (to === 'auth' ? '400us..3.1s' : undefined));
    expect(report.findings).toMatchObject([
      { verdict: 'target', culprit: { peer: 'svc:shop/auth' }, signal: 'lost-syns' },
    ]);
    expect(report.sentence).toContain('overloaded');
    expect(report.findings[0]?.comparisons.map((other) => other.with)).toEqual(['before', 'siblings']);
  });

  it('too little evidence: a missing percentile is not a fast one', () => {
    const pooled = sketch(
      'shop/web-1(web)@n1 -> shop/db-1(db)@n2:5432  both 9k/9k\nshop/web-1(web)@n1 -> shop/x@n2:80  both 9k/9k 1ms..2ms',
    );
    expect(diagnose(watch(times(3, pooled))).verdict).toBe('too-little');
    expect(diagnose([]).verdict).toBe('too-little');
  });
});

describe('what no band shows', () => {
  it('0.1 to 1 ms: all is green, and one node is not as it was', () => {
    const report = since(({ at, on }) => (at === 'n2' || on === 'n2' ? '1.2ms..2.4ms' : undefined));
    expect(report.findings[0]).toMatchObject({ verdict: 'node', culprit: { node: 'n2' } });
    expect(report.findings[0]?.factor).toBeGreaterThan(1.5);
  });

  it('server-side times of tens of µs on any path are not believed', () => {
    const oneSided = WELL.map((flow): Flow => {
      const { clientStats, serverStats, ...rest } = flow;
      return serverStats === undefined || flow.client.node === 'n1'
        ? {
            ...rest,
            ...(clientStats === undefined ? {} : { clientStats }),
            ...(serverStats === undefined
              ? {}
              : { serverStats: { ...serverStats, p50Us: 20 as never, p99Us: 40 as never } }),
          }
        : { ...rest, serverStats: { ...serverStats, p50Us: 20 as never, p99Us: 40 as never } };
    });
    const [seen] = watch([oneSided]);
    expect(seen?.rows.length).toBeLessThan(WELL.length / 2);
    expect([...(seen?.p50Us ?? [])].filter((us) => us === 20)).toEqual([]);
  });
});

describe('failing is not slow', () => {
  const dead =
    'shop/cart-0(cart)@n1 -> shop/auth(auth):8443  c 60/0\nshop/cart-1(cart)@n2 -> shop/auth(auth):8443  c 60/0';
  const plus = (text: string): Flow[] => [...WELL, ...sketch(text)];

  it('a black hole that opens while watching leads, and is no slow link', () => {
    const report = diagnose(watch([...times(6, WELL), plus(dead), plus(dead)]));
    expect(report).toMatchObject({ verdict: 'failed', findings: [] });
    expect(report.failures).toMatchObject([
      {
        kind: 'unanswered',
        port: 8443,
        flows: 2,
        isNew: true,
        clients: ['pod:shop/cart-0', 'pod:shop/cart-1'],
      },
    ]);
  });

  it('one that was always there is told and accuses nobody', () => {
    const report = diagnose(watch(times(6, plus(dead))));
    expect(report).toMatchObject({ verdict: 'fine', failures: [{ isNew: false }] });
  });

  it('one that a returning sensor shows again is not new', () => {
    const gap = WELL.map(({ clientStats, ...flow }): Flow => {
      const isSeen = clientStats !== undefined && flow.client.node !== 'n1' && flow.client.node !== 'n2';
      return isSeen ? { ...flow, clientStats } : flow;
    });
    const report = diagnose(watch([...times(6, gap), ...times(3, plus(dead))]));
    expect(report).toMatchObject({ verdict: 'fine', failures: [{ isNew: false, flows: 2 }] });
  });

  it('who was answered and now sends into silence is cut off, though its last handshakes still show', () => {
    const counting = (sent: number, heard: number): Flow[] =>
      WELL.map((flow) =>
        flow.client.pod === 'cart-0' && flow.server.svc === 'auth' && flow.clientStats !== undefined
          ? { ...flow, clientStats: { ...flow.clientStats, txPkts: packets(sent), rxPkts: packets(heard) } }
          : flow,
      );
    const alive = times(6, 0).map((_, n) => counting(100 + 9 * n, 100 + 9 * n));
    const silent = times(4, 0).map((_, n) => counting(150 + 2 * n, 145));
    const report = diagnose(watch([...alive, ...silent]));
    expect(report).toMatchObject({ verdict: 'failed', findings: [] });
    expect(report.failures).toMatchObject([
      { kind: 'unanswered', peer: 'svc:shop/auth', clients: ['pod:shop/cart-0'], isNew: true },
    ]);
    // One that says nothing more is idle, and a sensor that counts from zero again is no silence.
    expect(diagnose(watch([...alive, ...times(6, counting(145, 145))])).verdict).toBe('fine');
    expect(diagnose(watch([...alive, ...times(6, 0).map((_, n) => counting(9 * n, 9 * n))])).verdict).toBe(
      'fine',
    );
  });

  it('resets are refusals', () => {
    const flows = plus('shop/cart-0(cart)@n1 -> shop/auth-1(auth)@n2:9999  c 60/40');
    expect(diagnose(watch(times(3, flows))).failures).toMatchObject([{ kind: 'refused', port: 9999 }]);
    // The same with data in it is a connection that was opened long ago.
    const pooled = plus('shop/cart-0(cart)@n1 -> shop/auth-1(auth)@n2:9999  c 160/52');
    expect(diagnose(watch(times(3, pooled))).failures).toEqual([]);
  });

  it('a sensor that measures no handshake, or one direction only, cannot miss an answer', () => {
    expect(diagnose(watch(times(3, sketch(dead)))).failures).toEqual([]);
    const oneWay = plus('shop/web-1(web)@n1 -> shop/db-1(db)@n2:80  c 9M/0');
    expect(diagnose(watch(times(3, oneWay))).failures).toEqual([]);
  });
});

describe('over time', () => {
  const bad: Time = ({ at, on }) => (at === 'n4' || on === 'n4' ? SLOW : undefined);
  const fading: Time = ({ at, on }) => (at === 'n4' || on === 'n4' ? '300us..80ms' : undefined);

  it('one bad poll is no verdict', () => {
    expect(diagnose(watch([...times(12, WELL), cluster(bad)])).verdict).toBe('fine');
    expect(diagnose(watch([...times(12, WELL), cluster(bad), WELL])).verdict).toBe('fine');
  });

  it('says since when, and whether that is only since watching began', () => {
    const kept = watch([...times(12, WELL), ...times(4, cluster(bad))]);
    expect(diagnose(kept).findings[0]).toMatchObject({
      sinceMs: START + 12 * EVERY_MS,
      sinceStart: false,
      polls: 4,
    });
    expect(already(bad).findings[0]).toMatchObject({ sinceMs: START, sinceStart: true, changed: false });
  });

  it('recovery shows late: the median is back while the window holds the tail', () => {
    const kept = watch([...times(12, WELL), ...times(10, cluster(bad)), ...times(8, cluster(fading))]);
    const [finding] = diagnose(kept).findings;
    expect(finding).toMatchObject({ culprit: { node: 'n4' }, phase: 'improving', improvingMs: 8 * EVERY_MS });
    expect(finding?.sentence).toContain('Improving');
  });

  it('what is left of a node’s trouble is not a pod’s', () => {
    const rest: Time = (ends) => (ends.from === 'cart-3' ? fading(ends) : undefined);
    const kept = watch([...times(12, WELL), ...times(12, cluster(bad)), ...times(12, cluster(rest))]);
    expect(diagnose(kept).findings).toMatchObject([{ culprit: { kind: 'node', node: 'n4' } }]);
  });

  it('nothing is compared across a change of epoch', () => {
    const kept = watch([...times(12, WELL), ...times(3, cluster(bad))]).map((one, n) => ({
      ...one,
      epoch: n < 12 ? 1 : 2,
    }));
    expect(diagnose(kept)).toMatchObject({ polls: 3, findings: [{ sinceStart: true, changed: false }] });
  });

  it('observations made apart are told together', () => {
    const apart = [...times(12, WELL), ...times(3, cluster(bad))].map((flows, n) =>
      observe({ flows, atMs: START + n * EVERY_MS, epoch: 1, zones: ZONES }),
    );
    const together = since(bad);
    expect(diagnose(apart)).toEqual(together);
  });
});

describe('a finding', () => {
  it('is plain data, and says what would change it', () => {
    const report = since(({ to }) => (to === 'auth' ? '400us..3.1s' : undefined));
    expect(structuredClone(report)).toEqual(report);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    for (const finding of report.findings) {
      expect(finding.whatWouldChange).not.toBe('');
      expect(finding.evidence.length).toBeGreaterThan(2);
    }
  });

  it('names the links of a map at any level', () => {
    const flows = cluster(({ from }) => (from === 'cart-2' ? SLOW : undefined));
    const [finding] = diagnose(watch(times(3, flows))).findings;
    if (finding === undefined) throw new Error('nothing found');
    const links = concernedLinks(buildGraph(flows, { level: 'service' }), finding.culprit, ZONES);
    expect(links.sort()).toEqual(['auth', 'db', 'stock'].map((to) => `svc:shop/cart>svc:shop/${to}`));
  });
});

/**
 * Each named scenario does what its truth record says, when it says so, and nothing else; SWEEP=1 tries more seeds.
 */
import { describe, expect, it } from 'vitest';
import { type Flow, flowKey } from '../../flows/flow';
import { bandOf } from '../../flows/handshake';
import { identify } from '../../flows/identity';
import { percentilesAt } from './handshakes';
import type { PeerName, TruthEvent } from './scenarios';
import { createSimulatedSource, parseScenario, SCENARIOS, type ScenarioName } from './simulated';

const START = Date.UTC(2025, 0, 15, 10, 30);
const SWEEP = process.env.SWEEP === '1';
const SEEDS = SWEEP ? Array.from({ length: 100 }, (_, i) => i * 104729 + 3) : [1, 2, 3, 4, 5];
const SIZES = SWEEP ? [10, 15, 40, 120] : [40];

function open(scenario: ScenarioName, seed: number, services = 40) {
  const source = createSimulatedSource({ scenario, seed, services, startMs: START });
  const event = source.truth.events[0] as TruthEvent;
  const at = (seconds: number): Flow[] => source.sampleAt(START + seconds * 1000).flows;
  return { source, truth: source.truth, event, at };
}

const service = (end: PeerName): string => identify(end, 'service').id;
const linkOf = ({ client, server }: Flow): string => `${service(client)} > ${service(server)}`;
const linksOf = (flows: readonly Flow[]): Set<string> => new Set(flows.map(linkOf));
const minus = (a: Set<string>, b: Set<string>): string[] => [...a].filter((link) => !b.has(link));
const named = ({ from, to }: { from: PeerName; to: PeerName }): string => `${service(from)} > ${service(to)}`;
const timesOf = (f: Flow) => f.clientStats ?? f.serverStats;
/** Flows with a handshake on both occasions, as pairs. */
function pairs(before: readonly Flow[], after: readonly Flow[]): [Flow, Flow][] {
  const old = new Map(before.map((flow) => [flowKey(flow), flow]));
  return after.flatMap((flow): [Flow, Flow][] => {
    const was = old.get(flowKey(flow));
    return was !== undefined && timesOf(was)?.p99Us !== undefined && timesOf(flow)?.p99Us !== undefined
      ? [[was, flow]]
      : [];
  });
}
const slowed = (before: readonly Flow[], after: readonly Flow[], by: 'p50Us' | 'p99Us'): Flow[] =>
  pairs(before, after).flatMap(([a, b]) =>
    (timesOf(b)?.[by] ?? 0) > 2 * (timesOf(a)?.[by] ?? 0) ? [b] : [],
  );

describe('names', () => {
  it('reads a scenario and says which there are', () => {
    for (const name of SCENARIOS) expect(parseScenario(name)).toBe(name);
    expect(() => parseScenario('nodebad')).toThrow(
      'There is no scenario "nodebad"; the scenarios are shop, quiet, node-bad, zone-slow, target-overload, ' +
        'source-slow, new-link, new-egress, black-hole, sensor-gap, counter-reset.',
    );
  });

  it('starts every named one a minute in, and says so', () => {
    for (const name of SCENARIOS.filter((n) => n !== 'shop' && n !== 'quiet')) {
      const { source, event } = open(name, 1);
      expect(event).toMatchObject({ kind: name, fromMs: START + 60_000 });
      expect(source.label).toBe(`simulated ${name}`);
      expect(source.truth.events.every(({ kind }) => kind === name)).toBe(true);
    }
    expect(open('quiet', 1).truth.events).toEqual([]);
  });
});

describe('percentiles over two minutes', () => {
  const healthy = { p50: 200, p90: 260, p99: 400 };
  const spell = { fromS: 0, toS: 300, sickness: { kind: 'delay', addUs: 30_000 } } as const;
  const at = (atS: number) => percentilesAt(healthy, [spell], -3600, atS);

  it('rise from the top and fall from the bottom', () => {
    expect(at(0)).toEqual(healthy);
    expect(at(5).p99).toBeGreaterThan(30_000);
    expect(at(5).p50).toBeLessThan(260);
    expect(at(55).p50).toBeLessThan(1_000);
    expect(at(70).p50).toBeGreaterThan(10_000);
    expect(at(150).p50).toBeCloseTo(30_200, -2);
    expect(at(365).p50).toBeLessThan(400);
    expect(at(415).p99).toBeGreaterThan(10_000);
    expect(at(420)).toEqual(healthy);
  });

  it('never cross', () => {
    for (let atS = -5; atS < 430; atS += 5) {
      const { p50, p90, p99 } = at(atS);
      expect(p50 <= p90 && p90 <= p99).toBe(true);
    }
  });
});

describe.each(SIZES)('with %i services', (services) => {
  describe.each(SEEDS)('and seed %i', (seed) => {
    it('node-bad: everything that touches the node is slow, and nothing else', () => {
      const { event, at } = open('node-bad', seed, services);
      const { node } = event.subject;
      const touches = (f: Flow): boolean => f.client.node === node || f.server.node === node;
      const before = at(60);
      expect(slowed(before, at(70), 'p99Us').length).toBeGreaterThan(0);
      expect(slowed(before, at(70), 'p50Us')).toEqual([]);
      const now = at(200);
      const slow = slowed(before, now, 'p50Us');
      expect(slow.every(touches)).toBe(true);
      // An address outside is far away already: there the node's share is less than a doubling.
      const near = pairs(before, now).filter(
        ([f]) => touches(f) && f.client.node !== undefined && f.server.node !== undefined,
      );
      expect(near.length).toBeGreaterThan(services / 4);
      expect(
        near.every(([, f]) => bandOf(timesOf(f)?.p99Us) !== 'good' && (timesOf(f)?.p50Us ?? 0) > 10_000),
      ).toBe(true);
      expect(slowed(before, at(660 + 115), 'p99Us').length).toBeGreaterThan(0);
      expect(slowed(before, at(660 + 120), 'p99Us')).toEqual([]);
      expect(minus(linksOf(now), linksOf(before))).toEqual([]);
    });

    it('zone-slow: the flows between two zones', () => {
      const { event, at, truth } = open('zone-slow', seed, services);
      const zoneOf = new Map(truth.nodes.map(({ name, zone }) => [name, zone]));
      const crosses = ({ client, server }: Flow): boolean =>
        [zoneOf.get(client.node ?? ''), zoneOf.get(server.node ?? '')].sort().join() ===
        event.subject.zones?.join();
      const [before, now] = [at(60), at(240)];
      const slow = slowed(before, now, 'p50Us');
      expect(slow.length).toBeGreaterThan(services < 40 ? 0 : services / 5);
      expect(slow).toEqual(
        pairs(before, now)
          .map(([, f]) => f)
          .filter(crosses),
      );
    });

    it('target-overload: p99 in seconds for the clients of one service, p50 flat', () => {
      const { event, at } = open('target-overload', seed, services);
      const target = service(event.subject.service ?? {});
      const before = at(60);
      const early = slowed(before, at(70), 'p99Us');
      expect(early.length).toBeGreaterThan(0);
      expect(early.every((f) => (timesOf(f)?.p99Us ?? 0) >= 900_000)).toBe(true);
      const now = at(300);
      const slow = slowed(before, now, 'p99Us');
      expect(slow.every((f) => service(f.server) === target)).toBe(true);
      expect(new Set(slow.map((f) => service(f.client))).size).toBeGreaterThanOrEqual(services < 40 ? 2 : 4);
      expect(slow.every((f) => (timesOf(f)?.p99Us ?? 0) > 2_900_000)).toBe(true);
      expect(slowed(before, now, 'p50Us')).toEqual([]);
    });

    it('source-slow: one pod is slow to all it calls, its siblings are not', () => {
      const { event, at } = open('source-slow', seed, services);
      const [before, now] = [at(60), at(240)];
      const slow = slowed(before, now, 'p50Us');
      expect(new Set(slow.map((f) => f.client.pod))).toEqual(new Set([event.subject.pod?.pod]));
      expect(new Set(slow.map(linkOf)).size).toBeGreaterThanOrEqual(services < 40 ? 1 : 3);
    });

    it('new-link: exactly one new link, between namespaces', () => {
      const { event, at } = open('new-link', seed, services);
      const [before, now] = [linksOf(at(60)), linksOf(at(65))];
      const { link } = event.subject;
      expect(minus(now, before)).toEqual([link === undefined ? '' : named(link)]);
      expect(link?.from.ns).not.toBe(link?.to.ns);
      expect(minus(before, linksOf(at(400)))).toEqual([]);
      expect(minus(linksOf(at(1_500)), before)).toHaveLength(1);
      const row = at(90).find((f) => linkOf(f) === named(link ?? { from: {}, to: {} }));
      expect(row?.client.pod).toBe(event.subject.flows?.[0]?.client.pod);
      expect(row?.server).toMatchObject({ port: event.subject.flows?.[0]?.port });
      expect(row?.clientStats?.rxBytes).toBeGreaterThan(0);
      expect(row?.clientStats?.p99Us).toBeGreaterThan(0);
    });

    it('new-egress: exactly one new address outside', () => {
      const { event, at } = open('new-egress', seed, services);
      const { link } = event.subject;
      expect(minus(linksOf(at(65)), linksOf(at(60)))).toEqual([link === undefined ? '' : named(link)]);
      expect(identify(link?.to ?? {}, 'service').kind).toBe('external');
    });

    it('black-hole: SYNs leave, nothing returns, and the link is no longer measured', () => {
      const { event, at } = open('black-hole', seed, services);
      const link = event.subject.link === undefined ? '' : named(event.subject.link);
      const of = (seconds: number) => at(seconds).filter((f) => linkOf(f) === link);
      expect(of(60).some((f) => (f.clientStats?.rxBytes ?? 0) > 0)).toBe(true);
      for (const flow of of(130)) {
        expect(flow.clientStats?.txBytes).toBeGreaterThan(0);
        expect(flow.clientStats?.rxBytes).toBe(0);
        expect(flow.serverStats ?? flow.clientStats?.p99Us).toBeUndefined();
      }
      expect(of(130).length).toBe(event.subject.flows?.length);
      expect(linksOf(at(130))).toEqual(linksOf(at(60)));
      // It heals: the same flows go on, from where they stood.
      expect(of(800).map(flowKey).sort()).toEqual(of(60).map(flowKey).sort());
      expect(of(665).some((f) => (f.clientStats?.rxBytes ?? 0) > 0)).toBe(true);
    });

    it('sensor-gap: one side of the flows of a node is missing, the other goes on', () => {
      const { event, at } = open('sensor-gap', seed, services);
      const { node } = event.subject;
      const now = at(100);
      expect(now.filter((f) => f.clientStats !== undefined && f.client.node === node)).toEqual([]);
      expect(now.filter((f) => f.serverStats !== undefined && f.server.node === node)).toEqual([]);
      const oneSided = now.filter((f) => (f.client.node === node) !== (f.server.node === node));
      expect(oneSided.length).toBeGreaterThan(10);
      expect(oneSided.some((f) => (f.clientStats?.txBps ?? f.serverStats?.rxBps ?? 0) > 0)).toBe(true);
      expect(at(60).map(flowKey)).toEqual(at(665).map(flowKey));
    });

    it('counter-reset: one sensor counts from zero, the others go on', () => {
      const { event, at } = open('counter-reset', seed, services);
      const { node } = event.subject;
      const [before, now] = [at(60), at(65)];
      const old = new Map(before.map((f) => [flowKey(f), f]));
      for (const flow of now) {
        const was = old.get(flowKey(flow));
        for (const [end, a, b] of [
          [flow.client, was?.clientStats, flow.clientStats],
          [flow.server, was?.serverStats, flow.serverStats],
        ] as const) {
          if (a === undefined || b === undefined) continue;
          const fell = (b.txBytes ?? 0) < (a.txBytes ?? 0) || (b.rxBytes ?? 0) < (a.rxBytes ?? 0);
          if (fell !== (end.node === node)) expect([end, a, b]).toBe(node);
        }
      }
      expect(now.some((f) => f.client.node === node)).toBe(true);
    });

    it('shop: something is visibly wrong at first sight, and it is what the record says', () => {
      const { source, at } = open('shop', seed, services);
      const { events } = source.truth;
      const opening = events.find(({ kind, fromMs }) => kind !== 'job' && fromMs < START);
      expect(opening?.kind).toBe('target-overload');
      const bad = at(0).filter(
        (f) =>
          f.client.node !== undefined &&
          f.server.node !== undefined &&
          (f.clientStats?.p99Us ?? 0) > 1_000_000,
      );
      expect(bad.length).toBeGreaterThanOrEqual(services < 40 ? 2 : 4);
      expect(new Set(bad.map((f) => service(f.server)))).toEqual(
        new Set([service(opening?.subject.service ?? {})]),
      );
      const kinds = new Set(events.map(({ kind }) => kind));
      for (const kind of SCENARIOS) if (kind !== 'shop' && kind !== 'quiet') expect(kinds).toContain(kind);
      expect(events.at(-1)?.fromMs).toBeGreaterThan(START + 60 * 60_000);
      expect(
        new Set(events.filter(({ fromMs }) => fromMs < START + 720_000).map(({ kind }) => kind)).size,
      ).toBeGreaterThanOrEqual(4);
    });
  });
});

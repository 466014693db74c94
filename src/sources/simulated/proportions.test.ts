/**
 * The promises about the simulated cluster as a whole, held on several seeds and sizes: who calls whom, what flows are
 * made of, how far things are, and that time only ever moves counters forward. SWEEP=1 tries many more seeds.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Flow } from '../../flows/flow';
import { flowKey } from '../../flows/flow';
import { bandOf, serverTrust } from '../../flows/handshake';
import { endpointKind, identify } from '../../flows/identity';
import { findHalves, linkVolume } from '../../flows/volume';
import { createSimulatedSource, type SimulatedOptions } from './simulated';

const START = Date.UTC(2025, 0, 15, 10, 30);
const SWEEP = process.env.SWEEP === '1';
const SEEDS = SWEEP ? Array.from({ length: 40 }, (_, i) => i * 7919 + 1) : [1, 2, 3, 4, 5];
const SIZES = SWEEP ? [20, 40, 80, 200, 400] : [40, 400];

const open = (options: Partial<SimulatedOptions> = {}) =>
  createSimulatedSource({ startMs: START, scenario: 'quiet', ...options });
const flowsAt = (options: Partial<SimulatedOptions>, atS = 0): Flow[] =>
  open(options).sampleAt(START + atS * 1000).flows;

const sentBytes = (flow: Flow): number => (flow.clientStats?.txBytes ?? 0) + (flow.serverStats?.txBytes ?? 0);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function plumbingOf({ client, server, proto }: Flow): 'dns' | 'probe' | 'scrape' | undefined {
  if (server.port === 53) return 'dns';
  if (proto === 'tcp' && endpointKind(client) === 'host' && server.pod !== undefined) return 'probe';
  if (client.pod?.startsWith('prometheus-') === true && endpointKind(server) !== 'service') return 'scrape';
  return undefined;
}

/** Callers and callees among services, without DNS, probes and scrapes. */
function callGraph(flows: readonly Flow[]) {
  const out = new Map<string, Set<string>>();
  const into = new Map<string, Set<string>>();
  for (const flow of flows) {
    if (plumbingOf(flow) !== undefined) continue;
    const from = identify(flow.client, 'service').id;
    const to = identify(flow.server, 'service').id;
    if (from === to) continue;
    out.set(from, (out.get(from) ?? new Set()).add(to));
    into.set(to, (into.get(to) ?? new Set()).add(from));
  }
  return { out, into };
}

describe.each(SIZES)('with %i services', (services) => {
  describe.each(SEEDS)('and seed %i', (seed) => {
    let source = open({ services: 10 });
    let flows: Flow[] = [];
    // Not while tests are collected: a sweep would hold hundreds of clusters at once.
    beforeAll(() => {
      source = open({ services, seed });
      flows = source.sampleAt(START).flows;
    });
    afterAll(() => {
      source = open({ services: 10 });
      flows = [];
    });

    it('has callers and callees as real clusters do', () => {
      const shop = source.truth.services.filter(({ role }) => role !== 'infrastructure');
      const ids = shop.map(({ ns, svc }) => identify({ ns, svc }, 'service').id);
      const { out, into } = callGraph(flows);
      expect(ids).toHaveLength(services);
      const silent = ids.filter((id) => !out.has(id)).length / services;
      const uncalled = ids.filter((id) => !into.has(id)).length / services;
      const within = new Set(ids);
      const uncalledInside = ids.filter((id) => ![...(into.get(id) ?? [])].some((from) => within.has(from)));
      expect(silent).toBeGreaterThanOrEqual(0.1);
      expect(silent).toBeLessThanOrEqual(0.2);
      // Whether or not the ingress counts as a caller.
      for (const share of [uncalled, uncalledInside.length / services]) {
        expect(share).toBeGreaterThanOrEqual(0.34);
        expect(share).toBeLessThanOrEqual(0.44);
      }
      // Heavy tails: the busiest is many times the ordinary one, on both sides.
      const degrees = (map: Map<string, Set<string>>) =>
        ids
          .map((id) => map.get(id)?.size ?? 0)
          .filter((n) => n > 0)
          .sort((a, b) => a - b);
      for (const list of [degrees(out), degrees(into)]) {
        const median = list[list.length >> 1] ?? 0;
        expect(list.at(-1)).toBeGreaterThanOrEqual((services < 40 ? 2 : 4) * median);
        expect(median).toBeLessThanOrEqual(5);
      }
      expect(into.get(identify({ ns: 'identity', svc: 'auth' }, 'service').id)?.size).toBeGreaterThanOrEqual(
        0.15 * services,
      );
    });

    it('is mostly DNS, probes and scrapes by rows, and not at all by bytes', () => {
      const plumbing = flows.filter((flow) => plumbingOf(flow) !== undefined);
      expect(plumbing.length / flows.length).toBeGreaterThanOrEqual(0.5);
      expect(plumbing.length / flows.length).toBeLessThanOrEqual(0.6);
      const whole = sum(flows.map(sentBytes));
      expect(sum(plumbing.map(sentBytes)) / whole).toBeLessThan(0.1);
      const ranked = flows.map(sentBytes).sort((a, b) => b - a);
      const top = sum(ranked.slice(0, Math.ceil(flows.length / 100)));
      expect(top / whole).toBeGreaterThan(0.5);
    });

    it('leaves 15–25 % of TCP rows without a handshake', () => {
      const tcp = flows.filter(({ proto }) => proto === 'tcp');
      const silent = tcp.filter(
        (f) => f.clientStats?.p99Us === undefined && f.serverStats?.p99Us === undefined,
      );
      expect(silent.length / tcp.length).toBeGreaterThanOrEqual(0.15);
      expect(silent.length / tcp.length).toBeLessThanOrEqual(0.25);
      const views = flows.flatMap((f) =>
        [f.clientStats, f.serverStats].map((s) => ({ proto: f.proto, ...s })),
      );
      const wrong = views.filter(({ proto, p50Us, p90Us, p99Us }) =>
        p50Us === undefined || p90Us === undefined || p99Us === undefined
          ? p50Us !== p99Us
          : proto === 'udp' || !(1 <= p50Us && p50Us <= p90Us && p90Us <= p99Us),
      );
      expect(wrong).toEqual([]);
      const apart = flows.filter(({ clientStats, serverStats }) => {
        const ratio = (clientStats?.p50Us ?? 1) / (serverStats?.p50Us ?? 1);
        return (
          clientStats?.p50Us !== undefined &&
          serverStats?.p50Us !== undefined &&
          !(0.77 < ratio && ratio < 1.3)
        );
      });
      expect(apart).toEqual([]);
      expect(serverTrust(flows).trusted).toBe(true);
    });

    it('takes as long as the distance asks', () => {
      const zones = new Map(source.truth.nodes.map(({ name, zone }) => [name, zone]));
      const limits = {
        outside: [5_000, 200_000],
        node: [15, 130],
        zone: [90, 350],
        cross: [200, 3_000],
      } as const;
      const strange = flows.filter(({ client, server, clientStats, serverStats }) => {
        const p50 = clientStats?.p50Us ?? serverStats?.p50Us;
        const p99 = clientStats?.p99Us ?? serverStats?.p99Us;
        const [a, b] = [client.node, server.node];
        const outside = endpointKind(client) === 'external' || endpointKind(server) === 'external';
        if (p50 === undefined || p99 === undefined || (!outside && (a === undefined || b === undefined)))
          return false;
        const inside = a === b ? 'node' : zones.get(a ?? '') === zones.get(b ?? '') ? 'zone' : 'cross';
        const [low, high] = limits[outside ? 'outside' : inside];
        return p50 < low || p99 > high;
      });
      expect(strange).toEqual([]);
    });

    it('shows each flow once, from its true ends, both perspectives mirrored and added up', () => {
      expect(new Set(flows.map(flowKey)).size).toBe(flows.length);
      const pods = source.truth.podsAt(START);
      const known = new Map(pods.map((pod) => [`${pod.ns}/${pod.pod}`, pod]));
      const networked = pods.filter((pod) => !pod.hostNetwork);
      expect(new Set(networked.map(({ ip }) => ip)).size).toBe(networked.length);
      const strangers = flows
        .flatMap(({ client, server }) => [client, server])
        .filter(({ pod, ns, node, containerId, cgroupId }) => {
          const identified = containerId !== undefined && cgroupId !== undefined;
          return pod !== undefined && (known.get(`${ns}/${pod}`)?.node !== node || !identified);
        });
      expect(strangers).toEqual([]);
      const unequal = flows.filter(({ clientStats: c, serverStats: s, totals }) => {
        const both = sum([c?.txBytes, c?.rxBytes, s?.txBytes, s?.rxBytes].map((n) => n ?? 0));
        const asSent = [c?.txBytes, c?.rxBytes, c?.txPkts, c?.rxPkts];
        const asReceived = [s?.rxBytes, s?.txBytes, s?.rxPkts, s?.txPkts];
        const mirrored = c === undefined || s === undefined || asSent.every((n, i) => n === asReceived[i]);
        return totals?.bytes !== both || !mirrored;
      });
      expect(unequal).toEqual([]);
    });

    it('has the oddities of a real cluster', () => {
      const count = (test: (flow: Flow) => boolean): number => flows.filter(test).length;
      expect(count((f) => f.clientStats !== undefined && f.serverStats !== undefined)).toBeGreaterThan(
        0.8 * flows.length,
      );
      expect(
        count((f) => endpointKind(f.client) === 'external' && f.clientStats === undefined),
      ).toBeGreaterThan(3);
      expect(
        count((f) => endpointKind(f.server) === 'external' && f.serverStats === undefined),
      ).toBeGreaterThan(2);
      expect(count((f) => f.server.svc === 'kubernetes' && f.server.pod === undefined)).toBeGreaterThan(3);
      expect(count((f) => f.proto === 'udp' && f.clientStats?.rxBytes === 0)).toBeGreaterThan(2);
      expect(count((f) => f.client.ip?.includes('::') === true)).toBeGreaterThan(0);
      const dead = flows.filter(
        (f) => endpointKind(f.server) === 'unresolved' && f.clientStats?.rxBytes === 0,
      );
      expect(dead.length).toBeGreaterThanOrEqual(2);
      for (const flow of dead) {
        expect(flow.clientStats?.txBytes).toBeGreaterThan(0);
        expect(flow.clientStats?.p99Us).toBeUndefined();
      }
      const nodes = new Set(source.truth.nodes.map(({ ip }) => ip));
      expect(
        count((f) => f.server.pod?.startsWith('node-exporter-') === true && nodes.has(f.server.ip ?? '')),
      ).toBeGreaterThan(2);
    });
  });
});

describe.each(SEEDS)('seed %i', (seed) => {
  it('keeps a first look at forty services whole, through an hour of incidents', () => {
    const source = open({ seed, scenario: 'shop' });
    for (let atS = 0; atS <= 3600; atS += SWEEP ? 20 : 120) {
      const { flows } = source.sampleAt(START + atS * 1000);
      expect(flows.length).toBeLessThan(950);
      expect(flows.length).toBeGreaterThan(450);
      expect(new Set(flows.map(flowKey)).size).toBe(flows.length);
    }
  });

  it('halves add up to the same traffic', () => {
    const { flows } = open({ seed, services: 100 }).sampleAt(START);
    const near = flows.filter((f) => endpointKind(f.server) === 'service' && f.server.svc !== 'kubernetes');
    expect(near.length).toBeGreaterThan(0);
    for (const half of near) {
      const link = flows.filter(
        (f) =>
          f.server.svc === half.server.svc &&
          f.client.pod === half.client.pod &&
          (f === half || f.clientStats === undefined),
      );
      expect(findHalves(link).near.has(half)).toBe(true);
      const far = sum(link.filter((f) => f !== half).map((f) => f.serverStats?.rxBytes ?? 0));
      // Bursts differ by a second of traffic a flow; the flows are at least twenty minutes old.
      expect(Math.abs(far / (half.clientStats?.txBytes ?? 1) - 1)).toBeLessThan(0.02);
      expect(linkVolume(link, 'bytes').forward).toBe(half.clientStats?.txBytes);
    }
  });
});

describe('time', () => {
  it('gives the same sample for the same moment, whatever was asked before', () => {
    const asked = open({ scenario: 'shop', seed: 3 });
    for (const atS of [0, 5, 700, 35, 1500, 130]) asked.sampleAt(START + atS * 1000);
    const late = asked.sampleAt(START + 1_234_567);
    expect(open({ scenario: 'shop', seed: 3 }).sampleAt(START + 1_234_567)).toEqual(late);
    expect(late.atMs).toBe(START + 1_230_000);
    expect(asked.sampleAt(START + 1_231_000)).toBe(late);
    expect(open({ scenario: 'shop', seed: 4 }).sampleAt(START + 1_234_567)).not.toEqual(late);
  });

  it('moves counters forward only, at the rates it reports', () => {
    const source = open({ scenario: 'shop', seed: 2 });
    const { epoch } = source.sampleAt(START);
    let before = new Map<string, Flow>();
    let appeared = 0;
    // Before the first restart of a sensor in this round of the shop.
    for (let atS = 0; atS <= 700; atS += 5) {
      const sample = source.sampleAt(START + atS * 1000);
      expect(sample.epoch).toBe(epoch);
      const now = new Map(sample.flows.map((flow) => [flowKey(flow), flow]));
      for (const [key, flow] of now) {
        const last = before.get(key);
        if (last === undefined) {
          if (atS > 0) appeared++;
          continue;
        }
        for (const side of ['clientStats', 'serverStats'] as const) {
          const [a, b] = [last[side], flow[side]];
          if (a === undefined || b === undefined) continue;
          const delta = (b.txBytes ?? 0) - (a.txBytes ?? 0);
          if (delta < 0 || Math.abs((delta * 8) / 5 - (b.txBps ?? 0)) > 0.1) expect(flow).toEqual(last);
          if ((b.rxPkts ?? 0) < (a.rxPkts ?? 0)) expect(flow).toEqual(last);
        }
      }
      before = now;
    }
    expect(appeared).toBeGreaterThan(10);
    // Moderate churn: in twelve minutes fewer flows are born than there are.
    expect(appeared).toBeLessThan(before.size);
  });

  it('keeps a quiet cluster quiet: no flow comes, goes or changes its band', () => {
    const source = open({ seed: 5 });
    const bands = (atS: number) =>
      source
        .sampleAt(START + atS * 1000)
        .flows.map((f) => [flowKey(f), bandOf(f.clientStats?.p99Us), bandOf(f.serverStats?.p99Us)]);
    const first = bands(0);
    for (let atS = 5; atS <= 900; atS += 45) expect(bands(atS)).toEqual(first);
  });

  it('replaces pods in rollouts and runs jobs', () => {
    const source = open({ scenario: 'shop', seed: 1 });
    const rollout = source.truth.events.find(({ kind }) => kind === 'rollout');
    const job = source.truth.events.find(({ kind, fromMs }) => kind === 'job' && fromMs > START);
    const svc = rollout?.subject.service?.svc;
    const podsOf = (atMs: number) =>
      source
        .sampleAt(atMs)
        .flows.flatMap(({ server }) => (server.svc === svc && server.pod ? [server.pod] : []));
    const old = new Set(podsOf((rollout?.fromMs ?? 0) - 5_000));
    const young = new Set(podsOf((rollout?.toMs ?? 0) + 80_000));
    expect(old.size).toBeGreaterThan(0);
    expect(young.size).toBe(old.size);
    expect([...young].filter((pod) => old.has(pod))).toEqual([]);
    const ran = (atMs: number) =>
      source
        .sampleAt(atMs)
        .flows.some(({ client }) => client.pod?.startsWith(`${job?.subject.workload?.name}-`));
    expect(ran((job?.toMs ?? 0) - 5_000)).toBe(true);
    expect(ran((job?.toMs ?? 0) + 65_000)).toBe(false);
  });

  it('begins again with a new epoch where it loops', () => {
    const source = open({ scenario: 'shop', loopEveryMs: 600_000 });
    const first = source.sampleAt(START + 10_000);
    const again = source.sampleAt(START + 610_000);
    expect(again.epoch).toBe(first.epoch + 1);
    expect(again.flows.map(flowKey)).toEqual(first.flows.map(flowKey));
    expect(again.flows[0]?.clientStats?.txBytes).toBe(first.flows[0]?.clientStats?.txBytes);
  });
});

describe('options', () => {
  it('refuses what is out of range with a sentence', () => {
    expect(() => open({ services: 9 })).toThrow(/from 10 to 2000, not 9\./);
    expect(() => open({ services: 2001 })).toThrow(/from 10 to 2000/);
    expect(() => open({ services: 40.5 })).toThrow(/whole number/);
    expect(() => open({ seed: 0.5 })).toThrow(/seed/);
    expect(open().label).toBe('simulated quiet');
  });

  it('goes down to ten services', () => {
    const flows = flowsAt({ services: 10 });
    expect(flows.length).toBeGreaterThan(80);
    expect(flows.length).toBeLessThan(300);
  });

  it.runIf(SWEEP)('goes up to 2,000 services in time', () => {
    const source = open({ services: 2_000, scenario: 'shop' });
    source.sampleAt(START);
    const before = process.cpuUsage();
    const { flows } = source.sampleAt(START + 60_000);
    const { user, system } = process.cpuUsage(before);
    expect(flows.length).toBeGreaterThan(80_000);
    expect((user + system) / 1000).toBeLessThan(1_500);
  });
});

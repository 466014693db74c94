#!/usr/bin/env node
/**
 * Is the diagnosis right? Plays incidents whose truth is on record, poll by poll, and prints precision and recall:
 * `node bench/diagnose.mjs [--seeds 5] [--services 40] [--no-zones] [--every 5] [--only node-bad,quiet] [--verbose]`.
 * First the scenarios of src/sources/simulated, then clusters of another make that share nothing with it: there every
 * connection is drawn one by one and percentiles are those of two minutes of them, as noisy as few connections are.
 * The diagnosis sees flows and, unless told otherwise, the zones of nodes; the truth is read only here, to mark it.
 * Exits with 1 when a simulated verdict comes more than three polls after its signal, or a quiet cluster is accused.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '5' },
    services: { type: 'string', default: '40' },
    every: { type: 'string', default: '5' },
    only: { type: 'string' },
    'no-zones': { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

const root = fileURLToPath(new URL('..', import.meta.url));
const load = async (path) => (await runnerImport(`${root}src/${path}`, { root, configFile: false })).module;
const { createSimulatedSource, SCENARIOS } = await load('sources/simulated/simulated.ts');
const { observe } = await load('insight/diagnose-observe.ts');
const { diagnose } = await load('insight/diagnose.ts');

const START = Date.UTC(2025, 0, 15, 10, 30);
const EVERY_MS = Number(options.every) * 1000;
const SERVICES = Number(options.services);
/** What a caller keeps. */
const KEPT_MS = 10 * 60_000;
/** A named incident lasts from one to eleven minutes; two minutes later the window has forgotten it. */
const UNTIL_MS = 14 * 60_000;
const WINDOW_MS = 125_000;
const CALM = new Set(['fine', 'borderline', 'cross-zone', 'too-little']);
const HEALTH = new Set(['node-bad', 'zone-slow', 'target-overload', 'source-slow', 'black-hole']);
const QUIET_SEEDS = 20;
const SAMPLED = [
  'calm',
  'node+1ms',
  'node+30ms',
  'zones+20ms',
  'pod+60ms',
  'pair+15ms',
  'cluster+20ms',
  'cluster+80ms',
  'target+40ms',
  'target-loss',
  'pod-loss',
  'node-loss',
];
const SAMPLED_UNTIL_MS = 560_000;

const SICK_S = [120, 420];

const serviceId = ({ ns, svc }) => `svc:${ns}/${svc}`;

/** Two zones by name, or as the two groups of nodes they are. */
function isZonePair(culprit, pair, zones) {
  if (culprit?.kind === 'zone-pair') return culprit.zones.join() === [...pair].sort().join();
  if (culprit?.kind !== 'node-groups') return false;
  const sides = culprit.groups.map((nodes) => new Set(nodes.map((node) => zones.get(node))));
  const met = sides.flatMap((side) => [...side]).sort();
  return sides.every((side) => side.size === 1) && met.join() === [...pair].sort().join();
}

/** Whether a finding or failure names what the truth says happened. */
function names(event, zones) {
  const { subject } = event;
  switch (event.kind) {
    case 'node-bad':
      return ({ culprit }) => culprit?.kind === 'node' && culprit.node === subject.node;
    case 'zone-slow':
      return ({ culprit }) => {
        if (culprit?.kind === 'zone-pair') return culprit.zones.join() === [...subject.zones].sort().join();
        if (culprit?.kind !== 'node-groups') return false;
        const sides = culprit.groups.map((nodes) => new Set(nodes.map((node) => zones.get(node))));
        return (
          sides.every((side) => side.size === 1) &&
          sides
            .flatMap((side) => [...side])
            .sort()
            .join() === [...subject.zones].sort().join()
        );
      };
    case 'target-overload':
      return ({ culprit }) => culprit?.kind === 'target' && culprit.peer === serviceId(subject.service);
    case 'source-slow':
      return ({ culprit }) =>
        culprit?.kind === 'source' && culprit.peer === `pod:${subject.pod.ns}/${subject.pod.pod}`;
    case 'black-hole':
      return (failure) => failure.isNew === true && failure.peer === serviceId(subject.link.to);
    default:
      return () => false;
  }
}

/** Whether a flow is one the truth says is hit. */
function touchTest({ kind, subject }, zones) {
  return ({ client: a, server: b }) => {
    switch (kind) {
      case 'node-bad':
        return a.node === subject.node || b.node === subject.node;
      case 'zone-slow':
        return [zones.get(a.node), zones.get(b.node)].sort().join() === [...subject.zones].sort().join();
      case 'target-overload':
        return b.svc === subject.service.svc && b.ns === subject.service.ns;
      case 'source-slow':
        return a.pod === subject.pod.pod && a.ns === subject.pod.ns;
      default:
        return subject.flows.some(({ client, port }) => client.pod === a.pod && port === b.port);
    }
  };
}

/** The first poll whose flows can tell: a tail that tripled where the truth says so, or a SYN without an answer. */
function signalTest({ kind, touches }, before) {
  const usual = new Map(before.map((flow) => [keyOf(flow), timesOf(flow)?.p99Us]));
  return (flows) =>
    flows.some((flow) => {
      if (!touches(flow)) return false;
      if (kind === 'black-hole') return (flow.clientStats?.txPkts ?? 0) > 0 && flow.clientStats?.rxPkts === 0;
      const was = usual.get(keyOf(flow));
      const now = timesOf(flow)?.p99Us;
      return was !== undefined && now !== undefined && now >= 3 * was && now - was >= 500;
    });
}

const timesOf = (flow) => flow.clientStats ?? flow.serverStats;
const keyOf = ({ client, server }) =>
  [client.ns, client.pod, client.ip, server.ns, server.pod, server.ip, server.port].join('|');

/** A scenario of ours as a series of polls with its events. */
function openSimulated(scenario, seed) {
  const source = createSimulatedSource({ scenario, seed, services: SERVICES, startMs: START });
  const zones = new Map(source.truth.nodes.map(({ name, zone }) => [name, zone]));
  let nowMs = START;
  return {
    zones,
    events: source.truth
      .eventsUntil(START + UNTIL_MS)
      .filter(({ kind, toMs }) => HEALTH.has(kind) && (toMs ?? Infinity) > START)
      .map((event) => ({ ...event, right: names(event, zones), touches: touchTest(event, zones) })),
    first: () => source.sampleAt(START),
    next: () => {
      const sample = source.sampleAt(nowMs);
      nowMs += EVERY_MS;
      return sample;
    },
  };
}

function play(scenario, seed) {
  const isOurs = SCENARIOS.includes(scenario);
  const source = isOurs ? openSimulated(scenario, seed) : createSampledCluster(scenario, seed);
  const { zones } = source;
  const events = source.events.map((event) => ({ ...event, held: 0, polls: 0 }));
  const counts = { polls: 0, accused: 0, wrong: 0, findings: 0, wrongFindings: 0, costMs: 0 };
  const mistakes = [];
  let kept = [];
  let before = source.first().flows;
  const many = (isOurs ? UNTIL_MS : SAMPLED_UNTIL_MS) / EVERY_MS;
  for (let poll = 0; poll < many; poll++) {
    const sample = source.next();
    const nowMs = sample.atMs;
    counts.polls++;
    const began = process.cpuUsage().user;
    kept.push(observe({ ...sample, ...(options['no-zones'] ? {} : { zones }) }, kept.at(-1)));
    kept = kept.filter(({ atMs }) => nowMs - atMs <= KEPT_MS);
    const report = diagnose(kept);
    counts.costMs += (process.cpuUsage().user - began) / 1000;
    const news = report.failures.filter(({ isNew }) => isNew);
    const live = events.filter(({ fromMs, toMs = Infinity }) => nowMs > fromMs && nowMs <= toMs + WINDOW_MS);
    for (const event of live) {
      event.test ??= signalTest(event, before);
      if (nowMs <= (event.toMs ?? Infinity) && event.test(sample.flows)) event.signalPoll ??= poll;
      const isRight = [...report.findings, ...news].some(event.right);
      if (isRight) event.foundPoll ??= poll;
      if (
        event.signalPoll !== undefined &&
        poll >= event.signalPoll + 3 &&
        nowMs <= (event.toMs ?? Infinity)
      ) {
        event.polls++;
        const leads =
          event.kind === 'black-hole' ? isRight : report.findings[0] && event.right(report.findings[0]);
        if (leads) event.held++;
      }
    }
    if (live.length === 0) before = sample.flows;
    const claims = [...report.findings, ...news];
    counts.findings += claims.length;
    const wrong = claims.filter((claim) => !live.some(({ right }) => right(claim)));
    counts.wrongFindings += wrong.length;
    if (!CALM.has(report.verdict)) {
      counts.accused++;
      const leader = report.verdict === 'failed' ? news[0] : report.findings[0];
      if (!live.some(({ right }) => right(leader ?? {}))) counts.wrong++;
    }
    if (wrong.length > 0)
      mistakes.push({
        atS: (nowMs - START) / 1000,
        wrong: wrong.map((w) => `${w.verdict ?? w.kind} ${w.sentence}`),
      });
  }
  return { seed, events, mistakes, ...counts };
}

function dice(seed) {
  let state = seed * 2654435761 + 97;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function createSampledCluster(kind, seed) {
  const u = dice(seed);
  const whole = (n) => Math.floor(u() * n);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - u())) * Math.cos(2 * Math.PI * u());
  const nodes = Array.from({ length: 6 + whole(7) }, (_, i) => ({
    name: `worker-${i}`,
    zone: `z${i % (2 + (seed % 2))}`,
  }));
  const services = Array.from({ length: 12 + whole(20) }, (_, s) => ({
    svc: `s${s}`,
    ns: `team-${s % 4}`,
    port: 8000 + s,
    pods: Array.from({ length: 1 + whole(4) }, (_, p) => ({
      pod: `s${s}-7d9f8b6c5-${'bcdfg'[p]}x2k9`,
      ns: `team-${s % 4}`,
      svc: `s${s}`,
      node: nodes[whole(nodes.length)].name,
      ip: `10.9.${s}.${p + 1}`,
    })),
  }));
  const zoneOf = new Map(nodes.map(({ name, zone }) => [name, zone]));
  const lanes = [];
  const lane = (client, server, port, rate) => {
    const same = client.node === server.node;
    const isNear = zoneOf.get(client.node) === zoneOf.get(server.node);
    const base = same ? 40 : isNear ? 180 : 500 + 420 * u();
    const path = { client, server: { ...server, port }, base: base * Math.exp(0.25 * gauss()) };
    lanes.push({ ...path, rate, recent: [], tx: 0 });
  };
  services.forEach((from, a) => {
    for (let k = 0; k < 2 + whole(4); k++) {
      const to = services[(a + 1 + whole(services.length - 1)) % services.length];
      for (const c of from.pods)
        for (const s of to.pods)
          if (u() < 0.7) lane(c, s, to.port, Math.exp(Math.log(0.05) + u() * Math.log(60)));
    }
    for (const s of from.pods)
      lane({ ip: `10.0.0.${nodes.findIndex((n) => n.name === s.node)}`, node: s.node }, s, from.port, 0.1);
  });
  const busiest = (of) => {
    const counts = new Map();
    for (const one of lanes) for (const key of of(one)) counts.set(key, (counts.get(key) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1]);
  };
  const node = busiest((l) => [l.client.node, l.server.node])[whole(3)][0];
  /** Who has most different ones at the other end. */
  const linked = (own, other) => {
    const ends = new Map();
    for (const { client, server } of lanes) {
      if (client.pod === undefined) continue;
      const key = own({ client, server });
      ends.set(key, (ends.get(key) ?? new Set()).add(other({ client, server })));
    }
    return [...ends].sort((a, b) => b[1].size - a[1].size).map(([key]) => key);
  };
  const target = linked(
    ({ server }) => server.svc,
    ({ client }) => client.svc,
  )[whole(2)];
  const source = linked(
    ({ client }) => client.pod,
    ({ server }) => server.svc,
  )[whole(4)];
  const pair = busiest((l) =>
    l.client.node === l.server.node ? [] : [[l.client.node, l.server.node].sort().join()],
  )[whole(2)][0];
  const zones = [...new Set(nodes.map((n) => n.zone))].slice(0, 2);
  const [what, how = ''] = kind.split(/[+-]/);
  const isLoss = how === 'loss';
  const addUs = isLoss || kind === 'calm' ? 0 : Number.parseInt(how, 10) * 1000;
  const touches = ({ client, server }) =>
    ({
      calm: false,
      node: client.node === node || server.node === node,
      zones: [zoneOf.get(client.node), zoneOf.get(server.node)].sort().join() === [...zones].sort().join(),
      pod: client.pod === source,
      target: server.svc === target,
      pair: [client.node, server.node].sort().join() === pair,
      cluster: client.node !== server.node,
    })[what];
  const [fromS, toS] = SICK_S;
  let atS = 0;
  const step = () => {
    atS += 5;
    for (const l of lanes) {
      const expected = l.rate * 5;
      let count = Math.floor(expected) + (u() < expected % 1 ? 1 : 0);
      const sick = atS > fromS && atS <= toS && touches(l);
      for (; count > 0; count--) {
        let us = l.base * Math.exp(0.18 * gauss()) * (u() < 0.01 ? 2 + 6 * u() : 1);
        if (sick && addUs > 0) us += addUs * Math.exp(0.3 * gauss());
        if (sick && isLoss)
          for (let n = 0; n < 3 && u() < (what === 'target' ? 0.2 : 0.12); n++) us += 1e6 * 2 ** n;
        l.recent.push({ atS, us });
        l.tx++;
      }
      while (l.recent[0] && l.recent[0].atS <= atS - 120) l.recent.shift();
    }
  };
  const flows = () =>
    lanes.flatMap((l) => {
      if (l.tx === 0) return [];
      const values = l.recent.map(({ us }) => us).sort((a, b) => a - b);
      const q = (p) => {
        const at = p * (values.length - 1);
        const low = values[Math.floor(at)];
        return Math.round(low + (values[Math.ceil(at)] - low) * (at % 1));
      };
      const times = values.length === 0 ? {} : { p50Us: q(0.5), p90Us: q(0.9), p99Us: q(0.99) };
      const stats = { txPkts: l.tx * 6, rxPkts: l.tx * 5, txBytes: l.tx * 900, rxBytes: l.tx * 4000 };
      return [{ proto: 'tcp', client: l.client, server: l.server, clientStats: { ...stats, ...times } }];
    });
  for (let n = 0; n < 24; n++) step();
  atS = 0;
  for (const l of lanes) for (const r of l.recent) r.atS -= 120;
  const culprits = {
    node: ({ culprit: c }) => c?.kind === 'node' && c.node === node,
    zones: ({ culprit: c }) =>
      (c?.kind === 'cross-zone' && new Set(zoneOf.values()).size === 2) || isZonePair(c, zones, zoneOf),
    pod: ({ culprit: c }) => c?.kind === 'source' && c.peer.endsWith(`/${source}`),
    target: ({ culprit: c }) => c?.kind === 'target' && c.peer.endsWith(`/${target}`),
    pair: ({ culprit: c }) => c?.kind === 'node-pair' && c.nodes.join() === pair,
    cluster: ({ culprit: c }) => c?.kind === 'cluster',
  };
  const times = { fromMs: START + fromS * 1000, toMs: START + toS * 1000 };
  const event = { kind, ...times, right: culprits[what], touches };
  const momentNow = () => ({ flows: flows(), atMs: START + atS * 1000, epoch: 1 });
  return {
    zones: zoneOf,
    events: what === 'calm' ? [] : [event],
    first: momentNow,
    next: () => {
      step();
      return momentNow();
    },
  };
}

const share = (part, whole) => (whole === 0 ? '—' : `${((100 * part) / whole).toFixed(1)} %`);
const only = options.only?.split(',') ?? [...SCENARIOS, ...SAMPLED];
let failed = false;
console.log(
  `${options.services} services, a poll every ${options.every} s, ${options['no-zones'] ? 'no zones' : 'zones known'}\n` +
    'scenario         seeds  found  within 3 polls  latest  precision  recall  all findings right  CPU ms/poll',
);
for (const scenario of only) {
  const count = scenario === 'quiet' ? Math.max(QUIET_SEEDS, Number(options.seeds)) : Number(options.seeds);
  const runs = Array.from({ length: count }, (_, i) => play(scenario, i + 1));
  const events = runs.flatMap((run) => run.events).filter(({ signalPoll }) => signalPoll !== undefined);
  const lag = ({ foundPoll, signalPoll }) => (foundPoll === undefined ? Infinity : foundPoll - signalPoll);
  const sum = (of) => runs.reduce((total, run) => total + run[of], 0);
  const intime = events.filter((event) => lag(event) <= 3).length;
  const accused = sum('accused');
  const isOurs = SCENARIOS.includes(scenario);
  if (isOurs && (intime < events.length || (scenario === 'quiet' && accused > 0))) failed = true;
  console.log(
    [
      scenario.padEnd(16),
      String(count).padStart(5),
      `${events.filter(({ foundPoll }) => foundPoll !== undefined).length}/${events.length}`.padStart(6),
      `${intime}/${events.length}`.padStart(15),
      (events.length === 0 ? '—' : String(Math.max(...events.map(lag)))).padStart(7),
      share(accused - sum('wrong'), accused).padStart(10),
      share(
        events.reduce((total, { held }) => total + held, 0),
        events.reduce((total, { polls }) => total + polls, 0),
      ).padStart(7),
      share(sum('findings') - sum('wrongFindings'), sum('findings')).padStart(19),
      (sum('costMs') / sum('polls')).toFixed(1).padStart(12),
    ].join(' '),
  );
  if (options.verbose)
    for (const run of runs) {
      for (const { atS, wrong } of run.mistakes.slice(0, 6))
        console.log(`  seed ${run.seed} at ${atS} s: ${wrong.join(' || ')}`);
    }
}
process.exitCode = failed ? 1 : 0;

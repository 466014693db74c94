// Comparing two moments of a scenario finds what was scripted, and nothing else.
import { describe, expect, it } from 'vitest';
import { identify } from '../flows/identity';
import { buildGraph, type GraphLink } from '../graph/flow-graph';
import { compareMoments, type LinkChange, type Side } from '../insight/compare';
import { createHistory } from '../live/history';
import type { PeerName, TruthEvent } from '../sources/simulated/scenarios';
import { createSimulatedSource, type ScenarioName } from '../sources/simulated/simulated';

const SEEDS = [1, 2, 3];
const service = (end: PeerName): string => identify(end, 'service').id;

/** A history of polls around two times (seconds), and what changed from the one to the other. */
function compared(scenario: ScenarioName, seed: number, fromS: number, toS: number) {
  const source = createSimulatedSource({ scenario, seed, startMs: 0 });
  const history = createHistory({ mostBytes: 1e9, mostSamples: 1_000 });
  for (const seconds of [fromS - 10, fromS, toS - 10, toS, toS + 10]) {
    const { atMs, epoch, flows } = source.sampleAt(seconds * 1000);
    history.add(
      { flows, total: flows.length, truncated: false, rejects: { count: 0 } },
      { atMs, epoch: String(epoch), scope: '' },
    );
  }
  const graphAt = (index: number) =>
    buildGraph(history.at(index)?.flows ?? [], {
      level: 'service',
      mostExternal: Number.POSITIVE_INFINITY,
    });
  const side = (seconds: number, beside: number): Side => {
    const index = history.indexAt(seconds * 1000);
    const rates = history.ratesAt(index);
    return {
      graph: graphAt(index),
      epoch: history.moments()[index]?.epoch ?? '',
      truncated: false,
      beside: graphAt(index + beside),
      ...(rates === undefined ? {} : { rates }),
    };
  };
  const [before, after] = [side(fromS, -1), side(toS, 1)];
  const event = source.truth.events[0] as TruthEvent;
  return { truth: source.truth, event, before, after, comparison: compareMoments(before, after), history };
}

/** Links that were fast and measured, and still are measured: those a slow path shows on. */
const fastOnes = (before: Side, after: Side): GraphLink[] =>
  [...after.graph.links.values()].filter(
    ({ id, handshake }) =>
      handshake.worstP99Us !== undefined &&
      (before.graph.links.get(id)?.handshake.worstP99Us ?? Number.POSITIVE_INFINITY) < 50_000,
  );
const brief = (changes: readonly LinkChange[]) => changes.map(({ what, link }) => `${what} ${link}`);

describe.each(SEEDS)('with seed %i', (seed) => {
  it.each<[ScenarioName]>([['new-link'], ['new-egress']])('%s: one link is new', (scenario) => {
    const { event, comparison, history } = compared(scenario, seed, 50, 240);
    const { from, to } = event.subject.link ?? { from: {}, to: {} };
    expect(brief(comparison.changes)).toEqual([`new ${service(from)}>${service(to)}`]);
    const marks = history.moments().flatMap((moment) => moment.marks);
    expect(marks).toMatchObject([{ what: 'appeared', link: `${service(from)}>${service(to)}` }]);
  });

  it('source-slow: all that one pod calls is slower', () => {
    const { event, before, after, comparison } = compared('source-slow', seed, 50, 240);
    const { pod } = event.subject.pod ?? {};
    const slow = fastOnes(before, after).filter(({ flows }) =>
      flows.some(({ client, clientStats }) => client.pod === pod && clientStats?.p99Us !== undefined),
    );
    expect(slow.length).toBeGreaterThan(0);
    expect(brief(comparison.changes).sort()).toEqual(slow.map(({ id }) => `slower ${id}`).sort());
  });

  it('target-overload: all that calls one service is slower, and ten minutes later nothing has changed', () => {
    const { truth, event, before, after, comparison } = compared('target-overload', seed, 50, 240);
    const to = service(event.subject.service ?? {});
    const port = truth.services.find((one) => service(one) === to)?.port;
    // Scrapes go to another port, which is well.
    const slow = fastOnes(before, after).filter(
      (link) => link.to === to && link.flows.some(({ server }) => server.port === port),
    );
    expect(slow.length).toBeGreaterThan(1);
    expect(brief(comparison.changes).sort()).toEqual(slow.map(({ id }) => `slower ${id}`).sort());
    expect(compared('target-overload', seed, 50, 840).comparison.changes).toEqual([]);
  });

  it('black-hole: a link is silenced', () => {
    const { event, comparison } = compared('black-hole', seed, 50, 240);
    const { from, to } = event.subject.link ?? { from: {}, to: {} };
    expect(comparison.silenced).toEqual([`${service(from)}>${service(to)}`]);
  });

  it('quiet: nothing changed', () => {
    expect(brief(compared('quiet', seed, 50, 640).comparison.changes)).toEqual([]);
  });
});

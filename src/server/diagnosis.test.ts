// The diagnosis against the simulator's truth, a seed a scenario; bench/diagnose.mjs does the same for many, and says how often.
// It stands here because no floor below knows both.
import { describe, expect, it } from 'vitest';
import { diagnose, type Report } from '../insight/diagnose';
import { type Observation, observe } from '../insight/diagnose-observe';
import type { TruthSubject } from '../sources/simulated/scenarios';
import { createSimulatedSource, type ScenarioName } from '../sources/simulated/simulated';

const START = Date.UTC(2025, 0, 15, 10, 30);
const CALM = ['fine', 'cross-zone', 'too-little'];

function play(scenario: ScenarioName, fromS: number, toS: number, seed = 3) {
  const { truth, sampleAt } = createSimulatedSource({ scenario, seed, startMs: START });
  const zones = new Map(truth.nodes.map(({ name, zone }) => [name, zone]));
  const kept: Observation[] = [];
  const reports: Report[] = [];
  for (let atS = fromS; atS <= toS; atS += 5) {
    kept.push(observe({ ...sampleAt(START + atS * 1000), zones }, kept.at(-1)));
    reports.push(diagnose(kept));
  }
  const subject: TruthSubject = truth.events[0]?.subject ?? {};
  return { reports, last: reports.at(-1), subject, verdicts: reports.map(({ verdict }) => verdict) };
}

describe('the incident begins after a minute; 25 s later the verdict stands', () => {
  it('node-bad', () => {
    const { last, subject } = play('node-bad', 20, 85);
    expect(last?.findings).toMatchObject([{ verdict: 'node', culprit: { node: subject.node } }]);
  });

  it('zone-slow', () => {
    const { last, subject } = play('zone-slow', 20, 85);
    expect(last?.findings).toMatchObject([{ verdict: 'path', culprit: { zones: subject.zones } }]);
  });

  it('target-overload', () => {
    const { last, subject } = play('target-overload', 20, 85);
    const peer = `svc:${subject.service?.ns}/${subject.service?.svc}`;
    expect(last?.findings).toMatchObject([{ verdict: 'target', culprit: { peer }, signal: 'lost-syns' }]);
  });

  it('source-slow', () => {
    const { last, subject } = play('source-slow', 20, 85);
    const peer = `pod:${subject.pod?.ns}/${subject.pod?.pod}`;
    expect(last?.findings).toMatchObject([{ verdict: 'source', culprit: { peer } }]);
  });

  it('black-hole', () => {
    const { last, subject } = play('black-hole', 20, 85);
    const to = subject.link?.to;
    expect(last).toMatchObject({ verdict: 'failed', findings: [] });
    expect(last?.failures[0]).toMatchObject({
      kind: 'unanswered',
      isNew: true,
      peer: `svc:${to?.ns}/${to?.svc}`,
    });
  });
});

describe('nothing is wrong', () => {
  it.each(['quiet', 'counter-reset', 'sensor-gap', 'new-link', 'new-egress'] as const)(
    'with %s',
    (scenario) => {
      const { reports, verdicts } = play(scenario, 20, 120);
      expect(verdicts.filter((verdict) => !CALM.includes(verdict))).toEqual([]);
      expect(reports.flatMap(({ findings }) => findings)).toEqual([]);
      expect(reports.flatMap(({ failures }) => failures).filter(({ isNew }) => isNew)).toEqual([]);
    },
  );
});

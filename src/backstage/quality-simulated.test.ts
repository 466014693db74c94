// The data's quality against clusters whose truth is known: what their sensors do is found, by the right node, and nothing
// else is.
import { describe, expect, it } from 'vitest';
import type { Flow } from '../flows/flow';
import { calibrate, type Timed } from '../flows/rates';
import { judgeQuality } from '../insight/quality';
import { noteAnswer, type QualityWatch } from '../insight/quality-watch';
import { createSimulatedSource, type ScenarioName } from '../sources/simulated/simulated';

const START = Date.parse('2025-01-15T10:00:00Z');

function found(flows: Flow[], watch: QualityWatch, answers: readonly Timed[]): string[] {
  const { facts } = judgeQuality({
    answer: { flows, total: flows.length, truncated: false, rejects: { count: 0 } },
    watch,
    rates: calibrate(answers),
  });
  return facts
    .filter(({ severity }) => severity !== 'info')
    .map(({ id, example }) => (example === undefined ? id : `${id} ${example}`));
}

/** What is found at each of these seconds of a simulated cluster, polled at these and no other. */
function watchCluster(scenario: ScenarioName, seed: number, seconds: readonly number[]) {
  const source = createSimulatedSource({ scenario, seed, startMs: START });
  let watch: QualityWatch | undefined;
  let before: Timed | undefined;
  const all = new Set<string>();
  for (const second of seconds) {
    const { flows, atMs } = source.sampleAt(START + second * 1000);
    const now: Timed = { flows, atMs, epoch: 'a' };
    watch = noteAnswer(watch, now);
    for (const one of found(flows, watch, before === undefined ? [now] : [before, now])) all.add(one);
    before = now;
  }
  return { found: [...all], truth: source.truth };
}

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);
/** Twenty clusters, a dozen polls each, with whatever else wants the machine. */
const PATIENCE = { timeout: 120_000 };

describe('twenty simulated clusters', () => {
  it('are clean when quiet', PATIENCE, () => {
    for (const seed of SEEDS)
      expect(watchCluster('quiet', seed, [0, 5, 30, 60, 300]).found, `seed ${seed}`).toEqual([]);
  });

  it('are clean through rollouts, jobs and trouble that is not the sensors’', PATIENCE, () => {
    // The first twelve minutes of the shop have neither a gap nor a restart.
    const seconds = [0, 60, 130, 245, 300, 370, 405, 470, 545, 600, 660, 715];
    for (const seed of SEEDS) expect(watchCluster('shop', seed, seconds).found, `seed ${seed}`).toEqual([]);
  });

  it('have their silent sensor found, by the right node and nothing else', PATIENCE, () => {
    for (const seed of SEEDS) {
      const seen = watchCluster('sensor-gap', seed, [50, 60, 65, 300]);
      const node = seen.truth.events.find(({ kind }) => kind === 'sensor-gap')?.subject.node;
      expect(seen.found, `seed ${seed}`).toEqual([`sensors ${node}`]);
    }
  });

  it('have it found by who opens the page in the middle of it', PATIENCE, () => {
    for (const seed of SEEDS) {
      const seen = watchCluster('sensor-gap', seed, [300]);
      const node = seen.truth.events.find(({ kind }) => kind === 'sensor-gap')?.subject.node;
      expect(seen.found, `seed ${seed}`).toEqual([`sensors ${node}`]);
    }
  });

  it('have their restarted sensor found, by the right node and nothing else', PATIENCE, () => {
    for (const seed of SEEDS) {
      const seen = watchCluster('counter-reset', seed, [50, 60, 65, 300]);
      const node = seen.truth.events.find(({ kind }) => kind === 'counter-reset')?.subject.node;
      expect(seen.found, `seed ${seed}`).toEqual([`restarts ${node}`]);
    }
  });
});

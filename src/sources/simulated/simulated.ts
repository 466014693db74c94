/**
 * The simulated source: a seeded, living cluster behind the same interface as a real one, with the truth beside it.
 * The sample at a moment depends on the options and that moment only, never on which moments were asked for before.
 * Runs in Node and in the page; knows no clock but the one it is handed.
 */
import type { FlowSource, Sample } from '../source';
import { buildCluster } from './cluster';
import { createPlan } from './incidents';
import { buildLanes } from './lanes';
import { createLives } from './lives';
import type { ScenarioName, TruthRecord } from './scenarios';
import { TICK_S } from './swell';
import { createTraffic } from './traffic';
import { createTruth } from './truth';

export { isScenario, parseScenario, SCENARIOS, type ScenarioName, type TruthRecord } from './scenarios';

export interface SimulatedOptions {
  /** The same seed gives the same cluster and the same incidents. */
  seed?: number;
  /** Services of the shop; DNS, monitoring and the like come on top. */
  services?: number;
  scenario?: ScenarioName;
  /** When it all begins, milliseconds since 1970. */
  startMs: number;
  /** Begins again after so long, with a new epoch; without it the cluster lives on for ever. */
  loopEveryMs?: number;
}

/** Forty services stay below the page's default limit of 1,000 flows, so that a first look is whole. */
const DEFAULT_SERVICES = 40;
export const FEWEST_SERVICES = 10;
export const MOST_SERVICES = 2_000;
const TICK_MS = TICK_S * 1000;
/** A round of the shop is twelve minutes; anything shorter than a minute would loop before it shows a thing. */
const SHORTEST_LOOP_MS = 60_000;

/** Throws an Error with the sentence for the reader when an option is out of its range. */
export function createSimulatedSource(
  options: SimulatedOptions,
): FlowSource & { readonly truth: TruthRecord } {
  const { seed = 1, services = DEFAULT_SERVICES, scenario = 'shop', startMs, loopEveryMs } = options;
  checkOptions(seed, services, startMs, loopEveryMs);
  const cluster = buildCluster(seed >>> 0, services);
  const lanes = buildLanes(cluster);
  const lives = createLives(cluster, startMs, scenario === 'shop', lanes.heavy);
  const plan = createPlan(scenario, cluster, lanes, lives);
  const traffic = createTraffic(cluster, lanes, lives, plan, startMs);
  // Many readers ask within one tick; they share what was computed for the first.
  let latest: Sample | undefined;

  return {
    label: `simulated ${scenario}`,
    truth: createTruth({ scenario, seed, startMs, cluster, lives, plan }),
    sampleAt: (nowMs) => {
      const ticks = Math.max(0, Math.floor((nowMs - startMs) / TICK_MS));
      const atMs = startMs + ticks * TICK_MS;
      if (latest?.atMs === atMs) return latest;
      const loopTicks =
        loopEveryMs === undefined ? Number.POSITIVE_INFINITY : Math.floor(loopEveryMs / TICK_MS);
      const loops = Math.floor(ticks / loopTicks);
      const atS = (loopTicks === Number.POSITIVE_INFINITY ? ticks : ticks % loopTicks) * TICK_S;
      latest = {
        atMs,
        // A restarted server starts at another moment, so its epochs differ from those before.
        epoch: Math.floor(startMs / 1000) + loops,
        flows: traffic.flowsAt(atS, atMs),
        rejected: 0,
      };
      return latest;
    },
  };
}

function checkOptions(
  seed: number,
  services: number,
  startMs: number,
  loopEveryMs: number | undefined,
): void {
  if (!Number.isSafeInteger(seed)) throw new Error(`The seed must be a whole number, not ${seed}.`);
  if (!Number.isInteger(services) || services < FEWEST_SERVICES || services > MOST_SERVICES) {
    throw new Error(
      `The number of services must be a whole number from ${FEWEST_SERVICES} to ${MOST_SERVICES}, not ${services}.`,
    );
  }
  if (!Number.isFinite(startMs)) throw new Error('The simulation needs a time to start at.');
  if (loopEveryMs !== undefined && !(loopEveryMs >= SHORTEST_LOOP_MS)) {
    throw new Error(`A loop of the simulation must last at least ${SHORTEST_LOOP_MS / 1000} seconds.`);
  }
}

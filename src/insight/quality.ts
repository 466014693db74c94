/**
 * How far the rows on screen can be believed: who counted them, what could not be read, matched or trusted, each with
 * what it means for the map. Pure and plain data: one pass over the rows (quality-rows.ts), and what was seen between
 * answers (quality-watch.ts). Refuses to judge the network: a slow link is no fault of the data.
 */
import type { Answer } from '../flows/flow';
import { type ServerTrust, serverTrust } from '../flows/handshake';
import type { Calibration } from '../flows/rates';
import { findHalves } from '../flows/volume';
import type { InventoryFacts } from './activity-inventory';
import type { QualityFact, Severity } from './quality-facts';
import { findConflicts } from './quality-inventory';
import { countRows } from './quality-rows';
import { type QualityWatch, sensorGaps } from './quality-watch';
import {
  aboutClock,
  aboutDuplicates,
  aboutInventory,
  aboutPeers,
  aboutRates,
  aboutRejects,
  aboutRestarts,
  aboutRounding,
  aboutSensors,
  aboutServerTimes,
  aboutSides,
  aboutTruncation,
} from './quality-words';

export interface Quality {
  /** One for each of FACT_IDS, in that order. */
  facts: QualityFact[];
  /** Facts that are findings. */
  findings: number;
  worst: Severity;
}

export interface QualityInput {
  answer: Answer;
  /** The record after this answer (quality-watch.ts noteAnswer). */
  watch: QualityWatch;
  /** Of these flows; worked out when absent. */
  trust?: ServerTrust;
  /** What flows/rates.ts calibrate said of the answers so far; absent before there were two. */
  rates?: Calibration;
  /** What an inventory says, where there is one. */
  inventory?: InventoryFacts;
}

/** Judges one answer; cheap enough for every poll. Facts about two answers need the same `watch` to have seen both. */
export function judgeQuality({ answer, watch, trust, rates, inventory }: QualityInput): Quality {
  const { flows } = answer;
  const halves = findHalves(flows);
  const counts = countRows(flows, halves);
  const facts: QualityFact[] = [
    ...aboutSides(counts, halves.near.size),
    ...aboutServerTimes(counts, trust ?? serverTrust(flows)),
    aboutRejects(answer),
    aboutRounding(counts),
    ...aboutPeers(counts),
    aboutTruncation(answer),
    aboutDuplicates(watch),
    aboutRestarts(watch),
    aboutClock(watch),
    aboutRates(rates),
    aboutSensors(sensorGaps(watch)),
    aboutInventory(inventory === undefined ? undefined : findConflicts(flows, inventory)),
  ];
  const findings = facts.filter(({ severity }) => severity !== 'info');
  return {
    facts,
    findings: findings.length,
    worst: findings.some(({ severity }) => severity === 'bad')
      ? 'bad'
      : findings.length > 0
        ? 'warn'
        : 'info',
  };
}

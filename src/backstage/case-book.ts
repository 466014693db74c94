/**
 * What is remembered from poll to poll of one series (a source and its filters), because one answer cannot tell it:
 * how handshakes were, who was seen last, which links appeared. Knows when to remember; judging is insight's.
 */
import type { Flow } from '../flows/flow';
import { noteSeen, type SeenRecord } from '../insight/activity-seen';
import { type Sitting, watchLinks } from '../insight/baseline-sitting';
import { diagnose, type Report } from '../insight/diagnose';
import { type Observation, observe } from '../insight/diagnose-observe';
import { noteAnswer, type QualityWatch } from '../insight/quality-watch';

export interface NotedPoll {
  flows: readonly Flow[];
  atMs: number;
  /** What the server calls this run of its source, if it says. */
  epoch: string | undefined;
  truncated: boolean;
  zones: ReadonlyMap<string, string> | undefined;
}

/** The record of one series as it stands. */
export interface CaseNotes {
  report: Report;
  sitting: Sitting;
  seen: SeenRecord;
  /** Which nodes were heard, which counters fell. */
  watch: QualityWatch;
  /** One poll each, oldest first. */
  observations: readonly Observation[];
}

export interface CaseBook {
  /** Notes a poll of a series and returns where that stands now. The same sample twice is noted once. */
  note(series: string, poll: NotedPoll): CaseNotes;
}

interface Case {
  observations: Observation[];
  epoch: string | undefined;
  epochs: number;
  sitting?: Sitting;
  seen?: SeenRecord;
  watch?: QualityWatch;
  notes?: CaseNotes;
}

/** Percentiles look back two minutes; five times that shows what was before an incident that is being looked at. */
const KEPT_MS = 10 * 60_000;
/** Filters one goes to and fro between. */
const MOST_SERIES = 4;

export function createCaseBook(): CaseBook {
  const cases = new Map<string, Case>();
  const open = (series: string): Case => {
    const known = cases.get(series) ?? { observations: [], epoch: undefined, epochs: 0 };
    // The latest last, so that the first is the one nobody went back to.
    cases.delete(series);
    cases.set(series, known);
    for (const old of [...cases.keys()].slice(0, -MOST_SERIES)) cases.delete(old);
    return known;
  };
  return {
    note(series, poll) {
      const known = open(series);
      const before = known.observations.at(-1);
      const isSame = before?.atMs === poll.atMs && known.epoch === poll.epoch;
      if (isSame && known.notes !== undefined && before.zones === poll.zones) return known.notes;
      if (isSame) known.observations.pop();
      if (known.epoch !== poll.epoch) known.epochs++;
      known.epoch = poll.epoch;
      const moment = { flows: poll.flows, atMs: poll.atMs, epoch: known.epochs };
      const last = known.observations.at(-1);
      known.observations.push(
        observe(poll.zones === undefined ? moment : { ...moment, zones: poll.zones }, last),
      );
      known.observations = known.observations.filter(({ atMs }) => atMs > poll.atMs - KEPT_MS);
      known.sitting = watchLinks(known.sitting, {
        flows: poll.flows,
        atMs: poll.atMs,
        scope: series,
        truncated: poll.truncated,
      });
      known.seen = noteSeen(known.seen, poll.flows, poll.atMs);
      known.watch = noteAnswer(known.watch, {
        flows: poll.flows,
        atMs: poll.atMs,
        epoch: poll.epoch ?? '',
      });
      known.notes = {
        report: diagnose(known.observations),
        sitting: known.sitting,
        seen: known.seen,
        watch: known.watch,
        observations: known.observations,
      };
      return known.notes;
    },
  };
}

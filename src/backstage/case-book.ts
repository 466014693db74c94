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
  /**
   * Where a series stood at an earlier moment: from the polls up to then, oldest first, of the last `KEPT_MS` at most;
   * and which links had appeared by then, as far as this book was open.
   */
  review(series: string, polls: Iterable<NotedPoll>): Generator<void, CaseNotes | undefined>;
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
export const KEPT_MS = 10 * 60_000;
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
      const entered = enter(known, series, poll);
      known.notes = { ...entered, report: diagnose(entered.observations) };
      return known.notes;
    },
    *review(series, polls) {
      const past: Case = { observations: [], epoch: undefined, epochs: 0 };
      let entered: ReturnType<typeof enter> | undefined;
      let atMs = 0;
      for (const poll of polls) {
        entered = enter(past, series, poll);
        atMs = poll.atMs;
        yield;
      }
      if (entered === undefined) return undefined;
      const sitting = cases.get(series)?.sitting ?? entered.sitting;
      return {
        ...entered,
        report: diagnose(entered.observations),
        sitting: { ...sitting, appeared: sitting.appeared.filter((link) => link.atMs <= atMs) },
      };
    },
  };
}

/** Enters a poll, and returns what is known with it. */
function enter(known: Case, series: string, poll: NotedPoll): Omit<CaseNotes, 'report'> {
  if (known.epoch !== poll.epoch) known.epochs++;
  known.epoch = poll.epoch;
  const { flows, atMs, truncated } = poll;
  const moment = { flows, atMs, epoch: known.epochs, truncated };
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
  const { observations, sitting, seen, watch } = known;
  return { observations, sitting, seen, watch };
}

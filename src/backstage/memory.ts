/**
 * What was before, for what asks about change: an hour of samples, the rates between two of them, what is different
 * since a moment. Knows history's series; refuses to know what a question is.
 */
import type { Answer } from '../flows/flow';
import { type Calibration, calibrate, type FlowRate } from '../flows/rates';
import { buildGraph, type FlowGraph } from '../graph/flow-graph';
import { compareMoments, type LinkChange, lastingName, type Side } from '../insight/compare';
import { createHistory, type TakenAt } from '../live/history';

/** An hour at ten seconds (DESIGN §6), and as much memory as a page may take for it. */
const MOST_SAMPLES = 360;
const MOST_BYTES = 64 * 1024 * 1024;
/** Keeping a larger answer takes seconds a poll: then there is no history, and questions about change say so. */
const MOST_FLOWS = 30_000;

export interface Memory {
  /** Remembers an answer; the same sample twice is remembered once. */
  add(answer: Answer, taken: TakenAt): void;
  /** By `flowKey`, for the latest sample of a series; undefined after one poll, a restart or a gap. */
  rates(scope: string): ReadonlyMap<string, FlowRate> | undefined;
  /** Whether reported rates are bits or bytes, by what the counters of the latest samples say. */
  calibration(scope: string): Calibration | undefined;
  /** What the latest sample has that the one nearest to a moment had not, and the other way round. */
  changesSince(scope: string, sinceMs: number): readonly LinkChange[] | undefined;
}

export function createMemory(): Memory {
  const history = createHistory({ mostBytes: MOST_BYTES, mostSamples: MOST_SAMPLES, lastingName });

  const graphAt = (index: number): FlowGraph | undefined => {
    const answer = history.at(index);
    return answer === undefined
      ? undefined
      : buildGraph(answer.flows, { level: 'service', mostExternal: Number.POSITIVE_INFINITY });
  };
  /** `beside` is the index of the answer before the earlier moment, or after the later one. */
  const sideAt = (index: number, beside: number): Side | undefined => {
    const moment = history.moments()[index];
    const graph = graphAt(index);
    if (moment === undefined || graph === undefined) return undefined;
    const rates = history.ratesAt(index);
    const other = graphAt(beside);
    return {
      graph,
      epoch: moment.epoch,
      truncated: moment.truncated,
      ...(rates === undefined ? {} : { rates }),
      ...(other === undefined ? {} : { beside: other }),
    };
  };

  return {
    add(answer, taken) {
      if (answer.flows.length <= MOST_FLOWS) history.add(answer, taken);
    },
    rates(scope) {
      history.turnTo(scope);
      return history.ratesAt(history.moments().length - 1)?.flows;
    },
    calibration(scope) {
      history.turnTo(scope);
      const moments = history.moments();
      const timed = [moments.length - 2, moments.length - 1].flatMap((index) => {
        const [answer, moment] = [history.at(index), moments[index]];
        return answer === undefined || moment === undefined
          ? []
          : [{ flows: answer.flows, atMs: moment.atMs, epoch: moment.epoch }];
      });
      return timed.length < 2 ? undefined : calibrate(timed);
    },
    changesSince(scope, sinceMs) {
      history.turnTo(scope);
      const moments = history.moments();
      const last = moments.length - 1;
      const first = moments[0];
      // A moment before the first sample is not the first sample, and one after the last has not been yet.
      if (first === undefined || last < 1 || sinceMs < first.atMs - TOLERANCE_MS) return undefined;
      if (sinceMs > (moments[last]?.atMs ?? first.atMs) + TOLERANCE_MS) return undefined;
      const from = Math.min(history.indexAt(sinceMs), last - 1);
      const before = sideAt(from, from - 1);
      const after = sideAt(last, last + 1);
      if (before === undefined || after === undefined) return undefined;
      // Within an epoch volumes are compared by rate; across one by bytes, which a table of rates cannot show.
      return compareMoments(before, after).changes.filter(({ unit }) => unit !== 'bytes');
    },
  };
}

/** "Five minutes ago" is chosen by hand: a sample a little younger is what was meant. */
const TOLERANCE_MS = 15_000;

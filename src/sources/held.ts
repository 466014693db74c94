/**
 * A source that is whole: every moment of it is there at once, to go to and fro in. What a page has of files that were
 * opened on it, where the server replays in wall time (recording.ts, pcap/pcap.ts).
 */
import type { AnswerableSample } from './answer';
import type { Captured } from './pcap/pcap';
import type { Recording } from './recording';

export interface Held {
  /** Text for the status line: `recording incident.jsonl`. */
  label: string;
  /** Moments, in the order of time; at least one. */
  count: number;
  /** From 0. Throws RangeError beyond the last. Counters of different epochs have nothing to do with each other. */
  at(index: number): AnswerableSample;
}

/** The polls of a recording, in its order. */
export function holdRecording({ polls }: Recording, label: string): Held {
  let epoch = 0;
  const samples = polls.map(({ restart, ...poll }, index): AnswerableSample => {
    if (restart && index > 0) epoch++;
    return { ...poll, epoch };
  });
  return { label, count: samples.length, at: (index) => within(samples[index], index) };
}

/** The steps of what was captured; counters grow from the first to the last. */
export function holdCaptures({ ledger }: Captured, label: string): Held {
  const { first, last } = ledger.span ?? { first: 0, last: 0 };
  const count = last - first + 1;
  return {
    label,
    count,
    at: (index) =>
      within(
        index >= 0 && index < count
          ? {
              atMs: ledger.endMs(first + index),
              epoch: 0,
              flows: ledger.flowsAt(first + index),
              rejected: 0,
            }
          : undefined,
        index,
      ),
  };
}

function within(sample: AnswerableSample | undefined, index: number): AnswerableSample {
  if (sample === undefined) throw new RangeError(`there is no moment ${index}`);
  return sample;
}

/**
 * One recording of several: answers saved one by one, or recordings of different times. They follow each other by
 * their first moment; where one begins before the last has ended, counters start anew.
 */
export function joinRecordings(recordings: readonly Recording[]): Recording {
  const inOrder = [...recordings].sort((a, b) => (a.polls[0]?.atMs ?? 0) - (b.polls[0]?.atMs ?? 0));
  let latestMs = Number.NEGATIVE_INFINITY;
  const polls = inOrder.flatMap(({ polls: own }) =>
    own.map((poll) => {
      const restart = poll.restart || poll.atMs <= latestMs;
      latestMs = poll.atMs;
      return { ...poll, restart };
    }),
  );
  return { polls };
}

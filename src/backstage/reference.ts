/**
 * A recording that the present is compared with: its last moment, answered with the present filters. Knows how a file
 * becomes one side of a comparison; refuses to know what differs (insight/compare).
 */
import type { Level } from '../flows/flow';
import type { Query } from '../flows/query';
import { flowRates, type Timed } from '../flows/rates';
import { buildGraph, type FlowGraph } from '../graph/flow-graph';
import type { Side } from '../insight/compare';
import { answerHeld } from '../live/held-poll';
import { sniffFile } from '../sources/file-kind';
import { type Held, holdRecording } from '../sources/held';
import { MOST_HELD_ROWS, readRecording } from '../sources/recording';

export interface Reference {
  /** Of the file: text only. */
  name: string;
  /** When its last moment was taken, ms since 1970. */
  atMs: number;
  /** That moment at a level, or nothing for a format without flows. The same objects when asked the same again. */
  sideOf(query: Query, level: Level): Side | undefined;
}

/** Resolves with the reference, or with why the file is none. */
export async function readReference(file: File): Promise<Reference | string> {
  try {
    const kind = await sniffFile(file);
    if (kind !== 'recording')
      return `${file.name} is no recording and no saved answer of /mcp/flows: compare with one of these.`;
    const recording = await readRecording(file.stream(), file.lastModified, MOST_HELD_ROWS);
    return referenceOf(holdRecording(recording, `recording ${file.name}`), file.name);
  } catch (error) {
    return `${file.name}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function referenceOf(held: Held, name: string): Reference {
  const last = held.at(held.count - 1);
  let made: { key: string; side: Side | undefined } | undefined;

  function make({ format: _format, ...filters }: Query, level: Level): Side | undefined {
    const timedAt = (index: number): (Timed & { truncated: boolean }) | undefined => {
      if (index < 0) return undefined;
      const { answer, atMs, epoch = '' } = answerHeld(held.at(index), held.label, filters);
      return answer === undefined
        ? undefined
        : { flows: answer.flows, truncated: answer.truncated, atMs, epoch };
    };
    const graphOf = ({ flows }: Timed): FlowGraph =>
      buildGraph(flows, { level, mostExternal: Number.POSITIVE_INFINITY });
    const [now, before] = [timedAt(held.count - 1), timedAt(held.count - 2)];
    if (now === undefined) return undefined;
    const rates = before === undefined ? undefined : flowRates(before, now);
    return {
      graph: graphOf(now),
      // Never that of what is polled: counters of two files, or of a file and a server, have nothing in common.
      epoch: `${name} ${now.epoch}`,
      truncated: now.truncated,
      ...(rates === undefined ? {} : { rates }),
      ...(before === undefined ? {} : { beside: graphOf(before) }),
    };
  }

  return {
    name,
    atMs: last.atMs,
    sideOf(query, level) {
      const key = JSON.stringify([query, level]);
      if (made?.key !== key) made = { key, side: make(query, level) };
      return made.side;
    },
  };
}

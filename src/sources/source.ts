/**
 * What every source of flows looks like to the server (and, for dropped files, to the page).
 * A source yields samples: it knows where flows come from and refuses to know filters, levels and formats (answer.ts).
 */
import type { Flow } from '../flows/flow';
import type { Summary } from '../flows/wire';

/** All flows at one moment. */
export interface Sample {
  /** The sample's own time, milliseconds since 1970 (UTC). */
  atMs: number;
  /** Changes at a loop or restart; no delta of counters crosses it. */
  epoch: number;
  flows: Flow[];
  /** The summary as recorded, where the source has one; otherwise it is computed from `flows`. */
  summary?: Summary;
  /** Rows the source itself could not read. */
  rejected: number;
}

export interface FlowSource {
  /** Short text for the status line and the page: `simulated shop`, `recording lab`. */
  readonly label: string;
  /** The sample that is current at `nowMs` (wall clock). Calls come with non-decreasing `nowMs`. */
  sampleAt(nowMs: number): Sample;
}

/**
 * What an audit compares with, as the command line gives it: a baseline's file and patterns for namespaces. Knows where
 * the file is; leaves what a baseline is to insight/, and what is done with it to the page.
 */
import { readBaseline, writeBaseline } from '../insight/baseline-file';
import type { AuditSettings } from './app';
import { CannotStart, readGiven } from './cannot-start';
import type { Options } from './command-line';

/** Undefined when neither is given. Rejects with CannotStart when the file cannot be read or is no baseline. */
export async function openAudit({
  baseline,
  sensitive,
}: Pick<Options, 'baseline' | 'sensitive'>): Promise<AuditSettings | undefined> {
  if (baseline === undefined && sensitive.length === 0) return undefined;
  return {
    ...(sensitive.length === 0 ? {} : { sensitive }),
    ...(baseline === undefined ? {} : { baseline: await readBaselineFile(baseline) }),
  };
}

/** The file's JSON without what is not the baseline's: everything else stays on this machine. */
async function readBaselineFile(path: string): Promise<unknown> {
  const reading = readBaseline(await readGiven(path));
  if ('problem' in reading) throw new CannotStart(`${path}: ${reading.problem}`);
  return JSON.parse(writeBaseline(reading.baseline));
}

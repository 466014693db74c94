/**
 * For tests only: the lab capture, from the recording that ships with Shoal, and the larger truth files beside it
 * where somebody has them (`SHOAL_DATA`, by default a folder `shared/data` beside the project).
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { labPath } from './lab';

export interface RecordedLine {
  at: string;
  flows: { flows: Record<string, unknown>[]; total: number; truncated: boolean };
  summary: Record<string, unknown>;
}

/** The lines of the shipped recording, parsed. */
export function labLines(): RecordedLine[] {
  const text = gunzipSync(readFileSync(labPath('lab.jsonl.gz'))).toString('utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedLine);
}

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));
const dataFolder = resolve(process.env.SHOAL_DATA ?? resolve(projectRoot, '../shared/data'));

/** The path of a file of the lab's truth, or undefined, said once per file, where this machine does not have it. */
export function truthPath(name: string): string | undefined {
  const path = resolve(dataFolder, 'lab-bands/truth', name);
  if (existsSync(path)) return path;
  console.warn(`skipped: ${name} is not in ${dataFolder}; set SHOAL_DATA to the folder that has lab-bands/.`);
  return undefined;
}

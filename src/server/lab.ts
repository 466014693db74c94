/**
 * Where the recording that ships with Shoal lives: `public/recordings` in the sources, which the build copies beside
 * the page. Found from this file's own place, so it works from any working directory and from a packed tarball.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// From dist/server/shoal.js, then from src/server/lab.ts.
const FOLDERS = ['../page/recordings/', '../../public/recordings/'];

export type LabFile = 'lab.jsonl.gz' | 'lab-inventory.json';

/** The path of a shipped file. Throws when the installation is not whole. */
export function labPath(name: LabFile): string {
  for (const folder of FOLDERS) {
    const path = fileURLToPath(new URL(`${folder}${name}`, import.meta.url));
    if (existsSync(path)) return path;
  }
  throw new Error(`${name} is missing from this installation of Shoal.`);
}

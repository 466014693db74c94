/**
 * The lab capture the figures come from. The trimmed recording is shipped; the rest lives outside the project, where
 * SHOAL_DATA says (default: ../shared/data), and tests that need it are skipped by name when it is absent.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('..', import.meta.url));
const data = path.resolve(project, process.env.SHOAL_DATA ?? '../shared/data');

export const truthFile = (name: string): string => path.join(data, 'lab-bands', 'truth', name);
export const hasTruth = existsSync(truthFile('flows.merged.full.json'));
export const WITHOUT_TRUTH = `skipped: no lab-bands/truth under SHOAL_DATA (${data})`;

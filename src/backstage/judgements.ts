/** The verdicts that questions may rest on, from what was observed. None are made yet: answers say so. */
import type { Diagnosis } from '../insight/questions/facts';

export const diagnosisFrom = (..._observed: unknown[]): Diagnosis => ({});

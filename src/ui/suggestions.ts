/** Values a text filter can offer: what the present answer contains. */
import type { Answer } from '../flows/flow';
import type { Parameter } from '../flows/query';

/** A datalist longer than this is slow to open and no help. */
const MOST = 200;

export function suggestions(answer: Answer | undefined, parameter: Parameter): string[] {
  if (parameter !== 'ns' && parameter !== 'pod' && parameter !== 'svc' && parameter !== 'ip') return [];
  const found = new Set<string>();
  for (const { client, server } of answer?.flows ?? []) {
    for (const end of [client, server]) {
      const value = end[parameter];
      if (value !== undefined) found.add(value);
    }
  }
  return [...found].sort().slice(0, MOST);
}

/** Values a text filter can offer: what the present answer contains. */
import type { Flow } from '../flows/flow';
import type { Parameter } from '../flows/query';

/** A datalist longer than this is slow to open and no help. */
const MOST = 200;

export function suggestions(flows: readonly Flow[], parameter: Parameter): string[] {
  if (parameter !== 'ns' && parameter !== 'pod' && parameter !== 'svc' && parameter !== 'ip') return [];
  const found = new Set<string>();
  for (const { client, server } of flows) {
    for (const end of [client, server]) {
      const value = end[parameter];
      if (value !== undefined) found.add(value);
    }
  }
  return [...found].sort().slice(0, MOST);
}

/** Which link a flow belongs to on this stage, and which flow of a selected link the table marks. */
import { type Flow, flowKey } from '../flows/flow';
import type { Stage } from './use-scene';

export function linkOfFlow(stage: Stage, flow: Flow): string | undefined {
  for (const link of stage.graph.links.values()) {
    if (link.flows.includes(flow) || link.attached.includes(flow)) return link.id;
  }
  return undefined;
}

/** The key of the first flow of the selected link. */
export function pickedFlow(stage: Stage, link: string | undefined): string | undefined {
  const flow = link === undefined ? undefined : stage.graph.links.get(link)?.flows[0];
  return flow === undefined ? undefined : flowKey(flow);
}

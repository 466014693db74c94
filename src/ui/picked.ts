/** Which link a flow belongs to on this stage, and which flow of a selected link the table marks. */
import { type Flow, flowKey } from '../flows/flow';
import type { Stage } from './use-scene';

export function linkOfFlow(stage: Stage, flow: Flow): string | undefined {
  for (const link of stage.graph.links.values()) {
    if (link.flows.includes(flow) || link.attached.includes(flow)) return link.id;
  }
  return undefined;
}

/** The key of the flow the reader picked, where it is the selected link's; else of that link's first flow. */
export function pickedFlow(
  stage: Stage,
  linkId: string | undefined,
  wanted: string | undefined,
): string | undefined {
  const link = linkId === undefined ? undefined : stage.graph.links.get(linkId);
  const keys = [...(link?.flows ?? []), ...(link?.attached ?? [])].map(flowKey);
  return keys.find((key) => key === wanted) ?? keys[0];
}

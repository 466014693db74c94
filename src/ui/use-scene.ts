/**
 * From the newest answer to a scene and its placement: level, graph, focus, positions. Each step is remembered, so a
 * theme change does not regroup flows and a poll does not re-decide the level.
 */
import { useMemo, useRef } from 'react';
import type { LayoutDesk } from '../canvas/layout-desk';
import type { Answer, Level } from '../flows/flow';
import { writeQuery } from '../flows/query';
import { buildGraph, type FlowGraph } from '../graph/flow-graph';
import { narrow, type Scene } from '../graph/focus';
import type { CellSize } from '../graph/layout/packing';
import type { Placement } from '../graph/layout/placement';
import { chooseFolding, chooseGrain, type Grain } from '../graph/levels';
import type { ViewState } from '../view/view-state';

export interface Stage {
  level: Level;
  graph: FlowGraph;
  scene: Scene;
  placement: Placement;
}

/** `viewport` is the room for the map, CSS px; `moves` changes when the reader dragged or tidied. */
export function useStage(
  answer: Answer | undefined,
  view: ViewState,
  viewport: CellSize | undefined,
  desk: LayoutDesk,
  moves: number,
): Stage | undefined {
  const decided = useRef<{ key: string; grain: Grain }>(undefined);
  const grain = useMemo(() => {
    if (answer === undefined || viewport === undefined) return decided.current?.grain;
    const fixed = view.query.aggregate ?? (view.level === 'auto' ? undefined : view.level);
    // An empty answer says nothing about legibility: the first flows do.
    const key = [fixed, writeQuery(view.query), viewport.w, viewport.h, answer.flows.length > 0].join(' ');
    if (decided.current?.key !== key) {
      const before = decided.current?.grain;
      decided.current = {
        key,
        grain:
          fixed === undefined
            ? chooseGrain(answer.flows, viewport, before)
            : { level: fixed, foldInfrastructure: chooseFolding(answer.flows, fixed, before) },
      };
    }
    return decided.current.grain;
  }, [view.query, view.level, answer, viewport]);
  const fold = grain?.foldInfrastructure === true && view.hide === 'auto';

  const graph = useMemo(
    () =>
      answer === undefined || grain === undefined
        ? undefined
        : buildGraph(answer.flows, { level: grain.level, foldInfrastructure: fold }),
    [answer, grain, fold],
  );
  const scene = useMemo(() => {
    if (graph === undefined || answer === undefined) return undefined;
    return narrow(
      graph,
      {
        problems: view.problems,
        hideInfrastructure: view.hide === 'infra',
        minBytes: view.min,
        ...(view.focus === undefined ? {} : { around: { peer: view.focus, depth: view.depth } }),
      },
      { total: answer.total, truncated: answer.truncated, rejected: answer.rejects.count },
    );
  }, [graph, answer, view.problems, view.hide, view.min, view.focus, view.depth]);

  const placement = useMemo(() => {
    void moves;
    return graph === undefined || viewport === undefined ? undefined : desk.place(graph, viewport);
  }, [graph, viewport, desk, moves]);

  return useMemo(
    () =>
      graph === undefined || scene === undefined || placement === undefined
        ? undefined
        : { level: graph.level, graph, scene, placement },
    [graph, scene, placement],
  );
}

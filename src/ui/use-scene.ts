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
import { chooseLevel } from '../graph/levels';
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
  const decided = useRef<{ key: string; level: Level }>(undefined);
  const level = useMemo(() => {
    if (view.query.aggregate !== undefined) return view.query.aggregate;
    if (view.level !== 'auto') return view.level;
    if (answer === undefined || viewport === undefined) return decided.current?.level;
    // An empty answer says nothing about legibility: the first flows do.
    const key = `${writeQuery(view.query)} ${viewport.w}x${viewport.h} ${answer.flows.length > 0}`;
    if (decided.current?.key !== key) {
      decided.current = { key, level: chooseLevel(answer.flows, viewport, decided.current?.level) };
    }
    return decided.current.level;
  }, [view.query, view.level, answer, viewport]);

  const graph = useMemo(
    () => (answer === undefined || level === undefined ? undefined : buildGraph(answer.flows, { level })),
    [answer, level],
  );
  const scene = useMemo(() => {
    if (graph === undefined || answer === undefined) return undefined;
    return narrow(
      graph,
      {
        problems: view.problems,
        hideInfrastructure: view.hide,
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

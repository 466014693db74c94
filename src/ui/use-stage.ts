/**
 * What the page looks at, told to backstage, and what came back of it. Knows how the reader's view becomes a look;
 * refuses to know how a picture is made.
 */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Backstage, Shown, Stage } from '../backstage/backstage';
import type { Look, Panels, Receipt } from '../backstage/messages';
import { writeQuery } from '../flows/query';
import type { CellSize } from '../graph/layout/packing';
import type { Theme } from '../graph/palette';
import type { ViewState } from '../view/view-state';

/** What of the look is not in the view's state. */
interface Circumstances {
  receipt: Receipt | undefined;
  theme: Theme;
  /** Room for the map, CSS px. */
  viewport: CellSize | undefined;
  zoom: number | undefined;
  moves: number;
}

export function useStage(
  backstage: Backstage,
  view: ViewState,
  { receipt, theme, viewport, zoom, moves }: Circumstances,
): { stage: Stage | undefined; panels: Panels | undefined } {
  const {
    query,
    level,
    hide,
    problems,
    min,
    percentile,
    focus,
    depth,
    path,
    expand,
    peer,
    link,
    panel,
    ask,
    colour,
  } = view;
  const look = useMemo((): Look | undefined => {
    if (receipt?.answer === undefined || viewport === undefined) return undefined;
    const fixed = query.aggregate ?? (level === 'auto' ? undefined : level);
    return {
      answer: receipt.answer,
      scope: receipt.source ?? '',
      filters: writeQuery(query).toString(),
      ...(fixed === undefined ? {} : { level: fixed }),
      hide,
      problems,
      minBytes: min,
      ...(percentile === undefined ? {} : { percentile }),
      ...(focus === undefined
        ? {}
        : path === undefined
          ? { focus: { peer: focus, depth } }
          : { path: { from: focus, to: path } }),
      expand,
      ...(peer === undefined ? {} : { peer }),
      ...(link === undefined ? {} : { link }),
      panel,
      ...(ask === undefined ? {} : { question: { id: ask.question, subject: ask.about } }),
      colour,
      theme,
      viewport,
      ...(zoom === undefined ? {} : { zoom }),
      moves,
    };
  }, [
    receipt,
    query,
    level,
    hide,
    problems,
    min,
    percentile,
    focus,
    depth,
    path,
    expand,
    peer,
    link,
    panel,
    ask,
    colour,
    theme,
    viewport,
    zoom,
    moves,
  ]);
  useEffect(() => {
    if (look !== undefined) backstage.look(look);
  }, [backstage, look]);
  const shown: Shown = useSyncExternalStore(backstage.subscribe, backstage.shown);
  if (shown.broke !== undefined) throw new Error(shown.broke);
  return { stage: shown.stage, panels: shown.panels };
}

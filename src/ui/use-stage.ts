/**
 * What the page looks at, told to backstage, and what came back of it. Knows how the reader's view becomes a look;
 * refuses to know how a picture is made.
 */
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { Backstage, Shown } from '../backstage/backstage';
import type { Look, Receipt } from '../backstage/messages';
import { writeQuery } from '../flows/query';
import type { CellSize } from '../graph/layout/packing';
import type { Theme } from '../graph/palette';
import { narrowingOf } from '../view/narrowing';
import type { ViewState } from '../view/view-state';

/** What of the look is not in the view's state. */
interface Circumstances {
  receipt: Receipt | undefined;
  theme: Theme;
  /** Room for the map, CSS px. */
  viewport: CellSize | undefined;
  zoom: number | undefined;
  moves: number;
  /** How often the reader asked for the matrix to be ordered anew. */
  orders: number;
}

export function useStage(
  backstage: Backstage,
  view: ViewState,
  { receipt, theme, viewport, zoom, moves, orders }: Circumstances,
): Shown {
  const { query, peer, link, panel, ask, at, compare, thresholds, width, ghosts, colour } = view;
  const narrowing = useSame(narrowingOf(view));
  const isMatrix = view.view === 'matrix';
  const look = useMemo((): Look | undefined => {
    if (receipt?.answer === undefined || viewport === undefined) return undefined;
    return {
      ...narrowing,
      answer: receipt.answer,
      ...(at === undefined ? {} : { at }),
      ...(compare === undefined ? {} : { compare }),
      ...(thresholds === undefined ? {} : { thresholds }),
      width,
      ghosts,
      scope: receipt.source ?? '',
      filters: writeQuery(query).toString(),
      ...(peer === undefined ? {} : { peer }),
      ...(link === undefined ? {} : { link }),
      panel,
      ...(ask === undefined ? {} : { question: { id: ask.question, about: ask.about } }),
      colour,
      theme,
      viewport,
      ...(zoom === undefined ? {} : { zoom }),
      moves,
      ...(isMatrix ? { orders } : {}),
    };
  }, [
    receipt,
    narrowing,
    query,
    peer,
    link,
    panel,
    ask,
    at,
    compare,
    thresholds,
    width,
    ghosts,
    colour,
    theme,
    viewport,
    zoom,
    moves,
    isMatrix,
    orders,
  ]);
  useEffect(() => {
    if (look !== undefined) backstage.look(look);
  }, [backstage, look]);
  return useSyncExternalStore(backstage.subscribe, backstage.shown);
}

/** The object of before for as long as it says the same: the view changes with every theme and panel. */
function useSame<Value>(value: Value): Value {
  const kept = useRef(value);
  if (JSON.stringify(kept.current) !== JSON.stringify(value)) kept.current = value;
  return kept.current;
}

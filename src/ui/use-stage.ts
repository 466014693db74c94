/**
 * What the page looks at, told to backstage, and what came back of it. Knows how the reader's view becomes a look;
 * refuses to know how a picture is made.
 */
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { Backstage, Shown } from '../backstage/backstage';
import type { Look, Receipt } from '../backstage/messages';
import { type Query, writeQuery } from '../flows/query';
import type { Theme } from '../graph/palette';
import { narrowingOf } from '../view/narrowing';
import type { ViewState } from '../view/view-state';
import type { Room } from './room';

/** What of the look is not in the view's state. */
interface Circumstances {
  receipt: Receipt | undefined;
  /** What the receipt answers, which may no longer be what the view asks: a view is decided with its own answer. */
  asked: Query | undefined;
  theme: Theme;
  room: Room;
  zoom: number | undefined;
  moves: number;
  /** How often the reader asked for the matrix to be ordered anew. */
  orders: number;
}

export function useStage(
  backstage: Backstage,
  view: ViewState,
  { receipt, asked, theme, room, zoom, moves, orders }: Circumstances,
): Shown {
  const { peer, link, panel, ask, at, compare, thresholds, width, ghosts, colour } = view;
  const narrowing = useSame(narrowingOf(view));
  const isMatrix = view.view === 'matrix';
  const { size: viewport, settle } = room;
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
      filters: asked === undefined ? '' : writeQuery(asked).toString(),
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
    asked,
    narrowing,
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
  const before = useRef<Look>(undefined);
  useEffect(() => {
    if (look === undefined) return;
    const isOther = viewOf(before.current) !== viewOf(look);
    before.current = look;
    // Level and places are decided when a view opens: for the room that its answer's notices leave, which are there by now.
    const exact = isOther ? settle() : undefined;
    backstage.look(exact === undefined ? look : { ...look, viewport: exact });
  }, [backstage, look, settle]);
  const shown = useSyncExternalStore(backstage.subscribe, backstage.shown);
  // What is said of a map stands in the bars above it, which may take a line more for it.
  const drawn = shown.stage === undefined ? '' : `${shown.stage.filters} ${shown.stage.level}`;
  useEffect(() => {
    if (drawn !== '') settle();
  }, [drawn, settle]);
  return shown;
}

/** What level and places are decided for. */
const viewOf = (look: Look | undefined): string =>
  JSON.stringify([look?.filters, look?.scope, look?.level, look?.hide, look?.expand]);

/** The object of before for as long as it says the same: the view changes with every theme and panel. */
function useSame<Value>(value: Value): Value {
  const kept = useRef(value);
  if (JSON.stringify(kept.current) !== JSON.stringify(value)) kept.current = value;
  return kept.current;
}

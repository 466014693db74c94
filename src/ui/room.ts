/**
 * The room there is for a map, whether or not it is shown: level and layout depend on it, the table must not wait for it.
 */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { Insets } from '../canvas/framing';
import type { CellSize } from '../graph/layout/packing';
import { NARROW, useMedia } from './use-theme';

/**
 * Air around the map, room for the camera's buttons at the right and for the legend over its lower edge; on a narrow page
 * the buttons lie in a row along that edge, and the legend stands below it.
 */
const WIDE: Insets = { top: 10, right: 50, bottom: 50, left: 16 };
/** Beside the panel of a window this narrow the legend takes three lines. */
const TIGHT_WINDOW = '(max-width: 1180px)';
const TIGHT: Insets = { ...WIDE, bottom: 88 };
const NARROW_INSETS: Insets = { top: 10, right: 8, bottom: 46, left: 8 };

/** What lies over the map's edges in this window. */
export function useInsets(): Insets {
  const [isNarrow, isTight] = [useMedia(NARROW), useMedia(TIGHT_WINDOW)];
  return isNarrow ? NARROW_INSETS : isTight ? TIGHT : WIDE;
}

/** Rounded down to this: names fit or do not within a fiftieth of the height, but parts of a pixel decide nothing. */
const STEP = 4;
/** A scrollbar or a wrapped button takes less than this, and re-decides nothing. */
const SLACK = 20;
/** What changes the map's height by less, in the same window, is a notice; by more, a panel below it. */
export const NOTICE_PX = 100;

export interface Room {
  /** CSS px; undefined until it is laid out. */
  size: CellSize | undefined;
  /** Takes what it is this moment for its size: what came with the last drawing may have taken from it already. */
  settle(): CellSize | undefined;
}

/** The inner size of an element less the map's insets. */
export function useRoom(element: RefObject<HTMLElement | null>): Room {
  const insets = useInsets();
  const [size, setSize] = useState<CellSize>();
  const knownWindow = useRef(0);
  const take = useCallback(
    (slack: CellSize) => {
      const target = element.current;
      if (target === null) return undefined;
      const round = (px: number) => Math.max(STEP, Math.floor(px / STEP) * STEP);
      const w = round(target.clientWidth - insets.left - insets.right);
      const h = round(target.clientHeight - insets.top - insets.bottom);
      const isNear = (known: CellSize) => Math.abs(known.w - w) < slack.w && Math.abs(known.h - h) < slack.h;
      setSize((known) => (known !== undefined && isNear(known) ? known : { w, h }));
      return { w, h };
    },
    [element, insets],
  );
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(() => {
      const isSameWindow = window.innerHeight === knownWindow.current;
      knownWindow.current = window.innerHeight;
      take({ w: SLACK, h: isSameWindow ? NOTICE_PX : SLACK });
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, take]);
  const settle = useCallback(() => take({ w: STEP, h: STEP }), [take]);
  return { size, settle };
}

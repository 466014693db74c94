/**
 * The room there is for a map, whether or not it is shown: level and layout depend on it, the table must not wait for it.
 */
import { type RefObject, useCallback, useEffect, useState } from 'react';
import type { Insets } from '../canvas/framing';
import type { CellSize } from '../graph/layout/packing';

/**
 * Air around the map, room for the camera's buttons at the right and for the legend over its lower edge; on a narrow page
 * the buttons lie in a row along that edge, and the legend stands below it.
 */
const WIDE: Insets = { top: 10, right: 50, bottom: 50, left: 16 };
const NARROW: Insets = { top: 10, right: 8, bottom: 46, left: 8 };
export const insetsFor = (isNarrow: boolean): Insets => (isNarrow ? NARROW : WIDE);

/** Rounded down to this, so that parts of a pixel decide nothing. Names fit or do not within a fiftieth of the height. */
const STEP = 4;

export interface Room {
  /** CSS px; undefined until it is laid out. */
  size: CellSize | undefined;
  /** What it is this moment: what came with the last drawing may have taken from it already. */
  measure(): CellSize | undefined;
}

/** The inner size of an element less the map's insets. */
export function useRoom(element: RefObject<HTMLElement | null>, isNarrow: boolean): Room {
  const [size, setSize] = useState<CellSize>();
  const measure = useCallback(() => {
    const target = element.current;
    if (target === null) return undefined;
    const insets = insetsFor(isNarrow);
    const round = (px: number) => Math.max(STEP, Math.floor(px / STEP) * STEP);
    const w = round(target.clientWidth - insets.left - insets.right);
    const h = round(target.clientHeight - insets.top - insets.bottom);
    return { w, h };
  }, [element, isNarrow]);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(() => {
      const next = measure();
      setSize((known) => (known?.w === next?.w && known?.h === next?.h ? known : next));
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, measure]);
  return { size, measure };
}

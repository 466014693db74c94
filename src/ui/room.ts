/**
 * The room there is for a map, whether or not it is shown: level and layout depend on it, the table must not wait for it.
 */
import { type RefObject, useEffect, useState } from 'react';
import type { Insets } from '../canvas/framing';
import type { CellSize } from '../graph/layout/packing';

/**
 * Air around the map, room for the camera's buttons at the right and for the legend over its lower edge; on a narrow page
 * the buttons lie in a row along that edge, and the legend stands below it.
 */
const WIDE: Insets = { top: 10, right: 50, bottom: 50, left: 16 };
const NARROW: Insets = { top: 10, right: 8, bottom: 46, left: 8 };
export const insetsFor = (isNarrow: boolean): Insets => (isNarrow ? NARROW : WIDE);

/** Rounded down to this, so that a scrollbar or a wrapped button does not re-decide the level. */
const STEP = 20;

/** The inner size of an element less the map's insets, CSS px; undefined until it is laid out. */
export function useRoom(element: RefObject<HTMLElement | null>, isNarrow: boolean): CellSize | undefined {
  const [room, setRoom] = useState<CellSize>();
  useEffect(() => {
    const insets = insetsFor(isNarrow);
    const target = element.current;
    if (target === null) return;
    const round = (px: number) => Math.max(STEP, Math.floor(px / STEP) * STEP);
    const observer = new ResizeObserver(() => {
      const w = round(target.clientWidth - insets.left - insets.right);
      const h = round(target.clientHeight - insets.top - insets.bottom);
      setRoom((known) => (known?.w === w && known.h === h ? known : { w, h }));
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, [element, isNarrow]);
  return room;
}

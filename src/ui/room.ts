/**
 * The room there is for a map, whether or not it is shown: level and layout depend on it, the table must not wait for it.
 */
import { type RefObject, useEffect, useState } from 'react';
import type { Insets } from '../canvas/flow-canvas';
import type { CellSize } from '../graph/layout/packing';

/** Air around the map, and room for the legend below it. */
export const INSETS: Insets = { top: 10, right: 16, bottom: 58, left: 16 };
/** Rounded down to this, so that a scrollbar or a wrapped button does not re-decide the level. */
const STEP = 20;

/** The inner size of an element less the map's insets, CSS px; undefined until it is laid out. */
export function useRoom(element: RefObject<HTMLElement | null>, remount: unknown): CellSize | undefined {
  const [room, setRoom] = useState<CellSize>();
  useEffect(() => {
    void remount;
    const target = element.current;
    if (target === null) return;
    const round = (px: number) => Math.max(STEP, Math.floor(px / STEP) * STEP);
    const observer = new ResizeObserver(() => {
      const w = round(target.clientWidth - INSETS.left - INSETS.right);
      const h = round(target.clientHeight - INSETS.top - INSETS.bottom);
      setRoom((known) => (known?.w === w && known.h === h ? known : { w, h }));
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, [element, remount]);
  return room;
}

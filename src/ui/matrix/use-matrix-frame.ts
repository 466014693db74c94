/**
 * The frame of the matrix on the page: its room, the size of its cells, how far it is scrolled. Only the reader and a
 * level or a focus of another kind change the size; a poll never does.
 */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { MeasureText } from '../../graph/layout/labels';
import type { Matrix } from '../../graph/matrix';
import {
  type Anchor,
  anchorAt,
  fittingCell,
  type MatrixFrame,
  openingCell,
  scrollTo,
  sizeHeads,
  stepCell,
} from '../../paint/matrix-frame';

/** The elements follow when scrolling has rested for so long, ms: the canvas follows at once. */
const REST_MS = 100;
/** As many peers more or less, as a share, are another matrix: its cells may have another size. */
const SAME = 0.25;

export interface MatrixFraming {
  /** As it is scrolled this very moment; undefined before there is room. */
  now(): MatrixFrame | undefined;
  /** As it last rested. */
  rest: MatrixFrame | undefined;
  /** Whether it still moves. */
  isMoving(): boolean;
  onScroll(): void;
  zoom(direction: 1 | -1, at?: { x: number; y: number }): void;
  /** All of it in sight, names or not. */
  fit(): void;
}

/** `key` says what is shown: another one may have cells of another size. `onMove` hears of every scroll. */
export function useMatrixFrame(
  scroller: RefObject<HTMLDivElement | null>,
  matrix: Matrix | undefined,
  measure: MeasureText,
  key: string,
  onMove: () => void,
): MatrixFraming {
  const [room, setRoom] = useState<{ width: number; height: number }>();
  const [chosen, setChosen] = useState<{ key: string; cell: number }>();
  const [scrolled, setScrolled] = useState({ x: 0, y: 0 });
  const opened = useRef<{ key: string; count: number; room: unknown; cell: number }>(undefined);
  const anchor = useRef<Anchor>(undefined);
  const resting = useRef<number>(undefined);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      setRoom((known) => (known?.width === width && known.height === height ? known : { width, height }));
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      clearTimeout(resting.current);
    };
  }, [scroller]);

  const still = useMemo((): MatrixFrame | undefined => {
    if (matrix === undefined || room === undefined) return undefined;
    const count = matrix.peers.length;
    const headsOf = (size: number) => sizeHeads(matrix, size, room, measure);
    const before = opened.current;
    const isSame =
      before?.key === key && before.room === room && Math.abs(count - before.count) <= SAME * before.count;
    if (!isSame) opened.current = { key, count, room, cell: openingCell(fittingCell(count, room, headsOf)) };
    const cell = chosen?.key === key ? chosen.cell : (opened.current?.cell ?? 0);
    return { ...room, cell, count, heads: headsOf(cell), scrollX: 0, scrollY: 0 };
  }, [matrix, room, measure, key, chosen]);

  const latest = useRef(still);
  latest.current = still;
  const now = useCallback((): MatrixFrame | undefined => {
    const element = scroller.current;
    if (latest.current === undefined || element === null) return undefined;
    return { ...latest.current, scrollX: element.scrollLeft, scrollY: element.scrollTop };
  }, [scroller]);

  const settle = useCallback(() => {
    resting.current = undefined;
    const frame = now();
    if (frame === undefined) return;
    const { scrollX: x, scrollY: y } = frame;
    setScrolled((known) => (known.x === x && known.y === y ? known : { x, y }));
  }, [now]);
  const onScroll = useCallback(() => {
    clearTimeout(resting.current);
    resting.current = window.setTimeout(settle, REST_MS);
    onMove();
  }, [settle, onMove]);

  // The point under the reader's hand stays where it is when cells change their size.
  useLayoutEffect(() => {
    if (anchor.current === undefined || still === undefined) return;
    const { x, y } = scrollTo(still, anchor.current);
    anchor.current = undefined;
    scroller.current?.scrollTo({ left: x, top: y, behavior: 'instant' });
    settle();
  }, [still, scroller, settle]);

  const zoom = useCallback(
    (direction: 1 | -1, at?: { x: number; y: number }) => {
      const frame = now();
      if (frame === undefined) return;
      const middle = { x: (frame.heads.w + frame.width) / 2, y: (frame.heads.h + frame.height) / 2 };
      const { x, y } = at ?? middle;
      anchor.current = anchorAt(frame, x, y);
      setChosen({ key, cell: stepCell(frame.cell, direction) });
    },
    [now, key],
  );
  const fit = useCallback(() => {
    const frame = now();
    if (frame === undefined || matrix === undefined) return;
    const headsOf = (size: number) => sizeHeads(matrix, size, frame, measure);
    setChosen({ key, cell: fittingCell(frame.count, frame, headsOf) });
  }, [now, matrix, measure, key]);

  const rest = useMemo(
    () => (still === undefined ? undefined : { ...still, scrollX: scrolled.x, scrollY: scrolled.y }),
    [still, scrolled],
  );
  const isMoving = useCallback(() => resting.current !== undefined, []);
  return useMemo(
    () => ({ now, rest, isMoving, onScroll, zoom, fit }),
    [now, rest, isMoving, onScroll, zoom, fit],
  );
}

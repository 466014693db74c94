/**
 * The matrix on the page: the picture's peers by the picture's peers, painted on a canvas behind a scroller whose
 * elements speak for it. Turns pointer and keys into view changes. Lazy; refuses to know flows.
 */
import { ArrowDownWideNarrow, Maximize, Minus, Plus } from 'lucide-react';
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useStore } from 'zustand';
import type { Backstage, Stage } from '../../backstage/backstage';
import { createTextMeasure } from '../../backstage/text-measure';
import { formatCount } from '../../flows/units';
import { isFold } from '../../graph/folding';
import { cellAt, layMatrix, type Matrix, type MatrixPlace } from '../../graph/matrix';
import { MAP_FONT, type Theme } from '../../graph/palette';
import { inSight, type MatrixFrame, placeAt, revealing } from '../../paint/matrix-frame';
import type { MatrixScene } from '../../paint/paint-matrix';
import { focusOn, select, toggleExpanded, type ViewState, type ViewStore } from '../../view/view-state';
import type { Idle } from '../idle';
import { StaleBadge } from '../stale-badge';
import tools from '../styles/tools.module.css';
import { MatrixGrid, readPlace } from './matrix-grid';
import { type Cursor, nextPlace } from './matrix-keys';
import { MatrixLegend } from './matrix-legend';
import { createMatrixPaper, type MatrixPaper } from './matrix-paper';
import css from './matrix-stage.module.css';
import { MatrixTip } from './matrix-tip';
import { projectMatrix } from './matrix-window';
import { useMatrixFrame } from './use-matrix-frame';

interface MatrixStageProps {
  backstage: Backstage;
  store: ViewStore;
  stage: Stage | undefined;
  theme: Theme;
  idle: Idle;
  /** Set when the picture is of an older answer than the page: when that came. */
  stale: number | undefined;
  /** The reader wants rows and columns in a fresh order. */
  onOrder(): void;
}

/** Where the pointer is, or the keyboard's cursor, px from the canvas's corner. */
interface Lit {
  place: MatrixPlace;
  x: number;
  y: number;
  isKeys: boolean;
}

const measure = createTextMeasure(MAP_FONT);

export const MatrixStage = memo(function MatrixStage(props: MatrixStageProps) {
  const { backstage, store, stage, theme, idle, stale, onOrder } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const paper = useRef<MatrixPaper>(undefined);
  const peer = useStore(store, (view) => view.peer);
  const link = useStore(store, (view) => view.link);
  const colour = useStore(store, (view) => view.colour);
  const key = useStore(store, keyOf);
  const [lit, setLit] = useState<Lit>();
  const [at, setAt] = useState<{ client?: string | undefined; server?: string | undefined }>();

  const picture = stage?.picture;
  const order = stage?.order;
  const matrix = useMemo(
    () => (picture === undefined || order === undefined ? undefined : layMatrix(picture, order)),
    [picture, order],
  );
  const request = useCallback(() => paper.current?.request(), []);
  const framing = useMatrixFrame(scroller, matrix, measure, `${stage?.level} ${key}`, request);
  const { now, rest, isMoving } = framing;
  const selected = useMemo(() => selectedPlace(matrix, peer, link), [matrix, peer, link]);
  const chosen = useMemo(() => ({ peer, link }), [peer, link]);
  const cursor = useMemo(() => cursorOf(matrix, at), [matrix, at]);

  // What is painted is read when it is painted: scrolling asks for no render.
  const shown = useRef<{ picture: typeof picture; scene: Omit<MatrixScene, 'frame'> | undefined }>(undefined);
  shown.current = {
    picture,
    scene: matrix === undefined ? undefined : { matrix, theme, lit: lit?.place, selected },
  };
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const sceneNow = (): MatrixScene | undefined => {
      const [frame, scene] = [now(), shown.current?.scene];
      return frame === undefined || scene === undefined ? undefined : { ...scene, frame };
    };
    const made = createMatrixPaper(element, measure, sceneNow);
    paper.current = made;
    made.request();
    idle.drawn = {
      picture() {
        const [drawn, scene] = [shown.current?.picture, sceneNow()];
        if (drawn === undefined || scene === undefined) return undefined;
        return projectMatrix(drawn, scene, element.getBoundingClientRect());
      },
      async whenIdle() {
        await made.whenIdle();
        while (isMoving()) await new Promise((resolve) => setTimeout(resolve, FRAME_MS));
      },
    };
    return () => {
      delete idle.drawn;
      paper.current = undefined;
      made.destroy();
    };
  }, [idle, now, isMoving]);
  useEffect(request);

  const reveal = useCallback(
    (place: MatrixPlace): MatrixFrame | undefined => {
      const frame = now();
      if (frame === undefined) return undefined;
      const { x, y } = revealing(frame, place);
      scroller.current?.scrollTo({ left: x, top: y, behavior: 'instant' });
      return now();
    },
    [now],
  );
  // Chosen in a list or a box it may be out of sight; chosen here it is not, and nothing moves.
  const hasPlace = selected !== undefined && rest !== undefined;
  const selection = useRef(selected);
  selection.current = selected;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a poll that moves the selection is no reason to scroll.
  useEffect(() => {
    if (hasPlace && selection.current !== undefined) reveal(selection.current);
  }, [peer, link, hasPlace, reveal]);

  const choose = useCallback(
    (place: MatrixPlace | undefined) => {
      if (matrix === undefined || place === undefined) return;
      const found = cellAt(matrix, place);
      const { row, column } = place;
      const isHead = row === undefined || column === undefined || row === column;
      const named = matrix.peers[row ?? column ?? -1];
      if (found !== undefined) select(store, { link: found.link.id });
      // Where a peer meets itself and nothing flows, the cell is the peer's.
      else if (!isHead || named === undefined) select(store, {});
      else if (isFold(named.id)) toggleExpanded(store, named.id);
      else select(store, { peer: named.id });
    },
    [matrix, store],
  );
  const placeOf = (
    event: MouseEvent<HTMLElement>,
  ): { place: MatrixPlace | undefined; x: number; y: number } => {
    const frame = now();
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    // A click that no pointer made has no place of its own, but an element.
    if (event.type === 'click' && event.detail === 0)
      return { place: asPlace(readPlace(event.target)), x, y };
    return { place: frame === undefined ? undefined : placeAt(frame, x, y), x, y };
  };
  const onPointerMove = (event: MouseEvent<HTMLElement>) => {
    const { place, x, y } = placeOf(event);
    setLit((known) =>
      place === undefined
        ? undefined
        : known !== undefined && !known.isKeys && isSamePlace(known.place, place)
          ? known
          : { place, x, y, isKeys: false },
    );
  };

  const onFocus = useCallback(
    ({ row, column }: Cursor) => setAt({ client: matrix?.peers[row]?.id, server: matrix?.peers[column]?.id }),
    [matrix],
  );
  const moved = useRef(false);
  const onKeyDown = useCallback(
    (event: KeyboardEvent<HTMLElement>) => {
      if (event.altKey || event.metaKey || matrix === undefined) return;
      const frame = now();
      if (frame === undefined) return;
      const { top, bottom } = inSight(frame);
      const step = { key: event.key, ctrl: event.ctrlKey, page: Math.max(1, bottom - top - 1) };
      const next = nextPlace(matrix, cursor, step);
      if (next !== undefined) {
        setAt({ client: matrix.peers[next.row]?.id, server: matrix.peers[next.column]?.id });
        moved.current = true;
        const place = asPlace(next) ?? {};
        const after = reveal(place) ?? frame;
        setLit({ place, ...tipAt(after, next), isKeys: true });
      } else if (event.key === 'Enter' || event.key === ' ') choose(asPlace(cursor));
      else if (event.key === '+' || event.key === '=') framing.zoom(1);
      else if (event.key === '-') framing.zoom(-1);
      else return;
      event.preventDefault();
    },
    [matrix, cursor, now, reveal, choose, framing],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: focus follows the cursor, when a key moved it.
  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  }, [cursor]);
  const onBlur = useCallback(() => setLit((known) => (known?.isKeys === true ? undefined : known)), []);

  // A wheel with Ctrl, which is also a pinch, sizes the cells; React's own listener could not keep the page from zooming.
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey || event.deltaY === 0) return;
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      framing.zoom(event.deltaY < 0 ? 1 : -1, { x: event.clientX - left, y: event.clientY - top });
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [framing]);

  return (
    <div className={css.stage}>
      <div className={css.field}>
        <canvas
          ref={canvas}
          className={css.canvas}
          style={{ width: rest?.width ?? 0, height: rest?.height ?? 0 }}
        />
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the grid inside has the keys. */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the grid inside has the roles. */}
        <div
          ref={scroller}
          className={css.scroller}
          onScroll={framing.onScroll}
          onPointerMove={onPointerMove}
          onPointerLeave={() => setLit(undefined)}
          onClick={(event) => choose(placeOf(event).place)}
          onDoubleClick={(event) => {
            const { row, column } = placeOf(event).place ?? {};
            const named = matrix?.peers[row ?? column ?? -1];
            if (named !== undefined && (row === undefined || column === undefined)) focusOn(store, named.id);
          }}
        >
          {matrix === undefined || rest === undefined ? null : (
            <MatrixGrid
              grid={grid}
              label={describe(stage, matrix)}
              matrix={matrix}
              frame={rest}
              cursor={cursor}
              selected={chosen}
              onKeyDown={onKeyDown}
              onFocus={onFocus}
              onBlur={onBlur}
            />
          )}
        </div>
        {rest === undefined || matrix === undefined ? null : (
          <div className={css.axes} style={{ width: rest.heads.w, height: rest.heads.h }} aria-hidden="true">
            <span>server →</span>
            <span>client ↓</span>
          </div>
        )}
        {lit === undefined || matrix === undefined || rest === undefined ? null : (
          <MatrixTip backstage={backstage} matrix={matrix} {...lit} room={rest} />
        )}
        {stale === undefined ? null : <StaleBadge sinceMs={stale} />}
      </div>
      <div className={css.foot}>
        <MatrixLegend theme={theme} colour={colour} />
        <div className={`${tools.tools} ${css.camera}`} role="group" aria-label="Camera">
          <button type="button" aria-label="Order anew" title="Order rows and columns anew" onClick={onOrder}>
            <ArrowDownWideNarrow size={15} aria-hidden="true" />
          </button>
          <button type="button" aria-label="Zoom in" title="Larger cells" onClick={() => framing.zoom(1)}>
            <Plus size={15} aria-hidden="true" />
          </button>
          <button type="button" aria-label="Zoom out" title="Smaller cells" onClick={() => framing.zoom(-1)}>
            <Minus size={15} aria-hidden="true" />
          </button>
          <button type="button" aria-label="Fit the matrix" title="Fit the matrix" onClick={framing.fit}>
            <Maximize size={14} aria-hidden="true" />
          </button>
        </div>
      </div>
    </div>
  );
});

/** How often to look whether scrolling has come to rest, ms. */
const FRAME_MS = 20;

/** What of the view makes another matrix rather than the same one a poll later. */
const keyOf = ({ query, focus, depth, path, expand }: ViewState): string =>
  JSON.stringify([query, focus, depth, path, expand]);

const asPlace = (cursor: Cursor | undefined): MatrixPlace | undefined =>
  cursor && {
    ...(cursor.row < 0 ? {} : { row: cursor.row }),
    ...(cursor.column < 0 ? {} : { column: cursor.column }),
  };

const isSamePlace = (a: MatrixPlace, b: MatrixPlace): boolean => a.row === b.row && a.column === b.column;

function selectedPlace(matrix: Matrix | undefined, peer?: string, link?: string): MatrixPlace | undefined {
  const cell = link === undefined ? undefined : matrix?.cells.get(link);
  if (cell !== undefined) return { row: cell.row, column: cell.column };
  const place = peer === undefined ? undefined : matrix?.places.get(peer);
  return place === undefined ? undefined : { row: place, column: place };
}

/** By id, because an order that changes must not carry the cursor elsewhere; who is gone leaves it at the first cell. */
function cursorOf(
  matrix: Matrix | undefined,
  at: { client?: string | undefined; server?: string | undefined } = {},
): Cursor {
  const placeOf = (id: string | undefined) => (id === undefined ? undefined : matrix?.places.get(id));
  const [row, column] = [placeOf(at.client), placeOf(at.server)];
  if (row === undefined && column === undefined) return { row: 0, column: 0 };
  return {
    row: row ?? (at.client === undefined ? -1 : 0),
    column: column ?? (at.server === undefined ? -1 : 0),
  };
}

/** Where a tip for the keyboard's cursor goes: at the cell's far corner. */
function tipAt({ heads, cell, scrollX, scrollY }: MatrixFrame, { row, column }: Cursor) {
  const x = column < 0 ? heads.w : heads.w + (column + 1) * cell - scrollX;
  const y = row < 0 ? heads.h : heads.h + (row + 1) * cell - scrollY;
  return { x, y };
}

function describe(stage: Stage | undefined, { peers, cells }: Matrix): string {
  return `Matrix at ${stage?.level} level: ${formatCount(peers.length)} peers, ${formatCount(cells.size)} links. Rows are clients, columns are servers.`;
}

/**
 * The matrix as elements, for whoever does not see the canvas and for the keyboard: a grid of the rows, the headings and
 * the links in sight, each where it is painted, and nothing to look at but the focus. Empty cells have no element.
 */
// biome-ignore-all lint/a11y/useFocusableInteractive: of a grid only cells and headings take the focus.
import { type KeyboardEvent, memo, type RefObject } from 'react';
import { cellAt, cellsBetween, type Matrix } from '../../graph/matrix';
import { type InSight, inSight, type MatrixFrame, wholeSize } from '../../paint/matrix-frame';
import type { Cursor } from './matrix-keys';
import css from './matrix-stage.module.css';
import { cellWords, peerWords } from './matrix-words';

/** More rows or columns than this nobody reads at once: what is beyond is reached by scrolling or by keys. */
const MOST_ROWS = 128;
const MOST_COLUMNS = 192;

interface MatrixGridProps {
  grid: RefObject<HTMLDivElement | null>;
  label: string;
  matrix: Matrix;
  /** As it rests: what is scrolled past has no elements. */
  frame: MatrixFrame;
  /** The one place that Tab reaches. */
  cursor: Cursor;
  selected: { peer?: string | undefined; link?: string | undefined };
  onKeyDown(event: KeyboardEvent<HTMLElement>): void;
  onFocus(place: Cursor): void;
  onBlur(): void;
}

export const MatrixGrid = memo(function MatrixGrid(props: MatrixGridProps) {
  const { grid, label, matrix, frame, cursor, onKeyDown, onFocus, onBlur } = props;
  const { heads, cell, count } = frame;
  const seen = clip(inSight(frame));
  const { width, height } = wholeSize(frame);
  const rows = withCursor(seen.top, seen.bottom, cursor.row, count);
  const columns = withCursor(seen.left, seen.right, cursor.column, count);
  return (
    <div
      ref={grid}
      role="grid"
      className={css.whole}
      style={{ width, height }}
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={count + 1}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onFocus={({ target }) => {
        const place = readPlace(target);
        if (place !== undefined) onFocus(place);
      }}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) onBlur();
      }}
    >
      <div role="row" aria-rowindex={1} className={css.headRow} style={{ height: heads.h }}>
        <div
          role="columnheader"
          aria-colindex={1}
          className={css.corner}
          style={{ width: heads.w, height: heads.h }}
        >
          <span className="visually-hidden">Client, by row; server, by column</span>
        </div>
        {columns.map((column) => {
          const peer = matrix.peers[column];
          return peer === undefined ? null : (
            <div
              key={peer.id}
              role="columnheader"
              aria-colindex={column + 2}
              aria-selected={props.selected.peer === peer.id}
              className={css.twin}
              style={{ left: heads.w + column * cell, top: 0, width: cell, height: heads.h }}
              data-place={`-1 ${column}`}
              tabIndex={cursor.row === -1 && cursor.column === column ? 0 : -1}
            >
              <span className="visually-hidden">{peerWords(peer)}</span>
            </div>
          );
        })}
      </div>
      {rows.map((row) => (
        <GridRow key={matrix.peers[row]?.id ?? row} {...props} row={row} seen={seen} />
      ))}
    </div>
  );
});

function GridRow({
  matrix,
  frame,
  cursor,
  selected,
  row,
  seen,
}: MatrixGridProps & { row: number; seen: InSight }) {
  const { heads, cell } = frame;
  const client = matrix.peers[row];
  if (client === undefined) return null;
  const filled = cellsBetween(matrix, row, seen.left, seen.right).map(({ column }) => column);
  const focused = cursor.row === row && cursor.column >= 0 ? cursor.column : undefined;
  const columns =
    focused === undefined || filled.includes(focused) ? filled : [...filled, focused].sort((a, b) => a - b);
  return (
    <div
      role="row"
      aria-rowindex={row + 2}
      className={css.row}
      style={{ top: heads.h + row * cell, height: cell }}
    >
      <div
        role="rowheader"
        aria-colindex={1}
        aria-selected={selected.peer === client.id}
        className={css.rowHead}
        style={{ width: heads.w, height: cell }}
        data-place={`${row} -1`}
        tabIndex={cursor.row === row && cursor.column === -1 ? 0 : -1}
      >
        <span className="visually-hidden">{peerWords(client)}</span>
      </div>
      {columns.map((column) => {
        const server = matrix.peers[column];
        if (server === undefined) return null;
        const link = cellAt(matrix, { row, column })?.link;
        return (
          <div
            key={server.id}
            role="gridcell"
            aria-colindex={column + 2}
            aria-label={cellWords(client, server, link)}
            aria-selected={link !== undefined && selected.link === link.id}
            className={css.twin}
            style={{ left: heads.w + column * cell, top: 0, width: cell, height: cell }}
            data-place={`${row} ${column}`}
            {...(link === undefined ? {} : { 'data-link': link.id })}
            tabIndex={column === focused ? 0 : -1}
          />
        );
      })}
    </div>
  );
}

const clip = ({ top, bottom, left, right }: InSight): InSight => ({
  top,
  bottom: Math.min(bottom, top + MOST_ROWS),
  left,
  right: Math.min(right, left + MOST_COLUMNS),
});

/** What is in sight and, though it may be elsewhere, what has the focus: it must not vanish under the reader. */
function withCursor(from: number, to: number, cursor: number, count: number): number[] {
  const places = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  if (cursor < 0 || cursor >= count || (cursor >= from && cursor < to)) return places;
  return cursor < from ? [cursor, ...places] : [...places, cursor];
}

/** The place of an element of the grid, or of what is in it. */
export function readPlace(target: EventTarget | null): Cursor | undefined {
  const text =
    target instanceof Element ? target.closest('[data-place]')?.getAttribute('data-place') : undefined;
  const [row, column] = (text ?? '').split(' ').map(Number);
  return row === undefined || column === undefined ? undefined : { row, column };
}

/**
 * A virtualised grid of rows that somebody else keeps, sorts and understands: it draws the rows in sight whatever their
 * number, and tells a screen reader how many there are. Refuses to know what a row is; columns bring their own look.
 */
// biome-ignore-all lint/a11y/noRedundantRoles: `display: grid` takes a table's own roles away in some browsers.
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react';
import styles from './data-grid.module.css';

export interface GridColumn<Row> {
  /** Must not be a bare name from the cluster: libraries use it as a property. */
  id: string;
  header: string;
  /** Longer words for the header, as its title. */
  hint?: string;
  /** Right-aligned, and first sorted from large to small. */
  numeric?: boolean;
  /** Least width as a CSS length. */
  least: string;
  /** Share of the width left over. */
  grow: number;
  cell(row: Row): ReactNode;
}

export interface Sorting {
  id: string;
  descending: boolean;
}

export interface DataGridProps<Row> {
  label: string;
  columns: readonly GridColumn<Row>[];
  rowPx: number;
  count: number;
  /** The row at a place in the sorted order; undefined while it is not there yet. */
  at(index: number): Row | undefined;
  /** Told which rows are in sight, so that who keeps them can fetch them. */
  onSight?(from: number, to: number): void;
  sorting?: Sorting | undefined;
  onSort(id: string): void;
  /** With it, rows can be picked by click and Enter. */
  onPick?(row: Row): void;
  isPicked?(row: Row): boolean;
}

/** Height of the header row; the stylesheet has the same number. */
const HEADER_PX = 32;
/** Rows drawn beyond the view, so that a fast wheel does not show gaps. */
const BEYOND = 8;
/** What Page Up and Page Down move by: about what is in sight. */
const PAGE_ROWS = 10;

export function DataGrid<Row extends object>(props: DataGridProps<Row>): ReactNode {
  const { label, columns, count, sorting, onSort, onPick } = props;
  // State, not a ref: the body's effects run before an ancestor's ref is set, and must run again when it is.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const tracks = {
    '--tracks': columns.map(({ least, grow }) => `minmax(${least}, ${grow}fr)`).join(' '),
    '--least': `calc(${columns.map(({ least }) => least).join(' + ')})`,
  } as CSSProperties;
  const pickable = onPick !== undefined;
  return (
    // Rows that can be picked take the focus themselves; otherwise the scroller does, so that arrow keys scroll it.
    <div ref={setScroller} className={styles.scroller} {...(pickable ? {} : { tabIndex: 0 })}>
      <table
        className={styles.grid}
        style={tracks}
        role={pickable ? 'grid' : 'table'}
        aria-label={label}
        aria-rowcount={count + 1}
        aria-colcount={columns.length}
      >
        <thead role="rowgroup" className={styles.head}>
          <tr role="row" aria-rowindex={1} className={styles.row}>
            {columns.map((column) => (
              <HeaderCell
                key={column.id}
                column={column}
                direction={sorting?.id !== column.id ? false : sorting.descending ? 'desc' : 'asc'}
                onSort={() => onSort(column.id)}
              />
            ))}
          </tr>
        </thead>
        <GridBody {...props} scroller={scroller} />
      </table>
    </div>
  );
}

function HeaderCell<Row>({
  column,
  direction,
  onSort,
}: {
  column: GridColumn<Row>;
  direction: false | 'asc' | 'desc';
  onSort(): void;
}): ReactNode {
  const Arrow = direction === 'asc' ? ArrowUp : ArrowDown;
  return (
    <th
      role="columnheader"
      scope="col"
      aria-sort={direction === false ? 'none' : direction === 'asc' ? 'ascending' : 'descending'}
      className={column.numeric === true ? styles.numeric : undefined}
    >
      <button type="button" className={styles.sort} title={column.hint ?? column.header} onClick={onSort}>
        <bdi className={styles.clip}>{column.header}</bdi>
        {direction === false ? null : <Arrow size={12} aria-hidden="true" />}
      </button>
    </th>
  );
}

interface BodyProps<Row> extends DataGridProps<Row> {
  scroller: HTMLDivElement | null;
}

function GridBody<Row>({
  columns,
  rowPx,
  onPick,
  isPicked,
  scroller,
  at,
  count,
  onSight,
}: BodyProps<Row>): ReactNode {
  const body = useRef<HTMLTableSectionElement>(null);
  // The one row that Tab reaches; arrow keys move it. It stays drawn out of sight, so that focus is never lost.
  const [wanted, setWanted] = useState(0);
  const active = Math.min(wanted, count - 1);
  const moved = useRef(false);
  const rangeExtractor = useCallback(
    (range: Range): number[] => {
      const shown = defaultRangeExtractor(range);
      if (active < 0 || shown.includes(active)) return shown;
      return active < range.startIndex ? [active, ...shown] : [...shown, active];
    },
    [active],
  );
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller,
    estimateSize: () => rowPx,
    overscan: BEYOND,
    rangeExtractor,
    // The header scrolls with the rows sideways and sticks above them: it is in their way at both.
    scrollMargin: HEADER_PX,
    scrollPaddingStart: HEADER_PX,
    useFlushSync: false,
  });
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items[items.length - 1]?.index ?? 0;
  useEffect(() => onSight?.(first, last + 1), [onSight, first, last]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: focus follows the active row, when a key moved it.
  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    body.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  }, [active]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const row = at(active);
    if ((event.key === 'Enter' || event.key === ' ') && row !== undefined) onPick?.(row);
    else {
      const next = nextRow(event.key, active, count);
      if (next === undefined) return;
      moved.current = next !== active;
      setWanted(next);
      virtualizer.scrollToIndex(next, { align: 'auto' });
    }
    event.preventDefault();
  };

  const pickable = onPick !== undefined;
  const interaction = (row: Row, index: number) =>
    pickable
      ? {
          tabIndex: index === active ? 0 : -1,
          'aria-selected': isPicked?.(row) === true,
          onFocus: () => setWanted(index),
          onClick: () => {
            // Whoever drags across a name wants to copy it.
            if (window.getSelection()?.type !== 'Range') onPick(row);
          },
          onKeyDown,
        }
      : {};
  return (
    <tbody ref={body} role="rowgroup" className={styles.body} style={{ height: virtualizer.getTotalSize() }}>
      {items.map(({ index, start }) => {
        const row = at(index);
        if (row === undefined) return null;
        return (
          <tr
            key={index}
            role="row"
            aria-rowindex={index + 2}
            className={pickable ? `${styles.row} ${styles.pickable}` : styles.row}
            style={{ height: rowPx, transform: `translateY(${start - HEADER_PX}px)` }}
            {...interaction(row, index)}
          >
            {columns.map((column) => (
              <td
                key={column.id}
                role={pickable ? 'gridcell' : 'cell'}
                className={column.numeric === true ? styles.numeric : undefined}
              >
                {column.cell(row)}
              </td>
            ))}
          </tr>
        );
      })}
    </tbody>
  );
}

function nextRow(key: string, active: number, count: number): number | undefined {
  const steps: Partial<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: PAGE_ROWS,
    PageUp: -PAGE_ROWS,
    Home: -count,
    End: count,
  };
  const step = Object.hasOwn(steps, key) ? steps[key] : undefined;
  return step === undefined ? undefined : Math.max(0, Math.min(count - 1, active + step));
}

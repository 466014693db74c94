/**
 * The table of flows: one row a flow, sortable by what it carries and how its handshakes are.
 * Rows are kept, sorted and written to files backstage; their look is in flow-columns; here the two meet a grid.
 */
import { type ReactNode, useCallback, useState } from 'react';
import type { Backstage } from '../backstage/backstage';
import { ROW_SORTS, type RowSort, type TableRow } from '../backstage/messages';
import { formatCount } from '../flows/units';
import { select, type ViewStore } from '../view/view-state';
import { DataGrid } from './data-grid';
import { FLOW_COLUMNS } from './flow-columns';
import styles from './flow-table.module.css';
import { TableBar } from './table-bar';
import { useRows } from './use-rows';

export interface FlowTableProps {
  backstage: Backstage;
  store: ViewStore;
  /** Changes when the rows may have changed; undefined before there are any. */
  version: number | undefined;
  /** The selected link, and `flowKey` of its first flow: that row is marked unless the reader picked another of it. */
  link: string | undefined;
  firstFlow: string | undefined;
}

/** Two lines of text. */
const ROW_PX = 42;

export function FlowTable({ backstage, store, version, link, firstFlow }: FlowTableProps): ReactNode {
  const [sorting, setSorting] = useState<{ id: RowSort; descending: boolean }>({
    id: 'bytes',
    descending: true,
  });
  const [picked, setPicked] = useState<{ link: string | undefined; key: string }>();
  const rows = useRows(backstage, version, sorting.id, sorting.descending);
  const pickedKey = picked !== undefined && picked.link === link ? picked.key : firstFlow;
  const isPicked = useCallback(
    (row: TableRow) => link !== undefined && row.link === link && row.key === pickedKey,
    [link, pickedKey],
  );
  const onSort = (wanted: string) => {
    const id = ROW_SORTS.find((known) => known === wanted);
    if (id === undefined) return;
    const isNumeric = FLOW_COLUMNS.find((column) => column.id === id)?.numeric === true;
    setSorting((now) => ({ id, descending: now.id === id ? !now.descending : isNumeric }));
  };
  return (
    <section className={styles.table} aria-label="Flows">
      <TableBar fileName="shoal-flows.csv" file={() => backstage.ask('csv', {})}>
        <strong>{formatCount(rows.total)}</strong> {rows.total === 1 ? 'flow' : 'flows'}
      </TableBar>
      <DataGrid
        label="Flows"
        columns={FLOW_COLUMNS}
        rowPx={ROW_PX}
        count={rows.total}
        at={rows.at}
        onSight={rows.onSight}
        sorting={sorting}
        onSort={onSort}
        isPicked={isPicked}
        onPick={(row) => {
          const isAgain = isPicked(row);
          setPicked(isAgain ? undefined : { link: row.link, key: row.key });
          select(store, isAgain || row.link === undefined ? {} : { link: row.link });
        }}
      />
    </section>
  );
}

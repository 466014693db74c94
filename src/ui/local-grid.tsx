/**
 * A grid whose rows are all here: sorts them itself. The only file that knows TanStack Table; drawing is the data grid's.
 */
import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { type ReactNode, useMemo } from 'react';
import { DataGrid, type GridColumn } from './data-grid';

export interface LocalColumn<Row> extends GridColumn<Row> {
  /** What to sort by; undefined is always last. */
  value(row: Row): string | number | undefined;
}

interface LocalGridProps<Row> {
  label: string;
  /** Kept by reference: another array is another answer. */
  rows: readonly Row[];
  columns: readonly LocalColumn<Row>[];
  rowPx: number;
}

// One for all grids: TanStack builds its models from it.
const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

export function LocalGrid<Row extends object>({ rows, columns, ...rest }: LocalGridProps<Row>): ReactNode {
  const defs = useMemo<ColumnDef<typeof features, Row>[]>(
    () =>
      columns.map((column) => ({
        id: column.id,
        accessorFn: (row: Row) => column.value(row),
        sortFn: (a, b, id) => compareValues(a.getValue(id), b.getValue(id)),
        sortUndefined: 'last',
        sortDescFirst: column.numeric === true,
      })),
    [columns],
  );
  const table = useTable({ features, columns: defs, data: rows, enableSortingRemoval: false });
  const sorted = table.getRowModel().rows;
  const sorting = columns
    .map(({ id }) => ({ id, is: table.getColumn(id)?.getIsSorted() ?? false }))
    .find(({ is }) => is !== false);
  return (
    <DataGrid
      {...rest}
      columns={columns}
      count={sorted.length}
      at={(index) => sorted[index]?.original}
      sorting={sorting === undefined ? undefined : { id: sorting.id, descending: sorting.is === 'desc' }}
      onSort={(id) => table.getColumn(id)?.toggleSorting()}
    />
  );
}

/** Numbers before text; text by code unit, which a hundred thousand rows can afford where a collator cannot. */
function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return typeof a === 'number' ? -1 : 1;
}

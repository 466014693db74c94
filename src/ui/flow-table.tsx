/**
 * The table of flows: one row a flow, sortable by what it carries and how its handshakes are.
 * What a row says is made in graph/flow-rows, its look in flow-columns; here the two meet a grid and a file.
 */
import { type ReactNode, useCallback, useMemo } from 'react';
import { type Flow, flowKey } from '../flows/flow';
import type { ServerTrust } from '../flows/handshake';
import { formatCount } from '../flows/units';
import { type FlowRow, flowRows } from '../graph/flow-rows';
import { DataGrid } from './data-grid';
import { FLOW_COLUMNS } from './flow-columns';
import styles from './flow-table.module.css';
import { TableBar } from './table-bar';

export interface FlowTableProps {
  flows: readonly Flow[];
  trust: ServerTrust;
  /** `flowKey` of the picked flow. */
  picked?: string | undefined;
  /** Undefined when the picked flow is picked again. */
  onPick(flow: Flow | undefined): void;
}

/** Two lines of text. */
const ROW_PX = 42;

export function FlowTable({ flows, trust, picked, onPick }: FlowTableProps): ReactNode {
  const rows = useMemo(() => flowRows(flows, trust), [flows, trust]);
  const isPicked = useCallback(
    (row: FlowRow) => picked !== undefined && flowKey(row.flow) === picked,
    [picked],
  );
  const csvParts = async () => (await import('../share/csv')).flowsCsvParts(flows, trust);
  return (
    <section className={styles.table} aria-label="Flows">
      <TableBar fileName="shoal-flows.csv" csvParts={csvParts}>
        <strong>{formatCount(flows.length)}</strong> {flows.length === 1 ? 'flow' : 'flows'}
      </TableBar>
      <DataGrid
        label="Flows"
        rows={rows}
        columns={FLOW_COLUMNS}
        rowPx={ROW_PX}
        sortedBy="bytes"
        isPicked={isPicked}
        onPick={(row) => onPick(isPicked(row) ? undefined : row.flow)}
      />
    </section>
  );
}

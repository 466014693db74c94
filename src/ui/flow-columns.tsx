/**
 * The columns of the table of flows: their words, what they sort by, and how a cell looks.
 * Every name is drawn as text, isolated so that a right-to-left mark cannot reorder what stands beside it.
 */
import type { ReactNode } from 'react';
import type { TableRow } from '../backstage/messages';
import type { Endpoint } from '../flows/flow';
import { BAND_GUIDE } from '../flows/handshake';
import {
  formatBytes,
  formatBytesExactly,
  formatBytesPerSecond,
  formatCompactCount,
  formatCount,
  formatPacketsPerSecond,
  formatUs,
  UNKNOWN,
} from '../flows/units';
import { endDetails, endName, endPlace, type FlowRow } from '../graph/flow-rows';
import type { GridColumn } from './data-grid';
import styles from './flow-table.module.css';

export const FLOW_COLUMNS: readonly GridColumn<TableRow>[] = [
  {
    id: 'proto',
    header: 'proto',
    least: '64px',
    grow: 0.2,
    cell: ({ row }) => row.flow.proto,
  },
  {
    id: 'client',
    header: 'client',
    least: '160px',
    grow: 4,
    cell: ({ row }) => <End end={row.flow.client} />,
  },
  {
    id: 'server',
    header: 'server',
    least: '170px',
    grow: 4,
    cell: ({ row }) => <End end={row.flow.server} />,
  },
  {
    id: 'bytes',
    header: 'bytes',
    hint: 'Both directions, each counted where it was sent',
    numeric: true,
    least: '92px',
    grow: 0.6,
    cell: ({ row, rate }) => (
      <span className={styles.end} title={formatBytesExactly(row.bytes)}>
        {formatBytes(row.bytes)}
        {rate === undefined ? null : (
          <span className={styles.place}>{formatBytesPerSecond(rate.bytesPerS)}</span>
        )}
      </span>
    ),
  },
  {
    id: 'packets',
    header: 'packets',
    hint: 'Both directions, as counted by the sensor where they were sent',
    numeric: true,
    least: '86px',
    grow: 0.5,
    cell: ({ row, rate }) => (
      <span className={styles.end} title={formatCount(row.packets)}>
        {formatCompactCount(row.packets)}
        {rate === undefined ? null : (
          <span className={styles.place}>{formatPacketsPerSecond(rate.packetsPerS)}</span>
        )}
      </span>
    ),
  },
  {
    id: 'p99',
    header: 'worst p99',
    hint: 'TCP handshake, 99th percentile: the client’s view, or a trusted server’s',
    numeric: true,
    least: '124px',
    grow: 0.6,
    cell: ({ row }) => <Worst row={row} />,
  },
  {
    id: 'p50',
    header: 'p50',
    hint: 'TCP handshake, median',
    numeric: true,
    least: '84px',
    grow: 0.5,
    cell: ({ row }) => <Median row={row} />,
  },
  {
    id: 'seen',
    header: 'seen by',
    hint: 'Which ends counted the flow',
    least: '100px',
    grow: 0.4,
    cell: ({ row }) =>
      row.perspectives === 'none' ? <Unknown why="neither end counted this flow" /> : row.perspectives,
  },
  {
    id: 'reported',
    header: 'reported total',
    hint: 'Bytes reported by Kubeshark, both ends: counted twice where both ends were seen',
    numeric: true,
    least: '122px',
    grow: 0.6,
    cell: ({
      row: {
        flow: { totals },
      },
    }) => (
      <span className={styles.quiet} title={`${formatBytesExactly(totals?.bytes)}, both ends`}>
        {formatBytes(totals?.bytes)}
      </span>
    ),
  },
];

function End({ end }: { end: Endpoint }): ReactNode {
  const place = endPlace(end);
  return (
    <span className={styles.end} title={endDetails(end)}>
      <span className={styles.name}>
        <bdi className={styles.clip}>{endName(end)}</bdi>
        {end.port === undefined ? null : <span className={styles.port}>:{end.port}</span>}
      </span>
      {place === '' ? null : <bdi className={styles.place}>{place}</bdi>}
    </span>
  );
}

function Worst({ row }: { row: FlowRow }): ReactNode {
  if (row.serverOnlyP99Us !== undefined) {
    return (
      <span className={styles.serverOnly} title="The server’s times are not trusted in this answer; no band">
        {formatUs(row.serverOnlyP99Us)}
        <span className={styles.place}>server side only</span>
      </span>
    );
  }
  const guide = BAND_GUIDE[row.band];
  if (row.p99Us === undefined) return <Unknown why={`${guide.range}: ${guide.meaning}`} />;
  const seenBy = row.side === 'server' ? ' · seen by the server' : '';
  return (
    <span className={`${styles.band} ${styles[row.band]}`} title={`${row.band}: ${guide.meaning}${seenBy}`}>
      <span className={styles.dot} aria-hidden="true" />
      {formatUs(row.p99Us)}
      <span className="visually-hidden"> {row.band}</span>
    </span>
  );
}

function Median({ row }: { row: FlowRow }): ReactNode {
  if (row.p50Us !== undefined) return formatUs(row.p50Us);
  // A handshake was seen there; it is only not believed.
  const why = row.serverOnlyP99Us === undefined ? BAND_GUIDE.unmeasured.range : 'server side only';
  return <Unknown why={why} />;
}

/** A dash for the eye, its reason for the pointer and the ear. */
function Unknown({ why }: { why: string }): ReactNode {
  return (
    <span className={styles.quiet} title={why}>
      <span aria-hidden="true">{UNKNOWN}</span>
      <span className="visually-hidden">{why}</span>
    </span>
  );
}

/**
 * `format=raw` as it came: rows nobody documented, in a table that discovers its columns.
 * Knows no field; names and values are drawn as text, and long ones are cut for the eye but whole in the file.
 */
import { type ReactNode, useMemo } from 'react';
import { late } from '../backstage/late-code';
import { formatCount } from '../flows/units';
import type { RawAnswer } from '../flows/wire';
import {
  discoverColumns,
  type RawColumn,
  type RawRow,
  rawSortValue,
  rawText,
  rawTextInBrief,
  rawValue,
} from '../graph/raw-columns';
import styles from './flow-table.module.css';
import { type LocalColumn, LocalGrid } from './local-grid';
import { TableBar } from './table-bar';

const loadCsv = late(() => import('../share/csv'));

/** One line of text. */
const ROW_PX = 30;
/** Columns are not virtualised: an answer with thousands of keys must not freeze the page. The file has them all. */
const MOST_COLUMNS = 100;

export function RawTable({ raw }: { raw: RawAnswer }): ReactNode {
  const { rows } = raw;
  const discovered = useMemo(() => discoverColumns(rows), [rows]);
  const columns = useMemo(() => discovered.slice(0, MOST_COLUMNS).map(gridColumn), [discovered]);
  const file = async () => {
    const { rawCsvParts } = await loadCsv();
    const parts: string[] = [];
    for (const part of rawCsvParts(rows)) {
      parts.push(part);
      // Lets the page draw and answer between two parts.
      await new Promise((resolve) => setTimeout(resolve));
    }
    return new Blob(parts, { type: 'text/csv;charset=utf-8' });
  };
  return (
    <section className={styles.table} aria-label="Raw rows">
      <TableBar fileName="shoal-raw.csv" file={file}>
        <strong>{formatCount(rows.length)}</strong> {rows.length === 1 ? 'raw row' : 'raw rows'}
        {discovered.length > MOST_COLUMNS
          ? ` · the first ${MOST_COLUMNS} of ${formatCount(discovered.length)} columns; the file has all`
          : null}
      </TableBar>
      {columns.length === 0 ? (
        <p className={styles.quiet}>The raw answer has no rows to show.</p>
      ) : (
        <LocalGrid label="Raw rows" rows={rows} columns={columns} rowPx={ROW_PX} />
      )}
    </section>
  );
}

function gridColumn({ key, numeric, width }: RawColumn): LocalColumn<RawRow> {
  return {
    // Prefixed, so that a key such as `__proto__` is no property of anything.
    id: `key:${key}`,
    header: key === '' ? '(no name)' : key,
    numeric,
    least: `min(calc(${width}ch + 44px), 34ch)`,
    grow: 1,
    value: (row) => rawSortValue(rawValue(row, key)),
    cell: (row) => <RawCell text={rawText(rawValue(row, key))} />,
  };
}

function RawCell({ text }: { text: string }): ReactNode {
  return (
    <bdi className={styles.raw} title={text}>
      {rawTextInBrief(text)}
    </bdi>
  );
}

/** What all panels share: a list's first rows with the button that brings the others, a section, a figure. */
import { type ReactNode, useState } from 'react';
import { formatCount } from '../../flows/units';
import css from './side-panel.module.css';

/** Rows of a table before it becomes a list nobody scrolls through; the rest comes when asked for. */
const FIRST_ROWS = 60;

/** The first rows, and the button that brings the others. `total` counts rows that did not even come. */
export function useFirst<Row>(
  rows: readonly Row[],
  total = rows.length,
  most = FIRST_ROWS,
): { rows: readonly Row[]; more: ReactNode } {
  const [all, setAll] = useState(false);
  const shown = all ? rows : rows.slice(0, most);
  if (shown.length === total) return { rows: shown, more: null };
  const more = (
    <p className={css.note}>
      The first {formatCount(shown.length)} of {formatCount(total)}
      {shown.length < rows.length ? (
        <>
          .{' '}
          <button type="button" className={css.more} onClick={() => setAll(true)}>
            Show {formatCount(rows.length)}
          </button>
        </>
      ) : (
        '.'
      )}
    </p>
  );
  return { rows: shown, more };
}

interface SectionProps {
  title: string;
  aside?: ReactNode;
  /** Names the table for those who look for it in the document. */
  table?: string;
  children: ReactNode;
}

export function Section({ title, aside, table, children }: SectionProps) {
  return (
    <section className={css.section} aria-label={title} data-table={table}>
      <header>
        <h2>{title}</h2>
        {aside === undefined ? null : <p>{aside}</p>}
      </header>
      {children}
    </section>
  );
}

export function Figure({ name, value, more }: { name: string; value: ReactNode; more?: string | undefined }) {
  return (
    <div className={css.figure}>
      <dt>{name}</dt>
      <dd>
        {value}
        {more === undefined ? null : <small>{more}</small>}
      </dd>
    </div>
  );
}

interface PanelTableProps {
  /** Each column's name, and its width where it is not what is left over. */
  heads: readonly (readonly [name: string, width?: string | undefined])[];
  /** Rows. */
  children: ReactNode;
}

export function PanelTable({ heads, children }: PanelTableProps) {
  return (
    <table className={css.table}>
      <thead>
        <tr>
          {heads.map(([name, width]) => (
            <th key={name} scope="col" className={width}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

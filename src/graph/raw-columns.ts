/**
 * A table out of rows nobody documented (`format=raw`): which columns there are and what a cell says.
 * Keys and values are hostile input: a key is only ever looked up as an own property, never used to write.
 */

export type RawRow = Readonly<Record<string, unknown>>;

export interface RawColumn {
  key: string;
  /** Every value there is, is a number. */
  numeric: boolean;
  /** Characters of the key or of the longest value seen, whichever is more. */
  width: number;
}

/** The union of the rows' keys, in order of first appearance. */
export function discoverColumns(rows: readonly RawRow[]): RawColumn[] {
  const columns = new Map<string, RawColumn & { filled: boolean }>();
  for (const row of rows) {
    for (const key of Object.keys(row)) {
      let column = columns.get(key);
      if (column === undefined) {
        column = { key, numeric: true, width: key.length, filled: false };
        columns.set(key, column);
      }
      const value = row[key];
      if (value === undefined || value === null) continue;
      column.filled = true;
      if (typeof value !== 'number') column.numeric = false;
      // Text of nested values is costly to make for every row; whoever looks at one reads its title.
      const length = typeof value === 'object' ? NESTED_WIDTH : String(value).length;
      if (length > column.width) column.width = length;
    }
  }
  return [...columns.values()].map(({ filled, ...column }) => ({
    ...column,
    numeric: column.numeric && filled,
  }));
}

const NESTED_WIDTH = 32;

/** The row's own value, or undefined; `constructor` and the like are no values unless the row says so. */
export const rawValue = (row: RawRow, key: string): unknown =>
  Object.hasOwn(row, key) ? row[key] : undefined;

/** A value as text: nested ones as compact JSON, nothing for null and absence. */
export function rawText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** More than a cell can show; a megabyte in a cell would only cost the page its layout. */
const MOST_SHOWN = 200;

export const rawTextInBrief = (text: string): string =>
  text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;

/** What a cell sorts by: numbers as numbers, everything else by its text, absence as absence. */
export function rawSortValue(value: unknown): string | number | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'number' ? value : rawText(value);
}

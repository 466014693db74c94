/** A number as one reads it, with the exact count for those who hover, listen or search. */
import { type PointerEvent, useContext } from 'react';
import {
  type Bytes,
  type BytesPerSecond,
  formatBytes,
  formatBytesExactly,
  formatBytesPerSecond,
  formatPacketsPerSecond,
  type PacketsPerSecond,
  UNKNOWN,
} from '../../flows/units';
import { RatesShown } from './rates-shown';
import css from './side-panel.module.css';

export function Amount({ bytes }: { bytes: Bytes | undefined }) {
  if (bytes === undefined)
    return (
      <span className={css.amount} title="not known">
        {formatBytes(undefined)}
      </span>
    );
  return (
    <span className={css.amount} onPointerEnter={tellExactly}>
      <span aria-hidden="true">{formatBytes(bytes)}</span>
      <span className="visually-hidden">{formatBytesExactly(bytes)}</span>
    </span>
  );
}

/** The exact count under the pointer: written down for each of a hundred figures at every poll, nobody would read it. */
function tellExactly({ currentTarget }: PointerEvent<HTMLElement>): void {
  currentTarget.title = currentTarget.lastElementChild?.textContent ?? '';
}

interface RateProps {
  /** By what the counters grew by since the sample before; absent where that is not known. */
  perS: number | undefined;
  of?: 'bytes' | 'packets';
  /** Some of what it sums up has no rate. */
  isLeast?: boolean;
}

/** Under an amount: how fast it grows. Nothing before there are any rates; a dash for what has none. */
export function Rate({ perS, of = 'bytes', isLeast = false }: RateProps) {
  const isShown = useContext(RatesShown);
  if (perS === undefined && !isShown) return null;
  const isLower = isLeast && perS !== undefined;
  return (
    <small className={css.rate} onPointerEnter={tellSince}>
      {isLower ? '≥ ' : ''}
      {of === 'bytes'
        ? formatBytesPerSecond(perS as BytesPerSecond | undefined)
        : formatPacketsPerSecond(perS as PacketsPerSecond | undefined)}
    </small>
  );
}

function tellSince({ currentTarget }: PointerEvent<HTMLElement>): void {
  const said = currentTarget.textContent ?? '';
  currentTarget.title = said.startsWith('≥')
    ? 'At least: some of its flows are new'
    : said === UNKNOWN
      ? 'Not known: new, counting from a new start, or nothing to compare with'
      : 'Since the sample before';
}

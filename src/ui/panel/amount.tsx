/** A number as one reads it, with the exact count for those who hover, listen or search. */
import { useContext } from 'react';
import {
  type Bytes,
  type BytesPerSecond,
  formatBytes,
  formatBytesExactly,
  formatBytesPerSecond,
  formatPacketsPerSecond,
  type PacketsPerSecond,
} from '../../flows/units';
import { RatesShown } from './rates-shown';
import css from './side-panel.module.css';

export function Amount({ bytes }: { bytes: Bytes | undefined }) {
  if (bytes === undefined) return <span title="not known">{formatBytes(undefined)}</span>;
  const exact = formatBytesExactly(bytes);
  return (
    <span title={exact}>
      <span aria-hidden="true">{formatBytes(bytes)}</span>
      <span className="visually-hidden">{exact}</span>
    </span>
  );
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
    <small className={css.rate} title={titleOf(perS, isLower)}>
      {isLower ? '≥ ' : ''}
      {of === 'bytes'
        ? formatBytesPerSecond(perS as BytesPerSecond | undefined)
        : formatPacketsPerSecond(perS as PacketsPerSecond | undefined)}
    </small>
  );
}

function titleOf(perS: number | undefined, isLower: boolean): string {
  if (perS === undefined) return 'Not known: new, counting from a new start, or nothing to compare with';
  return isLower ? 'At least: some of its flows are new' : 'Since the sample before';
}

/** A number as one reads it, with the exact count for those who hover, listen or search. */
import {
  type Bytes,
  type BytesPerSecond,
  formatBytes,
  formatBytesExactly,
  formatBytesPerSecond,
  formatPacketsPerSecond,
  type PacketsPerSecond,
} from '../../flows/units';
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

/** Under an amount: how fast it grows. Nothing where that is not known. */
export function Rate({ perS, of = 'bytes', isLeast = false }: RateProps) {
  if (perS === undefined) return null;
  return (
    <small
      className={css.rate}
      title={isLeast ? 'At least: some of its flows are new' : 'Since the sample before'}
    >
      {isLeast ? '≥ ' : ''}
      {of === 'bytes'
        ? formatBytesPerSecond(perS as BytesPerSecond)
        : formatPacketsPerSecond(perS as PacketsPerSecond)}
    </small>
  );
}

/** A number as one reads it, with the exact count for those who hover, listen or search. */
import { type Bytes, formatBytes, formatBytesExactly } from '../../flows/units';

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

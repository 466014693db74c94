/**
 * A worst p99 in its band's colour, with the band's name for those who cannot see it; a dash when not measured, or where
 * there are no flows (`isAbsent`), of which nothing is said.
 */
import { memo } from 'react';
import { BAND_GUIDE, type Band, bandOf } from '../../flows/handshake';
import { formatUs, type Microseconds, UNKNOWN } from '../../flows/units';
import css from './p99.module.css';

interface P99Props {
  value: Microseconds | undefined;
  isAbsent?: boolean;
}

export const P99 = memo(function P99({ value, isAbsent = false }: P99Props) {
  if (isAbsent)
    return (
      <span className={css.p99} title="not in the answer that is on screen">
        {UNKNOWN}
        <span className="visually-hidden">not on screen</span>
      </span>
    );
  const band: Band = bandOf(value);
  return (
    <span className={css.p99} data-band={band} title={`${band}: ${BAND_GUIDE[band].meaning}`}>
      {value === undefined ? UNKNOWN : formatUs(value)}
      {value === undefined ? <span className="visually-hidden">no recent handshake</span> : null}
    </span>
  );
});

/** A worst p99 in its band's colour, with the band's name for those who cannot see it; a dash when not measured. */
import { memo } from 'react';
import { BAND_GUIDE, type Band, bandOf } from '../../flows/handshake';
import { formatUs, type Microseconds, UNKNOWN } from '../../flows/units';
import css from './p99.module.css';

export const P99 = memo(function P99({ value }: { value: Microseconds | undefined }) {
  const band: Band = bandOf(value);
  return (
    <span className={css.p99} data-band={band} title={`${band}: ${BAND_GUIDE[band].meaning}`}>
      {value === undefined ? UNKNOWN : formatUs(value)}
      {value === undefined ? <span className="visually-hidden">no recent handshake</span> : null}
    </span>
  );
});

/** What colour, dash and width mean, with their units; always on the map, so that a screenshot explains itself. */
import { BAND_GUIDE, BANDS } from '../flows/handshake';
import { bandStyle, type Theme } from '../graph/palette';
import { linkWidthPx } from '../graph/picture';
import css from './map-stage.module.css';

const WIDTHS = [
  { bytes: 1024, label: '1 KiB' },
  { bytes: 1024 ** 2, label: '1 MiB' },
  { bytes: 1024 ** 3, label: '1 GiB' },
];

export function Legend({ theme }: { theme: Theme }) {
  return (
    <div className={css.legend} role="group" aria-label="Legend">
      <strong>Worst handshake p99</strong>
      <ul>
        {[...BANDS, 'unmeasured' as const].map((band) => {
          const { colour, dash } = bandStyle(band, theme);
          return (
            <li key={band} title={BAND_GUIDE[band].meaning}>
              <svg width="26" height="8" aria-hidden="true">
                <line
                  x1="0"
                  y1="4"
                  x2="26"
                  y2="4"
                  stroke={colour}
                  strokeWidth="4"
                  strokeDasharray={dash?.join(' ')}
                />
              </svg>
              {band === 'high' ? '▲ ' : ''}
              {BAND_GUIDE[band].range}
            </li>
          );
        })}
      </ul>
      <strong>Bytes</strong>
      <ul>
        {WIDTHS.map(({ bytes, label }) => (
          <li key={label}>
            <svg width="20" height="12" aria-hidden="true">
              <line x1="0" y1="6" x2="20" y2="6" stroke="currentColor" strokeWidth={linkWidthPx(bytes)} />
            </svg>
            {label}
          </li>
        ))}
      </ul>
    </div>
  );
}

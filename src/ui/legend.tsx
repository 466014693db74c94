/** What colour, dash and width mean, with their units; always with the map, so that a screenshot explains itself. */
import { BAND_GUIDE, BANDS } from '../flows/handshake';
import { bandStyle, type Theme } from '../graph/palette';
import { linkWidthPx } from '../graph/picture';
import css from './legend.module.css';

/** The ends of the fixed scale. */
const LIGHT = linkWidthPx(1024);
const HEAVY = linkWidthPx(1024 ** 3);

export function Legend({ theme }: { theme: Theme }) {
  return (
    <div className={css.legend} role="group" aria-label="Legend">
      <strong>Worst handshake p99</strong>
      <ul>
        {[...BANDS, 'unmeasured' as const].map((band) => {
          const { colour, dash } = bandStyle(band, theme);
          return (
            <li key={band} title={BAND_GUIDE[band].meaning}>
              <svg width="24" height="8" aria-hidden="true">
                <line
                  x1="0"
                  y1="4"
                  x2="24"
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
        <li className={css.ramp} title="Width of a link on a fixed log scale: 1 KiB is 1 px, 1 GiB is 10 px">
          1 KiB
          <svg width="44" height="12" aria-hidden="true">
            <polygon
              points={`0,${6 - LIGHT / 2} 44,${6 - HEAVY / 2} 44,${6 + HEAVY / 2} 0,${6 + LIGHT / 2}`}
              fill="currentColor"
            />
          </svg>
          1 GiB
        </li>
      </ul>
    </div>
  );
}

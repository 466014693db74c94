/** What colour, dash and width mean, with their units; always with the map, so that a screenshot explains itself. */
import { memo } from 'react';
import { BAND_GUIDE, BANDS } from '../flows/handshake';
import { bandStyle, SHADE_GUIDE, SHADES, type Theme } from '../graph/palette';
import { linkWidthPx } from '../graph/picture';
import type { ViewState } from '../view/view-state';
import css from './legend.module.css';

/** The ends of the fixed scale. */
const LIGHT = linkWidthPx(1024);
const HEAVY = linkWidthPx(1024 ** 3);

const BAND_ENTRIES = [...BANDS, 'unmeasured' as const].map((band) => ({
  band,
  label: `${band === 'high' ? '▲ ' : ''}${BAND_GUIDE[band].range}`,
  meaning: BAND_GUIDE[band].meaning,
}));
const SHADE_ENTRIES = SHADES.map((shade) => SHADE_GUIDE[shade]);

export const legendEntries = (colour: ViewState['colour']) =>
  colour === 'band' ? BAND_ENTRIES : SHADE_ENTRIES;

export const Legend = memo(function Legend({ theme, colour }: { theme: Theme; colour: ViewState['colour'] }) {
  return (
    <div className={css.legend} role="group" aria-label="Legend">
      <strong>{colour === 'band' ? 'Worst handshake p99' : 'Handshake, against siblings'}</strong>
      <ul>
        {legendEntries(colour).map(({ band, label, meaning }) => {
          const { colour: stroke, dash } = bandStyle(band, theme);
          return (
            <li key={label} title={meaning}>
              <svg width="24" height="8" aria-hidden="true">
                <line
                  x1="0"
                  y1="4"
                  x2="24"
                  y2="4"
                  stroke={stroke}
                  strokeWidth="4"
                  strokeDasharray={dash?.join(' ')}
                />
              </svg>
              {label}
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
});

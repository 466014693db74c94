/** What colour and size of a mark mean, on the same scales as the map's links. */
import { type Bytes, formatBytes } from '../../flows/units';
import type { Theme } from '../../graph/palette';
import { bandStyle } from '../../graph/palette';
import { linkWidthPx } from '../../graph/picture';
import { markSide } from '../../paint/paint-matrix';
import type { ViewState } from '../../view/view-state';
import { legendEntries } from '../legend';
import keys from '../styles/keys.module.css';

/** The cell that the legend draws its marks in, px. */
const CELL = 16;
const SIZES = [1024, 1024 ** 2, 1024 ** 3] as const;
const SIDE = 10;

export function MatrixLegend({ theme, colour }: { theme: Theme; colour: ViewState['colour'] }) {
  return (
    <div className={keys.keys} role="group" aria-label="Legend">
      <strong>{colour === 'band' ? 'Worst handshake p99' : 'Handshake, against siblings'}</strong>
      <ul>
        {legendEntries(colour).map(({ band, label, meaning }) => {
          const fill = bandStyle(band, theme).colour;
          return (
            <li key={label} title={meaning}>
              <svg width={SIDE} height={SIDE} aria-hidden="true">
                {band === 'unmeasured' ? (
                  <path d="M.5.5h9v9h-9zM0 5 5 0M1 10 10 1M6 10 10 6" fill="none" stroke={fill} />
                ) : (
                  <rect width={SIDE} height={SIDE} fill={fill} />
                )}
              </svg>
              {label}
            </li>
          );
        })}
      </ul>
      <strong>Bytes</strong>
      <ul>
        {SIZES.map((bytes) => {
          const side = markSide(linkWidthPx(bytes), CELL);
          return (
            <li key={bytes} title="Side of a mark, on the fixed log scale of the map's links">
              <svg width={side} height={side} aria-hidden="true">
                <rect width={side} height={side} fill="currentColor" />
              </svg>
              {formatBytes(bytes as Bytes)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** What colour, dash and width mean, with their units; always with the map, so that a screenshot explains itself. */
import { memo } from 'react';
import { useStore } from 'zustand';
import { BAND_GUIDE, BANDS } from '../flows/handshake';
import type { Picture } from '../graph/marks';
import {
  bandStyle,
  CHANGE_GUIDE,
  CHANGES,
  changeStyle,
  GHOST_DASH,
  SHADE_GUIDE,
  SHADES,
  type Theme,
} from '../graph/palette';
import { linkWidthPx } from '../graph/picture';
import type { ViewState, ViewStore } from '../view/view-state';
import css from './legend.module.css';
import keys from './styles/keys.module.css';

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

/** The legend of what is drawn: it follows the picture, not what is still awaited. */
export function StageLegend({
  store,
  theme,
  picture,
}: {
  store: ViewStore;
  theme: Theme;
  picture: Picture | undefined;
}) {
  const colour = useStore(store, (view) => view.colour);
  const width = useStore(store, (view) => view.width);
  return (
    <Legend
      theme={theme}
      colour={colour}
      width={width}
      isCompared={picture?.isCompared === true}
      hasGhosts={picture?.links.some(({ ghost }) => ghost === true) === true}
    />
  );
}

interface LegendProps {
  theme: Theme;
  colour: ViewState['colour'];
  width: ViewState['width'];
  /** Two moments are compared: colours say what is different. */
  isCompared: boolean;
  /** Links that stopped are fading. */
  hasGhosts: boolean;
}

const Legend = memo(function Legend({ theme, colour, width, isCompared, hasGhosts }: LegendProps) {
  const title = colour === 'band' ? 'Worst handshake p99' : 'Handshake, against siblings';
  const unmeasured = bandStyle('unmeasured', theme);
  return (
    <div className={`${keys.keys} ${css.legend}`} role="group" aria-label="Legend">
      <strong>{isCompared ? 'Compared' : title}</strong>
      <ul>
        {isCompared
          ? CHANGES.map((kind) => (
              <Key key={kind} label={CHANGE_GUIDE[kind].label} {...changeStyle(kind, theme)} />
            ))
          : legendEntries(colour).map(({ band, label, meaning }) => (
              <Key key={label} label={label} meaning={meaning} {...bandStyle(band, theme)} />
            ))}
        {isCompared ? <Key label="as before" colour={unmeasured.colour} opacity={0.4} /> : null}
        {hasGhosts ? (
          <Key
            label="stopped, fading"
            meaning="listed a minute ago and not any more"
            colour={unmeasured.colour}
            dash={GHOST_DASH}
          />
        ) : null}
      </ul>
      <Ramp width={width} />
    </div>
  );
});

interface KeyProps {
  label: string;
  meaning?: string;
  colour: string;
  dash?: readonly number[];
  opacity?: number;
}

/** A long dash is cut short at the start of the sample, so that its gap is seen. */
const GAP_AT_PX = 10;

const Key = ({ label, meaning, colour, dash, opacity = 1 }: KeyProps) => (
  <li title={meaning}>
    <svg width="24" height="8" aria-hidden="true">
      <line
        x1="0"
        y1="4"
        x2="24"
        y2="4"
        stroke={colour}
        strokeWidth="4"
        strokeOpacity={opacity}
        strokeDasharray={dash?.join(' ')}
        strokeDashoffset={Math.max(0, (dash?.[0] ?? 0) - GAP_AT_PX)}
      />
    </svg>
    {label}
  </li>
);

const RAMPS = {
  bytes: {
    title: 'Bytes',
    ends: ['1 KiB', '1 GiB'],
    meaning: 'Width of a link on a fixed log scale: 1 KiB is 1 px, 1 GiB is 10 px',
  },
  rate: {
    title: 'Rate',
    ends: ['64 B/s', '64 MiB/s'],
    meaning:
      'Width of a link on a fixed log scale: 64 B/s is 1 px, 64 MiB/s is 10 px; a hairline is a rate that is not known',
  },
} as const;

function Ramp({ width }: { width: ViewState['width'] }) {
  const { title, ends, meaning } = RAMPS[width];
  return (
    <>
      <strong>{title}</strong>
      <ul>
        <li className={css.ramp} title={meaning}>
          {ends[0]}
          <svg width="44" height="12" aria-hidden="true">
            <polygon
              points={`0,${6 - LIGHT / 2} 44,${6 - HEAVY / 2} 44,${6 + HEAVY / 2} 0,${6 + LIGHT / 2}`}
              fill="currentColor"
            />
          </svg>
          {ends[1]}
        </li>
      </ul>
    </>
  );
}

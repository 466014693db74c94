/**
 * Colours as final values, per theme: bands (health) and namespaces (place). Never mixed: a link's colour is health,
 * a peer's and a box's colour is its namespace. The bands' promises are tested with culori in palette.test.ts.
 */
import type { Band } from '../flows/handshake';

export type Theme = 'light' | 'dark';

export interface BandStyle {
  colour: string;
  /** Dash pattern in px of the screen; undefined is a solid line. Doubles the colour for those who cannot see it. */
  dash?: readonly number[];
}

/** The map's background; boxes are tinted from it and must stay within what BAND colours keep 3:1 against. */
export const SURFACE: Record<Theme, string> = { light: '#f8f9fb', dark: '#0d1117' };

// Found by search over OKLCH under the constraints of palette.test.ts: excellent has the least chroma and contrast,
// high the most chroma; every two differ by ΔE2000 ≥ 20 under normal, deutan, protan and tritan vision.
const BAND_COLOURS: Record<Theme, Record<Band, string>> = {
  light: {
    excellent: '#6d88b0',
    good: '#005066',
    elevated: '#bc6e00',
    high: '#7e0007',
    unmeasured: '#868d98',
  },
  dark: {
    excellent: '#4e7195',
    good: '#8eebe5',
    elevated: '#f6ce31',
    high: '#f7003a',
    unmeasured: '#6b7480',
  },
};

const DASHES: Partial<Record<Band, readonly number[]>> = {
  unmeasured: [2, 5],
  good: [18, 3],
  elevated: [10, 3],
};

export function bandStyle(band: Band, theme: Theme): BandStyle {
  const dash = DASHES[band];
  return { colour: BAND_COLOURS[theme][band], ...(dash === undefined ? {} : { dash }) };
}

export interface PlaceStyle {
  stroke: string;
  fill: string;
  title: string;
}

/** Hues apart from each other; a namespace keeps its own because it is chosen by name, not by order. */
const HUES = [215, 265, 150, 30, 330, 185, 50, 290, 105, 0, 240, 75];

const FIXED_HUES: Record<string, number> = { 'kube-system': -1 };

/** Colours of a namespace's box and peers; undefined is for those who stand outside. */
export function placeStyle(namespace: string | undefined, theme: Theme): PlaceStyle {
  const hue = namespace === undefined ? -1 : hueOf(namespace);
  if (theme === 'light') {
    const s = hue < 0 ? 8 : 46;
    return {
      stroke: `hsl(${Math.max(hue, 0)}, ${s}%, 48%)`,
      fill: `hsl(${Math.max(hue, 0)}, ${hue < 0 ? 10 : 40}%, 96.5%)`,
      title: `hsl(${Math.max(hue, 0)}, ${s}%, 30%)`,
    };
  }
  const s = hue < 0 ? 6 : 45;
  return {
    stroke: `hsl(${Math.max(hue, 0)}, ${s}%, 62%)`,
    fill: `hsl(${Math.max(hue, 0)}, ${hue < 0 ? 8 : 26}%, 9.5%)`,
    title: `hsl(${Math.max(hue, 0)}, ${s}%, 74%)`,
  };
}

function hueOf(namespace: string): number {
  if (Object.hasOwn(FIXED_HUES, namespace)) return FIXED_HUES[namespace] ?? -1;
  let hash = 2_166_136_261;
  for (let i = 0; i < namespace.length; i++)
    hash = Math.imul(hash ^ namespace.charCodeAt(i), 16_777_619) >>> 0;
  return HUES[hash % HUES.length] ?? 215;
}

/**
 * What the map's writing and small signs look like in each theme, whoever draws them: the engine or our own painter.
 * Colours that mean something (bands, namespaces) come with the picture.
 */
import { BAND_GUIDE } from '../flows/handshake';
import type { Theme } from '../graph/palette';

interface Ink {
  text: string;
  quiet: string;
  accent: string;
  pill: string;
  pillLine: string;
}

export const INK: Record<Theme, Ink> = {
  light: { text: '#1d2430', quiet: '#5a6474', accent: '#0b62d6', pill: '#ffffff', pillLine: '#c3cad5' },
  dark: { text: '#e6ebf2', quiet: '#98a3b3', accent: '#6cb0ff', pill: '#151b24', pillLine: '#3a4453' },
};

/** What is left of marks and links beside those that are lit. */
export const DIM = 0.13;

/** What is left of a peer that is no longer there. */
export const GHOST = 0.4;

/** Bands from the bottom to the top of the map: trouble lies above what is well, what nobody measured under all. */
export const BAND_ORDER = [
  'unmeasured',
  ...(Object.keys(BAND_GUIDE) as (keyof typeof BAND_GUIDE)[]).filter((band) => band !== 'unmeasured'),
] as const;

/**
 * Colours as final values, per theme: bands (health) and namespaces (place). Never mixed: a link's colour is health,
 * a peer's and a box's colour is its namespace. The bands' promises are tested with culori in palette.test.ts.
 */
import type { Band } from '../flows/handshake';

export type Theme = 'light' | 'dark';

/** The map's font, for whoever draws text and for whoever measures it. */
export const MAP_FONT = 'Inter, ui-sans-serif, system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif';

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
    excellent: '#6a6a98',
    good: '#38906a',
    elevated: '#e6c248',
    high: '#ee0b00',
    unmeasured: '#6b7480',
  },
};

const DASHES: Partial<Record<Band, readonly number[]>> = {
  unmeasured: [2, 5],
  good: [30, 3],
  elevated: [16, 3],
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

/** Hues apart from each other, in steps one can name. */
const HUES = [215, 265, 150, 30, 330, 185, 60, 295, 105, 0, 240, 80];

/** Without a hue: those who stand outside, and the cluster's own plumbing. */
const NEUTRAL = -1;
const PLUMBING = new Set(['kube-system']);

/**
 * A colour for each namespace: its own by name, the next free one where two would share. Sorted by name first, so that
 * the same namespaces get the same colours in every session.
 */
export function chooseHues(namespaces: Iterable<string>): ReadonlyMap<string, number> {
  const chosen = new Map<string, number>();
  const taken = new Set<number>();
  for (const namespace of [...new Set(namespaces)].sort()) {
    if (PLUMBING.has(namespace)) {
      chosen.set(namespace, NEUTRAL);
      continue;
    }
    let slot = hashOf(namespace) % HUES.length;
    for (let tries = 0; tries < HUES.length && taken.has(slot); tries++) slot = (slot + 1) % HUES.length;
    taken.add(slot);
    if (taken.size === HUES.length) taken.clear();
    chosen.set(namespace, HUES[slot] ?? NEUTRAL);
  }
  return chosen;
}

/** Colours of a box and its peers for a hue of `chooseHues`; no hue is for those who stand outside. */
export function placeStyle(hue: number = NEUTRAL, theme: Theme): PlaceStyle {
  const neutral = hue === NEUTRAL;
  const h = neutral ? 215 : hue;
  if (theme === 'light') {
    return {
      stroke: `hsl(${h}, ${neutral ? 8 : 48}%, ${neutral ? 45 : 44}%)`,
      fill: `hsl(${h}, ${neutral ? 14 : 40}%, 96.5%)`,
      title: `hsl(${h}, ${neutral ? 10 : 50}%, 28%)`,
    };
  }
  return {
    stroke: `hsl(${h}, ${neutral ? 6 : 45}%, 62%)`,
    fill: `hsl(${h}, ${neutral ? 8 : 26}%, 9.5%)`,
    title: `hsl(${h}, ${neutral ? 8 : 48}%, 75%)`,
  };
}

function hashOf(text: string): number {
  let hash = 2_166_136_261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16_777_619) >>> 0;
  return hash;
}

/** What can be different about a link between two moments, in the order of what one must know first. */
export const CHANGES = ['new', 'gone', 'slower', 'faster', 'more', 'less'] as const;
export type ChangeKind = (typeof CHANGES)[number];

// Found by search, as the bands were, and tested for the same; the dash doubles what is less than it was.
const CHANGE_COLOURS: Record<Theme, Record<ChangeKind, string>> = {
  light: {
    new: '#2a575b',
    gone: '#9979ca',
    slower: '#3d1406',
    faster: '#6e927d',
    more: '#a65b01',
    less: '#030177',
  },
  dark: {
    new: '#b1ffe4',
    gone: '#9833de',
    slower: '#d80240',
    faster: '#527a01',
    more: '#fbcf23',
    less: '#989dcb',
  },
};

export const CHANGE_GUIDE: Record<ChangeKind, { label: string; dash?: readonly number[] }> = {
  new: { label: 'new' },
  gone: { label: 'gone', dash: [3, 5] },
  slower: { label: 'slower' },
  faster: { label: 'faster', dash: [16, 3] },
  more: { label: 'heavier' },
  less: { label: 'lighter', dash: [16, 3] },
};

export function changeStyle(kind: ChangeKind, theme: Theme): BandStyle {
  const { dash } = CHANGE_GUIDE[kind];
  return { colour: CHANGE_COLOURS[theme][kind], ...(dash === undefined ? {} : { dash }) };
}

/** A link that stopped keeps its band's colour and gets the dots of what is no longer there. */
export const GHOST_DASH: readonly number[] = [1.5, 4];

/** How a link compares with the other clients of the same server, for the colour mode that shows it. */
export const SHADES = ['usual', 'slower', 'much-slower', 'alone', 'unmeasured'] as const;
export type Shade = (typeof SHADES)[number];

/** What a shade means in a legend, and the band whose colour and dash it borrows: both modes keep the bands' promises. */
export const SHADE_GUIDE: Record<Shade, { band: Band; label: string; meaning: string }> = {
  usual: {
    band: 'excellent',
    label: 'as its siblings',
    meaning: 'about as long as other clients of the same server',
  },
  slower: { band: 'elevated', label: '≥ 3×', meaning: 'at least three times as long as its siblings' },
  'much-slower': { band: 'high', label: '▲ ≥ 10×', meaning: 'at least ten times as long as its siblings' },
  alone: {
    band: 'good',
    label: 'no siblings',
    meaning: 'measured, with too few other clients to compare with',
  },
  unmeasured: {
    band: 'unmeasured',
    label: 'no recent handshake',
    meaning: 'not measured, which is not fast',
  },
};

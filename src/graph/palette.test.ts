import {
  converter,
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  wcagContrast,
} from 'culori';
import { describe, expect, it } from 'vitest';
import { BANDS } from '../flows/handshake';
import {
  bandStyle,
  CHANGE_GUIDE,
  CHANGES,
  changeStyle,
  chooseHues,
  placeStyle,
  SURFACE,
  type Theme,
} from './palette';

const THEMES: Theme[] = ['light', 'dark'];
const VISIONS = {
  normal: (colour: string) => colour,
  deutan: filterDeficiencyDeuter(1),
  protan: filterDeficiencyProt(1),
  tritan: filterDeficiencyTrit(1),
};
const hues = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'kube-system'];
/** Everything a link may be drawn on: the map and each namespace's box. */
const surfaces = (theme: Theme) => [
  SURFACE[theme],
  ...[...chooseHues(hues).values(), undefined].map((hue) => placeStyle(hue, theme).fill),
];
const chroma = (colour: string) => converter('oklch')(colour)?.c ?? 0;

describe.each(THEMES)('the band colours in the %s theme', (theme) => {
  const colours = BANDS.map((band) => bandStyle(band, theme).colour);

  it('reach 3:1 on every surface they are drawn on', () => {
    for (const surface of surfaces(theme)) {
      for (const band of [...BANDS, 'unmeasured' as const]) {
        expect(
          wcagContrast(bandStyle(band, theme).colour, surface),
          `${band} on ${surface}`,
        ).toBeGreaterThanOrEqual(3);
      }
    }
  });

  it.each(Object.entries(VISIONS))('differ by ΔE2000 ≥ 20 under %s vision', (_name, see) => {
    const difference = differenceCiede2000();
    for (const [i, a] of colours.entries()) {
      for (const b of colours.slice(i + 1))
        expect(difference(see(a) ?? a, see(b) ?? b), `${a} ${b}`).toBeGreaterThanOrEqual(20);
    }
  });

  it('make excellent the quietest and high the loudest', () => {
    const loudness = colours.map(chroma);
    expect(Math.min(...loudness)).toBe(loudness[0]);
    expect(Math.max(...loudness)).toBe(loudness[3]);
    const contrasts = colours.map((colour) => wcagContrast(colour, SURFACE[theme]));
    expect(Math.min(...contrasts)).toBe(contrasts[0]);
  });

  it('are doubled by line styles: no two measured bands share colour alone', () => {
    const dashes = [...BANDS, 'unmeasured' as const].map((band) =>
      JSON.stringify(bandStyle(band, theme).dash ?? []),
    );
    // Excellent and high are both solid; high also carries a glyph.
    expect(new Set(dashes).size).toBe(4);
  });
});

describe.each(THEMES)('the colours of what changed in the %s theme', (theme) => {
  const colours = CHANGES.map((kind) => changeStyle(kind, theme).colour);

  it('reach 3:1 on every surface, and differ by ΔE2000 ≥ 20 under every vision', () => {
    for (const surface of surfaces(theme)) {
      for (const colour of colours) expect(wcagContrast(colour, surface), colour).toBeGreaterThanOrEqual(3);
    }
    const difference = differenceCiede2000();
    for (const see of Object.values(VISIONS)) {
      for (const [i, a] of colours.entries()) {
        for (const b of colours.slice(i + 1))
          expect(difference(see(a) ?? a, see(b) ?? b), `${a} ${b}`).toBeGreaterThanOrEqual(20);
      }
    }
  });

  it('are doubled: what is less than it was is dashed, and each has its word', () => {
    for (const [more, less] of [
      ['new', 'gone'],
      ['slower', 'faster'],
      ['more', 'less'],
    ] as const) {
      expect(changeStyle(more, theme).dash).toBeUndefined();
      expect(changeStyle(less, theme).dash).toBeDefined();
    }
    expect(new Set(CHANGES.map((kind) => CHANGE_GUIDE[kind].label)).size).toBe(CHANGES.length);
  });
});

describe('namespace colours', () => {
  it('are the same for the same names in any order, and differ while there are hues left', () => {
    const names = ['shop', 'data', 'batch', 'monitoring', 'default', 'ingress-nginx', 'identity', 'search'];
    const chosen = chooseHues(names);
    expect(chooseHues([...names].reverse())).toEqual(chosen);
    expect(new Set(chosen.values()).size).toBe(names.length);
  });

  it('give the plumbing no hue', () => {
    expect(placeStyle(chooseHues(['kube-system']).get('kube-system'), 'light')).toEqual(
      placeStyle(undefined, 'light'),
    );
  });
});

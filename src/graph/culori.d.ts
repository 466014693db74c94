/** The part of culori the palette's test uses; the package ships no types. */
declare module 'culori' {
  type Colour = { mode: string; c?: number };
  export function wcagContrast(a: string, b: string): number;
  export function differenceCiede2000(): (a: string | Colour, b: string | Colour) => number;
  export function converter(mode: string): (colour: string) => Colour | undefined;
  type Filter = (colour: string) => Colour | undefined;
  export function filterDeficiencyDeuter(severity: number): Filter;
  export function filterDeficiencyProt(severity: number): Filter;
  export function filterDeficiencyTrit(severity: number): Filter;
}

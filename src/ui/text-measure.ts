/** Text widths in the map's font, remembered: labels repeat on every poll. */
import type { MeasureText } from '../graph/layout/labels';

/** A few clusters' worth of names. */
const MOST_REMEMBERED = 20_000;

export function createTextMeasure(font: string): MeasureText {
  const context = document.createElement('canvas').getContext('2d');
  const known = new Map<string, number>();
  return (text, fontPx) => {
    const key = `${fontPx} ${text}`;
    const width = known.get(key);
    if (width !== undefined) return width;
    if (known.size > MOST_REMEMBERED) known.clear();
    let measured = text.length * fontPx * 0.6;
    if (context !== null) {
      context.font = `${fontPx}px ${font}`;
      measured = context.measureText(text).width;
    }
    known.set(key, measured);
    return measured;
  };
}

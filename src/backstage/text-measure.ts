/** Text widths in the map's font, measured without a document and remembered: labels repeat on every poll. */
import type { MeasureText } from '../graph/layout/labels';

/** A few clusters' worth of names. */
const MOST_REMEMBERED = 20_000;
/** An average letter of a sans-serif, as part of its size, where nothing can be measured. */
const AVERAGE_LETTER = 0.6;

export function createTextMeasure(font: string): MeasureText {
  const context = typeof OffscreenCanvas === 'undefined' ? null : new OffscreenCanvas(1, 1).getContext('2d');
  const known = new Map<string, number>();
  return (text, fontPx) => {
    const key = `${fontPx} ${text}`;
    const width = known.get(key);
    if (width !== undefined) return width;
    if (known.size > MOST_REMEMBERED) known.clear();
    let measured = text.length * fontPx * AVERAGE_LETTER;
    if (context !== null) {
      context.font = `${fontPx}px ${font}`;
      measured = context.measureText(text).width;
    }
    known.set(key, measured);
    return measured;
  };
}

/**
 * Paper that only remembers what was written on it: text and its size in device px, at the drawing call. For tests.
 */
import type { MeasureText } from '../graph/layout/labels';
import type { Paper } from '../paint/paint-links';

interface Written {
  text: string;
  /** Device px: the font's own size times the scale in force. */
  fontPx: number;
}

export function recordPaper(measure: MeasureText): { paper: Paper; texts(): Written[] } {
  const written: Written[] = [];
  let scale = 1;
  const saved: number[] = [];
  const nothing = (): void => undefined;
  const fontPx = (): number => Number(/([\d.]+)px/.exec(paper.font)?.[1] ?? Number.NaN);
  const paper: Paper = {
    fillStyle: '',
    strokeStyle: '',
    globalAlpha: 1,
    lineWidth: 1,
    lineCap: 'butt',
    lineJoin: 'miter',
    font: '10px sans-serif',
    textAlign: 'left',
    textBaseline: 'alphabetic',
    setTransform(a) {
      scale = a;
    },
    scale(x) {
      scale *= x;
    },
    save: () => void saved.push(scale),
    restore() {
      scale = saved.pop() ?? scale;
    },
    fillText: (text) => void written.push({ text, fontPx: fontPx() * scale }),
    measureText: (text) => ({ width: measure(text, fontPx()) }),
    translate: nothing,
    beginPath: nothing,
    closePath: nothing,
    moveTo: nothing,
    lineTo: nothing,
    bezierCurveTo: nothing,
    arc: nothing,
    ellipse: nothing,
    rect: nothing,
    roundRect: nothing,
    fillRect: nothing,
    clearRect: nothing,
    setLineDash: nothing,
    strokeText: nothing,
    fill: nothing,
    stroke: nothing,
  };
  return { paper, texts: () => written };
}

/**
 * The canvas of the matrix: as sharp as the screen, painted at most once a frame, and only when something changed.
 * Knows frames and device pixels; what is painted comes from paint/.
 */
import type { MeasureText } from '../../graph/layout/labels';
import { type MatrixScene, paintMatrix } from '../../paint/paint-matrix';
import { paintHeads } from '../../paint/paint-matrix-heads';

export interface MatrixPaper {
  /** Paints at the next frame whatever `scene` gives then. */
  request(): void;
  /** Resolves when nothing is left to paint. */
  whenIdle(): Promise<void>;
  destroy(): void;
}

export function createMatrixPaper(
  canvas: HTMLCanvasElement,
  measure: MeasureText,
  scene: () => MatrixScene | undefined,
): MatrixPaper {
  // Opaque: what shines through nothing is put on the screen faster.
  const paper = canvas.getContext('2d', { alpha: false });
  let frame: number | undefined;
  let waiting: (() => void)[] = [];
  const paint = (): void => {
    frame = undefined;
    const shown = scene();
    if (paper !== null && shown !== undefined) {
      const ratio = window.devicePixelRatio;
      const { width, height } = shown.frame;
      const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (canvas.width !== wide || canvas.height !== high) {
        canvas.width = wide;
        canvas.height = high;
      }
      paper.setTransform(ratio, 0, 0, ratio, 0, 0);
      paintMatrix(paper, shown);
      paintHeads(paper, shown, measure);
    }
    for (const go of waiting) go();
    waiting = [];
  };
  return {
    request() {
      frame ??= requestAnimationFrame(paint);
    },
    whenIdle: () => {
      if (frame === undefined) return Promise.resolve();
      // A hidden tab gets no frames, and nobody sees what it would paint.
      if (document.hidden) return Promise.resolve();
      return new Promise((resolve) => waiting.push(resolve));
    },
    destroy() {
      if (frame !== undefined) cancelAnimationFrame(frame);
      for (const go of waiting) go();
    },
  };
}

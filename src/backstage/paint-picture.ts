/**
 * Paints pictures off the page, where the browser can: when asked, and ahead where the same will be asked of the next one.
 * Knows canvases of a worker; what is painted is paint/'s.
 */
import type { Picture } from '../graph/marks';
import { chartOf, paintChart } from '../paint/paint-map';
import type { Asks, Look, Painting } from './messages';

type Wish = Asks['paint']['ask'];

const canPaint = typeof OffscreenCanvas !== 'undefined';

export const isBitmap = (made: unknown): made is ImageBitmap => canPaint && made instanceof ImageBitmap;

export interface Painter {
  /** What the reader sees of the picture; undefined where a worker cannot paint. */
  paint(picture: Picture | undefined, wish: Wish): ImageBitmap | undefined;
  /** The page used what was painted ahead: it may want the same again. */
  used(wish: Wish): void;
  /**
   * Paints as the page wanted it last, if it did since anything was painted ahead, and if this look is the same. A page
   * that draws its map itself, or shows none, never wants any.
   */
  ahead(picture: Picture, look: Look): Painting | undefined;
}

export function createPainter(): Painter {
  let wanted: Wish | undefined;
  const paint: Painter['paint'] = (picture, wish) => {
    wanted = wish;
    return canPaint && picture !== undefined ? paintOn(picture, wish) : undefined;
  };
  return {
    paint,
    used(wish) {
      wanted = wish;
    },
    ahead(picture, { theme, zoom }) {
      const wish = wanted;
      wanted = undefined;
      if (wish === undefined || wish.theme !== theme || zoom !== wish.sight.zoom) return undefined;
      const bitmap = paintOn(picture, wish);
      return bitmap === undefined ? undefined : { ...wish, bitmap };
    },
  };
}

function paintOn(picture: Picture, { theme, sight }: Wish): ImageBitmap | undefined {
  const canvas = new OffscreenCanvas(
    Math.round(sight.width * sight.ratio),
    Math.round(sight.height * sight.ratio),
  );
  const paper = canvas.getContext('2d');
  if (paper === null) return undefined;
  const steps = paintChart(paper, chartOf(picture, theme), sight);
  while (steps.next().done !== true);
  return canvas.transferToImageBitmap();
}

/** Paints a picture off the page, where the browser can. Knows canvases of a worker; what is painted is paint/'s. */
import type { Picture } from '../graph/marks';
import { chartOf, paintChart } from '../paint/paint-map';
import type { Asks } from './messages';

const canPaint = typeof OffscreenCanvas !== 'undefined';

export const isBitmap = (made: unknown): made is ImageBitmap => canPaint && made instanceof ImageBitmap;

/** The picture on a canvas of what the reader sees; undefined where a worker cannot paint. */
export function paintPicture(
  picture: Picture | undefined,
  { theme, sight }: Asks['paint']['ask'],
): ImageBitmap | undefined {
  if (!canPaint || picture === undefined) return undefined;
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

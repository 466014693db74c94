/**
 * A canvas that shows a part of the map and is moved and scaled with the camera as it is, until it is painted anew.
 * Moving it costs the page next to nothing; painting is what costs. Knows cameras; refuses to know what is painted.
 */
import type { Sight } from '../paint/paint-map';

export interface Camera {
  zoom: number;
  /** Screen px of the map's origin, relative to the container. */
  panX: number;
  panY: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Sheet {
  readonly element: HTMLCanvasElement;
  /** Makes room for a painting of what this camera sees and `margin` px around it; what was there is lost. */
  lay(
    camera: Camera,
    size: Size,
    margin: number,
    ratio: number,
  ): { paper: CanvasRenderingContext2D; sight: Sight };
  /** Moves what is painted to where this camera sees it. */
  place(camera: Camera): void;
  /** Whether this camera sees nothing but what is painted. */
  covers(camera: Camera, size: Size): boolean;
  /** The camera it was painted for; undefined when it is empty. */
  painted(): Camera | undefined;
  sight(): Sight | undefined;
  /** Gives its memory back. */
  clear(): void;
}

/** What a camera sees, and `margin` px around it. */
export const sightFor = (camera: Camera, size: Size, margin: number, ratio: number): Sight => ({
  zoom: camera.zoom,
  originX: camera.panX + margin,
  originY: camera.panY + margin,
  width: size.width + 2 * margin,
  height: size.height + 2 * margin,
  ratio,
});

export function createSheet(parent: HTMLElement): Sheet {
  const element = document.createElement('canvas');
  element.width = 0;
  element.height = 0;
  Object.assign(element.style, { position: 'absolute', left: '0', top: '0', transformOrigin: '0 0' });
  parent.append(element);
  let paintedFor: Camera | undefined;
  let shown: Sight | undefined;

  return {
    element,
    lay(camera, size, margin, ratio) {
      const sight = sightFor(camera, size, margin, ratio);
      const [w, h] = [Math.round(sight.width * ratio), Math.round(sight.height * ratio)];
      // Setting a size frees and clears the canvas, even the same size.
      if (element.width !== w) element.width = w;
      if (element.height !== h) element.height = h;
      element.style.width = `${sight.width}px`;
      element.style.height = `${sight.height}px`;
      const paper = element.getContext('2d');
      if (paper === null) throw new Error('This browser gives no canvas to draw the map on.');
      paintedFor = camera;
      shown = sight;
      return { paper, sight };
    },
    place(camera) {
      if (shown === undefined) return;
      const scale = camera.zoom / shown.zoom;
      const x = camera.panX - shown.originX * scale;
      const y = camera.panY - shown.originY * scale;
      // Rounded: a px off by a billionth would be blurred.
      element.style.transform = `translate(${x.toFixed(3)}px, ${y.toFixed(3)}px) scale(${scale})`;
    },
    covers(camera, { width, height }) {
      if (shown === undefined) return false;
      const scale = camera.zoom / shown.zoom;
      const x = camera.panX - shown.originX * scale;
      const y = camera.panY - shown.originY * scale;
      return x <= 0 && y <= 0 && x + shown.width * scale >= width && y + shown.height * scale >= height;
    },
    painted: () => paintedFor,
    sight: () => shown,
    clear() {
      if (shown === undefined) return;
      paintedFor = undefined;
      shown = undefined;
      element.width = 0;
      element.height = 0;
    },
  };
}

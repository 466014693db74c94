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

/** What shows a painting, however it came. */
export interface Plate {
  readonly element: HTMLCanvasElement;
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

/** A plate that is painted on here. */
export interface Sheet extends Plate {
  /** Makes room for a painting of what this camera sees and `margin` px around it; what was there is lost. */
  lay(
    camera: Camera,
    size: Size,
    margin: number,
    ratio: number,
  ): { paper: CanvasRenderingContext2D; sight: Sight };
}

/** A plate for what was painted elsewhere. */
export interface Print extends Plate {
  /** Shows `bitmap`, which is of `sight` as `camera` sees it, instead of what was there; the bitmap is used up. */
  put(bitmap: ImageBitmap, camera: Camera, sight: Sight): void;
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

/** What plates have in common; `fill` says what one shows from now on. */
function createPlate(parent: HTMLElement): Plate & { fill(camera: Camera, sight: Sight): void } {
  const element = document.createElement('canvas');
  element.width = 0;
  element.height = 0;
  Object.assign(element.style, { position: 'absolute', left: '0', top: '0', transformOrigin: '0 0' });
  parent.append(element);
  let paintedFor: Camera | undefined;
  let shown: Sight | undefined;

  return {
    element,
    fill(camera, sight) {
      const [w, h] = [Math.round(sight.width * sight.ratio), Math.round(sight.height * sight.ratio)];
      // Setting a size frees and clears the canvas, even the same size.
      if (element.width !== w) element.width = w;
      if (element.height !== h) element.height = h;
      element.style.width = `${sight.width}px`;
      element.style.height = `${sight.height}px`;
      paintedFor = camera;
      shown = sight;
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

/** `kind` is 2d or bitmaprenderer; a canvas has one for life. */
function contextOf<Kind extends '2d' | 'bitmaprenderer'>(canvas: HTMLCanvasElement, kind: Kind) {
  const context = canvas.getContext(kind);
  if (context === null) throw new Error('This browser gives no canvas to draw the map on.');
  return context as Kind extends '2d' ? CanvasRenderingContext2D : ImageBitmapRenderingContext;
}

export function createSheet(parent: HTMLElement): Sheet {
  const { fill, ...plate } = createPlate(parent);
  return {
    ...plate,
    lay(camera, size, margin, ratio) {
      const sight = sightFor(camera, size, margin, ratio);
      fill(camera, sight);
      return { paper: contextOf(plate.element, '2d'), sight };
    },
  };
}

/**
 * Without a graphics processor browsers copy a canvas that was painted on into every frame of the page, whatever changed
 * in it; a bitmap is copied once.
 */
export function createPrint(parent: HTMLElement): Print {
  const { fill, clear, ...plate } = createPlate(parent);
  const show = (bitmap: ImageBitmap | null) =>
    contextOf(plate.element, 'bitmaprenderer').transferFromImageBitmap(bitmap);
  return {
    ...plate,
    put(bitmap, camera, sight) {
      fill(camera, sight);
      show(bitmap);
    },
    clear() {
      if (plate.sight() !== undefined) show(null);
      clear();
    },
  };
}

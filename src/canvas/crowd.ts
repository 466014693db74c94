/**
 * A crowded map on canvases of our own: painted in slices beside what is on screen, shown when it is whole, and moved
 * with the camera as a picture until it rests. Knows when to paint; how marks look is in paint-map.
 * The engine keeps the camera and the gestures; its elements would cost a second to add and 280 ms to redraw.
 */
import type { Picture } from '../graph/marks';
import type { Theme } from '../graph/palette';
import {
  type Chart,
  chartOf,
  type Highlight,
  paintChart,
  paintFirst,
  paintVeil,
  type Sight,
} from '../paint/paint-map';
import { createChunks } from './chunks';
import { createPicking, type Picking } from './link-picking';
import { type Camera, createPrint, createSheet, type Plate, sightFor } from './sheet';

export interface Crowd {
  /** `isNews` when the picture came from where the painter is: the reader's own changes are painted here, at once. */
  show(picture: Picture, theme: Theme, isNews?: boolean): void;
  /** The camera moved: what is painted moves along. */
  follow(camera: Camera): void;
  /** The camera rests: what is painted becomes sharp again where it is not. */
  rest(): void;
  /** The container or the screen's pixels changed. */
  resize(): void;
  highlight(what: Highlight): void;
  /** Peers and links by their places in the picture last shown. */
  pick(x: number, y: number, zoom: number): { peer?: string; link?: string };
  isBusy(): boolean;
  destroy(): void;
}

/** What is painted beyond the container on each side, as a part of its larger side: a pan starts with no bare edge. */
const MARGIN = 0.1;
/** While the camera moves, a new painting starts at most this often. */
const GLANCE_EVERY_MS = 250;
/** Enlarged by more than this, the map as seen from afar is too blurred to stand in. */
const AFAR_ENLARGED = 1.6;
/** How near to a mark or a line counts as on it, px. */
const PEER_REACH_PX = 2;
const LINK_REACH_PX = 7;
/** The link last found stays found until another is nearer by this: half a px more or less must not change what is lit. */
const GRIP_PX = 2;
/** A painting that is off by less than this, in scale, is as sharp as a new one. */
const SAME_SCALE = 1e-6;

/**
 * Paints the newest picture elsewhere, off the page's thread; resolves with nothing where that is not possible.
 */
export type Painter = (theme: Theme, sight: Sight) => Promise<ImageBitmap | undefined>;

export function createCrowd(container: HTMLElement, first: Camera, painter: Painter | undefined): Crowd {
  const holder = document.createElement('div');
  Object.assign(holder.style, {
    position: 'absolute',
    inset: '0',
    overflow: 'hidden',
    pointerEvents: 'none',
  });
  container.prepend(holder);
  // From the bottom: the whole map as last seen; the map as it came from the painter, or as it was painted on one of two
  // sheets here, of which one is on screen while the other is being painted; the veil.
  const afar = createSheet(holder);
  const print = createPrint(holder);
  let back = createSheet(holder);
  let sheet = createSheet(holder);
  const veil = createSheet(holder);
  back.element.style.display = 'none';
  print.element.style.display = 'none';
  /** The one on screen: the print or the sheet. */
  let front: Plate = sheet;
  const chunks = createChunks();

  let camera = first;
  let shown: { picture: Picture; theme: Theme } | undefined;
  /** The lines of what is shown, worked out when first needed: what the painter paints needs none here. */
  let sketched: Chart | undefined;
  const chartNow = (): Chart | undefined => {
    if (shown !== undefined) sketched ??= chartOf(shown.picture, shown.theme);
    return sketched;
  };
  let picking: Picking | undefined;
  /** The place of the link found last, for as long as the lines are the same; -1 for none. */
  let held = -1;
  let marked: Highlight = { selected: {} };
  let paintedAt = 0;
  /** Whether what is painted was looked at for remembering. */
  let isKept = false;
  /** Counts paintings asked for, and which of them the painter has in hand. */
  let asked = 0;
  let hired: number | undefined;
  const isBusy = () => chunks.isBusy() || hired === asked;
  /** What the newest painting is for: a camera, unless it is a glance, and the room there was. */
  let aimed: Camera | undefined;
  let room = '';
  const roomNow = () => `${container.clientWidth} ${container.clientHeight} ${ratio()}`;

  const size = () => ({ width: container.clientWidth, height: container.clientHeight });
  const margin = () => Math.round(Math.max(container.clientWidth, container.clientHeight) * MARGIN);
  const ratio = () => window.devicePixelRatio || 1;

  function swap(): void {
    [sheet, back] = [back, sheet];
    bring(sheet);
    print.clear();
  }

  function bring(plate: Plate): void {
    const before = front;
    front = plate;
    if (before !== front) {
      front.element.style.display = '';
      before.element.style.display = 'none';
    }
    paintedAt = performance.now();
    front.place(camera);
    isKept = false;
    drawVeil();
  }

  /**
   * Remembers the map as a whole where all of it is in sight: it fills in when the reader zooms out. Done when a gesture
   * begins, not when something was painted: most paintings are followed by no gesture.
   */
  function keepAfar(): void {
    if (isKept) return;
    isKept = true;
    const sight = front.sight();
    const painted = front.painted();
    if (shown === undefined || sight === undefined || painted === undefined) return;
    const { boxes, peers } = shown.picture;
    const isInside = (x: number, y: number) =>
      x * sight.zoom + sight.originX >= 0 &&
      y * sight.zoom + sight.originY >= 0 &&
      x * sight.zoom + sight.originX <= sight.width &&
      y * sight.zoom + sight.originY <= sight.height;
    const isWhole =
      boxes.every(({ x, y, w, h }) => isInside(x, y) && isInside(x + w, y + h)) &&
      peers.every(({ x, y }) => isInside(x, y));
    if (!isWhole) return;
    const { paper } = afar.lay(painted, size(), margin(), 1);
    paper.setTransform(1, 0, 0, 1, 0, 0);
    paper.drawImage(front.element, 0, 0, afar.element.width, afar.element.height);
    afar.place(camera);
  }

  /** Under the hand at once and here; what a poll brought may come from the painter a moment later. */
  function paint(coarse = false, isNews = false): void {
    if (shown === undefined || container.clientWidth === 0) return;
    asked++;
    aimed = coarse ? undefined : camera;
    room = roomNow();
    const painting = shown;
    const charted = () => chartNow() ?? chartOf(painting.picture, painting.theme);
    const here = () =>
      chunks.run(
        () => {
          const { paper, sight } = back.lay(camera, size(), margin(), coarse ? 1 : ratio());
          return paintChart(paper, charted(), sight, coarse);
        },
        swap,
        coarse,
      );
    const whole = () => {
      if (isNews && painter !== undefined) hire(painter, painting.theme, here);
      else here();
    };
    if (front.painted() !== undefined) {
      whole();
      return;
    }
    const first = () => {
      const { paper, sight } = sheet.lay(camera, size(), margin(), ratio());
      front.place(camera);
      return paintFirst(paper, charted(), sight);
    };
    chunks.run(first, whole);
  }

  /** Has it painted; newer work replaces what is under way, and what the painter cannot do is done `here`. */
  function hire(paintElsewhere: Painter, theme: Theme, here: () => void): void {
    chunks.cancel();
    const mine = asked;
    const seen = camera;
    const sight = sightFor(seen, size(), margin(), ratio());
    hired = mine;
    paintElsewhere(theme, sight).then(
      (bitmap) => {
        if (mine !== asked) {
          bitmap?.close();
          return;
        }
        hired = undefined;
        if (bitmap === undefined) {
          here();
          return;
        }
        print.put(bitmap, seen, sight);
        bring(print);
        for (const unused of [sheet, back]) unused.clear();
      },
      () => {
        if (mine !== asked) return;
        hired = undefined;
        here();
      },
    );
  }

  function drawVeil(): void {
    const isBare =
      marked.lit === undefined && marked.selected.peer === undefined && marked.selected.link === undefined;
    const chart = isBare && marked.dragged === undefined ? undefined : chartNow();
    if (chart === undefined) {
      veil.clear();
      return;
    }
    const { paper, sight } = veil.lay(camera, size(), 0, ratio());
    paintVeil(paper, chart, sight, marked);
    veil.place(camera);
  }

  return {
    show(picture, theme, isNews = false) {
      if (shown !== undefined && (shown.theme !== theme || shown.picture.level !== picture.level))
        afar.clear();
      shown = { picture, theme };
      sketched = undefined;
      picking = undefined;
      held = -1;
      paint(false, isNews);
    },
    follow(next) {
      keepAfar();
      camera = next;
      for (const plate of [afar, front, veil]) plate.place(camera);
      const isDue = !isBusy() && performance.now() - paintedAt > GLANCE_EVERY_MS;
      // Beyond the whole map there is nothing to see.
      const isEnough = camera.zoom <= (afar.sight()?.zoom ?? 0) * AFAR_ENLARGED;
      if (isDue && !isEnough && !front.covers(camera, size())) paint(true);
    },
    rest() {
      const painted = front.painted();
      const isSharp =
        painted !== undefined &&
        Math.abs(painted.zoom / camera.zoom - 1) < SAME_SCALE &&
        front.sight()?.ratio === ratio();
      // What is under way for this very camera will be sharp.
      const isComing = isBusy() && aimed === camera && room === roomNow();
      if (isComing || (isSharp && front.covers(camera, size()) && !isBusy())) drawVeil();
      else paint();
    },
    resize() {
      // The engine says so whenever something near it changes, whatever that was.
      if (shown !== undefined && roomNow() !== room) paint();
    },
    highlight(what) {
      marked = what;
      drawVeil();
    },
    pick(x, y, zoom) {
      const chart = chartNow();
      if (chart === undefined) return {};
      const { peers } = chart.picture;
      picking ??= createPicking(
        peers,
        chart.links.map(({ path }) => path),
      );
      const peer = peers[picking.peerAt(x, y, PEER_REACH_PX / zoom)];
      if (peer !== undefined) return { peer: peer.id };
      held = picking.linkAt(x, y, LINK_REACH_PX / zoom, held, GRIP_PX / zoom);
      const link = chart.links[held];
      return link === undefined ? {} : { link: link.link.id };
    },
    isBusy,
    destroy() {
      asked++;
      chunks.cancel();
      for (const plate of [afar, print, sheet, back, veil]) plate.clear();
      holder.remove();
    },
  };
}

/**
 * A picture as `window.shoal` tells it: its facts, and where each lies on the screen. Knows how to project a map through
 * the camera; other views say themselves where their parts are. It comes with the views, not with the first load.
 */
import { lineHeight, type Rect } from '../graph/layout/labels';
import type { Picture, PictureBox, PictureLink, PicturePeer } from '../graph/marks';
import { titleRect } from '../graph/picture';

interface Placed {
  picture: Picture;
  camera: { zoom: number; panX: number; panY: number };
  /** The map's own rectangle in the browser's viewport. */
  frame: { left: number; top: number };
}

export function projectPicture({ picture, camera, frame }: Placed) {
  const left = frame.left + camera.panX;
  const top = frame.top + camera.panY;
  const project = ({ x, y, w, h }: Rect): Rect => ({
    x: x * camera.zoom + left,
    y: y * camera.zoom + top,
    w: w * camera.zoom,
    h: h * camera.zoom,
  });
  const shift = (rect: Rect): Rect => ({ ...rect, x: rect.x + left, y: rect.y + top });
  return describePicture(picture, {
    box: (box) => ({
      box: project(box),
      ...(box.text === undefined ? {} : { labelBox: shift(titleRect(box, camera.zoom)) }),
    }),
    peer: (peer) => {
      const { x, y, size, fontPx, text } = peer;
      return {
        box: project({ x: x - size / 2, y: y - size / 2, w: size, h: size }),
        ...(text === undefined ? {} : { labelBox: shift(labelRect(peer, camera.zoom)), labelPx: fontPx }),
      };
    },
    link: () => ({}),
  });
}

/** Where things are on the screen, CSS px of the viewport; `labelBox` is absent where the label is not drawn. */
interface Whereabouts {
  box(box: PictureBox): { box: Rect; labelBox?: Rect };
  peer(peer: PicturePeer): { box: Rect; labelBox?: Rect; labelPx?: number };
  link(link: PictureLink): { cell?: Rect };
}

/** The facts of a picture, the same in every view, each with where it is in this one. */
export function describePicture(picture: Picture, where: Whereabouts) {
  return {
    level: picture.level,
    boxes: inOrder(picture.boxes).map((box) => ({ id: box.id, label: box.label, ...where.box(box) })),
    peers: inOrder(picture.peers).map((peer) => ({
      id: peer.id,
      kind: peer.kind,
      label: peer.label,
      ...(peer.namespace === undefined ? {} : { namespace: peer.namespace }),
      ...(peer.ghost === true ? { ghost: true } : {}),
      ...where.peer(peer),
    })),
    links: inOrder(picture.links).map((link) => ({
      id: link.id,
      from: link.from,
      to: link.to,
      bytes: link.bytes,
      widthPx: link.widthPx,
      colour: link.colour,
      band: link.band,
      ...(link.worstP99Us === undefined ? {} : { worstP99Us: link.worstP99Us }),
      flows: link.flows,
      ...(link.ghost === true ? { ghost: true } : {}),
      ...(link.change === undefined ? {} : { change: link.change }),
      ...where.link(link),
    })),
    coverage: picture.coverage,
  };
}

/** By id: marks reach the page in the order they came to be, which is not a fact of the picture. */
const inOrder = <T extends { id: string }>(marks: readonly T[]): T[] =>
  [...marks].sort((a, b) => (a.id < b.id ? -1 : 1));

function labelRect(peer: PicturePeer, zoom: number): Rect {
  return {
    x: peer.x * zoom - peer.textWidthPx / 2,
    y: (peer.y + peer.size / 2) * zoom + 3,
    w: peer.textWidthPx,
    h: lineHeight(peer.fontPx),
  };
}

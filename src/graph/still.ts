/**
 * A whole map of an answer from nothing: level, graph, scene, places, marks, fitted to a room of its own. For what leaves
 * the page, which must not depend on anybody's window or on how the map on the screen came to stand. Pure.
 */
import type { Answer } from '../flows/flow';
import { buildGraph } from './flow-graph';
import { narrow, type Scene } from './focus';
import type { MeasureText, Rect } from './layout/labels';
import { layOutLayers } from './layout/layers';
import type { CellSize } from './layout/packing';
import { layOut, type Placement } from './layout/placement';
import { chooseFolding, chooseGrain, type Grain } from './levels';
import type { Picture } from './marks';
import { focusOf, groupingOf, type Narrowing } from './narrowing';
import { boundsOf, open } from './opening';
import type { Shade, Theme } from './palette';
import { composePicture } from './picture';

/** Peers and links of what the reader asked to see; `room` (CSS px) decides the level where none is chosen. */
export function composeScene(answer: Answer, view: Narrowing, room: CellSize, measure?: MeasureText): Scene {
  const { flows, total, truncated, rejects } = answer;
  const grain: Grain =
    view.level === undefined
      ? chooseGrain(flows, room, { measure, mayFold: view.hide !== 'none' })
      : { level: view.level, foldInfrastructure: chooseFolding(flows, view.level) };
  const graph = buildGraph(flows, groupingOf(grain, view));
  return narrow(graph, focusOf(view), { total, truncated, rejected: rejects.count });
}

export interface StillInput {
  scene: Scene;
  /** The peer in the middle, where the map is a neighbourhood or a path. */
  around?: string | undefined;
  room: CellSize;
  theme: Theme;
  measure: MeasureText;
  shades?: ReadonlyMap<string, Shade> | undefined;
}

/** A picture with the rectangle that holds it, map units; none for an empty map. */
export interface Still {
  picture: Picture;
  bounds?: Rect;
}

/** The scene as it opens in a window that has just this room. */
export function composeStill({ scene, around, room, theme, measure, shades }: StillInput): Still {
  const placement = place(scene, around, room);
  const draw = (zoom: number): Picture =>
    composePicture({ scene, placement, theme, zoom, measure, ...(shades === undefined ? {} : { shades }) });
  const picture = open(draw, placement.zoom, room);
  const bounds = boundsOf(picture, picture.zoom);
  return bounds === undefined ? { picture } : { picture, bounds };
}

function place(scene: Scene, around: string | undefined, viewport: CellSize): Placement {
  const { graph, peers, links } = scene;
  if (around !== undefined && graph.peers.has(around))
    return layOutLayers({ peers, links, focus: around, viewport });
  // Nobody compares it with the map of a moment ago: what is hidden needs no room.
  return layOut({ peers, links, viewport });
}

/**
 * A whole map of an answer from nothing: level, graph, scene, places, marks, fitted to a room of its own. For what leaves
 * the page, which must not depend on anybody's window or on how the map on the screen came to stand. Pure.
 */
import type { Answer, Level } from '../flows/flow';
import { buildGraph } from './flow-graph';
import { type Focus, narrow, type Scene } from './focus';
import { isFold } from './folding';
import type { MeasureText, Rect } from './layout/labels';
import { layOutLayers } from './layout/layers';
import type { CellSize } from './layout/packing';
import { layOut, type Placement } from './layout/placement';
import { chooseFolding, chooseGrain, type Grain } from './levels';
import type { Picture } from './marks';
import { boundsOf, openingZoom } from './opening';
import type { Shade, Theme } from './palette';
import { composePicture } from './picture';

/** What the reader chose to see of an answer; the map and everything that leaves the page share it. */
export interface Narrowing {
  /** Undefined leaves the level to us. */
  level?: Level;
  hide: 'auto' | 'infra' | 'none';
  problems: boolean;
  /** Links below so many bytes are hidden. */
  minBytes: number;
  percentile?: number;
  focus?: { peer: string; depth: number };
  path?: { from: string; to: string };
  /** Namespaces shown a level finer and folds opened. */
  expand: readonly string[];
}

/** The part of it that hides links. */
export function focusOf(view: Narrowing): Focus {
  return {
    problems: view.problems,
    hideInfrastructure: view.hide === 'infra',
    minBytes: view.minBytes,
    ...(view.percentile === undefined ? {} : { minPercentile: view.percentile }),
    ...(view.focus === undefined ? {} : { around: view.focus }),
    ...(view.path === undefined ? {} : { path: view.path }),
  };
}

/** Peers and links of what the reader asked to see; `room` (CSS px) decides the level where none is chosen. */
export function composeScene(answer: Answer, view: Narrowing, room: CellSize, measure?: MeasureText): Scene {
  const { flows, total, truncated, rejects } = answer;
  const grain: Grain =
    view.level === undefined
      ? chooseGrain(flows, room, undefined, measure)
      : { level: view.level, foldInfrastructure: chooseFolding(flows, view.level) };
  const graph = buildGraph(flows, {
    level: grain.level,
    foldInfrastructure: grain.foldInfrastructure && view.hide === 'auto',
    expanded: new Set(view.expand.filter((one) => !isFold(one))),
    opened: new Set(view.expand.filter(isFold)),
  });
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
  const picture = draw(Math.min(placement.zoom, openingZoom(draw(1), room)));
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

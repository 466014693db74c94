/**
 * What a reader can read: the finest of pod, service, namespace whose map, laid out in this room, gives nearly every
 * peer a name, and whether the cluster's plumbing is folded for it. Decided when asked (on open, on new filters, on a
 * new viewport), never by a poll; leans towards what it decided before.
 */
import type { Flow, Level } from '../flows/flow';
import { takeCensus } from './ends';
import { buildGraph } from './flow-graph';
import { narrow } from './focus';
import type { MeasureText } from './layout/labels';
import { type CellSize, DENSEST_CELL } from './layout/packing';
import { layOut } from './layout/placement';
import { open } from './opening';
import { composeMarks } from './peer-marks';

export interface Grain {
  level: Level;
  foldInfrastructure: boolean;
}

const FROM_FINE: readonly Level[] = ['pod', 'service'];

/** Above this many peers, or links, probes and scrapes bury what one came to see (DESIGN §5). */
const CROWD_PEERS = 100;
const CROWD_LINKS = 250;
/** Host processes have no namespace: among namespaces, more than a few of them are out of proportion. */
const MOST_HOSTS = 3;
/** Part of the peers that must have a name when the map opens. */
const LEGIBLE = 0.95;
/** Below this zoom the densest cell holds no name at all: not worth laying out. */
const HOPELESS_ZOOM = 0.6;
/** Part of the peers that must have one where the level is already on the screen. */
const NEARLY_LEGIBLE = 0.8;
/** What is folded already may be this much under what asks for it before it is opened. */
const PATIENCE = 1.25;

/** About a proportional font, wide letters as wide as its average: for who has no font at hand. */
const roughly: MeasureText = (text, fontPx) => text.length * fontPx * 0.58;

interface GrainOptions {
  /** What one has; kept while it is nearly as good. */
  current?: Grain | undefined;
  /** The one the map is drawn with: the decision is made on the very names that will be drawn. */
  measure?: MeasureText | undefined;
  /** Whether the reader lets the plumbing be folded; true unless told. */
  mayFold?: boolean;
}

/** The level and folding for this answer and viewport (CSS px). */
export function chooseGrain(
  flows: readonly Flow[],
  viewport: CellSize,
  { current, measure = roughly, mayFold = true }: GrainOptions = {},
): Grain {
  const foldings = (level: Level): boolean[] => {
    if (!mayFold) return [false];
    // What is no crowd may still be too much for a small window: better folded plumbing than a coarser level.
    return chooseFolding(flows, level, current) ? [true] : [false, true];
  };
  for (const level of FROM_FINE) {
    for (const foldInfrastructure of foldings(level)) {
      const grain = { level, foldInfrastructure };
      const isCurrent = level === current?.level && foldInfrastructure === current.foldInfrastructure;
      const least = isCurrent ? NEARLY_LEGIBLE : LEGIBLE;
      if (shareNamed(flows, grain, viewport, measure) >= least) return grain;
    }
  }
  return { level: 'namespace', foldInfrastructure: chooseFolding(flows, 'namespace', current) };
}

/** Whether a crowd at this level asks for folding the plumbing. */
export function chooseFolding(flows: readonly Flow[], level: Level, current?: Grain): boolean {
  const { peers, links, hosts } = takeCensus(flows, { level });
  if (level === 'namespace' && hosts > MOST_HOSTS) return true;
  const leaning = current?.level === level && current.foldInfrastructure ? 1 / PATIENCE : 1;
  return peers > CROWD_PEERS * leaning || links > CROWD_LINKS * leaning;
}

/** Part of the peers that would have a name when this opens, from 0 to 1. */
function shareNamed(flows: readonly Flow[], grain: Grain, room: CellSize, measure: MeasureText): number {
  // What a crowd folds must not make a level legible: it would always be.
  const grouping = { ...grain, mostPeers: Number.POSITIVE_INFINITY };
  const { peers } = takeCensus(flows, grouping);
  const smallest = DENSEST_CELL.w * DENSEST_CELL.h * HOPELESS_ZOOM ** 2;
  if (peers * smallest > room.w * room.h) return 0;
  const graph = buildGraph(flows, grouping);
  const scene = narrow(graph, {}, { total: flows.length, truncated: false, rejected: 0 });
  const placement = layOut({ peers: scene.peers, links: scene.links, viewport: room });
  const draw = (zoom: number) => composeMarks({ scene, placement, theme: 'light', zoom, measure });
  const marks = open(draw, placement.zoom, room);
  const named = marks.peers.filter(({ text }) => text !== undefined).length;
  return marks.peers.length === 0 ? 1 : named / marks.peers.length;
}

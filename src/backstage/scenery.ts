/**
 * From an answer and a look to a picture: level, graph, scene, placement, marks. Each step is remembered, so a theme
 * change does not regroup flows, and a poll does not re-decide the level. Pure but for what it remembers.
 */
import type { Answer } from '../flows/flow';
import { buildGraph, type FlowGraph } from '../graph/flow-graph';
import { type Focus, narrow, type Scene } from '../graph/focus';
import type { Grouping } from '../graph/grouping';
import type { MeasureText } from '../graph/layout/labels';
import type { Placement } from '../graph/layout/placement';
import { chooseFolding, chooseGrain, type Grain } from '../graph/levels';
import type { Picture } from '../graph/marks';
import { focusOf, groupingOf } from '../graph/narrowing';
import type { Departed, Overlay } from '../graph/overlay';
import type { Shade } from '../graph/palette';
import { composePicture } from '../graph/picture';
import { relateLinks } from '../insight/compare-siblings';
import { drive } from './drive';
import type { Look } from './messages';
import type { PlacedMoment, Placements } from './placements';

export interface SetPiece {
  graph: FlowGraph;
  scene: Scene;
  overlay: Overlay | undefined;
  /** Changes when everything stands elsewhere: then the camera must look anew too. */
  frame: string;
  picture: Picture;
}

/** Zone by node name, where an inventory tells. */
type Zones = ReadonlyMap<string, string> | undefined;
type Shades = ReadonlyMap<string, Shade> | undefined;

/** What an overlay is laid on. */
export interface Ground {
  graph: FlowGraph;
  /** How it was grouped, as text, and the same done to another answer. */
  grouping: string;
  regroup(answer: Answer): FlowGraph;
  focus: Focus;
}

export interface Scenery {
  /**
   * The picture for this look. `breathe` is awaited between the steps; when it says that the look is outdated, the work
   * is given up and nothing comes back.
   */
  make(
    answer: Answer,
    moment: PlacedMoment,
    look: Look,
    zones: Zones,
    overlayOf: (ground: Ground) => Promise<Overlay | undefined>,
    breathe: () => Promise<boolean>,
  ): Promise<SetPiece | undefined>;
}

export function createScenery(measure: MeasureText, placements: () => Placements): Scenery {
  /** What the camera was last set for: it will be set anew when this changes, and the zoom with it. */
  let framed = '';
  let decided: { key: string; grain: Grain } | undefined;
  let grouped: { key: string; grouping: Grouping } | undefined;
  /** The same object for the same grouping. */
  function groupingFor(grain: Grain, look: Look): { key: string; grouping: Grouping } {
    const grouping = groupingOf(grain, look);
    const key = [grouping.level, grouping.foldInfrastructure, ...look.expand].join('\n');
    if (grouped?.key !== key) grouped = { key, grouping };
    return grouped;
  }
  const graphOf = remember((answer: Answer, grouping: Grouping) => buildGraph(answer.flows, grouping));
  const sceneOf = remember((graph: FlowGraph, answer: Answer, focus: string) =>
    narrow(graph, JSON.parse(focus) as Focus, {
      total: answer.total,
      truncated: answer.truncated,
      rejected: answer.rejects.count,
    }),
  );
  let placed: { graph: FlowGraph; key: string; on: Placements; placement: Placement } | undefined;
  /** Undefined when the look was outdated before everything stood. */
  async function place(
    graph: FlowGraph,
    moment: PlacedMoment,
    { viewport: { w, h }, moves }: Look,
    departed: readonly Departed[],
    breathe: () => Promise<boolean>,
  ): Promise<Placement | undefined> {
    const gone = departed.map(({ link }) => link.id).join('\n');
    const [key, on] = [`${w} ${h} ${moves} ${moment.isPast} ${moment.name} ${gone}`, placements()];
    if (placed?.graph === graph && placed.key === key && placed.on === on) return placed.placement;
    const placement = await drive(on.place(graph, { w, h }, moment, departed), breathe);
    if (placement !== undefined) placed = { graph, key, on, placement };
    return placement;
  }
  const columnsOf = remember(
    (view: string, focus: string, scene: Scene, w: number, h: number, _moves: number, on: Placements) =>
      on.placeAround(view, focus, scene, { w, h }),
  );
  const pictureOf = remember(
    (
      scene: Scene,
      placement: Placement,
      theme: Look['theme'],
      zoom: number,
      shades: Shades,
      overlay: Overlay | undefined,
    ): Picture => composePicture({ scene, placement, theme, zoom, measure, shades, overlay }),
  );
  const shadesOf = remember(
    (graph: FlowGraph, zones: Zones): Shades =>
      new Map([...relateLinks(graph, zones)].map(([id, relative]) => [id, relative.class])),
  );

  function decide(answer: Answer, look: Look): Grain {
    const { level, viewport } = look;
    const mayFold = look.hide !== 'none';
    // An empty answer says nothing about legibility: the first flows do.
    const { w, h } = viewport;
    const key = [look.scope, level, look.filters, mayFold, w, h, answer.flows.length > 0].join(' ');
    if (decided?.key !== key) {
      const current = decided?.grain;
      const grain =
        level === undefined
          ? chooseGrain(answer.flows, viewport, { current, measure, mayFold })
          : { level, foldInfrastructure: chooseFolding(answer.flows, level, current) };
      decided = { key, grain };
    }
    return decided.grain;
  }

  return {
    async make(answer, moment, look, zones, overlayOf, breathe) {
      const grain = decide(answer, look);
      if (await breathe()) return undefined;
      const { viewport, moves } = look;
      const { key, grouping } = groupingFor(grain, look);
      const graph = graphOf(answer, grouping);
      if (await breathe()) return undefined;
      const scene = sceneOf(graph, answer, JSON.stringify(focusOf(look)));
      const overlay = await overlayOf({
        graph,
        grouping: key,
        regroup: ({ flows }) => buildGraph(flows, grouping),
        focus: focusOf(look),
      });
      if (await breathe()) return undefined;
      // The reader looks at one peer: who calls it stands left, whom it calls right.
      const focus = look.focus?.peer ?? look.path?.from;
      const view = JSON.stringify([look.scope, graph.level, look.focus ?? look.path]);
      const isAround = focus !== undefined && graph.peers.has(focus);
      const placement = isAround
        ? columnsOf(view, focus, scene, viewport.w, viewport.h, moves, placements())
        : await place(graph, moment, look, overlay?.changes === undefined ? [] : overlay.departed, breathe);
      if (placement === undefined || (await breathe())) return undefined;
      const frame = isAround ? view : [look.scope, graph.level, placement.generation].join(' ');
      const zoom = frame === framed ? look.zoom : undefined;
      framed = frame;
      const shades = look.colour === 'relative' ? shadesOf(graph, zones) : undefined;
      const picture = pictureOf(scene, placement, look.theme, zoom ?? placement.zoom, shades, overlay);
      return { graph, scene, overlay, frame, picture };
    },
  };
}

/** The last result, as long as every argument is the same. */
function remember<Args extends unknown[], Result>(
  make: (...args: Args) => Result,
): (...args: Args) => Result {
  let known: { args: Args; result: Result } | undefined;
  return (...args) => {
    if (known === undefined || known.args.some((arg, index) => arg !== args[index])) {
      known = { args, result: make(...args) };
    }
    return known.result;
  };
}

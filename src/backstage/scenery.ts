/**
 * From an answer and a look to a picture: level, graph, scene, placement, marks. Each step is remembered, so a theme
 * change does not regroup flows, and a poll does not re-decide the level. Pure but for what it remembers.
 */
import type { Answer } from '../flows/flow';
import { buildGraph, type FlowGraph } from '../graph/flow-graph';
import { type Focus, narrow, type Scene } from '../graph/focus';
import type { FoldStanding, Grouping } from '../graph/grouping';
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
import { createFoldings } from './foldings';
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
  /** What was decided for each view of this sitting, and the room it was decided for. */
  const decided = new Map<string, { room: string; grain: Grain }>();
  let grouped: { key: string; grouping: Grouping } | undefined;
  /** The same object for the same grouping. */
  function groupingFor(grain: Grain, look: Look): { key: string; grouping: Grouping } {
    const grouping = groupingOf(grain, look);
    const key = [grouping.level, grouping.foldInfrastructure, ...look.expand].join('\n');
    if (grouped?.key !== key) grouped = { key, grouping };
    return grouped;
  }
  const foldings = createFoldings();
  const graphOf = remember(
    (answer: Answer, grouping: Grouping, view: string, name: string, isPast: boolean) => {
      const moment = { name, isPast };
      const graph = buildGraph(answer.flows, leaning(grouping, foldings.before(view, moment)));
      foldings.note(view, moment, graph.standing);
      return graph;
    },
  );
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
    grouping: string,
    moment: PlacedMoment,
    { viewport: { w, h }, filters, moves }: Look,
    departed: readonly Departed[],
    breathe: () => Promise<boolean>,
  ): Promise<Placement | undefined> {
    const gone = departed.map(({ link }) => link.id).join('\n');
    const view = `${filters}\n${grouping}`;
    const [key, on] = [`${w} ${h} ${moves} ${view} ${moment.isPast} ${moment.name} ${gone}`, placements()];
    if (placed?.graph === graph && placed.key === key && placed.on === on) return placed.placement;
    const placement = await drive(on.place(graph, { w, h }, view, moment, departed), breathe);
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
    const { w, h } = viewport;
    const room = `${w} ${h}`;
    const key = [look.scope, level, look.filters, mayFold].join(' ');
    const known = decided.get(key);
    if (known?.room === room) return known.grain;
    // Leaning towards what was decided for other filters would draw one URL in two ways.
    const current = known?.grain;
    const grain =
      level === undefined
        ? chooseGrain(answer.flows, viewport, { current, measure, mayFold })
        : { level, foldInfrastructure: chooseFolding(answer.flows, level, current) };
    // An empty answer says nothing about legibility: the first flows do.
    if (answer.flows.length > 0) decided.set(key, { room, grain });
    return grain;
  }

  return {
    async make(answer, moment, look, zones, overlayOf, breathe) {
      const grain = decide(answer, look);
      if (await breathe()) return undefined;
      const { viewport, moves } = look;
      const { key, grouping } = groupingFor(grain, look);
      const filtered = `${look.scope}\n${look.filters}\n${key}`;
      const graph = graphOf(answer, grouping, filtered, moment.name, moment.isPast);
      if (await breathe()) return undefined;
      const scene = sceneOf(graph, answer, JSON.stringify(focusOf(look)));
      const overlay = await overlayOf({
        graph,
        grouping: key,
        regroup: ({ flows }) => buildGraph(flows, leaning(grouping, graph.standing)),
        focus: focusOf(look),
      });
      if (await breathe()) return undefined;
      // The reader looks at one peer: who calls it stands left, whom it calls right.
      const focus = look.focus?.peer ?? look.path?.from;
      const view = JSON.stringify([look.scope, graph.level, look.focus ?? look.path]);
      const isAround = focus !== undefined && graph.peers.has(focus);
      const placement = isAround
        ? columnsOf(view, focus, scene, viewport.w, viewport.h, moves, placements())
        : await place(
            graph,
            key,
            moment,
            look,
            overlay?.changes === undefined ? [] : overlay.departed,
            breathe,
          );
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

const leaning = (grouping: Grouping, before: FoldStanding | undefined): Grouping =>
  before === undefined ? grouping : { ...grouping, before };

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

/**
 * The worker behind the stage: fetches, checks, decodes and keeps the flows, and makes of them pictures and figures, so
 * that neither a large answer nor a large map ever blocks the page. One look at a time; a newer one outdates the older.
 */
import type { Picture } from '../graph/marks';
import { MAP_FONT } from '../graph/palette';
import { applyPatch, makePatch } from '../graph/picture-patch';
import type { Baseline } from '../insight/baseline';
import { readBaseline } from '../insight/baseline-file';
import { chartOf, paintChart } from '../paint/paint-map';
import { createAnswers, type KeptAnswer } from './answers';
import { type CaseNotes, createCaseBook } from './case-book';
import { type Context, createContext } from './context';
import { detailLink, detailPeer, shorten, sumUp, tipFor } from './figures';
import { createInsights, type Insights } from './insights';
import { createIntake } from './intake';
import { createMemory } from './memory';
import type {
  Asks,
  Broke,
  CardAsk,
  CardParts,
  Figures,
  FilesReply,
  FromBackstage,
  Look,
  Panels,
  ToBackstage,
} from './messages';
import { createPlacements, type Placements } from './placements';
import { createRowDesk, type RowDesk } from './rows';
import { createScenery, type SetPiece } from './scenery';
import { seriesOf } from './series-name';
import { suggestions } from './suggestions';
import { createTextMeasure } from './text-measure';

/** What the page shows now. Rows and figures are of one scene; a mere change of theme or zoom keeps them. */
interface Shown {
  set: SetPiece;
  look: Look;
  kept: KeptAnswer;
  rows: RowDesk;
  version: number;
  figures?: Figures;
  insights?: Insights;
}

/** `handed` changes hands instead of being copied. */
const say = (message: FromBackstage, handed: Transferable[] = []) =>
  self.postMessage(message, { transfer: handed });

const answers = createAnswers();
let scope = '';
let placements = openPlacements(scope, undefined);
const context = createContext();
const caseBook = createCaseBook();
const memory = createMemory();
const intake = createIntake({ say, keep: answers.keep, refresh: context.refresh, note });
/** The baseline that the reader loaded. */
let loaded: Baseline | undefined;
const measure = createTextMeasure(MAP_FONT);
const scenery = createScenery(measure, () => placements);

let shown: Shown | undefined;
/** The picture as the page has it: patches start from it. */
let sent: Picture | undefined;
let wanted: { look: Look; number: number } | undefined;
let working = false;

function openPlacements(of: string, stored: string | undefined): Placements {
  return createPlacements(stored, (text) => say({ keep: { scope: of, placements: text } }));
}

self.addEventListener('message', ({ data }: MessageEvent<ToBackstage>) => {
  if ('poll' in data) intake.poll(data.id, data.poll, data.query);
  else if ('abort' in data) intake.abort(data.id);
  else if ('look' in data) {
    wanted = data;
    if (!working) void work();
  } else if ('drag' in data) {
    if (shown !== undefined) placements.drag(shown.set.graph.level, data.drag.peer, data.drag.to);
  } else if ('tidy' in data) {
    if (shown !== undefined) placements.tidy(shown.set.graph.level);
  } else if ('stopOpening' in data) intake.stopOpening();
  else if ('restore' in data) {
    scope = data.restore.scope;
    placements = openPlacements(scope, data.restore.placements);
  } else
    void Promise.resolve(reply(data)).then(
      (made) => say({ id: data.id, reply: made }, isBitmap(made) ? [made] : []),
      () => say({ id: data.id, reply: undefined }),
    );
});

/** Works until the newest look is answered. */
async function work(): Promise<void> {
  working = true;
  while (wanted !== undefined) {
    const { look, number } = wanted;
    wanted = undefined;
    await attempt('stage', () => show(look));
    say({ done: number });
  }
  working = false;
}

/** A bug in one part is told, and the other goes on. */
async function attempt(part: Broke['part'], make: () => unknown): Promise<void> {
  try {
    await make();
  } catch (error) {
    say({ broke: { part, message: error instanceof Error ? error.message : String(error) } });
  }
}

/** Sends the picture, then, if nobody has looked elsewhere meanwhile, what stands beside it. */
async function show(look: Look): Promise<void> {
  const kept = answers.get(look.answer);
  if (kept === undefined) return;
  if (look.scope !== scope) {
    scope = look.scope;
    placements = openPlacements(scope, undefined);
  }
  const set = await scenery.make(kept.answer, look, contextOf(kept).inventory?.zones, isOutdated);
  if (set === undefined) return;
  const { graph, frame, scene, picture } = set;
  const patch = makePatch(sent, picture);
  sent = applyPatch(sent, patch);
  shown =
    shown?.set.scene === scene
      ? { ...shown, set, look }
      : { set, look, kept, rows: createRowDesk(scene), version: (shown?.version ?? 0) + 1 };
  say({
    stage: {
      answer: look.answer,
      level: graph.level,
      frame,
      wholeFlows: graph.wholeFlows,
      wholeLinks: graph.links.size,
      patch,
    },
  });
  if (await isOutdated()) return;
  const stage = shown;
  await attempt('panels', () => sayBeside(stage, look));
}

function sayBeside(stage: Shown, look: Look): void {
  const { set, kept, version } = stage;
  const { coverage } = set.scene;
  stage.figures ??= sumUp(set.scene, kept.summary);
  const { figures } = stage;
  say({
    panels: {
      answer: look.answer,
      version,
      coverage,
      ...(kept.summary === undefined ? {} : { summary: shorten(kept.summary) }),
      figures,
      ...selectionOf(set, look),
      ...insightsOf(stage).panels(look),
    },
  });
}

const contextOf = (kept: KeptAnswer): Context =>
  context.now({ facts: intake.facts(), isHeld: kept.opened !== undefined });

/** Remembers an answer in its series, and says where that stands now. */
function note(kept: KeptAnswer): CaseNotes {
  const series = seriesOf(kept);
  const { answer, atMs, epoch } = kept;
  memory.add(answer, { atMs, epoch: epoch ?? '', scope: series });
  return caseBook.note(series, {
    flows: answer.flows,
    atMs,
    epoch,
    truncated: answer.truncated,
    zones: contextOf(kept).inventory?.zones,
  });
}

/** Noted when first asked for, so that a picture never waits for it. */
function insightsOf(stage: Shown): Insights {
  const { kept } = stage;
  if (stage.insights === undefined) {
    const now = contextOf(kept);
    const series = seriesOf(kept);
    stage.insights = createInsights(kept, note(kept), now, loaded ?? now.baseline, {
      rates: memory.rates(series),
      calibration: memory.calibration(series),
      changesSince: (sinceMs) => memory.changesSince(series, sinceMs),
    });
  }
  return stage.insights;
}

function selectionOf({ graph }: SetPiece, look: Look): Pick<Panels, 'selected' | 'selection'> {
  const selected = pick(look.peer, look.link);
  const peer = look.peer === undefined ? undefined : detailPeer(graph, look.peer);
  const link = look.link === undefined ? undefined : detailLink(graph, look.link);
  return { selected, selection: pick(peer, link) };
}

const pick = <P, L>(peer: P | undefined, link: L | undefined): { peer?: P; link?: L } => ({
  ...(peer === undefined ? {} : { peer }),
  ...(link === undefined ? {} : { link }),
});

/** Lets messages in; true when a newer look was among them. */
async function isOutdated(): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve));
  return wanted !== undefined;
}

/** What is loaded stays until another is, or none; the next look is compared with it. */
function loadBaseline(text: string | undefined): { problem?: string } {
  const reading = text === undefined ? undefined : readBaseline(text);
  if (reading !== undefined && 'problem' in reading) return reading;
  loaded = reading?.baseline;
  if (shown !== undefined) delete shown.insights;
  return {};
}

async function openFiles(files: readonly File[]): Promise<FilesReply> {
  const reply = await intake.openFiles(files);
  if ('opened' in reply && shown !== undefined) delete shown.insights;
  return reply;
}

function closeFiles(): FilesReply {
  intake.closeFiles();
  if (shown !== undefined) delete shown.insights;
  return {};
}

const canPaint = typeof OffscreenCanvas !== 'undefined';
const isBitmap = (made: unknown): made is ImageBitmap => canPaint && made instanceof ImageBitmap;

/** The picture as the page has it, on a canvas of what the reader sees. */
function paint({ theme, sight }: Asks['paint']['ask']): ImageBitmap | undefined {
  if (!canPaint || sent === undefined) return undefined;
  const canvas = new OffscreenCanvas(
    Math.round(sight.width * sight.ratio),
    Math.round(sight.height * sight.ratio),
  );
  const paper = canvas.getContext('2d');
  if (paper === null) return undefined;
  const steps = paintChart(paper, chartOf(sent, theme), sight);
  while (steps.next().done !== true);
  return canvas.transferToImageBitmap();
}

/** Loaded when somebody shares: most visits do not. */
async function card(stage: Shown, asked: CardAsk): Promise<CardParts> {
  const { makeCard } = await import('./card');
  const zones = contextOf(stage.kept).inventory?.zones;
  return makeCard({ ...stage, diagnosis: insightsOf(stage).health(), zones, measure }, asked);
}

type Asked = Extract<ToBackstage, { name: unknown }>;

type Reply = Asks[Asked['name']]['reply'] | undefined;

/** What cannot be made is answered with nothing: whoever asked says so. */
function reply(asked: Asked): Reply | Promise<Reply> {
  if (asked.name === 'loadBaseline') return loadBaseline(asked.ask.text);
  if (asked.name === 'openFiles') return openFiles(asked.ask.files);
  if (asked.name === 'closeFiles') return closeFiles();
  if (shown === undefined) return undefined;
  switch (asked.name) {
    case 'rows': {
      const { sort, descending, from, count } = asked.ask;
      return shown.rows.page(sort, descending, from, count);
    }
    case 'csv':
      return shown.rows.csv(asked.ask.redact === true ? shown.kept.answer.flows : undefined);
    case 'paint':
      return paint(asked.ask);
    case 'suggest':
      return suggestions(shown.kept.answer.flows, asked.ask.parameter);
    case 'tip':
      return tipFor(shown.set.graph, asked.ask);
    case 'subjects':
      return insightsOf(shown).subjects(asked.ask);
    case 'policy':
      return insightsOf(shown).policy(asked.ask.namespace);
    case 'findings':
      return insightsOf(shown).findings();
    case 'card':
      return card(shown, asked.ask);
    case 'saveBaseline':
      return insightsOf(shown).baseline();
  }
}

/**
 * The worker behind the stage: fetches, checks, decodes and keeps the flows, and makes of them pictures and figures, so
 * that neither a large answer nor a large map ever blocks the page. One look at a time; a newer one outdates the older.
 */

import type { Picture } from '../graph/marks';
import type { MatrixOrder } from '../graph/matrix-order';
import { MAP_FONT } from '../graph/palette';
import { isEmpty } from '../graph/picture-diff';
import { applyPatch, makePatch } from '../graph/picture-patch';
import type { Baseline } from '../insight/baseline';
import { readBaseline } from '../insight/baseline-file';
import { createAnnals, type Found } from './annals';
import { createAnswers, type KeptAnswer } from './answers';
import { createCaseBook } from './case-book';
import { changesPanel } from './changes';
import { type Context, createContext } from './context';
import { drive } from './drive';
import { shorten, sumUp, tipFor } from './figures';
import type { Insights } from './insights';
import { createIntake } from './intake';
import { bringLateCode, late } from './late-code';
import type { MatrixOrders } from './matrix-orders';
import { createMemory, MOST_FLOWS } from './memory';
import type {
  Asks,
  Broke,
  CardAsk,
  CardParts,
  Figures,
  FilesReply,
  FromBackstage,
  Look,
  ToBackstage,
} from './messages';
import { createOverlays } from './overlays';
import { createPainter, isBitmap } from './paint-picture';
import { createPlacements, type Placements } from './placements';
import { record } from './recording-file';
import type { Reference } from './reference';
import { createRowDesk, type RowDesk } from './rows';
import { createScenery, type SetPiece } from './scenery';
import { selectionOf, subjectOf } from './selection';
import { suggestions } from './suggestions';
import { createTextMeasure } from './text-measure';
import { createTimelineDesk } from './timeline';
import { makeTimelinePatch } from './timeline-patch';
import type { Timeline } from './times';

/** What the page shows now. Rows and figures are of one scene; a mere change of theme or zoom keeps them. */
interface Shown {
  set: SetPiece;
  look: Look;
  found: Found;
  rows: RowDesk;
  version: number;
  figures?: Figures;
  insights?: Insights;
}

/** `handed` changes hands instead of being copied. */
const say = (message: FromBackstage, handed: Transferable[] = []) =>
  self.postMessage(message, { transfer: handed });

// What a first picture can do without: judging and answering alone is a third of this worker's code.
const loadMatrixOrders = late(() => import('./matrix-orders'));
const loadInsights = late(() => import('./insights'));
const loadReference = late(() => import('./reference'));
const loadCard = late(() => import('./card'));

const answers = createAnswers();
let scope = '';
let placements = openPlacements(scope, undefined);
const context = createContext();
const memory = createMemory(moreKnown);
const annals = createAnnals(memory, createCaseBook(), (kept) => contextOf(kept).inventory?.zones);
const timelines = createTimelineDesk(memory);
/** The recording that the present is compared with. */
let reference: Reference | undefined;
const overlays = createOverlays(memory, () => reference);
const intake = createIntake({ say, keep: answers.keep, refresh: context.refresh, note: annals.note });
/** The baseline that the reader loaded. */
let loaded: Baseline | undefined;
let matrixOrders: MatrixOrders | undefined;
const measure = createTextMeasure(MAP_FONT);
const scenery = createScenery(measure, () => placements);
const painter = createPainter();

let shown: Shown | undefined;
/** The picture as the page has it: patches start from it. */
let sent: Picture | undefined;
let wanted: { look: Look; number: number } | undefined;
let working = false;
/** The look that was answered last. */
let answered: typeof wanted;
/** The timeline as the page has it. */
let sentTimeline: Timeline | undefined;
/** The timeline was said before all of it was known. */
let isTimelineOld = false;
let fading: ReturnType<typeof setTimeout> | undefined;
/** More flows than this take the worker longer than a reader waits for a picture. */
const LARGE = 10_000;
/** In which the page has taken a picture and says what it needs to draw it. */
const PAGE_MS = 80;
/** Timers may be early by a little: then the step is not due yet. */
const LEAST_FADE_MS = 250;

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
  } else if ('used' in data) painter.used(data.used);
  else if ('tidy' in data) {
    if (shown !== undefined) placements.tidy(shown.set.graph.level);
  } else if ('stopOpening' in data) intake.stopOpening();
  else if ('bring' in data) void bringLateCode(rest);
  else if ('restore' in data) {
    scope = data.restore.scope;
    placements = openPlacements(scope, data.restore.placements);
  } else
    void Promise.resolve(reply(data)).then(
      (made) => say({ id: data.id, reply: made }, isBitmap(made) ? [made] : []),
      () => say({ id: data.id, reply: undefined }),
    );
});

/** Until nothing is to be done. */
async function rest(): Promise<void> {
  do await new Promise((resolve) => setTimeout(resolve, PAGE_MS));
  while (working);
}

/** Works until the newest look is answered. */
async function work(): Promise<void> {
  working = true;
  while (wanted !== undefined) {
    const { look, number } = wanted;
    wanted = undefined;
    answered = { look, number };
    await attempt('stage', () => show(look));
    if (isTimelineOld && shown !== undefined) {
      isTimelineOld = false;
      await sayTimeline(shown, shown.look);
    }
    say({ done: number });
    fadeLater();
  }
  working = false;
}

/** More of the past than what was added: everything beside the picture may say more. Else only the timeline does. */
function moreKnown(came: number): void {
  if (came > 0) {
    if (shown !== undefined) delete shown.insights;
    wanted ??= answered;
    if (!working) void work();
  } else if (working) isTimelineOld = true;
  else if (shown !== undefined) void sayTimeline(shown, shown.look);
}

/** Looks again when the next ghost fades a step. */
function fadeLater(): void {
  clearTimeout(fading);
  const ms = overlays.nextFadeMs();
  if (ms === undefined) return;
  fading = setTimeout(
    () => {
      wanted ??= answered;
      if (!working) void work();
    },
    Math.max(LEAST_FADE_MS, ms),
  );
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
  const latest = answers.get(look.answer);
  if (latest === undefined) return;
  if (look.scope !== scope) {
    scope = look.scope;
    placements = openPlacements(scope, undefined);
  }
  // A picture never waits for what is written down of it, unless it shows that.
  if (look.compare !== undefined || reference !== undefined || look.width === 'rate') {
    annals.note(latest);
    await memory.ready();
  }
  const found = await annals.find(latest, look.at);
  const { kept, moment, series } = found;
  const placed = { name: `${series}\n${moment.epoch} ${moment.atMs}`, isPast: moment.isPast };
  const set = await scenery.make(
    kept.answer,
    placed,
    look,
    contextOf(kept).inventory?.zones,
    (ground) => overlays.make(found, look, ground, isOutdated),
    isOutdated,
  );
  if (set === undefined) return;
  const { graph, frame, scene, picture } = set;
  const order = look.orders === undefined ? undefined : await orderFor(picture, look);
  if (look.orders !== undefined && order === undefined) return;
  const patch = makePatch(sent, picture);
  sent = applyPatch(sent, patch);
  const isNews = shown?.set.frame === frame && !isEmpty(patch.marks);
  const painting = isNews ? painter.ahead(sent, look) : undefined;
  shown =
    shown?.set.scene === scene
      ? { ...shown, set, look }
      : { set, look, found, rows: createRowDesk(scene), version: (shown?.version ?? 0) + 1 };
  const stage = {
    ...{ answer: look.answer, moment, level: graph.level, filters: look.filters, frame, patch },
    ...{ wholeFlows: graph.wholeFlows, wholeLinks: graph.links.size },
    ...(order === undefined ? {} : { order }),
    ...(painting === undefined ? {} : { painting }),
  };
  say({ stage }, painting === undefined ? [] : [painting.bitmap]);
  // Writing down a large answer takes a second: what the page asks for, to draw the picture with, comes before that.
  if (await isOutdated(latest.answer.flows.length > LARGE ? PAGE_MS : 0)) return;
  const standing = shown;
  annals.note(latest);
  standing.found = await annals.find(latest, look.at);
  await attempt('panels', () => sayBeside(standing, look));
  if (!(await isOutdated())) await sayTimeline(standing, look);
}

async function orderFor(picture: Picture, look: Look): Promise<MatrixOrder | undefined> {
  matrixOrders ??= (await loadMatrixOrders()).createMatrixOrders();
  return matrixOrders.order(picture, look, isOutdated);
}

async function sayBeside(stage: Shown, look: Look): Promise<void> {
  const { set, version } = stage;
  const insights = await insightsOf(stage, isOutdated);
  if (insights === undefined) return;
  const { summary } = stage.found.kept;
  const { rates } = annals.before(stage.found);
  stage.figures ??= sumUp(set.scene, summary, rates);
  say({
    panels: {
      answer: look.answer,
      version,
      coverage: set.scene.coverage,
      ...(summary === undefined ? {} : { summary: shorten(summary) }),
      figures: stage.figures,
      ...selectionOf(set.graph, stage.found.kept.answer.flows, look, rates),
      ...insights.panels(look),
      ...(look.panel === 'changes'
        ? { changes: changesPanel(memory, overlays, stage.found, look, set.graph) }
        : {}),
    },
  });
}

async function sayTimeline({ set, found }: Shown, look: Look): Promise<void> {
  const isTooLarge = found.kept.answer.flows.length > MOST_FLOWS;
  const timeline = await drive(timelines.make(found.series, subjectOf(set.graph, look)), isOutdated);
  if (timeline === undefined) return;
  const next = { ...timeline, isTooLarge };
  say({ timeline: makeTimelinePatch(sentTimeline, next) });
  sentTimeline = next;
}

const contextOf = (kept: KeptAnswer): Context =>
  context.now({ facts: intake.facts(), isHeld: kept.opened !== undefined });

/** Made when first asked for, so that a picture never waits for it. Undefined when `breathe` says that nobody waits. */
async function insightsOf(
  stage: Shown,
  breathe: () => Promise<boolean> = () => Promise.resolve(false),
): Promise<Insights | undefined> {
  if (stage.insights !== undefined) return stage.insights;
  const { found } = stage;
  const notes = await annals.notes(found, breathe);
  if (notes === undefined) return undefined;
  const { createInsights } = await loadInsights();
  const now = contextOf(found.kept);
  stage.insights = createInsights(found.kept, notes, now, loaded ?? now.baseline, annals.before(found));
  return stage.insights;
}

/** Lets messages in, for so long; true when a newer look was among them. */
async function isOutdated(ms = 0): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, ms));
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

async function openReference(file: File | undefined): Promise<{ problem?: string }> {
  if (file === undefined) {
    reference = undefined;
    return {};
  }
  const { readReference } = await loadReference();
  const read = await readReference(file);
  if (typeof read === 'string') return { problem: read };
  reference = read;
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

type Asked = Extract<ToBackstage, { name: unknown }>;

type Reply = Asks[Asked['name']]['reply'] | undefined;

/** What cannot be made is answered with nothing: whoever asked says so. */
function reply(asked: Asked): Reply | Promise<Reply> {
  if (asked.name === 'loadBaseline') return loadBaseline(asked.ask.text);
  if (asked.name === 'openReference') return openReference(asked.ask.file);
  if (asked.name === 'openFiles') return openFiles(asked.ask.files);
  if (asked.name === 'closeFiles') return closeFiles();
  if (shown === undefined) return undefined;
  switch (asked.name) {
    case 'rows': {
      const { sort, descending, from, count } = asked.ask;
      return shown.rows.page(sort, descending, from, count, annals.before(shown.found).rates);
    }
    case 'csv':
      return shown.rows.csv(
        asked.ask.redact === true ? shown.found.kept.answer.flows : undefined,
        annals.before(shown.found).rates,
      );
    case 'paint':
      return painter.paint(sent, asked.ask);
    case 'suggest':
      return suggestions(shown.found.kept.answer.flows, asked.ask.parameter);
    case 'tip':
      return tipFor(shown.set.graph, asked.ask, annals.before(shown.found).rates);
    case 'recording':
      return record(memory, shown.found, asked.ask.redact === true);
    case 'card':
      return cardOf(shown, asked.ask);
    default:
      return tell(asked, shown);
  }
}

async function cardOf(stage: Shown, asked: CardAsk): Promise<CardParts | undefined> {
  const { makeCard } = await loadCard();
  const { kept } = stage.found;
  const insights = await insightsOf(stage);
  if (insights === undefined) return undefined;
  const zones = contextOf(kept).inventory?.zones;
  return makeCard({ ...stage, kept, diagnosis: insights.health(), zones, measure }, asked);
}

/** What insight has to say. */
async function tell(
  asked: Extract<Asked, { name: 'subjects' | 'policy' | 'findings' | 'saveBaseline' }>,
  stage: Shown,
): Promise<Reply> {
  const insights = await insightsOf(stage);
  switch (asked.name) {
    case 'subjects':
      return insights?.subjects(asked.ask);
    case 'policy':
      return insights?.policy(asked.ask.namespace);
    case 'findings':
      return insights?.findings();
    case 'saveBaseline':
      return insights?.baseline();
  }
}

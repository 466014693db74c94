/**
 * `shoal card`: one answer of the source, told as JSON, Markdown or a picture. The report is made here, of the very
 * answer that a picture is then drawn from by the page itself (draw-page.ts), so that they cannot disagree.
 */
import { writeFile } from 'node:fs/promises';
import { version } from '../../package.json';
import type { Answer } from '../flows/flow';
import { PAGE_LIMIT, type Query, writeQuery } from '../flows/query';
import { decodeAnswer, decodeSummary, MalformedAnswer, type Summary } from '../flows/wire';
import { composeScene } from '../graph/still';
import { type InventoryFacts, readInventoryFacts } from '../insight/activity-inventory';
import { relateLinks } from '../insight/compare-siblings';
import { diagnose } from '../insight/diagnose';
import { observe } from '../insight/diagnose-observe';
import { cardSize, mapRoom } from '../share/card-layout';
import { createRedactor } from '../share/redaction';
import { makeReport, type Report } from '../share/report';
import { reportMarkdown } from '../share/report-markdown';
import { narrowingOf } from '../view/narrowing';
import { writeView } from '../view/view-url';
import type { Answers, Reply } from './answers';
import { CannotStart, fileSentence } from './cannot-start';
import type { CardWanted } from './card-line';
import { drawByPage, NoBrowser } from './draw-page';
import { openAnswers } from './open-answers';

interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  print: (text: string) => void;
  /** Takes a sentence. */
  warn: (text: string) => void;
}

/** Makes what is wanted and resolves with the exit code. Rejects with CannotStart when a file cannot be used. */
export async function makeCard(wanted: CardWanted, { env, print, warn }: Surroundings): Promise<number> {
  const { options, view, as, output } = wanted;
  const { answers, inventory } = await openAnswers(options, { env, warn });
  try {
    const held = await hold(answers, { ...view.query, limit: view.query.limit ?? PAGE_LIMIT });
    if (typeof held === 'string') {
      warn(held);
      return 1;
    }
    const known = typeof inventory === 'function' ? inventory() : inventory;
    const report = reportOf(held, wanted, known === undefined ? undefined : readInventoryFacts(known));
    if (as === 'json' || as === 'markdown') {
      const text = as === 'json' ? `${JSON.stringify(report, null, 2)}\n` : reportMarkdown(report);
      if (output === undefined) print(text);
      else await write(output, text);
      return 0;
    }
    // The level that the report speaks of, whatever the fonts of the browser would make of it.
    const level = view.query.aggregate === undefined ? report.level : view.level;
    const drawn = await drawByPage({
      answers: held.answers,
      ...(inventory === undefined ? {} : { inventory }),
      publicUrl: options.publicUrl ?? '',
      search: writeView({ ...view, level, theme: wanted.theme, every: 'off' }),
      choice: wanted,
      as,
      env,
    });
    await write(output ?? `map.${as}`, drawn.bytes);
    if (drawn.note !== undefined) warn(drawn.note);
    return 0;
  } catch (error) {
    if (!(error instanceof NoBrowser)) throw error;
    warn(error.message);
    return 2;
  } finally {
    await answers.destroy();
  }
}

/** One answer with its summary, and the source as it was at that moment. */
interface Held {
  /** Answers this query with what is held, whoever asks. */
  answers: Answers;
  answer: Answer;
  summary?: Summary;
  atMs: number;
}

/** The sentence that says why not, when the source does not answer or not with flows. */
async function hold(answers: Answers, query: Query): Promise<Held | string> {
  const flows = await answers.flows(query);
  if (!flows.ok) return flows.problem.message;
  const summary = await answers.summary();
  const asked = writeQuery(query).toString();
  try {
    const answer = decodeAnswer(jsonOf(flows));
    answer.rejects.count += flows.served.rejected ?? 0;
    return {
      answers: {
        ...answers,
        flows: async (other) => (writeQuery(other).toString() === asked ? flows : answers.flows(other)),
        summary: async () => summary,
      },
      answer,
      // Without its summary a map is a map all the same.
      ...(summary.ok ? { summary: decodeSummary(jsonOf(summary)) } : {}),
      atMs: flows.served.at === undefined ? Date.now() : Date.parse(flows.served.at),
    };
  } catch (error) {
    if (error instanceof MalformedAnswer) return `${answers.label} answered something else: ${error.message}`;
    throw error;
  }
}

const jsonOf = ({ served }: Extract<Reply, { ok: true }>): unknown =>
  JSON.parse(Buffer.from(served.body.bytes).toString('utf8'));

function reportOf(held: Held, wanted: CardWanted, facts: InventoryFacts | undefined): Report {
  const { answer, atMs, answers, summary } = held;
  const { view, widthPx, redact, options } = wanted;
  const { query, colour } = view;
  const zones = facts?.zones;
  const narrowing = narrowingOf(view);
  const plain = composeScene(answer, narrowing, mapRoom(cardSize(widthPx ?? 0)));
  const redactor = redact ? createRedactor(answer.flows, new Set(zones?.values())) : undefined;
  const redacted = redactor?.scene(plain, narrowing);
  const diagnosis =
    query.aggregate === undefined
      ? diagnose([
          observe({
            ...{ flows: answer.flows, truncated: answer.truncated, atMs, epoch: 0 },
            ...(zones === undefined ? {} : { zones }),
          }),
        ])
      : undefined;
  const shades = [...relateLinks(plain.graph, zones)].map(
    ([id, one]) => [redacted?.links.get(id) ?? id, one.class] as const,
  );
  const search = writeView(view);
  return makeReport({
    scene: redacted?.scene ?? plain,
    view: redacted?.view ?? narrowing,
    colour,
    shades: new Map(shades),
    query: redactor?.query(query) ?? query,
    source: redactor?.source(answers.label) ?? answers.label,
    atMs,
    nowMs: Date.now(),
    summary,
    diagnosis: diagnosis && {
      ...diagnosis,
      sentence: redactor?.text(diagnosis.sentence) ?? diagnosis.sentence,
    },
    version,
    // Without a public address nobody but this machine could open it.
    link: options.publicUrl && `${options.publicUrl}${search === '' ? '' : `?${search}`}`,
    redacted: redact,
  });
}

const write = (path: string, content: string | Uint8Array): Promise<void> =>
  writeFile(path, content).catch((error: unknown) => {
    throw new CannotStart(fileSentence(path, error));
  });

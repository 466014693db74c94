/**
 * Where answers come in: from the server, or from files that the reader opened instead. Each poll ends in a receipt with
 * the answer kept, or in a problem. Knows which of the two is asked; refuses to know what an answer looks like drawn.
 */
import type { Query } from '../flows/query';
import type { InventoryFacts } from '../insight/activity-inventory';
import { fetchPoll, type PollRequest, type PollResult } from '../live/fetch-poll';
import { AnswerProblem, type Problem } from '../live/problem';
import type { KeptAnswer } from './answers';
import { momentsToNote } from './held-moments';
import { late } from './late-code';
import type { FilesReply, FromBackstage, Opening, Receipt } from './messages';
import type { HeldAnswers, OpenedDesk } from './opened-files';
import { seriesOf } from './series-name';

const loadOpenedFiles = late(() => import('./opened-files'));

export interface IntakeOptions {
  say(message: FromBackstage): void;
  /** Keeps an answer and returns its name. */
  keep(kept: KeptAnswer): number;
  /** Fetches what else the server offers; resolves when the first of it is here. */
  refresh(base: string, offers: readonly string[]): Promise<void>;
  /** Remembers a moment of what was opened, in the order of time. */
  note(kept: KeptAnswer): void;
}

export interface Intake {
  poll(id: number, request: PollRequest, query: Query): void;
  abort(id: number): void;
  openFiles(files: readonly File[]): Promise<FilesReply>;
  stopOpening(): void;
  closeFiles(): void;
  /** What the reader's own inventories say. */
  facts(): InventoryFacts | undefined;
}

export function createIntake({ say, keep, refresh, note }: IntakeOptions): Intake {
  const polls = new Map<number, AbortController>();
  /** Made when files are first opened: most visits open none, and its readers are large. */
  let files: OpenedDesk | undefined;
  /** Of what was opened: the last moment of each series that was noted. */
  const noted = new Map<string, number>();
  const tell = (opening: Opening | undefined) => say({ opening });

  async function pollServer(request: PollRequest, signal: AbortSignal): Promise<PollResult> {
    const result = await fetchPoll(request, signal);
    await refresh(request.base, result.offers);
    return result;
  }

  /** Notes the moments before the last one first: what asks about change, and the timeline, have them all. */
  async function pollOpened(held: HeldAnswers, query: Query, signal: AbortSignal): Promise<PollResult> {
    const { label, count, number } = held;
    const series = seriesOf({ query, source: label, opened: number });
    try {
      for (const index of momentsToNote(count)) {
        if ((noted.get(series) ?? -1) >= index) continue;
        noted.set(series, index);
        const { answer, atMs, epoch } = held.answer(index, query);
        if (answer !== undefined) {
          note({
            ...{ answer, query, source: label, atMs, opened: number },
            ...(epoch === undefined ? {} : { epoch }),
          });
        }
        tell({ name: label, done: index + 1, all: count, unit: 'moments' });
        await new Promise((resolve) => setTimeout(resolve));
        signal.throwIfAborted();
      }
    } finally {
      tell(undefined);
    }
    return held.answer(count - 1, query);
  }

  function receiptFor({ answer, ...rest }: PollResult, query: Query, number: number | undefined): Receipt {
    if (answer === undefined) return rest;
    const { flows, total, truncated, rejects } = answer;
    const { summary, ...light } = rest;
    return {
      ...light,
      // It comes with the panels; a page without flows has no panels.
      ...(summary === undefined || flows.length > 0 ? {} : { summary }),
      answer: keep({
        answer,
        query,
        atMs: rest.atMs,
        ...(rest.summary === undefined ? {} : { summary: rest.summary }),
        ...(rest.source === undefined ? {} : { source: rest.source }),
        ...(rest.epoch === undefined ? {} : { epoch: rest.epoch }),
        ...(number === undefined ? {} : { opened: number }),
      }),
      counts: { flows: flows.length, total, truncated, rejects },
    };
  }

  return {
    poll(id, request, query) {
      const controller = new AbortController();
      polls.set(id, controller);
      const held = files?.held;
      (held === undefined
        ? pollServer(request, controller.signal)
        : pollOpened(held, query, controller.signal)
      )
        .then(
          (result) => say({ id, receipt: receiptFor(result, query, held?.number) }),
          (error: unknown) => {
            if (controller.signal.aborted) return;
            const problem: Problem =
              error instanceof AnswerProblem
                ? error.problem
                : { cause: 'internal', sentence: `Reading the answer failed: ${String(error)}` };
            say({ id, problem });
          },
        )
        .finally(() => polls.delete(id));
    },
    abort: (id) => polls.get(id)?.abort(),
    async openFiles(given) {
      if (files === undefined) {
        const { createOpenedDesk } = await loadOpenedFiles();
        files = createOpenedDesk(tell);
      }
      return files.open(given);
    },
    stopOpening: () => files?.stop(),
    closeFiles() {
      files?.close();
      noted.clear();
    },
    facts: () => files?.facts,
  };
}

// The questions on the lab capture, against what an independent script made of the same files (scripts/lab-answers.mjs).
// The recording that ships is always there; the whole capture only where SHOAL_DATA has it.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeAnswer } from '../../flows/wire';
import { readInventoryFacts } from '../activity-inventory';
import type { AnswerCell, Subject } from './answer';
import { answerQuestion } from './answer-question';
import { QUESTIONS } from './catalogue';
import { gatherFacts, type QuestionFacts } from './facts';
import { formatCell } from './wording';

interface Expected {
  id: number;
  subject: Subject;
  figures: Record<string, AnswerCell>;
  rows: AnswerCell[][];
}

const project = fileURLToPath(new URL('../../..', import.meta.url));
const lab = path.resolve(project, process.env.SHOAL_DATA ?? '../shared/data', 'lab-bands');
const json = (...file: string[]): unknown => JSON.parse(readFileSync(path.join(...file), 'utf8'));
const expected = json(project, 'e2e/lab-answers.json') as Record<'recording' | 'truth', Expected[]>;

function factsOf(answer: unknown, inventory: unknown): QuestionFacts {
  const { flows, total, truncated, rejects } = decodeAnswer(answer);
  return gatherFacts({
    flows,
    answer: { total, truncated, rejected: rejects.count },
    query: {},
    inventory: readInventoryFacts(inventory),
  });
}

function recording(): QuestionFacts {
  const folder = path.join(project, 'public/recordings');
  const lines = gunzipSync(readFileSync(path.join(folder, 'lab.jsonl.gz')))
    .toString()
    .trimEnd()
    .split('\n');
  const line = JSON.parse(lines.at(-1) ?? '') as { flows: unknown };
  return factsOf(line.flows, json(folder, 'lab-inventory.json'));
}

const truth = () => factsOf(json(lab, 'truth/flows.merged.full.json'), json(lab, 'inventory.json'));

function compare(set: readonly Expected[], facts: QuestionFacts): void {
  for (const { id, subject, figures, rows } of set) {
    const answer = answerQuestion(id, subject, facts);
    const about = `${id} ${JSON.stringify(subject)}`;
    expect(Object.fromEntries(answer.figures.map(({ label, value }) => [label, value])), about).toEqual(
      figures,
    );
    expect(
      answer.rows.map(({ cells }) => cells),
      about,
    ).toEqual(rows);
  }
}

describe('the recording that ships', () => {
  const facts = recording();

  it('is answered as the independent script answers it', () => {
    compare(expected.recording, facts);
  });

  it('has an expected answer for every question that can be counted', () => {
    const counted = [...new Set(expected.recording.map(({ id }) => id))];
    expect(counted).toEqual([1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 21, 22, 23]);
  });

  it('says in every sentence the first of its figures', () => {
    for (const { id, subject } of expected.recording) {
      const { sentence, figures } = answerQuestion(id, subject, facts);
      const first = figures.find(({ value }) => value !== null && value !== 0);
      if (first === undefined) continue;
      expect(sentence.toLowerCase(), `${id}`).toContain(formatCell(first.value, first.unit).toLowerCase());
    }
  });

  it('selects only what the map draws at the level of the view', () => {
    for (const { id } of QUESTIONS) {
      const subject = expected.recording.find((one) => one.id === id)?.subject ?? {
        peer: 'svc:shop/catalog',
      };
      const { rows, view } = answerQuestion(id, subject, facts);
      const graph = facts.graphAt(view.level);
      for (const { select } of rows) {
        if (select === undefined) continue;
        const there = 'peer' in select ? graph.peers.has(select.peer) : graph.links.has(select.link);
        expect(there, `${id} ${JSON.stringify(select)}`).toBe(true);
      }
      if (view.focus !== undefined) expect(graph.peers.has(view.focus), `${id}`).toBe(true);
    }
  });

  it('finds one idle pod', () => {
    expect(answerQuestion(22, {}, facts).sentence).toBe(
      '1 of 24 running pods is in no flow: default/debug-shell.',
    );
  });

  it('gives answers that survive a worker and a file', () => {
    for (const { id } of QUESTIONS) {
      const answer = answerQuestion(
        id,
        { peer: 'svc:shop/cart', milliseconds: 10, namespace: 'shop' },
        facts,
      );
      expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    }
  });
});

const suite = existsSync(lab)
  ? 'the whole capture'
  : 'the whole capture (skipped: set SHOAL_DATA to its folder)';

describe.skipIf(!existsSync(lab))(suite, () => {
  it('is answered as the independent script answers it', () => {
    compare(expected.truth, truth());
  });
});

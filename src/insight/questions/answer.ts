/**
 * What a question is and what its answer looks like: plain data that a worker can post, a panel can draw, a file can
 * keep. Knows shapes only; refuses to know how anything is found out.
 */
import type { Level } from '../../flows/flow';
import type { Query } from '../../flows/query';

export type SubjectKind = 'none' | 'peer' | 'namespace' | 'port' | 'namespace+zone' | 'milliseconds' | 'time';

/** What a question is about; the fields that its kind names are there. */
export interface Subject {
  /** Peer id, at service or pod level (`svc:shop/cart`, `pod:shop/cart-1`). */
  peer?: string;
  /** Hops up and down, for the dependency graph; 2 where absent. */
  depth?: 1 | 2 | 3;
  namespace?: string;
  port?: number;
  zone?: string;
  milliseconds?: number;
  /** Epoch milliseconds. */
  since?: number;
}

const DEPTHS = [1, 2, 3] as const;

/** A subject as it came from outside (a URL): fields of another type, or unknown ones, are as if they were not there. */
export function readSubject(fields: Readonly<Record<string, unknown>>): Subject {
  const subject: Subject = {};
  const { peer, namespace, zone, port, milliseconds, since } = fields;
  if (typeof peer === 'string') subject.peer = peer;
  if (typeof namespace === 'string') subject.namespace = namespace;
  if (typeof zone === 'string') subject.zone = zone;
  if (typeof port === 'number') subject.port = port;
  if (typeof milliseconds === 'number') subject.milliseconds = milliseconds;
  if (typeof since === 'number') subject.since = since;
  const depth = DEPTHS.find((known) => known === fields.depth);
  if (depth !== undefined) subject.depth = depth;
  return subject;
}

/** How a number is to be written; `text` is hostile input, to be drawn as text only. */
export type AnswerUnit =
  | 'text'
  | 'count'
  | 'bytes'
  | 'packets'
  | 'bytes/s'
  | 'packets/s'
  | 'us'
  | 'times'
  | 'share';

/** A value in its column's unit; null is not known (a handshake not measured, a zone nobody named). */
export type AnswerCell = string | number | null;

export interface AnswerColumn {
  header: string;
  unit: AnswerUnit;
  align: 'start' | 'end';
}

export interface AnswerRow {
  cells: AnswerCell[];
  /** What to select on the map, by its id at the level of the answer's view. */
  select?: { peer: string } | { link: string };
}

export interface Figure {
  label: string;
  unit: AnswerUnit;
  value: AnswerCell;
}

/** The part of the page's view that shows the answer; what is absent goes back to its default. */
export interface AnswerView {
  query: Query;
  level: Level;
  focus?: string;
  depth?: 1 | 2 | 3;
  problems?: boolean;
  /** Links coloured by band, or against the other clients of the same server. */
  colour?: 'band' | 'relative';
  panel?: 'summary' | 'health' | 'audit' | 'workloads';
  /** Hide links below this many bytes. */
  min?: number;
  /** Compare with this moment, ISO 8601. */
  compare?: string;
}

export interface QuestionAnswer {
  /** Which question, and in whose words it was asked. */
  id: number;
  question: string;
  sentence: string;
  figures: Figure[];
  columns: AnswerColumn[];
  rows: AnswerRow[];
  view: AnswerView;
  /** What the data cannot tell, a sentence each; empty when nothing is missing. */
  unknowns: string[];
}

/** What an answerer makes; the rest is the same for all of them. */
export type Finding = Omit<QuestionAnswer, 'id' | 'question'>;

export const textColumn = (header: string): AnswerColumn => ({ header, unit: 'text', align: 'start' });
export const numberColumn = (header: string, unit: AnswerUnit): AnswerColumn => ({
  header,
  unit,
  align: 'end',
});

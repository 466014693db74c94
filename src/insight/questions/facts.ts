/**
 * What an answer may be made from: one answer of the API and, where somebody has them, inventory, rates, diagnosis and
 * history. Groups flows on demand and once; refuses to know the page.
 */
import type { Flow, Level, Stats } from '../../flows/flow';
import { type ServerTrust, serverTrust } from '../../flows/handshake';
import { type Query, writeQuery } from '../../flows/query';
import { formatCount } from '../../flows/units';
import { findHalves } from '../../flows/volume';
import type { FlowGraph } from '../../graph/flow-graph';
import type { AnswerFacts } from '../../graph/focus';
import type { InventoryFacts } from '../activity-inventory';
import { type GraphAt, unfolded } from '../audit';
import { SENSITIVE_DEFAULT } from '../audit-patterns';
import type { Baseline } from '../baseline';
import type { AnswerColumn, AnswerRow, Figure } from './answer';

/** Of one flow, both directions together, by its sender, from counter deltas between polls. */
export interface FlowRate {
  bytesPerS: number;
  packetsPerS: number;
}

/** A verdict on health, made elsewhere; its table replaces the plain evidence where it has one. */
export interface Judgement {
  sentence: string;
  figures?: Figure[];
  columns?: AnswerColumn[];
  rows?: AnswerRow[];
  unknowns?: string[];
}

/** The judgements that questions 16 and 18 to 20 ask for; one that cannot be made is undefined. */
export interface Diagnosis {
  slow?(peer: string): Judgement | undefined;
  timeouts?(peer: string): Judgement | undefined;
  congested?(): Judgement | undefined;
  replica?(pod: string): Judgement | undefined;
}

/** One thing that is not as it was. */
export interface Change {
  what: 'new' | 'gone' | 'slower' | 'faster' | 'more' | 'less';
  /** Names to show, and the link's id at service level. */
  from: string;
  to: string;
  link: string;
  /** Worst p99 in microseconds for slower and faster, bytes per second for more and less. */
  before?: number;
  after?: number;
}

export interface QuestionInputs {
  flows: readonly Flow[];
  /** What the server said of this answer, and the filters it was asked with. */
  answer: AnswerFacts;
  query: Query;
  inventory?: InventoryFacts;
  /** Zone by node; the inventory's own where absent. */
  zones?: ReadonlyMap<string, string>;
  /** By `flowKey`. */
  rates?: ReadonlyMap<string, FlowRate>;
  diagnosis?: Diagnosis;
  /** Changes since a moment (epoch milliseconds), or undefined where history does not reach back so far. */
  changes?: (sinceMs: number) => readonly Change[] | undefined;
  /** Namespace patterns; the usual ones where absent. */
  sensitive?: readonly string[];
  baseline?: Baseline;
}

export interface QuestionFacts extends QuestionInputs {
  zones: ReadonlyMap<string, string>;
  sensitive: readonly string[];
  trust: ServerTrust;
  /** Nothing is folded in it: an answer counts everybody. */
  graphAt: GraphAt;
  /** Pods' halves of traffic whose clients already speak for it: to be skipped where flows are listed one by one. */
  farHalves: ReadonlySet<Flow>;
  /** Their clients' rows, to a service's address: to be skipped where the pods behind it say more. */
  nearHalves: ReadonlySet<Flow>;
}

export function gatherFacts(inputs: QuestionInputs): QuestionFacts {
  const graphs = new Map<Level, FlowGraph>();
  const build = unfolded(inputs.flows);
  const halves = findHalves(inputs.flows);
  return {
    ...inputs,
    zones: inputs.zones ?? inputs.inventory?.zones ?? new Map(),
    sensitive: inputs.sensitive ?? SENSITIVE_DEFAULT,
    trust: serverTrust(inputs.flows),
    farHalves: halves.far,
    nearHalves: halves.near,
    graphAt(level) {
      const known = graphs.get(level);
      if (known !== undefined) return known;
      const graph = build(level);
      graphs.set(level, graph);
      return graph;
    },
  };
}

const counts = (stats: Stats | undefined): boolean =>
  stats?.txBytes !== undefined || stats?.rxBytes !== undefined;

/** What every answer must admit: that rows are missing, or that only some were asked for. */
export function generalUnknowns({ flows, answer, query }: QuestionInputs): string[] {
  const said: string[] = [];
  if (answer.truncated) {
    said.push(
      `The answer holds ${formatCount(flows.length)} of ${formatCount(answer.total)} flows; what the others say is not known.`,
    );
  }
  if (answer.rejected > 0) said.push(`${formatCount(answer.rejected)} rows could not be read.`);
  const uncounted = flows.filter(
    ({ clientStats, serverStats }) => !counts(clientStats) && !counts(serverStats),
  ).length;
  if (uncounted > 0) {
    said.push(
      `${formatCount(uncounted)} of ${formatCount(flows.length)} flows carry no byte counters: their volume is not known and adds nothing.`,
    );
  }
  const { format: _format, limit: _limit, ...filters } = query;
  const asked = writeQuery(filters).toString();
  if (asked !== '') said.push(`Only flows that match ${decodeURIComponent(asked)} are loaded.`);
  return said;
}

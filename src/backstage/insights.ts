/**
 * What the page says in words: health, audit, workloads, answers to questions; cut to what a panel shows, whole in a
 * file. Knows which answer and notes they are made from; what they say is insight's.
 */
import type { Calibration, Rates } from '../flows/rates';
import { type ActivePeer, type Activity, activityOf } from '../insight/activity';
import { type Audit, auditFlows } from '../insight/audit';
import { type Baseline, compareBaseline, takeBaseline } from '../insight/baseline';
import { writeBaseline } from '../insight/baseline-file';
import { diagnose, type Report } from '../insight/diagnose';
import { suggestPolicies } from '../insight/policy';
import { judgeQuality } from '../insight/quality';
import { readSubject } from '../insight/questions/answer';
import { answerQuestion } from '../insight/questions/answer-question';
import { type Change, gatherFacts, type QuestionFacts } from '../insight/questions/facts';
import { findSubjects } from '../insight/questions/subjects';
import type { KeptAnswer } from './answers';
import type { CaseNotes } from './case-book';
import type { Context } from './context';
import { diagnosisFrom } from './judgements';
import { late } from './late-code';
import type { Asks, Look, Panels, Reply } from './messages';
import type { Active, AuditPanel, Listed, WorkloadsPanel } from './panel-lists';

const loadPolicyYaml = late(() => import('../share/policy-yaml'));
const loadFindingsCsv = late(() => import('../share/findings-csv'));

/** Rows that the server grouped say nothing of paths: who is slow to whom is no longer in them. */
const GROUPED: Report = {
  ...diagnose([]),
  sentence: 'The rows are grouped by the server (aggregate): which path is slow cannot be told from them.',
};

/** What a policy must say first when it was made from a part of the traffic. */
const PARTIAL_POLICY =
  '# WARNING: the answer was filtered, cut short or grouped. What is missing from it would be refused.\n# Clear the filters, raise the limit, and suggest the policy again before applying anything.\n';
/** Rows of a panel's list; the file has all. */
const MOST_ROWS = 300;

/** Everything insight may rest on, for one answer. Each part is made when first asked for. */
export interface Insights {
  panels(look: Look): Pick<Panels, 'isGrouped' | 'health' | 'audit' | 'workloads' | 'quality' | 'reply'>;
  /** What the paths look like; undefined where the rows were grouped and nothing can be said of them. */
  health(): Report | undefined;
  subjects(asked: Asks['subjects']['ask']): Asks['subjects']['reply'];
  policy(namespace: string): Promise<Blob>;
  /** The audit's findings as CSV. */
  findings(): Promise<Blob>;
  /** The present links, to be compared with later. */
  baseline(): Blob;
}

/** What was before this answer. */
export interface Before {
  /** Absent after one poll, a restart or a gap. */
  rates: Rates | undefined;
  /** What the reported rates are; absent for the same reasons. */
  calibration: Calibration | undefined;
  /** Undefined where history does not reach back so far; `sinceMs` since 1970. */
  changesSince(sinceMs: number): readonly Change[] | undefined;
}

/** `baseline` is the reader's, else the server's. */
export function createInsights(
  kept: KeptAnswer,
  notes: CaseNotes,
  context: Context,
  baseline: Baseline | undefined,
  before: Before,
): Insights {
  const { flows, total, truncated, rejects } = kept.answer;
  const { ns, pod, svc, ip, l4proto } = kept.query;
  // Grouped rows have lost their pods or their namespaces.
  const isGrouped = kept.query.aggregate !== undefined;
  const isPartial = truncated || [ns, pod, svc, ip, l4proto].some((filter) => filter !== undefined);
  const comparison = once(() =>
    baseline === undefined ? undefined : compareBaseline(baseline, flows, isPartial),
  );
  const facts = once(
    (): QuestionFacts =>
      gatherFacts({
        flows,
        answer: { total, truncated, rejected: rejects.count },
        query: kept.query,
        sensitive: context.sensitive,
        diagnosis: diagnosisFrom(notes.observations, notes.report),
        changes: before.changesSince,
        ...(before.rates === undefined ? {} : { rates: before.rates.flows }),
        ...(context.inventory === undefined ? {} : { inventory: context.inventory }),
        ...(baseline === undefined ? {} : { baseline }),
      }),
  );

  const activity = once(() => activityOf(flows, context.inventory, facts().graphAt));
  const quality = once(() =>
    judgeQuality({
      answer: kept.answer,
      watch: notes.watch,
      trust: facts().trust,
      ...(before.calibration === undefined ? {} : { rates: before.calibration }),
      ...(context.inventory === undefined ? {} : { inventory: context.inventory }),
    }),
  );
  let latest: { key: string; reply: Reply } | undefined;
  /** A look that only selects or zooms asks the same again. */
  const answered = (question: NonNullable<Look['question']>): Reply => {
    const key = JSON.stringify(question);
    if (latest?.key !== key) latest = { key, reply: replyTo(question, facts()) };
    return latest.reply;
  };
  const audit = once(() => auditFlows(flows, context.sensitive, facts().graphAt));

  return {
    panels: (look) => ({
      isGrouped,
      health: isGrouped ? GROUPED : notes.report,
      ...(look.panel === 'audit'
        ? { audit: auditPanel(audit(), notes, context, baseline, comparison()) }
        : {}),
      ...(look.panel === 'workloads'
        ? {
            workloads: workloadsPanel(activity(), notes, isPartial || isGrouped, kept.atMs),
          }
        : {}),
      quality: quality(),
      ...(look.question === undefined ? {} : { reply: answered(look.question) }),
    }),
    health: () => (isGrouped ? undefined : notes.report),
    subjects: ({ text, takes }) => ({
      subjects: findSubjects(text, facts(), takes),
      zones: [...new Set(context.inventory?.zones.values() ?? [])].sort(),
    }),
    async policy(namespace) {
      const { policyYaml } = await loadPolicyYaml();
      const warning = isPartial || isGrouped ? PARTIAL_POLICY : '';
      return new Blob([warning, policyYaml(suggestPolicies(namespace, flows, context.inventory))], {
        type: 'text/yaml',
      });
    },
    async findings() {
      const { findingsCsv } = await loadFindingsCsv();
      return new Blob([...findingsCsv(audit(), comparison(), notes.sitting)], {
        type: 'text/csv;charset=utf-8',
      });
    },
    baseline: () =>
      new Blob([writeBaseline(takeBaseline(flows, new Date(kept.atMs).toISOString(), kept.source))], {
        type: 'application/json',
      }),
  };
}

const replyTo = ({ id, about }: NonNullable<Look['question']>, facts: QuestionFacts): Reply => ({
  about,
  answer: answerQuestion(id, readSubject(about), facts),
});

function auditPanel(
  audit: Audit,
  { sitting }: CaseNotes,
  { sensitive }: Context,
  baseline: Baseline | undefined,
  comparison: ReturnType<typeof compareBaseline> | undefined,
): AuditPanel {
  return {
    patterns: [...sensitive],
    sensitiveNamespaces: audit.sensitiveNamespaces,
    sensitive: listed(audit.sensitive),
    crossNamespace: listed(audit.crossNamespace),
    namespaces: audit.namespaces,
    cells: audit.cells,
    egress: listed(audit.egress),
    unnamed: listed(audit.unnamed),
    withoutNamespace: audit.withoutNamespace,
    appeared: listed([...sitting.appeared].reverse()),
    sittingSinceMs: sitting.sinceMs,
    ...(baseline === undefined || comparison === undefined
      ? {}
      : {
          baseline: {
            savedAt: baseline.savedAt,
            ...(baseline.source === undefined ? {} : { source: baseline.source }),
            links: baseline.links.length,
            kept: comparison.kept,
            added: listed(comparison.added.map(({ flows: _flows, ...name }) => name)),
            gone: listed(comparison.gone),
            allowed: listed(comparison.allowed.map(({ link: { flows: _flows, ...name } }) => name)),
            ...(comparison.goneUnknown === undefined ? {} : { goneUnknown: comparison.goneUnknown }),
          },
        }),
  };
}

function workloadsPanel(
  activity: Activity,
  { seen }: CaseNotes,
  isPartial: boolean,
  atMs: number,
): WorkloadsPanel {
  const active = (peer: ActivePeer): Active => {
    const lastMs = seen.lastMs.get(peer.id);
    return lastMs === undefined ? peer : { ...peer, lastMs };
  };
  return {
    pods: listed(activity.pods.map(active)),
    services: listed(activity.services.map(active)),
    namespaces: activity.namespaces,
    ...(activity.idle === undefined || isPartial
      ? {}
      : {
          idle: listed(
            activity.idle.map(({ ns, name, node }) => ({
              ns,
              name,
              ...(node === undefined ? {} : { node }),
            })),
          ),
        }),
    isPartial,
    atMs,
    undecided: activity.undecided.length,
    sinceMs: seen.sinceMs,
  };
}

const listed = <T>(rows: readonly T[]): Listed<T> => ({ rows: rows.slice(0, MOST_ROWS), total: rows.length });

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

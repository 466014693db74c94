/**
 * What is told of a map wherever it goes: one plain `Report`, made once, that feeds the card, its hidden text, Markdown
 * and JSON, so that they cannot disagree. Numbers are plain and named by their unit; the words made of them are in
 * report-words.ts. Pure; refuses to know where it is drawn or pasted.
 */
import type { Level } from '../flows/flow';
import { BAND_GUIDE, BANDS, type Band } from '../flows/handshake';
import { type Parameter, type Query, writeQuery } from '../flows/query';
import type { Summary } from '../flows/wire';
import type { GraphLink, GraphPeer } from '../graph/flow-graph';
import { type Coverage, isProblem, type Scene } from '../graph/focus';
import type { Narrowing } from '../graph/narrowing';
import { figuresOnScreen, type PairFigures } from '../graph/on-screen';
import { SHADE_GUIDE, SHADES, type Shade } from '../graph/palette';
import type { Report as Diagnosis } from '../insight/diagnose';
import { nameOf } from '../insight/questions/wording';

/** One link with its figures. Names are the cluster's own and hostile: text and nothing else. */
export interface ReportLink {
  from: string;
  to: string;
  bytes: number;
  packets: number;
  flows: number;
  band: Band;
  worstP99Us?: number;
  unanswered: boolean;
}

interface ReportPair {
  from: string;
  to: string;
  flows: number;
  bytes: number;
  worstP99Us?: number;
}

interface LegendEntry {
  /** The band whose colour and dash it has. */
  band: Band;
  label: string;
  /** Links drawn so. */
  links: number;
}

export interface Report {
  /** Of the program that made it. */
  version: string;
  source?: string;
  level: Level;
  /** The sample's own time and when the report was made, ISO 8601 in UTC, and how far they are apart. */
  at: string;
  madeAt: string;
  ageMs: number;
  /** The API's own filters that were set. */
  filters: { parameter: Parameter; value: string }[];
  /** What the reader hid or chose besides, of the names that are drawn. */
  narrowing: {
    hide: Narrowing['hide'];
    problems: boolean;
    minBytes: number;
    percentile?: number;
    focus?: { peer: string; depth: number };
    path?: { from: string; to: string };
    expand: string[];
  };
  counts: Coverage & { peers: number; links: number };
  colour: 'band' | 'relative';
  legend: LegendEntry[];
  /** Absent where rows are grouped and no path can be judged. */
  verdict?: { verdict: Diagnosis['verdict']; sentence: string };
  /** Of what is drawn, the heaviest first. */
  topLinks: ReportLink[];
  /** Elevated, high or unanswered, the worst first; and how many there are. */
  problems: ReportLink[];
  problemsTotal: number;
  /** By our own count, the heaviest first; and how many there are. */
  crossNamespace: ReportPair[];
  crossNamespaceTotal: number;
  /** The whole cluster as Kubeshark's summary reports it; its rules are its own. */
  reported?: { totalFlows?: number; tcpFlows?: number; udpFlows?: number; totalBytes?: number };
  /** The page that shows it; never in a redacted report. */
  link?: string;
  redacted: boolean;
}

export interface ReportFacts {
  scene: Scene;
  view: Narrowing;
  colour: Report['colour'];
  shades?: ReadonlyMap<string, Shade> | undefined;
  query: Query;
  source?: string | undefined;
  /** The sample's own time, ms since 1970. */
  atMs: number;
  nowMs: number;
  summary?: Summary | undefined;
  diagnosis?: Diagnosis | undefined;
  version: string;
  link?: string | undefined;
  redacted?: boolean;
}

/** As many as the card has room for (the five), and as one reads in a ticket. */
const TOP = 5;
const MOST_PROBLEMS = 20;
const MOST_PAIRS = 20;

export function makeReport(facts: ReportFacts): Report {
  const { scene, view, query, source, atMs, nowMs, diagnosis, link, redacted = false } = facts;
  const { peers } = scene.graph;
  const told = (one: GraphLink): ReportLink => tellLink(one, peers);
  const problems = scene.links.filter(isProblem).sort(worseFirst);
  const { crossNamespace } = figuresOnScreen(scene);
  const name = (id: string): string => nameIn(peers, id);
  return {
    version: facts.version,
    ...(source === undefined ? {} : { source }),
    level: scene.graph.level,
    at: new Date(atMs).toISOString(),
    madeAt: new Date(nowMs).toISOString(),
    ageMs: Math.max(0, nowMs - atMs),
    filters: [...writeQuery(query)].map(([parameter, value]) => ({
      parameter: parameter as Parameter,
      value,
    })),
    narrowing: {
      hide: view.hide,
      problems: view.problems,
      minBytes: view.minBytes,
      ...(view.percentile === undefined ? {} : { percentile: view.percentile }),
      ...(view.focus === undefined
        ? {}
        : { focus: { peer: name(view.focus.peer), depth: view.focus.depth } }),
      ...(view.path === undefined ? {} : { path: { from: name(view.path.from), to: name(view.path.to) } }),
      expand: [...view.expand],
    },
    counts: { ...scene.coverage, peers: scene.peers.length, links: scene.links.length },
    colour: facts.colour,
    legend: facts.colour === 'band' ? bandLegend(scene) : shadeLegend(scene, facts.shades),
    ...(diagnosis === undefined
      ? {}
      : { verdict: { verdict: diagnosis.verdict, sentence: diagnosis.sentence } }),
    topLinks: [...scene.links].sort(heavierFirst).slice(0, TOP).map(told),
    problems: problems.slice(0, MOST_PROBLEMS).map(told),
    problemsTotal: problems.length,
    crossNamespace: crossNamespace.slice(0, MOST_PAIRS).map(tellPair),
    crossNamespaceTotal: crossNamespace.length,
    ...(facts.summary === undefined ? {} : { reported: reportedOf(facts.summary) }),
    ...(link === undefined || redacted ? {} : { link }),
    redacted,
  };
}

const nameIn = (peers: ReadonlyMap<string, GraphPeer>, id: string): string => {
  const peer = peers.get(id);
  return peer === undefined ? 'a peer that is not in this answer' : nameOf(peer);
};

const tellLink = (link: GraphLink, peers: ReadonlyMap<string, GraphPeer>): ReportLink => ({
  from: nameIn(peers, link.from),
  to: nameIn(peers, link.to),
  bytes: link.bytes,
  packets: link.packets,
  flows: link.count,
  band: link.handshake.band,
  ...(link.handshake.worstP99Us === undefined ? {} : { worstP99Us: link.handshake.worstP99Us }),
  unanswered: link.unanswered,
});

const tellPair = ({ from, to, flows, bytes, handshake }: PairFigures): ReportPair => ({
  from,
  to,
  flows,
  bytes,
  ...(handshake.worstP99Us === undefined ? {} : { worstP99Us: handshake.worstP99Us }),
});

const byId = (a: GraphLink, b: GraphLink): number => (a.id < b.id ? -1 : 1);
const heavierFirst = (a: GraphLink, b: GraphLink): number => b.bytes - a.bytes || byId(a, b);
/** What does not answer is worse than what answers late. */
const worseFirst = (a: GraphLink, b: GraphLink): number =>
  Number(b.unanswered) - Number(a.unanswered) ||
  (b.handshake.worstP99Us ?? 0) - (a.handshake.worstP99Us ?? 0) ||
  heavierFirst(a, b);

function bandLegend({ links }: Scene): LegendEntry[] {
  return [...BANDS, 'unmeasured' as const].map((band) => ({
    band,
    label: `${band === 'high' ? '▲ ' : ''}${band} ${BAND_GUIDE[band].range}`,
    links: links.filter(({ handshake }) => handshake.band === band).length,
  }));
}

function shadeLegend({ links }: Scene, shades: ReadonlyMap<string, Shade> = new Map()): LegendEntry[] {
  return SHADES.map((shade) => ({
    band: SHADE_GUIDE[shade].band,
    label: SHADE_GUIDE[shade].label,
    links: links.filter(({ id }) => shades.get(id) === shade).length,
  }));
}

function reportedOf({
  totalFlows,
  tcpFlows,
  udpFlows,
  totalBytes,
}: Summary): NonNullable<Report['reported']> {
  return {
    ...(totalFlows === undefined ? {} : { totalFlows }),
    ...(tcpFlows === undefined ? {} : { tcpFlows }),
    ...(udpFlows === undefined ? {} : { udpFlows }),
    ...(totalBytes === undefined ? {} : { totalBytes }),
  };
}

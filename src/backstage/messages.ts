/**
 * What the page and its backstage say to each other: all of it plain data that survives a structured clone.
 * Knows shapes only. Flows stay backstage; the page gets pictures, figures, and the few rows it shows.
 */
import type { Flow, Level } from '../flows/flow';
import type { GroupHandshake, ServerTrust } from '../flows/handshake';
import type { Parameter, Query } from '../flows/query';
import type { LinkRate } from '../flows/rates';
import type { Bytes, BytesPerSecond, Packets, PacketsPerSecond } from '../flows/units';
import type { Summary } from '../flows/wire';
import type { Distribution } from '../graph/distribution';
import type { GraphPeer } from '../graph/flow-graph';
import type { FlowRow } from '../graph/flow-rows';
import type { Coverage } from '../graph/focus';
import type { CellSize } from '../graph/layout/packing';
import type { MatrixOrder } from '../graph/matrix-order';
import type { Narrowing } from '../graph/narrowing';
import type { Theme } from '../graph/palette';
import type { PeerFacts } from '../graph/peer-facts';
import type { PicturePatch } from '../graph/picture-patch';
import type { Still } from '../graph/still';
import type { CompareLimits } from '../insight/compare';
import type { Report } from '../insight/diagnose';
import type { Quality } from '../insight/quality';
import type { QuestionAnswer, SubjectKind } from '../insight/questions/answer';
import type { FoundSubject } from '../insight/questions/subjects';
import type { PollRequest, PollResult } from '../live/fetch-poll';
import type { Problem } from '../live/problem';
import type { Sight } from '../paint/paint-map';
import type { Report as MapReport } from '../share/report';
import type { AuditPanel, WorkloadsPanel } from './panel-lists';
import type { ChangesPanel, MomentName, ShownMoment, TimelinePatch } from './times';

/** A good poll without its rows, which stay backstage under `answer`. */
export interface Receipt extends Omit<PollResult, 'answer'> {
  /** Names the answer to look at; absent for `format=raw`. */
  answer?: number;
  counts?: AnswerCounts;
}

export interface AnswerCounts {
  flows: number;
  /** Matching flows by the server's count. */
  total: number;
  truncated: boolean;
  rejects: { count: number; example?: { row: number; reason: string } };
}

/** Everything that decides what is drawn, other than the flows. */
export interface Look extends Narrowing {
  /** The newest answer to the present question. */
  answer: number;
  /** The moment before it that is shown instead. */
  at?: MomentName;
  /** The moment that it is compared with, and what counts as a change. */
  compare?: MomentName;
  thresholds?: CompareLimits;
  width: 'bytes' | 'rate';
  /** Links that stopped fade for a minute. */
  ghosts: boolean;
  /** Tells sources apart: positions of one cluster are not those of another. */
  scope: string;
  /** The query that the answer is of, as text: another one decides the level anew. */
  filters: string;
  /** Selected, so that the details come with the picture. */
  peer?: string;
  link?: string;
  /** The panel that is open: what only it shows is made only then. */
  panel: 'summary' | 'health' | 'audit' | 'workloads' | 'changes' | 'quality';
  /** The question that stands, and what it is about as the URL has it. */
  question?: { id: number; about: Readonly<Record<string, unknown>> };
  /** By band, or against the other clients of the same server. */
  colour: 'band' | 'relative';
  theme: Theme;
  /** Room for the map, CSS px. */
  viewport: CellSize;
  /** Screen px per map unit; undefined before the camera was ever set: then the zoom at which the map was made to fit. */
  zoom?: number;
  /** Counts the reader's own changes of positions: drags and tidying up. */
  moves: number;
  /** With it the stage says in which order the matrix has its peers; it counts how often the reader asked for a new one. */
  orders?: number;
}

/** A picture as a camera sees it. */
export interface Painting {
  theme: Theme;
  sight: Sight;
  bitmap: ImageBitmap;
}

export interface Stage {
  answer: number;
  moment: ShownMoment;
  level: Level;
  /** The query it is of, as the look named it. */
  filters: string;
  /** Changes when everything stands elsewhere: then the camera must look anew too. */
  frame: string;
  /** Rows of the answer, and links before the reader hid any. */
  wholeFlows: number;
  wholeLinks: number;
  patch: PicturePatch;
  /** Peers by id in the order of the matrix, those that are away included; only where the look asked for it. */
  order?: MatrixOrder;
  /** The picture painted already, as the page asked for the one before it: what is likely to be asked next. */
  painting?: Painting;
}

/** A link's figures as lists and tables show them. */
export interface LinkLine {
  id: string;
  from: string;
  to: string;
  /** Names of the ends, as drawn. */
  fromLabel: string;
  toLabel: string;
  bytes: Bytes;
  packets: Packets;
  handshake: Handshake;
  /** By counter deltas; absent where none is known. */
  rate?: LinkRate;
}

/** A group's handshake without the flow it points to. */
export type Handshake = Omit<GroupHandshake, 'worst'>;

export interface PairLine {
  from: string;
  to: string;
  flows: number;
  bytes: Bytes;
  packets: Packets;
  handshake: Handshake;
  rate?: LinkRate;
}

/** Our own figures for what is on screen. */
export interface Figures {
  flows: number;
  tcp: number;
  udp: number;
  measured: number;
  clients: number;
  servers: number;
  /** Only the pairs that the summary reports. */
  talkers: PairLine[];
  /** The heaviest; and how many pairs there are, reported ones included. */
  crossNamespace: PairLine[];
  pairs: number;
  byNamespace: { namespace: string; flows: number; bytes: Bytes; rate?: LinkRate }[];
  /** What all of it grows by; at least this where flows are new, absent where it is not known. */
  bytesPerS?: BytesPerSecond;
  heaviest: LinkLine[];
  busiest: LinkLine[];
  distribution: Distribution;
  trust: ServerTrust;
}

export interface PeerDetails {
  peer: GraphPeer;
  ends: PeerFacts;
  /** The API filter that asks for this peer's flows alone, where there is one. */
  filter?: Query;
  /** The heaviest of them. */
  calls: LinkLine[];
  callsTotal: number;
  calledBy: LinkLine[];
  calledByTotal: number;
}

export interface LinkDetails extends LinkLine {
  forwardBytes: Bytes;
  backwardBytes: Bytes;
  unanswered: boolean;
  /** The first of its rows, in the order of the answer. */
  rows: Flow[];
  rowsTotal: number;
  /** How many of the rows are to the service's address. */
  attached: number;
  /** The X of "flow X of N". */
  worstPlace?: number;
}

/** What stands beside a stage; comes after it, because the picture must not wait for it. */
export interface Panels {
  answer: number;
  /** Counts stages: tables ask again when it changes. */
  version: number;
  coverage: Coverage;
  /** What Kubeshark reports, as it came with the answer. */
  summary?: Summary;
  figures: Figures;
  /** What the look had selected, and what there is to say of it: nothing when the answer has no such peer or link. */
  selected: { peer?: string; link?: string };
  selection: { peer?: PeerDetails; link?: LinkDetails };
  /** Set where what is selected has no mark of its own but is in the answer: in a fold, or at another level. */
  elsewhere?: { how: 'folded'; into: string } | { how: 'level' };
  /** The server grouped the rows (`aggregate`): what needs single flows is not there. */
  isGrouped: boolean;
  health: Report;
  quality: Quality;
  audit?: AuditPanel;
  workloads?: WorkloadsPanel;
  changes?: ChangesPanel;
  /** The answer to the question that stands. */
  reply?: Reply;
}

/** An answer with what it was asked about. */
export interface Reply {
  about: Readonly<Record<string, unknown>>;
  answer: QuestionAnswer;
}

export interface TableRow {
  row: FlowRow;
  key: string;
  /** The link it is drawn with; absent while that is hidden. */
  link?: string;
  /** By counter deltas; absent where none is known. */
  rate?: { bytesPerS: BytesPerSecond; packetsPerS: PacketsPerSecond };
}

export interface RowsPage {
  rows: TableRow[];
  total: number;
  trust: ServerTrust;
}

/** Columns of the table of flows that rows can be sorted by. */
export const ROW_SORTS = [
  'proto',
  'client',
  'server',
  'bytes',
  'packets',
  'p99',
  'p50',
  'seen',
  'reported',
] as const;
export type RowSort = (typeof ROW_SORTS)[number];

/** What leaves the page of the present look: its report, and a picture made for a room of its own. */
export interface CardAsk {
  /** Room for the map, CSS px; it decides the level where the reader chose none. */
  room: CellSize;
  theme: Theme;
  /** When it is made, ms since 1970. */
  nowMs: number;
  version: string;
  /** The page that shows it. */
  link?: string;
  /** Names and addresses give way to pseudonyms. */
  redact: boolean;
}

export interface CardParts {
  report: MapReport;
  still: Still;
}

/** Questions with one answer each. */
export interface Asks {
  rows: { ask: { sort: RowSort; descending: boolean; from: number; count: number }; reply: RowsPage };
  /** The shown flows as a CSV file. */
  csv: { ask: { redact?: boolean }; reply: Blob };
  /** The picture that was sent last, painted; nothing where a worker cannot paint. */
  paint: { ask: { theme: Theme; sight: Sight }; reply: ImageBitmap };
  /** What the present answer offers a text filter. */
  suggest: { ask: { parameter: Parameter }; reply: string[] };
  /** The tip beside the pointer. */
  tip: { ask: { peer?: string; link?: string }; reply: Tip };
  /** Peers, namespaces, ports and zones by part of their name. */
  subjects: {
    ask: { text: string; takes: readonly SubjectKind[] };
    reply: { subjects: FoundSubject[]; zones: string[] };
  };
  /** A namespace's traffic as NetworkPolicies, for a person to review. */
  policy: { ask: { namespace: string }; reply: Blob };
  findings: { ask: Record<string, never>; reply: Blob };
  card: { ask: CardAsk; reply: CardParts };
  /** All samples of the present series as a recording, gzipped. */
  recording: { ask: { redact?: boolean }; reply: Blob };
  saveBaseline: { ask: Record<string, never>; reply: Blob };
  /** Undefined text forgets the baseline. The reply is why it could not be used. */
  loadBaseline: { ask: { text?: string }; reply: { problem?: string } };
  openFiles: { ask: { files: File[] }; reply: FilesReply };
  closeFiles: { ask: Record<string, never>; reply: FilesReply };
  /** Compares with the last moment of a recording; without a file with none. The reply is why it could not be used. */
  openReference: { ask: { file?: File }; reply: { problem?: string } };
}
export type AskName = keyof Asks;

export interface Tip {
  peer?: GraphPeer;
  link?: LinkLine & { flows: number; unanswered: boolean };
}

/** What the reader opened on the page: flows instead of the server's, or an inventory beside them. */
export interface OpenedFiles {
  /** Another number is another source. */
  number: number;
  flows?: {
    label: string;
    /** Samples, and when the first and the last were taken; ms since 1970. */
    moments: number;
    fromMs: number;
    toMs: number;
  };
  inventory?: { names: string[]; pods: number; nodes: number; services: number };
  /** What was left out of the files and why, a sentence each. Names of files and of the cluster: text only. */
  notes: string[];
}

/** How far reading has come. */
export interface Opening {
  name: string;
  done: number;
  all: number;
  unit: 'bytes' | 'moments';
}

export type FilesReply =
  /** `opened` is all that is open now; a baseline is for whoever keeps baselines. */
  | { opened?: OpenedFiles; baseline?: { name: string; text: string } }
  /** Nothing of the files is used, and what was open still is. */
  | { problem: string }
  | { stopped: true };

/** The picture, or what stands beside it: the one goes on when the other is broken. */
export interface Broke {
  part: 'stage' | 'panels';
  message: string;
}

export type ToBackstage =
  | { id: number; poll: PollRequest; query: Query }
  | { id: number; abort: true }
  | { look: Look; number: number }
  | { drag: { peer: string; to: { x: number; y: number } } }
  /** The painting that came with a stage was of use: the next may bring one too. */
  | { used: Asks['paint']['ask'] }
  | { tidy: true }
  | { stopOpening: true }
  /** The page rests: what this end may need later is fetched. */
  | { bring: true }
  | { restore: { scope: string; placements: string } }
  | { [Name in AskName]: { id: number; name: Name; ask: Asks[Name]['ask'] } }[AskName];

export type FromBackstage =
  | { id: number; receipt: Receipt }
  | { id: number; problem: Problem }
  | { stage: Stage }
  | { panels: Panels }
  | { timeline: TimelinePatch }
  /** The look of this number was answered as far as it can be: nothing more comes for it. */
  | { done: number }
  /** Files that are being read; undefined when they no longer are. */
  | { opening: Opening | undefined }
  /** A bug, in words, and what could not be made for it. */
  | { broke: Broke }
  | { id: number; reply: unknown }
  | { keep: { scope: string; placements: string } };

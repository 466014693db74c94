/**
 * One poll reduced to what a diagnosis needs of it: who measured what handshake with whom, and whose SYNs fail.
 * Knows rows of one answer and the names seen in earlier ones; refuses to judge (diagnose-judge.ts).
 */
import { type Flow, flowKey, type Stats } from '../flows/flow';
import { flowHandshake, serverTrust } from '../flows/handshake';
import { endpointKind, identify } from '../flows/identity';

/** One poll as the caller has it. `zones` maps node names to zones, where an inventory is at hand. */
export interface Moment {
  flows: readonly Flow[];
  /** The sample's own time, milliseconds since 1970. */
  atMs: number;
  /** Nothing is compared across a change of it. */
  epoch: number;
  zones?: ReadonlyMap<string, string>;
  /** The server left matching rows out, and which is up to it: nothing that is not here can be said to be well. */
  truncated?: boolean;
}

/** One end of a row. Plain data; names are the cluster's own and hostile. */
export interface Party {
  /** Its peer at pod level. */
  id: string;
  /** Its peer at service level: what replicas share where the rows name a service. */
  service: string;
  /** What replicas share: the service, else the pod's name without what a ReplicaSet or StatefulSet appends. */
  family: string;
  label: string;
  ns?: string;
  svc?: string;
  pod?: string;
  node?: string;
  /** An address that no row names: its distance is its own, and the bands for a cluster say nothing about it. */
  outside: boolean;
}

/** Who a measured row is about. The same flow seen by its server only is another row: the two sides' times differ. */
export interface Who {
  key: string;
  client: Party;
  server: Party;
  port?: number;
  side: 'client' | 'server';
}

/** Every row met so far, numbered; shared by the observations of one series, and only ever added to. */
export interface Roster {
  rows: Who[];
  numbers: Map<string, number>;
  parties: Map<string, Party>;
}

/** `unanswered`: packets out, none back. `refused`: one small packet back for each one out. Neither ever shakes hands. */
export type FailureKind = 'unanswered' | 'refused';

export interface FailingRow {
  row: number;
  kind: FailureKind;
  /** Packets the client has sent so far: a row that stands still is a memory, not a failure. */
  sentPkts: number;
}

/** One poll, compact: about 30 bytes a TCP row. To be kept by the caller for five to ten minutes. */
export interface Observation {
  atMs: number;
  epoch: number;
  zones: ReadonlyMap<string, string> | undefined;
  truncated: boolean;
  roster: Roster;
  /** Numbers in the roster; the columns below are parallel to it. */
  rows: Int32Array;
  /** Microseconds; NaN is not measured. */
  p50Us: Float32Array;
  p90Us: Float32Array;
  p99Us: Float32Array;
  failing: FailingRow[];
  /** TCP rows whose client was seen, with what it sent and heard so far: who goes on sending and hears nothing is cut off. */
  counted: Int32Array;
  sentPkts: Float32Array;
  heardPkts: Float32Array;
  /** TCP rows, measured or not. */
  tcp: number;
}

/** Were more than this much of TCP to fail, there would be no cluster to watch. */
const MOST_FAILING = 0.7;
/** Names that came and went may be twice as many as those that are here before the roster is written anew. */
const MOST_STALE = 2;
/** Below this nobody minds. */
const SMALL_ROSTER = 5_000;

/**
 * Reduces one poll. `before` is the observation of the previous poll; handing it over keeps one list of names for the
 * whole series, which is what makes a poll cheap. Rows without a TCP handshake count in `tcp` and nowhere else.
 */
export function observe(moment: Moment, before?: Observation): Observation {
  const roster = rosterAfter(before);
  const trust = serverTrust(moment.flows);
  const rows: number[] = [];
  const columns: [number[], number[], number[]] = [[], [], []];
  const failing: FailingRow[] = [];
  const counted: number[] = [];
  const sent: number[] = [];
  const heard: number[] = [];
  const taken = new Map<number, number>();
  let tcp = 0;
  for (const flow of moment.flows) {
    if (flow.proto !== 'tcp') continue;
    tcp++;
    const { txPkts, rxPkts } = flow.clientStats ?? {};
    if (txPkts !== undefined) {
      counted.push(enrol(roster, flow, 'client'));
      sent.push(txPkts);
      heard.push(rxPkts ?? 0);
    }
    const seen = flowHandshake(flow, trust);
    const failure = seen === undefined ? failureOf(flow) : undefined;
    if (seen === undefined && failure === undefined) continue;
    const row = enrol(roster, flow, seen?.side ?? 'client');
    if (failure !== undefined) failing.push({ row, kind: failure, sentPkts: flow.clientStats?.txPkts ?? 0 });
    if (seen === undefined) continue;
    const p99 = seen.p99Us ?? Number.NaN;
    const at = taken.get(row) ?? rows.length;
    // Two rows that nothing tells apart: the slower one speaks for both, as a link's worst p99 does.
    if (at < rows.length && !(p99 > (columns[2][at] ?? 0))) continue;
    taken.set(row, at);
    rows[at] = row;
    columns[0][at] = seen.p50Us ?? Number.NaN;
    columns[1][at] = seen.p90Us ?? Number.NaN;
    columns[2][at] = p99;
  }
  return {
    atMs: moment.atMs,
    epoch: moment.epoch,
    zones: moment.zones,
    truncated: moment.truncated === true,
    roster,
    rows: Int32Array.from(rows),
    p50Us: Float32Array.from(columns[0]),
    p90Us: Float32Array.from(columns[1]),
    p99Us: Float32Array.from(columns[2]),
    // A sensor that never measures a handshake, or sees one direction only, cannot say that an answer is missing.
    failing: rows.length === 0 || failing.length > MOST_FAILING * tcp ? [] : failing,
    counted: Int32Array.from(counted),
    sentPkts: Float32Array.from(sent),
    heardPkts: Float32Array.from(heard),
    tcp,
  };
}

function rosterAfter(before: Observation | undefined): Roster {
  if (before === undefined) return { rows: [], numbers: new Map(), parties: new Map() };
  const { roster, rows, counted } = before;
  const live = rows.length + counted.length;
  if (roster.rows.length <= SMALL_ROSTER || roster.rows.length <= live * MOST_STALE) return roster;
  return { rows: [], numbers: new Map(), parties: new Map() };
}

function enrol(roster: Roster, flow: Flow, side: 'client' | 'server'): number {
  const key = side === 'client' ? flowKey(flow) : `${flowKey(flow)}\u001fserver`;
  const known = roster.numbers.get(key);
  if (known !== undefined) return known;
  const number = roster.rows.length;
  const { port } = flow.server;
  roster.rows.push({
    key,
    client: partyOf(roster, flow.client),
    server: partyOf(roster, flow.server),
    ...(port === undefined ? {} : { port }),
    side,
  });
  roster.numbers.set(key, number);
  return number;
}

function partyOf(roster: Roster, end: Flow['client']): Party {
  const peer = identify(end, 'pod');
  const key = `${peer.id}\u001f${end.node ?? ''}\u001f${end.svc ?? ''}`;
  const known = roster.parties.get(key);
  if (known !== undefined) return known;
  const party = partyFrom(end);
  roster.parties.set(key, party);
  return party;
}

/** The ends of a flow, for asking whether it belongs to a culprit. */
export function endsOf({ client, server }: Flow): Pick<Who, 'client' | 'server' | 'port'> {
  const { port } = server;
  return { client: partyFrom(client), server: partyFrom(server), ...(port === undefined ? {} : { port }) };
}

function partyFrom(end: Flow['client']): Party {
  const peer = identify(end, 'pod');
  const kind = endpointKind(end);
  const service = identify(end, 'service').id;
  const { ns, svc, pod, node } = end;
  return {
    id: peer.id,
    service,
    family: svc === undefined && pod !== undefined ? `owner:${ns ?? ''}/${ownerName(pod)}` : service,
    label: ns === undefined ? peer.label : `${ns}/${peer.label}`,
    ...(ns === undefined ? {} : { ns }),
    ...(svc === undefined ? {} : { svc }),
    ...(pod === undefined ? {} : { pod }),
    ...(node === undefined ? {} : { node }),
    outside: (kind === 'external' || kind === 'unresolved') && node === undefined,
  };
}

/** `web-6c5b77d8f-hj8sd`, `web-hj8sd` and `web-0` all belong to `web`. */
const ownerName = (pod: string): string =>
  pod.replace(/(?:-[a-z0-9]{6,10})?-(?:[bcdfghjklmnpqrstvwxz2456789]{5}|[a-z0-9]{5}|\d+)$/, '');

/**
 * A SYN and the reset it gets carry no payload: with every option 100 bytes together, 140 with IPv6. The shortest
 * exchange that carries a byte of data, with timestamps, is 105. Not a packet size, a bound between the two.
 */
const MOST_BYTES_REFUSED = { v4: 104, v6: 144 } as const;

function failureOf({ client, clientStats, serverStats }: Flow): FailureKind | undefined {
  // Absent counters beside present ones are zeros that were left out.
  const out = clientStats?.txPkts ?? 0;
  const back = clientStats?.rxPkts ?? 0;
  if (out === 0 || hasTimes(clientStats) || hasTimes(serverStats)) return undefined;
  const sent = clientStats?.txBytes ?? 0;
  const received = clientStats?.rxBytes ?? 0;
  const most = MOST_BYTES_REFUSED[client.ip?.includes(':') === true ? 'v6' : 'v4'];
  // Data that nobody acknowledges is a sensor that saw one direction, not a SYN without an answer.
  if (back === 0) {
    const isLost = received === 0 && sent <= most * out && (serverStats?.txPkts ?? 0) === 0;
    return isLost ? 'unanswered' : undefined;
  }
  const isBare = received < sent && sent + received <= most * out;
  return back === out && isBare ? 'refused' : undefined;
}

const hasTimes = (stats: Stats | undefined): boolean =>
  stats?.p50Us !== undefined || stats?.p90Us !== undefined || stats?.p99Us !== undefined;

/**
 * Flows as a file for a spreadsheet: every field of the contract, units in the header, nothing formatted.
 * The only file that knows papaparse. Names come from the cluster, so text that a spreadsheet would run is made inert.
 */
import Papa from 'papaparse';
import type { Endpoint, Flow, Stats } from '../flows/flow';
import type { ServerTrust } from '../flows/handshake';
import { type FlowRow, flowRow } from '../graph/flow-rows';
import { discoverColumns, type RawRow, rawText, rawValue } from '../graph/raw-columns';

type Cell = string | number | boolean | undefined;
/** Counted rates of a row. */
interface RowRate {
  bytesPerS: number;
  packetsPerS: number;
}
type Column = readonly [header: string, read: (row: FlowRow, rate: RowRate | undefined) => Cell];

const endColumns = (side: 'client' | 'server'): Column[] => {
  const of =
    (field: keyof Endpoint) =>
    ({ flow }: FlowRow): Cell =>
      flow[side][field];
  return [
    [`${side}_ip`, of('ip')],
    // A client's port is not part of a flow; a column for it would only ever be empty.
    ...(side === 'server' ? ([[`${side}_port`, of('port')]] as const) : []),
    [`${side}_pod`, of('pod')],
    [`${side}_ns`, of('ns')],
    [`${side}_svc`, of('svc')],
    [`${side}_node`, of('node')],
    [`${side}_container_id`, of('containerId')],
    [`${side}_cgroup_id`, of('cgroupId')],
  ];
};

const statsColumns = (side: 'client' | 'server'): Column[] => {
  const of =
    (field: keyof Stats) =>
    ({ flow }: FlowRow): Cell =>
      (side === 'client' ? flow.clientStats : flow.serverStats)?.[field];
  return [
    [`${side}_tx_packets`, of('txPkts')],
    [`${side}_rx_packets`, of('rxPkts')],
    [`${side}_tx_bytes`, of('txBytes')],
    [`${side}_rx_bytes`, of('rxBytes')],
    [`${side}_tx_packets_per_s`, of('txPps')],
    [`${side}_rx_packets_per_s`, of('rxPps')],
    [`${side}_tx_bits_per_s`, of('txBps')],
    [`${side}_rx_bits_per_s`, of('rxBps')],
    [`${side}_p50_us`, of('p50Us')],
    [`${side}_p90_us`, of('p90Us')],
    [`${side}_p99_us`, of('p99Us')],
    [`${side}_timestamp`, of('timestamp')],
  ];
};

const COLUMNS: readonly Column[] = [
  ['proto', ({ flow }) => flow.proto],
  ...endColumns('client'),
  ...endColumns('server'),
  // Ours: volume by the sender, and the handshake of the side that counts.
  ['bytes', (row) => row.bytes],
  ['packets', (row) => row.packets],
  // What the counters grew by since the sample before; empty where that is not known.
  ['bytes_per_s', (_row, rate) => rate?.bytesPerS],
  ['packets_per_s', (_row, rate) => rate?.packetsPerS],
  ['p50_us', (row) => row.p50Us],
  ['p99_us', (row) => row.p99Us],
  ['band', (row) => row.band],
  ['handshake_side', (row) => row.side],
  ['seen_by', (row) => row.perspectives],
  ...statsColumns('client'),
  ...statsColumns('server'),
  // Both ends added up, as Kubeshark reports them.
  ['reported_packets', ({ flow }) => flow.totals?.pkts],
  ['reported_bytes', ({ flow }) => flow.totals?.bytes],
  ['reported_packets_per_s', ({ flow }) => flow.totals?.pps],
  ['reported_bits_per_s', ({ flow }) => flow.totals?.bps],
];

/** One line a flow, in the order given; a field that is not known is empty. */
export const flowsCsv = (flows: readonly Flow[], trust: ServerTrust): string =>
  [...flowsCsvParts(flows, trust)].join('');

/** Raw rows under their own keys; nested values as JSON. */
export const rawCsv = (rows: readonly RawRow[]): string => [...rawCsvParts(rows)].join('');

/** The same file in parts, for who must do something else in between: 100,000 flows take seconds to write. */
export function flowsCsvParts(
  flows: readonly Flow[],
  trust: ServerTrust,
  /** Of the flow at a place in the list. */
  rateAt: (index: number) => RowRate | undefined = () => undefined,
): Generator<string> {
  const header = COLUMNS.map(([name]) => name);
  return parts(header, flows, (flow, index) => {
    const row = flowRow(flow, trust);
    const rate = rateAt(index);
    return COLUMNS.map(([, read]) => read(row, rate));
  });
}

export function rawCsvParts(rows: readonly RawRow[]): Generator<string> {
  const keys = discoverColumns(rows).map((column) => column.key);
  return parts(keys, rows, (row) =>
    keys.map((key) => {
      const value = rawValue(row, key);
      return typeof value === 'number' || typeof value === 'boolean' ? value : rawText(value);
    }),
  );
}

/** Rows written at a time: about 50 ms of work for flows. */
const PART = 2_000;
const NEW_LINE = '\r\n';

function* parts<Row>(
  header: string[],
  rows: readonly Row[],
  read: (row: Row, index: number) => Cell[],
): Generator<string, void, undefined> {
  if (header.length === 0) return;
  yield unparse([header]);
  for (let from = 0; from < rows.length; from += PART) {
    yield NEW_LINE + unparse(rows.slice(from, from + PART).map((row, index) => read(row, from + index)));
  }
}

// What papaparse means by `escapeFormulae: true`, and two things its own pattern lets through: a formula with a line
// break in it, and full-width signs, which Excel takes for the plain ones. Numbers are never touched.
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

// Rows as lists, not objects: a key such as `__proto__` must never be looked up by the writer.
const unparse = (rows: Cell[][]): string =>
  Papa.unparse(rows, { escapeFormulae: FORMULA, newline: NEW_LINE });

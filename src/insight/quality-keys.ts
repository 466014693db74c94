/**
 * Numbers for the keys of flows: equal exactly where flowKey is, without making its text, which would cost more than all
 * else that is done with 100,000 rows in a poll. Refuses to know counters and time.
 */
import type { Endpoint, Flow } from '../flows/flow';

/** Keys seen so far; only ever added to, so that a number stays good. */
export interface KeyTable {
  readonly size: number;
  number(flow: Flow): number;
}

/** More than ports times protocols: an end's number and these fit into one number exactly. */
const PORTS = 2 ** 17;

interface KnownEnd {
  number: number;
  ns: string | undefined;
  isPod: boolean;
  /** Numbers of what it calls, by the other end's number and the port. */
  calls: Map<number, number>;
}

export function createKeyTable(): KeyTable {
  // By name, then by address: no list of ends that could grow long has to be walked.
  const names = new Map<string, Map<string | undefined, KnownEnd[]>>();
  let ends = 0;
  let size = 0;
  const knownEnd = ({ ip, ns, pod, svc, node }: Endpoint): KnownEnd => {
    const name = pod ?? svc ?? node ?? ns ?? '';
    let addresses = names.get(name);
    if (addresses === undefined) {
      addresses = new Map();
      names.set(name, addresses);
    }
    let list = addresses.get(ip);
    if (list === undefined) {
      list = [];
      addresses.set(ip, list);
    }
    const isPod = pod !== undefined;
    let end = list.find((one) => one.ns === ns && one.isPod === isPod);
    if (end === undefined) {
      end = { number: ends++, ns, isPod, calls: new Map() };
      list.push(end);
    }
    return end;
  };
  return {
    get size() {
      return size;
    },
    number({ proto, client, server }) {
      const { calls } = knownEnd(client);
      const call = knownEnd(server).number * PORTS + (server.port ?? 0) * 2 + (proto === 'tcp' ? 1 : 0);
      let number = calls.get(call);
      if (number === undefined) {
        number = size++;
        calls.set(call, number);
      }
      return number;
    },
  };
}

/** The rows of an answer with the numbers of their keys. */
export interface NumberedRows {
  flows: readonly Flow[];
  table: KeyTable;
  numbers: Uint32Array;
  /** Rows whose key another row before them has, and the first of these by its place. */
  duplicates: { rows: number; first?: number };
}

/** Past so many keys a row most of a table is of flows long gone. */
const STALE_FACTOR = 4;
const SMALL_TABLE = 10_000;

/** Numbers an answer's rows; with the answer `before`, rows that stand where they stood are not looked up again. */
export function numberRows(flows: readonly Flow[], before?: NumberedRows): NumberedRows {
  const known =
    before !== undefined && before.table.size <= flows.length * STALE_FACTOR + SMALL_TABLE
      ? before
      : undefined;
  const table = known?.table ?? createKeyTable();
  const numbers = new Uint32Array(flows.length);
  for (const [row, flow] of flows.entries()) {
    const likely = known?.flows[row];
    numbers[row] =
      likely !== undefined && isSameFlow(likely, flow)
        ? (known?.numbers[row] ?? table.number(flow))
        : table.number(flow);
  }
  const taken = new Uint8Array(table.size);
  const duplicates: NumberedRows['duplicates'] = { rows: 0 };
  for (const [row, number] of numbers.entries()) {
    if (taken[number] === 1) {
      duplicates.rows++;
      duplicates.first ??= row;
    }
    taken[number] = 1;
  }
  return { flows, table, numbers, duplicates };
}

const isSameFlow = (a: Flow, b: Flow): boolean =>
  a.proto === b.proto && isSameEnd(a.client, b.client) && isSameEnd(a.server, b.server);

const isSameEnd = (a: Endpoint, b: Endpoint): boolean =>
  a === b ||
  (a.ip === b.ip &&
    a.port === b.port &&
    a.pod === b.pod &&
    a.ns === b.ns &&
    a.svc === b.svc &&
    a.node === b.node);

const NONE = -1;
const SEVERAL = -2;

/** The row of each number below `size`. */
function rowsOf(numbers: Uint32Array, size: number): Int32Array {
  const rows = new Int32Array(size).fill(NONE);
  for (const [row, number] of numbers.entries()) rows[number] = rows[number] === NONE ? row : SEVERAL;
  return rows;
}

/** Pairs of rows with the same key in both answers; rows that share their key cannot be told apart and are in none. */
export function pairRows(before: NumberedRows, after: NumberedRows): [was: Flow, is: Flow][] {
  // Numbers of different tables have nothing to do with each other.
  const { table } = after;
  const numbers = before.table === table ? before.numbers : Uint32Array.from(before.flows, table.number);
  const [from, to] = [rowsOf(numbers, table.size), rowsOf(after.numbers, table.size)];
  const pairs: [Flow, Flow][] = [];
  for (const [number, row] of to.entries()) {
    const old = from[number] ?? NONE;
    const [was, is] = [before.flows[old], after.flows[row]];
    if (old >= 0 && row >= 0 && was !== undefined && is !== undefined) pairs.push([was, is]);
  }
  return pairs;
}

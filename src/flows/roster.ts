/**
 * Who the flows of many answers are, each written down once: samples name a flow by its number here. Only ever added
 * to, so that a number stays good for as long as any sample uses it. Refuses to know counters and time.
 */
import type { Endpoint, Flow } from './flow';

/** What of a flow does not change from poll to poll. Shared between answers: never to be written to. */
export type FlowEnds = Pick<Flow, 'proto' | 'client' | 'server'>;

export interface Roster {
  readonly size: number;
  /** About how much memory the first `count` entries hold, bytes. */
  bytesOf(count: number): number;
  /** The number of this flow's ends, written down where they are new. `hint` is a number it probably has. */
  number(flow: Flow, hint?: number): number;
  /** Throws RangeError for a number that was never given. */
  ends(number: number): FlowEnds;
}

/** Objects, map slots and array slots around the text of an entry; measured in V8 to within a third. */
const ENTRY_BYTES = 160;
const END_BYTES = 220;

export function createRoster(): Roster {
  const entries: FlowEnds[] = [];
  /** Memory of all entries up to each one. */
  const bytesUpTo: number[] = [];
  const numbers = new Map<string, number>();
  const known = new Map<string, { end: Endpoint; number: number }>();
  let bytes = 0;

  const intern = (end: Endpoint) => {
    const key = endKey(end);
    const before = known.get(key);
    if (before !== undefined) return before;
    // A copy: whoever handed in the answer may still write to it.
    const entry = { end: { ...end }, number: known.size };
    known.set(key, entry);
    bytes += END_BYTES + key.length;
    return entry;
  };

  return {
    get size() {
      return entries.length;
    },
    bytesOf: (count) => (count < 1 ? 0 : (bytesUpTo[Math.min(count, entries.length) - 1] ?? 0)),
    number(flow, hint) {
      const likely = hint === undefined ? undefined : entries[hint];
      if (hint !== undefined && likely !== undefined && isSame(likely, flow)) return hint;
      const client = intern(flow.client);
      const server = intern(flow.server);
      const key = `${flow.proto} ${client.number} ${server.number}`;
      const before = numbers.get(key);
      if (before !== undefined) return before;
      const number = entries.length;
      numbers.set(key, number);
      bytes += ENTRY_BYTES;
      entries.push({ proto: flow.proto, client: client.end, server: server.end });
      bytesUpTo.push(bytes);
      return number;
    },
    ends(number) {
      const entry = entries[number];
      if (entry === undefined) throw new RangeError(`The roster has no entry ${number}.`);
      return entry;
    },
  };
}

// JSON, as names are hostile: no character that could be put between them is safe from standing in them.
const endKey = (end: Endpoint): string =>
  JSON.stringify([end.ip, end.port, end.pod, end.ns, end.svc, end.node, end.containerId, end.cgroupId]);

const isSame = (a: FlowEnds, b: FlowEnds): boolean =>
  a.proto === b.proto && isSameEnd(a.client, b.client) && isSameEnd(a.server, b.server);

const isSameEnd = (a: Endpoint, b: Endpoint): boolean =>
  a.ip === b.ip &&
  a.port === b.port &&
  a.pod === b.pod &&
  a.ns === b.ns &&
  a.svc === b.svc &&
  a.node === b.node &&
  a.containerId === b.containerId &&
  a.cgroupId === b.cgroupId;

/**
 * Each fact about the data in words: its label, what it means for what is on screen, and when it is a finding.
 * Knows counts; refuses to look at rows (quality-rows.ts) or to compare answers (quality-watch.ts).
 */
import type { Answer, Endpoint, Flow } from '../flows/flow';
import type { ServerTrust } from '../flows/handshake';
import { identify } from '../flows/identity';
import type { Calibration } from '../flows/rates';
import { formatClock, formatCount, formatShare } from '../flows/units';
import type { FactId, QualityFact, Severity } from './quality-facts';
import type { InventoryConflicts } from './quality-inventory';
import type { RowCounts } from './quality-rows';
import type { QualityWatch, SensorGap } from './quality-watch';

interface Words {
  sentence: string;
  severity?: Severity;
  example?: string | undefined;
}

const fact = (
  id: FactId,
  label: string,
  value: number,
  of: number,
  { sentence, severity = 'info', example }: Words,
): QualityFact => ({
  ...{ id, label, value, of, share: of > 0 ? value / of : 0, sentence, severity },
  ...(example === undefined ? {} : { example }),
});

const count = (value: number, one: string, many = `${one}s`): string =>
  `${formatCount(value)} ${value === 1 ? one : many}`;

const nameOf = (end: Endpoint): string => {
  const { label, namespace, kind } = identify(end, 'pod');
  return namespace === undefined || kind === 'namespace' ? label : `${namespace}/${label}`;
};
const rowName = (flow: Flow | undefined): string | undefined =>
  flow === undefined
    ? undefined
    : `${nameOf(flow.client)} → ${nameOf(flow.server)}${flow.server.port === undefined ? '' : `:${flow.server.port}`}`;

// ---- Who counted

export function aboutSides(counts: RowCounts, joined: number): QualityFact[] {
  const { rows, both, clientOnly, serverOnly, neither, address, examples } = counts;
  return [
    fact('both-ends', 'Rows counted at both ends', both, rows, {
      sentence:
        both === 0
          ? 'No row was counted at both ends: each direction is told by one side alone, and nothing checks it.'
          : `${formatShare(both, rows)} of the rows were counted at both ends: each direction is told by its sender.`,
    }),
    fact('client-only', 'Rows counted at the client alone', clientOnly, rows, {
      sentence:
        clientOnly === 0
          ? 'No row is known from its client alone.'
          : `On ${count(clientOnly, 'row')} the way back is what the client received: the other end is outside, behind a service’s address, or without a sensor.`,
    }),
    fact('server-only', 'Rows counted at the server alone', serverOnly, rows, {
      sentence:
        serverOnly === 0
          ? 'No row is known from its server alone.'
          : `On ${count(serverOnly, 'row')} the way there is what the server received: the client is outside, the other half of a service’s traffic, or without a sensor.`,
    }),
    fact('neither-end', 'Rows that nobody counted', neither, rows, {
      severity: neither > 0 ? 'warn' : 'info',
      sentence:
        neither === 0
          ? 'Every row was counted by one end at least.'
          : `${count(neither, 'row')} ${neither === 1 ? 'has' : 'have'} no counts from either end: drawn, because someone talked, as thin as can be, because nobody said how much.`,
      example: rowName(examples.neither),
    }),
    fact('halves', 'Rows to a service’s address joined with its pods', joined, address, {
      sentence:
        address === 0
          ? 'No row goes to a service’s address: there is nothing to join.'
          : `${formatCount(joined)} of ${count(address, 'row')} to a service’s address stand beside the rows of the pods behind it: drawn as one link and counted once. ${
              joined === address ? 'None is left alone.' : 'The others end at the service itself.'
            }`,
    }),
  ];
}

// ---- Handshakes

/** A few old connections may well have none; when so many have none, it is the sensor that does not measure. */
const MANY_TCP = 20;

export function aboutServerTimes(counts: RowCounts, trust: ServerTrust): QualityFact[] {
  const { tcp, timeless, serverTimes, examples } = counts;
  const isBlind = tcp >= MANY_TCP && timeless === tcp;
  const apart = trust.medianRatio === undefined ? '' : timesApart(trust.medianRatio);
  const isRefuted = !trust.trusted && trust.pairs > 0;
  return [
    fact('no-handshake', 'TCP rows without a handshake time', timeless, tcp, {
      severity: isBlind ? 'warn' : 'info',
      sentence: isBlind
        ? 'No TCP row has a handshake time: no link has a colour, and nothing is said of the network’s health.'
        : timeless === 0
          ? 'Every TCP row has a handshake time.'
          : `${count(timeless, 'TCP row')} had no recent handshake (pooled or old connections, failed connects): not measured, which is not the same as fast. Their links are grey unless another row speaks for them.`,
    }),
    fact('server-times', 'Handshake times of the server alone', serverTimes, tcp, {
      severity: isRefuted || (!trust.trusted && serverTimes > 0) ? 'warn' : 'info',
      sentence: trust.trusted
        ? `Where both ends measured (${count(trust.pairs, 'row')}) they are ${apart} apart in the median, so the server’s time stands in on ${count(serverTimes, 'row')} where the client has none.`
        : isRefuted
          ? `Where both ends measured (${count(trust.pairs, 'row')}) they are ${apart} apart in the median: the server’s times are not those of the path. They colour no link; ${count(serverTimes, 'row')} with no other time ${serverTimes === 1 ? 'is' : 'are'} shown as not measured.`
          : serverTimes === 0
            ? 'No handshake time is known from the server alone.'
            : `${count(serverTimes, 'row')} ${serverTimes === 1 ? 'has' : 'have'} a time from the server alone, and no row has both to check it by: not believed, so their links are shown as not measured.`,
      example: trust.trusted ? undefined : rowName(examples.serverTimes),
    }),
  ];
}

const timesApart = (ratio: number): string =>
  `${ratio < 10 ? ratio.toFixed(1) : formatCount(Math.round(ratio))}×`;

// ---- What could not be read

/** With more than half of it missing, an answer is a glimpse and not a map. */
const MOST_MISSING = 0.5;
const severityOf = (missing: number, of: number): Severity =>
  missing === 0 ? 'info' : missing > of * MOST_MISSING ? 'bad' : 'warn';

export function aboutRejects({ flows, rejects }: Answer): QualityFact {
  const rows = flows.length + rejects.count;
  return fact('rejected', 'Rows that could not be read', rejects.count, rows, {
    severity: severityOf(rejects.count, rows),
    sentence:
      rejects.count === 0
        ? 'Every row could be read.'
        : `${count(rejects.count, 'row')} could not be read and ${rejects.count === 1 ? 'is' : 'are'} on no link: peers and traffic may be missing from the map.`,
    example:
      rejects.example === undefined
        ? undefined
        : `row ${formatCount(rejects.example.row + 1)}: ${rejects.example.reason}`,
  });
}

export function aboutRounding({ rounded, rows, examples }: RowCounts): QualityFact {
  return fact('rounded', 'Rows with counts too large to be exact', rounded, rows, {
    severity: rounded > 0 ? 'warn' : 'info',
    sentence:
      rounded === 0
        ? 'Every count came as it was sent.'
        : `${count(rounded, 'row')} ${rounded === 1 ? 'counts' : 'count'} past 9,007,199,254,740,991, where JSON loses the last digits: right to fifteen digits, but nine petabytes are more often a broken counter than traffic.`,
    example: rowName(examples.rounded),
  });
}

// ---- Who it is

/** A cluster's stale addresses are a row in a hundred; past one in five, names are missing where they come from. */
const MANY_UNRESOLVED = 0.2;

export function aboutPeers({
  rows,
  unresolved,
  unresolvedPeers,
  outside,
  examples,
}: RowCounts): QualityFact[] {
  const isMany = unresolved > rows * MANY_UNRESOLVED;
  return [
    fact('unresolved', 'Rows with an end that has no name', unresolved, rows, {
      severity: isMany ? 'warn' : 'info',
      sentence:
        unresolved === 0
          ? 'Every end is a pod, a service, a host process or an address outside.'
          : `${count(unresolvedPeers, 'address', 'addresses')} ${unresolvedPeers === 1 ? 'has' : 'have'} no name and ${unresolvedPeers === 1 ? 'stands' : 'stand'} as unresolved ${unresolvedPeers === 1 ? 'peer' : 'peers'}${isMany ? ': so many that links between known workloads may be drawn to bare addresses.' : '.'}`,
      example: examples.unresolved,
    }),
    fact('outside', 'Rows whose unnamed end counts as outside', outside, rows, {
      sentence:
        outside === 0
          ? 'No private address is counted as outside the cluster.'
          : `On ${count(outside, 'row')} the private address is named by no row, so what it sent counts as coming from outside: right for a database in the VPC, and nothing for a stale address, which answers nothing.`,
      example: examples.outside,
    }),
  ];
}

export function aboutTruncation({ flows, rejects, total, truncated }: Answer): QualityFact {
  const sent = flows.length + rejects.count;
  const missing = Math.max(0, total - sent);
  return fact('truncated', 'Rows that were left out', missing, Math.max(total, sent), {
    severity: truncated ? (severityOf(missing, total) === 'bad' ? 'bad' : 'warn') : 'info',
    sentence: !truncated
      ? 'The answer is whole.'
      : missing === 0
        ? 'The server left rows out and does not say how many: links may be missing, and volumes are at least what they say.'
        : `${formatCount(sent)} of ${count(total, 'matching row')} came, in no order that is promised: links are missing, volumes are at least what they say, and nothing here is a top ten. A filter or a higher limit brings the rest.`,
  });
}

export function aboutDuplicates({ latest: { duplicates, flows } }: QualityWatch): QualityFact {
  const { rows, first } = duplicates;
  return fact('duplicates', 'Rows that repeat another row’s key', rows, flows.length, {
    severity: rows > 0 ? 'warn' : 'info',
    sentence:
      rows === 0
        ? 'No two rows are of one flow.'
        : `${count(rows, 'row')} ${rows === 1 ? 'has' : 'have'} the protocol, ends and port of another: all are counted, so if they are the same traffic told twice, their links are too wide.`,
    example: first === undefined ? undefined : rowName(flows[first]),
  });
}

// ---- Between answers

/** More would not be read in a sentence. */
const NAMED = 3;

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMED);
  const rest = names.length - shown.length;
  if (rest > 0) shown.push(`${formatCount(rest)} more`);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** What happened longer ago is said but no finding any more: a wall display would otherwise show it for ever. */
const RECENT_MS = 10 * 60_000;
const severityAt = (happenedMs: number, nowMs: number): Severity =>
  nowMs - happenedMs < RECENT_MS ? 'warn' : 'info';

export function aboutRestarts({ restarts, latest, atMs: nowMs }: QualityWatch): QualityFact {
  if (restarts === undefined) {
    return fact('restarts', 'Rows whose counters began anew', 0, latest.flows.length, {
      sentence: 'No counter went backwards since we look.',
    });
  }
  const { rows, compared, nodes, atMs } = restarts;
  const where = nodes.length === 0 ? '' : ` on ${listNames(nodes.map(({ node }) => node))}`;
  return fact('restarts', 'Rows whose counters began anew', rows, compared, {
    severity: severityAt(atMs, nowMs),
    sentence: `At ${formatClock(atMs)} the counters of ${count(rows, 'row')}${where} began anew: their rate in that interval is not known, and their links are only as wide as what was counted since.`,
    example: nodes[0]?.node,
  });
}

export function aboutClock({ clock, sinceMs, atMs: nowMs }: QualityWatch): QualityFact {
  const label = 'Samples whose time does not go with their counters';
  if (clock === undefined) {
    return fact('clock', label, 0, 1, {
      sentence: `Time went forward from sample to sample since ${formatClock(sinceMs)}.`,
    });
  }
  const { kind, fromMs, atMs } = clock;
  return fact('clock', label, 1, 1, {
    severity: severityAt(atMs, nowMs),
    sentence:
      kind === 'back'
        ? `After the sample of ${formatClock(fromMs)} came one of ${formatClock(atMs)}: a clock was set back, or an older answer was served. No rate crosses it, and the timeline may show things out of order.`
        : `Two samples of ${formatClock(atMs)} have different counters: the source’s clock stood still. No rate can be worked out between them.`,
  });
}

export function aboutRates(rates: Calibration | undefined): QualityFact {
  const pairs = rates?.pairs ?? 0;
  const ratio = rates?.ratio;
  const words: Record<Calibration['verdict'], Words> = {
    bits: {
      sentence: `Reported rates agree with the counters of ${count(pairs, 'pair')}: they are bits per second, as documented.`,
    },
    bytes: {
      severity: 'warn',
      sentence: `Reported rates are bytes per second, not bits as documented (median of ${count(pairs, 'pair')}): read as bits they are eight times too small. Rates on the map come from counters.`,
    },
    neither: {
      severity: 'warn',
      sentence: `Reported rates are ${ratio === undefined ? 'far from' : `${formatRatio(ratio)}×`} what the counters grew by (median of ${count(pairs, 'pair')}): neither bits nor bytes. Believe the rates on the map, which come from counters.`,
    },
    unknown: {
      sentence:
        'Not enough traffic was reported and counted yet to tell bits from bytes. Rates on the map come from counters.',
    },
  };
  const verdict = rates?.verdict ?? 'unknown';
  const isOff = verdict === 'bytes' || verdict === 'neither';
  return fact(
    'rates',
    'Reported rates that disagree with counters',
    isOff ? pairs : 0,
    pairs,
    words[verdict],
  );
}

const formatRatio = (ratio: number): string => String(Number(ratio.toPrecision(2)));

export function aboutSensors({ gaps, nodes }: { gaps: readonly SensorGap[]; nodes: number }): QualityFact {
  const label = 'Nodes whose sensor is not heard';
  if (gaps.length === 0) {
    return fact('sensors', label, 0, nodes, {
      sentence:
        nodes === 0
          ? 'No row names a node, so a silent sensor could not be told.'
          : 'No node fell silent while others were heard.',
    });
  }
  const ends = gaps.reduce((sum, gap) => sum + gap.ends, 0);
  const heard = gaps.map(({ heardMs }) => heardMs).filter((ms) => ms !== undefined);
  const since =
    heard.length === gaps.length
      ? `since ${formatClock(Math.min(...heard))}`
      : heard.length === 0
        ? 'since we look'
        : 'some of it since we look';
  return fact('sensors', label, gaps.length, nodes, {
    severity: 'warn',
    sentence: `Nothing was counted on ${listNames(gaps.map(({ node }) => node))} ${since}, while other nodes go on counting: ${count(ends, 'end')} there ${ends === 1 ? 'is' : 'are'} known from the other side alone. Links that stay within the node or leave the cluster from it are missing, and so is what it sent in the whole.`,
    example: gaps[0]?.node,
  });
}

// ---- Beside the flows

export function aboutInventory(found: InventoryConflicts | undefined): QualityFact {
  const label = 'Ends that the inventory tells otherwise';
  if (found === undefined) {
    return fact('inventory', label, 0, 0, {
      sentence:
        'There is no inventory: zones and idle pods are not known, and names cannot be checked. Start Shoal with --inventory, or drop one on the page.',
    });
  }
  const { compared, conflicts, example } = found;
  return fact('inventory', label, conflicts, compared, {
    severity: conflicts > 0 ? 'warn' : 'info',
    sentence:
      compared === 0
        ? 'No end of these flows names a pod that the inventory knows: it may be of another cluster. Zones come from it alone.'
        : conflicts === 0
          ? `The inventory agrees with all ${count(compared, 'end')} that it knows.`
          : `The inventory and the flows disagree on ${count(conflicts, 'end')} of ${formatCount(compared)}. The map goes by the flows; zones, idle pods and suggested policies go by the inventory, which may be older, or of another cluster.`,
    example,
  });
}

/**
 * The table of flows, kept where the flows are: sorted once, handed out by the page, written as a file.
 * Each row stands once, though it may be drawn with several links.
 */
import { type Flow, flowKey } from '../flows/flow';
import type { Rates } from '../flows/rates';
import type { BytesPerSecond, PacketsPerSecond } from '../flows/units';
import { endName, type FlowRow, flowRow } from '../graph/flow-rows';
import type { Scene } from '../graph/focus';
import { late } from './late-code';
import type { RowSort, RowsPage, TableRow } from './messages';

const loadCsv = late(() => import('../share/csv'));
const loadRedaction = late(() => import('../share/redaction'));

export interface RowDesk {
  page(sort: RowSort, descending: boolean, from: number, count: number, rates?: Rates | undefined): RowsPage;
  /** Given all flows of the answer, names give way to pseudonyms. */
  csv(redacting?: readonly Flow[], rates?: Rates): Promise<Blob>;
}

interface Kept {
  row: FlowRow;
  link: string;
}

/** What a column sorts by; undefined is always last. */
const SORT_VALUE: Record<RowSort, (row: FlowRow) => string | number | undefined> = {
  proto: (row) => row.flow.proto,
  client: (row) => endName(row.flow.client),
  server: (row) => endName(row.flow.server),
  bytes: (row) => row.bytes,
  packets: (row) => row.packets,
  p99: (row) => row.p99Us,
  p50: (row) => row.p50Us,
  seen: (row) => (row.perspectives === 'none' ? undefined : row.perspectives),
  reported: (row) => row.flow.totals?.bytes,
};

export function createRowDesk(scene: Scene): RowDesk {
  const { trust } = scene.graph;
  const links = new Map<Flow, string>();
  for (const link of scene.links) {
    for (const flow of [...link.flows, ...link.attached]) if (!links.has(flow)) links.set(flow, link.id);
  }
  let rows: Kept[] | undefined;
  let sorted: { by: string; rows: Kept[] } | undefined;
  const sortedBy = (sort: RowSort, descending: boolean): Kept[] => {
    rows ??= [...links].map(([flow, link]) => ({ row: flowRow(flow, trust), link }));
    const by = `${sort} ${descending}`;
    if (sorted?.by !== by) sorted = { by, rows: sortRows(rows, SORT_VALUE[sort], descending) };
    return sorted.rows;
  };
  return {
    page(sort, descending, from, count, rates) {
      const page = sortedBy(sort, descending)
        .slice(from, from + count)
        .map(({ row, link }) => {
          const key = flowKey(row.flow);
          return { row, link, key, ...rateOf(rates, key) };
        });
      return { rows: page, total: links.size, trust };
    },
    async csv(redacting, rates) {
      const { flowsCsvParts } = await loadCsv();
      const shown = [...links.keys()];
      let flows: readonly Flow[] = shown;
      if (redacting !== undefined) {
        const { createRedactor } = await loadRedaction();
        flows = flows.map(createRedactor(redacting).flow);
      }
      // By the flows as they are: pseudonyms are other keys.
      const rateAt = (index: number) => {
        const flow = shown[index];
        return flow === undefined ? undefined : rateOf(rates, flowKey(flow)).rate;
      };
      return new Blob([...flowsCsvParts(flows, trust, rateAt)], { type: 'text/csv;charset=utf-8' });
    },
  };
}

/** Rows that cannot be told apart share what their key carries. */
function rateOf(rates: Rates | undefined, key: string): Pick<TableRow, 'rate'> {
  const rate = rates?.flows.get(key);
  if (rate === undefined) return {};
  const { bytesPerS, packetsPerS, rows } = rate;
  return {
    rate: {
      bytesPerS: (bytesPerS / rows) as BytesPerSecond,
      packetsPerS: (packetsPerS / rows) as PacketsPerSecond,
    },
  };
}

/** Text by code unit, which a hundred thousand rows can afford where a collator cannot; values are read once a row. */
function sortRows(
  rows: readonly Kept[],
  value: (row: FlowRow) => string | number | undefined,
  descending: boolean,
): Kept[] {
  const keyed = rows.map((kept, index) => ({ kept, index, value: value(kept.row) }));
  const sign = descending ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.value === undefined || b.value === undefined)
      return Number(a.value === undefined) - Number(b.value === undefined) || a.index - b.index;
    if (a.value === b.value) return a.index - b.index;
    return a.value < b.value ? -sign : sign;
  });
  return keyed.map(({ kept }) => kept);
}

/**
 * The audit's findings as a file for a spreadsheet: a line a finding, its kind first, units in the header. Refuses to
 * know how a file is written (csv.ts) and what a finding is (insight/).
 */
import type { Audit, AuditLink, EgressRow } from '../insight/audit';
import type { BaselineComparison } from '../insight/baseline';
import type { LinkName, NamedLink } from '../insight/baseline-names';
import type { Sitting } from '../insight/baseline-sitting';
import { rawCsvParts } from './csv';

/** Every line has all of these; what a kind does not know is empty. */
const BLANK = {
  finding: '',
  from: '',
  from_namespace: '',
  to: '',
  to_namespace: '',
  ports: '',
  flows: null,
  bytes: null,
  sent_bytes: null,
  received_bytes: null,
  worst_p99_us: null,
  band: '',
  first_seen: '',
  note: '',
};

type Line = { [Column in keyof typeof BLANK]: string | number | null };

/**
 * The file in parts; none when nothing was found. Names are the cluster's; what a spreadsheet would run is made inert by
 * the writer.
 */
export function findingsCsv(
  audit: Audit,
  comparison?: BaselineComparison,
  sitting?: Sitting,
): Generator<string> {
  const lines: Partial<Line>[] = [
    ...audit.sensitive.map((link) => linkLine('into a sensitive namespace', link)),
    ...audit.crossNamespace.map((link) => linkLine('cross-namespace', link)),
    ...audit.egress.map((row) => egressLine('egress', row)),
    ...audit.unnamed.map((row) => egressLine('to an address that nobody names', row)),
    ...(comparison?.added ?? []).map((link) => nameLine('not in the baseline', link)),
    ...(comparison?.gone ?? []).map((link) => nameLine('gone since the baseline', link)),
    ...(comparison?.allowed ?? []).map(({ link, by }) => ({
      ...nameLine('allowed by the baseline', link),
      note: by.note ?? `${by.from} to ${by.to}`,
    })),
    ...(sitting?.appeared ?? []).map((link) => ({
      ...nameLine(
        link.kind === 'egress' ? 'new egress while watching' : 'new cross-namespace while watching',
        link,
      ),
      first_seen: new Date(link.atMs).toISOString(),
      note: link.uncertain ? 'the answer was cut short: it may have been there before' : '',
    })),
  ];
  return rawCsvParts(lines.map((line) => ({ ...BLANK, ...line })));
}

const linkLine = (finding: string, link: AuditLink): Partial<Line> => ({
  finding,
  from: link.from.label,
  from_namespace: link.from.namespace ?? '',
  to: link.to.label,
  to_namespace: link.to.namespace ?? '',
  ports: link.ports,
  ...figuresOf(link),
});

const egressLine = (finding: string, row: EgressRow): Partial<Line> => ({
  finding,
  from: row.from.label,
  from_namespace: row.from.namespace ?? '',
  to: row.address,
  ports: portOf(row),
  ...figuresOf(row),
});

const nameLine = (finding: string, link: LinkName | NamedLink): Partial<Line> => ({
  finding,
  from: link.from,
  to: link.to,
  ports: portOf(link),
  ...('flows' in link ? { flows: link.flows.length } : {}),
});

const portOf = ({ port, proto }: Pick<LinkName, 'port' | 'proto'>): string =>
  port === undefined ? proto : `${port}/${proto}`;

const figuresOf = (group: AuditLink | EgressRow): Partial<Line> => ({
  flows: group.flows,
  bytes: group.bytes,
  sent_bytes: group.sentBytes,
  received_bytes: group.receivedBytes,
  worst_p99_us: group.worstP99Us ?? null,
  band: group.band,
});

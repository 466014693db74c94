import { describe, expect, it } from 'vitest';
import { sketch } from '../flows/sketch';
import { auditFlows } from '../insight/audit';
import { compareBaseline, takeBaseline } from '../insight/baseline';
import { watchLinks } from '../insight/baseline-sitting';
import { findingsCsv } from './findings-csv';

const BEFORE = sketch('shop/web-0(web)@n1 -> data/db-0(db)@n2:5432  both 10k/20k 2ms');
const AFTER = sketch(`
  shop/web-0(web)@n1 -> data/db-0(db)@n2:5432   both 10k/20k 2ms
  shop/web-0(web)@n1 -> vault/=cmd-0(=cmd)@n2:8200  both 1k/2k 3ms
  shop/web-0(web)@n1 -> 203.0.113.9:443  c 5k/6k 30ms
`);

describe('findings as a file', () => {
  it('is a line a finding, with formulae made inert', () => {
    const audit = auditFlows(AFTER, ['vault']);
    const comparison = compareBaseline(takeBaseline(BEFORE, '2026-01-31T12:00:00Z'), AFTER, false);
    const at = (atMs: number, flows: typeof AFTER) => ({ flows, atMs, scope: '', truncated: false });
    const sitting = watchLinks(watchLinks(undefined, at(0, BEFORE)), at(1_000, AFTER));
    const [header, ...lines] = [...findingsCsv(audit, comparison, sitting)].join('').split('\r\n');
    expect(header).toMatch(/^finding,from,from_namespace,to,to_namespace,ports,flows,bytes,/);
    expect(lines.map((line) => line.split(',')[0])).toEqual([
      'into a sensitive namespace',
      'cross-namespace',
      'cross-namespace',
      'egress',
      'not in the baseline',
      'not in the baseline',
      'new cross-namespace while watching',
      'new egress while watching',
    ]);
    expect(lines[0]).toContain(',"\'=cmd",vault,8200/tcp,1,3000,1000,2000,3000,good');
    expect(lines[3]).toBe('egress,web,shop,203.0.113.9,,443/tcp,1,11000,5000,6000,30000,elevated,,');
    expect(lines.at(-1)).toContain('1970-01-01T00:00:01.000Z');
  });

  it('is empty where nothing was found', () => {
    expect([...findingsCsv(auditFlows([], ['*']))]).toEqual([]);
  });
});

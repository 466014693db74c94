// The diagnosis on real traffic: the capture whose delays were set by hand and other people's flows.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeAnswer } from '../flows/wire';
import { diagnose } from './diagnose';
import { type Observation, observe } from './diagnose-observe';

const project = fileURLToPath(new URL('../..', import.meta.url));
const DATA = path.resolve(project, process.env.SHOAL_DATA ?? '../shared/data');
const has = existsSync(`${DATA}/lab-bands`) && existsSync(`${DATA}/converted`);
if (!has)
  console.warn(`src/insight/diagnose-lab.test.ts is skipped: not all data is under SHOAL_DATA (${DATA}).`);

interface Line {
  at: string;
  flows: unknown;
}
interface Node {
  kind: string;
  metadata: { name: string; labels?: Record<string, string> };
}

function watch(view: 'merged' | 'asseen', isZoned: boolean): Observation[] {
  const inventory = JSON.parse(readFileSync(`${DATA}/lab-bands/inventory.json`, 'utf8')) as { items: Node[] };
  const zones = new Map(
    inventory.items.flatMap(({ kind, metadata }): [string, string][] =>
      kind === 'Node' ? [[metadata.name, metadata.labels?.['topology.kubernetes.io/zone'] ?? '']] : [],
    ),
  );
  const text = gunzipSync(readFileSync(`${DATA}/lab-bands/truth/snapshots.${view}.jsonl.gz`)).toString();
  const kept: Observation[] = [];
  for (const line of text.trim().split('\n')) {
    const { at, flows } = JSON.parse(line) as Line;
    const moment = { flows: decodeAnswer(flows).flows, atMs: Date.parse(at), epoch: 1 };
    kept.push(observe(isZoned ? { ...moment, zones } : moment, kept.at(-1)));
  }
  return kept;
}

describe.skipIf(!has)('the lab capture', () => {
  it.each(['merged', 'asseen'] as const)(
    '%s: 45 ms between the zones, from the first poll to the last',
    (view) => {
      const kept = watch(view, true);
      for (let polls = 1; polls <= kept.length; polls++) {
        expect(diagnose(kept.slice(0, polls)).findings[0]).toMatchObject({
          verdict: 'cross-zone',
          culprit: { zones: ['us-east-1a', 'us-east-1b'] },
          changed: false,
        });
      }
      const { penalties } = diagnose(kept);
      expect(penalties[0]?.extraUs).toBeGreaterThan(42_000);
      expect(penalties[0]?.extraUs).toBeLessThan(43_000);
    },
  );

  it.each(['merged', 'asseen'] as const)('%s: without zones it is the node that stands alone', (view) => {
    const [finding] = diagnose(watch(view, false)).findings;
    expect(finding).toMatchObject({ verdict: 'node', culprit: { node: 'node-3' } });
    expect(finding?.stayWell).toBeGreaterThan(0);
    expect(finding?.whatWouldChange).toContain('alone in a zone');
  });

  it('the two SYNs dropped on the way to a far address are lost, not a slow cluster', () => {
    const lost = diagnose(watch('merged', true)).findings.filter(({ signal }) => signal === 'lost-syns');
    expect(lost).toMatchObject([
      { culprit: { kind: 'pair', to: 'ext:203.0.113.10' }, confidence: 'weak', flows: 1 },
    ]);
  });

  it('closed and black-holed ports are failures, each by its own name', () => {
    const failures = diagnose(watch('merged', true)).failures.map(
      ({ kind, peer, port }) => `${kind} ${peer}:${port}`,
    );
    expect(failures.sort()).toEqual([
      'refused ext:198.51.100.20:8080',
      'refused svc:shop/cart:9999',
      'unanswered ip:10.244.2.99:8080',
      'unanswered svc:shop/cart:7071',
    ]);
  });

  it.each(['netobserv-old-0a8787a5-flows', 'netobserv-old-83665c27-flows', 'pcap-zeek-ipv6'])(
    '%s: one-way rows and a handful of packets accuse nobody',
    (name) => {
      const { flows } = decodeAnswer(JSON.parse(readFileSync(`${DATA}/converted/${name}.json`, 'utf8')));
      expect(diagnose([observe({ flows, atMs: 0, epoch: 1 })])).toMatchObject({
        verdict: 'too-little',
        findings: [],
        failures: [],
      });
    },
  );
});

// The capture of a real small cluster (DESIGN §4 "Check"): what the numbers must come to. A recording of it is shipped;
// the rest of the data lives outside the project: SHOAL_DATA says where, and without it that suite says it was skipped.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { aggregateFlows } from './aggregate';
import type { Flow } from './flow';
import { flowHandshake, groupHandshake, serverTrust } from './handshake';
import { identify } from './identity';
import { summarise } from './summarise';
import type { Bytes } from './units';
import { linkVolume, volumeSum, wholeVolume } from './volume';
import { decodeAnswer, decodeSummary, encodeAnswer, encodeSummary } from './wire';

const project = fileURLToPath(new URL('../..', import.meta.url));
const data = path.resolve(project, process.env.SHOAL_DATA ?? '../shared/data');
const truth = path.join(data, 'lab-bands', 'truth');
const present = existsSync(truth);
if (!present)
  console.warn(`src/flows/lab.test.ts is skipped: no lab-bands/truth under SHOAL_DATA (${data}).`);

const json = (name: string): unknown => JSON.parse(readFileSync(path.join(truth, name), 'utf8'));
const flowsOf = (name: string): Flow[] => decodeAnswer(json(name)).flows;
const FILES = { merged: 'flows.merged.full.json', asseen: 'flows.asseen.full.json' } as const;

/** Links at service level: `from>to` to their flows, and the peers they end at. */
function byService(flows: readonly Flow[]) {
  const links = new Map<string, Flow[]>();
  const peers = new Set<string>();
  for (const flow of flows) {
    const [from, to] = [identify(flow.client, 'service').id, identify(flow.server, 'service').id];
    peers.add(from).add(to);
    const link = links.get(`${from}>${to}`);
    if (link === undefined) links.set(`${from}>${to}`, [flow]);
    else link.push(flow);
  }
  return { links, peers };
}

/** The last line of a recording: its answer and, beside it, the summary of the same moment. */
function lastLine(file: string): { flows: Flow[]; summary: unknown } {
  const text = gunzipSync(readFileSync(file)).toString();
  const line = JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as { flows: unknown; summary: unknown };
  return { flows: decodeAnswer(line.flows).flows, summary: line.summary };
}

describe('the recording that is shipped', () => {
  const { flows, summary } = lastLine(path.join(project, 'public', 'recordings', 'lab.jsonl.gz'));

  it('keeps the whole, the links and the peers of the capture', () => {
    expect(flows).toHaveLength(73);
    expect(wholeVolume(flows, 'bytes')).toBe(21_305_945);
    const { links, peers } = byService(flows);
    expect([links.size, peers.size]).toEqual([46, 25]);
  });

  it('keeps the summary of its flows', () => {
    expect(encodeSummary(summarise(flows))).toEqual(summary);
  });
});

const suite = present ? 'the lab capture' : 'the lab capture (skipped: set SHOAL_DATA to its folder)';

describe.skipIf(!present)(suite, () => {
  it.each(Object.values(FILES))('%s: nothing is rejected, and full is written back as it was', (name) => {
    const raw = json(name) as { flows: unknown[] };
    const answer = decodeAnswer(raw);
    expect(answer.rejects.count).toBe(0);
    expect(encodeAnswer(answer, 'full')).toEqual(raw);
    expect(encodeAnswer(answer, 'compact')).toEqual(json(name.replace('full', 'compact')));
  });

  it.each(Object.values(FILES))('%s: the whole is 21,306,312 bytes', (name) => {
    const flows = flowsOf(name);
    expect(wholeVolume(flows, 'bytes')).toBe(21_306_312);
    expect(flows.reduce((sum, flow) => sum + (flow.totals?.bytes ?? 0), 0)).toBe(36_285_142);
  });

  it.each(['merged', 'asseen'])('snapshots.%s: the whole of the last line is 21,305,945 bytes', (which) => {
    const { flows } = lastLine(path.join(truth, `snapshots.${which}.jsonl.gz`));
    expect(wholeVolume(flows, 'bytes')).toBe(21_305_945);
  });

  it('service level: 46 links and 47, among 25 peers each', () => {
    const [merged, asseen] = [byService(flowsOf(FILES.merged)), byService(flowsOf(FILES.asseen))];
    expect([merged.links.size, merged.peers.size]).toEqual([46, 25]);
    expect([asseen.links.size, asseen.peers.size]).toEqual([47, 25]);
  });

  it('46 of 47 links carry the same both ways of seeing; the 47th is a host process seen only as-seen', () => {
    const [merged, asseen] = [byService(flowsOf(FILES.merged)), byService(flowsOf(FILES.asseen))];
    const differing: string[] = [];
    for (const [id, rows] of asseen.links) {
      const joined = merged.links.get(id);
      if (joined === undefined) differing.push(id);
      else expect(linkVolume(rows, 'bytes'), id).toEqual(linkVolume(joined, 'bytes'));
    }
    expect(differing).toEqual(['host:node-2>svc:monitoring/node-exporter']);
  });

  it('the services that talk most carry 6,250,266 bytes', () => {
    const pair = 'svc:ingress-nginx/ingress-nginx-controller>svc:shop/frontend';
    const rows = byService(flowsOf(FILES.merged)).links.get(pair) ?? [];
    expect(volumeSum(linkVolume(rows, 'bytes'))).toBe(6_250_266);
  });

  it('believes the server in packets, not in socket states', () => {
    expect(serverTrust(flowsOf(FILES.merged))).toMatchObject({ trusted: true, pairs: 40 });
    const sockets = serverTrust(flowsOf('flows.socket-view.full.json'));
    expect(sockets.trusted).toBe(false);
    expect(sockets.medianRatio).toBeGreaterThan(6);
  });

  it('42 of 73 flows are measured', () => {
    const flows = flowsOf(FILES.merged);
    const trust = serverTrust(flows);
    const measured = flows.filter((flow) => flowHandshake(flow, trust)?.p99Us !== undefined);
    expect([measured.length, flows.length]).toEqual([42, 73]);
  });

  it.each([
    ['svc:shop/checkout>svc:shop/cart', 'excellent', 38],
    ['svc:shop/frontend>svc:shop/checkout', 'good', 6_400],
    ['svc:shop/cart>svc:data/redis-master', 'elevated', 12_300],
    ['svc:shop/catalog>svc:data/memcached', 'elevated', 46_000],
    ['svc:shop/payment>ext:203.0.113.10', 'high', 1_180_000],
  ])('%s is %s at about %d µs', (id, band, p99) => {
    const flows = flowsOf(FILES.merged);
    const group = groupHandshake(byService(flows).links.get(id) ?? [], serverTrust(flows));
    expect(group.band).toBe(band);
    expect(Math.abs((group.worstP99Us ?? 0) / p99 - 1)).toBeLessThan(0.02);
  });

  it('everything to kube-dns is unmeasured', () => {
    const flows = flowsOf(FILES.merged);
    const toDns = [...byService(flows).links].filter(([id]) => id.endsWith('>svc:kube-system/kube-dns'));
    expect(toDns.length).toBeGreaterThan(3);
    for (const [id, rows] of toDns)
      expect(groupHandshake(rows, serverTrust(flows)).band, id).toBe('unmeasured');
  });

  it.each(['merged', 'asseen'] as const)('summary.%s.json is what we make of the flows', (which) => {
    const reported = json(`summary.${which}.json`);
    expect(encodeSummary(decodeSummary(reported))).toEqual(reported);
    expect(encodeSummary(summarise(flowsOf(FILES[which])))).toEqual(reported);
  });

  it.each(['pod', 'service', 'namespace', 'node'] as const)(
    'aggregated by %s it sends and receives as much',
    (level) => {
      const sum = (flows: readonly Flow[]) =>
        flows.reduce(
          (total, { clientStats, serverStats }) =>
            [clientStats?.txBytes, clientStats?.rxBytes, serverStats?.txBytes, serverStats?.rxBytes].reduce(
              (part: number, one: Bytes | undefined) => part + (one ?? 0),
              total,
            ),
          0,
        );
      for (const name of Object.values(FILES)) {
        const flows = flowsOf(name);
        expect(sum(aggregateFlows(flows, level))).toBe(sum(flows));
        expect(aggregateFlows(flows, level).length).toBeLessThan(flows.length);
      }
    },
  );
});

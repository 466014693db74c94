// What the leading sentence may not hide, and what a sentence may not claim beyond its evidence.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Flow } from '../flows/flow';
import { sketch } from '../flows/sketch';
import { decodeAnswer } from '../flows/wire';
import { readInventoryFacts } from './activity-inventory';
import { diagnose, type Report } from './diagnose';
import { type Observation, observe } from './diagnose-observe';

const ZONES = new Map([
  ['n1', 'a'],
  ['n2', 'a'],
  ['n3', 'a'],
  ['n4', 'b'],
  ['n5', 'b'],
  ['n6', 'b'],
]);
const NODES = [...ZONES.keys()];
const EVERY_MS = 5_000;

function watched(polls: number, flows: readonly Flow[], zones: ReadonlyMap<string, string> = ZONES): Report {
  const kept: Observation[] = [];
  for (let n = 0; n < polls; n++)
    kept.push(observe({ flows, atMs: n * EVERY_MS, epoch: 1, zones }, kept.at(-1)));
  return diagnose(kept);
}

/** The shipped recording's last poll: 45 ms between its zones, ports without an answer, a SYN lost on the way out. */
const recordings = fileURLToPath(new URL('../../public/recordings', import.meta.url));
const [lastPoll = ''] = gunzipSync(readFileSync(path.join(recordings, 'lab.jsonl.gz')))
  .toString()
  .trim()
  .split('\n')
  .slice(-1);
const lab = decodeAnswer((JSON.parse(lastPoll) as { flows: unknown }).flows).flows;
const inventory: unknown = JSON.parse(readFileSync(path.join(recordings, 'lab-inventory.json'), 'utf8'));
const labZones = readInventoryFacts(inventory).zones;

/** Every node calls every other, and nothing is wrong but what `more` says. */
function cluster(more: string): Flow[] {
  const lines = NODES.flatMap((at, i) =>
    NODES.flatMap((on, k) => {
      const time =
        at === on ? '30us..60us' : ZONES.get(at) === ZONES.get(on) ? '150us..300us' : '700us..1.5ms';
      return ['web', 'pay'].map(
        (name) => `shop/${name}-${i}(${name})@${at} -> shop/db-${k}(db)@${on}:5432  both 9k/9k ${time}`,
      );
    }),
  );
  return sketch(`${lines.join('\n')}\n${more}`);
}

const DEAD = `shop/web-0(web)@n1 -> shop/auth(auth):8443  c 60/0
shop/pay-1(pay)@n2 -> shop/mail(mail):25  c 60/0`;
const REFUSED = 'shop/web-0(web)@n1 -> shop/auth-1(auth)@n2:9999  c 60/40';
const LOSSY = 'shop/job-0(job)@n1 -> 203.0.113.10:443  both 9/9 20ms..1.1s';

describe('the leading sentence', () => {
  it('calls the network fine and still says what gets no answer', () => {
    const text = (more: string): string => watched(4, cluster(more)).sentence;
    expect(text('')).toMatch(/^The network is fine: .* look at the application\.$/);
    expect(text(DEAD)).toMatch(/look at the application; but SYNs to 2 destinations get no answer\.$/);
    expect(text(REFUSED)).toMatch(/look at the application; but SYNs to 1 destination are refused\.$/);
    expect(text(`${DEAD}\n${REFUSED}`)).toContain('2 destinations get no answer, to 1 they are refused.');
  });

  it('calls nothing fine of which the server left rows out', () => {
    const observation = observe({ flows: cluster(DEAD), atMs: 0, epoch: 1, truncated: true });
    const report = diagnose([observation]);
    expect(report.verdict).toBe('too-little');
    expect(report.sentence).toMatch(
      /cut short.* Raise the limit\. Of what came \d+ flows measured a handshake/,
    );
    expect(diagnose([{ ...observation, truncated: false }]).verdict).toBe('fine');
  });

  it('of a distance names the incident and the failures below it', () => {
    const report = watched(4, lab, labZones);
    expect(report.verdict).toBe('cross-zone');
    expect(report.sentence).toMatch(
      /Besides, the path between .* may lose SYNs; SYNs to 2 destinations get no answer, to 2 they are refused\.$/,
    );
    const calm = lab.filter(
      ({ clientStats: { p50Us, p99Us = 0 } = {} }) => p50Us !== undefined && p99Us < 900_000,
    );
    expect(watched(4, calm, labZones)).toMatchObject({ verdict: 'cross-zone', failures: [] });
    expect(watched(4, calm, labZones).sentence).not.toContain('Besides');
  });
});

describe('a finding in words', () => {
  it('is as it always was only after some minutes', () => {
    expect(watched(1, lab, labZones).sentence).toContain('has been long since watching began');
    expect(watched(30, lab, labZones).sentence).not.toContain('always');
    expect(watched(40, lab, labZones).sentence).toContain('is long, as it always was');
  });

  it('of one flow without any like it is a hint, and claims nothing about other flows', () => {
    const lossy = watched(4, cluster(LOSSY)).findings.find(({ signal }) => signal === 'lost-syns');
    expect(lossy).toMatchObject({ flows: 1, well: 0, others: 0 });
    expect(lossy?.sentence).toContain('may lose SYNs (one flow, nothing to compare with)');
    expect(lossy?.evidence[0]).toBe(
      'One flow of one source to one target says so; it has no other measured flow.',
    );
  });
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalIp } from '../flows/address';
import type { Endpoint, Flow } from '../flows/flow';
import { sketch } from '../flows/sketch';
import { decodeAnswer } from '../flows/wire';
import type { Narrowing } from '../graph/narrowing';
import { composeScene, composeStill } from '../graph/still';
import { diagnose } from '../insight/diagnose';
import { observe } from '../insight/diagnose-observe';
import { cardSize, layOutCard, mapRoom } from './card-layout';
import { cardSvg } from './card-svg';
import { flowsCsv } from './csv';
import { createRedactor } from './redaction';
import { makeReport } from './report';
import { reportMarkdown } from './report-markdown';

const measure = (text: string, fontPx: number): number => [...text].length * fontPx * 0.58;
const ALL: Narrowing = { hide: 'auto', problems: false, minBytes: 0, expand: [] };

const lab = (): Flow[] => {
  const path = fileURLToPath(new URL('../../public/recordings/lab.jsonl.gz', import.meta.url));
  const last = gunzipSync(readFileSync(path)).toString().trim().split('\n').at(-1) ?? '';
  return decodeAnswer((JSON.parse(last) as { flows: unknown }).flows).flows;
};

/** Every name and address of the flows, as they stand there and in their shortest form. */
function namesOf(flows: readonly Flow[]): Set<string> {
  const ends = flows.flatMap(({ client, server }) => [client, server]);
  const names = ends.flatMap(({ ip, pod, ns, svc, node, containerId }: Endpoint) => [
    ...(ip === undefined ? [] : [ip, canonicalIp(ip)]),
    ...[pod, ns, svc, node, containerId],
  ]);
  return new Set(names.filter((name) => name !== undefined));
}

/** Everything that a redacted export of these flows says. */
function exportsOf(flows: readonly Flow[], level: Narrowing['level'], view: Partial<Narrowing> = {}) {
  const zones = new Map([...namesOf(flows)].slice(0, 3).map((name, at) => [name, `eu-zone-${at}`]));
  const redactor = createRedactor(flows, new Set(zones.values()));
  const whole: Narrowing = { ...ALL, ...view, ...(level === undefined ? {} : { level }) };
  const answer = { flows: [...flows], total: flows.length, truncated: false, rejects: { count: 0 } };
  const size = cardSize(0);
  const plain = composeScene(answer, whole, mapRoom(size), measure);
  const { scene, view: told } = redactor.scene(plain, whole);
  const diagnosis = diagnose([observe({ flows, atMs: 0, epoch: 0, zones })]);
  const report = makeReport({
    scene,
    view: told,
    colour: 'band',
    query: redactor.query({ ns: flows[0]?.client.ns ?? 'x', pod: 'front', ip: '10.0.0.0/8', l4proto: 'tcp' }),
    source: redactor.source('hub kubeshark.example:8898'),
    atMs: 0,
    nowMs: 1000,
    diagnosis: { ...diagnosis, sentence: redactor.text(diagnosis.sentence) },
    version: '1.2.3',
    link: 'https://map.example/?ns=shop',
    redacted: true,
  });
  const around = told.focus?.peer;
  const still = composeStill({ scene, around, room: mapRoom(size), theme: 'dark', measure });
  const svg = cardSvg(report, layOutCard(report, size, measure), still, 'dark', measure);
  const csv = flowsCsv(flows.map(redactor.flow), plain.graph.trust);
  return {
    report,
    plain,
    scene,
    still,
    csv,
    text: [JSON.stringify(report), reportMarkdown(report), svg, JSON.stringify(still), csv].join('\n'),
  };
}

/** Words of ours that a name may happen to be: kinds, levels, keys and marks of the formats. */
const shownIn = (text: string, name: string): boolean =>
  new RegExp(`(?<![\\w-])${name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?![\\w-])`).test(text);

describe('a redacted export', () => {
  it.each([undefined, 'pod', 'service', 'namespace', 'node'] as const)(
    'of the shipped recording at level %s says no name and no address of it',
    (level) => {
      const flows = lab();
      const { text } = exportsOf(flows, level);
      const names = [...namesOf(flows)];
      expect(names.length).toBeGreaterThan(60);
      expect(names.filter((name) => text.includes(name))).toEqual([]);
      expect(text).not.toMatch(/https?:\/\/map|kubeshark\.example|front\b/);
    },
  );

  it('keeps the map: as many peers, links, bands and bytes, folded and hidden as before', () => {
    for (const level of ['pod', 'service'] as const) {
      const { plain, scene, report } = exportsOf(lab(), level);
      expect(scene.peers).toHaveLength(plain.peers.length);
      expect(new Set(scene.peers.map(({ id }) => id)).size).toBe(plain.peers.length);
      expect(scene.links.map(({ bytes, handshake }) => [bytes, handshake.band])).toEqual(
        plain.links.map(({ bytes, handshake }) => [bytes, handshake.band]),
      );
      expect(report.counts.links).toBe(plain.links.length);
      expect(
        new Set(scene.peers.map(({ kind, label, namespace }) => `${kind} ${namespace}/${label}`)).size,
      ).toBe(new Set(plain.peers.map(({ kind, label, namespace }) => `${kind} ${namespace}/${label}`)).size);
    }
  });

  it('names everything the same throughout one export, and the focus by its new name', () => {
    const flows = lab();
    const id = composeScene(
      { flows, total: 1, truncated: false, rejects: { count: 0 } },
      { ...ALL, level: 'pod' },
      mapRoom(cardSize(0)),
      measure,
    ).peers.find(({ kind }) => kind === 'pod')?.id;
    const { report, still, csv } = exportsOf(flows, 'pod', { focus: { peer: id ?? '', depth: 1 } });
    const focus = report.narrowing.focus?.peer ?? '';
    const [, label = ''] = focus.split('/');
    expect(label).not.toBe('');
    expect(still.picture.peers.map((peer) => peer.label)).toContain(label);
    expect(csv).toContain(label);
    expect(exportsOf(flows, 'pod').csv).toBe(csv);
  });

  it('folds what is outside by networks without telling them', () => {
    const many = sketch(
      Array.from(
        { length: 40 },
        (_, at) => `shop/web-1@n1 -> 203.0.113.${at + 1}:${1000 + at}  c 1k/1k`,
      ).join('\n'),
    );
    const { plain, text } = exportsOf(many, 'pod');
    expect(plain.peers.some(({ label }) => label.includes('203.0.113.0/24'))).toBe(true);
    expect(text).not.toContain('203.0.113');
  });

  it('holds whatever the names are', () => {
    const name = fc.oneof(
      fc.stringMatching(/^[a-z][a-z0-9-]{2,20}$/),
      fc.constantFrom(
        'pod-1',
        'service-1',
        'namespace-1',
        'machine-1',
        'kube-system',
        'fd00::1',
        '2001:db8:1::1',
      ),
      fc.string({ minLength: 3, maxLength: 12 }),
    );
    const end = fc.record({ ns: name, pod: name, svc: name, node: name, ip: fc.ipV4() });
    fc.assert(
      fc.property(fc.array(fc.tuple(end, end), { minLength: 1, maxLength: 6 }), (pairs) => {
        const flows = pairs.map(([client, server]): Flow => ({ proto: 'tcp', client, server }));
        const redactor = createRedactor(flows);
        const names = namesOf(flows);
        for (const one of flows.map(redactor.flow))
          for (const side of [one.client, one.server])
            for (const field of [side.ip, side.pod, side.ns, side.svc, side.node])
              expect(names.has(field ?? '')).toBe(false);
        const sentence = [...names].map((one) => `from ${one} to`).join(' ');
        const said = redactor.text(sentence);
        for (const one of names)
          if (/^[\w.-]+$/.test(one) && one.length > 4) expect(shownIn(said, one)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});

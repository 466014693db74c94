import { describe, expect, it } from 'vitest';
import { sketch } from '../flows/sketch';
import { decodeAnswer, encodeAnswer } from '../flows/wire';
import { redactLines } from './redact-recording';
import { readSnapshot, writeSnapshot } from './snapshot';

const TEMPLATE =
  '<body><script type="application/json" id="shoal-snapshot">null</script><script>go()</script></body>';

/** What a browser would find in the element. */
const heldIn = (html: string): string =>
  /<script type="application\/json" id="shoal-snapshot">(.*?)<\/script>/s.exec(html)?.[1] ?? '';

describe('a snapshot', () => {
  it('holds what was put in, whatever bytes and names that is', async () => {
    const bytes = Uint8Array.from({ length: 70_001 }, (_, at) => (at * 7) % 256);
    const name = '</script><script>alert(1)</script><!-- & "é🐟"';
    const file = await writeSnapshot(TEMPLATE, {
      name,
      search: 'ns=a%3Cb&level=pod',
      placements: '[]',
      recording: new Blob([bytes]),
      inventory: new Blob(['{}']),
    });
    const html = await file.text();
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    const read = readSnapshot(heldIn(html));
    expect(read).toMatchObject({ name, search: 'ns=a%3Cb&level=pod', placements: '[]' });
    expect(new Uint8Array((await read?.recording.arrayBuffer()) ?? [])).toEqual(bytes);
    expect(await read?.inventory?.text()).toBe('{}');
  });

  it('is put into nothing but its own page, and read from nothing else', async () => {
    const snapshot = { name: 'a', search: '', recording: new Blob([]) };
    await expect(writeSnapshot('<html></html>', snapshot)).rejects.toThrow('no page');
    expect(readSnapshot('null')).toBeUndefined();
    expect(readSnapshot('{"format":"other","recording":""}')).toBeUndefined();
  });
});

describe('a redacted recording', () => {
  const flows = sketch(`
    shop/web-5c9f7d-abcde(web)@n1 -> shop/cart-0(cart)@n2:7070   both 60k/167k 3ms..12ms
    shop/web-5c9f7d-abcde(web)@n1 -> 203.0.113.10:8443           c 20k/75k
  `);
  const line = (at: string, rows: typeof flows) =>
    JSON.stringify({
      at,
      epoch: 'e1',
      flows: encodeAnswer({ flows: rows, total: 9, truncated: true }, 'full'),
      summary: {
        total_flows: 9,
        by_namespace: { shop: 9, hidden: 1 },
        top_by_bytes: [{ client_pod: 'secret-pod-1', server_pod: 'cart-0', bytes: 5 }],
      },
    });
  const lines = [line('2026-01-01T00:00:00Z', flows.slice(0, 1)), line('2026-01-01T00:00:10Z', flows)];
  const redacted = [...redactLines(() => lines)];

  it('keeps figures and times, and says no name, not even one that only the summary has', () => {
    expect(redacted.join('\n')).not.toMatch(/shop|web|cart|secret|hidden|203\.0|"n1"/);
    const [first, second] = redacted.map((text) => JSON.parse(text));
    expect([first.at, second.at, first.epoch]).toEqual([
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:00:10Z',
      'e1',
    ]);
    const answer = decodeAnswer(second.flows);
    expect(answer).toMatchObject({ total: 9, truncated: true });
    expect(answer.flows.map(({ clientStats }) => clientStats)).toEqual(
      flows.map(({ clientStats }) => clientStats),
    );
    expect(second.summary).toMatchObject({ total_flows: 9, top_by_bytes: [{ bytes: 5 }] });
  });

  it('calls everything the same from the first line to the last', () => {
    const [first, second] = redacted.map((text) => decodeAnswer(JSON.parse(text).flows).flows[0]);
    expect(first?.client).toEqual(second?.client);
    expect(JSON.parse(redacted[0] ?? '').summary.top_by_bytes[0].server_pod).toBe(first?.server.pod);
  });
});

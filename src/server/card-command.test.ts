import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sketch } from '../flows/sketch';
import { encodeAnswer } from '../flows/wire';
import type { Report } from '../share/report';
import { createFakeHub, type FakeHub, givesJson, givesStatus } from './fake-hub';
import { run } from './run';

const FLOWS = sketch(`
  shop/web-1(web)@n1 -> shop/cart-1(cart)@n2:7070   both 60k/167k 3ms..12ms
  shop/pay-1@n3 -> 203.0.113.10:8443                c 20k/75k 124ms..1.2s
`);
const ANSWER = encodeAnswer({ flows: FLOWS, total: 4_812, truncated: true }, 'compact');
const SUMMARY = { total_flows: 4_812, by_namespace: {}, top_by_bytes: [] };

let hub: FakeHub;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-card-'));
  hub = await createFakeHub((request, response) =>
    givesJson(request.url?.includes('summary') ? SUMMARY : ANSWER)(request, response),
  );
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true });
});

async function card(text: string, env: Record<string, string> = {}) {
  let printed = '';
  let warned = '';
  const code = await run({
    args: ['card', ...text.replace('HUB', hub.url.href).replace('FOLDER', folder).split(' ')],
    env,
    print: (more) => {
      printed += more;
    },
    warn: (more) => {
      warned += more;
    },
  });
  return { code, printed, warned };
}

describe('shoal card against a hub', () => {
  it('prints the whole report as JSON, and asks what the page would ask', async () => {
    const { code, printed, warned } = await card('--hub HUB --query ns=shop --json');
    expect([code, warned]).toEqual([0, '']);
    const report = JSON.parse(printed) as Report;
    expect(report).toMatchObject({
      source: `hub ${hub.url.host}`,
      filters: [{ parameter: 'ns', value: 'shop' }],
      counts: { flows: 2, total: 4_812, truncated: true },
      reported: { totalFlows: 4_812 },
      redacted: false,
    });
    expect(report.link).toBeUndefined();
    expect(report.verdict?.sentence).not.toBe('');
    expect(hub.requests.at(-2)?.url).toBe('/mcp/flows?ns=shop&limit=1000');
  });

  it('tells the link where there is an address that others can open', async () => {
    const { printed } = await card('--hub HUB --query ns=shop --public-url https://map.example/x --json');
    expect((JSON.parse(printed) as Report).link).toBe('https://map.example/x/?ns=shop');
  });

  it('prints Markdown, or writes it where it is told', async () => {
    const { code, printed } = await card('--hub HUB --markdown');
    expect(code).toBe(0);
    expect(printed).toContain('## Whole cluster');
    expect(printed).toContain('| shop/pay-1 | 203.0.113.10 |');
    expect(await card('--hub HUB --markdown -o FOLDER/x.md')).toEqual({ code: 0, printed: '', warned: '' });
    expect(readFileSync(join(folder, 'x.md'), 'utf8').split('\n')[0]).toBe(printed.split('\n')[0]);
  });

  it('redacts what it prints', async () => {
    for (const as of ['--json', '--markdown']) {
      const { printed } = await card(
        `--hub HUB --query pod=pay --redact ${as} --public-url https://map.example/`,
      );
      expect(printed.length).toBeGreaterThan(300);
      expect(printed).not.toMatch(/shop|pay-1|cart|203\.0|127\.0|map\.example|\bn1\b/);
    }
  });

  it.each([
    ['--hub http://127.0.0.1:9 --json', 'cannot be reached'],
    ['--recording FOLDER/nothing.json --json', 'no such file'],
    ['--hub HUB --markdown -o FOLDER/no/where.md', 'no such file or folder'],
  ])('%s ends with 1 and says why', async (text, sentence) => {
    const { code, printed, warned } = await card(text);
    expect([code, printed]).toEqual([1, '']);
    expect(warned).toContain(sentence);
  });

  it('ends with 1 where the hub is no hub', async () => {
    hub.answer(givesStatus(401));
    expect(await card('--hub HUB --json')).toMatchObject({
      code: 1,
      warned: expect.stringContaining('sign-in'),
    });
    hub.answer(givesJson({ hello: 1 }));
    expect((await card('--hub HUB --json')).code).toBe(1);
  });

  it('ends with 2 without a browser, and says what to install', async () => {
    const { code, warned } = await card('--recording lab -o FOLDER/map.png', {
      SHOAL_BROWSER: '/no/browser',
    });
    expect(code).toBe(2);
    expect(warned).toContain('Install Chromium or Chrome');
    expect(warned).toContain('npm install playwright-core');
  });
});

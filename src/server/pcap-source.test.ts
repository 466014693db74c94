import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pcapFile } from '../sources/pcap/frames';
import { framesOf, START } from '../sources/pcap/trace';
import { run } from './run';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-captures-'));
  const trace = '0 10.0.0.1:40000 > 10.0.0.2:80 S 1\n0.001 10.0.0.2:80 > 10.0.0.1:40000 SA 5 2 ttl=60';
  const bytes = pcapFile(framesOf(trace));
  writeFileSync(join(folder, 'web.pcap'), bytes);
  writeFileSync(join(folder, 'web.pcap.gz'), gzipSync(bytes));
  writeFileSync(join(folder, 'cut.pcap'), bytes.subarray(0, bytes.length - 1));
  writeFileSync(join(folder, 'text.pcap'), 'hello');
  const pod = { kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, status: { podIP: '10.0.0.1' } };
  writeFileSync(join(folder, 'pods.json'), JSON.stringify([pod]));
  writeFileSync(
    join(folder, 'twice.json'),
    JSON.stringify([pod, { ...pod, metadata: { name: 'other', namespace: 'shop' } }]),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Started {
  printed: string;
  warned: string;
  code?: number;
  flows?: { flows: { client: object }[]; total: number };
  at?: string | null;
}

async function start(text: string): Promise<Started> {
  let [printed, warned] = ['', ''];
  const running = await run({
    args: `--port 0 ${text}`.split(' ').map((arg) => arg.replace('FOLDER', folder)),
    env: {},
    print: (more) => {
      printed += more;
    },
    warn: (more) => {
      warned += more.replaceAll(folder, 'FOLDER');
    },
  });
  if (typeof running === 'number') return { printed, warned, code: running };
  const response = await fetch(`${running.url}mcp/flows`);
  const flows = (await response.json()) as NonNullable<Started['flows']>;
  await running.stop();
  return { printed, warned, flows, at: response.headers.get('shoal-at') };
}

test('a capture is served as flows, at its own time', async () => {
  const { printed, warned, flows, at } = await start('--pcap FOLDER/web.pcap');
  expect(printed).toMatch(/\(capture web\.pcap\)\n$/);
  expect(warned).toBe('');
  expect(at).toBe(new Date((START + 5) * 1000).toISOString());
  expect(flows).toMatchObject({
    total: 1,
    flows: [
      {
        client: { ip: '10.0.0.1' },
        server: { ip: '10.0.0.2', port: 80 },
        client_stats: { tx_pkts: 1, rx_pkts: 1, tx_bytes: 40, tcp_handshake_p50_us: 1000 },
      },
    ],
  });
});

test('with an inventory it has names', async () => {
  const { flows } = await start('--pcap FOLDER/web.pcap.gz --inventory FOLDER/pods.json');
  expect(flows?.flows[0]?.client).toEqual({ ip: '10.0.0.1', pod: 'web', ns: 'shop' });
});

test('what is wrong with a part is warned of, and the rest is served', async () => {
  const { printed, warned, flows } = await start(
    '--pcap FOLDER/web.pcap FOLDER/cut.pcap FOLDER/text.pcap --inventory FOLDER/twice.json',
  );
  expect(printed).toMatch(/\(3 captures\)/);
  expect(warned).toMatch(/Addresses or ports that the inventory gives to two: 1\. The first one counts\./);
  expect(warned).toMatch(/FOLDER\/cut\.pcap: it breaks off at byte \d+, after 1 packet\./);
  expect(warned).toMatch(/FOLDER\/text\.pcap: it is neither pcap nor pcapng/);
  expect(flows?.total).toBe(1);
});

test.each([
  ['--pcap FOLDER/none.pcap', /FOLDER\/none\.pcap: there is no such file or folder\./],
  ['--pcap FOLDER', /FOLDER: it is a folder\. Give the captures in it\./],
  ['--pcap FOLDER/text.pcap', /FOLDER\/text\.pcap: it is neither pcap nor pcapng/],
])('%s cannot start', async (text, sentence) => {
  const { code, warned } = await start(text);
  expect(code).toBe(1);
  expect(warned).toMatch(sentence);
});

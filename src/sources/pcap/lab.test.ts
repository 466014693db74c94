import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { flowKey, type Stats } from '../../flows/flow';
import { decodeAnswer } from '../../flows/wire';
import { readInventory } from '../inventory';
import { createInventoryNames } from '../inventory-names';
import { streamOf } from './frames';
import { readCaptures } from './pcap';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const lab = resolve(process.env.SHOAL_DATA ?? resolve(root, '../shared/data'), 'lab-bands');
const isThere = existsSync(`${lab}/pcap`);
if (!isThere)
  console.warn(`skipped: there are no captures in ${lab}; set SHOAL_DATA to the folder that has lab-bands/.`);

const json = (path: string): unknown => JSON.parse(readFileSync(`${lab}/${path}`, 'utf8'));

const counts = (stats: Stats | undefined) =>
  stats && [stats.txPkts, stats.rxPkts, stats.txBytes, stats.rxBytes];
const times = (stats: Stats | undefined) => [stats?.p50Us, stats?.p90Us, stats?.p99Us];

/** Exact in counts; a handshake may be off by 2 % or 5 µs. */
test.skipIf(!isThere).each([
  ['joined', true, 'flows.merged.full.json', 73],
  ['as each end saw it', false, 'flows.asseen.full.json', 103],
])('all captures of the lab, %s, are its truth', async (_, join, truth, rows) => {
  const names = createInventoryNames(readInventory(json('inventory.json')));
  expect(names.conflicts).toBe(0);
  const { ledger, notes } = await readCaptures(
    readdirSync(`${lab}/pcap`).map((name) => ({
      name,
      open: () => streamOf(readFileSync(`${lab}/pcap/${name}`), 65_536),
    })),
    { names, join },
  );
  expect(notes.flatMap((note) => /^(.*): it adds nothing/.exec(note)?.[1] ?? [])).toEqual([
    'outside-ext-far.pcap.gz',
    'outside-ext-near.pcap.gz',
    'uplink-node-3.pcap.gz',
  ]);
  const flows = new Map(ledger.flowsAt(ledger.span?.last ?? 0).map((flow) => [flowKey(flow), flow]));
  const expected = decodeAnswer(json(`truth/${truth}`)).flows;
  expect(expected).toHaveLength(rows);
  expect([...flows.keys()].sort()).toEqual(expected.map(flowKey).sort());
  for (const want of expected) {
    const flow = flows.get(flowKey(want));
    for (const side of ['clientStats', 'serverStats'] as const) {
      expect(counts(flow?.[side]), flowKey(want)).toEqual(counts(want[side]));
      for (const [i, us] of times(want[side]).entries()) {
        const got = times(flow?.[side])[i];
        if (us === undefined) expect(got).toBeUndefined();
        else expect(Math.abs((got ?? 0) - us), flowKey(want)).toBeLessThanOrEqual(Math.max(5, us * 0.02));
      }
    }
    for (const end of ['client', 'server'] as const) {
      // Which cgroup a process is in, and a service that the cluster does not have, are in no inventory.
      const { cgroupId: _cgroup, svc, ...rest } = want[end];
      expect(flow?.[end]).toMatchObject(rest);
      if (svc !== 'node-exporter') expect(flow?.[end].svc).toBe(svc);
    }
  }
});

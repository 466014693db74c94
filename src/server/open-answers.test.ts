import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readQuery } from '../flows/query';
import { openAnswers } from './open-answers';

const START = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
/** The pod of a CronJob has the minute of its start in its name. */
const JOB_RUN = /-\d{8}-\w+$/;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

const open = () =>
  openAnswers(
    { source: { kind: 'simulated', services: 20 }, inventory: [] },
    { env: {}, warn: (line) => expect.fail(line) },
  );
type Open = Awaited<ReturnType<typeof open>>;

function listed({ inventory }: Open): string[] {
  if (typeof inventory !== 'function') return expect.fail('The simulator brings an inventory that changes.');
  return inventory().items.flatMap(({ kind, metadata: { namespace, name } }) =>
    kind === 'Pod' ? [`${namespace}/${name}`] : [],
  );
}

async function talking({ answers }: Open): Promise<Set<string>> {
  const reply = await answers.flows(readQuery(new URLSearchParams()).query);
  if (!reply.ok) return expect.fail(reply.problem.message);
  const { flows } = JSON.parse(Buffer.from(reply.served.body.bytes).toString()) as {
    flows: { client: { ns?: string; pod?: string }; server: { ns?: string; pod?: string } }[];
  };
  const ends = flows.flatMap(({ client, server }) => [client, server]);
  return new Set(ends.flatMap(({ ns, pod }) => (pod === undefined ? [] : [`${ns}/${pod}`])));
}

test('the simulated inventory is of the moment it is asked for, and names the pods that talk then', async () => {
  const opened = await open();
  const first = listed(opened);
  expect(listed(opened)).toEqual(first);
  const unlisted = [...(await talking(opened))].filter((name) => !first.includes(name));
  // A run of a job that is just over is still heard of, and runs no more.
  expect(unlisted.filter((name) => !JOB_RUN.test(name))).toEqual([]);

  // By now the first rollout is over: its pods have other names.
  vi.setSystemTime(START + 3 * MINUTE_MS);
  const later = listed(opened);
  const gone = first.filter((name) => !later.includes(name));
  const come = later.filter((name) => !first.includes(name));
  expect(gone.filter((name) => !JOB_RUN.test(name))).not.toEqual([]);
  const now = await talking(opened);
  expect(come.filter((name) => !JOB_RUN.test(name) && now.has(name))).not.toEqual([]);
  await opened.answers.destroy();
});

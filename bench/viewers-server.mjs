/**
 * One server for `viewers.mjs`, in a process of its own so that its memory and CPU can be told: the simulator behind the
 * product's own app and socket. Told `alone`, it answers each request as if nobody had asked before; the rest is the same.
 * Speaks with its parent by IPC: says where it is, and on any message what it has used so far.
 */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const [mode, services] = process.argv.slice(2);
const root = fileURLToPath(new URL('..', import.meta.url));
const load = async (path) => (await runnerImport(`${root}src/${path}`, { root, configFile: false })).module;
const { createSimulatedSource } = await load('sources/simulated/simulated.ts');
const { createSourceAnswers } = await load('server/source-answers.ts');
const { createApp } = await load('server/app.ts');
const { listen } = await load('server/listen.ts');

const simulated = createSimulatedSource({ startMs: Date.now(), services: Number(services), seed: 1 });
const samples = new Set();
let computed = 0;
/** Whoever computes an answer reads the flows, once. */
const source = {
  label: simulated.label,
  sampleAt(nowMs) {
    const sample = simulated.sampleAt(nowMs);
    samples.add(`${sample.epoch} ${sample.atMs}`);
    return {
      ...sample,
      get flows() {
        computed++;
        return sample.flows;
      },
    };
  },
};
const shared = createSourceAnswers({ source });
const answers =
  mode === 'shared'
    ? shared
    : {
        ...shared,
        flows: (query) => createSourceAnswers({ source }).flows(query),
        summary: () => createSourceAnswers({ source }).summary(),
      };
const { origin } = await listen(createApp({ answers }), '127.0.0.1', 0);

let mostRss = 0;
setInterval(() => {
  mostRss = Math.max(mostRss, process.memoryUsage.rss());
}, 100).unref();
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ samples: samples.size, computed, mostRss, cpuMs: (user + system) / 1000 });
});
process.send({ origin, rss: process.memoryUsage.rss() });

#!/usr/bin/env node
/**
 * A thousand people look at one server: `node bench/viewers.mjs [--viewers 1000] [--seconds 15] [--services 40]`.
 * Each viewer has a connection and asks for flows and summary as the page does, with the tag of its last answer, as soon
 * as it was answered; one in ten has a filter. First the server as it is, then the same one without sharing. Decides
 * that a sample is computed once a question, that tags are honoured, and that sharing pays. Loopback only.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensurePackages } from '../scripts/setup.mjs';
import { createReport, median } from './figures.mjs';

const { values: options } = parseArgs({
  options: {
    viewers: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '15' },
    services: { type: 'string', default: '40' },
  },
});
const VIEWERS = Number(options.viewers);
const LASTS_MS = Number(options.seconds) * 1000;
const QUESTIONS = ['mcp/flows?limit=1000', 'mcp/flows?ns=payment&limit=1000'];
const SUMMARY = 'mcp/flows/summary';
const MIB = 2 ** 20;
/** CPU of an answer, against one that is computed for its asker alone. */
const SHARE_OF_ALONE = 0.25;

ensurePackages();

/** One GET; gives its status, tag and size on the wire. */
function ask(agent, url, etag) {
  const headers = {
    'accept-encoding': 'gzip',
    'sec-fetch-site': 'same-origin',
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
  };
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers }, (response) => {
      let bytes = 0;
      response.on('data', (chunk) => {
        bytes += chunk.length;
      });
      response.on('end', () => {
        resolve({
          status: response.statusCode,
          etag: response.headers.etag,
          at: response.headers['shoal-at'],
          bytes,
        });
      });
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

async function measure(mode) {
  const server = fork(fileURLToPath(new URL('viewers-server.mjs', import.meta.url)), [
    mode,
    options.services,
  ]);
  const [{ origin, rss }] = await once(server, 'message');
  const agent = new Agent({ keepAlive: true, maxSockets: VIEWERS });
  const found = { full: 0, unchanged: 0, failed: 0, bytes: 0, latencies: [], wrongTags: 0 };
  const asked = new Set();
  const startedMs = performance.now();
  const endMs = startedMs + LASTS_MS;

  async function view(number) {
    const known = new Map();
    const paths = [QUESTIONS[number % 10 === 0 ? 1 : 0], SUMMARY];
    while (performance.now() < endMs) {
      for (const path of paths) {
        const before = known.get(path);
        const sentMs = performance.now();
        const answer = await ask(agent, `${origin}/${path}`, before?.etag).catch(() => undefined);
        found.latencies.push(performance.now() - sentMs);
        asked.add(path);
        if (answer?.status === 304) {
          found.unchanged++;
          // Unchanged is what has the same time; anything else was kept from the viewer.
          if (answer.at !== before?.at) found.wrongTags++;
        } else if (answer?.status === 200) {
          found.full++;
          if (answer.at === before?.at) found.wrongTags++;
          known.set(path, answer);
        } else found.failed++;
        found.bytes += answer?.bytes ?? 0;
      }
    }
  }
  await Promise.all(Array.from({ length: VIEWERS }, (_, number) => view(number)));
  const lastedS = (performance.now() - startedMs) / 1000;
  server.send('how much?');
  const [used] = await once(server, 'message');
  agent.destroy();
  server.kill();
  const requests = found.full + found.unchanged;
  found.latencies.sort((a, b) => a - b);
  return { ...found, ...used, rss, requests, perS: requests / lastedS, questions: asked.size };
}

const report = createReport();
report.title(`${VIEWERS} viewers, --services ${options.services}, ${options.seconds} s each way`);
const results = {};
for (const mode of ['shared', 'alone']) {
  const r = await measure(mode);
  results[mode] = r;
  report.note(
    mode === 'shared' ? 'shared' : 'without sharing',
    `${r.perS.toFixed(0)} requests/s, ${(r.cpuMs / r.requests).toFixed(2)} ms of CPU each; answered in ${median(r.latencies).toFixed(0)} ms ` +
      `(99 %: ${r.latencies[Math.floor(r.latencies.length * 0.99)].toFixed(0)} ms); memory ${(r.rss / MIB).toFixed(0)} → at most ${(r.mostRss / MIB).toFixed(0)} MiB`,
  );
  report.note(
    '',
    `${r.samples} samples × ${r.questions} questions computed ${r.computed} times; ${r.full} answers sent, ${r.unchanged} not changed; ${(r.bytes / MIB).toFixed(0)} MiB`,
  );
}
const { shared, alone } = results;
report.must(
  'nobody was turned away',
  shared.failed === 0,
  `${shared.failed} of ${shared.requests} requests; without sharing ${alone.failed}`,
);
report.must(
  'one computation a sample and question',
  shared.computed <= shared.samples * shared.questions,
  `${shared.computed} for ${shared.samples} × ${shared.questions}; without sharing ${alone.computed}`,
);
report.must(
  'tags are honoured',
  shared.wrongTags === 0 && shared.unchanged > 0,
  `${shared.unchanged} of ${shared.requests} not sent again, ${shared.wrongTags} wrongly so or not`,
);
const each = ({ cpuMs, requests }) => cpuMs / requests;
report.decide(
  'an answer, of what it costs alone',
  each(shared) / each(alone),
  SHARE_OF_ALONE,
  '×',
  `${(shared.perS / alone.perS).toFixed(1)} × the requests a second, ${(shared.mostRss / alone.mostRss).toFixed(2)} × the memory`,
);
report.must('memory', shared.mostRss <= alone.mostRss, `at most ${(shared.mostRss / MIB).toFixed(0)} MiB`);
process.exitCode = report.decisions.every(({ ok }) => ok) ? 0 : 1;

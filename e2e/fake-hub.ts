/**
 * A Kubeshark hub that does what a test says: answers the lab recording line by line, or fails in one of the ways a hub
 * and what stands before it are known to. Knows HTTP and the recording; refuses to know what the page makes of it.
 */
import { readFileSync } from 'node:fs';
import type { RequestListener, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { summarise } from '../src/flows/summarise';
import { encodeAnswer, encodeSummary } from '../src/flows/wire';
import { createFakeHub, givesStatus } from '../src/server/fake-hub';
import type { Sample } from '../src/sources/source';

interface Line {
  at: string;
  flows: { flows: Record<string, unknown>[]; total: number; truncated: boolean };
  summary: Record<string, unknown>;
}

const recording = fileURLToPath(new URL('../public/recordings/lab.jsonl.gz', import.meta.url));

/** The polls of the shipped recording. */
function labLines(): Line[] {
  const text = gunzipSync(readFileSync(recording)).toString('utf8').trimEnd();
  return text.split('\n').map((line) => JSON.parse(line) as Line);
}

const sendJson = (response: ServerResponse, value: unknown): void => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
};

/** One line of the recording, whatever the filters. */
const answers =
  ({ flows, summary }: Pick<Line, 'flows' | 'summary'>): RequestListener =>
  (request, response) =>
    sendJson(response, request.url?.includes('/summary') ? summary : flows);

const brokenOff: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"flows":[{"proto":"tcp","client":{"ip":"10.2');
  setImmediate(() => response.destroy());
};

const halfJson: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end('{"flows":[{"proto":"tcp","client":{"ip":"10.2');
};

const endless: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"flows":[');
  const row = `${JSON.stringify({ proto: 'tcp', client: { ip: '10.0.0.1' }, server: { ip: '10.0.0.2', port: 1 } })},`;
  const chunk = row.repeat(1000);
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
};

export const FAILURES = {
  'HTML with status 200': givesStatus(200),
  'a redirect to a sign-in page': givesStatus(302, { location: 'https://sso.example/login?secret=1' }),
  'status 401': givesStatus(401),
  'status 500': givesStatus(500),
  'JSON that breaks off': brokenOff,
  'half a JSON': halfJson,
  'an endless body': endless,
} satisfies Record<string, RequestListener>;

export async function startFakeHub() {
  const lines = labLines();
  const lineAt = (index: number): Line => {
    const line = lines.at(index);
    if (line === undefined) throw new Error(`The recording has no line ${index}.`);
    return line;
  };
  const hub = await createFakeHub(answers(lineAt(-1)));
  const held: ServerResponse[] = [];
  return {
    url: hub.url.href,
    /** How often flows were asked for. */
    asked: () =>
      hub.requests.filter(({ url }) => url?.includes('/mcp/flows') && !url.includes('summary')).length,
    /** Answers with this poll of the recording from now on; -1 is the last. */
    line: (index: number) => hub.answer(answers(lineAt(index))),
    fail: (how: keyof typeof FAILURES) => hub.answer(FAILURES[how]),
    /** Answers this value to `/mcp/flows`, and the last summary. */
    flows: (flows: unknown, summary: unknown = lineAt(-1).summary) =>
      hub.answer((request, response) =>
        sendJson(response, request.url?.includes('/summary') ? summary : flows),
      ),
    /** Flows come, and the summary does not. */
    withoutSummary: () =>
      hub.answer((request, response) =>
        request.url?.includes('/summary')
          ? givesStatus(500)(request, response)
          : sendJson(response, lineAt(-1).flows),
      ),
    /** Answers a sample of a simulated cluster, with its own time, as another Shoal would. */
    sample: ({ flows, atMs, epoch }: Sample) => {
      const answer = encodeAnswer({ flows: [...flows], total: flows.length, truncated: false }, 'compact');
      const summary = encodeSummary(summarise(flows));
      hub.answer((request, response) => {
        response.setHeader('shoal-at', new Date(atMs).toISOString());
        response.setHeader('shoal-epoch', String(epoch));
        sendJson(response, request.url?.includes('/summary') ? summary : answer);
      });
    },
    /** Takes requests and answers none of them, until `release`. */
    hang: () => hub.answer((_request, response) => void held.push(response)),
    /** Answers all that was held back with the last poll, and what comes next. */
    release: () => {
      hub.answer(answers(lineAt(-1)));
      for (const response of held.splice(0)) answers(lineAt(-1))(response.req, response);
    },
    close: () => hub.close(),
  };
}

export type FakeHub = Awaited<ReturnType<typeof startFakeHub>>;

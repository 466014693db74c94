import { expect, test } from 'vitest';
import type { Flow } from '../flows/flow';
import { createApp } from './app';
import { createSourceAnswers } from './source-answers';

const flows: Flow[] = Array.from({ length: 500 }, (_, i) => ({
  proto: 'tcp',
  client: { ip: `10.0.${i >> 8}.${i & 255}`, pod: `web-${i}`, ns: i % 2 === 0 ? 'shop' : 'data' },
  server: { ip: '10.1.0.1', port: 80, pod: 'db-0', ns: 'data' },
}));

test('a thousand viewers at once cost one computation a sample and question, and get what changed once', async () => {
  let atMs = 0;
  let computed = 0;
  const answers = createSourceAnswers({
    source: {
      label: 'counted',
      sampleAt: () => ({
        atMs,
        epoch: 0,
        rejected: 0,
        get flows() {
          computed++;
          return flows;
        },
      }),
    },
  });
  const app = createApp({ answers });
  const questions = ['/mcp/flows?limit=1000', '/mcp/flows?ns=shop&limit=1000', '/mcp/flows/summary'];
  const tags = new Map<number, string>();
  for (const sample of [1, 2, 3]) {
    atMs = sample * 5000;
    const poll = () =>
      Promise.all(
        Array.from({ length: 1000 }, async (_, viewer) => {
          const response = await app.request(questions[viewer % questions.length] ?? '', {
            headers: { 'accept-encoding': 'gzip', 'if-none-match': tags.get(viewer) ?? '' },
          });
          tags.set(viewer, response.headers.get('etag') ?? '');
          return response.status;
        }),
      );
    expect(new Set(await poll())).toEqual(new Set([200]));
    expect(computed).toBe(sample * questions.length);
    // In the same sample nobody is sent what they have.
    expect(new Set(await poll())).toEqual(new Set([304]));
    expect(computed).toBe(sample * questions.length);
  }
});

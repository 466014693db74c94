import { describe, expect, test } from 'vitest';
import { createApp } from './app';
import { createBody } from './body';
import { readEmbedOrigin, tellEmbedOrigins } from './embed-origins';
import type { PageFiles } from './page-files';
import { createSourceAnswers } from './source-answers';

describe('an origin', () => {
  test.each([
    ['https://Kubeshark.Example/ui?x#y', 'https://kubeshark.example'],
    ['http://127.0.0.1:8899', 'http://127.0.0.1:8899'],
    ['https://a.example:443', 'https://a.example'],
    ['http://[::1]:80/', 'http://[::1]'],
    ['*', undefined],
    ['null', undefined],
    ['', undefined],
    ['//a.example', undefined],
    ['data:text/html,x', undefined],
    ['file:///tmp/host.html', undefined],
    ['javascript:alert(1)', undefined],
    ['https://*', undefined],
    ['https://a.example;b', undefined],
    ['https://a b', undefined],
  ])('%j is %j', (text, origin) => {
    expect(readEmbedOrigin(text)).toBe(origin);
  });
});

describe('the page learns them', () => {
  const HTML = '<!doctype html><html><head><title>map</title></head></html>';
  const page: PageFiles = new Map([
    ['index.html', { body: createBody(HTML), type: 'text/html', cacheControl: 'no-cache' }],
  ]);
  const answers = createSourceAnswers({
    source: { label: 'none', sampleAt: () => ({ atMs: 0, epoch: 0, rejected: 0, flows: [] }) },
  });
  const index = (embedOrigins: string[]) => createApp({ answers, page, embedOrigins }).request('/');

  test('by a meta tag, which also changes its tag', async () => {
    const response = await index(['https://a.example', 'http://b.example:1']);
    expect(await response.text()).toContain(
      '<head><meta name="shoal-embed-origins" content="https://a.example http://b.example:1"><title>',
    );
    expect(response.headers.get('etag')).not.toBe((await index([])).headers.get('etag'));
  });

  test('and hears nothing where there are none', async () => {
    expect(await (await index([])).text()).toBe(HTML);
  });

  test('whatever is in them', () => {
    expect(tellEmbedOrigins('<head>', ['"><script>&$&'])).toBe(
      '<head><meta name="shoal-embed-origins" content="&quot;><script>&amp;$&amp;">',
    );
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { createEmbed, embedOrigins, type HostMessage } from './embed';

const HOST = 'https://host.example';

/** A framed window, as far as the talk knows one. */
function framed({
  ancestor = HOST,
  referrer = '',
}: {
  ancestor?: string | undefined;
  referrer?: string;
} = {}) {
  const posted: { message: unknown; to: string }[] = [];
  const parent = { postMessage: (message: unknown, to: string) => posted.push({ message, to }) };
  let listener: ((event: unknown) => void) | undefined;
  const target = {
    parent,
    location: ancestor === '' ? {} : { ancestorOrigins: [ancestor] },
    document: { referrer },
    addEventListener: (_type: string, listen: typeof listener) => {
      listener = listen;
    },
    removeEventListener: () => {
      listener = undefined;
    },
  };
  return {
    posted,
    target: target as unknown as Window,
    send: (data: unknown, { origin = HOST, source = parent as unknown } = {}) =>
      listener?.({ data, origin, source }),
  };
}

const heard: HostMessage[] = [];
const refused: string[] = [];
const start = (window: ReturnType<typeof framed>, origins = [HOST]) =>
  createEmbed({
    target: window.target,
    origins,
    onMessage: (message) => heard.push(message),
    onRefuse: (why) => refused.push(why),
  });

beforeEach(() => {
  heard.length = 0;
  refused.length = 0;
});

describe('what the host says', () => {
  it.each([
    { type: 'set-view', view: 'ns=shop&level=service' },
    { type: 'set-view', view: { ns: 'shop', limit: 10, problems: true }, id: 7 },
    { type: 'set-theme', theme: 'dark' },
    { type: 'select', peer: 'svc:shop/cart' },
    { type: 'select', link: 'a>b', peer: null },
    { type: 'select' },
    { type: 'refresh' },
    { type: 'get-card', id: 'x', width: 1600, theme: 'light', redact: true },
  ])('is taken: %j', (message) => {
    const window = framed();
    start(window);
    window.send({ shoal: 1, ...message });
    expect(heard).toEqual([{ shoal: 1, ...message }]);
    expect(refused).toEqual([]);
  });

  it.each<[unknown, RegExp]>([
    ['hello', /has no `shoal: 1`/],
    [null, /has no `shoal: 1`/],
    [{ type: 'refresh' }, /has no `shoal: 1`/],
    [{ shoal: 2, type: 'refresh' }, /version 2; this page speaks 1/],
    [{ shoal: '1', type: 'refresh' }, /version "1"/],
    [{ shoal: 1 }, /type undefined does not fit/],
    [{ shoal: 1, type: 'eval', code: 'alert(1)' }, /type "eval" does not fit/],
    [{ shoal: 1, type: 'refresh', now: true }, /type "refresh" does not fit: .*now/],
    [{ shoal: 1, type: 'set-theme', theme: 'pink' }, /type "set-theme" does not fit: theme/],
    [{ shoal: 1, type: 'set-view' }, /type "set-view" does not fit: view/],
    [{ shoal: 1, type: 'set-view', view: { ns: { $ne: 1 } } }, /type "set-view" does not fit: view/],
    [{ shoal: 1, type: 'set-view', view: 'x'.repeat(20_000) }, /type "set-view" does not fit: view/],
    [
      { shoal: 1, type: 'set-view', view: Object.fromEntries(Array.from({ length: 99 }, (_, n) => [n, 1])) },
      /does not fit: view/,
    ],
    [{ shoal: 1, type: 'select', peer: '' }, /type "select" does not fit: peer/],
    [{ shoal: 1, type: 'select', peer: 'a', link: 'b' }, /names a peer and a link/],
    [{ shoal: 1, type: 'get-card', width: 1e9 }, /type "get-card" does not fit: width/],
  ])('is refused, with the reason once: %j', (message, why) => {
    const window = framed();
    start(window);
    window.send(message);
    window.send(message);
    expect(heard).toEqual([]);
    expect(refused).toEqual([expect.stringMatching(why)]);
  });

  it('is taken from the framing window and the named origin only', () => {
    const window = framed();
    start(window);
    const message = { shoal: 1, type: 'refresh' };
    window.send(message, { source: {} });
    window.send(message, { origin: 'https://evil.example' });
    window.send(message, { origin: 'null' });
    window.send(message, { origin: `${HOST}.evil.example` });
    // A browser extension talking to itself is no news.
    window.send({ source: 'some-extension' }, { source: {} });
    expect(heard).toEqual([]);
    expect(refused).toEqual([
      expect.stringContaining('does not frame this page'),
      expect.stringContaining('https://evil.example'),
      expect.stringContaining('from null'),
      expect.stringContaining(`${HOST}.evil.example`),
    ]);
  });

  it('is not heard after the end', () => {
    const window = framed();
    start(window).destroy();
    window.send({ shoal: 1, type: 'refresh' });
    expect(heard).toEqual([]);
  });
});

describe('what the page says', () => {
  const ready = { type: 'ready', accepts: [] } as const;

  it('goes to the framing page by its origin, and not twice the same', () => {
    const window = framed();
    const embed = start(window, ['https://other.example', HOST]);
    embed.tell(ready);
    embed.tell(ready);
    embed.tell({ type: 'size', width: 1, height: 2 });
    expect(window.posted).toEqual([
      { message: { shoal: 1, ...ready }, to: HOST },
      { message: { shoal: 1, type: 'size', width: 1, height: 2 }, to: HOST },
    ]);
  });

  it('goes nowhere when somebody else frames it, or nobody was named; both are told once', () => {
    const window = framed({ ancestor: 'https://evil.example' });
    start(window).tell(ready);
    start(window, []).tell(ready);
    expect(window.posted).toEqual([]);
    expect(refused).toEqual([
      expect.stringContaining('https://evil.example, which --embed-origin does not name'),
      expect.stringContaining('start Shoal with --embed-origin'),
    ]);
  });

  it('knows the framing page by its referrer, and else leaves the choice to the browser', () => {
    const byReferrer = framed({ ancestor: '', referrer: `${HOST}/some/page` });
    start(byReferrer, ['https://other.example', HOST]).tell(ready);
    expect(byReferrer.posted.map(({ to }) => to)).toEqual([HOST]);
    const unknown = framed({ ancestor: '' });
    start(unknown, ['https://other.example', HOST]).tell(ready);
    expect(unknown.posted.map(({ to }) => to)).toEqual(['https://other.example', HOST]);
  });
});

it('reads the named origins as browsers spell them, and nothing else', () => {
  const page = (content: string | null) =>
    ({
      querySelector: () => (content === null ? null : { getAttribute: () => content }),
    }) as unknown as Document;
  expect(embedOrigins(page(' https://A.example/l4/ http://b.example:8080\nnull * ftp://c '))).toEqual([
    'https://a.example',
    'http://b.example:8080',
  ]);
  expect(embedOrigins(page(null))).toEqual([]);
});

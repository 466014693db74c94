// Rows as hubs really send them: times that are not the path's, numbers that are none, the same flow twice, and more than
// a page is asked for. The map says what can be said and colours nothing on a number it cannot believe.
import { readFileSync } from 'node:fs';
import type { Flow, Level } from '../src/flows/flow';
import { identify } from '../src/flows/identity';
import { decodeAnswer } from '../src/flows/wire';
import { hasTruth, truthFile, WITHOUT_TRUTH } from './data';
import { expect, test } from './fixtures';
import { linkOf, type Pictured } from './page';

/** The lab's one node in the other zone: 45 ms from the others, and that is all there is between zones. */
const FAR_NODE = 'node-3';
const crossesZones = ({ client, server }: Flow): boolean =>
  client.node !== undefined &&
  server.node !== undefined &&
  (client.node === FAR_NODE) !== (server.node === FAR_NODE);
const LEVELS: readonly Level[] = ['pod', 'service', 'node'];

test.describe('server-side times that are those of the kernel’s sockets', () => {
  test.skip(!hasTruth, WITHOUT_TRUTH);
  const file = truthFile('flows.socket-view.full.json');
  const readFlows = (): Flow[] => decodeAnswer(JSON.parse(readFileSync(file, 'utf8'))).flows;

  for (const level of LEVELS) {
    test(`colour no 45 ms path excellent at ${level} level`, async ({ shoal, startShoal }) => {
      const { url } = await startShoal('--recording', file, '--speed', '0');
      await shoal.open(url, `?level=${level}&hide=none`);
      const { links } = await shoal.picture();
      const far = new Set(
        readFlows()
          .filter(crossesZones)
          .map(({ client, server }) => `${identify(client, level).id} ${identify(server, level).id}`),
      );
      const drawn = links.filter(({ from, to }) => far.has(`${from} ${to}`));
      expect(drawn).toHaveLength(far.size);
      expect(drawn.map(({ band }) => band)).not.toContain('excellent');
      expect(drawn.map(({ band }) => band)).not.toContain('good');
      // Where the client measured, its own time says what the path is like.
      const measured = drawn.filter(({ band }) => band === 'elevated');
      expect(measured.length).toBeGreaterThan(0);
      for (const { worstP99Us } of measured) expect(worstP99Us).toBeGreaterThan(44_000);
    });
  }

  test('leave a link without another time grey, and are shown as the server’s alone', async ({
    shoal,
    startShoal,
  }) => {
    const { url } = await startShoal('--recording', file, '--speed', '0');
    await shoal.open(url, '?level=pod&hide=none');
    const link = linkOf(await shoal.picture(), 'node-3', 'kube-apiserver-node-1');
    expect(link).toMatchObject({ band: 'unmeasured' });
    expect(link.worstP99Us).toBeUndefined();
    await shoal.openLink('node-3', 'kube-apiserver-node-1');
    await expect(shoal.panel).toContainText(/server side only/i);
  });
});

const web = { ip: '10.244.1.5', pod: 'web-1', ns: 'shop', svc: 'web', node: 'node-1' };
const cart = { ip: '10.244.2.7', port: 8080, pod: 'cart-1', ns: 'shop', svc: 'cart', node: 'node-2' };
const row = (client_stats: unknown, rest: object = {}) => ({
  ...{ proto: 'tcp', client: web, server: cart, client_stats },
  ...rest,
});
const bytesOf = (picture: Pictured) => linkOf(picture, 'web-1', 'cart-1').bytes;

test('numbers that came as text, past 2^53 or as no number at all never poison a sum', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { url } = await startShoal('--hub', hub.url);
  const draw = async (...rows: unknown[]) => {
    hub.flows({ flows: rows, total: rows.length, truncated: false });
    await shoal.open(url, '?level=pod');
    const picture = await shoal.picture();
    expect(JSON.stringify(picture)).not.toMatch(/:null/);
    return picture;
  };
  expect(bytesOf(await draw(row({ tx_bytes: '1024', rx_bytes: ' 1e3 ' })))).toBe(2_024);
  // A negative count in unsigned clothes, booleans and nested junk are absent; the rest of the row stands.
  const odd = await draw(
    row({ tx_bytes: '18446744073709551615', rx_bytes: 500, tx_pkts: true }),
    row({ tx_bytes: [{ junk: [1] }], rx_bytes: -4 }, { server: { ...cart, port: 8081 } }),
    row({ tx_bytes: 300 }, { server: { ...cart, port: '8082' }, totals: 'many', server_stats: [] }),
  );
  expect(bytesOf(odd)).toBe(800);
  expect(odd.coverage).toMatchObject({ flows: 3, rejected: 0 });
  // Past 2^53 the last digits are gone before anyone can read them; the magnitude is not.
  expect(bytesOf(await draw(row({ tx_bytes: 2 ** 60 })))).toBe(2 ** 60);
});

test('two rows of one flow are both counted; rows without an end are left out and counted', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { url } = await startShoal('--hub', hub.url);
  const good = row({ tx_bytes: 1_000, rx_bytes: 0, tx_pkts: 1 });
  const { client: _, ...headless } = good;
  hub.flows({ flows: [good, good, headless, null, { ...good, server: 'cart' }], total: 5, truncated: false });
  await shoal.open(url, '?level=pod');
  const picture = await shoal.picture();
  expect(bytesOf(picture)).toBe(2_000);
  expect(linkOf(picture, 'web-1', 'cart-1').flows).toBe(2);
  expect(picture.coverage).toMatchObject({ flows: 2, total: 5, rejected: 3 });
  await expect(shoal.page.getByText('3 rows could not be read')).toBeVisible();
});

test('a server that counts fewer matches than it sent is corrected', async ({ shoal, hub, startShoal }) => {
  const { url } = await startShoal('--hub', hub.url);
  hub.flows({ flows: [row({ tx_bytes: 10 })], total: 0, truncated: false });
  await shoal.open(url, '?level=pod');
  expect((await shoal.picture()).coverage).toMatchObject({ flows: 1, total: 1, truncated: false });
});

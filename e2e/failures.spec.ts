// When the source fails the reader learns which failure it is and what to do, keeps the last picture with its age, and
// sees the map come back by itself.
import { readdir } from 'node:fs/promises';
import { expect, test } from './fixtures';
import { moved } from './page';

// What Chromium itself says of a 502.
test.use({ expectedErrors: [/Failed to load resource: the server responded with a status of 50[24]/] });

const SENTENCES = {
  'HTML with status 200':
    /^Not the API\. Kubeshark at \S+ answered HTML, which is what Kubeshark's front answers/,
  'a redirect to a sign-in page':
    /^Sign-in needed\. Kubeshark at \S+ wants a sign-in \(it answered 302, a redirect to https:\/\/sso\.example\)/,
  'status 401':
    /^Sign-in needed\. Kubeshark at \S+ wants a sign-in \(it answered 401\)\. Set SHOAL_HUB_TOKEN/,
  'status 500': /^The source refused\. Kubeshark at \S+ answered 500 to \/mcp\/flows\. Its log says why\./,
  'JSON that breaks off': /^Answer could not be read\. .* cannot be read: it breaks off \(/,
  'half a JSON': /^Answer could not be read\. .* cannot be read: it breaks off or is damaged/,
  'an endless body': /^Answer too large\. .* is larger than 1 MiB\. Lower the limit, add a filter, or raise/,
} as const;

type Failure = keyof typeof SENTENCES;
const FAILURES = Object.keys(SENTENCES) as Failure[];
// One page meets several in a row: opening it takes longer than a failure, and each must find the picture whole again.
const IN_A_ROW = 4;

for (let first = 0; first < FAILURES.length; first += IN_A_ROW) {
  const met = FAILURES.slice(first, first + IN_A_ROW);
  test(`a hub that answers ${met.join(', ')} is told as each, over the last picture and its age, until it recovers`, async ({
    shoal,
    hub,
    startShoal,
  }) => {
    const { url } = await startShoal('--hub', hub.url, '--max-answer', '1MiB');
    await shoal.page.clock.install();
    await shoal.open(url, '?level=service');
    const { links } = await shoal.picture();
    const places = await shoal.places();
    expect(links).toHaveLength(46);
    const isWhole = async () => {
      await shoal.idle();
      expect((await shoal.picture()).links).toEqual(links);
      expect(moved(places, await shoal.places())).toEqual([]);
    };

    for (const failure of met) {
      await test.step(failure, async () => {
        hub.fail(failure);
        await shoal.page.clock.fastForward(10_000);
        const alert = shoal.notice('alert', SENTENCES[failure]);
        await expect(alert).toBeVisible();
        // The worker's clock is not the page's: leaps of the page's add up in the ages of later answers.
        await expect(alert).toContainText(/Shown is the last good answer, \d+ (s|min) old/);
        if (failure === met[0]) await expect(alert).toContainText(/, \d\d s old/);
        await expect(alert).not.toContainText('secret');
        await isWhole();
        await expect(shoal.page.getByText('stale', { exact: true })).toBeVisible();

        await shoal.page.clock.fastForward(60_000);
        await expect(alert).toContainText(/\d min old/);
        // The interval counts from the last answer: the poll of that minute must be over before the next can be due.
        await shoal.idle();

        hub.line(-1);
        await shoal.page.clock.fastForward(10_000);
        await expect(alert).toHaveCount(0);
        await isWhole();
        await expect(shoal.page.getByText('live', { exact: true })).toBeVisible();
      });
    }
  });
}

test('every failure has a sentence of its own', () => {
  const sentences = Object.values(SENTENCES).map(String);
  expect(new Set(sentences).size).toBe(sentences.length);
});

test('a second Shoal behind /api is a hub: the same picture; stopped, it is unreachable; back, the map lives on', async ({
  shoal,
  lab,
  startShoal,
}) => {
  await shoal.open(lab, '?level=service');
  const direct = await shoal.picture();

  const source = ['--recording', 'lab', '--speed', '0', '--base-path', '/api'];
  const behind = await startShoal(...source);
  const { port, origin } = new URL(behind.url);
  const { url } = await startShoal('--hub', origin);
  await shoal.page.clock.install();
  await shoal.open(url, '?level=service');
  const { links, coverage } = await shoal.picture();
  expect({ links, coverage }).toEqual({ links: direct.links, coverage: direct.coverage });

  await behind.stop();
  await shoal.page.clock.fastForward(10_000);
  const alert = shoal.notice('alert', 'Cannot reach the source.');
  await expect(alert).toContainText('nothing listens there. Is the port-forward running?');
  await expect(alert).toContainText('Shown is the last good answer');
  expect((await shoal.picture()).links).toEqual(links);
  await shoal.axe('the hub is stopped');

  await startShoal(...source, '--port', port);
  await shoal.page.clock.fastForward(10_000);
  await expect(alert).toHaveCount(0);
});

test.describe('Shoal itself is gone', () => {
  test.use({ expectedErrors: [/net::ERR_CONNECTION_REFUSED/] });

  test('when Shoal itself is gone the page says so, and comes back with it', async ({
    shoal,
    startShoal,
  }) => {
    const args = ['--recording', 'lab', '--speed', '0'];
    const server = await startShoal(...args);
    await shoal.page.clock.install();
    await shoal.open(server.url, '?level=service');
    const before = await shoal.places();
    await server.stop();
    await shoal.page.clock.fastForward(10_000);
    const alert = shoal.notice('alert', 'The server behind this page does not answer.');
    await expect(alert).toContainText('Is Shoal (or its port-forward) still running?');
    // Two ages of one answer would be one too many: second by second, the bar says what the notice says.
    for (const seconds of [1, 2, 3]) {
      await shoal.page.clock.fastForward(seconds * 1_000);
      const ages = () =>
        shoal.page.evaluate(() => {
          const textOf = (place: string) => document.querySelector(place)?.textContent ?? '';
          const said = /, (\d+ s) old/.exec(textOf('main [role=alert]'))?.[1];
          return { said, isSame: textOf('header').includes(`updated ${said} ago`) };
        });
      await expect.poll(ages).toMatchObject({ said: expect.any(String), isSame: true });
    }
    expect(moved(before, await shoal.places())).toEqual([]);

    await startShoal(...args, '--port', new URL(server.url).port);
    await alert.getByRole('button', { name: 'Try now' }).click();
    await expect(alert).toHaveCount(0);
  });

  test('what a page at rest has fetched stays with it: every part opens without the server', async ({
    shoal,
    startShoal,
  }) => {
    const { page } = shoal;
    const server = await startShoal('--recording', 'lab', '--speed', '0');
    const files = new Set<string>();
    page.on('requestfinished', (request) =>
      files.add(new URL(request.url()).pathname.split('/').at(-1) ?? ''),
    );
    await shoal.open(server.url, '?level=service&every=off');
    // Only a frame asks for what a frame needs, and only a snapshot for what it holds.
    const parts = (await readdir('dist/page/assets')).filter((name) => !/^(embedding|snapshot)-/.test(name));
    await expect.poll(() => parts.filter((name) => !files.has(name)), { timeout: 30_000 }).toEqual([]);
    await server.stop();

    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Reading the map' })).toBeVisible();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Share', exact: true }).click();
    await expect(page.getByRole('dialog', { name: 'Share' })).toBeVisible();
    await page.keyboard.press('Escape');
    for (const tab of await shoal.panel.getByRole('tab').all()) await tab.click();
    await shoal.click('cart');
    await expect(shoal.panel.getByRole('button', { name: 'Focus its neighbourhood' })).toBeVisible();
    await shoal.show('Matrix');
    await shoal.idle();
    expect((await shoal.picture()).peers.length).toBeGreaterThan(10);
    await shoal.show('Table');
    await expect(shoal.table.getByRole('row').first()).toBeVisible();
    await expect(page.getByText('could not be loaded')).toHaveCount(0);
  });
});

test('20 s without an answer are waiting, not an error; the answer, when it comes, is drawn', async ({
  shoal,
  hub,
  startShoal,
}) => {
  const { url } = await startShoal('--hub', hub.url);
  hub.line(2);
  await shoal.page.clock.install();
  await shoal.open(url, '?level=service');
  const before = await shoal.places();
  const { bytes } = (await shoal.picture()).coverage;
  const bar = await shoal.page.getByRole('banner').boundingBox();
  hub.hang();
  await shoal.page.clock.fastForward(10_000);
  await shoal.page.clock.fastForward(20_000);
  await expect(shoal.notice('status', /^waiting [2-5]\d s for an answer$/)).toBeVisible();
  await expect(shoal.page.getByRole('alert')).toHaveCount(0);
  await expect(shoal.page.getByText('live', { exact: true })).toBeVisible();
  // A bar of another height would be a map of another size, painted anew.
  expect(await shoal.page.getByRole('banner').boundingBox()).toEqual(bar);
  expect(moved(before, await shoal.places())).toEqual([]);
  await shoal.axe('waiting for a slow answer');

  hub.release();
  await shoal.idle();
  await expect(shoal.notice('status', /^waiting/)).toHaveCount(0);
  const drawn = (await shoal.picture()).coverage.bytes;
  expect(drawn).toBe(21_305_945);
  expect(drawn).toBeGreaterThan(bytes);
});

test('a hub that says nothing for 40 s is given up after 30 s, in words, and asked again', async ({
  shoal,
  hub,
  startShoal,
}) => {
  test.setTimeout(90_000);
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url, '?level=service');
  const before = await shoal.places();
  hub.hang();
  await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
  const alert = shoal.notice('alert', 'No answer in time.');
  // The one test that waits for real: the server's own timeout is what it shows.
  await expect(alert).toContainText('did not finish its answer within 30 s', { timeout: 45_000 });
  await expect(alert).toContainText(/Shown is the last good answer, \d\d s old/);
  expect(moved(before, await shoal.places())).toEqual([]);
  hub.release();
  await expect(alert).toHaveCount(0, { timeout: 20_000 });
  await shoal.idle();
  expect(moved(before, await shoal.places())).toEqual([]);
});

test('rows of nonsense are left out and counted; the rest is drawn', async ({ shoal, hub, startShoal }) => {
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url, '?level=service');
  const { links, coverage } = await shoal.picture();
  const whole = (await (await fetch(`${hub.url}mcp/flows`)).json()) as { flows: unknown[]; total: number };
  hub.flows({ ...whole, flows: [42, ...whole.flows, { proto: 'tcp', client: 'nobody' }, null], total: 76 });
  await shoal.updates.getByRole('button', { name: 'Refresh' }).click();
  await expect(shoal.notice('status', '3 rows could not be read')).toContainText('are left out (row 1:');
  await shoal.idle();
  const after = await shoal.picture();
  expect(after.links).toEqual(links);
  expect(after.coverage).toEqual({ ...coverage, total: 76, rejected: 3 });
  await shoal.axe('rows that could not be read');
});

test('without a summary the map lives on', async ({ shoal, hub, startShoal }) => {
  hub.withoutSummary();
  const { url } = await startShoal('--hub', hub.url);
  await shoal.open(url, '?level=service');
  expect((await shoal.picture()).links).toHaveLength(46);
  await expect(shoal.notice('status', 'No summary.')).toContainText('answered 500 to /mcp/flows/summary');
  await shoal.axe('no summary');
});

test.describe('a part of the page does not come', () => {
  test.use({ expectedErrors: [/net::ERR_FAILED|MissingPart/] });

  test('the rest stays, the reason and the fix are said, and asked again it comes', async ({
    shoal,
    lab,
  }) => {
    const { page } = shoal;
    const missing = /\/assets\/(help-dialog|share-dialog|ask-dialog|peer-details|timeline)-/;
    await page.route(missing, (route) => route.abort());
    await shoal.open(lab, '?level=service&every=off');
    const { links } = await shoal.picture();
    // The map's place is not taken by what stands below it.
    const below = page.getByRole('main').getByRole('alert');
    await expect(below).toContainText('This part of the page could not be loaded');
    const [map, notice] = [await shoal.map.boundingBox(), await below.boundingBox()];
    expect((map?.y ?? 0) + (map?.height ?? 0)).toBeLessThanOrEqual((notice?.y ?? 0) + 1);
    const said = shoal.page
      .getByRole('alert')
      .filter({ hasText: 'This part of the page could not be loaded' })
      .and(page.locator(':not(main *)'));
    for (const open of ['Help', 'Share', 'Ask']) {
      await page.getByRole('banner').getByRole('button', { name: open, exact: true }).click();
      await expect(said, open).toContainText('Is Shoal (or its port-forward) still running?');
      await expect(said.getByRole('button', { name: 'Close' })).toBeFocused();
      await shoal.axe(`no ${open}`);
      await shoal.idle();
      await page.keyboard.press('Escape');
      await expect(said, open).toHaveCount(0);
    }
    await shoal.click('cart');
    await expect(said).toBeVisible();
    expect((await shoal.picture()).links).toEqual(links);

    await page.unroute(missing);
    await said.getByRole('button', { name: 'Try again' }).click();
    await expect(shoal.panel.getByRole('button', { name: 'Focus its neighbourhood' })).toBeVisible();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Reading the map' })).toBeVisible();
  });

  test('the palette, asked for again while it is said to be missing, comes with what is typed', async ({
    shoal,
    lab,
  }) => {
    const { page } = shoal;
    const missing = /\/assets\/ask-dialog-/;
    await page.route(missing, (route) => route.abort());
    await shoal.open(lab, '?level=service&every=off');
    await page.keyboard.press('Control+k');
    await expect(shoal.notice('alert', 'This part of the page could not be loaded')).toBeVisible();
    await page.unroute(missing);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('band');
    await expect(page.getByRole('combobox', { name: 'Ask a question' })).toHaveValue('band');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog', { name: 'Ask' })).toBeHidden();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Reading the map' })).toBeVisible();
  });
});

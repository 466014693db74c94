// Who may frame the page is the policy's `frame-ancestors`, as a browser takes it: itself unless others are named.
import type { Page } from '@playwright/test';
import { startEmbedHost } from './embed-host';
import { expect, test } from './fixtures';

/** How many peers are drawn in the frame of a host page; undefined where the browser refused to show it. */
async function peersFramed(page: Page, hostPage: string): Promise<number | undefined> {
  await page.goto(hostPage);
  const frame = page.frames()[1];
  if (frame === undefined || !frame.url().startsWith('http')) return undefined;
  await frame.waitForFunction(() => window.shoal !== undefined);
  return frame.evaluate(async () => {
    await window.shoal.whenIdle();
    return (window.shoal.picture() as { peers: unknown[] } | null)?.peers.length ?? 0;
  });
}

test.describe('a page of another origin', () => {
  test.use({ expectedErrors: [/frame-ancestors/] });

  test('frames the map when it is named, and not otherwise', async ({ page, lab, startShoal }) => {
    const host = await startEmbedHost('localhost');
    try {
      expect(await peersFramed(page, host.pageWith(lab))).toBeUndefined();
      const named = await startShoal(
        ...['--recording', 'lab', '--speed', '0', '--frame-ancestors', `'self' ${host.origin}`],
      );
      expect(await peersFramed(page, host.pageWith(named.url))).toBeGreaterThan(10);
    } finally {
      await host.close();
    }
  });
});

test('a page of its own origin frames the map by default', async ({ page, lab }) => {
  const body = '<!doctype html><iframe src="./?ns=shop" width="1000" height="700"></iframe>';
  await page.route(`${lab}host.html`, (route) => route.fulfill({ contentType: 'text/html', body }));
  expect(await peersFramed(page, `${lab}host.html`)).toBeGreaterThan(3);
});

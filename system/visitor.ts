/**
 * A reader with a real browser, for tests of where the page is mounted: opens an address, waits until the map is drawn,
 * and says what was asked of whom and what went wrong. Knows the page's own words (`window.shoal`) and no markup.
 */
import { type Browser, chromium } from 'playwright';
import type { Pictured } from '../e2e/page';
import { findBrowser, sandboxWorks } from '../scripts/browser.mjs';
import type { Query } from '../src/flows/query';

export interface Visit {
  /** Where the reader ended up, redirects and the page's own changes included. */
  url: string;
  level: string | undefined;
  links: number;
  flows: number;
  /** Filters as the page understood them. */
  query: Query;
  /** Paths of all requests that were answered, in order, without their query. */
  paths: string[];
  workers: string[];
  /** Violations of the policy, console errors, exceptions, answers from 400 up. */
  complaints: string[];
}

export interface Visitor {
  visit(url: string): Promise<Visit>;
  destroy(): Promise<void>;
}

declare global {
  interface Window {
    shoalVisitComplain(text: string): Promise<void>;
  }
}

export async function createVisitor(): Promise<Visitor> {
  const executablePath = await findBrowser();
  if (executablePath === undefined)
    throw new Error('There is no browser to test with. Run: node scripts/browser.mjs');
  const browser: Browser = await chromium.launch({
    executablePath,
    chromiumSandbox: sandboxWorks(executablePath),
  });
  return {
    async visit(url) {
      const page = await browser.newPage();
      const complaints: string[] = [];
      const paths: string[] = [];
      await page.exposeFunction('shoalVisitComplain', (text: string) => complaints.push(text));
      await page.addInitScript(() =>
        document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
          void window.shoalVisitComplain(`policy: ${violatedDirective} ${blockedURI}`);
        }),
      );
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
      });
      page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
      page.on('response', (response) => {
        paths.push(new URL(response.url()).pathname);
        if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
      });
      await page.goto(url);
      await page.evaluate(() => window.shoal.whenIdle());
      const drawn = await page.evaluate(() => {
        const picture = window.shoal.picture() as Pictured | null;
        return {
          level: picture?.level,
          links: picture?.links.length ?? 0,
          flows: picture?.coverage.flows ?? 0,
          query: window.shoal.view().query,
        };
      });
      const visit = {
        ...drawn,
        url: page.url(),
        paths,
        workers: page.workers().map((worker) => worker.url()),
      };
      await page.close();
      return { ...visit, complaints };
    },
    destroy: () => browser.close(),
  };
}

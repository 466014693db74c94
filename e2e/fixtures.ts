/**
 * What every e2e test stands on: Shoal processes that end with it, the page of verbs, and a watch that fails the test on
 * any violation of the security policy, any console error and any uncaught exception, in whatever tab it opened.
 */
import { type BrowserContext, test as base, type ConsoleMessage, expect } from '@playwright/test';
import { type FakeHub, startFakeHub } from './fake-hub';
import { createShoalPage, type ShoalPage } from './page';
import { type ShoalProcess, startShoal } from './shoal-process';

interface TestFixtures {
  /** Starts a Shoal with these arguments; it is stopped when the test ends. */
  startShoal(...args: string[]): Promise<ShoalProcess>;
  /** A hub that fails on command, answering the lab recording at first. */
  hub: FakeHub;
  /** Console errors that belong to what the test provokes; anything else fails it. */
  expectedErrors: RegExp[];
  /** What went wrong so far that no test may cause. */
  complaints: string[];
  /** Servers that the test has stopped: what a page at rest still fetched of them may fail. */
  stopped: Set<string>;
  shoal: ShoalPage;
}

interface WorkerFixtures {
  /** The shipped recording, held at its last line, for tests that only read. */
  lab: string;
}

/**
 * Milliseconds by which every message to and from the page's workers and every file of the page is late. Off by default;
 * with it, `npm run sweep` finds tests, and pages, that count on being lucky: what reads without waiting reads too soon.
 */
const LATE_MS = Number(process.env.SHOAL_LATE_MS ?? 0);

declare global {
  interface Window {
    shoalTestComplain(text: string): Promise<void>;
  }
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  lab: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern.
    async ({}, use) => {
      const running = await startShoal(['--recording', 'lab', '--speed', '0']);
      await use(running.url);
      await running.stop();
    },
    { scope: 'worker' },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern.
  stopped: async ({}, use) => {
    await use(new Set());
  },
  startShoal: async ({ stopped }, use) => {
    const running: ShoalProcess[] = [];
    await use(async (...args) => {
      const started = await startShoal(args);
      const { origin } = new URL(started.url);
      stopped.delete(origin);
      const one = {
        ...started,
        stop: () => {
          stopped.add(origin);
          return started.stop();
        },
      };
      running.push(one);
      return one;
    });
    await Promise.all(running.map((one) => one.stop()));
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern.
  hub: async ({}, use) => {
    const hub = await startFakeHub();
    await use(hub);
    await hub.close();
  },
  expectedErrors: [[], { option: true }],
  complaints: [
    async ({ context, expectedErrors, stopped }, use) => {
      const complaints: string[] = [];
      await context.exposeBinding('shoalTestComplain', (_source, text: string) => {
        complaints.push(text);
      });
      await context.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          const { violatedDirective, blockedURI, sourceFile, lineNumber, sample } = event;
          void window.shoalTestComplain(
            `policy violated: ${violatedDirective} by ${blockedURI} at ${sourceFile}:${lineNumber} ${sample}`,
          );
        });
      });
      if (LATE_MS > 0) await beLate(context);
      const onConsole = (message: ConsoleMessage) => {
        if (message.type() !== 'error') return;
        const { url } = message.location();
        const text = `${message.text()} (${url})`;
        const isLate = /\/assets\//.test(url) && stopped.has(new URL(url).origin);
        if (isLate && /net::ERR_/.test(text)) return;
        if (!expectedErrors.some((expected) => expected.test(text))) complaints.push(`console: ${text}`);
      };
      context.on('console', onConsole);
      context.on('weberror', (error) => complaints.push(`uncaught: ${error.error().stack ?? error.error()}`));
      await use(complaints);
      expect(complaints, 'policy violations, console errors and exceptions').toEqual([]);
    },
    { auto: true },
  ],
  shoal: async ({ page }, use) => {
    await use(createShoalPage(page));
  },
});

/** In order, as without: each is late by the same time. */
async function beLate(context: BrowserContext): Promise<void> {
  await context.addInitScript((late) => {
    const { postMessage, addEventListener } = Worker.prototype;
    Worker.prototype.postMessage = function (this: Worker, ...args: [unknown]) {
      // Taken now, as the browser would: what the page does to it afterwards is not sent.
      const sent = structuredClone(args[0]);
      setTimeout(() => postMessage.call(this, sent), late);
    };
    Worker.prototype.addEventListener = function (this: Worker, type: string, listener: EventListener) {
      const isLate = type === 'message';
      addEventListener.call(
        this,
        type,
        isLate ? (event) => setTimeout(() => listener.call(this, event), late) : listener,
      );
    } as typeof addEventListener;
  }, LATE_MS);
  await context.route(/\/assets\//, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, LATE_MS));
    await route.continue().catch(() => undefined);
  });
}

export { expect };

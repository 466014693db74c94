/**
 * What every e2e test stands on: Shoal processes that end with it, the page of verbs, and a watch that fails the test on
 * any violation of the security policy, any console error and any uncaught exception, in whatever tab it opened.
 */
import { test as base, type ConsoleMessage, expect } from '@playwright/test';
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
  shoal: ShoalPage;
}

interface WorkerFixtures {
  /** The shipped recording, held at its last line, for tests that only read. */
  lab: string;
}

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
  startShoal: async ({}, use) => {
    const running: ShoalProcess[] = [];
    await use(async (...args) => {
      const one = await startShoal(args);
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
    async ({ context, expectedErrors }, use) => {
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
      const onConsole = (message: ConsoleMessage) => {
        if (message.type() !== 'error') return;
        const text = `${message.text()} (${message.location().url})`;
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

export { expect };

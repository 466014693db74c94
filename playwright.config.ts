/**
 * The e2e tests: a real Chromium against real Shoal processes, which each spec starts for itself (e2e/fixtures.ts).
 * No retries: a test that passes the second time has found a bug.
 */
import { defineConfig } from '@playwright/test';
import { findBrowser, sandboxWorks } from './scripts/browser.mjs';

// Looked for once; the workers, which load this file again, inherit what was found.
process.env.SHOAL_BROWSER ??= await findBrowser();
const executablePath = process.env.SHOAL_BROWSER;
if (!executablePath) throw new Error('There is no browser to test with. Run: node scripts/browser.mjs');
process.env.SHOAL_BROWSER_SANDBOX ??= sandboxWorks(executablePath) ? 'yes' : 'no';

// Playwright cleans a context for the next test instead of making a new one: a fifth less time. Where it does not know
// this, it makes new ones.
process.env.PW_TEST_REUSE_CONTEXT ??= '1';

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  fullyParallel: true,
  // One more than the cores it was made for: a test that waits for a server leaves them to the others.
  workers: 3,
  retries: 0,
  forbidOnly: true,
  // Generous, because three browsers share two cores with whatever else runs there; nothing waits for it when all is well.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath, chromiumSandbox: process.env.SHOAL_BROWSER_SANDBOX === 'yes' },
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    locale: 'en-GB',
    timezoneId: 'UTC',
    actionTimeout: 10_000,
  },
});

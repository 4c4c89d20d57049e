/**
 * Suites that look at the console: `browser` on the headless host, `desktop` on the built Electron bundles, and
 * `performance`, which nothing may disturb.
 */
import { defineConfig } from '@playwright/test';
import { chromiumArgs, ensureChromium } from './scripts/testing/chromium.mjs';

const performance = '**/performance.spec.ts';

export default defineConfig({
  testMatch: '**/*.spec.ts',
  // Each test starts a console of its own, and waits for it and for its page most of the time.
  workers: 3,
  fullyParallel: true,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  outputDir: 'node_modules/.cache/playwright',
  reporter: [['list']],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    timezoneId: 'Asia/Seoul',
    launchOptions: { executablePath: ensureChromium(), args: chromiumArgs },
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'browser', testDir: 'e2e/console', testIgnore: performance },
    // Windows of one desktop share its tray and its shortcuts.
    { name: 'desktop', testDir: 'e2e/desktop', workers: 1 },
    { name: 'performance', testDir: 'e2e/console', testMatch: performance, workers: 1, dependencies: ['browser', 'desktop'] },
  ],
});

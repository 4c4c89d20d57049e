/** Suites that look at the console: `browser` on the headless host, `desktop` on the built Electron bundles. */
import { defineConfig } from '@playwright/test';
import { chromiumArgs, ensureChromium } from './scripts/testing/chromium.mjs';

export default defineConfig({
  testMatch: '**/*.spec.ts',
  // Each test starts a console of its own; side by side they would time each other out on a small machine.
  workers: 1,
  fullyParallel: false,
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
    { name: 'browser', testDir: 'e2e/console' },
    { name: 'desktop', testDir: 'e2e/desktop' },
  ],
});

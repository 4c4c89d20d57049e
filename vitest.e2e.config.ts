/** End-to-end suites: real processes of `out/`, built beforehand. */
import { defineConfig } from 'vitest/config';
import { ccxtAlias } from './ccxt-alias.ts';

/** What these prove is time on the clock: nothing else runs meanwhile. */
const timed = ['e2e/stop/*.test.ts', 'e2e/venues/quota.test.ts'];

export default defineConfig({
  resolve: { alias: ccxtAlias },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Nothing here may leave this machine, clients written by others least of all.
    execArgv: ['--import', new URL('./e2e/clients/kit/loopback-only.mjs', import.meta.url).href],
    projects: [
      // Each suite starts consoles and venues of its own, and waits for their clocks most of the time.
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['e2e/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...timed],
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      { extends: true, test: { name: 'alone', include: timed, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
});

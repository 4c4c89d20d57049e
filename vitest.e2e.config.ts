/** End-to-end suites: real processes of `out/`, built beforehand. */
import { defineConfig } from 'vitest/config';
import { ccxtAlias } from './ccxt-alias.ts';

export default defineConfig({
  resolve: { alias: ccxtAlias },
  test: {
    include: ['e2e/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Each suite starts consoles and venues of its own; side by side they would time each other out on a small machine.
    fileParallelism: false,
    // Nothing here may leave this machine, clients written by others least of all.
    execArgv: ['--import', new URL('./e2e/clients/kit/loopback-only.mjs', import.meta.url).href],
  },
});

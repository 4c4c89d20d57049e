/** End-to-end suites: real processes of `out/`, built beforehand. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Each suite starts consoles and venues of its own; side by side they would time each other out on a small machine.
    fileParallelism: false,
  },
});

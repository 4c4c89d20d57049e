/** Long proofs of pure code: many random lives, every truncation, a hundred thousand operations. Part of `npm test`. */
import { defineConfig } from 'vitest/config';
import { ccxtAlias } from './ccxt-alias.ts';

export default defineConfig({
  resolve: { alias: ccxtAlias },
  // They calculate and wait for nothing: one for each core. They yield to whatever else runs, and may take long.
  test: { include: ['src/**/*.proof.test.ts'], testTimeout: 600_000, hookTimeout: 120_000, maxWorkers: '100%' },
});

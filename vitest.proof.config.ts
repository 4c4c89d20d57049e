/** Long proofs of pure code: many random lives, every truncation, a hundred thousand operations. Part of `npm test`. */
import { defineConfig } from 'vitest/config';
import { ccxtAlias } from './ccxt-alias.ts';

export default defineConfig({
  resolve: { alias: ccxtAlias },
  test: { include: ['src/**/*.proof.test.ts'], testTimeout: 120_000 },
});

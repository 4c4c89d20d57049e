import { defineConfig } from 'vitest/config';
import { ccxtAlias } from './ccxt-alias.ts';

export default defineConfig({
  resolve: { alias: ccxtAlias },
  test: {
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'],
    testTimeout: 20_000,
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['**/*.test.ts'] },
  },
});

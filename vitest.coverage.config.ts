/**
 * Every branch and line of what must not be wrong is taken by a test: the deciding and reckoning of the engine, the journal and
 * the reader of signals. Part of `npm test`, which fails below 100 %. A branch that no story reaches is removed, never
 * excused. `npx vitest run --config vitest.coverage.config.ts` lists what is missing.
 */
import { defineConfig } from 'vitest/config';
import { ccxtAlias } from './ccxt-alias.ts';

const parser = ['parse', 'fields', 'json', 'timestamp', 'malformed'];

export default defineConfig({
  resolve: { alias: ccxtAlias },
  test: {
    include: [
      'src/main/engine/**/*.test.ts',
      // What an order passes right before the wire is asked by the door.
      'src/main/runtime/door.table.test.ts',
      'src/main/runtime/door-close.table.test.ts',
      'src/main/runtime/door-by-hand.test.ts',
      'src/main/store/journal/*.test.ts',
      'src/main/signals/{parse,schema}.test.ts',
    ],
    // The engine's proofs live thousands of random lives; the journal's is short, and is what reads damage.
    exclude: ['**/node_modules/**', 'src/main/engine/**/*.proof.test.ts'],
    setupFiles: ['scripts/testing/fixed-seed.ts'],
    testTimeout: 120_000,
    // Nothing waits here: one for each core.
    maxWorkers: '100%',
    isolate: false,
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['src/main/engine/**/*.ts', 'src/main/store/journal/*.ts', ...parser.map((name) => `src/main/signals/${name}.ts`)],
      // Help for tests; and engine/view, which shows what was decided: the hosts' tests look at it.
      exclude: ['**/*.test.ts', '**/testing/**', '**/second-checker/**', 'src/main/engine/view/**'],
      reporter: [['text', { skipFull: true }]],
      reportsDirectory: 'node_modules/.cache/coverage',
      thresholds: { branches: 100, functions: 100, lines: 100 },
    },
  },
});

import { defineConfig } from 'vitest/config';
import { ccxtAlias } from './ccxt-alias.ts';

export default defineConfig({
  resolve: { alias: ccxtAlias },
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'scripts/**/*.test.ts'],
    // Long proofs run in `npm test` (vitest.proof.config.ts): the check stays short.
    exclude: ['**/node_modules/**', '**/*.proof.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Tests wait for sockets and disks more than they calculate: three workers keep two cores busy.
    maxWorkers: 3,
    // Nothing is mocked and no module keeps what a test did: files of one worker share what was loaded and compiled.
    isolate: false,
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['**/*.test.ts'] },
  },
});

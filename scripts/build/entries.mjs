/** What is built for plain Node. The build and `scripts/run.mjs` both read this. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Root folder of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

const sources = {
  headless: 'src/headless/index.ts',
  start: 'src/headless/start.ts',
  stop: 'src/headless/stop.ts',
  journal: 'src/headless/journal.ts',
  simulator: 'src/simulator/index.ts',
  'simulator-worker': 'src/simulator/worker.ts',
};

/**
 * Programs by the name of their file in `out/`.
 * @type {Readonly<Record<string, string>>}
 */
export const entries = Object.fromEntries(Object.entries(sources).filter(([, source]) => existsSync(root + source)));

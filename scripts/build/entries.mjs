/** What is built for plain Node. The build and `scripts/run.mjs` both read this. */
import { fileURLToPath } from 'node:url';

/** Root folder of the repository, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Programs by the name of their file in `out/`, and their sources.
 * @type {Readonly<Record<string, string>>}
 */
export const entries = {
  headless: 'src/headless/index.ts',
  start: 'src/headless/start.ts',
  stop: 'src/headless/stop.ts',
  open: 'src/headless/open.ts',
  journal: 'src/headless/journal.ts',
  simulator: 'src/simulator/index.ts',
  'simulator-worker': 'src/simulator/worker.ts',
  simulate: 'src/simulation/index.ts',
};

/**
 * What Electron runs, by the name of its file in `out/`, and its sources. `scripts/start.mjs` starts it.
 * @type {{ readonly main: Readonly<Record<string, string>>, readonly preload: Readonly<Record<string, string>> }}
 */
export const desktopEntries = {
  main: { 'main/index': 'src/main/index.ts' },
  // Sandboxed, so CommonJS.
  preload: { index: 'src/preload/index.ts' },
};

/** `out/headless.mjs`: the console without a window. */
import { runHost } from './host.ts';

process.exitCode = await runHost({
  args: process.argv.slice(2),
  worker: new URL('simulator-worker.mjs', import.meta.url),
  page: new URL('renderer/', import.meta.url),
});

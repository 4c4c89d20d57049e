/**
 * `npm start`: paper on the generated market, armed, with signals read from the signal file of the data folder. A data
 * folder that has never run begins with approval `auto`, so that the first signal trades
 * (docs/decisions/0009-manual-at-first.md).
 */
import { runHost } from './host.ts';

process.exitCode = await runHost({
  args: ['--arm', ...process.argv.slice(2)],
  worker: new URL('simulator-worker.mjs', import.meta.url),
  page: new URL('renderer/', import.meta.url),
  firstApproval: 'auto',
  forPerson: true,
});

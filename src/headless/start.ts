/**
 * `npm start`: paper on the generated market, armed, with signals read from the user's signal file. A data folder
 * that has never run begins with approval `auto`, so that the first signal trades
 * (docs/decisions/0009-manual-at-first.md).
 */
import { mkdir } from 'node:fs/promises';
import { signalFileIn } from '../main/store/data-folder.ts';
import { userDataFolder } from './data-folder.ts';
import { runHost } from './host.ts';

const args = process.argv.slice(2);
const given = (option: string): boolean => args.some((arg) => arg === option || arg.startsWith(`${option}=`));
const folder = userDataFolder();
const signalFile = signalFileIn(folder, process.platform);
const signals = given('--signals-file') || given('--data-dir') ? [] : ['--signals-file', signalFile];
if (signals.length > 0) {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  process.stderr.write(`Paper trading on a generated market. Signals are read from ${signalFile}\nCtrl-C ends it.\n`);
}
process.exitCode = await runHost({
  args: ['--arm', ...signals, ...args],
  worker: new URL('simulator-worker.mjs', import.meta.url),
  firstApproval: 'auto',
});

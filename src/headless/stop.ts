/**
 * `npm run stop -- DIR [--close-all]`: stops the console that runs on a data folder. Exit 0 once the latch is
 * acknowledged, 1 else. Where nobody answers, a STOP file is left: it stops a hanging console and the next start.
 */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { askConsole } from './run-client.ts';
import { readRunFile } from '../main/store/run-file.ts';

const acknowledgment = z.object({ ok: z.literal(true) });

async function stop(args: readonly string[]): Promise<number> {
  const closeAll = args.includes('--close-all');
  const [dir, ...more] = args.filter((arg) => arg !== '--close-all');
  if (dir === undefined || dir === '' || more.length > 0 || dir.startsWith('--')) {
    process.stderr.write('npm run stop -- DIR [--close-all]: DIR is the data folder of a running console\n');
    return 1;
  }
  const folder = resolve(dir);
  const run = await readRunFile(folder);
  // Some other program may have the port of a console that is gone.
  if (run !== null && acknowledgment.safeParse(await askConsole(run, '/stop', { closeAll })).success) {
    process.stderr.write('Stopped. It stays so until a person resets it.\n');
    return 0;
  }
  try {
    await writeFile(join(folder, 'STOP'), 'npm run stop found nobody to acknowledge it\n');
    process.stderr.write(`No console answered for ${folder}. A STOP file was left there: it stops the next start, and a console that hangs.\n`);
    if (closeAll) process.stderr.write('It closes nothing: close what is open in the console, or at the venues.\n');
  } catch (error) {
    process.stderr.write(`No console answered, and no STOP file could be left: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  return 1;
}

process.exitCode = await stop(process.argv.slice(2));

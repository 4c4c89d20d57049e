/** `npm run open -- DIR`: prints an address that signs in once to the console that runs on a data folder. Exit 0, else 1. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { askConsole } from './run-client.ts';
import { readRunFile } from '../main/store/run-file.ts';

const answer = z.object({ url: z.url() });

async function open([dir, ...more]: readonly string[]): Promise<number> {
  if (dir === undefined || more.length > 0 || dir.startsWith('--')) {
    process.stderr.write('npm run open -- DIR: DIR is the data folder of a running console\n');
    return 1;
  }
  const folder = resolve(dir);
  const run = await readRunFile(folder);
  if (run === null) {
    process.stderr.write(`No console runs on ${folder}: it has no run.json that can be read.\n`);
    return 1;
  }
  // Some other program may have the port of a console that is gone.
  const answered = answer.safeParse(await askConsole(run, '/open', {}));
  if (!answered.success) {
    process.stderr.write(`No console answered for ${folder}. It may have ended without removing its run.json.\n`);
    return 1;
  }
  process.stdout.write(`${answered.data.url}\n`);
  return 0;
}

process.exitCode = await open(process.argv.slice(2));

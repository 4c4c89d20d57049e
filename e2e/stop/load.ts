/** A machine that has other things to do: two processes that compute without a pause, and one that syncs a file all the time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const burns = 'for (;;);';
const syncs = `
  const { openSync, writeSync, fdatasyncSync } = require('node:fs');
  const file = openSync(process.argv[1], 'w');
  const block = Buffer.alloc(65536, 1);
  for (let turn = 0; ; turn += 1) { writeSync(file, block, 0, block.length, (turn % 256) * block.length); fdatasyncSync(file); }`;

/** @param folder on the disk that the journal lies on @returns a function that ends the load */
export function startLoad(folder: string): () => Promise<void> {
  const run = (source: string, ...args: readonly string[]): ChildProcess => spawn(process.execPath, ['-e', source, ...args], { stdio: 'ignore' });
  const children = [run(burns), run(burns), run(syncs, join(folder, 'load.bin'))];
  return async () => {
    for (const child of children) {
      const ended = once(child, 'exit');
      if (child.exitCode === null && child.kill('SIGKILL')) await ended;
    }
  };
}

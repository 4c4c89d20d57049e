/** Sees to it that `out/` is built from the sources as they are, before a program of it is started. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './entries.mjs';
import { isFresh } from './freshness.mjs';

/** Ends the process with exit code 1 when the build fails. */
export function ensureBuilt() {
  if (isFresh()) return;
  // A process of its own keeps the builder's memory and output away from the program's.
  const build = spawnSync(process.execPath, [join(root, 'scripts/build/build.mjs'), '--if-needed'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (build.status === 0) return;
  process.stderr.write('The build failed; nothing was started.\n');
  process.exit(1);
}

/**
 * Runs a program of `out/` in this very process: its pid and signals are its own.
 * @param {string} name @param {readonly string[]} args
 */
export async function runBuilt(name, args) {
  const program = join(root, 'out', `${name}.mjs`);
  process.argv = [process.execPath, program, ...args];
  await import(pathToFileURL(program).href);
}

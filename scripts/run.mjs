/**
 * Runs one program of `out/`, built first where it is missing or older than its source:
 * `node scripts/run.mjs NAME [arguments]`. The program runs in this very process, so its pid and signals are its own,
 * and the build writes to standard error only.
 */
import './check-node.mjs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { entries, root } from './build/entries.mjs';
import { isFresh } from './build/freshness.mjs';

const [name = '', ...rest] = process.argv.slice(2);
if (!Object.hasOwn(entries, name)) {
  process.stderr.write(`There is no program ${JSON.stringify(name)}; there are ${Object.keys(entries).join(', ')}\n`);
  process.exit(2);
}

if (!isFresh()) {
  // A process of its own keeps the builder's memory and output away from the program's.
  const build = spawnSync(process.execPath, [join(root, 'scripts/build/build.mjs'), '--if-needed'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (build.status !== 0) {
    process.stderr.write('The build failed; nothing was started.\n');
    process.exit(1);
  }
}

const program = join(root, 'out', `${name}.mjs`);
process.argv = [process.execPath, program, ...rest];
await import(pathToFileURL(program).href);

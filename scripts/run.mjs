/**
 * Runs one program of `out/`, built first where it is missing or older than its source:
 * `node scripts/run.mjs NAME [arguments]`. The program runs in this very process, so its pid and signals are its own,
 * and the build writes to standard error only.
 */
import './check-node.mjs';
import { ensureBuilt, runBuilt } from './build/ensure.mjs';
import { entries } from './build/entries.mjs';

const [name = '', ...rest] = process.argv.slice(2);
if (!Object.hasOwn(entries, name)) {
  process.stderr.write(`There is no program ${JSON.stringify(name)}; there are ${Object.keys(entries).join(', ')}\n`);
  process.exit(2);
}
ensureBuilt();
await runBuilt(name, rest);

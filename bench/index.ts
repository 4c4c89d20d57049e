/**
 * `npm run bench [-- --only NAME | --check]`: runs the benchmarks and prints their figures, one JSON line each.
 * `--only` runs those whose name begins with NAME; `--check` exits 1 when a figure misses its goal.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** A benchmark is a program; the names of its figures begin with its own. */
const benchmarks = ['simulator'] as const;

interface Figure {
  readonly name: string;
  readonly holds: boolean;
}

const { values } = parseArgs({ options: { only: { type: 'string' }, check: { type: 'boolean' } } });
const { only = '', check = false } = values;
let missed = 0;
let printed = 0;
for (const name of benchmarks) {
  if (!only.startsWith(name) && !name.startsWith(only)) continue;
  const child = spawn(process.execPath, [fileURLToPath(new URL(`${name}.ts`, import.meta.url))], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) {
    const figure = JSON.parse(line) as Figure;
    if (!figure.name.startsWith(only)) continue;
    process.stdout.write(`${line}\n`);
    printed += 1;
    if (!figure.holds) missed += 1;
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`The benchmark ${name} ended with ${String(code)}`);
}
if (printed === 0) process.stderr.write(`No figure begins with ${only}; there are ${benchmarks.join(', ')}\n`);
process.exitCode = printed === 0 ? 2 : check && missed > 0 ? 1 : 0;

import { execFile } from 'node:child_process';
import { getuid } from 'node:process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const file = new URL('./priority.ts', import.meta.url).href;
const asked = `import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
const { askForPriority } = await import(${JSON.stringify(file)});
const has = askForPriority();
const each = process.platform === 'linux' ? readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread))) : [getPriority()];
console.log(JSON.stringify([has, Math.max(...each)]));`;
const command = [
  process.execPath,
  '--experimental-strip-types',
  '--disable-warning=ExperimentalWarning',
  '--input-type=module',
  '-e',
  asked,
] as const;

/** @returns whether it has the priority, and what the least of its threads has */
async function outcome(under: readonly string[]): Promise<readonly [boolean, number]> {
  const [program = '', ...args] = [...under, ...command];
  return JSON.parse((await run(program, args)).stdout);
}
const mayAsk = getuid?.() === 0;

it.runIf(mayAsk)('has more of the processor where the system grants it, and keeps what is more already', async () => {
  expect(await outcome([])).toEqual([true, -7]);
  expect(await outcome(['nice', '-n', '-12'])).toEqual([true, -12]);
});

it.runIf(process.platform === 'linux')('goes on as it was where the system grants it to nobody', async () => {
  const withoutRights = mayAsk ? ['setpriv', '--bounding-set=-sys_nice', '--inh-caps=-sys_nice'] : [];
  expect(await outcome(withoutRights)).toEqual([false, 0]);
});
